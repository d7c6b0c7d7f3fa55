//! Updates in the words of the screen.

use crate::failure::say;
use crate::pages::tasks::words::clock;
use crate::pages::words::person;
use domain::Micros;
use domain::carrying::{Decision, Duty, Evidence, EvidenceFile, Proof, Seat, Shown, Update, Warning};
use domain::programmes::{ClaimKind, Confirmer, Fate, Period, Standing};
use jiff::tz::TimeZone;
use messages::Lang;

/// What an update says as a whole.
pub(crate) fn kind(lang: Lang, kind: ClaimKind) -> String {
    match kind {
        ClaimKind::Progress => lang.text("carrying-kind-progress"),
        ClaimKind::Done => lang.text("carrying-kind-done"),
        ClaimKind::NoWork => lang.text("carrying-kind-no-work"),
    }
}

/// How far the work on a task has come.
pub(crate) fn standing(lang: Lang, standing: Standing) -> String {
    match standing {
        Standing::Open => lang.text("carrying-standing-open"),
        Standing::Waiting => lang.text("carrying-standing-waiting"),
        Standing::Returned => lang.text("carrying-standing-returned"),
        Standing::DoneInTime => lang.text("carrying-standing-done-in-time"),
        Standing::DoneLate => lang.text("carrying-standing-done-late"),
        Standing::Done => lang.text("carrying-standing-done"),
    }
}

/// Why an update is to be read.
pub(crate) fn warning(lang: Lang, warning: Warning) -> String {
    lang.text(warning.message())
}

/// A period in one line.
pub(crate) fn period(lang: Lang, period: Period) -> String {
    format!("{} – {}", lang.date(period.from), lang.date(period.to))
}

/// What became of an update.
pub(crate) fn fate(lang: Lang, fate: Option<Fate>) -> String {
    match fate {
        None => lang.text("carrying-fate-draft"),
        Some(Fate::Waiting(Confirmer::OwnUnit, _)) => lang.text("carrying-fate-waiting-unit"),
        Some(Fate::Waiting(Confirmer::Between, _)) => lang.text("carrying-fate-waiting-between"),
        Some(Fate::Waiting(Confirmer::Assigner, _)) => lang.text("carrying-fate-waiting-assigner"),
        Some(Fate::Confirmed(_)) => lang.text("carrying-fate-confirmed"),
        Some(Fate::Returned(_)) => lang.text("carrying-fate-returned"),
    }
}

/// The address of the form of a seat.
pub(crate) fn form_of(seat: Seat) -> String {
    format!("/tasks/{}/{}?assignment={}&unit={}", seat.task, "update", seat.assignment, seat.unit)
}

/// A seat as a form sends it in one field.
pub(crate) fn seat_code(seat: Seat) -> String {
    format!("{}:{}:{}", seat.task, seat.assignment, seat.unit)
}

/// The seat of such a field.
pub(crate) fn seat_of(code: &str) -> Option<Seat> {
    let mut parts = code.split(':');
    let mut part = || parts.next().and_then(|part| part.parse::<uuid::Uuid>().ok());
    Some(Seat {
        task: domain::programmes::TaskId(part()?),
        assignment: domain::programmes::AssignmentId(part()?),
        unit: domain::UnitId(part()?),
    })
}

fn size(lang: Lang, bytes: i64) -> String {
    let kilobytes = (bytes + 1023) / 1024;
    lang.with("carrying-kilobytes", &[("size", kilobytes.into())])
}

/// One piece of evidence.
#[derive(Debug, Clone)]
pub(crate) struct ProofLine {
    pub href: String,
    pub name: String,
    pub detail: String,
    /// What the form's button sends to take it off.
    pub drop: String,
}

/// The evidence of an update, files first.
pub(crate) fn proofs(lang: Lang, evidence: &[Evidence], files: &[EvidenceFile]) -> Vec<ProofLine> {
    let file = |file: &EvidenceFile| ProofLine {
        href: format!("/updates/{}/files/{}", file.update, file.id),
        name: file.name.clone(),
        detail: size(lang, file.size_bytes),
        drop: format!("drop-file:{}", file.id),
    };
    let other = |one: &Evidence| {
        let drop = format!("drop-proof:{}", one.id);
        match &one.proof {
            Proof::Link(url) => {
                ProofLine { href: url.clone(), name: url.clone(), detail: String::new(), drop }
            }
            Proof::Document(document) => {
                let issued = document.issued_on.map(|day| lang.date(day.0)).unwrap_or_default();
                let parts = [issued, document.issuer.clone(), document.excerpt.clone()];
                let detail: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                ProofLine {
                    href: String::new(),
                    name: document.number.clone(),
                    detail: detail.join(" · "),
                    drop,
                }
            }
        }
    };
    files.iter().map(file).chain(evidence.iter().map(other)).collect()
}

/// Who decided what.
#[derive(Debug, Clone)]
pub(crate) struct DecisionLine {
    pub when: String,
    pub who: String,
    pub what: String,
    pub reason: String,
}

fn decision(lang: Lang, zone: &TimeZone, decision: &Decision) -> DecisionLine {
    let unit = || decision.unit_name.as_str().into();
    DecisionLine {
        when: lang.time(clock(decision.at, zone)),
        who: person(lang, &decision.by),
        what: if decision.returned {
            lang.with("carrying-decided-returned", &[("unit", unit())])
        } else {
            lang.with("carrying-decided-confirmed", &[("unit", unit()), ("level", decision.level.into())])
        },
        reason: decision.reason.clone().unwrap_or_default(),
    }
}

/// A submitted update as pages show it.
#[derive(Debug, Clone)]
pub(crate) struct UpdateLine {
    pub href: String,
    pub summary: String,
    pub unit: String,
    pub part: bool,
    pub kind: String,
    pub fate: String,
    pub when: String,
    pub who: String,
    pub facts: Vec<(String, String)>,
    pub proofs: Vec<ProofLine>,
    pub warnings: Vec<String>,
    pub decisions: Vec<DecisionLine>,
    pub waits_for: Option<String>,
    pub may_decide: bool,
    pub conflict: Option<String>,
    pub may_take_back: bool,
    pub correct: Option<String>,
    pub decide: String,
    pub version: i64,
}

impl UpdateLine {
    pub(crate) fn new(lang: Lang, zone: &TimeZone, shown: &Shown) -> UpdateLine {
        let update = &shown.update;
        let href = format!("/updates/{}", update.id);
        let sent = instant(lang, zone, update.submitted_at);
        let what = kind(lang, update.said.kind);
        let summary = lang.with(
            "carrying-update-of",
            &[
                ("kind", what.as_str().into()),
                ("unit", update.unit_name.as_str().into()),
                ("at", sent.as_str().into()),
            ],
        );
        UpdateLine {
            summary,
            unit: update.unit_name.clone(),
            part: !update.leads,
            kind: what,
            fate: fate(lang, update.fate),
            when: sent,
            who: update.submitted_by.as_deref().map(|name| person(lang, name)).unwrap_or_default(),
            facts: facts(lang, update, shown.milestone.as_deref()),
            proofs: proofs(lang, &shown.evidence, &shown.files),
            warnings: shown.warnings.iter().map(|one| warning(lang, *one)).collect(),
            decisions: shown.decisions.iter().map(|one| decision(lang, zone, one)).collect(),
            waits_for: shown.waits_for.clone(),
            may_decide: shown.may_decide && shown.conflict.is_none(),
            conflict: shown.conflict.as_ref().map(|reason| say(lang, reason)),
            may_take_back: shown.may_take_back,
            correct: shown.may_correct.then(|| format!("{href}/correct")),
            decide: format!("{href}/decide"),
            version: update.version,
            href,
        }
    }
}

pub(crate) fn instant(lang: Lang, zone: &TimeZone, at: Option<Micros>) -> String {
    at.map(|at| lang.time(clock(at, zone))).unwrap_or_default()
}

/// What an update says, as rows of a list of facts; what it leaves out is left out.
pub(crate) fn facts(lang: Lang, update: &Update, milestone: Option<&str>) -> Vec<(String, String)> {
    let said = &update.said;
    let percent = said.percent.map(|percent| format!("{percent} %")).unwrap_or_default();
    let completed = match said.completed_on {
        Some(day) if update.backdated_days > 0 => lang.with(
            "carrying-completed-backdated",
            &[("day", day.0.into()), ("days", update.backdated_days.into())],
        ),
        Some(day) => lang.date(day.0),
        None => String::new(),
    };
    let rows = [
        ("carrying-period", said.period.map(|one| period(lang, one)).unwrap_or_default()),
        ("carrying-milestone", milestone.unwrap_or_default().to_owned()),
        ("carrying-percent", percent),
        ("carrying-completed-on", completed),
        ("carrying-body", said.body.clone()),
        ("carrying-result", said.result.clone()),
        ("carrying-product", said.product.clone()),
        ("carrying-difficulty", said.difficulty.clone()),
        ("carrying-remover", said.remover.clone()),
        ("carrying-entered-for", said.entered_for.clone().unwrap_or_default()),
    ];
    rows.into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(key, value)| (lang.text(key), value))
        .collect()
}

/// A unit's part in a task.
#[derive(Debug, Clone)]
pub(crate) struct DutyLine {
    pub unit: String,
    pub role: String,
    pub receipt: String,
    pub fate: String,
    pub form: Option<String>,
    pub draft: bool,
    pub seat: String,
}

impl DutyLine {
    pub(crate) fn new(lang: Lang, zone: &TimeZone, duty: &Duty) -> DutyLine {
        let receipt = match &duty.receipt {
            None => lang.text("carrying-not-received"),
            Some(receipt) => {
                let at = instant(lang, zone, Some(receipt.received_at));
                let args = [("at", at.into()), ("who", person(lang, &receipt.received_by).into())];
                let received = lang.with("carrying-received", &args);
                match &receipt.passed_to {
                    Some(to) => {
                        let passed = lang.with("carrying-passed-to", &[("to", to.as_str().into())]);
                        format!("{received}; {passed}")
                    }
                    None => received,
                }
            }
        };
        DutyLine {
            unit: duty.unit_name.clone(),
            role: crate::pages::words::role(lang, duty.role),
            receipt,
            fate: duty.last.as_ref().map(|last| fate(lang, last.fate)).unwrap_or_default(),
            form: duty.may_report.then(|| form_of(duty.seat)),
            draft: duty.draft.is_some(),
            seat: seat_code(duty.seat),
        }
    }
}
