//! Looking: programmes, tasks, documents, and numbers by light.

use super::filter::{self, Matcher, Order, RoleFilter, TaskFilter};
use super::names::{Names, places};
use super::rules::{self, Light};
use super::sql;
use super::types::*;
use super::views::*;
use crate::access::{Action, Scope, decide};
use crate::units::{self, GroupingId};
use crate::{Cx, Error, OrgId, Result, UnitId, audit};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};
use store::{Day, Micros};

/// The last instant known on a day, or the end of time.
pub(super) fn seen(cx: &Cx, as_of: Option<Date>) -> Micros {
    as_of.map_or(Micros(i64::MAX), |day| Micros::from(cx.end_of(day)))
}

pub(super) fn day(cx: &Cx, as_of: Option<Date>) -> Date {
    as_of.unwrap_or_else(|| cx.today())
}

pub(super) fn programme(record: sql::ProgrammeRecord, owner_name: String) -> Programme {
    Programme {
        org: record.org_id,
        id: ProgrammeId(record.id),
        version: record.version,
        owner: record.owner_unit_id,
        owner_name,
        title: record.title,
        rules: record.rules.into(),
        created_at: record.created_at,
        place: record.place,
    }
}

/// A programme with no question asked; for loading before a decision.
pub(super) async fn load(cx: &mut Cx, id: ProgrammeId) -> Result<Programme> {
    let record = sql::programme(cx, id).await?;
    let owner = units::load(cx, record.owner_unit_id).await?;
    Ok(programme(record, owner.label()))
}

/// What the policy needs to know of a programme: its owner, and who carries its tasks.
pub(super) async fn scope(cx: &mut Cx, programme: &Programme) -> Result<Scope> {
    let mut named = sql::named(cx, programme.org, programme.id).await?;
    let today = cx.today();
    for grouping in sql::named_groupings(cx, programme.org, programme.id).await? {
        named.extend(places(cx, grouping, today).await?);
    }
    Ok(programme.scope(named))
}

/// The same for one action: who carries its tasks is looked up only where that decides, since a programme
/// may have thousands.
pub(super) async fn scope_for(cx: &mut Cx, programme: &Programme, action: Action) -> Result<Scope> {
    let plain = programme.scope(Vec::new());
    if decide(cx.actor(), action, &plain) { Ok(plain) } else { scope(cx, programme).await }
}

/// A programme that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(cx: &mut Cx, id: ProgrammeId) -> Result<Programme> {
    let programme = load(cx, id).await?;
    let scope = scope_for(cx, &programme, Action::ViewProgrammes).await?;
    cx.see(Action::ViewProgrammes, &scope)?;
    Ok(programme)
}

/// May the actor change the programme and its tasks? For showing the way to it, never instead of the
/// decision where it is done.
pub fn may_edit(cx: &Cx, programme: &Programme) -> bool {
    crate::access::decide(cx.actor(), Action::EditProgrammes, &programme.scope(Vec::new()))
}

/// Programmes that the actor may see, latest first.
///
/// # Errors
/// The engine failed.
pub async fn all(cx: &mut Cx) -> Result<Vec<Programme>> {
    visible(cx, None).await
}

/// Programmes that the actor may see on a day, latest first.
async fn visible(cx: &mut Cx, as_of: Option<Date>) -> Result<Vec<Programme>> {
    let seen = seen(cx, as_of);
    let mut records = sql::visible(cx, seen).await?;
    if !cx.actor().system {
        for id in carried_by_groupings(cx, &records).await? {
            records.push(sql::programme(cx, id).await?);
        }
        records.retain(|record| record.created_at <= seen);
        records.sort_by_key(|record| std::cmp::Reverse((record.created_at, record.id)));
    }
    let owners: BTreeSet<UnitId> = records.iter().map(|record| record.owner_unit_id).collect();
    let owners: Vec<UnitId> = owners.into_iter().collect();
    let names = units::load_many(cx, &owners).await?;
    let named = |record: sql::ProgrammeRecord| {
        let name = names.get(&record.owner_unit_id).map(|unit| unit.label()).unwrap_or_default();
        programme(record, name)
    };
    Ok(records.into_iter().map(named).collect())
}

/// Further programmes that the actor may see because a unit of his is a member of a grouping that
/// carries a task.
async fn carried_by_groupings(cx: &mut Cx, known: &[sql::ProgrammeRecord]) -> Result<BTreeSet<ProgrammeId>> {
    let today = cx.today();
    let grants = cx.actor().grants.clone();
    let mut members: HashMap<GroupingId, bool> = HashMap::new();
    let mut found = BTreeSet::new();
    for (programme, grouping) in sql::grouped(cx).await? {
        if found.contains(&programme) || known.iter().any(|record| record.id == programme.0) {
            continue;
        }
        if let std::collections::hash_map::Entry::Vacant(entry) = members.entry(grouping) {
            let places = places(cx, grouping, today).await?;
            let held =
                |place: &i64| grants.iter().any(|grant| (grant.tree_from..=grant.tree_to).contains(place));
            entry.insert(places.iter().any(held));
        }
        if members.get(&grouping).copied().unwrap_or_default() {
            found.insert(programme);
        }
    }
    Ok(found)
}

/// Words of a search that count.
const WORDS: usize = 6;

/// The words of a search, folded; of more than six the first.
pub(crate) fn search_words(text: &str) -> Vec<String> {
    let folded = papers::fold::fold(text);
    folded.split(' ').filter(|word| !word.is_empty()).take(WORDS).map(str::to_owned).collect()
}

/// The words of a search as patterns; where there are fewer, ones that hold always.
fn patterns(text: &str) -> [String; WORDS] {
    let words = search_words(text);
    std::array::from_fn(|at| words.get(at).map_or("%".to_owned(), |word| format!("%{word}%")))
}

/// An assignment with its id and since when it is known.
pub(super) type Given = (AssignmentId, Micros, NewAssignment);

struct Loaded {
    programme: Programme,
    tasks: Vec<sql::TaskRecord>,
    assignments: HashMap<TaskId, Vec<Given>>,
    reported: HashMap<TaskId, Vec<Reported>>,
}

async fn loaded(cx: &mut Cx, programme: Programme, as_of: Option<Date>, text: &str) -> Result<Loaded> {
    let key = (programme.org, programme.id);
    let seen = seen(cx, as_of);
    let tasks = sql::tasks(cx, key, seen, patterns(text)).await?;
    let mut assignments: HashMap<TaskId, Vec<Given>> = HashMap::new();
    for record in sql::assignments(cx, key, seen).await? {
        let given = (AssignmentId(record.id), record.recorded_at, record.given()?);
        assignments.entry(TaskId(record.task_id)).or_default().push(given);
    }
    let mut reported: HashMap<TaskId, Vec<Reported>> = HashMap::new();
    for record in sql::claims(cx, key, seen).await? {
        reported.entry(TaskId(record.task_id)).or_default().push(record.reported(cx, seen)?);
    }
    Ok(Loaded { programme, tasks, assignments, reported })
}

/// Tasks of programmes that were found visible, judged on the day.
async fn rows(
    cx: &mut Cx,
    programmes: Vec<Programme>,
    as_of: Option<Date>,
    text: &str,
) -> Result<Vec<TaskRow>> {
    let today = day(cx, as_of);
    let mut parts = Vec::with_capacity(programmes.len());
    for programme in programmes {
        parts.push(loaded(cx, programme, as_of, text).await?);
    }
    let holders = parts
        .iter()
        .flat_map(|part| part.assignments.values().flatten())
        .map(|(.., given)| given.holder.clone());
    let names = Names::load(cx, &holders.collect::<Vec<_>>(), today).await?;
    let mut rows = Vec::new();
    for mut part in parts {
        for record in part.tasks {
            let given = part.assignments.remove(&TaskId(record.id)).unwrap_or_default();
            let reported = part.reported.remove(&TaskId(record.id)).unwrap_or_default();
            let since = cx.day_of(record.created_at);
            rows.push(row(&part.programme, record, (given, reported), &names, (since, today))?);
        }
    }
    Ok(rows)
}

pub(super) fn row(
    programme: &Programme,
    record: sql::TaskRecord,
    (given, reported): (Vec<Given>, Vec<Reported>),
    names: &Names,
    (since, today): (Date, Date),
) -> Result<TaskRow> {
    let mut carriers: Vec<Carrier> =
        given.into_iter().map(|(id, since, given)| names.carrier(id, since, given)).collect();
    carriers.sort_by_key(|carrier| (carrier.role, !carrier.focal));
    let time = record.time.time()?;
    let facts = facts(time, record.outputs.0.len(), since, &carriers, reported);
    Ok(TaskRow {
        id: TaskId(record.id),
        version: record.version,
        programme: programme.id,
        programme_title: programme.title.clone(),
        position: record.position,
        code: record.code,
        group: record.group_code,
        title: record.title,
        outputs: record.outputs.0,
        original_due: record.original_due_on,
        verdict: rules::light(&facts, &programme.rules, today),
        percent: facts.percent(),
        defects: rules::defects(&facts),
        states: rules::states(&facts),
        time: facts.time,
        carriers,
    })
}

/// A page of a list, with the numbers of the whole list.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskList {
    /// The day on which the lights were judged.
    pub day: Date,
    /// The tasks of the page.
    pub rows: Vec<TaskRow>,
    /// Number of tasks of the whole list.
    pub total: usize,
    /// By light, whatever light the filter asks for.
    pub counts: LightCounts,
    /// Units that carry any task of the programmes looked at, by name: what a filter may offer.
    pub units: Vec<(UnitId, String)>,
}

/// A slice of a list: skip so many, give at most so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// How many to skip.
    pub skip: usize,
    /// How many to give at most.
    pub take: usize,
}

impl Slice {
    /// Everything.
    pub const ALL: Slice = Slice { skip: 0, take: usize::MAX };
}

/// The tasks that a filter finds among what the actor may see.
///
/// # Errors
/// [`Error::NotFound`] for a programme or unit that he may not see.
pub async fn tasks(
    cx: &mut Cx,
    filter: &TaskFilter,
    order: impl Into<Order>,
    slice: Slice,
) -> Result<TaskList> {
    let programmes = match filter.programme {
        Some(id) => vec![find(cx, id).await?],
        None => visible(cx, filter.as_of).await?,
    };
    let subtree = match filter.unit {
        Some(unit) => {
            let unit = units::load(cx, unit).await?;
            Some((unit.tree_from, unit.tree_to))
        }
        None => None,
    };
    let today = day(cx, filter.as_of);
    let matcher = Matcher { filter, subtree, today };
    let mut rows = rows(cx, programmes, filter.as_of, &filter.text).await?;
    let units = carriers(&rows);
    rows.retain(|row| matcher.holds(row));
    let counts = LightCounts::of(&rows);
    rows.retain(|row| matcher.shines(row));
    filter::sort(&mut rows, order.into());
    let total = rows.len();
    let rows = rows.into_iter().skip(slice.skip).take(slice.take).collect();
    Ok(TaskList { day: today, rows, total, counts, units })
}

fn carriers(rows: &[TaskRow]) -> Vec<(UnitId, String)> {
    let mut units: HashMap<UnitId, &str> = HashMap::new();
    for carrier in rows.iter().flat_map(|row| &row.carriers) {
        if let Holder::Unit(unit) = carrier.holder {
            units.insert(unit, &carrier.name);
        }
    }
    let mut units: Vec<(UnitId, String)> =
        units.into_iter().map(|(unit, name)| (unit, name.to_owned())).collect();
    units.sort_by_cached_key(|(unit, name)| (papers::fold::fold(name), *unit));
    units
}

/// Tasks by lead unit, the most overdue first. A unit counts what is led by it or below it, as the
/// list for that unit does.
async fn count_units(cx: &mut Cx, rows: &[TaskRow]) -> Result<Vec<UnitCount>> {
    let lead = |carrier: &Carrier| if let Holder::Unit(unit) = carrier.holder { Some(unit) } else { None };
    let leads: BTreeSet<UnitId> = rows.iter().flat_map(|row| row.leads().filter_map(lead)).collect();
    let leads: Vec<UnitId> = leads.into_iter().collect();
    let units = units::load_many(cx, &leads).await?;
    let mut found: Vec<UnitCount> = units
        .into_values()
        .map(|unit| {
            let range = (unit.tree_from, unit.tree_to);
            let led = rows.iter().filter(|row| filter::carried(row, RoleFilter::Leading, range));
            UnitCount { unit: unit.id, name: unit.label(), counts: LightCounts::of(led) }
        })
        .collect();
    found.sort_by_cached_key(|unit| {
        let count = |light| std::cmp::Reverse(unit.counts.get(light));
        (
            count(Light::Red),
            count(Light::Amber),
            std::cmp::Reverse(unit.counts.total()),
            papers::fold::fold(&unit.name),
            unit.unit,
        )
    });
    Ok(found)
}

/// Programmes that the actor may see, with their numbers, latest first.
///
/// # Errors
/// The engine failed.
pub async fn list(cx: &mut Cx, as_of: Option<Date>) -> Result<Vec<ProgrammeRow>> {
    Ok(dashboard(cx, as_of).await?.programmes)
}

/// Everything that the actor may see, in numbers.
///
/// # Errors
/// The engine failed.
pub async fn dashboard(cx: &mut Cx, as_of: Option<Date>) -> Result<Dashboard> {
    let programmes = visible(cx, as_of).await?;
    let rows = rows(cx, programmes.clone(), as_of, "").await?;
    let units = count_units(cx, &rows).await?;
    let mut of: HashMap<ProgrammeId, Vec<TaskRow>> = HashMap::new();
    let counts = LightCounts::of(&rows);
    let (defects, states) = (count_defects(&rows), count_states(&rows));
    for row in rows {
        of.entry(row.programme).or_default().push(row);
    }
    let (mut groups, mut listed) = (Vec::new(), Vec::new());
    for programme in programmes {
        let rows = of.remove(&programme.id).unwrap_or_default();
        let outline = sql::groups(cx, programme.org, programme.id).await?;
        let main = count_groups(programme.id, &outline, &rows).into_iter();
        groups.extend(main.filter(|group| group.level == 1 && group.counts.total() > 0));
        let defective = rows.iter().filter(|row| !row.defects.is_empty()).count();
        listed.push(ProgrammeRow { programme, counts: LightCounts::of(&rows), defective });
    }
    Ok(Dashboard { day: Day(day(cx, as_of)), counts, units, groups, programmes: listed, defects, states })
}

/// A programme with everything in it, as of a day or now.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn overview(cx: &mut Cx, id: ProgrammeId, as_of: Option<Date>) -> Result<Overview> {
    let programme = find(cx, id).await?;
    let key = (programme.org, id);
    let seen = seen(cx, as_of);
    let tasks = rows(cx, vec![programme.clone()], as_of, "").await?;
    let outline = sql::groups(cx, programme.org, id).await?;
    let documents = sql::documents(cx, programme.org, id).await?.into_iter().map(Document::from).collect();
    let indicators =
        sql::indicators(cx, key, seen).await?.into_iter().map(|record| indicator(id, record)).collect();
    let duties = sql::duties(cx, key, seen).await?.into_iter();
    Ok(Overview {
        day: Day(day(cx, as_of)),
        documents,
        groups: count_groups(id, &outline, &tasks),
        counts: LightCounts::of(&tasks),
        units: count_units(cx, &tasks).await?,
        indicators,
        duties: duties.map(|record| duty(id, record)).collect::<Result<_>>()?,
        defects: count_defects(&tasks),
        states: count_states(&tasks),
        tasks,
        programme,
    })
}

fn indicator(programme: ProgrammeId, record: sql::IndicatorRecord) -> Indicator {
    Indicator { id: IndicatorId(record.id), programme, position: record.position, given: record.given() }
}

fn duty(programme: ProgrammeId, record: sql::DutyRecord) -> Result<Duty> {
    Ok(Duty { id: DutyId(record.id), programme, position: record.position, given: record.given()? })
}

/// Indicators that the actor may see, of one programme or of all.
///
/// # Errors
/// [`Error::NotFound`] for a programme that he may not see.
pub async fn indicators(cx: &mut Cx, programme: Option<ProgrammeId>) -> Result<Vec<Indicator>> {
    let programmes = match programme {
        Some(id) => vec![find(cx, id).await?],
        None => visible(cx, None).await?,
    };
    let mut found = Vec::new();
    for programme in programmes {
        let records = sql::indicators(cx, (programme.org, programme.id), Micros(i64::MAX)).await?;
        found.extend(records.into_iter().map(|record| indicator(programme.id, record)));
    }
    Ok(found)
}

/// How many things a programme holds on a day or now.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn sizes(cx: &mut Cx, id: ProgrammeId, as_of: Option<Date>) -> Result<Sizes> {
    let programme = find(cx, id).await?;
    let seen = seen(cx, as_of);
    sql::sizes(cx, programme.org, id, seen).await
}

/// The documents of a programme that the actor may see, the main one first, or of all such programmes.
///
/// # Errors
/// [`Error::NotFound`] for a programme that he may not see.
pub async fn documents(cx: &mut Cx, programme: Option<ProgrammeId>) -> Result<Vec<Document>> {
    let programmes = match programme {
        Some(id) => vec![find(cx, id).await?],
        None => visible(cx, None).await?,
    };
    let mut found: Vec<Document> = Vec::new();
    for programme in programmes {
        for record in sql::documents(cx, programme.org, programme.id).await? {
            let document = Document::from(record);
            if found.iter().all(|known| known.id != document.id) {
                found.push(document);
            }
        }
    }
    Ok(found)
}

/// The outline of a programme that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn groups(cx: &mut Cx, id: ProgrammeId) -> Result<Vec<NewGroup>> {
    let programme = find(cx, id).await?;
    sql::groups(cx, programme.org, id).await
}

/// What the policy needs to know of a document: who keeps it, and who carries tasks of its programmes.
pub(super) async fn document_scope(cx: &mut Cx, document: &Document) -> Result<Scope> {
    let mut named = Vec::new();
    for (id, _) in sql::programmes_of(cx, document.org, document.id).await? {
        let programme = load(cx, id).await?;
        let scope = scope(cx, &programme).await?;
        named.push(scope.owner);
        named.extend(scope.named);
    }
    Ok(Scope { named, ..Scope::new(document.org, "document", document.id.0, document.place) })
}

/// The head of a document that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_document(cx: &mut Cx, id: DocumentId) -> Result<Document> {
    let document: Document = sql::document(cx, id).await?.into();
    let scope = document_scope(cx, &document).await?;
    cx.see(Action::ViewProgrammes, &scope)?;
    Ok(document)
}

/// A document with its text and the passages of tasks in it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn document(cx: &mut Cx, id: DocumentId) -> Result<DocumentText> {
    let document = find_document(cx, id).await?;
    let org = document.org;
    let passage = |record: sql::PassageRecord| Passage {
        span: [record.span_from, record.span_to],
        task: TaskId(record.task_id),
        code: record.code,
        title: record.title,
    };
    Ok(DocumentText {
        text: sql::document_text(cx, org, id).await?,
        passages: sql::passages(cx, org, id).await?.into_iter().map(passage).collect(),
        programmes: sql::programmes_of(cx, org, id).await?,
        document,
    })
}

/// The document that was read from the same file, if the unit's organisation keeps one.
///
/// # Errors
/// [`Error::NotFound`] for a unit that the actor may not see.
pub async fn document_with_sha256(cx: &mut Cx, owner: UnitId, sha256: &str) -> Result<Option<DocumentId>> {
    let owner = units::load(cx, owner).await?;
    let Some(id) = sql::document_by_sha256(cx, owner.org, sha256).await? else { return Ok(None) };
    match find_document(cx, id).await {
        Ok(document) => Ok(Some(document.id)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The programmes of a document that the actor may see, oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn programmes_of(cx: &mut Cx, id: DocumentId) -> Result<Vec<(ProgrammeId, String)>> {
    let document = find_document(cx, id).await?;
    sql::programmes_of(cx, document.org, id).await
}

/// The present parts of a task, as one would give them.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn task_as_given(cx: &mut Cx, id: TaskId) -> Result<(i64, NewTask)> {
    let head = sql::task_head(cx, id).await?;
    find(cx, ProgrammeId(head.programme_id)).await?;
    Ok((head.version, given(cx, head.org_id, id, head.body).await?))
}

pub(super) async fn given(cx: &mut Cx, org: OrgId, id: TaskId, text: Option<String>) -> Result<NewTask> {
    let record = sql::task(cx, org, id, Micros(i64::MAX)).await?;
    let present = sql::task_assignments(cx, org, id).await?.into_iter().filter(|a| a.ended_at.is_none());
    let source = |record: sql::SourceRecord| NewSource {
        document: DocumentId(record.document_id),
        span: record.span(),
        due: record.due_on,
        quote: record.quote,
    };
    Ok(NewTask {
        code: record.code,
        group: record.group_code,
        title: record.title,
        text,
        outputs: record.outputs.0,
        time: record.time.time()?,
        assignments: present.map(|record| record.given()).collect::<Result<_>>()?,
        sources: sql::sources(cx, org, id)
            .await?
            .into_iter()
            .filter(|s| s.ended_at.is_none())
            .map(source)
            .collect(),
        milestones: milestones(cx, org, id).await?,
        funding: funding(cx, org, id).await?,
    })
}

async fn milestones(cx: &mut Cx, org: OrgId, id: TaskId) -> Result<Vec<NewMilestone>> {
    Ok(sql::milestones(cx, org, id).await?.into_iter().map(sql::MilestoneRecord::given).collect())
}

async fn funding(cx: &mut Cx, org: OrgId, id: TaskId) -> Result<Vec<NewFunding>> {
    let funding = |record: sql::FundingRecord| NewFunding {
        source: record.source,
        planned: record.planned,
        disbursed: record.disbursed,
    };
    Ok(sql::funding(cx, org, id).await?.into_iter().map(funding).collect())
}

/// A task with everything on its page, as of a day or now.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn task(cx: &mut Cx, id: TaskId, as_of: Option<Date>) -> Result<TaskDetail> {
    let head = sql::task_head(cx, id).await?;
    let org = head.org_id;
    let programme = find(cx, ProgrammeId(head.programme_id)).await?;
    let (seen, today) = (seen(cx, as_of), day(cx, as_of));
    let record = sql::task(cx, org, id, seen).await?;
    let assignments = sql::task_assignments(cx, org, id).await?;
    let mut holders = Vec::new();
    for record in &assignments {
        holders.push(record.given()?.holder);
    }
    let names = Names::load(cx, &holders, today).await?;
    let (mut present, mut past) = (Vec::new(), Vec::new());
    for record in assignments.iter().filter(|record| record.recorded_at <= seen) {
        match record.ended_at {
            Some(at) if at <= seen => past.push(PastCarrier {
                carrier: names.carrier(AssignmentId(record.id), record.recorded_at, record.given()?),
                recorded_at: record.recorded_at,
                ended_at: record.ended_at,
            }),
            _ => present.push((AssignmentId(record.id), record.recorded_at, record.given()?)),
        }
    }
    let outline = sql::groups(cx, programme.org, programme.id).await?;
    let reported = reported(cx, org, id, seen).await?;
    let since = cx.day_of(record.created_at);
    let row = row(&programme, record, (present, reported), &names, (since, today))?;
    let heading = |group: &&NewGroup| Some(&group.code) == row.group.as_ref() && !group.title.is_empty();
    Ok(TaskDetail {
        group_title: outline.iter().find(heading).map(|group| group.title.clone()),
        text: head.body,
        sources: sources(cx, org, id).await?,
        milestones: milestones(cx, org, id).await?,
        funding: funding(cx, org, id).await?,
        times: times(cx, org, id, seen).await?,
        past,
        ended_at: head.ended_at,
        history: history(cx, org, id).await?,
        may_edit: head.ended_at.is_none() && may_edit(cx, &programme),
        row,
    })
}

pub(super) async fn reported(cx: &mut Cx, org: OrgId, id: TaskId, seen: Micros) -> Result<Vec<Reported>> {
    let records = sql::task_claims(cx, org, id, seen).await?;
    records.into_iter().map(|record| record.reported(cx, seen)).collect()
}

/// A task as it is now with who carries it, and no question asked: for the context that keeps what they
/// report, which decides for itself.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn carried(cx: &mut Cx, id: TaskId) -> Result<Carried> {
    let head = sql::task_head(cx, id).await?;
    let org = head.org_id;
    let programme = load(cx, ProgrammeId(head.programme_id)).await?;
    let (seen, today) = (Micros(i64::MAX), cx.today());
    let record = sql::task(cx, org, id, seen).await?;
    let mut given = Vec::new();
    for record in sql::task_assignments(cx, org, id).await?.into_iter().filter(|a| a.ended_at.is_none()) {
        given.push((AssignmentId(record.id), record.recorded_at, record.given()?));
    }
    let holders: Vec<Holder> = given.iter().map(|(.., given)| given.holder.clone()).collect();
    let names = Names::load(cx, &holders, today).await?;
    let reported = reported(cx, org, id, seen).await?;
    let since = cx.day_of(record.created_at);
    let row = row(&programme, record, (given, reported), &names, (since, today))?;
    let milestone = |record: sql::MilestoneRecord| (MilestoneId(record.id), record.given());
    let milestones = sql::milestones(cx, org, id).await?.into_iter().map(milestone).collect();
    Ok(Carried { programme, row, since, milestones, ended_at: head.ended_at })
}

/// What the policy needs to know to show a programme: its owner, and who carries its tasks.
///
/// # Errors
/// The engine failed.
pub async fn scope_of(cx: &mut Cx, programme: &Programme) -> Result<Scope> {
    scope(cx, programme).await
}

async fn times(cx: &mut Cx, org: OrgId, id: TaskId, seen: Micros) -> Result<Vec<PastTime>> {
    let records = sql::times(cx, org, id).await?.into_iter().filter(|record| record.recorded_at <= seen);
    let time = |record: sql::PastTimeRecord| {
        Ok(PastTime {
            time: record.time.time()?,
            reason: record.reason,
            recorded_at: record.recorded_at,
            ended_at: record.ended_at,
        })
    };
    records.map(time).collect()
}

async fn sources(cx: &mut Cx, org: OrgId, id: TaskId) -> Result<Vec<Source>> {
    let mut texts: HashMap<DocumentId, String> = HashMap::new();
    let mut found = Vec::new();
    for record in sql::sources(cx, org, id).await? {
        let document = DocumentId(record.document_id);
        let span = record.span();
        let context = match span {
            Some(span) => {
                if let std::collections::hash_map::Entry::Vacant(entry) = texts.entry(document) {
                    entry.insert(sql::document_text(cx, org, document).await?);
                }
                texts.get(&document).and_then(|text| context(text, span))
            }
            None => None,
        };
        found.push(Source {
            document,
            number: record.number,
            document_title: record.document_title,
            issued_on: record.issued_on,
            span,
            quote: record.quote,
            due: record.due_on,
            context,
            ended_at: record.ended_at,
        });
    }
    Ok(found)
}

/// Lines shown before and after a passage, and of long ones the characters.
const AROUND: usize = 3;
const NEAR: usize = 320;

/// A passage with a few lines around it; none where the text does not hold the span.
pub(super) fn context(text: &str, [from, to]: [i64; 2]) -> Option<Context> {
    let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
    let mut ends = text.char_indices().map(|(byte, _)| byte).chain(std::iter::once(text.len()));
    let start = ends.nth(from)?;
    let end = if to > from { ends.nth(to - from - 1)? } else { start };
    let (before, marked, after) = (&text[..start], &text[start..end], &text[end..]);
    let from = before.rmatch_indices('\n').nth(AROUND).map_or(0, |(at, _)| at + 1);
    let to = after.match_indices('\n').nth(AROUND).map_or(after.len(), |(at, _)| at);
    let owned = str::to_owned;
    Some(Context { before: ending(&before[from..]), marked: owned(marked), after: beginning(&after[..to]) })
}

/// The last words of a text, with a mark where something was left out.
fn ending(text: &str) -> String {
    let Some((at, _)) = text.char_indices().rev().nth(NEAR) else { return text.to_owned() };
    let word = text[at..].find(' ').map_or(at, |space| at + space);
    format!("…{}", &text[word..])
}

/// The first words of a text, with a mark where something was left out.
fn beginning(text: &str) -> String {
    let Some((at, _)) = text.char_indices().nth(NEAR) else { return text.to_owned() };
    let word = text[..at].rfind(' ').unwrap_or(at);
    format!("{} …", &text[..word])
}

/// Changes shown of a task.
const CHANGES: i64 = 200;

async fn history(cx: &mut Cx, org: OrgId, id: TaskId) -> Result<Vec<Change>> {
    let rows = audit::history(cx, org, "task", id.0, CHANGES).await?;
    let change = |row: audit::Row| {
        let (before, after) = (row.before.0, row.after.0);
        let mut fields: Vec<String> = Vec::new();
        if let Some(after) = after.as_object() {
            fields.extend(
                after
                    .iter()
                    .filter(|(key, value)| before.get(key.as_str()) != Some(value))
                    .map(|(key, _)| key.clone()),
            );
        }
        Change { at: row.at, actor: row.actor, fields, before, after }
    };
    Ok(rows.into_iter().map(change).collect())
}

/// Tasks that say nearly the same as each of the wordings, among those of the owner's programmes that
/// the actor may see: best first, at most three each.
///
/// # Errors
/// The engine failed.
pub async fn similar_tasks(cx: &mut Cx, owner: UnitId, titles: &[String]) -> Result<Vec<Vec<Similar>>> {
    const ALIKE: f64 = 0.7;
    const MOST: usize = 3;
    let (mut known, mut likeness) = (Vec::new(), rules::Likeness::default());
    for programme in visible(cx, None).await?.into_iter().filter(|programme| programme.owner == owner) {
        let key = (programme.org, programme.id);
        for record in sql::tasks(cx, key, Micros(i64::MAX), patterns("")).await? {
            likeness.add(&papers::fold::fold(&record.title));
            known.push(Similar {
                task: TaskId(record.id),
                programme: programme.id,
                programme_title: programme.title.clone(),
                title: record.title,
                score: 0.0,
            });
        }
    }
    let alike = |title: &String| {
        let found = likeness.find(&papers::fold::fold(title), ALIKE).into_iter().take(MOST);
        found.map(|(number, score)| Similar { score, ..known[number].clone() }).collect()
    };
    Ok(titles.iter().map(alike).collect())
}
