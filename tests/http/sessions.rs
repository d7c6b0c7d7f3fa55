//! Cookies, log-in, headers, languages and methods.

use axum::http::{Method, header};
use domain::access::Role;
use domain::command;
use domain::units::{self, NewUnit, UnitKind};
use testkit::app::{Answer, TestApp};
use testkit::world::PASSWORD;

async fn one_person() -> TestApp {
    let app = TestApp::new().await;
    let unit = command!(&app.world.platform, &app.world.system(), cx => {
        units::create(cx, NewUnit::organisation("Hội Ánh Dương (giả định)", UnitKind::Association)).await
    })
    .unwrap();
    app.world.account("lan", Role::Administrator, unit).await;
    app
}

fn cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    for https in [false, true] {
        let app = one_person().await.with(|settings| settings.secure_cookies = https);
        let entered =
            app.nobody().post("/login", &[("login", "lan"), ("password", PASSWORD)]).await.expect(303);
        let [cookie] = &cookies(&entered)[..] else { panic!("one cookie") };
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert_eq!(cookie.contains("Secure"), https, "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
        let chosen =
            app.nobody().post("/preferences", &[("lang", "en"), ("theme", "dark")]).await.expect(303);
        assert_eq!(cookies(&chosen).len(), 2);
        assert!(cookies(&chosen).iter().all(|cookie| cookie.contains("Secure") == https));
    }
}

#[tokio::test]
async fn a_session_that_was_left_is_no_session() {
    let app = one_person().await;
    let mut person = app.log_in("lan").await;
    let mut copied = person.clone();
    let left = person.post("/logout", &[]).await.expect(303);
    assert!(cookies(&left)[0].contains("Max-Age=0"), "{:?}", cookies(&left));
    assert!(copied.get("/account").await.expect(303).location.starts_with("/login"));
}

#[tokio::test]
async fn guessing_through_the_page_is_stopped_for_known_and_unknown_names_alike() {
    let app = one_person().await;
    for name in ["lan", "khong-co-ai"] {
        let mut guesser = app.nobody();
        for _ in 0..8 {
            let guess = [("login", name), ("password", "sai mật khẩu rồi")];
            let refused = guesser.post("/login", &guess).await.expect(422);
            assert!(refused.text().contains(&format!("value=\"{name}\"")), "the name stays");
            assert!(!refused.text().contains("sai mật khẩu rồi"), "the password does not");
        }
        let right = [("login", name), ("password", PASSWORD)];
        let waiting = guesser.post("/login", &right).await.expect(422);
        assert!(waiting.text().contains("15 phút"), "{}", waiting.text());
    }
}

#[tokio::test]
async fn log_in_leads_back_to_the_page_asked_for_and_never_to_another_site() {
    let app = one_person().await;
    let asked = app.nobody().get("/accounts?q=a%20b").await.expect(303);
    assert_eq!(asked.location, "/login?next=%2Faccounts%3Fq%3Da%2520b");
    let form = app.nobody().get(&asked.location).await.expect(200);
    assert!(form.text().contains("value=\"/accounts?q=a%20b\""));
    let mut person = app.log_in("lan").await;
    for (next, to) in [
        ("/accounts?q=a%20b", "/accounts?q=a%20b"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("/\t/elsewhere.example/", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let fields = [("login", "lan"), ("password", PASSWORD), ("next", next)];
        assert_eq!(app.nobody().post("/login", &fields).await.expect(303).location, to, "{next}");
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        assert_eq!(person.get(&format!("/login?next={query}")).await.expect(303).location, to, "{next}");
        let here = person.post("/preferences", &[("lang", "vi"), ("here", next)]).await.expect(303);
        assert_eq!(here.location, to, "{next}");
    }
}

#[tokio::test]
async fn every_answer_is_protected_also_errors_and_files() {
    let app = one_person().await;
    let mut person = app.log_in("lan").await;
    let page = person.get("/account").await.expect(200);
    let file = page.text().split_once("href=\"/static/").unwrap().1.split_once('"').unwrap().0;
    for (path, status) in [
        ("/login", 303),
        ("/account", 200),
        ("/accounts/00000000-0000-0000-0000-000000000000", 404),
        ("/accounts/x", 404),
        ("/nowhere", 404),
        ("/api/v1/nowhere", 404),
        (&format!("/static/{file}"), 200),
        ("/static/nothing.css", 404),
        ("/healthz", 200),
    ] {
        let answer = person.get(path).await.expect(status);
        for name in ["content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"]
        {
            assert!(answer.headers.contains_key(name), "{path}: {name}");
        }
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    }
}

#[tokio::test]
async fn errors_speak_the_readers_language() {
    let app = one_person().await;
    let mut person = app.log_in("lan").await;
    let vietnamese = person.get("/nowhere").await.expect(404);
    assert!(vietnamese.text().contains("<html lang=\"vi\""), "{}", vietnamese.text());
    let _ = person.post("/preferences", &[("lang", "en")]).await.expect(303);
    let english = person.get("/nowhere").await.expect(404);
    assert!(english.text().contains("<html lang=\"en\""), "{}", english.text());
    person.csrf = "x".into();
    let forged = person.post("/account/tokens", &[]).await.expect(403);
    assert!(forged.text().contains("<html lang=\"en\""), "{}", forged.text());
    let problem = app.nobody().get("/api/v1/me").await.expect(401);
    assert_eq!(problem.media, "application/problem+json");
    assert_eq!(problem.json()["type"], "/api/problems#no-token");
    assert_eq!(problem.headers[header::WWW_AUTHENTICATE], "Bearer");
    let english = app.nobody().with_header("accept-language", "en-GB,en;q=0.9").get("/api/v1/me").await;
    assert_ne!(english.json()["title"], problem.json()["title"]);
}

#[tokio::test]
async fn other_methods_are_answered_calmly() {
    let app = one_person().await;
    let mut person = app.log_in("lan").await;
    for path in ["/account", "/accounts", "/login", "/healthz"] {
        let head = person.send(Method::HEAD, path, None, Vec::new()).await;
        assert_eq!(head.status, person.get(path).await.status, "{path}");
        assert!(head.bytes.is_empty(), "{path}");
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        for path in ["/account", "/logout", "/api/v1/me", "/static/app.js", "/nowhere"] {
            let answer = person.send(method.clone(), path, None, Vec::new()).await;
            assert!(matches!(answer.status.as_u16(), 404 | 405), "{method} {path}: {}", answer.status);
        }
    }
}

/// A form sent from a page of another site carries the session's cookie in older browsers; newer ones say so.
#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let app = one_person().await;
    let person = app.log_in("lan").await;
    let fields = [("name", "x"), ("days", "1")];
    for site in ["cross-site", "same-site"] {
        let mut sent = person.clone().with_header("sec-fetch-site", site);
        let _ = sent.post("/account/tokens", &fields).await.expect(403);
        let _ = sent.get("/account").await.expect(200);
    }
    let mut same = person.clone().with_header("sec-fetch-site", "same-origin");
    let _ = same.post("/account/tokens", &fields).await.expect(200);
}
