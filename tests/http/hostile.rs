//! Bad input: never a panic, never a failure of ours, an answer that says what to do, nothing half done.

use crate::sends::UPLOADS;
use crate::table::{Row, rows};
use crate::world::{House, Things};
use axum::http::{Method, StatusCode};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use testkit::app::{Answer, Caller};

const FORM: &str = "application/x-www-form-urlencoded";

/// A path with its parameters filled with a thing or with rubbish.
fn filled(row: &Row, things: &Things, rubbish: Option<&str>) -> String {
    let part = |name: &str| match (rubbish, name) {
        (Some(text), _) => text.to_owned(),
        (None, "unit") => things.unit.to_string(),
        (None, "programme") => things.plan.map(|p| p.programme.to_string()).unwrap_or_default(),
        (None, "task") => things.plan.map(|p| p.task.to_string()).unwrap_or_default(),
        (None, "matter") => things.matter.map(|m| m.0.to_string()).unwrap_or_default(),
        (None, "update") => things.update.map(|u| u.0.to_string()).unwrap_or_default(),
        (None, "file") => things.file().map(|id| id.to_string()).unwrap_or_default(),
        (None, "intake") => things.intake.map(|i| i.intake.to_string()).unwrap_or_default(),
        (None, "item") => things.intake.map(|i| i.item.to_string()).unwrap_or_default(),
        (None, "account") => things.account.map(|a| a.0.to_string()).unwrap_or_default(),
        (None, "grouping") => things.grouping.map(|g| g.0.to_string()).unwrap_or_default(),
        _ => uuid::Uuid::nil().to_string(),
    };
    let pieces = row.path.split('/').map(|piece| {
        let Some((name, rest)) = piece.strip_prefix('{').and_then(|piece| piece.split_once('}')) else {
            return piece.to_owned();
        };
        part(name) + rest
    });
    pieces.collect::<Vec<_>>().join("/")
}

/// Not a failure of ours; what goes wrong is said in Vietnamese, under /api/ as a problem.
fn calm(what: &str, answer: &Answer) {
    assert!(
        answer.status.as_u16() < 500,
        "{what}: {} {}",
        answer.status,
        String::from_utf8_lossy(&answer.bytes)
    );
    if answer.status.is_client_error() {
        if what.contains(" /api/") {
            assert_eq!(answer.media, "application/problem+json", "{what}");
            assert_eq!(answer.json()["status"], answer.status.as_u16(), "{what}");
        } else {
            assert!(answer.media.starts_with("text/html"), "{what}: {} {}", answer.status, answer.media);
            assert!(
                answer.text().contains("<html lang=\"vi\"") || !answer.text().contains("<html"),
                "{what}"
            );
        }
    }
}

fn administrator(house: &House, row: &Row) -> Caller {
    if row.api() { house.programs[9].clone() } else { house.people[9].clone() }
}

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let house = House::new().await;
    let things = house.things("").await;
    for row in rows().iter().filter(|row| row.path.contains('{')) {
        for rubbish in [
            "x",
            "%FF%FE",
            "1%27%20OR%201=1",
            "..%2f..%2fetc",
            "00000000-0000-0000-0000-000000000000",
            "🙂",
            "%00",
        ] {
            let path = filled(row, &things, Some(rubbish));
            let what = format!("{} {path}", row.method);
            if path.parse::<axum::http::Uri>().is_err() {
                continue;
            }
            let mut caller = administrator(&house, row);
            let method: Method = row.method.parse().unwrap();
            let (media, body) = match (row.writes(), row.api()) {
                (false, _) => (None, String::new()),
                (true, true) => (Some("application/json"), "{}".to_owned()),
                (true, false) => (Some(FORM), format!("csrf={}", caller.csrf)),
            };
            let answer = caller.send(method, &path, media, body.into_bytes()).await;
            calm(&what, &answer);
            let unread = row.writes() && matches!(answer.status.as_u16(), 400 | 403 | 415 | 422);
            assert!(answer.status == StatusCode::NOT_FOUND || unread, "{what}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn queries_of_every_kind_are_taken_calmly() {
    let house = House::new().await;
    let things = house.things("{programme}{matter}{intake}{account}{grouping}{update}").await;
    let queries = [
        "unknown=1&x[]=2",
        "q=%FF%FE%00",
        "q=%",
        "q=%25%27%22%3Cscript%3E&name=%27",
        "cursor=rubbish&limit=abc&after=zzz&before=yyy",
        "cursor=-1&limit=-5&after=-9223372036854775808&before=9223372036854775807",
        "limit=99999999999999999999999&page=0&page=-1",
        "page=99999999999&sort=nothing&light=pink&window=never&from=31%2F02%2F2026&to=x&day=99%2F99%2F9999",
        "unit=x&programme=y&group=z&defect=none&state=none&parent=x&around=x&under=x&thing=x&amends=x",
        "q=a&q=b&limit=1&limit=2&unit=1&unit=2",
        "after=&cursor=&limit=&q=&page=&unit=&from=&to=&day=",
        "as_of=2026-02-31&day=2026-13-01&known=maybe&gone=perhaps",
    ];
    let long = format!("q={}", "a".repeat(20_000));
    for row in rows().iter().filter(|row| !row.writes()) {
        for query in queries.iter().copied().chain([long.as_str()]) {
            let path = format!("{}?{query}", filled(row, &things, None));
            let answer = administrator(&house, row).get(&path).await;
            calm(&format!("GET {}", path.chars().take(200).collect::<String>()), &answer);
        }
    }
}

#[tokio::test]
async fn bodies_that_are_no_forms_are_taken_calmly() {
    let house = House::new().await;
    let things = house.things("{programme}{matter}{intake}{account}{grouping}").await;
    let csrf = house.people[9].csrf.clone();
    let bodies: Vec<(Option<&str>, Vec<u8>)> = vec![
        (None, Vec::new()),
        (None, format!("csrf={csrf}").into_bytes()),
        (Some("text/plain"), format!("csrf={csrf}").into_bytes()),
        (Some("application/json"), b"{\"csrf\": 1}".to_vec()),
        (Some(FORM), [b"csrf=".as_slice(), csrf.as_bytes(), b"&name=%FF%FE%00&title=%C3%28&version=%"].concat()),
        (Some(FORM), format!("csrf={csrf}&csrf=other&version=1&version=2&name=a&name=b").into_bytes()),
        (Some(FORM), format!("csrf={csrf}&name={}", "n".repeat(1_000_000)).into_bytes()),
        (Some(FORM), format!("csrf={csrf}&{}", "a=b&".repeat(100_000)).into_bytes()),
        (Some(FORM), vec![b'x'; 3_000_000]),
        (Some("multipart/form-data"), b"no boundary".to_vec()),
        (Some("multipart/form-data; boundary=e"), b"--e\r\nContent-Disposition: form-data; name=\"files\"; file".to_vec()),
        (
            Some("multipart/form-data; boundary=e"),
            format!("--e\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--e\r\n\r\nno name\r\n--e--\r\n").into_bytes(),
        ),
    ];
    for row in rows().iter().filter(|row| row.writes() && !row.api() && row.path != "/logout") {
        for (media, body) in &bodies {
            let path = filled(row, &things, None);
            let mut caller = administrator(&house, row);
            let answer = caller.send(Method::POST, &path, *media, body.clone()).await;
            calm(&format!("POST {path} {media:?} {} bytes", body.len()), &answer);
        }
    }
}

#[tokio::test]
async fn json_that_is_none_or_too_much_is_a_problem() {
    let house = House::new().await;
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let bodies: [(&str, String); 10] = [
        ("application/json", String::new()),
        (
            "application/json",
            r#"{"title": "\u0000", "name": "\u0000", "state": "\u0000", "version": 1}"#.into(),
        ),
        ("application/json", "{".into()),
        ("application/json", "null".into()),
        ("application/json", "[1]".into()),
        ("application/json", deep),
        ("application/json", r#"{"parent": 1, "kind": [], "name": {}}"#.into()),
        ("application/json", r#"{"unknown": true}"#.into()),
        ("application/json", format!("{{\"name\": \"{}\"}}", "n".repeat(3_000_000))),
        ("text/plain", "{}".into()),
    ];
    for row in rows().iter().filter(|row| row.writes() && row.api()) {
        let things = house.things(&row.path).await;
        for (media, body) in &bodies {
            let path = filled(row, &things, None);
            let method: Method = row.method.parse().unwrap();
            let answer =
                house.programs[9].clone().send(method, &path, Some(media), body.clone().into_bytes()).await;
            calm(&format!("{} {path} with {} bytes of {media}", row.method, body.len()), &answer);
            assert!(answer.status.is_client_error(), "{}: {} for {}", row.name(), answer.status, body.len());
        }
    }
}

/// Words of every kind for any field.
fn word(things: &Things) -> impl Strategy<Value = String> + use<> {
    let known = vec![
        things.unit.to_string(),
        uuid::Uuid::max().to_string(),
        "31/12/2026".into(),
        "30/02/2026".into(),
        "01/01/0001".into(),
        "31/12/9999".into(),
        "-1".into(),
        "9223372036854775808".into(),
        "1e400".into(),
        "1.234,5".into(),
        "NaN".into(),
        "yes".into(),
        "administrator".into(),
        "awaiting".into(),
        format!("unit:{}", things.unit),
        "%".into(),
        "_".into(),
        "'; DROP TABLE unit; --".into(),
        "<script>alert(1)</script>".into(),
        "a\u{0}b".into(),
        "\u{202e}\u{feff}\u{1F1FB}".into(),
    ];
    prop_oneof![
        4 => proptest::sample::select(known),
        1 => ".{0,40}",
        1 => "[a-zA-Z0-9 ]{0,12}",
        1 => Just("d".repeat(70_000)),
    ]
}

const FIELDS: [&str; 68] = [
    "decision",
    "why",
    "result",
    "note",
    "to",
    "answer_by",
    "since",
    "into",
    "wanted_unit",
    "day",
    "version",
    "name",
    "title",
    "login",
    "password",
    "again",
    "current",
    "role",
    "unit",
    "disabled",
    "days",
    "parent",
    "kind",
    "is_org",
    "code",
    "eid",
    "aliases",
    "exists_from",
    "exists_to",
    "effective",
    "last_day",
    "reason",
    "successor",
    "with_subtree",
    "before",
    "other",
    "alias",
    "valid_from",
    "valid_to",
    "org",
    "below",
    "under",
    "rows",
    "owner",
    "number",
    "issuer",
    "issued_on",
    "signer",
    "implements",
    "text",
    "near_due_days",
    "due",
    "start",
    "outputs",
    "keep",
    "add_role",
    "add_unit",
    "act",
    "task",
    "lead",
    "do",
    "item",
    "time",
    "is",
    "printed",
    "at",
    "search",
    "step",
];

/// Whatever an administrator types, nothing breaks.
#[test]
fn random_fields_break_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let house = runtime.block_on(House::new());
    let rows: Vec<Row> = rows()
        .into_iter()
        .filter(|row| {
            row.writes()
                && !row.api()
                && !["/logout", "/account/password", "/units/import/divisions"].contains(&row.path.as_str())
        })
        .collect();
    let things = runtime.block_on(house.things("{programme}{matter}{intake}{account}{grouping}"));
    let config = Config { cases: 150, failure_persistence: None, max_shrink_iters: 64, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let field = (proptest::sample::select(FIELDS.to_vec()), word(&things));
    let forms = proptest::collection::vec(field, 0..12);
    let chosen = proptest::collection::vec(0..rows.len(), 10);
    let outcome = runner.run(&(forms, chosen), |(fields, chosen)| {
        for row in chosen.iter().map(|at| &rows[*at]) {
            let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let path = filled(row, &things, None);
            let mut caller = house.people[9].clone();
            let answer = runtime.block_on(async {
                if UPLOADS.contains(&row.path.as_str()) {
                    caller.upload(&path, &pairs, &[("files", "a.txt", b"x"), ("file", "a.csv", b"x")]).await
                } else {
                    caller.post(&path, &pairs).await
                }
            });
            prop_assert!(
                answer.status.as_u16() < 500,
                "POST {path}: {} {}",
                answer.status,
                String::from_utf8_lossy(&answer.bytes)
            );
        }
        Ok(())
    });
    outcome.unwrap();
}
