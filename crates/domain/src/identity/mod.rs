//! Accounts, passwords, sessions, tokens, and the roles granted at units.

mod login;
mod rules;
mod sql;

pub use login::{Login, Visit, actor_of, change_password, log_in, log_out, token_actor, visit};
pub use rules::{LONGEST_PASSWORD, SHORTEST_PASSWORD};

use crate::access::{self, Action, Permit, Role, Scope};
use crate::audit;
use crate::people::{self, PersonId};
use crate::units::{self, Unit};
use crate::{AccountId, Cx, Error, OrgId, Platform, Reason, Result, UnitId, id};
use serde_json::json;
use std::collections::BTreeMap;
use store::Micros;

id!(
    /// A role granted to an account at a unit.
    GrantId
);
id!(
    /// A token for a program.
    TokenId
);

/// A log-in of a person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Account {
    /// The organisation that keeps it.
    pub org_id: OrgId,
    /// The account.
    pub id: AccountId,
    /// Counts changes.
    pub version: i64,
    /// Whose it is.
    pub person_id: PersonId,
    /// The person's name.
    pub name: String,
    /// The person's post.
    pub title: String,
    /// What is typed at log-in.
    pub login: String,
    /// A new password must be chosen before anything else.
    pub must_change: bool,
    /// Exists in demo mode only.
    pub demo: bool,
    /// Since when log-in is refused.
    pub disabled_at: Option<Micros>,
    /// When it was made.
    pub created_at: Micros,
    /// Since when the person's data are erased; name, post and log-in name stand for nobody then.
    pub erased_at: Option<Micros>,
}

/// What commands need of an account, without its person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Key {
    pub org_id: OrgId,
    pub id: AccountId,
    pub version: i64,
    pub person_id: PersonId,
    pub login: String,
    pub disabled_at: Option<Micros>,
}

impl Account {
    fn key(&self) -> Key {
        Key {
            org_id: self.org_id,
            id: self.id,
            version: self.version,
            person_id: self.person_id,
            login: self.login.clone(),
            disabled_at: self.disabled_at,
        }
    }
}

/// A granted role as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GrantRow {
    /// The grant.
    pub id: GrantId,
    /// To whom.
    pub account_id: AccountId,
    /// Where.
    pub unit_id: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// Code of the role.
    pub role: String,
    /// Since when.
    pub granted_at: Micros,
    /// First position of the unit's subtree.
    pub tree_from: i64,
    /// Last position of the unit's subtree.
    pub tree_to: i64,
    /// Organisation of the unit.
    pub org_id: OrgId,
}

/// A token as its owner sees it; the secret itself was shown once and is not kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Token {
    /// The token.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Micros,
    /// When it ends.
    pub expires_at: Micros,
    /// When it was withdrawn.
    pub revoked_at: Option<Micros>,
}

/// What is needed for a new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Where the person holds the post and has the first role.
    pub unit: UnitId,
    /// Full name.
    pub name: String,
    /// Post, may be empty.
    pub title: String,
    /// What will be typed at log-in: letters, digits, `.`, `-`, `_`, `@`.
    pub login: String,
    /// The hash of the first password; see [`hash_password`].
    pub password_hash: String,
    /// The first role.
    pub role: Role,
    /// Ask for a new password at the first log-in.
    pub must_change: bool,
    /// Made by demo mode.
    pub demo: bool,
}

fn account_scope(account: &Key, home: i64) -> Scope {
    Scope { account: Some(account.id), ..Scope::new(account.org_id, "account", account.id.0, home) }
}

/// Checks a password against the rules and hashes it with argon2id (19 MiB, 2 passes, 1 lane), off the async threads.
///
/// # Errors
/// [`Error::Invalid`] on field `password`.
pub async fn hash_password(platform: &Platform, login: &str, password: &str) -> Result<String> {
    rules::check_password(login, password)?;
    let mut salt = [0u8; 16];
    platform.entropy.fill(&mut salt);
    let password = password.to_owned();
    login::off_thread(move || rules::hash(&password, &salt)).await?
}

/// Makes a person, an account and the first role at a unit.
///
/// # Errors
/// [`Error::Invalid`] on `login`, `name`, `title`; [`Error::Denied`] without [`Action::ManageAccounts`] there.
pub async fn open(cx: &mut Cx, new: NewAccount) -> Result<AccountId> {
    let unit = units::load(cx, new.unit).await?;
    let login = new.login.trim().to_owned();
    rules::check_login(&login)?;
    if sql::login_taken(cx, &login).await? {
        return Err(Error::invalid(
            "login",
            Reason::new("identity-error-login-taken").with("login", login.clone()),
        ));
    }
    let id = AccountId(cx.id());
    let scope = Scope::new(unit.org, "account", id.0, unit.tree_from);
    let permit = cx.allow(Action::ManageAccounts, &scope)?;
    let person = people::register(cx, &permit, &unit, &new.name, &new.title).await?;
    sql::insert_account(cx, &permit, unit.org, id, person, &login, &new).await?;
    sql::insert_grant(cx, &permit, id, &unit, new.role).await?;
    let after = json!({ "login": login, "name": new.name.trim(), "unit": unit.name, "role": new.role });
    cx.record(permit, json!({}), after).await?;
    Ok(id)
}

/// Grants a role at a unit. Granting the same twice changes nothing.
///
/// # Errors
/// [`Error::Denied`] without [`Action::ManageAccounts`] at that unit, [`Error::NotFound`] for an account
/// that the actor may not see.
pub async fn grant(cx: &mut Cx, account: AccountId, unit: UnitId, role: Role) -> Result<()> {
    let unit = units::load(cx, unit).await?;
    let found = seen(cx, account).await?;
    let permit = cx.allow(Action::ManageAccounts, &account_scope(&found, unit.tree_from))?;
    let same =
        sql::grants(cx, account).await?.into_iter().any(|g| g.unit_id == unit.id && g.role == role.code());
    if !same {
        sql::insert_grant(cx, &permit, account, &unit, role).await?;
    }
    cx.record(permit, json!({}), json!({ "granted": role, "unit": unit.name, "login": found.login })).await
}

/// Withdraws a granted role.
///
/// # Errors
/// [`Error::NotFound`] where it does not exist; [`Error::Invalid`] when it is the last administrator's.
pub async fn withdraw(cx: &mut Cx, account: AccountId, grant: GrantId) -> Result<()> {
    let found = sql::key(cx, account).await?.ok_or(Error::NotFound)?;
    let row = sql::grants(cx, account).await?.into_iter().find(|g| g.id == grant).ok_or(Error::NotFound)?;
    let permit = cx.allow(Action::ManageAccounts, &account_scope(&found, row.tree_from))?;
    if row.role == Role::Administrator.code()
        && sql::administrators_over(cx, row.tree_from, row.tree_to).await? <= 1
    {
        return Err(Error::invalid("", Reason::new("identity-error-last-administrator")));
    }
    sql::withdraw_grant(cx, &permit, row.org_id, grant).await?;
    cx.record(permit, json!({ "granted": row.role, "unit": row.unit_name }), json!({ "login": found.login }))
        .await
}

/// Refuses further log-ins of an account (or allows them again) and ends its sessions.
///
/// # Errors
/// [`Error::Stale`] when somebody changed the account since; [`Error::Invalid`] on one's own account.
pub async fn set_disabled(cx: &mut Cx, account: AccountId, version: i64, disabled: bool) -> Result<()> {
    let (found, permit) = manage(cx, account).await?;
    if cx.actor().account == Some(account) {
        return Err(Error::invalid("", Reason::new("identity-error-own-account")));
    }
    let at = disabled.then(|| Micros::from(cx.now()));
    sql::set_disabled(cx, &permit, &found, version, at).await?;
    sql::end_sessions(cx, account).await?;
    cx.record(permit, json!({ "disabled": found.disabled_at.is_some() }), json!({ "disabled": disabled }))
        .await
}

/// Sets a password for somebody else; he must choose his own at the next log-in, and his sessions end.
///
/// # Errors
/// [`Error::Denied`] without [`Action::ManageAccounts`] over the account.
pub async fn reset_password(cx: &mut Cx, account: AccountId, password_hash: &str) -> Result<()> {
    let (found, permit) = manage(cx, account).await?;
    sql::set_password(cx, &permit, &found, password_hash, true).await?;
    sql::end_sessions(cx, account).await?;
    cx.record(permit, json!({}), json!({ "password": "reset" })).await
}

/// An account and the positions of the units where it holds a role; without one, where its person holds a post.
async fn places(cx: &mut Cx, account: AccountId) -> Result<(Key, Vec<i64>)> {
    let found = sql::key(cx, account).await?.ok_or(Error::NotFound)?;
    let mut places: Vec<i64> = sql::grants(cx, account).await?.iter().map(|g| g.tree_from).collect();
    if places.is_empty() {
        places.push(sql::home(cx, &found).await?);
    }
    Ok((found, places))
}

/// An account with a permit to manage it. It takes the right over every unit where the account holds a role:
/// whoever sets the password of an account can act with all its roles.
async fn manage(cx: &mut Cx, account: AccountId) -> Result<(Key, Permit)> {
    let (found, places) = places(cx, account).await?;
    let may =
        |cx: &Cx, action, place: &i64| access::decide(cx.actor(), action, &account_scope(&found, *place));
    let beyond = places.iter().find(|place| !may(cx, Action::ManageAccounts, place)).copied();
    if beyond.is_some() && places.iter().any(|place| may(cx, Action::ViewAccounts, place)) {
        return Err(Error::Denied(Action::ManageAccounts));
    }
    let place = beyond.or_else(|| places.first().copied()).ok_or(Error::NotFound)?;
    let permit = cx.allow(Action::ManageAccounts, &account_scope(&found, place))?;
    Ok((found, permit))
}

/// An account that the actor may see.
async fn seen(cx: &mut Cx, account: AccountId) -> Result<Key> {
    let (found, places) = places(cx, account).await?;
    let seen = |place: &i64| access::decide(cx.actor(), Action::ViewAccounts, &account_scope(&found, *place));
    if places.iter().any(seen) { Ok(found) } else { Err(Error::NotFound) }
}

/// The log-in name of an account that the actor may see; nothing of the person.
///
/// # Errors
/// [`Error::NotFound`] also where the actor may see accounts in none of the units where it holds a role.
pub async fn login_of(cx: &mut Cx, account: AccountId) -> Result<String> {
    Ok(seen(cx, account).await?.login)
}

/// One account with its grants, which leaves a row in the trail (not when it is the actor's own).
///
/// # Errors
/// [`Error::NotFound`] also where the actor may see accounts in none of the units where it holds a role.
pub async fn find(cx: &mut Cx, account: AccountId) -> Result<(Account, Vec<GrantRow>)> {
    let key = seen(cx, account).await?;
    let found = if cx.actor().account == Some(account) {
        sql::own_account(cx, account).await?
    } else {
        let found = sql::account(cx, account).await?;
        cx.disclose(Action::ViewAccounts, &account_scope(&key, 0), json!({ "accounts": 1 })).await?;
        found
    };
    let grants = sql::grants(cx, account).await?;
    Ok((found.ok_or(Error::NotFound)?, grants))
}

/// The accounts that hold a role, or whose person holds a post, in units where the actor may see accounts.
/// The trail of each organisation gets a row that says how many of its accounts were shown.
///
/// # Errors
/// The engine failed.
pub async fn list(cx: &mut Cx, text: &str, after: Option<&str>, limit: i64) -> Result<Vec<Account>> {
    let accounts = sql::list(cx, text, after, limit).await?;
    let mut shown: BTreeMap<OrgId, usize> = BTreeMap::new();
    for account in &accounts {
        *shown.entry(account.org_id).or_default() += 1;
    }
    if accounts.is_empty() {
        cx.nothing_found();
    }
    for (org, accounts) in shown {
        let scope = Scope::new(org, "accounts", org.0, 0);
        cx.disclose(Action::ViewAccounts, &scope, json!({ "accounts": accounts })).await?;
    }
    Ok(accounts)
}

/// The account and its version by what is typed at log-in, for the command line.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn by_login(cx: &mut Cx, login: &str) -> Result<(AccountId, i64)> {
    let (_, id) = sql::password(cx, login).await?.ok_or(Error::NotFound)?;
    let found = seen(cx, id).await?;
    Ok((found.id, found.version))
}

/// Erases the person of an account that is disabled already: name and post, the log-in name, the password,
/// sessions, tokens and roles, and what the trail keeps of the account. What the person did stays in the
/// trail under the name of then. Returns how many rows of the trail were erased.
///
/// # Errors
/// [`Error::Invalid`] where the account is not disabled, or erased already; [`Error::Denied`].
pub async fn erase(cx: &mut Cx, account: AccountId) -> Result<usize> {
    let place = *places(cx, account).await?.1.first().ok_or(Error::NotFound)?;
    let (found, permit) = manage(cx, account).await?;
    if found.disabled_at.is_none() {
        return Err(Error::invalid("", Reason::new("identity-error-erase-active")));
    }
    if !people::erase(cx, &permit, found.org_id, found.person_id).await? {
        return Err(Error::invalid("", Reason::new("identity-error-erased-already")));
    }
    sql::erase(cx, &permit, &found).await?;
    let scope = account_scope(&found, place);
    cx.record(permit, json!({}), json!({ "erased": true })).await?;
    audit::erase(cx, &scope).await
}

/// How many accounts there are in the installation; 0 before the first start is finished.
///
/// # Errors
/// The engine failed.
pub async fn count(cx: &mut Cx) -> Result<i64> {
    sql::count(cx).await
}

/// How many of the accounts were made by demo mode.
///
/// # Errors
/// The engine failed.
pub async fn count_demo(cx: &mut Cx) -> Result<i64> {
    sql::count_demo(cx).await
}

/// Makes a token for a program that acts as the account; the secret is returned once and only its digest kept.
///
/// # Errors
/// [`Error::Invalid`] on `name` (1 to 100 characters) and `days` (1 to 730).
pub async fn issue_token(cx: &mut Cx, name: &str, days: i64) -> Result<(TokenId, String)> {
    let account = own_account(cx).await?;
    rules::check_token(name, days)?;
    let account = account.key();
    let permit = cx.allow(Action::ManageSelf, &account_scope(&account, 0))?;
    let secret = format!("dp_{}", hex::encode(cx.random::<32>()));
    let id = TokenId(cx.id());
    let expires = Micros::from(cx.now()).plus_seconds(days * 86_400);
    sql::insert_token(cx, &permit, &account, id, name.trim(), &rules::digest(&secret), expires).await?;
    cx.record(permit, json!({}), json!({ "token": name.trim(), "days": days })).await?;
    Ok((id, secret))
}

/// Withdraws one of the actor's own tokens.
///
/// # Errors
/// [`Error::NotFound`] where it is not his.
pub async fn revoke_token(cx: &mut Cx, token: TokenId) -> Result<()> {
    let account = own_account(cx).await?;
    let account = account.key();
    let permit = cx.allow(Action::ManageSelf, &account_scope(&account, 0))?;
    sql::revoke_token(cx, &permit, &account, token).await?;
    cx.record(permit, json!({ "token": token }), json!({ "revoked": true })).await
}

/// The actor's own tokens, the newest first.
///
/// # Errors
/// [`Error::NotFound`] for an actor without an account.
pub async fn tokens(cx: &mut Cx) -> Result<Vec<Token>> {
    let account = own_account(cx).await?;
    sql::tokens(cx, account.id).await
}

/// The actor's own account with its grants.
///
/// # Errors
/// [`Error::NotFound`] for an actor without an account.
pub async fn own(cx: &mut Cx) -> Result<(Account, Vec<GrantRow>)> {
    let account = own_account(cx).await?;
    let grants = sql::grants(cx, account.id).await?;
    Ok((account, grants))
}

async fn own_account(cx: &mut Cx) -> Result<Account> {
    let id = cx.actor().account.ok_or(Error::NotFound)?;
    sql::own_account(cx, id).await?.ok_or(Error::NotFound)
}

/// The first administrator of an installation that has no account yet: the unit must exist already.
///
/// # Errors
/// [`Error::Invalid`] when there is an account already.
pub async fn open_first(cx: &mut Cx, new: NewAccount) -> Result<AccountId> {
    if sql::count(cx).await? > 0 {
        return Err(Error::invalid("", Reason::new("identity-error-not-first")));
    }
    open(cx, NewAccount { role: Role::Administrator, ..new }).await
}

/// Which unit an account's person belongs to, for the menu: the unit of the first grant.
///
/// # Errors
/// [`Error::NotFound`] for an actor without a grant.
pub async fn home_unit(cx: &mut Cx) -> Result<Unit> {
    let unit = cx.actor().grants.first().map(|grant| grant.unit).ok_or(Error::NotFound)?;
    units::load(cx, unit).await
}
