//! The policy: pure, no clock, no database.

use super::{Action, Actor, Role, Scope};

/// Does a role allow an action inside its subtree?
pub(crate) fn role_allows(role: Role, action: Action) -> bool {
    use Action::*;
    match role {
        Role::Administrator => true,
        Role::Planner => matches!(
            action,
            ViewUnits
                | ViewProgrammes
                | EditProgrammes
                | Ask
                | Direct
                | ViewIntake
                | ManageIntake
                | ManageSelf
        ),
        Role::Leader => matches!(action, ViewUnits | ViewProgrammes | Direct | ManageSelf),
        Role::Approver => {
            matches!(action, ViewUnits | ViewProgrammes | Report | Confirm | Ask | Direct | ManageSelf)
        }
        Role::Reporter => matches!(action, ViewUnits | ViewProgrammes | Report | Ask | ManageSelf),
        Role::Inspector => {
            matches!(action, ViewUnits | ViewAccounts | ViewProgrammes | ViewIntake | ViewAudit | ManageSelf)
        }
        Role::Viewer => matches!(action, ViewUnits | ViewProgrammes | ManageSelf),
    }
}

/// May the actor do this with the thing?
///
/// A grant counts where its subtree holds the owner. For looking at programmes and units it also
/// counts where its subtree holds a unit named in the thing: who carries a task sees its programme.
/// What is an account's own is for that account alone.
pub fn decide(actor: &Actor, action: Action, scope: &Scope) -> bool {
    if actor.system {
        return true;
    }
    if action == Action::ManageSelf {
        return actor.account.is_some() && actor.account == scope.account;
    }
    actor.grants.iter().any(|grant| {
        let holds = |place: i64| (grant.tree_from..=grant.tree_to).contains(&place);
        let seen = matches!(action, Action::ViewProgrammes | Action::ViewUnits)
            && scope.named.iter().any(|p| holds(*p));
        role_allows(grant.role, action) && (holds(scope.owner) || seen)
    })
}

/// The units at which the actor may do this, each with its subtree; none where he may do it everywhere.
/// What [`decide`] says of one thing, for lists and numbers over many.
pub fn reach(actor: &Actor, action: Action) -> Option<Vec<crate::UnitId>> {
    let at = actor.grants.iter().filter(|grant| role_allows(grant.role, action));
    (!actor.system).then(|| at.map(|grant| grant.unit).collect())
}

/// The role × action table, for `docs/permissions.md`.
pub fn table() -> Vec<(Action, Vec<(Role, bool)>)> {
    Action::ALL
        .into_iter()
        .map(|a| (a, Role::ALL.into_iter().map(|r| (r, role_allows(r, a))).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Grant, Scope};
    use super::*;
    use crate::{AccountId, OrgId, UnitId};
    use uuid::Uuid;

    fn actor(role: Role, from: i64, to: i64) -> Actor {
        let id = Uuid::from_u128(1);
        Actor {
            account: Some(AccountId(id)),
            name: "a".into(),
            origin: "test".into(),
            grants: vec![Grant { role, org: OrgId(id), unit: UnitId(id), tree_from: from, tree_to: to }],
            system: false,
            once: crate::once::Once::default(),
        }
    }

    fn thing(owner: i64, named: &[i64]) -> Scope {
        Scope {
            named: named.to_vec(),
            ..Scope::new(OrgId(Uuid::from_u128(1)), "programme", Uuid::from_u128(9), owner)
        }
    }

    #[test]
    fn a_grant_reaches_its_subtree_and_no_further() {
        let planner = actor(Role::Planner, 10, 20);
        assert!(decide(&planner, Action::EditProgrammes, &thing(10, &[])));
        assert!(decide(&planner, Action::EditProgrammes, &thing(20, &[])));
        assert!(!decide(&planner, Action::EditProgrammes, &thing(21, &[])));
        assert!(!decide(&planner, Action::EditProgrammes, &thing(9, &[])));
    }

    #[test]
    fn a_named_unit_sees_but_does_not_change() {
        let planner = actor(Role::Planner, 10, 20);
        assert!(decide(&planner, Action::ViewProgrammes, &thing(1, &[15])));
        assert!(!decide(&planner, Action::EditProgrammes, &thing(1, &[15])));
    }

    #[test]
    fn a_reporter_reports_for_his_units_and_confirms_nothing() {
        let reporter = actor(Role::Reporter, 10, 20);
        assert!(decide(&reporter, Action::Report, &thing(15, &[])));
        assert!(!decide(&reporter, Action::Report, &thing(21, &[15])), "a named unit is not enough");
        assert!(!decide(&reporter, Action::Confirm, &thing(15, &[])));
        assert!(!decide(&reporter, Action::EditProgrammes, &thing(15, &[])));
    }

    #[test]
    fn an_approver_confirms_in_his_subtree_only() {
        let approver = actor(Role::Approver, 10, 20);
        assert!(decide(&approver, Action::Confirm, &thing(10, &[])));
        assert!(!decide(&approver, Action::Confirm, &thing(9, &[15])));
        assert!(!decide(&approver, Action::EditProgrammes, &thing(15, &[])));
        let planner = actor(Role::Planner, 10, 20);
        assert!(!decide(&planner, Action::Confirm, &thing(15, &[])), "who keeps the plan does not confirm");
    }

    #[test]
    fn an_inspector_changes_nothing_but_what_is_his_own() {
        let inspector = actor(Role::Inspector, 0, 100);
        for action in Action::ALL {
            let changes = action.view() != action;
            assert!(!(changes && decide(&inspector, action, &thing(5, &[]))), "{action:?}");
        }
        let own = Scope { account: inspector.account, ..thing(5, &[]) };
        assert!(decide(&inspector, Action::ManageSelf, &own));
        let other = Scope { account: Some(AccountId(Uuid::from_u128(2))), ..thing(5, &[]) };
        assert!(!decide(&inspector, Action::ManageSelf, &other));
    }

    #[test]
    fn nobody_may_nothing() {
        let nobody = Actor::nobody("test");
        for action in Action::ALL {
            assert!(!decide(&nobody, action, &thing(5, &[5])));
        }
    }
}
