use super::{IntakeId, Item, ItemId};
use crate::access::Permit;
use crate::{Cx, OrgId, Result, UnitId};
use serde_json::Value;
use store::{Json, Micros, sql};
use uuid::Uuid;

/// A row of `intake` without its text and grid.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub org_id: OrgId,
    pub id: IntakeId,
    pub version: i64,
    pub owner_unit_id: UnitId,
    pub owner_name: String,
    pub place: i64,
    pub file_name: String,
    pub sha256: String,
    pub size_bytes: i64,
    pub form: String,
    pub amends_id: Option<Uuid>,
    pub received_at: Micros,
    pub read_at: Option<Micros>,
    pub failed_at: Option<Micros>,
    pub failure: Json<Value>,
    pub head: Json<Value>,
    pub sections: Json<Value>,
    pub notes: Json<Value>,
    pub mapping: Json<Value>,
    pub kept: Json<Value>,
    pub discarded_at: Option<Micros>,
    pub committed_at: Option<Micros>,
    pub programme_id: Option<Uuid>,
    pub document_id: Option<Uuid>,
    pub open: i64,
    pub accepted: i64,
    pub dropped: i64,
}

/// A row of `intake_item`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct ItemRow {
    pub id: ItemId,
    pub version: i64,
    pub position: i64,
    pub state: String,
    pub data: Json<Value>,
    pub original: Json<Value>,
    pub merged_into: Option<Uuid>,
}

pub(super) async fn find(cx: &mut Cx, id: IntakeId) -> Result<Option<Row>> {
    Ok(cx
        .read(sql!(
            "SELECT i.org_id, i.id, i.version, i.owner_unit_id, u.name AS owner_name, u.tree_from AS place, i.file_name, i.sha256,
                    i.size_bytes, i.form, i.amends_id, i.received_at, i.read_at, i.failed_at, i.failure, i.head, i.sections,
                    i.notes, i.mapping, i.kept, i.discarded_at, i.committed_at, i.programme_id, i.document_id,
                    (SELECT count(*) FROM intake_item t WHERE t.org_id = i.org_id AND t.intake_id = i.id AND t.state = 'open') AS open,
                    (SELECT count(*) FROM intake_item t WHERE t.org_id = i.org_id AND t.intake_id = i.id AND t.state = 'accepted') AS accepted,
                    (SELECT count(*) FROM intake_item t WHERE t.org_id = i.org_id AND t.intake_id = i.id AND t.state = 'dropped') AS dropped
             FROM intake i JOIN unit u ON u.id = i.owner_unit_id WHERE i.id = $1"
        ))
        .bind(id)
        .opt()
        .await?)
}

/// Newest first, those the actor may see; `before` is the position of the row to go on from.
pub(super) async fn list(cx: &mut Cx, before: Option<(Micros, Uuid)>, limit: i64) -> Result<Vec<Row>> {
    let (system, account) = (cx.actor().system, cx.actor().account);
    Ok(cx
        .read(sql!(
            "SELECT i.org_id, i.id, i.version, i.owner_unit_id, u.name AS owner_name, u.tree_from AS place, i.file_name, i.sha256,
                    i.size_bytes, i.form, i.amends_id, i.received_at, i.read_at, i.failed_at, i.failure, i.head, i.sections,
                    i.notes, i.mapping, i.kept, i.discarded_at, i.committed_at, i.programme_id, i.document_id,
                    (SELECT count(*) FROM intake_item t WHERE t.org_id = i.org_id AND t.intake_id = i.id AND t.state = 'open') AS open,
                    (SELECT count(*) FROM intake_item t WHERE t.org_id = i.org_id AND t.intake_id = i.id AND t.state = 'accepted') AS accepted,
                    (SELECT count(*) FROM intake_item t WHERE t.org_id = i.org_id AND t.intake_id = i.id AND t.state = 'dropped') AS dropped
             FROM intake i JOIN unit u ON u.id = i.owner_unit_id
             WHERE i.discarded_at IS NULL
               AND ($1 OR EXISTS (SELECT 1 FROM role_grant g JOIN unit gu ON gu.id = g.unit_id
                                  WHERE g.account_id = $2 AND g.withdrawn_at IS NULL
                                    AND g.role IN ('administrator', 'planner', 'inspector')
                                    AND u.tree_from BETWEEN gu.tree_from AND gu.tree_to))
               AND (CAST($3 AS BIGINT) IS NULL OR i.received_at < $3 OR (i.received_at = $3 AND i.id < $4))
             ORDER BY i.received_at DESC, i.id DESC LIMIT $5"
        ))
        .bind(system)
        .bind(account)
        .bind(before.map(|(at, _)| at))
        .bind(before.map(|(_, id)| id))
        .bind(limit)
        .all()
        .await?)
}

/// What the same file, sent for any unit, failed with.
pub(super) async fn failures_of(cx: &mut Cx, sha256: &str) -> Result<Vec<Value>> {
    let query = sql!("SELECT failure FROM intake WHERE sha256 = $1 AND failed_at IS NOT NULL");
    let rows: Vec<(Json<Value>,)> = cx.read(query).bind(sha256.to_owned()).all().await?;
    Ok(rows.into_iter().map(|(failure,)| failure.0).collect())
}

pub(super) async fn same_file(
    cx: &mut Cx,
    org: OrgId,
    owner: UnitId,
    sha256: &str,
) -> Result<Option<IntakeId>> {
    let row: Option<(IntakeId,)> = cx
        .read(sql!(
            "SELECT id FROM intake WHERE org_id = $1 AND owner_unit_id = $2 AND sha256 = $3 AND discarded_at IS NULL"
        ))
        .bind(org)
        .bind(owner)
        .bind(sha256.to_owned())
        .opt()
        .await?;
    Ok(row.map(|(id,)| id))
}

/// A file that was just received.
pub(super) struct Fresh<'a> {
    pub org: OrgId,
    pub id: IntakeId,
    pub owner: UnitId,
    pub file_name: &'a str,
    pub sha256: &'a str,
    pub size_bytes: i64,
    pub amends: Option<Uuid>,
}

pub(super) async fn insert(cx: &mut Cx, permit: &Permit, fresh: &Fresh<'_>) -> Result<()> {
    let (now, account) = (Micros::from(cx.now()), cx.actor().account);
    let empty = || Json(Value::Object(serde_json::Map::new()));
    let none = || Json(Value::Array(Vec::new()));
    cx.write(
        permit,
        sql!(
            "INSERT INTO intake (org_id, id, version, owner_unit_id, file_name, sha256, size_bytes, form, amends_id, declared_by,
                                 received_at, failure, head, sections, notes, body, grid, mapping, kept)
             VALUES ($1, $2, 1, $3, $4, $5, $6, 'document', $7, $8, $9, $10, $11, $12, $13, '', $14, $15, $16)"
        ),
    )
    .bind(fresh.org)
    .bind(fresh.id)
    .bind(fresh.owner)
    .bind(fresh.file_name.to_owned())
    .bind(fresh.sha256.to_owned())
    .bind(fresh.size_bytes)
    .bind(fresh.amends)
    .bind(account)
    .bind(now)
    .bind(empty())
    .bind(empty())
    .bind(none())
    .bind(none())
    .bind(none())
    .bind(empty())
    .bind(none())
    .exactly_one()
    .await?;
    Ok(())
}

/// Locks the intake for this command; refuses one that is committed or discarded.
pub(super) async fn touch(cx: &mut Cx, permit: &Permit, id: IntakeId) -> Result<bool> {
    let changed = cx
        .write(
            permit,
            sql!("UPDATE intake SET version = version + 1 WHERE id = $1 AND committed_at IS NULL AND discarded_at IS NULL"),
        )
        .bind(id)
        .run()
        .await?;
    Ok(changed == 1)
}

pub(super) async fn set_read(
    cx: &mut Cx,
    permit: &Permit,
    id: IntakeId,
    form: &str,
    text: &str,
    json: [Value; 6],
) -> Result<()> {
    let now = Micros::from(cx.now());
    let [head, sections, notes, grid, mapping, repairs] = json;
    cx.write(
        permit,
        sql!(
            "UPDATE intake SET read_at = $2, failed_at = NULL, form = $3, body = $4, head = $5, sections = $6, notes = $7, grid = $8,
                    mapping = $9, repairs = $10, version = version + 1
             WHERE id = $1 AND read_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(id)
    .bind(now)
    .bind(form.to_owned())
    .bind(text.to_owned())
    .bind(Json(head))
    .bind(Json(sections))
    .bind(Json(notes))
    .bind(Json(grid))
    .bind(Json(mapping))
    .bind(Json(repairs))
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn set_failed(cx: &mut Cx, permit: &Permit, id: IntakeId, failure: Value) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE intake SET failed_at = $2, failure = $3, version = version + 1
             WHERE id = $1 AND read_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(id)
    .bind(now)
    .bind(Json(failure))
    .exactly_one()
    .await?;
    Ok(())
}

/// Another file in the place of one that could not be read, or the same one once more.
pub(super) async fn set_file(
    cx: &mut Cx,
    permit: &Permit,
    id: IntakeId,
    file_name: &str,
    sha256: &str,
    size_bytes: i64,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE intake SET file_name = $2, sha256 = $3, size_bytes = $4, received_at = $5, failed_at = NULL, failure = $6,
                    version = version + 1
             WHERE id = $1 AND failed_at IS NOT NULL AND discarded_at IS NULL"
        ),
    )
    .bind(id)
    .bind(file_name.to_owned())
    .bind(sha256.to_owned())
    .bind(size_bytes)
    .bind(now)
    .bind(Json(Value::Object(serde_json::Map::new())))
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn discard(cx: &mut Cx, permit: &Permit, id: IntakeId, version: i64) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!(
            "UPDATE intake SET discarded_at = $3, version = version + 1
             WHERE id = $1 AND version = $2 AND committed_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(id)
    .bind(version)
    .bind(now)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn set_head(
    cx: &mut Cx,
    permit: &Permit,
    id: IntakeId,
    version: i64,
    head: Value,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE intake SET head = $3, version = version + 1
             WHERE id = $1 AND version = $2 AND committed_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(id)
    .bind(version)
    .bind(Json(head))
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn set_mapping(
    cx: &mut Cx,
    permit: &Permit,
    id: IntakeId,
    version: i64,
    mapping: Value,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE intake SET mapping = $3, version = version + 1
             WHERE id = $1 AND version = $2 AND committed_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(id)
    .bind(version)
    .bind(Json(mapping))
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn set_kept(cx: &mut Cx, permit: &Permit, id: IntakeId, kept: Value) -> Result<()> {
    cx.write(permit, sql!("UPDATE intake SET kept = $2 WHERE id = $1 AND committed_at IS NULL"))
        .bind(id)
        .bind(Json(kept))
        .exactly_one()
        .await?;
    Ok(())
}

pub(super) async fn set_committed(
    cx: &mut Cx,
    permit: &Permit,
    id: IntakeId,
    programme: Uuid,
    document: Uuid,
) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!("UPDATE intake SET committed_at = $2, programme_id = $3, document_id = $4 WHERE id = $1 AND committed_at IS NULL"),
    )
    .bind(id)
    .bind(now)
    .bind(programme)
    .bind(document)
    .exactly_one()
    .await?;
    Ok(())
}

pub(super) async fn text(cx: &mut Cx, id: IntakeId) -> Result<String> {
    let (text,): (String,) = cx.read(sql!("SELECT body FROM intake WHERE id = $1")).bind(id).one().await?;
    Ok(text)
}

/// What a repair changed in the text.
pub(super) async fn repairs(cx: &mut Cx, id: IntakeId) -> Result<Value> {
    let (repairs,): (Json<Value>,) =
        cx.read(sql!("SELECT repairs FROM intake WHERE id = $1")).bind(id).one().await?;
    Ok(repairs.0)
}

pub(super) async fn grid(cx: &mut Cx, id: IntakeId) -> Result<Value> {
    let (grid,): (Json<Value>,) =
        cx.read(sql!("SELECT grid FROM intake WHERE id = $1")).bind(id).one().await?;
    Ok(grid.0)
}

pub(super) async fn items(cx: &mut Cx, org: OrgId, intake: IntakeId) -> Result<Vec<ItemRow>> {
    Ok(cx
        .read(sql!(
            "SELECT id, version, position, state, data, original, merged_into FROM intake_item
             WHERE org_id = $1 AND intake_id = $2 ORDER BY position, id"
        ))
        .bind(org)
        .bind(intake)
        .all()
        .await?)
}

pub(super) async fn intake_of(cx: &mut Cx, item: ItemId) -> Result<Option<IntakeId>> {
    let row: Option<(IntakeId,)> =
        cx.read(sql!("SELECT intake_id FROM intake_item WHERE id = $1")).bind(item).opt().await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn item(cx: &mut Cx, id: ItemId) -> Result<Option<ItemRow>> {
    Ok(cx
        .read(sql!(
            "SELECT id, version, position, state, data, original, merged_into FROM intake_item WHERE id = $1"
        ))
        .bind(id)
        .opt()
        .await?)
}

pub(super) async fn add_items(
    cx: &mut Cx,
    permit: &Permit,
    org: OrgId,
    intake: IntakeId,
    items: Vec<(Item, Value, Value)>,
) -> Result<()> {
    cx.store(permit)
        .insert_many(
            sql!(
                "INSERT INTO intake_item (org_id, intake_id, id, version, position, kind, state, confidence, data, original)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            items,
            move |query, (item, data, original)| {
                query
                    .bind(org)
                    .bind(intake)
                    .bind(item.id)
                    .bind(item.version)
                    .bind(item.position)
                    .bind(item.body.kind().code())
                    .bind(item.state.code())
                    .bind(item.body.confidence())
                    .bind(Json(data))
                    .bind(Json(original))
            },
        )
        .await?;
    Ok(())
}

pub(super) async fn make_room(cx: &mut Cx, permit: &Permit, intake: IntakeId, after: i64) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE intake_item SET position = position + 1
             WHERE org_id = (SELECT org_id FROM intake WHERE id = $1) AND intake_id = $1 AND position > $2"
        ),
    )
    .bind(intake)
    .bind(after)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn save_item(cx: &mut Cx, permit: &Permit, item: &Item, data: Value) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE intake_item SET state = $3, confidence = $4, data = $5, merged_into = $6, version = version + 1
             WHERE id = $1 AND version = $2"
        ),
    )
    .bind(item.id)
    .bind(item.version)
    .bind(item.state.code())
    .bind(item.body.confidence())
    .bind(Json(data))
    .bind(item.merged_into)
    .exactly_one()
    .await?;
    Ok(())
}

/// The rows of a list have become items.
pub(super) async fn set_document(
    cx: &mut Cx,
    permit: &Permit,
    id: IntakeId,
    version: i64,
    text: &str,
) -> Result<()> {
    cx.write(
        permit,
        sql!(
            "UPDATE intake SET form = 'document', body = $3, version = version + 1
             WHERE id = $1 AND version = $2 AND form = 'list' AND committed_at IS NULL AND discarded_at IS NULL"
        ),
    )
    .bind(id)
    .bind(version)
    .bind(text.to_owned())
    .exactly_one()
    .await?;
    Ok(())
}
