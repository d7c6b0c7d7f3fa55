//! What changed: the values of an audit row, field by field, in words.

use crate::pages::intake::words as intake_words;
use crate::pages::{login, words};
use domain::access::Role;
use domain::audit::Row;
use domain::intake::{self, ItemState, Party};
use domain::programmes::{Holder, NewAssignment, TaskTime};
use domain::units::{LinkKind, UnitKind};
use messages::Lang;
use serde_json::{Map, Value};
use std::collections::HashMap;
use uuid::Uuid;

/// Longest value shown, in letters; the whole stands in the raw content of the row.
const SHOWN: usize = 240;

/// Names of the units that rows mention by their ids.
pub(super) type Names = HashMap<Uuid, String>;

/// One field: how it was and how it became. `None` stands for a value that has no words, or for no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub label: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Parts of a payload that only hold further fields.
const HOLDING: [&str; 4] = ["says", "first", "divisions", "bulk"];

/// Is nothing in it? So are the values of a row whose personal data were erased.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Every id that a row's values mention.
pub(super) fn ids(row: &Row) -> Vec<Uuid> {
    let mut found = Vec::new();
    collect(&row.before.0, &mut found);
    collect(&row.after.0, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<Uuid>) {
    match value {
        Value::String(text) if text.len() == 36 => found.extend(text.parse::<Uuid>().ok()),
        Value::Array(items) if items.len() <= 20 => items.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => map.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// The name that a row itself gives its thing.
pub(super) fn own_name(row: &Row) -> Option<String> {
    let name = |value: &Value| {
        let keys = ["title", "name", "file_name", "login", "number"];
        keys.iter().find_map(|key| value.get(key)?.as_str().map(str::to_owned))
    };
    name(&row.after.0).or_else(|| name(&row.before.0))
}

/// The fields that a row changed, in the order of their labels' list.
pub(super) fn changed(lang: Lang, names: &Names, row: &Row) -> Vec<Field> {
    let (before, after) = (flat(&row.before.0), flat(&row.after.0));
    let same_fields = after.keys().any(|key| before.contains_key(key));
    let mut fields = Vec::new();
    for (key, label) in labels() {
        let wording = key == "title" && (row.thing_kind == "task" || after.contains_key("item"));
        let label = || lang.text(if wording { "programmes-wording" } else { label });
        let words = |value: Option<&Value>| {
            value.filter(|value| !is_void(value)).and_then(|value| say(lang, names, row, key, value))
        };
        match (before.get(key), after.get(key)) {
            (was, Some(is)) if was != Some(is) => {
                let (was, is) = (words(was), words(Some(is)));
                if was.is_some() || is.is_some() || before.contains_key(key) {
                    fields.push(Field { label: label(), before: was, after: is });
                }
            }
            (Some(was), None) if !same_fields => {
                let words = words(Some(was));
                fields.extend(words.map(|words| Field { label: label(), before: None, after: Some(words) }));
            }
            _ => {}
        }
    }
    fields
}

fn is_void(value: &Value) -> bool {
    is_empty(value) || value.as_str().is_some_and(str::is_empty)
}

/// The fields of an object, those of the parts that only hold fields among them.
fn flat(value: &Value) -> Map<String, Value> {
    let mut fields = Map::new();
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if HOLDING.contains(&key.as_str()) {
                    fields.extend(flat(value));
                } else {
                    fields.insert(key.clone(), value.clone());
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields.extend(flat(item))),
        _ => {}
    }
    fields
}

/// A value in words; none for what only programs read.
fn say(lang: Lang, names: &Names, row: &Row, key: &str, value: &Value) -> Option<String> {
    let words = match (key, value) {
        ("role" | "granted", Value::String(code)) => login::role_word(lang, Role::from_code(code)?.code()),
        ("kind", Value::String(code)) => lang.text(UnitKind::from_code(code)?.message()),
        ("link", Value::String(code)) => lang.text(LinkKind::from_code(code)?.message()),
        ("state", Value::String(code)) => {
            crate::pages::intake::review::item_state(lang, ItemState::from_code(code)?)
        }
        ("time", Value::String(code)) => {
            let (kind, _) = words::KINDS.iter().find(|(_, known)| known == code)?;
            words::kind(lang, *kind)
        }
        ("time", time) => time_words(lang, time)?,
        ("assignments", Value::Array(items)) => list(items, |item| assignment(lang, names, item))?,
        ("parties", Value::Array(items)) => list(items, |item| party(lang, item))?,
        ("lead" | "is", holder) => holder_words(lang, holder)?,
        ("funding", Value::Array(items)) => list(items, |item| {
            let planned = item.get("planned").and_then(Value::as_i64).unwrap_or_default();
            Some(format!("{}: {}", item.get("source")?.as_str()?, lang.integer(planned)))
        })?,
        ("milestones", Value::Array(items)) => {
            list(items, |item| Some(item.get("title")?.as_str()?.to_owned()))?
        }
        ("login", _) if row.thing_kind != "account" => return None,
        (_, Value::Array(items)) if items.iter().all(Value::is_string) => {
            let words = list(items, |item| plain(lang, names, item));
            words.unwrap_or_else(|| lang.integer(items.len() as i64))
        }
        (_, Value::Array(items)) => lang.integer(items.len() as i64),
        (_, other) => plain(lang, names, other)?,
    };
    Some(words::short(&words, SHOWN))
}

fn list(items: &[Value], one: impl Fn(&Value) -> Option<String>) -> Option<String> {
    let words: Option<Vec<String>> = items.iter().map(one).collect();
    words.map(|words| words.join("; "))
}

/// A single value: days as days, ids of units as their names, yes and no as words.
fn plain(lang: Lang, names: &Names, value: &Value) -> Option<String> {
    match value {
        Value::Bool(true) => Some(lang.text("trail-yes")),
        Value::Bool(false) => Some(lang.text("trail-no")),
        Value::Number(number) => Some(match number.as_i64() {
            Some(whole) => lang.integer(whole),
            None => lang.number(number.as_f64()?),
        }),
        Value::String(text) => match (text.parse::<jiff::civil::Date>(), text.parse::<Uuid>()) {
            (Ok(day), _) if text.len() == 10 => Some(lang.date(day)),
            (_, Ok(id)) => names.get(&id).cloned(),
            _ => Some(text.clone()),
        },
        _ => None,
    }
}

fn time_words(lang: Lang, value: &Value) -> Option<String> {
    let time: TaskTime = serde_json::from_value(value.clone()).ok()?;
    let day = |day: Option<domain::Day>| day.map(|day| day.0);
    Some(words::time(lang, time.kind, day(time.start), day(time.due), &time.recurrence))
}

fn assignment(lang: Lang, names: &Names, value: &Value) -> Option<String> {
    let given: NewAssignment = serde_json::from_value(value.clone()).ok()?;
    let who = match given.holder {
        Holder::Unit(id) => names.get(&id.0).cloned().unwrap_or_else(|| lang.text("thing-unit")),
        Holder::Grouping(_) => lang.text("thing-grouping"),
        Holder::Person { name, .. } | Holder::Unknown(name) => name,
        Holder::Awaiting => lang.text("programmes-awaiting"),
    };
    Some(format!("{}: {who}", words::role(lang, given.role)))
}

fn party(lang: Lang, value: &Value) -> Option<String> {
    let party: Party = serde_json::from_value(value.clone()).ok()?;
    Some(format!("{}: {}", intake_words::role(lang, party.role), intake_words::party(lang, &party)))
}

fn holder_words(lang: Lang, value: &Value) -> Option<String> {
    match serde_json::from_value(value.clone()).ok()? {
        intake::Holder::Awaiting => Some(lang.text("programmes-awaiting")),
        intake::Holder::Unknown => None,
        other => Some(other.name().to_owned()),
    }
}

/// Fields with the keys of their labels, in the order in which they are shown. A field that is not here is
/// for programs only: it stands in the raw content.
fn labels() -> [(&'static str, &'static str); 49] {
    [
        ("title", "intake-head-title"),
        ("name", "field-name"),
        ("login", "login-name"),
        ("unit", "programmes-unit"),
        ("role", "accounts-role"),
        ("granted", "accounts-role"),
        ("file_name", "intake-head-file"),
        ("number", "intake-head-number"),
        ("issuer", "intake-head-issuer"),
        ("issued_on", "intake-head-issued"),
        ("signer", "intake-head-signer"),
        ("implements", "intake-head-implements"),
        ("owner", "intake-head-owner"),
        ("code", "programmes-code"),
        ("group", "programmes-group"),
        ("text", "programmes-text"),
        ("outputs", "programmes-outputs"),
        ("time", "programmes-time"),
        ("time_text", "programmes-time-printed"),
        ("due", "programmes-due"),
        ("assignments", "programmes-assignments"),
        ("parties", "programmes-assignments"),
        ("lead", "programmes-role-lead"),
        ("sources", "field-sources"),
        ("milestones", "programmes-milestones"),
        ("funding", "programmes-funding"),
        ("near_due_days", "field-near-due"),
        ("tasks", "field-tasks"),
        ("indicators", "field-indicators"),
        ("duties", "field-duties"),
        ("added", "field-added"),
        ("changed", "field-changed"),
        ("ended", "field-ended"),
        ("rows", "field-rows"),
        ("items", "field-items"),
        ("state", "field-state"),
        ("printed", "field-printed"),
        ("is", "programmes-unit"),
        ("kind", "units-list-kind"),
        ("parent", "units-list-superior"),
        ("alias", "units-list-aliases"),
        ("aliases", "units-list-aliases"),
        ("other", "programmes-unit"),
        ("exists_from", "units-exists-from"),
        ("exists_to", "field-exists-to"),
        ("successor", "units-successor"),
        ("provinces", "field-provinces"),
        ("communes", "field-communes"),
        ("reason", "field-reason"),
    ]
}
