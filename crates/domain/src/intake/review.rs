//! Deciding about items: one by one and in bulk. Every command locks the intake, checks the version of
//! each item that it touches, and changes all of them or none.

use super::*;
use crate::access::Permit;
use crate::programmes::{self, Similar};
use crate::units::{self, Candidate, Directory, Target};
use jiff::civil::Date;
use papers::plan::TimeKind;
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// An item in the version that somebody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ItemRef {
    /// The item.
    pub id: ItemId,
    /// Its version.
    pub version: i64,
}

/// What is done to many items at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Bulk {
    /// They belong to the plan.
    Accept,
    /// They do not.
    Drop,
    /// No decision yet.
    Reopen,
    /// One lead for all tasks among them.
    Lead(Holder),
    /// One due day for all tasks among them.
    Due(Date),
    /// One kind of time for all tasks among them; one that needs no day.
    Time(TimeKind),
    /// "Thường xuyên", "theo kế hoạch", no time: they stand as they are.
    SettleTime,
    /// "Chờ chỉ định" stands as it is.
    SettleLead,
}

/// An item with what is to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The item.
    pub item: Item,
    /// What should be mended.
    pub defects: Vec<Defect>,
    /// What is still to be settled.
    pub settles: Vec<Settle>,
    /// Tasks of programmes with nearly the same words.
    pub similar: Vec<Similar>,
    /// Positions of items here with nearly the same words.
    pub twins: Vec<i64>,
}

/// Everything on the review page.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The intake.
    pub intake: Intake,
    /// The document's text, after repair.
    pub text: String,
    /// What the repair changed, in the order of the text.
    pub repairs: Vec<Repair>,
    /// Its items in the order of the document.
    pub sheets: Vec<Sheet>,
}

impl Review {
    /// How many items that were not dropped show the defect.
    pub fn with_defect(&self, defect: Defect) -> usize {
        self.standing().filter(|sheet| sheet.defects.contains(&defect)).count()
    }

    /// How many items that were not dropped are in the state to settle.
    pub fn to_settle(&self, settle: Settle) -> usize {
        self.standing().filter(|sheet| sheet.settles.contains(&settle)).count()
    }

    /// The items that were not dropped.
    pub fn standing(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().filter(|sheet| sheet.item.state != ItemState::Dropped)
    }
}

/// Finds who a printed name is; a name that two units share is left unsure.
pub fn resolver(directory: &Directory) -> impl FnMut(&str) -> Option<(Holder, f64)> + '_ {
    let mut known: HashMap<String, Option<(Holder, f64)>> = HashMap::new();
    move |printed: &str| {
        known
            .entry(printed.to_owned())
            .or_insert_with(|| {
                let mut found = directory.resolve(printed, 2).into_iter();
                let best = found.next()?;
                let shared = found.next().is_some_and(|next| next.score > best.score - 0.01);
                let score = if shared { best.score.min(SURE - 0.05) } else { best.score };
                Some((holder(&best), score))
            })
            .clone()
    }
}

/// The holder that a candidate stands for.
pub fn holder(candidate: &Candidate) -> Holder {
    let name = candidate.name.clone();
    match candidate.target {
        Target::Unit(id) => Holder::Unit { id, name },
        Target::Grouping(id) => Holder::Grouping { id: id.0, name },
    }
}

/// Units and groupings that printed names may stand for, seen from the owner's place in the tree.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn candidates(
    cx: &mut Cx,
    id: IntakeId,
    printed: &[String],
    limit: usize,
) -> Result<Vec<Vec<Candidate>>> {
    let intake = find(cx, id).await?;
    let directory = Directory::load(cx, intake.owner).await?;
    Ok(printed.iter().map(|name| directory.resolve(name, limit)).collect())
}

/// The review page of an intake that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn review(cx: &mut Cx, id: IntakeId) -> Result<Review> {
    let intake = find(cx, id).await?;
    let text = sql::text(cx, id).await?;
    let repairs = super::json(sql::repairs(cx, id).await?)?;
    let items = items(cx, &intake).await?;
    let similar = similar(cx, &intake, &items).await?;
    let twins = twins(&items);
    let sheets = items.into_iter().zip(similar).zip(twins).map(|((item, similar), twins)| {
        let mut defects = rules::defects(&item.body);
        if !similar.is_empty() || !twins.is_empty() {
            defects.push(Defect::Duplicate);
        }
        let settles = rules::settles(&item.body);
        Sheet { item, defects, settles, similar, twins }
    });
    Ok(Review { sheets: sheets.collect(), intake, text, repairs })
}

/// Who a name that somebody typed is, as a part in a duty; unknown where nobody fits for sure.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn recognised(cx: &mut Cx, id: IntakeId, name: &str) -> Result<Party> {
    let intake = find(cx, id).await?;
    let directory = Directory::load(cx, intake.owner).await?;
    Ok(rules::party(PartyRole::Lead, name, &mut resolver(&directory)))
}

/// One item of an intake that the actor may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn item(cx: &mut Cx, id: ItemId) -> Result<(Intake, Item)> {
    let intake = sql::intake_of(cx, id).await?.ok_or(Error::NotFound)?;
    let intake = find(cx, intake).await?;
    let item = Item::of(sql::item(cx, id).await?.ok_or(Error::NotFound)?)?;
    Ok((intake, item))
}

pub(super) async fn items(cx: &mut Cx, intake: &Intake) -> Result<Vec<Item>> {
    sql::items(cx, intake.org, intake.id).await?.into_iter().map(Item::of).collect()
}

/// Tasks of other programmes that say nearly the same; none once the plan stands.
pub(super) async fn similar(cx: &mut Cx, intake: &Intake, items: &[Item]) -> Result<Vec<Vec<Similar>>> {
    if intake.status != Status::Review {
        return Ok(vec![Vec::new(); items.len()]);
    }
    let title = |item: &Item| match &item.body {
        Body::Task(task) if item.state != ItemState::Dropped => task.title.clone(),
        _ => String::new(),
    };
    let titles: Vec<String> = items.iter().map(title).collect();
    let mut found = programmes::similar_tasks(cx, intake.owner, &titles).await?;
    found.resize(items.len(), Vec::new());
    for (similar, title) in found.iter_mut().zip(&titles) {
        similar.retain(|task| !title.is_empty() && Some(task.programme.0) != intake.amends);
    }
    Ok(found)
}

/// For each item the positions of other standing tasks with nearly the same words.
pub(super) fn twins(items: &[Item]) -> Vec<Vec<i64>> {
    let words = |item: &Item| match &item.body {
        Body::Task(task) if item.state != ItemState::Dropped => {
            papers::fold::fold(&task.title).split(' ').map(str::to_owned).collect::<HashSet<_>>()
        }
        _ => HashSet::new(),
    };
    let words: Vec<HashSet<String>> = items.iter().map(words).collect();
    let mut twins = vec![Vec::new(); items.len()];
    for a in 0..items.len() {
        for b in a + 1..items.len() {
            let (small, large) = (words[a].len().min(words[b].len()), words[a].len().max(words[b].len()));
            if small >= 4 && small * 10 >= large * 8 {
                let common = words[a].intersection(&words[b]).count();
                if common * 20 >= (words[a].len() + words[b].len()) * 9 {
                    twins[a].push(items[b].position);
                    twins[b].push(items[a].position);
                }
            }
        }
    }
    twins
}

/// The intake of an item, locked, and the permit to change it.
async fn open_intake(cx: &mut Cx, id: IntakeId) -> Result<(Intake, Permit)> {
    let intake = load(cx, id).await?;
    let permit = cx.allow(Action::ManageIntake, &intake.scope())?;
    intake.in_review()?;
    if !sql::touch(cx, &permit, id).await? {
        return Err(Error::Stale);
    }
    Ok((intake, permit))
}

async fn open_item(cx: &mut Cx, at: ItemRef) -> Result<(Intake, Permit, Item)> {
    let id = sql::intake_of(cx, at.id).await?.ok_or(Error::NotFound)?;
    let (intake, permit) = open_intake(cx, id).await?;
    let item = current(cx, at).await?;
    Ok((intake, permit, item))
}

async fn current(cx: &mut Cx, at: ItemRef) -> Result<Item> {
    let item = Item::of(sql::item(cx, at.id).await?.ok_or(Error::NotFound)?)?;
    if item.version == at.version { Ok(item) } else { Err(Error::Stale) }
}

async fn save(cx: &mut Cx, permit: &Permit, item: &Item) -> Result<()> {
    let data = value(&item.body)?;
    sql::save_item(cx, permit, item, data).await
}

fn audit(item: &Item) -> serde_json::Value {
    json!({"item": item.id, "state": item.state, "says": item.body})
}

async fn decide(cx: &mut Cx, at: ItemRef, state: ItemState) -> Result<()> {
    let (_, permit, before) = open_item(cx, at).await?;
    let after = decided(&before, state)?;
    save(cx, &permit, &after).await?;
    cx.record(permit, json!({"item": at.id, "state": before.state}), json!({"item": at.id, "state": state}))
        .await
}

fn decided(item: &Item, state: ItemState) -> Result<Item> {
    if state == ItemState::Accepted {
        rules::check(&item.body)?;
    }
    let merged_into = item.merged_into.filter(|_| state == ItemState::Dropped);
    Ok(Item { state, merged_into, ..item.clone() })
}

/// The item belongs to the plan.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] where what it says breaks rules.
pub async fn accept(cx: &mut Cx, at: ItemRef) -> Result<()> {
    decide(cx, at, ItemState::Accepted).await
}

/// The item does not belong to the plan; it can be restored.
///
/// # Errors
/// [`Error::Stale`].
pub async fn drop(cx: &mut Cx, at: ItemRef) -> Result<()> {
    decide(cx, at, ItemState::Dropped).await
}

/// Takes a decision back.
///
/// # Errors
/// [`Error::Stale`].
pub async fn restore(cx: &mut Cx, at: ItemRef) -> Result<()> {
    decide(cx, at, ItemState::Open).await
}

/// Changes what an item says. Where it stands in the document and how sure the reader was stay.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] with every problem.
pub async fn edit(cx: &mut Cx, at: ItemRef, body: Body) -> Result<()> {
    let (_, permit, before) = open_item(cx, at).await?;
    if body.kind() != before.body.kind() {
        return Err(Error::invalid("kind", Reason::new("intake-problem-kind")));
    }
    let mut after = Item { body: keep_place(body, &before.body), ..before.clone() };
    rules::check(&after.body)?;
    name_holders(cx, &mut after.body).await?;
    save(cx, &permit, &after).await?;
    cx.record(permit, audit(&before), audit(&after)).await
}

fn keep_place(body: Body, before: &Body) -> Body {
    let passages = before.passages().to_vec();
    let confidence = before.confidence();
    match body {
        Body::Task(mut task) => {
            rules::dedupe(&mut task.parties);
            if task.with_role(PartyRole::Lead).next().is_none() {
                task.parties.insert(0, rules::awaiting());
            }
            let title = rules::tidy(&task.title);
            Body::Task(TaskBody { title, passages, confidence, ..task })
        }
        Body::Indicator(indicator) => Body::Indicator(IndicatorBody { passages, confidence, ..indicator }),
        Body::Duty(duty) => Body::Duty(DutyBody { passages, ..duty }),
    }
}

/// Every unit and grouping named exists; their names are taken from the directory.
async fn name_holders(cx: &mut Cx, body: &mut Body) -> Result<()> {
    for party in parties_mut(body) {
        name_holder(cx, &mut party.holder).await?;
    }
    Ok(())
}

fn parties_mut(body: &mut Body) -> Vec<&mut Party> {
    match body {
        Body::Task(task) => task.parties.iter_mut().collect(),
        Body::Indicator(_) => Vec::new(),
        Body::Duty(duty) => [&mut duty.who, &mut duty.to, &mut duty.through].into_iter().flatten().collect(),
    }
}

/// The same holder under the name that the directory gives it.
///
/// # Errors
/// [`Error::Invalid`] for a unit that does not exist.
pub async fn named(cx: &mut Cx, mut holder: Holder) -> Result<Holder> {
    name_holder(cx, &mut holder).await?;
    Ok(holder)
}

async fn name_holder(cx: &mut Cx, holder: &mut Holder) -> Result<()> {
    let missing = |error| match error {
        Error::NotFound => Error::invalid("lead", Reason::new("intake-problem-unit")),
        other => other,
    };
    match holder {
        Holder::Unit { id, name } => *name = units::load(cx, *id).await.map_err(missing)?.label(),
        Holder::Grouping { id, name } => {
            *name = units::load_grouping(cx, units::GroupingId(*id)).await.map_err(missing)?.name;
        }
        Holder::Person { .. } | Holder::Awaiting | Holder::Unknown => {}
    }
    Ok(())
}

fn task_of(item: &Item) -> Result<&TaskBody> {
    match &item.body {
        Body::Task(task) => Ok(task),
        _ => Err(Error::invalid("", Reason::new("intake-problem-not-a-task"))),
    }
}

/// Cuts a task in two at a character of its wording (see [`cuts`]); the second stands after the first.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] where nothing would be left on one side.
pub async fn split(cx: &mut Cx, at: ItemRef, character: usize) -> Result<ItemId> {
    let (intake, permit, before) = open_item(cx, at).await?;
    let (first, second) = rules::split(task_of(&before)?, character)?;
    let first = Item { body: Body::Task(first), ..before.clone() };
    let second = Item {
        id: ItemId(cx.id()),
        version: 1,
        position: before.position + 1,
        body: Body::Task(second),
        ..before.clone()
    };
    sql::make_room(cx, &permit, intake.id, before.position).await?;
    save(cx, &permit, &first).await?;
    let data = value(&second.body)?;
    let (id, after) = (second.id, json!({"first": audit(&first), "second": audit(&second)}));
    sql::add_items(cx, &permit, intake.org, intake.id, vec![(second, data.clone(), data)]).await?;
    cx.record(permit, audit(&before), after).await?;
    Ok(id)
}

/// Joins a task with the standing one that follows it; the other is dropped and can be restored.
///
/// # Errors
/// [`Error::Stale`]; [`Error::Invalid`] where no task follows.
pub async fn merge(cx: &mut Cx, at: ItemRef) -> Result<()> {
    let (intake, permit, before) = open_item(cx, at).await?;
    let next = items(cx, &intake).await?.into_iter().find(|item| {
        item.position > before.position
            && item.state != ItemState::Dropped
            && item.body.kind() == ItemKind::Task
    });
    let next = next.ok_or_else(|| Error::invalid("", Reason::new("intake-problem-nothing-follows")))?;
    let body = Body::Task(rules::merge(task_of(&before)?, task_of(&next)?));
    rules::check(&body)?;
    let after = Item { body, ..before.clone() };
    let gone = Item { state: ItemState::Dropped, merged_into: Some(before.id.0), ..next.clone() };
    save(cx, &permit, &after).await?;
    save(cx, &permit, &gone).await?;
    cx.record(permit, json!({"first": audit(&before), "second": audit(&next)}), audit(&after)).await
}

/// Does the same to many items, all or none. Returns how many were changed; what concerns tasks passes
/// over items of other kinds.
///
/// # Errors
/// [`Error::Stale`] where one of them was changed; [`Error::Invalid`] where one breaks rules.
pub async fn bulk(cx: &mut Cx, id: IntakeId, chosen: &[ItemRef], action: &Bulk) -> Result<usize> {
    bulk_all(cx, id, chosen, std::slice::from_ref(action)).await
}

/// Does several things to many items, one after the other, all or none (see [`bulk`]).
///
/// # Errors
/// As [`bulk`].
pub async fn bulk_all(cx: &mut Cx, id: IntakeId, chosen: &[ItemRef], actions: &[Bulk]) -> Result<usize> {
    let (intake, permit) = open_intake(cx, id).await?;
    let mut actions = actions.to_vec();
    for action in &mut actions {
        if let Bulk::Lead(holder) = action {
            name_holder(cx, holder).await?;
        }
    }
    let all: HashMap<ItemId, Item> =
        items(cx, &intake).await?.into_iter().map(|item| (item.id, item)).collect();
    let (mut done, mut before) = (Vec::new(), Vec::new());
    for at in chosen {
        let item = all.get(&at.id).ok_or(Error::NotFound)?;
        if item.version != at.version {
            return Err(Error::Stale);
        }
        let mut after = item.clone();
        for action in &actions {
            after = applied(&after, action)?.unwrap_or(after);
        }
        if after == *item {
            continue;
        }
        save(cx, &permit, &after).await?;
        before.push(audit(item));
        done.push(at.id);
    }
    let bulk: Vec<_> = actions.iter().map(describe).collect();
    cx.record(permit, json!({"items": before}), json!({"items": done, "bulk": bulk})).await?;
    Ok(done.len())
}

/// Says who a printed name is, for every standing item that bears it and knows nobody for it. Returns
/// how many items were changed.
///
/// # Errors
/// [`Error::Invalid`] for a unit that does not exist.
pub async fn name_everywhere(cx: &mut Cx, id: IntakeId, printed: &str, holder: Holder) -> Result<usize> {
    let (intake, permit) = open_intake(cx, id).await?;
    let mut holder = holder;
    name_holder(cx, &mut holder).await?;
    let wanted = papers::fold::fold(printed);
    let mut changed = Vec::new();
    for item in items(cx, &intake).await? {
        let mut after = item.clone();
        let mut found = false;
        for party in parties_mut(&mut after.body) {
            if party.holder == Holder::Unknown && papers::fold::fold(&party.printed) == wanted {
                (party.holder, party.score, found) = (holder.clone(), 1.0, true);
            }
        }
        if found {
            if let Body::Task(task) = &mut after.body {
                rules::dedupe(&mut task.parties);
            }
            save(cx, &permit, &after).await?;
            changed.push(item.id);
        }
    }
    cx.record(permit, json!({"printed": printed}), json!({"is": holder, "items": changed})).await?;
    Ok(changed.len())
}

fn applied(item: &Item, action: &Bulk) -> Result<Option<Item>> {
    let state = match action {
        Bulk::Accept => Some(ItemState::Accepted),
        Bulk::Drop => Some(ItemState::Dropped),
        Bulk::Reopen => Some(ItemState::Open),
        _ => None,
    };
    if let Some(state) = state {
        return if item.state == state { Ok(None) } else { decided(item, state).map(Some) };
    }
    let Body::Task(task) = &item.body else { return Ok(None) };
    let mut task = task.clone();
    match action {
        Bulk::Lead(holder) => {
            task.parties.retain(|party| party.role != PartyRole::Lead);
            task.parties.insert(0, Party { holder: holder.clone(), ..rules::awaiting() });
            task.lead_settled = true;
        }
        Bulk::Due(day) => {
            task.time.kind = TimeKind::ByDate;
            task.time.due = Some(day.to_string());
            task.time_settled = true;
        }
        Bulk::Time(kind) => {
            (task.time.kind, task.time.due) = (*kind, None);
            task.time_settled = true;
        }
        Bulk::SettleTime => task.time_settled = true,
        Bulk::SettleLead => task.lead_settled = true,
        Bulk::Accept | Bulk::Drop | Bulk::Reopen => return Ok(None),
    }
    let body = Body::Task(task);
    rules::check(&body)?;
    Ok(Some(Item { body, ..item.clone() }))
}

fn describe(action: &Bulk) -> serde_json::Value {
    match action {
        Bulk::Accept => json!({"state": "accepted"}),
        Bulk::Drop => json!({"state": "dropped"}),
        Bulk::Reopen => json!({"state": "open"}),
        Bulk::Lead(holder) => json!({"lead": holder}),
        Bulk::Due(day) => json!({"due": day.to_string()}),
        Bulk::Time(kind) => json!({"time": kind}),
        Bulk::SettleTime => json!({"time_settled": true}),
        Bulk::SettleLead => json!({"lead_settled": true}),
    }
}
