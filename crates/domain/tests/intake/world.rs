//! A small organisation on the engine of the run, invented, with a frozen clock and seeded ids.

use domain::access::{Actor, Grant, Role};
use domain::intake::{self, IntakeId, ItemRef, Received, Review, Sheet, Upload, read_pending};
use domain::units::{self, NewUnit, UnitKind};
use domain::{AccountId, Platform, UnitId, command, query};
use std::sync::Arc;
use testkit::engine::{TestDb, fresh_db};
pub use testkit::world::Here;
use testkit::world::{FrozenClock, Seeded};
use uuid::Uuid;

pub struct World {
    pub platform: Platform,
    pub system: Actor,
    pub owner: UnitId,
    pub office: UnitId,
    pub board: UnitId,
    pub other: UnitId,
    _folder: tempfile::TempDir,
    _database: TestDb,
}

pub async fn world() -> World {
    let database = fresh_db().await;
    let folder = database.folder();
    let platform = Platform {
        db: database.db.clone(),
        blobs: store::blobs::Blobs::folder(folder.path()).unwrap(),
        clock: Arc::new(FrozenClock::at("2025-03-01T02:00:00Z".parse().unwrap())),
        entropy: Arc::new(Seeded::from(7)),
        zone: jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap(),
        eid_pattern: None,
        progress: domain::Progress::default(),
        fresh: Arc::default(),
    };
    let system = Actor::system("test");
    let add = async |parent, kind, name: &str, org| {
        let mut unit = NewUnit::new(parent, kind, name);
        if org {
            unit = unit.into_organisation();
        }
        command!(&platform, &system, cx => { units::create(cx, unit.clone()).await }).unwrap()
    };
    let owner = add(None, UnitKind::of_name("Hội Thử nghiệm"), "Hội Thử nghiệm", true).await;
    let office = add(Some(owner), UnitKind::of_name("Văn phòng"), "Văn phòng", false).await;
    let board = add(Some(owner), UnitKind::of_name("Ban Đào tạo"), "Ban Đào tạo", false).await;
    let other = add(None, UnitKind::of_name("Hội Khác"), "Hội Khác", true).await;
    World { platform, system, owner, office, board, other, _folder: folder, _database: database }
}

impl World {
    /// Somebody with a role at a unit.
    pub async fn actor(&self, role: Role, at: UnitId) -> Actor {
        let unit = query!(&self.platform, &self.system, cx => { units::load(cx, at).await }).unwrap();
        let grant = Grant { role, org: unit.org, unit: at, tree_from: unit.tree_from, tree_to: unit.tree_to };
        Actor {
            account: Some(AccountId(Uuid::from_u128(5))),
            name: "Người Thử".into(),
            grants: vec![grant],
            ..Actor::nobody("test")
        }
    }

    /// The upload of a file whose bytes are put first.
    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Upload {
        let stored = self.platform.blobs.put(bytes.to_vec().into()).await.unwrap();
        Upload {
            owner: self.owner,
            file_name: name.into(),
            sha256: stored.digest.to_string(),
            size_bytes: stored.size,
            declared: true,
            amends: None,
        }
    }

    pub async fn receive(&self, upload: Upload) -> domain::Result<Received> {
        command!(&self.platform, &self.system, cx => { intake::receive(cx, upload.clone()).await })
    }

    /// Brings a file in and reads it.
    pub async fn bring(&self, name: &str, text: &str) -> IntakeId {
        let upload = self.upload(name, text.as_bytes()).await;
        let id = self.receive(upload).await.unwrap().id();
        read_pending(&self.platform, &Here, id).await.unwrap();
        id
    }

    pub async fn review(&self, id: IntakeId) -> Review {
        query!(&self.platform, &self.system, cx => { intake::review(cx, id).await }).unwrap()
    }

    /// Accepts every open item.
    pub async fn accept_all(&self, id: IntakeId) {
        let chosen: Vec<ItemRef> = self.review(id).await.sheets.iter().map(at).collect();
        let all = intake::Bulk::Accept;
        command!(&self.platform, &self.system, cx => { intake::bulk(cx, id, &chosen, &all).await }).unwrap();
    }

    pub async fn commit(&self, id: IntakeId) -> domain::Result<domain::programmes::ProgrammeId> {
        command!(&self.platform, &self.system, cx => { intake::commit(cx, id, None, false).await })
    }

    pub async fn overview(&self, id: domain::programmes::ProgrammeId) -> domain::programmes::Overview {
        query!(&self.platform, &self.system, cx => { domain::programmes::overview(cx, id, None).await })
            .unwrap()
    }
}

pub fn at(sheet: &Sheet) -> ItemRef {
    ItemRef { id: sheet.item.id, version: sheet.item.version }
}

/// An invented plan.
pub const PLAN: &str = "HỘI THỬ NGHIỆM
Số: 07/KH-HTN
Hà Nội, ngày 03 tháng 02 năm 2025

KẾ HOẠCH
Thực hiện chuyển đổi số năm 2025 (văn bản mẫu, hoàn toàn hư cấu)

I. NHIỆM VỤ

1. Xây dựng cơ sở dữ liệu hội viên dùng chung của Hội.
- Đơn vị chủ trì: Văn phòng
- Đơn vị phối hợp: Ban Đào tạo
- Sản phẩm: Cơ sở dữ liệu hội viên
- Thời gian hoàn thành: 30/6/2025

2. Tổ chức lớp tập huấn kỹ năng số cho cán bộ hội các cấp.
- Đơn vị chủ trì: Ban Đào tạo
- Thời gian hoàn thành: 30/9/2025

3. Duy trì chuyên mục chuyển đổi số trên trang thông tin điện tử.
- Đơn vị chủ trì: Ban Không Có Thật
- Thời gian hoàn thành: Thường xuyên

4. Ban hành quy chế quản lý, khai thác dữ liệu số của Hội.
- Đơn vị chủ trì: Văn phòng
- Thời gian hoàn thành: 31/12/2025
";
