//! Editing one item.

use super::{frame_under, may_manage, names, words};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as};
use crate::form::Form;
use crate::session::{Posted, Session};
use crate::view::{Choice, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::intake::{
    self, Body, DutyBody, Funding, Holder, IndicatorBody, Intake, IntakeId, Item, ItemId, ItemRef, Milestone,
    Party, PartyRole, TargetOp, TaskBody,
};
use domain::{command, query};
use messages::Lang;

/// A party on the form: keep it or not, who it is.
struct PartyRow {
    number: usize,
    role: String,
    printed: String,
    unknown: bool,
    name: String,
    lead: bool,
    kept: bool,
    focal: bool,
    chosen: String,
    choices: Vec<Choice>,
}

/// A row of money or of a step on the form, with the names of its fields.
struct Line {
    number: usize,
    first: String,
    second: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "intake/item.html")]
struct ItemPage {
    page: Page,
    intake: IntakeId,
    item: Item,
    kind: &'static str,
    form: Form,
    parties: Vec<PartyRow>,
    many_leads: bool,
    roles: Vec<Choice>,
    added: Vec<Choice>,
    times: Vec<Choice>,
    recurrences: Vec<Choice>,
    ops: Vec<Choice>,
    cadences: Vec<Choice>,
    money: Vec<Line>,
    steps: Vec<Line>,
    search: String,
}

/// Rows of money and of steps on the form: what is there and an empty one.
fn rows(form: &Form, name: &str) -> Vec<usize> {
    let filled = (1..).take_while(|n| !form.value(&format!("{name}-{n}")).is_empty()).count();
    (1..=filled + 1).collect()
}

fn lines(form: &Form, first: &str, second: &str) -> Vec<Line> {
    let line = |number: usize| Line {
        number,
        first: format!("{first}-{number}"),
        second: format!("{second}-{number}"),
        chosen: form.has("completes", &number.to_string()),
    };
    rows(form, first).into_iter().map(line).collect()
}

fn time_choices(lang: Lang) -> Vec<Choice> {
    words::KINDS.iter().map(|(kind, code)| Choice::new(*code, words::kind(lang, *kind))).collect()
}

const OPS: [(TargetOp, &str); 7] = [
    (TargetOp::AtLeast, "at_least"),
    (TargetOp::AtMost, "at_most"),
    (TargetOp::Exactly, "exactly"),
    (TargetOp::Increase, "increase"),
    (TargetOp::Decrease, "decrease"),
    (TargetOp::Range, "range"),
    (TargetOp::Qualitative, "qualitative"),
];

fn op_word(lang: Lang, op: TargetOp) -> String {
    match op {
        TargetOp::AtLeast => lang.text("intake-op-at-least"),
        TargetOp::AtMost => lang.text("intake-op-at-most"),
        TargetOp::Exactly => lang.text("intake-op-exactly"),
        TargetOp::Increase => lang.text("intake-op-increase"),
        TargetOp::Decrease => lang.text("intake-op-decrease"),
        TargetOp::Range => lang.text("intake-op-range"),
        TargetOp::Qualitative => lang.text("intake-op-qualitative"),
    }
}

/// The form with what the item says now.
fn filled(lang: Lang, item: &Item) -> Form {
    let form = Form::new().fill("version", item.version.to_string());
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    match &item.body {
        Body::Task(task) => filled_task(lang, form, task),
        Body::Indicator(it) => {
            let code = OPS.iter().find(|(op, _)| *op == it.target.op).map_or("", |(_, code)| code);
            let number = |value: Option<f64>| value.map(|value| lang.number(value)).unwrap_or_default();
            form.fill("title", &it.name)
                .fill("code", some(&it.code))
                .fill("group", some(&it.group))
                .fill("measure", some(&it.unit))
                .fill("target_text", some(&it.target_text))
                .fill("op", code)
                .fill("value", number(it.target.value))
                .fill("value_max", number(it.target.value_max))
                .fill("by", some(&it.target.by))
                .fill("note", some(&it.note))
        }
        Body::Duty(duty) => {
            let printed = |party: &Option<Party>| {
                let name = |p: &Party| {
                    if p.printed.is_empty() { p.holder.name().to_owned() } else { p.printed.clone() }
                };
                party.as_ref().map(name).unwrap_or_default()
            };
            let days: Vec<String> = duty.due.iter().map(|day| super::review::duty_day(lang, day)).collect();
            let code =
                words::CADENCES.iter().find(|(it, _)| Some(*it) == duty.cadence).map_or("", |(_, code)| code);
            form.fill("title", some(&duty.what))
                .fill("who", printed(&duty.who))
                .fill("to", printed(&duty.to))
                .fill("through", printed(&duty.through))
                .fill("days", days.join("; "))
                .fill("cadence", code)
        }
    }
}

fn filled_task(lang: Lang, form: Form, task: &TaskBody) -> Form {
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let date = |iso: &Option<String>| iso.as_deref().map(|iso| words::day(lang, iso)).unwrap_or_default();
    let kind = words::KINDS.iter().find(|(kind, _)| *kind == task.time.kind).map_or("", |(_, code)| code);
    let mut form = form
        .fill("title", &task.title)
        .fill("text", some(&task.text))
        .fill("code", some(&task.code))
        .fill("group", some(&task.group))
        .fill("outputs", task.outputs.join("\n"))
        .fill("time", kind)
        .fill("time_text", some(&task.time_text))
        .fill("start", date(&task.time.start))
        .fill("due", date(&task.time.due));
    for (every, code) in words::OFTEN {
        if task.time.recurrence.contains(&every) {
            form = form.fill("recurrence", code);
        }
    }
    for (number, party) in task.parties.iter().enumerate() {
        form = form.fill("keep", number.to_string());
        form = form.fill(&format!("is-{number}"), words::holder_value(&party.holder));
        if party.focal {
            form = form.fill("focal", number.to_string());
        }
    }
    for (number, money) in task.funding.iter().enumerate() {
        form = form.fill(&format!("source-{}", number + 1), &money.source);
        form = form.fill(&format!("planned-{}", number + 1), lang.integer(money.planned));
    }
    for (number, step) in task.milestones.iter().enumerate() {
        form = form.fill(&format!("step-{}", number + 1), &step.title);
        form = form.fill(&format!("step_due-{}", number + 1), date(&step.due));
        if step.completes {
            form = form.fill("completes", (number + 1).to_string());
        }
    }
    form
}

async fn party_rows(
    app: &App,
    session: &Session,
    intake: IntakeId,
    task: &TaskBody,
    form: &Form,
) -> Result<Vec<PartyRow>, PageError> {
    let lang = session.lang();
    let unknown: Vec<String> =
        task.parties.iter().filter(|p| p.holder == Holder::Unknown).map(|p| p.printed.clone()).collect();
    let mut found = if unknown.is_empty() {
        Vec::new()
    } else {
        query!(&app.platform, session.actor(), cx => { intake::candidates(cx, intake, &unknown, 4).await })?
    }
    .into_iter();
    let mut rows = Vec::with_capacity(task.parties.len());
    for (number, party) in task.parties.iter().enumerate() {
        let is_unknown = party.holder == Holder::Unknown;
        let mut choices: Vec<Choice> = Vec::new();
        if is_unknown {
            choices.extend(found.next().iter().flatten().map(|candidate| names::choice(lang, candidate)));
            choices.push(Choice::new("unknown", lang.text("intake-keep-unknown")));
        }
        rows.push(PartyRow {
            number,
            role: words::role(lang, party.role),
            printed: party.printed.clone(),
            unknown: is_unknown,
            name: words::party(lang, party),
            lead: party.role == PartyRole::Lead,
            kept: form.has("keep", &number.to_string()),
            focal: form.has("focal", &number.to_string()),
            chosen: form.value(&format!("is-{number}")).to_owned(),
            choices,
        });
    }
    Ok(rows)
}

async fn item_page(
    app: &App,
    session: &Session,
    intake: &Intake,
    item: Item,
    form: Form,
) -> Result<ItemPage, PageError> {
    let lang = session.lang();
    let parties = match &item.body {
        Body::Task(task) => party_rows(app, session, intake.id, task, &form).await?,
        _ => Vec::new(),
    };
    let added = names::choices(app, session, intake.id, form.value("add_q"), form.value("add")).await?;
    let page = frame_under(app, session, intake, lang.text("intake-item-title"));
    Ok(ItemPage {
        page,
        intake: intake.id,
        kind: item.body.kind().code(),
        many_leads: parties.iter().filter(|row| row.lead).count() > 1,
        parties,
        roles: PartyRole::ALL.map(|role| Choice::new(role.code(), words::role(lang, role))).to_vec(),
        added,
        times: time_choices(lang),
        recurrences: words::OFTEN.map(|(every, code)| Choice::new(code, words::often(lang, every))).to_vec(),
        ops: OPS.map(|(op, code)| Choice::new(code, op_word(lang, op))).to_vec(),
        cadences: words::CADENCES
            .map(|(every, code)| Choice::new(code, words::cadence(lang, every)))
            .to_vec(),
        money: lines(&form, "source", "planned"),
        steps: lines(&form, "step", "step_due"),
        search: format!("/intakes/{}/candidates", intake.id),
        item,
        form,
    })
}

pub(super) async fn found(
    app: &App,
    session: &Session,
    intake: IntakeId,
    id: ItemId,
) -> Result<(Intake, Item), PageError> {
    let (of, item) = query!(&app.platform, session.actor(), cx => { intake::item(cx, id).await })?;
    match (of.id == intake, may_manage(session, &of)) {
        (false, _) => Err(PageError::NotFound),
        (_, false) => Err(PageError::Denied),
        _ => Ok((of, item)),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path((intake, id)): Path<(IntakeId, ItemId)>,
) -> Result<Response, PageError> {
    let (intake, item) = found(&app, &session, intake, id).await?;
    let form = filled(session.lang(), &item);
    render(&item_page(&app, &session, &intake, item, form).await?)
}

fn optional(form: &Form, name: &str) -> Option<String> {
    Some(form.value(name).trim().to_owned()).filter(|text| !text.is_empty())
}

fn iso(form: &mut Form, name: &str, lang: Lang) -> Option<String> {
    form.date(name, lang).map(|day| day.to_string())
}

/// The task as the form has it.
fn typed_task(form: &mut Form, lang: Lang, before: &TaskBody) -> TaskBody {
    let mut task = before.clone();
    form.value("title").trim().clone_into(&mut task.title);
    task.text = optional(form, "text");
    task.code = optional(form, "code");
    task.group = optional(form, "group");
    task.outputs = form
        .value("outputs")
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    let kind = words::KINDS.iter().find(|(_, code)| form.has("time", code)).map(|(kind, _)| *kind);
    task.time.kind = kind.unwrap_or_default();
    task.time_text = optional(form, "time_text");
    task.time.start = iso(form, "start", lang);
    task.time.due = iso(form, "due", lang);
    task.time.recurrence =
        words::OFTEN.iter().filter(|(_, code)| form.has("recurrence", code)).map(|(it, _)| *it).collect();
    task.time_settled = before.time_settled || task.time != before.time;
    task.parties = typed_parties(form, before);
    task.funding = typed_money(form, lang);
    task.milestones = typed_steps(form, lang);
    task
}

fn typed_parties(form: &Form, before: &TaskBody) -> Vec<Party> {
    let mut parties = Vec::new();
    for (number, party) in before.parties.iter().enumerate() {
        if !form.has("keep", &number.to_string()) {
            continue;
        }
        let mut party = party.clone();
        party.focal = party.role == PartyRole::Lead && form.has("focal", &number.to_string());
        if party.holder == Holder::Unknown
            && let Some(holder) = words::holder_of(form.value(&format!("is-{number}")))
        {
            (party.holder, party.score) = (holder, 1.0);
        }
        parties.push(party);
    }
    let role = PartyRole::from_code(form.value("add_role")).unwrap_or_default();
    if let Some(holder) = words::holder_of(form.value("add")) {
        parties.push(Party { role, holder, score: 1.0, ..Party::default() });
    }
    if let Some(name) = optional(form, "add_person") {
        let role = if role == PartyRole::LeaderInCharge { role } else { PartyRole::Person };
        let holder = Holder::Person { name, proposed: form.has("proposed", "yes") };
        parties.push(Party { role, holder, score: 1.0, ..Party::default() });
    }
    parties
}

fn typed_money(form: &mut Form, lang: Lang) -> Vec<Funding> {
    let mut money = Vec::new();
    for number in rows(form, "source") {
        let source = form.value(&format!("source-{number}")).trim().to_owned();
        let planned = form.number(&format!("planned-{number}"), lang);
        if !source.is_empty() {
            money.push(Funding { source, planned: planned.unwrap_or_default().round() as i64 });
        } else if planned.is_some() {
            form.issue(&format!("source-{number}"), lang.text("intake-problem-funding-source"));
        }
    }
    money
}

fn typed_steps(form: &mut Form, lang: Lang) -> Vec<Milestone> {
    let mut steps = Vec::new();
    for number in rows(form, "step") {
        let title = form.value(&format!("step-{number}")).trim().to_owned();
        let due = iso(form, &format!("step_due-{number}"), lang);
        if !title.is_empty() {
            steps.push(Milestone { title, due, completes: form.has("completes", &number.to_string()) });
        }
    }
    steps
}

fn typed_indicator(form: &mut Form, lang: Lang, before: &IndicatorBody) -> IndicatorBody {
    let mut it = before.clone();
    form.value("title").trim().clone_into(&mut it.name);
    it.code = optional(form, "code");
    it.group = optional(form, "group");
    it.unit = optional(form, "measure");
    it.target_text = optional(form, "target_text");
    it.note = optional(form, "note");
    it.target.by = optional(form, "by");
    it.target.op = OPS.iter().find(|(_, code)| form.has("op", code)).map(|(op, _)| *op).unwrap_or_default();
    it.target.value = form.number("value", lang);
    it.target.value_max = form.number("value_max", lang);
    it
}

/// `01/06` every year, `15/11/2025` once.
fn typed_day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim().split('/').collect();
    match parts[..] {
        [day, month] => {
            let (day, month) = (day.parse::<u8>().ok()?, month.parse::<u8>().ok()?);
            messages::parse_date(&format!("{day}/{month}/2024"))?;
            Some(format!("{month:02}-{day:02}"))
        }
        _ => messages::parse_date(text.trim()).map(|day| day.to_string()),
    }
}

async fn typed_duty(
    app: &App,
    session: &Session,
    intake: IntakeId,
    form: &mut Form,
    before: &DutyBody,
) -> Result<DutyBody, PageError> {
    let mut duty = before.clone();
    duty.what = optional(form, "title");
    duty.cadence = words::CADENCES.iter().find(|(_, code)| form.has("cadence", code)).map(|(it, _)| *it);
    let typed = form.value("days").to_owned();
    let days: Vec<Option<String>> =
        typed.split(';').filter(|day| !day.trim().is_empty()).map(typed_day).collect();
    if days.iter().any(Option::is_none) {
        form.issue("days", session.lang().text("intake-problem-duty-days"));
    }
    duty.due = days.into_iter().flatten().collect();
    for (name, party) in [("who", &mut duty.who), ("to", &mut duty.to), ("through", &mut duty.through)] {
        let text = optional(form, name);
        let same = party.as_ref().is_some_and(|p| text.as_deref() == Some(p.printed.as_str()));
        if !same {
            *party = match text {
                Some(text) => Some(
                    query!(&app.platform, session.actor(), cx => { intake::recognised(cx, intake, &text).await })?,
                ),
                None => None,
            };
        }
    }
    Ok(duty)
}

pub(super) async fn save(
    State(app): State<App>,
    session: Session,
    Path((intake, id)): Path<(IntakeId, ItemId)>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    let (intake, item) = found(&app, &session, intake, id).await?;
    if form.value("search") == "add" {
        return render(&item_page(&app, &session, &intake, item, form).await?);
    }
    let lang = session.lang();
    form.picked("add", lang);
    let body = match &item.body {
        Body::Task(task) => Body::Task(typed_task(&mut form, lang, task)),
        Body::Indicator(it) => Body::Indicator(typed_indicator(&mut form, lang, it)),
        Body::Duty(duty) => Body::Duty(typed_duty(&app, &session, intake.id, &mut form, duty).await?),
    };
    if !form.is_sound() {
        let page = item_page(&app, &session, &intake, item, form).await?;
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let at = ItemRef { id, version: form.value("version").parse().unwrap_or(0) };
    let accept = form.value("then") == "accept";
    let done = command!(&app.platform, session.actor(), cx => {
        intake::edit(cx, at, body.clone()).await?;
        if accept {
            intake::accept(cx, ItemRef { id, version: at.version + 1 }).await?;
        }
        Ok(())
    });
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/intakes/{}#item-{id}", intake.id)).into_response()),
        Err(error) => {
            let status = into_form(error, &mut form, lang)?;
            render_as(status, &item_page(&app, &session, &intake, item, form).await?)
        }
    }
}
