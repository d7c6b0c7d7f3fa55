//! Two thousand users submit an update with a photograph in the same moment, each through the form.

use super::http;
use super::lists::{due_this_year, plan};
use anyhow::{Context, Result, ensure};
use domain::access::{Actor, Role};
use domain::identity::{self, NewAccount};
use domain::programmes::{self, NewTask, Slice, Sort, TaskFilter, TaskId};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Platform, UnitId, carrying, command, query};
use std::collections::BTreeSet;
use std::io::Write;
use std::net::SocketAddr;
use testkit::app::TestApp;
use testkit::country::Dice;
use testkit::world::{PASSWORD, World};

const USERS: usize = 2_000;
/// Bytes of a photograph as a telephone sends it, made smaller.
const PHOTOGRAPH: usize = 64 * 1024;
const EDGE: &str = "----edge-of-the-benchmark";

/// One who reports: at which unit, on which task, and what the browser has of the session.
struct User {
    unit: UnitId,
    task: TaskId,
    cookie: String,
    csrf: String,
    photograph: Vec<u8>,
}

pub async fn run() -> Result<()> {
    let world = World::new().await;
    let users = users(&world.platform).await?;
    writeln!(std::io::stdout(), "{USERS} users with a task each are logged in")?;
    let app = TestApp::over(world);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let requests = users.iter().map(|user| request(user, address)).collect();
    let (mut times, all) = http::at_once(address, requests, 303).await?;
    server.abort();
    let rate = USERS as f64 / all.as_secs_f64();
    times.show("submitting an update with a photograph, all in the same moment")?;
    writeln!(std::io::stdout(), "{rate:.0} acknowledged a second, the clients in the same process")?;
    verify(&app.world.platform, &users).await
}

/// An organisation of as many units as users, one programme with a task for each, and their sessions.
async fn users(platform: &Platform) -> Result<Vec<User>> {
    let system = Actor::system("bench");
    let (root, units) = command!(platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        units::import_divisions(cx, Some(root)).await?;
        let all = units::under(cx, root, i64::MAX).await?;
        let communes = all.iter().filter(|unit| unit.kind == UnitKind::Commune);
        Ok((root, communes.map(|unit| unit.id).take(USERS).collect::<Vec<_>>()))
    })?;
    ensure!(units.len() == USERS, "{} communes", units.len());
    let task = |(at, unit): (usize, &UnitId)| {
        due_this_year(&format!("I.{at}"), format!("Thành lập tổ công nghệ số cộng đồng số {at}"), *unit)
    };
    let tasks: Vec<NewTask> = units.iter().enumerate().map(task).collect();
    command!(platform, &system, cx => { plan(cx, root, "Chương trình chung", tasks.clone()).await })?;
    let password_hash = identity::hash_password(platform, "nguoi-dung", PASSWORD).await?;
    let mut users = Vec::with_capacity(USERS);
    for (at, unit) in units.into_iter().enumerate() {
        let new = NewAccount {
            unit,
            name: format!("Người dùng {at}"),
            title: String::new(),
            login: format!("nguoi-dung-{at}"),
            password_hash: password_hash.clone(),
            role: Role::Reporter,
            must_change: false,
            demo: false,
        };
        let login = new.login.clone();
        command!(platform, &system, cx => { identity::open(cx, new.clone()).await })?;
        users.push(user(platform, &login, unit, at).await?);
    }
    Ok(users)
}

async fn user(platform: &Platform, login: &str, unit: UnitId, at: usize) -> Result<User> {
    let opened = identity::log_in(platform, login, PASSWORD, "bench").await?;
    let visit = identity::visit(platform, &opened.token, "bench").await?.context("a session just opened")?;
    let filter = TaskFilter { unit: Some(unit), ..TaskFilter::default() };
    let mine = query!(platform, &visit.actor, cx => {
        programmes::tasks(cx, &filter, Sort::Id, Slice::ALL).await
    })?;
    ensure!(mine.rows.len() == 1, "{login} has {} tasks", mine.rows.len());
    let mut photograph = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut dice = Dice::new(at as u64);
    photograph.extend((0..PHOTOGRAPH).map(|_| dice.roll(256) as u8));
    let cookie = format!("{}={}", web::SESSION_COOKIE, opened.token);
    Ok(User { unit, task: mine.rows[0].id, cookie, csrf: visit.csrf, photograph })
}

/// The form of an update as a browser sends it.
fn request(user: &User, address: SocketAddr) -> Vec<u8> {
    let once = format!("once-{}", user.task);
    let fields = [
        ("csrf", user.csrf.as_str()),
        ("once", once.as_str()),
        ("kind", "progress"),
        ("percent", "40"),
        ("body", "Đã ban hành quyết định thành lập tổ, đang tập huấn thành viên."),
        ("do", "submit"),
    ];
    let mut body = Vec::with_capacity(PHOTOGRAPH + 2_000);
    for (name, value) in fields {
        let part = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"anh.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(&user.photograph);
    body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
    let mut request = format!(
        "POST /tasks/{}/update HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary={EDGE}\r\nContent-Length: {}\r\n\r\n",
        user.task,
        user.cookie,
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(&body);
    request
}

/// Every task has one submitted update with the photograph of its user, byte for byte.
async fn verify(platform: &Platform, users: &[User]) -> Result<()> {
    let system = Actor::system("bench");
    let mut seen = BTreeSet::new();
    for user in users {
        let updates =
            query!(platform, &system, cx => { Ok(carrying::of_task(cx, user.task).await?.updates) })?;
        let [update] = updates.as_slice() else {
            anyhow::bail!("{} updates of one task", updates.len());
        };
        ensure!(update.update.submitted_at.is_some(), "an update that was not submitted");
        let [file] = update.files.as_slice() else {
            anyhow::bail!("{} files of one update", update.files.len());
        };
        let bytes = platform.blobs.get(file.sha256).await?;
        ensure!(bytes[..] == user.photograph[..], "the photograph of {} is another", user.unit);
        seen.insert(update.update.id);
    }
    ensure!(seen.len() == USERS, "{} different updates", seen.len());
    writeln!(std::io::stdout(), "{USERS} updates, each once, each with its photograph")?;
    Ok(())
}
