//! What is read, in words for the pages of this context.

pub(super) use crate::pages::words::{CADENCES, KINDS, OFTEN, cadence, kind, often, short};
use domain::intake::{Holder, Intake, Party, PartyRole, Status, TaskBody};
use domain::programmes::{AssignmentRole, TimeKind};
use messages::Lang;

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

/// The time of a task: the day or the kind, and what is printed where that says more.
pub(super) fn time(lang: Lang, task: &TaskBody) -> String {
    let time = &task.time;
    let date = |iso: &Option<String>| iso.as_deref().and_then(|iso| iso.parse().ok());
    match &task.time_text {
        Some(printed) if time.kind == TimeKind::Unspecified => format!("“{printed}”"),
        _ => crate::pages::words::time(lang, time.kind, date(&time.start), date(&time.due), &time.recurrence),
    }
}

/// The word of a role, as the plan will call it.
pub(crate) fn role(lang: Lang, role: PartyRole) -> String {
    let role = match role {
        PartyRole::Lead => AssignmentRole::Lead,
        PartyRole::Coordinating => AssignmentRole::Coordinating,
        PartyRole::LeaderInCharge => AssignmentRole::LeaderInCharge,
        PartyRole::Following => AssignmentRole::Following,
        PartyRole::Person => AssignmentRole::Person,
    };
    crate::pages::words::role(lang, role)
}

/// Who it is: the directory's name, or what is printed where nobody is known.
pub(crate) fn party(lang: Lang, party: &Party) -> String {
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
