//! kill -9 while several people write: what was acknowledged is there, nothing is there by halves.

use crate::program::{Browser, Installation, said};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::Db;
use testkit::engine::seed;
use tokio::task::JoinHandle;
use uuid::Uuid;

const ROUNDS: u64 = 6;
const WRITERS: u64 = 3;
/// Documents brought in in a round.
const DOCUMENTS: u64 = 4;
/// Imports from the command line that are killed.
const IMPORTS: u64 = 10;
/// Tasks in the document of such an import.
const TASKS: usize = 40;

/// What the program said is done.
#[derive(Debug, Default)]
struct Acknowledged {
    units: Vec<String>,
    programmes: Vec<Uuid>,
    tasks: Vec<Uuid>,
    intakes: Vec<Uuid>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_is_half_done() {
    let installation = Installation::started().await;
    let root = ids(&installation.look().await, "SELECT id FROM unit").await[0];
    let mut all = Acknowledged::default();
    println!("DOTPHA_TEST_SEED={}", seed());
    let mut lots = Lots::drawn();
    for round in 0..ROUNDS {
        let server = installation.serve().await;
        let browser = installation.log_in().await;
        let program = browser.clone().program().await;
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS)
            .flat_map(|writer| {
                let mark = format!("{round}.{writer}");
                [
                    units(browser.clone(), root, mark.clone(), stop.clone()),
                    plans(browser.clone(), root, mark, stop.clone()),
                ]
            })
            .chain([imports(program, root, round, stop.clone())])
            .collect();
        tokio::time::sleep(Duration::from_millis(400 + lots.below(1_600))).await;
        server.kill();
        stop.store(true, Ordering::SeqCst);
        for writer in writers {
            let done = writer.await.unwrap();
            all.units.extend(done.units);
            all.programmes.extend(done.programmes);
            all.tasks.extend(done.tasks);
            all.intakes.extend(done.intakes);
        }
        installation.healthy();
        check(&installation.look().await, &all).await;
    }
    every_document_is_read(&installation, &all.intakes).await;
    let (units, programmes, tasks) = (all.units.len(), all.programmes.len(), all.tasks.len());
    assert!(
        units > 5 && programmes > 5 && tasks > 5 && all.intakes.len() > 5,
        "too little to prove anything: {units}, {programmes}, {tasks}, {}",
        all.intakes.len()
    );
    println!(
        "{ROUNDS} kills; acknowledged: {units} units, {programmes} programmes, {tasks} tasks, {} documents brought in",
        all.intakes.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_is_there_whole_or_not_at_all() {
    let installation = Installation::started().await;
    let db = installation.look().await;
    let root = ids(&db, "SELECT id FROM unit").await[0].to_string();
    println!("DOTPHA_TEST_SEED={}", seed());
    let mut lots = Lots::drawn();
    let (mut whole, mut cut) = (Duration::ZERO, 0);
    for number in 0..=IMPORTS {
        let file = document(&installation, number);
        let arguments = ["import", "--owner", &root, "--no-review", "--declare-no-state-secrets", &file];
        if number > 0 {
            let mut import = installation.command(&arguments).stdout(Stdio::null()).spawn().unwrap();
            let moment = lots.below(u64::try_from(whole.as_millis()).unwrap() + 1);
            tokio::time::sleep(Duration::from_millis(moment)).await;
            import.kill().unwrap();
            cut += u64::from(!import.wait().unwrap().success());
            installation.healthy();
            check(&db, &Acknowledged::default()).await;
        }
        let begun = Instant::now();
        let again = installation.run(&arguments, "");
        assert!(again.status.success(), "{}", said(&again));
        if number == 0 {
            whole = begun.elapsed();
        }
        let plans = usize::try_from(number).unwrap() + 1;
        check(&db, &Acknowledged::default()).await;
        assert_eq!(ids(&db, "SELECT id FROM programme").await.len(), plans, "{}", said(&again));
        assert_eq!(ids(&db, "SELECT id FROM task").await.len(), plans * TASKS);
    }
    println!("{IMPORTS} imports killed, {cut} of them before their end; each was finished by a second run");
}

/// Writes a plan of [`TASKS`] tasks to a file.
fn document(installation: &Installation, number: u64) -> String {
    let tasks: String =
        (1..=TASKS).map(|n| format!("{n}. Rà soát danh mục số {n}, đợt {number}.\n")).collect();
    let path = installation.folder.path().join(format!("nhap-{number}.txt"));
    std::fs::write(&path, format!("KẾ HOẠCH\nTriển khai lần {number}\n\nI. NHIỆM VỤ\n{tasks}")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Moments drawn from the seed of the run, so that a run can be had again.
struct Lots(u64);

impl Lots {
    fn drawn() -> Lots {
        Lots(seed())
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end.max(1)
    }
}

/// Adds units until the server is gone.
fn units(mut browser: Browser, root: Uuid, mark: String, stop: Arc<AtomicBool>) -> JoinHandle<Acknowledged> {
    tokio::spawn(async move {
        let mut done = Acknowledged::default();
        for number in 0.. {
            let name = format!("Tổ {mark}.{number}");
            let fields = [("parent", root.to_string()), ("kind", "other".into()), ("name", name.clone())];
            if made(&mut browser, "/units/new", &fields, &stop).await.is_none() {
                return done;
            }
            done.units.push(name);
        }
        done
    })
}

/// Makes programmes with their document, and two tasks in each, until the server is gone.
fn plans(mut browser: Browser, root: Uuid, mark: String, stop: Arc<AtomicBool>) -> JoinHandle<Acknowledged> {
    tokio::spawn(async move {
        let mut done = Acknowledged::default();
        for number in 0.. {
            let title = format!("Chương trình {mark}.{number}");
            let text = format!("CHƯƠNG TRÌNH {mark}.{number}\n1. Rà soát.\n2. Báo cáo.");
            let fields = [("owner", root.to_string()), ("title", title), ("text", text)];
            let Some(programme) = made(&mut browser, "/programmes/new", &fields, &stop).await else {
                return done;
            };
            done.programmes.push(programme);
            for task in ["Rà soát", "Báo cáo"] {
                let fields =
                    [("title", task.to_owned()), ("kind", "by_date".into()), ("due", "31/12/2026".into())];
                let path = format!("/programmes/{programme}/tasks/new");
                let Some(task) = made(&mut browser, &path, &fields, &stop).await else { return done };
                done.tasks.push(task);
            }
        }
        done
    })
}

/// Brings documents in and commits those that were read, until the server is gone.
fn imports(mut program: Browser, root: Uuid, round: u64, stop: Arc<AtomicBool>) -> JoinHandle<Acknowledged> {
    tokio::spawn(async move {
        let (mut done, root) = (Acknowledged::default(), root.to_string());
        for number in 0..DOCUMENTS {
            if stop.load(Ordering::SeqCst) {
                return done;
            }
            let name = format!("ke-hoach-{round}-{number}.txt");
            let text = format!(
                "KẾ HOẠCH\nTriển khai đợt {round}.{number}\n\nI. NHIỆM VỤ\n1. Rà soát danh mục {number}.\n2. Xây dựng báo cáo {number}.\n3. Tổ chức hội nghị {number}.\n"
            );
            let Ok(answer) = program.bring_in(&root, &name, text.as_bytes()).await else { return done };
            assert_eq!(answer.status, 202, "{}", answer.body);
            let taken: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            done.intakes.push(taken["id"].as_str().unwrap().parse().unwrap());
        }
        while commit_what_was_read(&mut program, &mut done).await.is_ok() && !stop.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        done
    })
}

/// Commits every document of the round that has been read by now; an error once the server is gone.
async fn commit_what_was_read(program: &mut Browser, done: &mut Acknowledged) -> std::io::Result<()> {
    for intake in done.intakes.clone() {
        let path = format!("/api/v1/intakes/{intake}");
        if program.json("GET", &path, "").await?["status"] == "review" {
            let made = program.json("POST", &format!("{path}/commit"), r#"{"accept_open": true}"#).await?;
            done.programmes.push(made["programme"].as_str().unwrap().parse().unwrap());
        }
    }
    Ok(())
}

/// Started once more, the server reads every document whose reading was cut short.
async fn every_document_is_read(installation: &Installation, intakes: &[Uuid]) {
    let _server = installation.serve().await;
    let db = installation.look().await;
    for _ in 0..600 {
        let waiting = ids(&db, "SELECT id FROM intake WHERE read_at IS NULL AND failed_at IS NULL").await;
        if !intakes.iter().any(|id| waiting.contains(id)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("documents that were brought in are never read");
}

/// Sends a form; the id of what was made, or nothing once the server is gone.
async fn made(
    browser: &mut Browser,
    path: &str,
    fields: &[(&str, String)],
    stop: &AtomicBool,
) -> Option<Uuid> {
    if stop.load(Ordering::SeqCst) {
        return None;
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answer = browser.post(path, &fields).await.ok()?;
    assert_eq!(answer.status, 303, "{path}: {}", answer.body);
    let id = answer.location.split('?').next().and_then(|path| path.rsplit('/').next());
    Some(id.and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{}", answer.location)))
}

async fn ids(db: &Db, sql: &'static str) -> Vec<Uuid> {
    let rows: Vec<(Uuid,)> = db.begin_read().await.unwrap().query(sql).all().await.unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

/// Every acknowledged thing is there; each thing has its parts and its audit row, each part its whole.
async fn check(db: &Db, all: &Acknowledged) {
    let names: Vec<(String,)> =
        db.begin_read().await.unwrap().query("SELECT name FROM unit").all().await.unwrap();
    for name in &all.units {
        assert!(names.iter().any(|(n,)| n == name), "{name} was acknowledged and is gone");
    }
    let (programmes, tasks) =
        (ids(db, "SELECT id FROM programme").await, ids(db, "SELECT id FROM task").await);
    for id in &all.programmes {
        assert!(programmes.contains(id), "programme {id} was acknowledged and is gone");
    }
    for id in &all.tasks {
        assert!(tasks.contains(id), "task {id} was acknowledged and is gone");
    }
    let intakes = ids(db, "SELECT id FROM intake").await;
    for id in &all.intakes {
        assert!(intakes.contains(id), "the document {id} was acknowledged and is gone");
    }
    for (what, sql) in HALVES {
        assert_eq!(ids(db, sql).await, Vec::<Uuid>::new(), "{what}");
    }
}

/// Things that lack what belongs to them.
const HALVES: [(&str, &str); 9] = [
    (
        "documents read without their items",
        "SELECT id FROM intake i WHERE read_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM intake_item t WHERE t.intake_id = i.id)",
    ),
    (
        "plans committed without all of their accepted tasks",
        "SELECT id FROM intake i WHERE committed_at IS NOT NULL AND (i.programme_id IS NULL OR
           (SELECT count(*) FROM intake_item t WHERE t.intake_id = i.id AND t.kind = 'task' AND t.state = 'accepted')
           <> (SELECT count(*) FROM task WHERE task.programme_id = i.programme_id))",
    ),
    (
        "units without history",
        "SELECT id FROM unit WHERE NOT EXISTS (SELECT 1 FROM unit_version v WHERE v.unit_id = unit.id)",
    ),
    (
        "units without an audit row",
        "SELECT id FROM unit WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.thing_id = unit.id)",
    ),
    (
        "programmes without an audit row",
        "SELECT id FROM programme p WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.thing_id = p.id)",
    ),
    (
        "programmes without their document",
        "SELECT id FROM programme p WHERE NOT EXISTS (SELECT 1 FROM programme_document d WHERE d.programme_id = p.id)",
    ),
    (
        "documents without a programme or a text",
        "SELECT id FROM document d WHERE NOT EXISTS (SELECT 1 FROM programme_document p WHERE p.document_id = d.id)
         OR NOT EXISTS (SELECT 1 FROM document_text t WHERE t.document_id = d.id)",
    ),
    (
        "tasks without a time",
        "SELECT id FROM task t WHERE NOT EXISTS (SELECT 1 FROM deadline d WHERE d.task_id = t.id)",
    ),
    (
        "audit rows of units or programmes that are not there",
        "SELECT thing_id FROM audit a
         WHERE a.thing_kind = 'unit' AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.id = a.thing_id)
            OR a.thing_kind = 'programme' AND NOT EXISTS (SELECT 1 FROM programme p WHERE p.id = a.thing_id)",
    ),
];
