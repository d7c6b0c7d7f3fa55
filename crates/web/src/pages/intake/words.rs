//! What is read, in words for the pages of this context.

use domain::intake::{Holder, Intake, Party, PartyRole, Status, TaskBody};
use domain::programmes::{Cadence, Recurrence, TimeKind};
use messages::Lang;

/// At most so many characters, with an ellipsis where something was cut.
pub(super) fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// What became of a file, in one line.
pub(super) fn state(lang: Lang, intake: &Intake) -> String {
    let items = |key| lang.with(key, &[("open", intake.open.into()), ("accepted", intake.accepted.into())]);
    match &intake.status {
        Status::Waiting => lang.text("intake-state-waiting"),
        Status::Failed(_) => lang.text("intake-state-failed"),
        Status::Mapping => lang.text("intake-state-mapping"),
        Status::Review if intake.open > 0 => items("intake-state-review"),
        Status::Review => items("intake-state-ready"),
        Status::Committed { .. } => lang.text("intake-state-committed"),
        Status::Discarded => lang.text("intake-state-discarded"),
    }
}

/// A day as it is shown; ISO text that is no day stays as it is.
pub(super) fn day(lang: Lang, iso: &str) -> String {
    iso.parse().map_or_else(|_| iso.to_owned(), |day| lang.date(day))
}

pub(super) fn time_kind(lang: Lang, kind: TimeKind) -> String {
    match kind {
        TimeKind::ByDate => lang.text("intake-time-by-date"),
        TimeKind::ByMonth => lang.text("intake-time-by-month"),
        TimeKind::Recurring => lang.text("intake-time-recurring"),
        TimeKind::Continuous => lang.text("intake-time-continuous"),
        TimeKind::StartThenContinuous => lang.text("intake-time-start-then-continuous"),
        TimeKind::OnDemand => lang.text("intake-time-on-demand"),
        TimeKind::PerPlan => lang.text("intake-time-per-plan"),
        TimeKind::Unspecified => lang.text("intake-time-unspecified"),
    }
}

/// Kinds of time with their codes, in the order of the forms.
pub(super) const TIME_KINDS: [(TimeKind, &str); 8] = [
    (TimeKind::ByDate, "by_date"),
    (TimeKind::ByMonth, "by_month"),
    (TimeKind::Recurring, "recurring"),
    (TimeKind::Continuous, "continuous"),
    (TimeKind::StartThenContinuous, "start_then_continuous"),
    (TimeKind::PerPlan, "per_plan"),
    (TimeKind::OnDemand, "on_demand"),
    (TimeKind::Unspecified, "unspecified"),
];

/// Periods with their codes.
pub(super) const RECURRENCES: [(Recurrence, &str); 6] = [
    (Recurrence::Weekly, "weekly"),
    (Recurrence::Monthly, "monthly"),
    (Recurrence::Quarterly, "quarterly"),
    (Recurrence::Semiannual, "semiannual"),
    (Recurrence::Annual, "annual"),
    (Recurrence::Periodic, "periodic"),
];

pub(super) fn recurrence(lang: Lang, recurrence: Recurrence) -> String {
    match recurrence {
        Recurrence::Weekly => lang.text("intake-every-week"),
        Recurrence::Monthly => lang.text("intake-every-month"),
        Recurrence::Quarterly => lang.text("intake-every-quarter"),
        Recurrence::Semiannual => lang.text("intake-every-half-year"),
        Recurrence::Annual => lang.text("intake-every-year"),
        Recurrence::Periodic => lang.text("intake-every-period"),
    }
}

/// How often reports are due, with codes.
pub(super) const CADENCES: [(Cadence, &str); 7] = [
    (Cadence::Weekly, "weekly"),
    (Cadence::Monthly, "monthly"),
    (Cadence::Quarterly, "quarterly"),
    (Cadence::Semiannual, "semiannual"),
    (Cadence::Annual, "annual"),
    (Cadence::AdHoc, "ad_hoc"),
    (Cadence::Periodic, "periodic"),
];

pub(super) fn cadence(lang: Lang, cadence: Cadence) -> String {
    match cadence {
        Cadence::Weekly => lang.text("intake-every-week"),
        Cadence::Monthly => lang.text("intake-every-month"),
        Cadence::Quarterly => lang.text("intake-every-quarter"),
        Cadence::Semiannual => lang.text("intake-every-half-year"),
        Cadence::Annual => lang.text("intake-every-year"),
        Cadence::AdHoc => lang.text("intake-every-ad-hoc"),
        Cadence::Periodic => lang.text("intake-every-period"),
    }
}

/// The time of a task: the day or the kind, and what is printed where that says more.
pub(super) fn time(lang: Lang, task: &TaskBody) -> String {
    let time = &task.time;
    let date = |iso: &Option<String>| iso.as_deref().map(|iso| day(lang, iso));
    let words = match (time.kind, date(&time.due), date(&time.start)) {
        (TimeKind::ByDate | TimeKind::ByMonth, Some(due), Some(start)) => format!("{start} – {due}"),
        (TimeKind::ByDate | TimeKind::ByMonth, Some(due), None) => due,
        (TimeKind::StartThenContinuous, _, Some(start)) => {
            lang.with("intake-time-from", &[("day", start.into())])
        }
        (TimeKind::Recurring, _, _) => {
            let every: Vec<String> = time.recurrence.iter().map(|every| recurrence(lang, *every)).collect();
            every.join(", ")
        }
        (kind, _, _) => time_kind(lang, kind),
    };
    match &task.time_text {
        Some(printed) if time.kind == TimeKind::Unspecified => format!("“{printed}”"),
        _ => words,
    }
}

pub(super) fn role(lang: Lang, role: PartyRole) -> String {
    match role {
        PartyRole::Lead => lang.text("intake-role-lead"),
        PartyRole::Coordinating => lang.text("intake-role-coordinating"),
        PartyRole::LeaderInCharge => lang.text("intake-role-leader"),
        PartyRole::Following => lang.text("intake-role-following"),
        PartyRole::Person => lang.text("intake-role-person"),
    }
}

/// Who it is: the directory's name, or what is printed where nobody is known.
pub(super) fn party(lang: Lang, party: &Party) -> String {
    match &party.holder {
        Holder::Awaiting => lang.text("intake-awaiting"),
        Holder::Unknown => lang.with("intake-unknown", &[("printed", party.printed.clone().into())]),
        Holder::Person { name, proposed: true } => {
            lang.with("intake-proposed", &[("name", name.clone().into())])
        }
        other if party.focal => lang.with("intake-focal", &[("name", other.name().to_owned().into())]),
        other => other.name().to_owned(),
    }
}

/// The value that a form sends for a holder.
pub(super) fn holder_value(holder: &Holder) -> String {
    match holder {
        Holder::Unit { id, .. } => format!("unit:{id}"),
        Holder::Grouping { id, .. } => format!("grouping:{id}"),
        Holder::Person { .. } => "person".to_owned(),
        Holder::Awaiting => "awaiting".to_owned(),
        Holder::Unknown => "unknown".to_owned(),
    }
}

/// The holder that a form's value means; names are filled in by the operation.
pub(super) fn holder_of(value: &str) -> Option<Holder> {
    match value.split_once(':') {
        Some(("unit", id)) => Some(Holder::Unit { id: id.parse().ok()?, name: String::new() }),
        Some(("grouping", id)) => Some(Holder::Grouping { id: id.parse().ok()?, name: String::new() }),
        None if value == "awaiting" => Some(Holder::Awaiting),
        _ => None,
    }
}
