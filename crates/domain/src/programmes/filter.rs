//! Which tasks a list shows: the filter that lives in the address. Pure.

use super::rules::{self, Defect, Light, Standing, State};
use super::types::*;
use super::views::TaskRow;
use crate::UnitId;
use jiff::civil::Date;

/// Which roles of a unit count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoleFilter {
    /// Every role.
    #[default]
    Any,
    /// Lead and joint lead.
    Leading,
    /// Coordinating.
    Coordinating,
}

/// When tasks are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Window {
    /// Whenever.
    #[default]
    Any,
    /// Before today.
    Past,
    /// From today within so many days.
    Within(u16),
    /// From one day to another; either may be open.
    Between(Option<Date>, Option<Date>),
    /// No day is known.
    Undated,
}

/// Which tasks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskFilter {
    /// Of one programme.
    pub programme: Option<ProgrammeId>,
    /// Carried by a unit or one below it.
    pub unit: Option<UnitId>,
    /// In which role that unit.
    pub role: RoleFilter,
    /// In a group or the groups inside it; the empty code means in none.
    pub group: Option<String>,
    /// With a light.
    pub light: Option<Light>,
    /// How far the work has come.
    pub standing: Option<Standing>,
    /// Due when.
    pub window: Window,
    /// Every one of these words somewhere in code, wording or text; marks and case do not count.
    pub text: String,
    /// With a defect.
    pub defect: Option<Defect>,
    /// In a state to settle.
    pub state: Option<State>,
    /// As known at the end of this day, judged on it; today and everything known when none.
    pub as_of: Option<Date>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By programme and the order of its document.
    #[default]
    Document,
    /// What is late first, then by day.
    Light,
    /// By day, undated last.
    Due,
    /// By name of the first lead.
    Unit,
    /// By id, as pages of the API follow one another.
    Id,
}

/// The order of a list, and which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// By what.
    pub by: Sort,
    /// The last first.
    pub descending: bool,
}

impl From<Sort> for Order {
    fn from(by: Sort) -> Order {
        Order { by, descending: false }
    }
}

/// A filter with the unit's subtree looked up.
pub(super) struct Matcher<'a> {
    pub(super) filter: &'a TaskFilter,
    pub(super) subtree: Option<(i64, i64)>,
    pub(super) today: Date,
}

impl Matcher<'_> {
    /// Does the task belong to the list, whatever its light?
    pub(super) fn holds(&self, row: &TaskRow) -> bool {
        self.unit(row)
            && self.group(row)
            && self.window(row)
            && self.filter.defect.is_none_or(|defect| row.defects.contains(&defect))
            && self.filter.standing.is_none_or(|standing| row.verdict.standing == standing)
            && self.filter.state.is_none_or(|state| row.states.contains(&state))
    }

    /// Has it the light asked for?
    pub(super) fn shines(&self, row: &TaskRow) -> bool {
        self.filter.light.is_none_or(|light| row.verdict.light == light)
    }

    fn unit(&self, row: &TaskRow) -> bool {
        let Some(subtree) = self.subtree else { return self.filter.unit.is_none() };
        carried(row, self.filter.role, subtree)
    }

    fn group(&self, row: &TaskRow) -> bool {
        match (self.filter.group.as_deref(), row.group.as_deref()) {
            (None, _) | (Some(""), None) => true,
            (Some(""), Some(_)) | (Some(_), None) => false,
            (Some(group), Some(code)) => rules::in_group(code, group),
        }
    }

    fn window(&self, row: &TaskRow) -> bool {
        let day = row.day();
        match self.filter.window {
            Window::Any => true,
            Window::Undated => day.is_none(),
            Window::Past => day.is_some_and(|day| day < self.today),
            Window::Within(days) => {
                day.is_some_and(|day| (0..=i64::from(days)).contains(&rules::days_between(self.today, day)))
            }
            Window::Between(from, to) => {
                day.is_some_and(|day| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to))
            }
        }
    }
}

/// Is a task carried, in such a role, by a unit inside the subtree?
pub(super) fn carried(row: &TaskRow, role: RoleFilter, (from, to): (i64, i64)) -> bool {
    row.carriers.iter().any(|carrier| {
        let counts = match role {
            RoleFilter::Any => true,
            RoleFilter::Leading => carrier.role.leads(),
            RoleFilter::Coordinating => carrier.role == AssignmentRole::Coordinating,
        };
        counts && carrier.places.iter().any(|place| (from..=to).contains(place))
    })
}

/// Puts tasks in order. The order is total, so pages neither repeat nor miss one; what has no day or no
/// lead comes last either way.
pub(super) fn sort(rows: &mut [TaskRow], order: Order) {
    let far = Date::MAX;
    match order.by {
        Sort::Document => {}
        Sort::Light => rows.sort_by_key(|row| (row.verdict.light, row.day().unwrap_or(far))),
        Sort::Due => rows.sort_by_key(|row| row.day()),
        Sort::Unit => rows.sort_by_cached_key(first_lead),
        Sort::Id => rows.sort_by_key(|row| row.id),
    }
    if order.descending {
        rows.reverse();
    }
    match order.by {
        Sort::Due => rows.sort_by_key(|row| row.day().is_none()),
        Sort::Unit => rows.sort_by_key(|row| first_lead(row).is_none()),
        Sort::Document | Sort::Light | Sort::Id => {}
    }
}

/// The name of the first unit or grouping that leads; who is only named is nobody to order by.
fn first_lead(row: &TaskRow) -> Option<String> {
    let mut leads = row.leads().filter(|lead| matches!(lead.holder, Holder::Unit(_) | Holder::Grouping(_)));
    leads.next().map(|lead| papers::fold::fold(&lead.name))
}
