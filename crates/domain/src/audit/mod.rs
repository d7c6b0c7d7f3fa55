//! The audit trail: who did what to which thing, what it was before and after, when, from where.
//!
//! Rows are written in the transaction of the change. A sealer orders committed rows into signed,
//! hash-chained batches afterwards.

mod seal;
mod sql;

pub use seal::{Batch, Break, Sealer};

use crate::access::{Action, Permit, Scope};
use crate::{AccountId, Cx, Error, OrgId, Result};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::Micros;
use uuid::Uuid;

/// Kind of the rows that say which rows were erased.
const ERASURE: &str = "erasure";

/// Rows that one of them names at most.
const ERASED_AT_ONCE: usize = 500;

/// One change, not yet written.
#[derive(Debug)]
pub struct Entry {
    org: OrgId,
    action: String,
    kind: &'static str,
    thing: Uuid,
    before: Value,
    after: Value,
}

impl Entry {
    /// Personal data were shown.
    pub(crate) fn shown(
        action: crate::access::Action,
        scope: &Scope,
        what: &impl Serialize,
    ) -> Result<Entry> {
        Ok(Entry {
            org: scope.org,
            action: code(action),
            kind: scope.kind,
            thing: scope.id,
            before: object(Value::Null),
            after: object(json(what)?),
        })
    }

    pub(crate) fn new(permit: &Permit, before: &impl Serialize, after: &impl Serialize) -> Result<Entry> {
        Ok(Entry {
            org: permit.org(),
            action: code(permit.action()),
            kind: permit.kind(),
            thing: permit.thing(),
            before: object(json(before)?),
            after: object(json(after)?),
        })
    }
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|e| Error::Internal(format!("an audit value is no JSON: {e}")))
}

fn code(action: crate::access::Action) -> String {
    serde_json::to_value(action).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// JSON columns hold objects or arrays; nothing is an empty object.
fn object(value: Value) -> Value {
    match value {
        Value::Object(_) | Value::Array(_) => value,
        Value::Null => Value::Object(serde_json::Map::new()),
        other => serde_json::json!({ "value": other }),
    }
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Row {
    /// Organisation whose thing it was.
    pub org_id: OrgId,
    /// The row's id.
    pub id: Uuid,
    /// When it was written.
    pub at: Micros,
    /// Which account; none for the system.
    pub account_id: Option<AccountId>,
    /// Who, by name.
    pub actor: String,
    /// From where.
    pub origin: String,
    /// What was done, the code of an [`crate::access::Action`].
    pub action: String,
    /// Kind of the thing.
    pub thing_kind: String,
    /// The thing.
    pub thing_id: Uuid,
    /// As it was; empty once personal data in it were erased.
    pub before: sqlx::types::Json<Value>,
    /// As it became; empty once personal data in it were erased.
    pub after: sqlx::types::Json<Value>,
    /// Bytes that keep the digest from telling anything of an erased payload.
    pub salt: Vec<u8>,
    /// Salted digest of the row, in hexadecimal.
    pub digest: String,
    /// Number of the batch that seals it; none until the sealer has come by.
    pub seal: Option<i64>,
    /// Since when `before`, `after` and `salt` are empty, personal data in them having been erased.
    pub erased_at: Option<Micros>,
}

impl Row {
    /// The digest that the row's values give: SHA-256 over the salt and every value, each led by its length.
    pub fn computed_digest(&self) -> String {
        let mut hash = Sha256::new();
        let account = self.account_id.map(|id| id.to_string()).unwrap_or_default();
        let parts: [&[u8]; 11] = [
            &self.salt,
            self.org_id.0.as_bytes(),
            self.id.as_bytes(),
            &self.at.0.to_be_bytes(),
            account.as_bytes(),
            self.actor.as_bytes(),
            self.origin.as_bytes(),
            self.action.as_bytes(),
            self.thing_kind.as_bytes(),
            self.thing_id.as_bytes(),
            &payload(&self.before.0, &self.after.0),
        ];
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }
}

/// Keys sorted, so that both engines give the same bytes back for the same JSON.
fn payload(before: &Value, after: &Value) -> Vec<u8> {
    let mut out = String::new();
    canonical(before, &mut out);
    canonical(after, &mut out);
    out.into_bytes()
}

fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for key in keys {
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(&map[key], out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// That something was written: an audit row without its payload.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Written {
    /// Id of the audit row.
    pub id: Uuid,
    /// When the transaction began.
    pub at: Micros,
    /// Kind of the thing.
    pub kind: String,
    /// The thing.
    pub thing: Uuid,
}

/// The change log: what was written in transactions that began at or after an instant. Transactions
/// commit in another order than they begin, so a follower reads the last stretch again.
///
/// # Errors
/// The engine failed.
pub async fn since(cx: &mut Cx, from: Micros) -> Result<Vec<Written>> {
    sql::since(cx, from).await
}

/// The instant of the latest entry in the change log.
///
/// # Errors
/// The engine failed.
pub async fn last(cx: &mut Cx) -> Result<Option<Micros>> {
    sql::last(cx).await
}

pub(crate) async fn write(cx: &mut Cx, entry: Entry) -> Result<Written> {
    debug_assert!(Scope::KINDS.contains(&entry.kind), "{} is missing in Scope::KINDS", entry.kind);
    let mut row = Row {
        org_id: entry.org,
        id: cx.id(),
        at: Micros::from(cx.now()),
        account_id: cx.actor().account,
        actor: cx.actor().name.clone(),
        origin: cx.actor().origin.clone(),
        action: entry.action,
        thing_kind: entry.kind.to_owned(),
        thing_id: entry.thing,
        before: sqlx::types::Json(entry.before),
        after: sqlx::types::Json(entry.after),
        salt: cx.random::<16>().to_vec(),
        digest: String::new(),
        seal: None,
        erased_at: None,
    };
    row.digest = row.computed_digest();
    sql::insert(cx, &row).await?;
    Ok(Written { id: row.id, at: row.at, kind: row.thing_kind, thing: row.thing_id })
}

/// Which rows of the trail are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By the account with this log-in; everybody when empty.
    pub login: String,
    /// Of things of this kind.
    pub kind: Option<String>,
    /// Of one thing.
    pub thing: Option<Uuid>,
    /// On this day or later.
    pub from: Option<Date>,
    /// On this day or earlier.
    pub to: Option<Date>,
    /// Rows older than this one, by its instant and id: what comes after it in the list.
    pub before: Option<(Micros, Uuid)>,
}

/// A row and how its thing is called now; no name where the thing is gone or has none.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Named {
    /// The row.
    #[sqlx(flatten)]
    pub row: Row,
    /// Name, title or log-in of the thing; empty for an account whose personal data were erased.
    pub thing_name: Option<String>,
    /// Log-in of who did it.
    pub login: Option<String>,
}

/// The trail of the organisations whose trail the actor may read, the newest first. It holds personal
/// data, so that looking at it is in the trail too.
///
/// # Errors
/// The engine failed.
pub async fn recent(cx: &mut Cx, filter: &Filter, limit: i64) -> Result<Vec<Named>> {
    let rows = sql::recent(cx, filter, limit).await?;
    let mut shown: BTreeMap<OrgId, usize> = BTreeMap::new();
    for named in &rows {
        *shown.entry(named.row.org_id).or_default() += 1;
    }
    if rows.is_empty() {
        cx.nothing_found();
    }
    for (org, rows) in shown {
        let scope = Scope::new(org, "audit", filter.thing.unwrap_or(org.0), 0);
        cx.disclose(Action::ViewAudit, &scope, json!({ "rows": rows })).await?;
    }
    Ok(rows)
}

/// Erases what the trail keeps of a thing: the values before and after, and the salt, without which the
/// digest tells nothing. That the row was written, by whom, when, and its digest stay, so that the chain
/// still holds; the erasure itself is a row that names the rows erased. Returns how many were.
///
/// # Errors
/// The engine failed.
pub async fn erase(cx: &mut Cx, scope: &Scope) -> Result<usize> {
    let scope = Scope { kind: ERASURE, ..scope.clone() };
    let ids = sql::erasable(cx, scope.org, scope.id).await?;
    for some in ids.chunks(ERASED_AT_ONCE) {
        let permit = cx.allow(Action::ManageAccounts, &scope)?;
        for id in some {
            sql::erase(cx, scope.org, *id).await?;
        }
        cx.record(permit, json!({}), json!({ "erased": some })).await?;
    }
    Ok(ids.len())
}

/// Erases what the trail keeps of a thing, as the installation: only the command line may.
///
/// # Errors
/// [`Error::NotFound`] where the trail has nothing of it; [`Error::Denied`] for anybody else.
pub async fn erase_thing(cx: &mut Cx, thing: Uuid) -> Result<usize> {
    if !cx.actor().system {
        return Err(Error::Denied(Action::ManageAccounts));
    }
    let orgs = sql::organisations_of(cx, thing).await?;
    let mut erased = 0;
    for org in &orgs {
        erased += erase(cx, &Scope::new(*org, ERASURE, thing, 0)).await?;
    }
    if orgs.is_empty() { Err(Error::NotFound) } else { Ok(erased) }
}

/// How many rows have no values any more.
///
/// # Errors
/// The engine failed.
pub async fn count_erased(cx: &mut Cx) -> Result<i64> {
    sql::count_erased(cx).await
}

/// The history of one thing, the newest first. The caller has checked that the actor may see the thing.
///
/// # Errors
/// The engine failed.
pub async fn history(cx: &mut Cx, org: OrgId, kind: &str, thing: Uuid, limit: i64) -> Result<Vec<Row>> {
    sql::history(cx, org, kind, thing, limit).await
}

/// Has anything been sealed yet?
///
/// # Errors
/// The engine failed.
pub async fn is_sealed(cx: &mut Cx) -> Result<bool> {
    sql::is_sealed(cx).await
}
