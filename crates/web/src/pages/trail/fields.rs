//! What changed: the values of an audit row, field by field, in words.

use crate::pages::intake::words as intake_words;
use crate::pages::{calendar, login, words, work};
use domain::access::Role;
use domain::audit::Row;
use domain::calendar::DayKind;
use domain::carrying::Proof;
use domain::intake::{self, ItemState, Party};
use domain::programmes::{ClaimKind, Holder, NewAssignment, Period, TaskTime};
use domain::requests;
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
    for (key, label) in LABELS {
        let wording = key == "title" && (row.thing_kind == "task" || after.contains_key("item"));
        let said = key == "text" && row.thing_kind == "matter";
        let label = || {
            lang.text(match (wording, said) {
                (true, _) => "programmes-wording",
                (_, true) => "requests-text",
                _ => label,
            })
        };
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
                if key == "wanted" {
                    let asked = flat(value).into_iter();
                    fields.extend(asked.map(|(key, value)| (format!("wanted_{key}"), value)));
                } else if HOLDING.contains(&key.as_str()) {
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
        ("kind", Value::String(code)) => kind(lang, &row.thing_kind, code)?,
        ("link", Value::String(code)) => lang.text(LinkKind::from_code(code)?.message()),
        ("state", Value::String(code)) if row.thing_kind == "matter" => {
            requests::State::from_code(code)?.word(lang)
        }
        ("state", Value::String(code)) => {
            crate::pages::intake::review::item_state(lang, ItemState::from_code(code)?)
        }
        ("default_period", Value::String(code)) => {
            let (often, _) = words::OFTEN.iter().find(|(_, known)| known == code)?;
            words::often(lang, *often)
        }
        ("period", period) => {
            let period: Period = serde_json::from_value(period.clone()).ok()?;
            work::period(lang, period)
        }
        ("evidence", proof) => match serde_json::from_value(proof.clone()).ok()? {
            Proof::Link(url) => url,
            Proof::Document(document) => document.number,
        },
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
        ("files", Value::Number(number)) if number.as_i64() == Some(0) => return None,
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

/// The word of a kind, which each kind of thing has its own of.
fn kind(lang: Lang, thing: &str, code: &str) -> Option<String> {
    Some(match thing {
        // The sentence of the deed says it.
        "matter" => return None,
        "update" => work::kind(lang, ClaimKind::from_code(code)?),
        "calendar" => calendar::kind_word(lang, DayKind::from_code(code)?),
        "unit" => lang.text(UnitKind::from_code(code)?.message()),
        _ => return None,
    })
}

/// The label of a field, where it has one.
fn label(key: &str) -> Option<&'static str> {
    LABELS.iter().find(|(known, _)| *known == key).map(|(_, label)| *label)
}

/// Fields of a row that the page neither shows in words nor leaves out on purpose.
pub(super) fn unsaid(row: &Row) -> Vec<String> {
    let mut keys: Vec<String> =
        [&row.before.0, &row.after.0].iter().flat_map(|value| flat(value)).map(|(key, _)| key).collect();
    keys.sort();
    keys.dedup();
    keys.retain(|key| label(key).is_none() && !UNSAID.contains(&key.as_str()));
    keys
}

/// Fields that are left to the raw content of a row: what the sentence of the deed says already, and
/// what only programs read.
const UNSAID: [&str; 43] = [
    "accounts",
    "act",
    "amends",
    "before",
    "columns",
    "committed_already",
    "confidence",
    "confirmed",
    "corrects",
    "declared",
    "declared_no_state_secrets",
    "disabled",
    "discarded",
    "document",
    "documents",
    "draft",
    "erased",
    "excluded",
    "failed",
    "feed",
    "header",
    "item",
    "lead_settled",
    "list",
    "mapping",
    "ordinal",
    "passages",
    "password",
    "programme",
    "read",
    "received",
    "replaces",
    "returned",
    "revoked",
    "second",
    "session",
    "sha256",
    "status",
    "submitted",
    "task",
    "time_settled",
    "type",
    "unreviewed",
];

/// Fields with the keys of their labels, in the order in which they are shown. A field that is not here is
/// for programs only: it stands in the raw content.
const LABELS: [(&str, &str); 90] = [
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
    ("passed_to", "field-passed-to"),
    ("passed_unit", "field-passed-unit"),
    ("percent", "carrying-percent"),
    ("completed_on", "carrying-completed-on"),
    ("backdated_days", "field-backdated"),
    ("period", "carrying-period"),
    ("entered_for", "carrying-entered-for"),
    ("level", "field-level"),
    ("levels", "programmes-confirm-levels"),
    ("task_done_on", "field-task-done-on"),
    ("file", "field-file"),
    ("evidence", "carrying-evidence"),
    ("wanted_due", "requests-wanted-due"),
    ("wanted_unit", "requests-wanted-unit"),
    ("wanted_authority", "requests-authority"),
    ("answer_by", "requests-answer-by"),
    ("day", "calendar-day"),
    ("files", "field-files"),
    ("extensions", "requests-limits-extensions"),
    ("days", "field-days"),
    ("source", "calendar-source"),
    ("confirm_levels", "programmes-confirm-levels"),
    ("back_date_days", "programmes-back-date"),
    ("behind_points", "programmes-behind"),
    ("default_period", "programmes-default-period"),
    ("period_closes_on", "programmes-period-closes"),
    ("report_within_days", "programmes-report-within"),
    ("token", "field-token"),
    ("eid", "units-list-eid"),
    ("from", "field-from"),
    ("to", "field-to"),
    ("took_in", "field-took-in"),
    ("closed", "field-closed"),
    ("members", "field-members"),
    ("member", "field-member"),
    ("size_bytes", "field-size"),
    ("link", "field-link"),
    ("under", "units-list-superior"),
    ("former", "field-former"),
    ("known", "field-known"),
    ("kept", "field-kept"),
    ("reason", "field-reason"),
];
