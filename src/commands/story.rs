//! The demo's story of carrying out: one unit's log-ins receive tasks, report, confirm and return, made
//! through the same operations as in a real installation.

use super::demo::PASSWORD;
use domain::access::{Actor, Role};
use domain::carrying::{self, ClaimKind, IssuedDocument, NewFile, Outcome, Said, Seat, UpdateId};
use domain::identity::{self, NewAccount};
use domain::programmes::{self, Holder, Slice, Sort, TaskFilter, TaskRow, TimeKind};
use domain::{Day, Platform, UnitId, command, query};
use std::collections::BTreeMap;

/// Who reports for the unit.
pub const REPORTER: (&str, &str, &str) = ("canbo", "Đỗ Minh Châu", "Cán bộ thực hiện");
/// Who signs for the unit.
pub const APPROVER: (&str, &str, &str) = ("truongban", "Vũ Hoàng Nam", "Trưởng ban");
/// Who confirms for the organisation.
const ASSIGNER: &str = "lanhdao";

struct Story<'a> {
    platform: &'a Platform,
    reporter: Actor,
    approver: Actor,
    assigner: Actor,
}

/// Tells the story of the unit that leads most tasks of the organisation.
///
/// # Errors
/// An operation refused what the demo did.
pub async fn tell(platform: &Platform, system: &Actor, organisation: UnitId) -> anyhow::Result<()> {
    let filter = TaskFilter { unit: Some(organisation), ..TaskFilter::default() };
    let list =
        query!(platform, system, cx => { programmes::tasks(cx, &filter, Sort::Due, Slice::ALL).await })?;
    let Some(unit) = busiest(&list.rows, organisation) else { return Ok(()) };
    for ((login, name, title), role) in [(REPORTER, Role::Reporter), (APPROVER, Role::Approver)] {
        open(platform, system, unit, (login, name, title), role).await?;
    }
    command!(platform, system, cx => {
        let (leader, _) = identity::by_login(cx, ASSIGNER).await?;
        identity::grant(cx, leader, organisation, Role::Approver).await
    })?;
    let story = Story {
        platform,
        reporter: enter(platform, REPORTER.0).await?,
        approver: enter(platform, APPROVER.0).await?,
        assigner: enter(platform, ASSIGNER).await?,
    };
    let led = |row: &&TaskRow| row.leads().any(|lead| lead.holder == Holder::Unit(unit));
    let mut own: Vec<&TaskRow> = list.rows.iter().filter(led).collect();
    own.sort_by_key(|row| (row.time.kind != TimeKind::Unspecified, row.time.due.is_none()));
    let mut seats = own.iter().filter_map(|row| seat(row, unit));
    if let Some(first) = seats.next() {
        let due = Day(list.day.saturating_add(jiff::Span::new().days(30)));
        let reason = Some("Thống nhất thời hạn với đơn vị chủ trì");
        command!(platform, system, cx => { programmes::settle_due(cx, &[first.task], due, reason).await })?;
        story.finished(first).await?;
    }
    if let Some(second) = seats.next() {
        story.returned(second).await?;
    }
    if let Some(third) = seats.next() {
        story.waiting(third).await?;
    }
    if let Some(fourth) = seats.next() {
        let said = said("Đã dự thảo đề cương, đang lấy ý kiến các đơn vị.", 20);
        command!(platform, &story.reporter, cx => { carrying::save(cx, fourth, None, said.clone()).await })?;
    }
    Ok(())
}

fn busiest(rows: &[TaskRow], organisation: UnitId) -> Option<UnitId> {
    let mut led: BTreeMap<UnitId, usize> = BTreeMap::new();
    for lead in rows.iter().flat_map(TaskRow::leads) {
        if let Holder::Unit(unit) = lead.holder
            && unit != organisation
        {
            *led.entry(unit).or_default() += 1;
        }
    }
    led.into_iter().max_by_key(|(_, count)| *count).map(|(unit, _)| unit)
}

fn seat(row: &TaskRow, unit: UnitId) -> Option<Seat> {
    let lead = row.leads().find(|lead| lead.holder == Holder::Unit(unit))?;
    Some(Seat { task: row.id, assignment: lead.id, unit })
}

fn said(body: &str, percent: i64) -> Said {
    Said { body: body.into(), percent: Some(percent), ..Said::default() }
}

async fn open(
    platform: &Platform,
    system: &Actor,
    unit: UnitId,
    (login, name, title): (&str, &str, &str),
    role: Role,
) -> anyhow::Result<()> {
    let hash = identity::hash_password(platform, login, PASSWORD).await?;
    let new = NewAccount {
        unit,
        name: name.into(),
        title: title.into(),
        login: login.into(),
        password_hash: hash,
        role,
        must_change: false,
        demo: true,
    };
    command!(platform, system, cx => { identity::open(cx, new.clone()).await })?;
    Ok(())
}

async fn enter(platform: &Platform, login: &str) -> anyhow::Result<Actor> {
    let opened = identity::log_in(platform, login, PASSWORD, "demo").await?;
    let visit = identity::visit(platform, &opened.token, "demo").await?;
    visit.map(|visit| visit.actor).ok_or_else(|| anyhow::anyhow!("the demo's log-in {login} has no session"))
}

impl Story<'_> {
    async fn receive(&self, seat: Seat) -> anyhow::Result<()> {
        command!(self.platform, &self.reporter, cx => { carrying::receive(cx, &[seat]).await })?;
        Ok(())
    }

    async fn report(&self, seat: Seat, said: Said) -> anyhow::Result<UpdateId> {
        self.receive(seat).await?;
        let minutes = "Biên bản họp ngày hôm nay: thống nhất nội dung sản phẩm. Tài liệu giả định.";
        let stored = self.platform.blobs.put(minutes.as_bytes().to_vec().into()).await?;
        let file = NewFile {
            name: "bien-ban-hop.txt".into(),
            media_type: "text/plain",
            size_bytes: stored.size,
            sha256: stored.digest,
        };
        let document = IssuedDocument {
            number: "15/BC-VP".into(),
            issued_on: Some(Day(self.platform.today())),
            issuer: "Đơn vị thực hiện (giả định)".into(),
            excerpt: "Báo cáo kết quả thực hiện nhiệm vụ".into(),
        };
        Ok(command!(self.platform, &self.reporter, cx => {
            let (id, version) = carrying::save(cx, seat, None, said.clone()).await?;
            carrying::add_file(cx, id, file.clone()).await?;
            carrying::add_document(cx, id, document.clone()).await?;
            carrying::submit(cx, id, version).await?;
            Ok(id)
        })?)
    }

    async fn decide(&self, who: &Actor, id: UpdateId, outcome: Outcome) -> anyhow::Result<()> {
        command!(self.platform, who, cx => {
            let version = carrying::find(cx, id).await?.version;
            carrying::decide(cx, id, version, outcome.clone()).await
        })?;
        Ok(())
    }

    async fn finished(&self, seat: Seat) -> anyhow::Result<()> {
        let said = Said {
            kind: ClaimKind::Done,
            completed_on: Some(Day(self.platform.today())),
            result: "Đã hoàn thành và gửi sản phẩm tới các đơn vị liên quan.".into(),
            product: "Báo cáo 15/BC-VP (giả định)".into(),
            ..said("Hoàn thành toàn bộ nội dung được giao.", 100)
        };
        let id = self.report(seat, said).await?;
        self.decide(&self.approver, id, Outcome::Confirm).await?;
        self.decide(&self.assigner, id, Outcome::Confirm).await
    }

    async fn returned(&self, seat: Seat) -> anyhow::Result<()> {
        let id = self.report(seat, said("Đã hoàn thành khảo sát, đang tổng hợp số liệu.", 60)).await?;
        let reason = "Chưa nêu số đơn vị đã khảo sát. Bổ sung số liệu và danh sách kèm theo.".into();
        self.decide(&self.approver, id, Outcome::Return(reason)).await
    }

    async fn waiting(&self, seat: Seat) -> anyhow::Result<()> {
        let mut said = said("Đã trình dự thảo, chờ ý kiến thẩm định.", 45);
        said.difficulty = "Chưa bố trí được kinh phí thuê chuyên gia.".into();
        said.remover = "Văn phòng".into();
        self.report(seat, said).await?;
        Ok(())
    }
}
