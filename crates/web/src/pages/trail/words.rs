//! What was done, to what, from where: codes of the audit trail in words.

use domain::access::{Action, Actor};
use domain::audit::Row;
use domain::requests;
use messages::Lang;
use serde_json::Value;
use uuid::Uuid;

/// Kinds of things that the trail can be narrowed down to.
pub(super) const KINDS: [&str; 11] = [
    "unit",
    "grouping",
    "account",
    "document",
    "programme",
    "task",
    "assignment",
    "update",
    "matter",
    "intake",
    "calendar",
];

/// The word of a kind of thing.
pub(super) fn thing(lang: Lang, kind: &str) -> String {
    lang.text(match kind {
        "unit" => "thing-unit",
        "grouping" => "thing-grouping",
        "account" => "thing-account",
        "document" => "thing-document",
        "programme" => "thing-programme",
        "task" => "thing-task",
        "assignment" => "thing-assignment",
        "update" => "thing-update",
        "matter" => "thing-matter",
        "change_limit" => "thing-change-limit",
        "calendar" => "thing-calendar",
        "calendar_feed" => "thing-calendar-feed",
        "intake" => "thing-intake",
        "audit" => "thing-audit",
        "accounts" => "thing-accounts",
        "erasure" => "thing-erasure",
        _ => "thing-other",
    })
}

/// The page of a thing, where the reader may open pages of its kind. An update has none here: a draft is
/// seen by its unit only.
pub(super) fn href(actor: &Actor, kind: &str, id: Uuid) -> Option<String> {
    let (path, view) = match kind {
        "unit" => ("units", Action::ViewUnits),
        "grouping" => ("groupings", Action::ViewUnits),
        "account" => ("accounts", Action::ViewAccounts),
        "document" => ("documents", Action::ViewProgrammes),
        "programme" => ("programmes", Action::ViewProgrammes),
        "task" => ("tasks", Action::ViewProgrammes),
        "matter" => ("requests", Action::ViewProgrammes),
        "intake" => ("intakes", Action::ViewIntake),
        _ => return None,
    };
    actor.may_somewhere(view).then(|| format!("/{path}/{id}"))
}

/// From where: an address as it is, the installation's own doings in words.
pub(super) fn origin(lang: Lang, origin: &str) -> String {
    match origin {
        "cli" => lang.text("trail-from-cli"),
        "job" => lang.text("trail-from-job"),
        "demo" => lang.text("trail-from-demo"),
        address if address.contains(['.', ':']) => lang.with("trail-from", &[("address", address.into())]),
        _ => lang.text("trail-from-server"),
    }
}

/// What was done, with the word of the thing: "Sửa nhiệm vụ", "Đăng nhập".
pub(super) fn deed(lang: Lang, row: &Row) -> String {
    let (before, after) = (&row.before.0, &row.after.0);
    if let Some(own) = of_session(lang, before, after) {
        return own;
    }
    let special = match row.thing_kind.as_str() {
        "account" => of_account(lang, before, after),
        "intake" => of_intake(lang, before, after),
        "unit" => of_unit(lang, before, after),
        "grouping" => of_grouping(lang, before, after),
        "assignment" => of_assignment(lang, after),
        "update" => of_update(lang, before, after),
        "matter" => of_matter(lang, after),
        "calendar_feed" => of_feed(lang, after),
        _ => None,
    };
    special.unwrap_or_else(|| {
        let thing = [("thing", thing(lang, &row.thing_kind).into())];
        let ended = after.get("ended") == Some(&Value::Bool(true));
        let nothing_before = super::fields::is_empty(before);
        match (ended, nothing_before, super::fields::is_empty(after)) {
            _ if row.thing_kind == "erasure" => lang.text("trail-content-erased"),
            _ if row.action.starts_with("view") => lang.with("trail-viewed", &thing),
            (true, ..) => lang.with("trail-ended", &thing),
            (_, true, false) if after.get("document").is_none() => lang.with("trail-added", &thing),
            _ => lang.with("trail-changed", &thing),
        }
    })
}

fn is(value: &Value, key: &str, wanted: &str) -> bool {
    value.get(key).and_then(Value::as_str) == Some(wanted)
}

fn has(value: &Value, key: &str) -> bool {
    value.get(key).is_some()
}

fn of_session(lang: Lang, before: &Value, after: &Value) -> Option<String> {
    Some(lang.text(match () {
        () if is(after, "session", "opened") => "trail-logged-in",
        () if is(after, "session", "ended") => "trail-logged-out",
        () if is(after, "password", "changed") => "trail-password-changed",
        () if has(before, "token") => "trail-token-revoked",
        () if has(after, "token") => "trail-token-made",
        () => return None,
    }))
}

fn of_account(lang: Lang, before: &Value, after: &Value) -> Option<String> {
    Some(lang.text(match () {
        () if is(after, "password", "reset") => "trail-password-reset",
        () if after.get("disabled") == Some(&Value::Bool(true)) => "trail-disabled",
        () if has(after, "disabled") => "trail-enabled",
        () if has(after, "granted") => "trail-granted",
        () if has(before, "granted") => "trail-withdrawn",
        () => return None,
    }))
}

fn of_intake(lang: Lang, before: &Value, after: &Value) -> Option<String> {
    Some(lang.text(match () {
        () if has(after, "same_file") => "trail-same-file",
        () if has(after, "declared_no_state_secrets") => "trail-received",
        () if has(after, "read") => "trail-read",
        () if has(after, "failed") => "trail-failed",
        () if has(after, "discarded") => "trail-discarded",
        () if has(after, "programme") || has(after, "committed_already") => "trail-committed",
        () if has(after, "bulk") => "trail-bulk",
        () if has(after, "is") => "trail-recognised",
        () if has(after, "second") => "trail-split",
        () if has(before, "second") => "trail-merged",
        () if is(after, "state", "accepted") && !has(after, "says") => "trail-item-accepted",
        () if is(after, "state", "dropped") && !has(after, "says") => "trail-item-dropped",
        () if is(after, "state", "open") && !has(after, "says") => "trail-item-reopened",
        () if has(after, "says") => "trail-item-changed",
        () if has(after, "kept") => "trail-kept",
        () => return None,
    }))
}

fn of_unit(lang: Lang, before: &Value, after: &Value) -> Option<String> {
    Some(lang.text(match () {
        () if has(after, "divisions") => "trail-divisions",
        () if has(after, "rows") => "trail-units-imported",
        () if has(after, "successor") => "trail-unit-closed",
        () if has(after, "exists_to") && !has(after, "name") => "trail-unit-reopened",
        () if has(after, "took_in") => "trail-unit-took-in",
        () if has(after, "alias") && has(before, "alias") => "trail-alias-removed",
        () if has(after, "alias") => "trail-alias-added",
        () if has(after, "link") => "trail-linked",
        () if has(before, "link") => "trail-link-ended",
        () => return None,
    }))
}

fn of_grouping(lang: Lang, before: &Value, after: &Value) -> Option<String> {
    Some(lang.text(match () {
        () if has(after, "members") => "trail-members-added",
        () if has(before, "member") => "trail-member-ended",
        () => return None,
    }))
}

fn of_assignment(lang: Lang, after: &Value) -> Option<String> {
    Some(lang.text(match () {
        () if has(after, "received") => "trail-task-received",
        () if has(after, "passed_to") => "trail-passed-on",
        () => return None,
    }))
}

fn of_update(lang: Lang, before: &Value, after: &Value) -> Option<String> {
    let gone = |key| before.get(key).is_some_and(|was| !was.is_null());
    Some(lang.text(match () {
        () if has(after, "corrects") => "trail-update-corrected",
        () if has(after, "draft") => "trail-update-typed",
        () if has(after, "discarded") => "trail-update-discarded",
        () if has(after, "submitted") => "trail-update-submitted",
        () if has(after, "returned") => "trail-update-returned",
        () if after.get("confirmed") == Some(&Value::Bool(true)) => "trail-update-confirmed",
        () if has(after, "confirmed") => "trail-update-passed",
        () if gone("file") => "trail-file-removed",
        () if has(after, "file") => "trail-file-added",
        () if gone("evidence") => "trail-evidence-removed",
        () if has(after, "evidence") => "trail-evidence-added",
        () => return None,
    }))
}

/// A step of an exchange; its beginning is called by what it is.
fn of_matter(lang: Lang, after: &Value) -> Option<String> {
    let code = |key: &str| after.get(key).and_then(Value::as_str);
    if let Some(kind) = code("kind").and_then(requests::Kind::from_code) {
        return Some(lang.with("trail-matter-begun", &[("kind", kind.word(lang).into())]));
    }
    Some(lang.text(match code("act").and_then(requests::Act::from_code)? {
        requests::Act::Asked => "requests-act-asked",
        requests::Act::Answered => "trail-matter-answered",
        requests::Act::AskedAgain => "requests-act-again",
        requests::Act::Escalated => "trail-matter-escalated",
        requests::Act::Accepted => "trail-matter-accepted",
        requests::Act::Refused => "trail-matter-refused",
        requests::Act::Withdrawn => "requests-act-withdrawn",
        requests::Act::Closed => "trail-matter-closed",
    }))
}

fn of_feed(lang: Lang, after: &Value) -> Option<String> {
    let ended = after.get("feed").is_some_and(Value::is_null);
    Some(lang.text(if ended { "trail-feed-ended" } else { "trail-feed-made" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Scope;

    #[test]
    fn every_kind_of_thing_has_its_word() {
        for lang in Lang::ALL {
            let other = thing(lang, "");
            for kind in Scope::KINDS {
                assert_ne!(thing(lang, kind), other, "{kind}");
            }
        }
    }
}
