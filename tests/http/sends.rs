//! What is sent to each route that writes: a body that it would take from somebody who may.

use crate::table::Row;
use crate::world::{House, Things, plan_text};
use serde_json::{Value, json};
use testkit::world::PASSWORD;

/// Routes that take files.
pub const UPLOADS: [&str; 11] = [
    "/units/import",
    "/intakes/new",
    "/intakes/{intake}/replace",
    "/api/v1/intakes",
    "/requests/{matter}/answer",
    "/tasks/{task}/requests/new",
    "/programmes/{programme}/amendments/new",
    "/holidays/import",
    "/tasks/{task}/update",
    "/duties/upload",
    "/api/v1/updates/{update}/files",
];

/// A body.
#[derive(Clone, Default)]
pub struct Body {
    pub fields: Vec<(&'static str, String)>,
    pub files: Vec<(&'static str, &'static str, Vec<u8>)>,
    pub json: Value,
}

const NEW_PASSWORD: &str = "một mật khẩu khác 58";
const LIST: &str = "Tên đơn vị,Loại\nTổ nhập từ tệp,\n";

/// A body that the route would take from somebody who may.
pub fn body(house: &House, row: &Row, things: &Things) -> Body {
    if row.api() {
        return api_body(house, row, things);
    }
    if let Some(body) = request_body(house, row, things).or_else(|| work_body(row, things)) {
        return body;
    }
    let (unit, owner, number) = (things.unit.to_string(), house.owner.to_string(), house.number());
    let version = match (things.grouping, things.intake) {
        (Some((_, version, _)), _) => version.to_string(),
        (_, Some(_)) if row.path.contains("/items") => "1".to_owned(),
        (_, Some(brought)) => brought.version.to_string(),
        _ if !row.path.starts_with("/units") => "1".to_owned(),
        _ => things.version.to_string(),
    };
    let task = things.plan.map(|plan| plan.task.to_string()).unwrap_or_default();
    let (.., item) = carried(things);
    let mut files: Vec<(&str, &str, Vec<u8>)> = Vec::new();
    let fields: &[(&'static str, &str)] = match row.path.as_str() {
        "/account/tokens" => &[("name", "báo cáo"), ("days", "30")],
        "/account/password" => &[("current", PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)],
        "/accounts/new" => &[
            ("login", &format!("moi.{number}")),
            ("name", "Người Mới"),
            ("password", NEW_PASSWORD),
            ("role", "viewer"),
            ("unit", &unit),
        ],
        "/accounts/{account}/grants" => &[("role", "planner"), ("unit", &unit)],
        "/accounts/{account}/disable" => &[("version", &version), ("disabled", "yes")],
        "/accounts/{account}/password" => &[("password", NEW_PASSWORD)],
        "/units/new" => &[("parent", &owner), ("kind", "board"), ("name", &format!("Ban số {number}"))],
        "/units/import" => {
            files = vec![("file", "don-vi.csv", LIST.into())];
            &[("under", &owner)]
        }
        "/units/import/apply" => {
            &[("under", &owner), ("rows", "[[\"Tên đơn vị\"],[\"Tổ nhập từ danh sách\"]]")]
        }
        "/units/import/divisions" => &[("under", &owner)],
        "/units/{unit}/edit" => &[("version", &version), ("kind", "office")],
        "/units/{unit}/rename" => &[("version", &version), ("name", &format!("Tổ đổi tên {number}"))],
        "/units/{unit}/move" => &[("version", &version), ("parent", &house.shelf.to_string())],
        "/units/{unit}/close" => &[("version", &version), ("last_day", "21/11/2026")],
        "/units/{unit}/aliases" => &[("version", &version), ("alias", "tên khác")],
        "/units/{unit}/links" => &[("version", &version), ("other", &owner), ("kind", "reports_to")],
        "/groupings/new" => &[("org", &house.root.to_string()), ("name", "Các tổ")],
        "/groupings/{grouping}" => &[("version", &version), ("name", &format!("Các tổ, {number}"))],
        "/groupings/{grouping}/members" => &[("version", &version), ("unit", &owner)],
        "/programmes/new" => &[("owner", &unit), ("title", "Chương trình làm tay")],
        "/programmes/{programme}/edit" => {
            &[("version", "1"), ("title", "Chương trình đổi tên"), ("near_due_days", "7")]
        }
        "/programmes/{programme}/tasks/new" | "/tasks/{task}/edit" => {
            &[("version", "1"), ("title", "Nhiệm vụ làm tay"), ("kind", "by_date"), ("due", "31/12/2026")]
        }
        "/tasks/settle" => &[("act", "due"), ("due", "31/12/2026"), ("task", &task)],
        "/intakes/new" | "/intakes/{intake}/replace" => {
            files = vec![("files", "ke-hoach.txt", plan_text(number + 10_000).into_bytes())];
            &[("owner", &unit), ("declared", "yes")]
        }
        "/intakes/{intake}/items" => &[("do", &format!("accept={item}:1"))],
        "/intakes/{intake}/set" => &[("item", &format!("{item}:1")), ("time", "continuous")],
        "/intakes/{intake}/names" => &[("printed", "Ban Không Có Thật"), ("is", "awaiting")],
        "/intakes/{intake}/items/{item}" => &[("version", "1"), ("title", "Xây dựng cơ sở dữ liệu")],
        "/intakes/{intake}/items/{item}/split" => &[("version", "1"), ("at", "8")],
        "/intakes/{intake}/mapping" => &[("version", &version), ("header", "1"), ("title", "1")],
        "/intakes/{intake}/commit" => &[("version", &version), ("title", "Kế hoạch chuyển đổi số")],
        _ => &[("version", &version)],
    };
    Body { fields: fields.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(), files, json: Value::Null }
}

/// Bodies of requests, explanations, obstacles and holidays.
fn request_body(house: &House, row: &Row, things: &Things) -> Option<Body> {
    let (unit, owner) = (things.unit.to_string(), house.owner.to_string());
    let one = ("version", "1");
    let mut files: Vec<(&str, &str, Vec<u8>)> = Vec::new();
    let fields: Vec<(&'static str, &str)> = match row.path.as_str() {
        "/requests/{matter}/decide" => vec![one, ("decision", "accept"), ("reason", "Đồng ý")],
        "/requests/{matter}/withdraw" => vec![one, ("why", "Không còn cần")],
        "/requests/{matter}/answer" => vec![one, ("text", "Đã trình")],
        "/requests/{matter}/again" => {
            vec![("version", "2"), ("text", "Khi nào xong?"), ("answer_by", "30/11/2026")]
        }
        "/requests/{matter}/escalate" => vec![one, ("to", &owner), ("note", "Xin giúp")],
        "/requests/{matter}/close" => vec![one, ("result", "Đã xong")],
        "/tasks/{task}/requests/new" => vec![("kind", "review"), ("text", "Trạng thái chưa đúng")],
        "/programmes/{programme}/amendments/new" => vec![("text", "Bổ sung một nhiệm vụ")],
        "/programmes/{programme}/limits" => vec![("version", "0"), ("extensions", "3"), ("days", "30")],
        "/holidays" => {
            vec![("unit", &unit), ("day", "20/11/2026"), ("kind", "off"), ("name", "Ngày truyền thống")]
        }
        "/account/calendar" | "/account/calendar/end" => Vec::new(),
        "/holidays/remove" => vec![("unit", &unit), ("day", "2026-11-20")],
        "/holidays/import" => {
            files = vec![("file", "ngay-nghi.csv", "Ngày,Loại,Tên\n20/11/2026,Nghỉ,Ngày\n".into())];
            vec![("unit", &unit)]
        }
        _ => return None,
    };
    let fields = fields.into_iter().map(|(k, v)| (k, v.to_owned())).collect();
    Some(Body { fields, files, json: Value::Null })
}

/// Bodies of receiving, reporting and confirming.
fn work_body(row: &Row, things: &Things) -> Option<Body> {
    let (seat, update, _) = carried(things);
    let mut files: Vec<(&str, &str, Vec<u8>)> = Vec::new();
    let fields: Vec<(&'static str, String)> = match row.path.as_str() {
        "/duties/upload" => {
            files = vec![("file", "cap-nhat.xlsx", things.workbook.clone())];
            Vec::new()
        }
        "/duties/upload/send" => vec![("rows", rows(things)), ("do", "submit".into())],
        "/duties/receive" | "/duties/confirm" | "/tasks/{task}/pass" => {
            vec![("seat", seat), ("update", update), ("passed_to", "Tổ tổng hợp".into())]
        }
        "/tasks/{task}/update" => {
            files = vec![("files", "bien-ban.txt", "Biên bản họp".into())];
            vec![("kind", "progress".into()), ("body", "Đang làm.".into()), ("do", "save".into())]
        }
        "/updates/{update}/decide" => vec![("version", "2".into()), ("outcome", "confirm".into())],
        _ => return None,
    };
    Some(Body { fields, files, json: Value::Null })
}

/// What the preview of the workbook sends on.
fn rows(things: &Things) -> String {
    let book = domain::carrying::sheet::read("cap-nhat.xlsx", &things.workbook);
    book.map(|book| serde_json::to_string(&book).unwrap()).unwrap_or_default()
}

/// The part of a unit, its update and an item that was read, as forms send them.
fn carried(things: &Things) -> (String, String, String) {
    let item = things.intake.map(|brought| brought.item.to_string()).unwrap_or_default();
    let seat = things.seat.map(|s| format!("{}:{}:{}", s.task, s.assignment, s.unit)).unwrap_or_default();
    let update = things.update.map(|(id, _)| format!("{id}:2")).unwrap_or_default();
    (seat, update, item)
}

/// Bodies of carrying out.
fn carrying_body(row: &Row, things: &Things) -> Option<Body> {
    let part = things.seat.map(|s| json!({ "task": s.task, "assignment": s.assignment, "unit": s.unit }));
    let update = things.update.map(|(id, _)| id);
    let json = match row.path.as_str() {
        "/api/v1/duties/receive" => json!({ "parts": [part] }),
        "/api/v1/duties/pass" => json!({ "part": part, "to": "Tổ tổng hợp" }),
        "/api/v1/confirmations" => json!({ "updates": [{ "update": update, "version": 2 }] }),
        "/api/v1/tasks/{task}/draft" => {
            let seat = things.seat.unwrap();
            json!({ "assignment": seat.assignment, "unit": seat.unit, "kind": "progress", "body": "Đang làm." })
        }
        "/api/v1/updates/{update}/submit" | "/api/v1/updates/{update}/discard" => json!({ "version": 1 }),
        "/api/v1/updates/{update}/correct" => json!({ "version": 3 }),
        "/api/v1/updates/{update}/decisions" => json!({ "version": 2, "outcome": "confirm" }),
        "/api/v1/updates/{update}/evidence" => json!({ "url": "https://example.org/bien-ban" }),
        "/api/v1/updates/{update}/evidence/remove" => json!({ "file": things.file() }),
        "/api/v1/updates/{update}/files" => {
            let files = vec![("file", "ket-luan.txt", "Kết luận cuộc họp".into())];
            return Some(Body { fields: Vec::new(), files, json: Value::Null });
        }
        _ => return None,
    };
    Some(Body { json, ..Body::default() })
}

fn api_body(house: &House, row: &Row, things: &Things) -> Body {
    if let Some(body) = carrying_body(row, things) {
        return body;
    }
    let (unit, owner, number) = (things.unit.to_string(), house.owner, house.number());
    let json = match row.path.as_str() {
        "/api/v1/intakes" => {
            let files = vec![("file", "ke-hoach.txt", plan_text(number + 10_000).into_bytes())];
            let fields = vec![("owner", unit), ("declared", "true".to_owned())];
            return Body { fields, files, json: Value::Null };
        }
        "/api/v1/intakes/{intake}/items/{item}" => json!({ "version": 1, "state": "accepted" }),
        "/api/v1/programmes" => json!({ "owner": unit, "title": "Chương trình của máy" }),
        "/api/v1/documents" => {
            json!({ "owner": unit, "title": "Văn bản của máy", "text": format!("Văn bản {number}") })
        }
        "/api/v1/programmes/{programme}/tasks" | "/api/v1/tasks/{task}" => {
            json!({ "version": 1, "title": "Nhiệm vụ của máy" })
        }
        "/api/v1/requests/{matter}/turns" => json!({ "version": 1, "act": "withdraw", "text": "Thôi" }),
        "/api/v1/tasks/{task}/requests" => json!({ "kind": "obstacle", "text": "Chưa có kinh phí" }),
        "/api/v1/programmes/{programme}/limits" => json!({ "version": 0, "extensions": 1, "days": 10 }),
        "/api/v1/units" => json!({ "parent": owner, "kind": "board", "name": format!("Ban số {number}") }),
        _ => json!({}),
    };
    Body { json, ..Body::default() }
}
