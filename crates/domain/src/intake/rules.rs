//! Pure rules over items: making them from what was read, splitting, merging, checking.

use super::model::*;
use crate::error::Problems;
use crate::{Reason, Result};
use jiff::civil::Date;
use papers::fold::fold;
use papers::plan::second::Field;
use papers::plan::{self, TimeKind};

/// Below this score a printed name is left to the reviewer.
pub const SURE: f64 = 0.85;

/// An item of which the reader was less sure is looked at first, and says so.
pub const UNSURE: f64 = 0.6;

/// Longest title, in characters; the wording itself may be longer.
pub const TITLE_CHARS: usize = 4_000;

/// Makes the items of a plan, in the order of the document. `second` is what a second reading says of each of
/// its tasks, where there was one. `resolve` finds who a printed name is.
pub fn items(
    text: &str,
    plan: &plan::Plan,
    second: &[plan::second::Second],
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) -> Vec<Body> {
    let chars: Vec<char> = text.chars().collect();
    let mut bodies: Vec<(usize, Body)> = Vec::new();
    let place = |span: Option<plan::Span>| span.map_or(usize::MAX, |span| span[0]);
    for (at, task) in plan.tasks.iter().enumerate() {
        let body = TaskBody { second: second.get(at).cloned(), ..task_body(&chars, task, resolve) };
        bodies.push((place(task.span), Body::Task(body)));
    }
    for read in &plan.indicators {
        bodies.push((place(read.span), Body::Indicator(indicator_body(&chars, read))));
    }
    for duty in &plan.reporting {
        bodies.push((place(duty.span), Body::Duty(duty_body(&chars, duty, resolve))));
    }
    bodies.sort_by_key(|(place, _)| *place);
    let worded = |body: &Body| !body.title().trim().is_empty();
    bodies.into_iter().map(|(_, body)| body).filter(worded).collect()
}

/// Who a printed name is, as a part in a task.
pub fn party(
    role: PartyRole,
    printed: &str,
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) -> Party {
    let (holder, score) = match resolve(printed) {
        Some((holder, score)) if score >= SURE => (holder, score),
        Some((_, score)) => (Holder::Unknown, score),
        None => (Holder::Unknown, 0.0),
    };
    Party { role, printed: printed.to_owned(), holder, score, focal: false }
}

fn task_body(
    chars: &[char],
    task: &plan::Task,
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) -> TaskBody {
    let mut parties: Vec<Party> =
        task.lead.iter().map(|name| party(PartyRole::Lead, name, resolve)).collect();
    if parties.is_empty() {
        parties.push(awaiting());
    } else if parties.len() > 1 {
        parties[0].focal = true;
    }
    parties.extend(task.coordinating.iter().map(|name| party(PartyRole::Coordinating, name, resolve)));
    let person = |name: &String, proposed| Party {
        role: PartyRole::Person,
        printed: name.clone(),
        holder: Holder::Person { name: name.clone(), proposed },
        score: 1.0,
        focal: false,
    };
    parties.extend(task.person.iter().map(|name| person(name, false)));
    parties.extend(task.proposer.iter().map(|name| person(name, true)));
    let mut body = TaskBody {
        code: task.code.clone(),
        group: task.group.clone(),
        title: tidy(&task.title),
        text: task.text.as_deref().map(tidy).filter(|text| !text.is_empty()),
        outputs: task.outputs.clone(),
        time_text: task.time_text.clone(),
        time: task.time.clone(),
        parties,
        passages: passages(chars, task.span),
        confidence: task.confidence,
        ..TaskBody::default()
    };
    dedupe(&mut body.parties);
    sound(&mut body);
    body
}

/// Ties what a reader left loose, so that every item as read keeps the rules of [`check`]: a kind of
/// time that needs a day and has none becomes unspecified, and a very long title becomes the wording.
pub fn sound(task: &mut TaskBody) {
    let time = &mut task.time;
    for day in [&mut time.start, &mut time.due] {
        if day.as_deref().is_some_and(|text| text.parse::<Date>().is_err()) {
            *day = None;
        }
    }
    if time.start.is_some() && time.due.is_some() && time.start > time.due {
        time.start = None;
    }
    match time.kind {
        TimeKind::ByDate | TimeKind::ByMonth if time.due.is_none() => time.kind = TimeKind::Unspecified,
        TimeKind::StartThenContinuous if time.start.is_none() => time.kind = TimeKind::Continuous,
        TimeKind::Recurring if time.recurrence.is_empty() => time.recurrence.push(plan::Recurrence::Periodic),
        _ => {}
    }
    if task.title.chars().count() > TITLE_CHARS {
        let whole = task.text.take().unwrap_or_else(|| task.title.clone());
        task.text = Some(whole);
        let cut = cuts(&task.title).into_iter().rfind(|at| *at <= TITLE_CHARS).unwrap_or(TITLE_CHARS);
        task.title = tidy(&task.title.chars().take(cut).collect::<String>());
    }
    task.outputs.retain(|output| !output.trim().is_empty());
}

fn indicator_body(chars: &[char], read: &plan::Indicator) -> IndicatorBody {
    IndicatorBody {
        code: read.code.clone(),
        group: read.group.clone(),
        name: tidy(&read.name),
        unit: read.unit.clone(),
        target_text: read.target_text.clone(),
        target: read.target.clone(),
        note: read.note.clone(),
        passages: passages(chars, read.span),
        confidence: read.confidence,
    }
}

/// A duty that does not say what is reported is called by its sentence.
fn duty_body(
    chars: &[char],
    duty: &plan::Duty,
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) -> DutyBody {
    let mut named = |name: &Option<String>| name.as_deref().map(|name| party(PartyRole::Lead, name, resolve));
    let passages = passages(chars, duty.span);
    let sentence = || passages.first().map(|passage| passage.quote.clone());
    DutyBody {
        who: named(&duty.who),
        to: named(&duty.to),
        through: named(&duty.through),
        what: duty.what.clone().or_else(sentence),
        due: duty.due.clone(),
        cadence: duty.cadence,
        passages,
    }
}

/// The lead that is still to be appointed.
pub fn awaiting() -> Party {
    Party { holder: Holder::Awaiting, score: 1.0, ..Party::default() }
}

fn passages(chars: &[char], span: Option<plan::Span>) -> Vec<Passage> {
    let Some([from, to]) = span.filter(|[from, to]| from < to && *to <= chars.len()) else {
        return Vec::new();
    };
    vec![Passage { span: Some([from, to]), quote: tidy(&chars[from..to].iter().collect::<String>()) }]
}

/// White space joined to single blanks.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same holder (or the same unknown printed name) once per role; "chờ chỉ định" gives way to a name.
pub fn dedupe(parties: &mut Vec<Party>) {
    let mut kept: Vec<Party> = Vec::with_capacity(parties.len());
    for party in parties.drain(..) {
        let same = kept.iter_mut().find(|other| {
            other.role == party.role
                && (other.holder.same(&party.holder)
                    || (!party.printed.is_empty() && fold(&other.printed) == fold(&party.printed)))
        });
        match same {
            Some(other) => other.focal |= party.focal,
            None => kept.push(party),
        }
    }
    let named = kept.iter().any(|p| p.role == PartyRole::Lead && p.holder != Holder::Awaiting);
    if named {
        kept.retain(|p| p.role != PartyRole::Lead || p.holder != Holder::Awaiting);
    }
    *parties = kept;
}

/// Where a wording can be cut, in characters: after sentences, semicolons and line ends.
pub fn cuts(wording: &str) -> Vec<usize> {
    let chars: Vec<char> = wording.chars().collect();
    let ends = |at: usize| match chars[at] {
        ';' | '\n' => true,
        '.' | '?' | '!' | ':' => {
            chars.get(at + 1).is_none_or(|c| c.is_whitespace())
                && chars[at + 1..].iter().find(|c| !c.is_whitespace()).is_none_or(|c| !c.is_lowercase())
        }
        _ => false,
    };
    let mut cuts = Vec::new();
    for at in 0..chars.len() {
        let rest = chars[at + 1..].iter().position(|c| !c.is_whitespace());
        if let Some(gap) = rest.filter(|_| ends(at)) {
            cuts.push(at + 1 + gap);
        }
    }
    cuts.dedup();
    cuts
}

/// Cuts a task in two at a character of its wording. Both keep the parties, the time and the group.
///
/// # Errors
/// Nothing would be left on one side.
pub fn split(task: &TaskBody, at: usize) -> Result<(TaskBody, TaskBody)> {
    let wording: Vec<char> = task.wording().chars().collect();
    let (head, tail) = wording.split_at(at.min(wording.len()));
    let (head, tail) = (tidy(&head.iter().collect::<String>()), tidy(&tail.iter().collect::<String>()));
    let tail = tail.trim_start_matches(['-', '+', '–', ';', ',', '.', ' ']).to_owned();
    if fold(&head).is_empty() || fold(&tail).is_empty() {
        return Err(crate::Error::invalid("at", Reason::new("intake-problem-split-empty")));
    }
    let (first_passages, second_passages) = split_passages(&task.passages, &head);
    let first = TaskBody { title: head, text: None, passages: first_passages, second: None, ..task.clone() };
    let second = TaskBody {
        code: None,
        title: tail,
        text: None,
        passages: second_passages,
        second: None,
        funding: Vec::new(),
        milestones: Vec::new(),
        ..task.clone()
    };
    Ok((first, second))
}

/// Cuts the passage after the words of `head` where they stand in it; else both keep the whole.
fn split_passages(passages: &[Passage], head: &str) -> (Vec<Passage>, Vec<Passage>) {
    let [Passage { span: Some([from, to]), quote }] = passages else {
        return (passages.to_vec(), passages.to_vec());
    };
    let (Some(start), true) = (quote.find(head), quote.chars().count() == to - from) else {
        return (passages.to_vec(), passages.to_vec());
    };
    let (first, second) = quote.split_at(start + head.len());
    let middle = from + first.chars().count();
    let piece = |from, to, quote: &str| vec![Passage { span: Some([from, to]), quote: tidy(quote) }];
    (piece(*from, middle, first), piece(middle, *to, second))
}

/// One task out of two that follow each other: the first one's words, then the second one's.
pub fn merge(first: &TaskBody, second: &TaskBody) -> TaskBody {
    let wording = format!("{} {}", first.wording(), second.wording());
    let mut merged = TaskBody { second: None, ..first.clone() };
    if first.text.is_some() || second.text.is_some() {
        merged.text = Some(wording);
    } else {
        merged.title = wording;
    }
    for output in &second.outputs {
        if !merged.outputs.iter().any(|known| fold(known) == fold(output)) {
            merged.outputs.push(output.clone());
        }
    }
    merged.parties.extend(second.parties.iter().map(|party| Party { focal: false, ..party.clone() }));
    dedupe(&mut merged.parties);
    if merged.time.kind == TimeKind::Unspecified && merged.time_text.is_none() {
        merged.time = second.time.clone();
        merged.time_text = second.time_text.clone();
        merged.time_settled = second.time_settled;
    }
    for passage in &second.passages {
        match merged.passages.last_mut() {
            Some(last) if adjoin(last, passage) => {
                last.span = last.span.zip(passage.span).map(|(a, b)| [a[0], b[1]]);
                last.quote = format!("{} {}", last.quote, passage.quote);
            }
            _ => merged.passages.push(passage.clone()),
        }
    }
    merged.funding.extend(second.funding.iter().cloned());
    merged.milestones.extend(second.milestones.iter().cloned());
    merged.confidence = first.confidence.min(second.confidence);
    merged
}

/// A person said what the field is: what a second reading says of it no longer matters.
pub fn decided(task: &mut TaskBody, field: Field) {
    if let Some(second) = &mut task.second {
        second.differences.retain(|difference| difference.field != field);
    }
}

/// The task with one field as the second reading has it; `None` where the readings do not differ there.
pub fn with_second(
    task: &TaskBody,
    field: Field,
    resolve: &mut dyn FnMut(&str) -> Option<(Holder, f64)>,
) -> Option<TaskBody> {
    let mut task = task.clone();
    let second = task.second.as_mut()?;
    let at = second.differences.iter().position(|difference| difference.field == field)?;
    let difference = second.differences.remove(at);
    match field {
        Field::Lead | Field::Coordinating => {
            let lead = field == Field::Lead;
            let role = if lead { PartyRole::Lead } else { PartyRole::Coordinating };
            task.parties.retain(|party| party.role != role);
            let mut named: Vec<Party> =
                difference.names.iter().map(|name| party(role, name, resolve)).collect();
            if lead && named.len() > 1 {
                named[0].focal = true;
            }
            let place = if lead { 0 } else { task.parties.len() };
            task.parties.splice(place..place, named);
            dedupe(&mut task.parties);
        }
        Field::Time => {
            task.time_text = difference.words.first().map(|words| words.text.clone());
            task.time = difference.time.unwrap_or_default();
            task.time_settled = false;
        }
        Field::Outputs => task.outputs = difference.names,
    }
    sound(&mut task);
    Some(task)
}

/// Do two passages follow each other closely (a line end or a bullet between them)?
fn adjoin(first: &Passage, second: &Passage) -> bool {
    matches!((first.span, second.span), (Some(a), Some(b)) if b[0] >= a[1] && b[0] - a[1] <= 8)
}

/// Something about an item that should be mended (khiếm khuyết của kế hoạch).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    /// A printed name fits no unit for sure.
    UnknownUnit,
    /// No required product.
    NoProduct,
    /// A time is printed and cannot be read.
    UnreadableTime,
    /// A target is printed and cannot be read, or there is none.
    NoTarget,
    /// A task of nearly the same words exists, here or in a programme.
    Duplicate,
}

impl Defect {
    /// All defects, the gravest first.
    pub const ALL: [Defect; 5] =
        [Defect::UnknownUnit, Defect::Duplicate, Defect::UnreadableTime, Defect::NoTarget, Defect::NoProduct];

    /// The code used in addresses; `intake-defect-` before it is its message.
    pub fn code(self) -> &'static str {
        match self {
            Defect::UnknownUnit => "unknown-unit",
            Defect::NoProduct => "no-product",
            Defect::UnreadableTime => "unreadable-time",
            Defect::NoTarget => "no-target",
            Defect::Duplicate => "duplicate",
        }
    }
}

/// A state that is no defect and that an officer settles, in bulk where he likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Settle {
    /// No lead yet: chờ chỉ định.
    Awaiting,
    /// Thường xuyên.
    Continuous,
    /// Theo kế hoạch cụ thể.
    PerPlan,
    /// Theo yêu cầu.
    OnDemand,
    /// The document names no time.
    NoTime,
}

impl Settle {
    /// All states to settle.
    pub const ALL: [Settle; 5] =
        [Settle::Awaiting, Settle::Continuous, Settle::PerPlan, Settle::OnDemand, Settle::NoTime];

    /// The code used in addresses; `intake-settle-` before it is its message.
    pub fn code(self) -> &'static str {
        match self {
            Settle::Awaiting => "awaiting",
            Settle::Continuous => "continuous",
            Settle::PerPlan => "per-plan",
            Settle::OnDemand => "on-demand",
            Settle::NoTime => "no-time",
        }
    }
}

/// The defects that an item shows by itself (duplicates need the others).
pub fn defects(body: &Body) -> Vec<Defect> {
    let mut found = Vec::new();
    match body {
        Body::Task(task) => {
            if task.parties.iter().any(|party| party.holder == Holder::Unknown) {
                found.push(Defect::UnknownUnit);
            }
            if task.time.kind == TimeKind::Unspecified && task.time_text.is_some() && !task.time_settled {
                found.push(Defect::UnreadableTime);
            }
            if task.outputs.iter().all(|output| output.trim().is_empty()) {
                found.push(Defect::NoProduct);
            }
        }
        Body::Indicator(indicator) => {
            let target = &indicator.target;
            if target.value.is_none() && indicator.target_text.as_deref().is_none_or(|t| t.trim().is_empty())
            {
                found.push(Defect::NoTarget);
            }
        }
        Body::Duty(duty) => {
            let unknown = |party: &Option<Party>| party.as_ref().is_some_and(|p| p.holder == Holder::Unknown);
            if unknown(&duty.who) || unknown(&duty.to) || unknown(&duty.through) {
                found.push(Defect::UnknownUnit);
            }
        }
    }
    found
}

/// The states of an item that are still to be settled.
pub fn settles(body: &Body) -> Vec<Settle> {
    let Body::Task(task) = body else { return Vec::new() };
    let mut found = Vec::new();
    if !task.lead_settled && task.with_role(PartyRole::Lead).all(|p| p.holder == Holder::Awaiting) {
        found.push(Settle::Awaiting);
    }
    if !task.time_settled {
        match task.time.kind {
            TimeKind::Continuous => found.push(Settle::Continuous),
            TimeKind::PerPlan => found.push(Settle::PerPlan),
            TimeKind::OnDemand => found.push(Settle::OnDemand),
            TimeKind::Unspecified if task.time_text.is_none() => found.push(Settle::NoTime),
            _ => {}
        }
    }
    found
}

/// Checks an item that somebody edited.
///
/// # Errors
/// All problems at once, by the names of the form's fields.
pub fn check(body: &Body) -> Result<()> {
    let mut problems = Problems::default();
    let title = body.title().trim();
    problems.check(title.is_empty(), "title", Reason::new("intake-problem-title-empty"));
    problems.check(
        title.chars().count() > TITLE_CHARS,
        "title",
        Reason::new("intake-problem-title-long").with("limit", TITLE_CHARS),
    );
    problems.check_open("title", title);
    if let Body::Task(task) = body {
        check_time(&mut problems, &task.time);
        problems.check_open("text", task.text.as_deref().unwrap_or_default());
        for output in &task.outputs {
            problems.check_open("outputs", output);
        }
        let leads: Vec<_> = task.with_role(PartyRole::Lead).collect();
        let focal = leads.iter().filter(|party| party.focal).count();
        problems.check(focal > 1, "focal", Reason::new("intake-problem-focal-many"));
        problems.check(
            task.parties.iter().any(|p| p.focal && p.role != PartyRole::Lead),
            "focal",
            Reason::new("intake-problem-focal-lead"),
        );
        let negative = task.funding.iter().any(|money| money.planned < 0);
        problems.check(negative, "funding", Reason::new("intake-problem-funding-negative"));
    }
    problems.settle()
}

fn check_time(problems: &mut Problems, time: &plan::Time) {
    let day = |text: &Option<String>| text.as_deref().map(str::parse::<Date>);
    let (start, due) = (day(&time.start), day(&time.due));
    problems.check(matches!(start, Some(Err(_))), "start", Reason::new("intake-problem-day"));
    problems.check(matches!(due, Some(Err(_))), "due", Reason::new("intake-problem-day"));
    if let (Some(Ok(start)), Some(Ok(due))) = (&start, &due) {
        problems.check(start > due, "due", Reason::new("intake-problem-due-before-start"));
    }
    let dated = matches!(time.kind, TimeKind::ByDate | TimeKind::ByMonth);
    problems.check(dated && time.due.is_none(), "due", Reason::new("intake-problem-due-missing"));
    let starts = time.kind == TimeKind::StartThenContinuous;
    problems.check(starts && time.start.is_none(), "start", Reason::new("intake-problem-start-missing"));
    let recurring = time.kind == TimeKind::Recurring;
    problems.check(
        recurring && time.recurrence.is_empty(),
        "recurrence",
        Reason::new("intake-problem-recurrence-missing"),
    );
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
