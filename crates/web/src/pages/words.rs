//! Words that the pages of several contexts share: the times and roles of a plan, and how long a text may be.

use domain::programmes::{AssignmentRole, Cadence, Recurrence, TimeKind};
use jiff::civil::Date;
use messages::Lang;

/// Longest name of a step on the way to a page, in letters.
pub(crate) const CRUMB: usize = 48;

/// A text in at most so many letters, cut between words.
pub(crate) fn short(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let cut = text[..end].rfind(' ').unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', ' ', '.']))
}

/// The name of somebody who did something; of one whose personal data were erased, that they were.
pub(crate) fn person(lang: Lang, name: &str) -> String {
    if name == domain::people::NOBODY { lang.text("accounts-erased-name") } else { name.to_owned() }
}

/// The word of a role.
pub(crate) fn role(lang: Lang, role: AssignmentRole) -> String {
    match role {
        AssignmentRole::Lead => lang.text("programmes-role-lead"),
        AssignmentRole::JointLead => lang.text("programmes-role-joint-lead"),
        AssignmentRole::Coordinating => lang.text("programmes-role-coordinating"),
        AssignmentRole::LeaderInCharge => lang.text("programmes-role-leader"),
        AssignmentRole::Following => lang.text("programmes-role-following"),
        AssignmentRole::Person => lang.text("programmes-role-person"),
    }
}

/// The word of a kind of time.
pub(crate) fn kind(lang: Lang, kind: TimeKind) -> String {
    match kind {
        TimeKind::ByDate => lang.text("programmes-kind-by-date"),
        TimeKind::ByMonth => lang.text("programmes-kind-by-month"),
        TimeKind::Recurring => lang.text("programmes-kind-recurring"),
        TimeKind::Continuous => lang.text("programmes-kind-continuous"),
        TimeKind::StartThenContinuous => lang.text("programmes-kind-start-then-continuous"),
        TimeKind::OnDemand => lang.text("programmes-kind-on-demand"),
        TimeKind::PerPlan => lang.text("programmes-kind-per-plan"),
        TimeKind::Unspecified => lang.text("programmes-kind-unspecified"),
    }
}

/// Kinds of time in the order in which a form offers them, with the codes it sends.
pub(crate) const KINDS: [(TimeKind, &str); 8] = [
    (TimeKind::ByDate, "by_date"),
    (TimeKind::ByMonth, "by_month"),
    (TimeKind::Recurring, "recurring"),
    (TimeKind::Continuous, "continuous"),
    (TimeKind::StartThenContinuous, "start_then_continuous"),
    (TimeKind::OnDemand, "on_demand"),
    (TimeKind::PerPlan, "per_plan"),
    (TimeKind::Unspecified, "unspecified"),
];

/// How often, in words.
pub(crate) fn often(lang: Lang, often: Recurrence) -> String {
    match often {
        Recurrence::Weekly => lang.text("programmes-often-weekly"),
        Recurrence::Monthly => lang.text("programmes-often-monthly"),
        Recurrence::Quarterly => lang.text("programmes-often-quarterly"),
        Recurrence::Semiannual => lang.text("programmes-often-semiannual"),
        Recurrence::Annual => lang.text("programmes-often-annual"),
        Recurrence::Periodic => lang.text("programmes-often-periodic"),
    }
}

/// How often recurring work returns, in the order in which a form offers it, with the codes it sends.
pub(crate) const OFTEN: [(Recurrence, &str); 6] = [
    (Recurrence::Weekly, "weekly"),
    (Recurrence::Monthly, "monthly"),
    (Recurrence::Quarterly, "quarterly"),
    (Recurrence::Semiannual, "semiannual"),
    (Recurrence::Annual, "annual"),
    (Recurrence::Periodic, "periodic"),
];

/// How often reports are due, in the order in which a form offers it, with the codes it sends.
pub(crate) const CADENCES: [(Cadence, &str); 7] = [
    (Cadence::Weekly, "weekly"),
    (Cadence::Monthly, "monthly"),
    (Cadence::Quarterly, "quarterly"),
    (Cadence::Semiannual, "semiannual"),
    (Cadence::Annual, "annual"),
    (Cadence::AdHoc, "ad_hoc"),
    (Cadence::Periodic, "periodic"),
];

/// How often reports are due, in words.
pub(crate) fn cadence(lang: Lang, cadence: Cadence) -> String {
    match cadence {
        Cadence::Weekly => often(lang, Recurrence::Weekly),
        Cadence::Monthly => often(lang, Recurrence::Monthly),
        Cadence::Quarterly => often(lang, Recurrence::Quarterly),
        Cadence::Semiannual => often(lang, Recurrence::Semiannual),
        Cadence::Annual => often(lang, Recurrence::Annual),
        Cadence::AdHoc => lang.text("programmes-often-ad-hoc"),
        Cadence::Periodic => often(lang, Recurrence::Periodic),
    }
}

/// A time in one line: its days, how often it returns, else the word of its kind.
pub(crate) fn time(
    lang: Lang,
    of: TimeKind,
    start: Option<Date>,
    due: Option<Date>,
    recurrence: &[Recurrence],
) -> String {
    match (of, start, due) {
        (TimeKind::ByDate | TimeKind::ByMonth, None, Some(due)) => lang.date(due),
        (TimeKind::ByDate | TimeKind::ByMonth, Some(start), Some(due)) => {
            lang.with("programmes-time-from-to", &[("start", start.into()), ("due", due.into())])
        }
        (TimeKind::StartThenContinuous, Some(start), _) => {
            lang.with("programmes-time-from-on", &[("start", start.into())])
        }
        (TimeKind::Recurring, ..) if !recurrence.is_empty() => {
            let words: Vec<String> = recurrence.iter().map(|one| often(lang, *one)).collect();
            words.join(", ")
        }
        (other, ..) => kind(lang, other),
    }
}
