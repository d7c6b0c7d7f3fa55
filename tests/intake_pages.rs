//! The pages of documents that are being read or reviewed: where the text goes, what a second reading says otherwise,
//! how far a scan is, what was repaired.

#![allow(clippy::unwrap_used, reason = "a test fails where its world cannot be made")]

use domain::access::Role;
use domain::intake::{
    self, Answer, Hints, IntakeId, Mark, NoSecond, Reader, SecondReading, Upload, Watch, read_pending,
};
use domain::units::{self, NewUnit, UnitKind};
use domain::{UnitId, command};
use papers::plan::second::{Lines, lay};
use testkit::app::{Caller, TestApp};
use testkit::world::Here;

const HOST: &str = "models.example.vn";

const PLAN: &str = "HỘI ÁNH DƯƠNG
Số: 07/KH-HAD

KẾ HOẠCH

I. NHIỆM VỤ

1. Xây dựng cơ sở dữ liệu hội viên dùng chung của Hội.
- Đơn vị chủ trì: Văn phòng
- Thời gian hoàn thành: 30/6/2027

2. Tổ chức lớp tập huấn kỹ năng số cho cán bộ hội các cấp.
- Đơn vị chủ trì: Ban Đào tạo
- Đơn vị phối hợp: Văn phòng
- Thời gian hoàn thành: 30/9/2027

3. Ban hành quy chế quản lý, khai thác dữ liệu số của Hội.
- Đơn vị chủ trì: Văn phòng
- Thời gian hoàn thành: 31/12/2027
";

/// Reads, and lets a model agree on the first task, change lead and partner of the second, and miss the third; or
/// fails to.
struct Twice(Option<NoSecond>);

impl Reader for Twice {
    fn read<'a>(
        &'a self,
        name: &'a str,
        bytes: Vec<u8>,
        hints: &'a Hints,
        watch: &'a Watch<'a>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let mut reading = Here.read(name, bytes, hints, watch).await?;
            let mut second = SecondReading { host: HOST.into(), failed: self.0, tasks: Vec::new() };
            if second.failed.is_none() {
                let lines = Lines::new(&reading.text);
                let answer = r#"{"tasks":[
                    {"first_line":8,"last_line":10,"lead":["Văn phòng"],"time":"30/6/2027"},
                    {"first_line":12,"last_line":15,"lead":["Văn phòng"],"coordinating":["Ban Đào tạo"],"time":"30/9/2027"}]}"#;
                let chosen = lines.check(&lines.questions()[0], answer).unwrap();
                second.tasks = lay(&mut reading.plan, &lines, &chosen);
            }
            reading.second = Some(second);
            Ok(reading)
        })
    }

    fn mark<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Mark<'a> {
        Here.mark(name, bytes)
    }
}

struct Site {
    app: TestApp,
    root: UnitId,
}

async fn site() -> Site {
    let app = TestApp::new().await;
    let (platform, system) = (app.world.platform.clone(), app.world.system());
    let root = command!(&platform, &system, cx => {
        let root = units::create(cx, NewUnit::organisation("Hội Ánh Dương", UnitKind::Association)).await?;
        for name in ["Văn phòng", "Ban Đào tạo"] {
            units::create(cx, NewUnit::new(Some(root), UnitKind::of_name(name), name)).await?;
        }
        Ok(root)
    })
    .unwrap();
    app.world.account("planner", Role::Planner, root).await;
    Site { app, root }
}

impl Site {
    /// A file that waits to be read.
    async fn sent(&self, name: &str, bytes: &[u8]) -> IntakeId {
        let (platform, system) = (&self.app.world.platform, self.app.world.system());
        let stored = platform.blobs.put(bytes.to_vec().into()).await.unwrap();
        let upload = Upload {
            owner: self.root,
            file_name: name.into(),
            sha256: stored.digest.to_string(),
            size_bytes: stored.size,
            declared: true,
            amends: None,
        };
        command!(platform, &system, cx => { intake::receive(cx, upload.clone()).await }).unwrap().id()
    }

    async fn read(&self, name: &str, bytes: &[u8], reader: &dyn Reader) -> IntakeId {
        let id = self.sent(name, bytes).await;
        read_pending(&self.app.world.platform, reader, id).await.unwrap();
        id
    }
}

async fn page(caller: &mut Caller, path: &str) -> String {
    caller.get(path).await.expect(200).text().to_owned()
}

#[tokio::test]
async fn pages_that_take_a_document_say_where_its_text_goes() {
    let mut site = site().await;
    let refused = site.read("hong.docx", b"PK\x03\x04\x14\0\0\0\x08\0", &Here).await;
    let waiting = site.sent("ke-hoach.txt", PLAN.as_bytes()).await;
    let paths = ["/intakes/new".to_owned(), format!("/intakes/{refused}"), format!("/intakes/{waiting}")];
    let mut planner = site.app.log_in("planner").await;
    for path in &paths {
        let here = page(&mut planner, path).await;
        assert!(!here.contains("mô hình ngôn ngữ"), "{path}: the text stays here");
    }
    site.app.configure(|settings| settings.model_host = Some(HOST.into()));
    let mut planner = site.app.log_in("planner").await;
    for path in &paths {
        let away = page(&mut planner, path).await;
        assert!(away.contains(&format!("đến máy chủ {HOST}")), "{path}");
    }
    assert!(page(&mut planner, &paths[0]).await.contains("gửi ra ngoài hệ thống này"));
}

/// The part of a page that is about the item with these words.
fn card<'a>(page: &'a str, words: &str) -> &'a str {
    page.split("<article").skip(1).find(|card| card.contains(words)).unwrap()
}

/// What the button of an item sends.
fn button<'a>(card: &'a str, verb: &str) -> &'a str {
    let start = card.find(&format!("value=\"{verb}=")).unwrap() + "value=\"".len();
    card[start..].split('"').next().unwrap()
}

#[tokio::test]
async fn what_the_readings_differ_in_is_shown_and_either_side_can_be_taken() {
    let site = site().await;
    let id = site.read("ke-hoach.txt", PLAN.as_bytes(), &Twice(None)).await;
    let mut planner = site.app.log_in("planner").await;
    let (path, act) = (format!("/intakes/{id}"), format!("/intakes/{id}/items"));
    let seen = page(&mut planner, &path).await;
    assert!(seen.contains(HOST) && seen.contains("Hai lần đọc khác nhau ở 2 nhiệm vụ."), "{seen}");
    let places = ["lớp tập huấn", "quy chế quản lý", "cơ sở dữ liệu hội viên"]
        .map(|words| seen.find(card(&seen, words)).unwrap());
    assert!(places.is_sorted(), "what the readings differ in stands first, what they agree on last");
    assert!(card(&seen, "cơ sở dữ liệu hội viên").contains("Hai lần đọc khớp"));
    assert!(card(&seen, "quy chế quản lý").contains("Lần đọc thứ hai không thấy"));
    let differs = card(&seen, "lớp tập huấn");
    assert!(differs.contains("Hai lần đọc khác nhau") && differs.contains("Lần đọc thứ hai:"), "{differs}");
    assert!(differs.contains("Lấy Chủ trì theo lần đọc thứ hai"), "{differs}");

    // The second reading's lead is taken, its partner is not.
    let _ = planner.post(&act, &[("do", button(differs, "second-lead"))]).await.expect(303);
    let seen = page(&mut planner, &path).await;
    let taken = card(&seen, "lớp tập huấn");
    assert!(
        !taken.contains("value=\"second-lead=") && taken.contains("value=\"second-coordinating="),
        "{taken}"
    );
    let lead = taken.find("Chủ trì</dt>").unwrap();
    assert!(taken[lead..].starts_with("Chủ trì</dt><dd>Văn phòng</dd>"), "{taken}");
    let _ = planner.post(&act, &[("do", button(taken, "accept"))]).await.expect(303);
    let seen = page(&mut planner, &path).await;
    let accepted = card(&seen, "lớp tập huấn");
    assert!(!accepted.contains("Lần đọc thứ hai:"), "what is decided is asked no more: {accepted}");
}

#[tokio::test]
async fn a_second_reading_that_failed_is_told() {
    let site = site().await;
    let failed = Twice(Some(NoSecond::Timeout { seconds: 60 }));
    let id = site.read("ke-hoach.txt", PLAN.as_bytes(), &failed).await;
    let mut planner = site.app.log_in("planner").await;
    let seen = page(&mut planner, &format!("/intakes/{id}")).await;
    assert!(seen.contains("quá 60 giây") && seen.contains("lần đọc thứ nhất"), "{seen}");
    assert!(seen.contains(HOST) && !seen.contains("Lần đọc thứ hai không thấy"));
}

#[tokio::test]
async fn a_scan_that_waits_says_which_page_is_recognised() {
    let site = site().await;
    let id = site.sent("ban-chup.pdf", b"%PDF-1.4").await;
    let mut planner = site.app.log_in("planner").await;
    assert!(page(&mut planner, &format!("/intakes/{id}")).await.contains("Đang đọc văn bản…"));
    site.app.world.platform.progress.at(id.0, 1, 5);
    for path in [format!("/intakes/{id}"), format!("/intakes/{id}/progress")] {
        let seen = page(&mut planner, &path).await;
        assert!(seen.contains("Đang nhận dạng chữ trang 2 trên 5…"), "{seen}");
        assert!(seen.contains("<progress value=\"1\" max=\"5\"") && seen.contains("bản chụp"), "{seen}");
    }
}

#[tokio::test]
async fn what_was_repaired_is_shown_as_such_with_what_stood_there() {
    let site = site().await;
    let damaged = "K HOACH\n\nI. NHIEM VU\n\n1. Xây dng co s dü liêu hôi viên dùng chung cüa Hôi.\n\
        - Thdi gian hoàn thành: 30/6/2027\n";
    let id = site.read("ban-quet.txt", damaged.as_bytes(), &Here).await;
    let mut planner = site.app.log_in("planner").await;
    let seen = page(&mut planner, &format!("/intakes/{id}")).await;
    assert!(seen.contains("title=\"dng\">dựng</ins>"), "{seen}");
    let item = card(&seen, "Xây dựng cơ sở dữ liệu hội viên");
    assert!(item.contains("data-original hidden") && item.contains("Xây dng co s dü liêu"), "{item}");
    let came = page(&mut planner, &format!("/intakes/{id}?original=1")).await;
    assert!(came.contains("title=\"dựng\">dng</ins>"), "{came}");
    assert!(!card(&came, "Xây dựng cơ sở").contains("data-original hidden"), "{came}");

    let sound = site.read("ke-hoach.txt", PLAN.as_bytes(), &Here).await;
    let seen = page(&mut planner, &format!("/intakes/{sound}")).await;
    assert!(!seen.contains("<ins") && !seen.contains("data-other"), "{seen}");
}
