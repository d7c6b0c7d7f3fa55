//! The review page: the document beside its items.

use super::source::{Piece, Source};
use super::{frame_under, may_manage, words};
use crate::app::App;
use crate::failure::{PageError, into_form, render, render_as, say};
use crate::form::Form;
use crate::session::{Posted, Session};
use crate::view::{Choice, Page, Tab};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::intake::{
    self, Body, Bulk, Defect, Difference, Holder, Intake, IntakeId, ItemId, ItemKind, ItemRef, ItemState,
    NoSecond, PartyRole, Review, Second, SecondField, SecondFound, Settle, Sheet, Status,
};
use domain::programmes::TimeKind;
use domain::{Reason, command, query};
use messages::Lang;
use serde::Deserialize;
use std::collections::HashSet;

/// Which items are shown, in which order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Look {
    /// `open`, `accepted`, `dropped`; else all that were not dropped.
    pub show: String,
    /// Code of a defect or of a state to settle.
    pub with: String,
    /// `place` keeps to the order of the document; else what the reader was unsure of comes first.
    pub order: String,
    /// Not empty: the source as it came, before repair.
    pub original: String,
}

impl Look {
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("show", &self.show)
            .append_pair("with", &self.with)
            .append_pair("order", &self.order);
        if !self.original.is_empty() {
            query.append_pair("original", &self.original);
        }
        query.finish()
    }

    fn of(form: &Form) -> Look {
        let value = |name| form.value(name).to_owned();
        Look { show: value("show"), with: value("with"), order: value("order"), original: value("original") }
    }

    fn shows(&self, sheet: &Sheet) -> bool {
        let state = match ItemState::from_code(&self.show) {
            Some(state) => sheet.item.state == state,
            None => sheet.item.state != ItemState::Dropped,
        };
        let defect = sheet.defects.iter().any(|defect| defect.code() == self.with);
        let settle = sheet.settles.iter().any(|settle| settle.code() == self.with);
        state && (self.with.is_empty() || defect || settle)
    }

    /// Where an item stands: on this page, or in the list that shows it.
    fn address(&self, sheet: &Sheet) -> String {
        let here = format!("#item-{}", sheet.item.id);
        if self.shows(sheet) {
            return here;
        }
        let show = if sheet.item.state == ItemState::Dropped { "dropped" } else { "" };
        let elsewhere = Look { show: show.to_owned(), original: self.original.clone(), ..Look::default() };
        format!("?{}{here}", elsewhere.query())
    }
}

/// A line of facts of an item.
struct Fact {
    term: String,
    value: String,
    doubtful: bool,
}

/// An item as the page shows it.
struct Card {
    id: ItemId,
    version: i64,
    number: String,
    kind: String,
    title: String,
    state: ItemState,
    state_word: String,
    edited: bool,
    unsure: bool,
    facts: Vec<Fact>,
    defects: Vec<String>,
    settles: Vec<String>,
    similar: Vec<(String, String)>,
    twins: Vec<String>,
    is_task: bool,
    /// Number of the task that it would be joined with.
    next: Option<String>,
    /// Said above it, where a group of items begins.
    heading: Option<String>,
    /// Its words as they came, where they were repaired.
    original: Option<String>,
    /// Which of two readings found it, or that they agree.
    found: Option<String>,
    /// Where a second reading differs, as long as nothing is decided.
    second: Vec<Other>,
}

/// A field as the second reading has it.
struct Other {
    term: String,
    value: String,
    /// What the button sends before the item's id.
    verb: String,
}

/// Codes of the fields that are read twice, as buttons send them.
const SECOND: [(SecondField, &str); 4] = [
    (SecondField::Lead, "second-lead"),
    (SecondField::Coordinating, "second-coordinating"),
    (SecondField::Time, "second-time"),
    (SecondField::Outputs, "second-outputs"),
];

fn others(lang: Lang, second: &Second) -> Vec<Other> {
    let other = |difference: &Difference| {
        let term = match difference.field {
            SecondField::Lead => words::role(lang, PartyRole::Lead),
            SecondField::Coordinating => words::role(lang, PartyRole::Coordinating),
            SecondField::Time => lang.text("intake-time"),
            SecondField::Outputs => lang.text("intake-outputs"),
        };
        let value = match (&difference.time, difference.words.first()) {
            (Some(_), Some(words)) => words.text.clone(),
            _ => difference.names.join("; "),
        };
        let verb = SECOND.iter().find(|(field, _)| *field == difference.field);
        Other { term, value, verb: verb.map_or_else(String::new, |(_, verb)| (*verb).to_owned()) }
    };
    second.differences.iter().map(other).collect()
}

fn found(lang: Lang, second: &Second) -> Option<String> {
    match second.found {
        SecondFound::Twice if second.agrees() => Some(lang.text("intake-second-agrees")),
        SecondFound::Twice => Some(lang.text("intake-second-differs")),
        SecondFound::First => Some(lang.text("intake-second-first-only")),
        SecondFound::Second => Some(lang.text("intake-second-only")),
    }
}

/// What became of the second reading, and where the text went for it.
fn second_note(lang: Lang, review: &Review) -> Option<String> {
    let second = review.intake.second.as_ref()?;
    let host = || second.host.clone().into();
    let Some(failed) = second.failed else {
        let differ = |sheet: &&Sheet| sheet.item.body.second().is_some_and(|second| !second.agrees());
        let count = review.sheets.iter().filter(differ).count();
        return Some(lang.with("intake-second-done", &[("host", host()), ("count", count.into())]));
    };
    let why = match failed {
        NoSecond::Timeout { seconds } => lang.with("intake-second-timeout", &[("seconds", seconds.into())]),
        NoSecond::Refused { status } => {
            lang.with("intake-second-refused", &[("status", i64::from(status).into())])
        }
        NoSecond::Unreachable => lang.text("intake-second-unreachable"),
        NoSecond::Unusable => lang.text("intake-second-unusable"),
    };
    Some(lang.with("intake-second-failed", &[("host", host()), ("why", why.into())]))
}

/// What an item is called: its code, else its place among the items.
fn number(sheet: &Sheet) -> String {
    let code = match &sheet.item.body {
        Body::Task(task) => task.code.clone(),
        Body::Indicator(indicator) => indicator.code.clone(),
        Body::Duty(_) => None,
    };
    code.unwrap_or_else(|| (sheet.item.position + 1).to_string())
}

/// The items shown, in the order asked for; a heading parts those that were read with doubt from the others.
fn cards(lang: Lang, review: &Review, look: &Look, source: &Source) -> Vec<Card> {
    let shown: Vec<&Sheet> = if look.order == "place" {
        review.sheets.iter().filter(|sheet| look.shows(sheet)).collect()
    } else {
        review.unsure_first().filter(|sheet| look.shows(sheet)).collect()
    };
    let unsure = shown.iter().filter(|sheet| sheet.item.body.is_unsure()).count();
    let mut cards: Vec<Card> = shown
        .iter()
        .map(|sheet| Card { next: review.next_task(&sheet.item).map(number), ..card(lang, sheet, source) })
        .collect();
    if look.order != "place" && unsure > 0 {
        let others = cards.len() - unsure;
        if let Some(first) = cards.first_mut() {
            first.heading = Some(lang.with("intake-part-unsure", &[("count", unsure.into())]));
        }
        if let Some(first) = cards.get_mut(unsure) {
            first.heading = Some(lang.with("intake-part-others", &[("count", others.into())]));
        }
    }
    cards
}

fn card(lang: Lang, sheet: &Sheet, source: &Source) -> Card {
    let item = &sheet.item;
    Card {
        id: item.id,
        version: item.version,
        number: number(sheet),
        kind: kind(lang, item.body.kind()),
        title: item.body.title().to_owned(),
        state: item.state,
        state_word: item_state(lang, item.state),
        edited: item.edited,
        unsure: item.body.is_unsure(),
        facts: facts(lang, &item.body),
        defects: sheet.defects.iter().map(|defect| defect_word(lang, *defect)).collect(),
        settles: sheet.settles.iter().map(|settle| settle_word(lang, *settle)).collect(),
        similar: sheet
            .similar
            .iter()
            .map(|task| (format!("/tasks/{}", task.task), words::short(&task.title, 120)))
            .collect(),
        twins: sheet.twins.iter().map(|position| (position + 1).to_string()).collect(),
        is_task: item.body.kind() == ItemKind::Task,
        next: None,
        heading: None,
        original: source.original(sheet),
        found: item.body.second().and_then(|second| found(lang, second)),
        second: match item.body.second() {
            Some(second) if item.state == ItemState::Open => others(lang, second),
            _ => Vec::new(),
        },
    }
}

fn kind(lang: Lang, kind: ItemKind) -> String {
    match kind {
        ItemKind::Task => lang.text("intake-kind-task"),
        ItemKind::Indicator => lang.text("intake-kind-indicator"),
        ItemKind::Duty => lang.text("intake-kind-duty"),
    }
}

pub(crate) fn item_state(lang: Lang, state: ItemState) -> String {
    match state {
        ItemState::Open => lang.text("intake-item-open"),
        ItemState::Accepted => lang.text("intake-item-accepted"),
        ItemState::Dropped => lang.text("intake-item-dropped"),
    }
}

pub(super) fn defect_word(lang: Lang, defect: Defect) -> String {
    match defect {
        Defect::UnknownUnit => lang.text("intake-defect-unknown-unit"),
        Defect::NoProduct => lang.text("intake-defect-no-product"),
        Defect::UnreadableTime => lang.text("intake-defect-unreadable-time"),
        Defect::NoTarget => lang.text("intake-defect-no-target"),
        Defect::Duplicate => lang.text("intake-defect-duplicate"),
    }
}

pub(super) fn settle_word(lang: Lang, settle: Settle) -> String {
    match settle {
        Settle::Awaiting => lang.text("intake-settle-awaiting"),
        Settle::Continuous => lang.text("intake-settle-continuous"),
        Settle::PerPlan => lang.text("intake-settle-per-plan"),
        Settle::OnDemand => lang.text("intake-settle-on-demand"),
        Settle::NoTime => lang.text("intake-settle-no-time"),
    }
}

fn facts(lang: Lang, body: &Body) -> Vec<Fact> {
    let fact = |term: String, value: String, doubtful| Fact { term, value, doubtful };
    match body {
        Body::Task(task) => {
            let mut facts: Vec<Fact> = Vec::new();
            for role in PartyRole::ALL {
                let of_role: Vec<_> = task.with_role(role).collect();
                if !of_role.is_empty() {
                    let names: Vec<String> = of_role.iter().map(|party| words::party(lang, party)).collect();
                    let doubtful = of_role.iter().any(|party| party.holder == Holder::Unknown);
                    facts.push(fact(words::role(lang, role), names.join("; "), doubtful));
                }
            }
            let unread = task.time.kind == TimeKind::Unspecified && task.time_text.is_some();
            facts.push(fact(lang.text("intake-time"), words::time(lang, task), unread));
            if !task.outputs.is_empty() {
                facts.push(fact(lang.text("intake-outputs"), task.outputs.join("; "), false));
            }
            facts
        }
        Body::Indicator(indicator) => {
            let target = indicator.target_text.clone().unwrap_or_else(|| lang.text("intake-none"));
            vec![fact(lang.text("intake-target"), target, false)]
        }
        Body::Duty(duty) => {
            let name = |party: &Option<intake::Party>| {
                party.as_ref().map_or_else(|| lang.text("intake-none"), |party| words::party(lang, party))
            };
            let mut when: Vec<String> =
                duty.cadence.into_iter().map(|every| words::cadence(lang, every)).collect();
            when.extend(duty.due.iter().map(|day| duty_day(lang, day)));
            vec![
                fact(lang.text("intake-duty-who"), name(&duty.who), false),
                fact(lang.text("intake-duty-to"), name(&duty.to), false),
                fact(lang.text("intake-time"), when.join(", "), false),
            ]
        }
    }
}

/// `06-01` is the first of June of every year.
pub(super) fn duty_day(lang: Lang, text: &str) -> String {
    match text.split('-').collect::<Vec<_>>()[..] {
        [month, day] => format!("{day}/{month}"),
        _ => words::day(lang, text),
    }
}

/// A link that narrows the list down, with its number.
struct Narrow {
    label: String,
    href: String,
    count: i64,
    current: bool,
}

#[derive(Template)]
#[template(path = "intake/review.html")]
struct ReviewPage {
    page: Page,
    intake: Intake,
    lead: String,
    facts: Vec<(String, String)>,
    notes: Vec<String>,
    pieces: Vec<Piece>,
    /// How much was repaired, as a sentence.
    repaired: Option<String>,
    /// What a second reading came to, as a sentence that says where the text was sent to.
    second: Option<String>,
    /// Where the source is shown as it came, or repaired again.
    other_side: String,
    /// Items that have a place in the text.
    placed: HashSet<ItemId>,
    cards: Vec<Card>,
    tabs: Vec<Tab>,
    narrows: Vec<Narrow>,
    unknown_names: usize,
    look: Look,
    /// The same items in the other order, where there is one.
    other_order: Option<String>,
    to_commit: String,
    to_names: String,
    to_discard: String,
    works: bool,
    programme: Option<String>,
}

fn counted(review: &Review, base: &str, look: &Look, lang: Lang) -> (Vec<Tab>, Vec<Narrow>) {
    let number = |state| review.sheets.iter().filter(|sheet| sheet.item.state == state).count() as i64;
    let standing = review.standing().count() as i64;
    let tab = |code: &str, label: String, count: i64| {
        let wanted = Look { show: code.to_owned(), with: String::new(), ..look.clone() };
        Tab {
            label,
            href: format!("{base}?{}", wanted.query()),
            current: look.show == code,
            count: Some(count),
        }
    };
    let tabs = vec![
        tab("", lang.text("intake-tab-all"), standing),
        tab("open", lang.text("intake-tab-open"), number(ItemState::Open)),
        tab("accepted", lang.text("intake-tab-accepted"), number(ItemState::Accepted)),
        tab("dropped", lang.text("intake-tab-dropped"), number(ItemState::Dropped)),
    ];
    let narrow = |code: &str, label: String, count: usize| {
        let current = look.with == code;
        let with = if current { String::new() } else { code.to_owned() };
        let wanted = Look { with, ..look.clone() };
        Narrow { label, href: format!("{base}?{}", wanted.query()), count: count as i64, current }
    };
    let defects = Defect::ALL.map(|it| narrow(it.code(), defect_word(lang, it), review.with_defect(it)));
    let settles = Settle::ALL.map(|it| narrow(it.code(), settle_word(lang, it), review.to_settle(it)));
    let narrows =
        defects.into_iter().chain(settles).filter(|narrow| narrow.count > 0 || narrow.current).collect();
    (tabs, narrows)
}

pub(super) async fn page(
    app: &App,
    session: &Session,
    mut page: Page,
    id: IntakeId,
    look: Look,
) -> Result<Response, PageError> {
    let review = query!(&app.platform, session.actor(), cx => { intake::review(cx, id).await })?;
    let lang = session.lang();
    let base = format!("/intakes/{id}");
    let (tabs, narrows) = counted(&review, &base, &look, lang);
    let order = if look.order == "place" { "" } else { "place" };
    let other_order = review
        .sheets
        .iter()
        .any(|sheet| sheet.item.body.is_unsure())
        .then(|| format!("{base}?{}", Look { order: order.to_owned(), ..look.clone() }.query()));
    let intake = review.intake.clone();
    let say_note = |note: &intake::Note| {
        let args = note.message_args().into_iter().map(|(name, arg)| match arg {
            intake::Arg::Number(number) => (name, number.into()),
            intake::Arg::Word(word) => (name, word.into()),
        });
        lang.with(note.message_id(), &args.collect::<Vec<_>>())
    };
    let notes = intake.notes.iter().map(say_note).chain(intake.warnings.iter().cloned()).collect();
    let programme = match &intake.status {
        Status::Committed { programme, .. } => Some(format!("/programmes/{programme}")),
        _ => None,
    };
    let works = programme.is_none() && may_manage(session, &intake);
    page.title = words::short(intake.title(), 160);
    let source = Source::new(&review.text, &review.repairs, !look.original.is_empty());
    let [count, unsure] = source.counts();
    let other_side = if look.original.is_empty() { "1" } else { "" };
    let pieces = source.pieces(&review.sheets, |sheet| look.address(sheet));
    let template = ReviewPage {
        lead: words::state(lang, &intake),
        facts: head_facts(lang, &intake),
        notes,
        placed: pieces.iter().filter_map(|piece| piece.item).collect(),
        pieces,
        repaired: (count > 0)
            .then(|| lang.with("intake-repaired", &[("count", count.into()), ("unsure", unsure.into())])),
        second: second_note(lang, &review),
        other_side: format!("{base}?{}", Look { original: other_side.to_owned(), ..look.clone() }.query()),
        cards: cards(lang, &review, &look, &source),
        unknown_names: super::names::unknown(&review).len(),
        page,
        intake,
        tabs,
        narrows,
        look,
        other_order,
        to_commit: format!("{base}/commit"),
        to_names: format!("{base}/names"),
        to_discard: format!("{base}/discard"),
        works,
        programme,
    };
    render(&template)
}

fn head_facts(lang: Lang, intake: &Intake) -> Vec<(String, String)> {
    let head = &intake.head;
    let issued = head.issued_on.as_deref().map(|iso| words::day(lang, iso));
    [
        (lang.text("intake-head-number"), head.number.clone()),
        (lang.text("intake-head-issuer"), head.issuer.clone()),
        (lang.text("intake-head-issued"), issued),
        (lang.text("intake-head-owner"), Some(intake.owner_name.clone())),
        (lang.text("intake-head-file"), Some(intake.file_name.clone())),
    ]
    .into_iter()
    .filter_map(|(term, value)| Some((term, value.filter(|value| !value.is_empty())?)))
    .collect()
}

/// `id:version`, as the page's checkboxes and buttons send it.
fn item_ref(text: &str) -> Option<ItemRef> {
    let (id, version) = text.split_once(':')?;
    Some(ItemRef { id: id.parse().ok()?, version: version.parse().ok()? })
}

pub(super) fn chosen(form: &Form) -> Vec<ItemRef> {
    form.values("item").into_iter().filter_map(item_ref).collect()
}

fn nothing_chosen() -> PageError {
    let reason = Reason::new("intake-problem-nothing-chosen");
    PageError::Invalid(vec![domain::Problem { field: "item".to_owned(), reason }])
}

/// One button of the review page: `accept`, `drop`, `reopen`, `set` for what is ticked, or
/// `accept=id:version` and the like for one item.
pub(super) async fn act(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(form): Posted,
) -> Result<Response, PageError> {
    super::managed(&app, &session, id).await?;
    let wanted = form.value("do").to_owned();
    let look = Look::of(&form);
    let platform = &app.platform;
    let (verb, one) = wanted.split_once('=').unwrap_or((&wanted, ""));
    let Some(at) = item_ref(one) else { return bulk(&app, &session, id, &form, verb, &look).await };
    command!(platform, session.actor(), cx => {
        match verb {
            "accept" => intake::accept(cx, at).await,
            "drop" => intake::drop(cx, at).await,
            "reopen" => intake::restore(cx, at).await,
            "merge" => intake::merge(cx, at).await,
            verb => match SECOND.iter().find(|(_, code)| *code == verb) {
                Some((field, _)) => intake::take_second(cx, at, *field).await,
                None => Err(domain::Error::NotFound),
            },
        }
    })?;
    back(id, &look, Some(at.id))
}

fn back(id: IntakeId, look: &Look, at: Option<ItemId>) -> Result<Response, PageError> {
    let anchor = at.map(|item| format!("#item-{item}")).unwrap_or_default();
    Ok(Redirect::to(&format!("/intakes/{id}?{}{anchor}", look.query())).into_response())
}

async fn bulk(
    app: &App,
    session: &Session,
    id: IntakeId,
    form: &Form,
    verb: &str,
    look: &Look,
) -> Result<Response, PageError> {
    let chosen = chosen(form);
    if chosen.is_empty() {
        return Err(nothing_chosen());
    }
    let action = match verb {
        "accept" => Bulk::Accept,
        "drop" => Bulk::Drop,
        "reopen" => Bulk::Reopen,
        "set" => {
            let form = carried(form, &chosen);
            return render(&set_page(app, session, id, form).await?);
        }
        _ => return Err(PageError::NotFound),
    };
    command!(&app.platform, session.actor(), cx => { intake::bulk(cx, id, &chosen, &action).await })?;
    back(id, look, chosen.first().map(|at| at.id))
}

/// The choice of items and the look of the list, carried on to the next form.
fn carried(form: &Form, chosen: &[ItemRef]) -> Form {
    let mut values: Vec<(String, String)> =
        chosen.iter().map(|at| ("item".to_owned(), format!("{}:{}", at.id, at.version))).collect();
    for name in ["show", "with", "order", "original"] {
        values.push((name.to_owned(), form.value(name).to_owned()));
    }
    Form::sent(values)
}

#[derive(Template)]
#[template(path = "intake/set.html")]
struct SetPage {
    page: Page,
    form: Form,
    id: IntakeId,
    count: usize,
    items: Vec<String>,
    leads: Vec<Choice>,
    times: Vec<Choice>,
    search: String,
}

async fn set_page(app: &App, session: &Session, id: IntakeId, form: Form) -> Result<SetPage, PageError> {
    let lang = session.lang();
    let intake = query!(&app.platform, session.actor(), cx => { intake::find(cx, id).await })?;
    let items: Vec<String> = form.values("item").into_iter().map(str::to_owned).collect();
    let leads = super::names::choices(app, session, id, form.value("lead_q"), form.value("lead")).await?;
    let settled = [TimeKind::Continuous, TimeKind::PerPlan, TimeKind::OnDemand];
    let time = |(kind, code): &(TimeKind, &'static str)| Choice::new(*code, words::kind(lang, *kind));
    let mut times = vec![Choice::new("stands", lang.text("intake-set-time-stands"))];
    times.extend(words::KINDS.iter().filter(|(kind, _)| settled.contains(kind)).map(time));
    let page =
        frame_under(app, session, &intake, lang.with("intake-set-title", &[("count", items.len().into())]));
    let search = format!("/intakes/{id}/candidates");
    Ok(SetPage { page, id, count: items.len(), items, leads, times, search, form })
}

/// What a bulk form asks for, one action after the other.
fn actions(form: &mut Form, lang: Lang) -> Vec<Bulk> {
    let mut actions = Vec::new();
    if let Some(holder) = words::holder_of(form.value("lead")) {
        actions.push(Bulk::Lead(holder));
    }
    if let Some(day) = form.date("due", lang) {
        actions.push(Bulk::Due(day));
    }
    match form.value("time") {
        "stands" => actions.push(Bulk::SettleTime),
        "continuous" => actions.push(Bulk::Time(TimeKind::Continuous)),
        "per_plan" => actions.push(Bulk::Time(TimeKind::PerPlan)),
        "on_demand" => actions.push(Bulk::Time(TimeKind::OnDemand)),
        _ => {}
    }
    if form.has("lead_stands", "yes") {
        actions.push(Bulk::SettleLead);
    }
    actions
}

pub(super) async fn set(
    State(app): State<App>,
    session: Session,
    Path(id): Path<IntakeId>,
    Posted(mut form): Posted,
) -> Result<Response, PageError> {
    super::managed(&app, &session, id).await?;
    if form.value("search") == "lead" {
        return render(&set_page(&app, &session, id, form).await?);
    }
    form.picked("lead", session.lang());
    let (chosen, actions, look) = (chosen(&form), actions(&mut form, session.lang()), Look::of(&form));
    if actions.is_empty() && form.is_sound() {
        form.issue("", say(session.lang(), &Reason::new("intake-problem-nothing-set")));
    }
    if !form.is_sound() {
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &set_page(&app, &session, id, form).await?);
    }
    let done =
        command!(&app.platform, session.actor(), cx => { intake::bulk_all(cx, id, &chosen, &actions).await });
    match done {
        Ok(_) => back(id, &look, chosen.first().map(|at| at.id)),
        Err(error) => {
            let status = into_form(error, &mut form, session.lang())?;
            render_as(status, &set_page(&app, &session, id, form).await?)
        }
    }
}
