//! What the demo's people ask of one another: an explanation, an obstacle, requests for changes.

use anyhow::Context;
use domain::access::Actor;
use domain::programmes::{self, Holder, Slice, Sort, TaskFilter, TaskRow};
use domain::requests::{self, Kind, NewMatter, Wanted};
use domain::{Day, Platform, command, identity, query};
use jiff::ToSpan;

async fn person(platform: &Platform, login: &str) -> anyhow::Result<Actor> {
    let system = Actor::system("demo");
    let (account, _) = query!(platform, &system, cx => { identity::by_login(cx, login).await })?;
    let actor = identity::actor_of(platform, account, "demo").await?;
    actor.with_context(|| format!("the log-in {login} cannot act"))
}

/// The leader asks why, the officer names an obstacle and asks for changes on behalf of the units.
///
/// # Errors
/// An operation failed.
pub async fn make(platform: &Platform, leader: &str, officer: &str) -> anyhow::Result<()> {
    let (leader, officer) = (person(platform, leader).await?, person(platform, officer).await?);
    let today = platform.today();
    let led = |row: &TaskRow| row.leads().any(|lead| matches!(lead.holder, Holder::Unit(_)));
    let rows = query!(platform, &leader, cx => {
        let all = programmes::tasks(cx, &TaskFilter::default(), Sort::Due, Slice::ALL).await?.rows;
        let mut rows = Vec::new();
        for row in all.into_iter().filter(|row| row.time.due.is_some() && led(row)) {
            if rows.len() < 2 && !requests::speakers(cx, row.id, Kind::Explanation).await?.is_empty() {
                rows.push(row);
            }
        }
        Ok(rows)
    })?;
    let mut tasks = rows.iter();
    let begin = |kind: Kind, row: &TaskRow, text: &str| NewMatter {
        task: Some(row.id),
        unit: row.leads().find_map(|lead| match lead.holder {
            Holder::Unit(unit) => Some(unit),
            _ => None,
        }),
        text: text.to_owned(),
        ..NewMatter::new(kind)
    };
    if let Some(row) = tasks.next() {
        let question =
            "Vì sao nhiệm vụ chưa hoàn thành? Nêu nguyên nhân, trách nhiệm và ngày hoàn thành cụ thể.";
        let by = today.checked_add(3.days())?;
        let new = NewMatter { answer_by: Some(Day(by)), ..begin(Kind::Explanation, row, question) };
        command!(platform, &leader, cx => { requests::open(cx, new.clone()).await })?;
        let since = today.checked_sub(20.days())?;
        let text = "Chưa được bố trí kinh phí mua sắm thiết bị nên chưa nghiệm thu được.";
        let new = NewMatter { since: Some(Day(since)), ..begin(Kind::Obstacle, row, text) };
        command!(platform, &officer, cx => { requests::open(cx, new.clone()).await })?;
    }
    if let Some(row) = tasks.next() {
        let due = row.time.due.map(|due| due.0.checked_add(45.days())).transpose()?;
        let wanted = Wanted { due: due.map(Day), ..Wanted::default() };
        let text = "Đang chờ ý kiến thẩm định của cơ quan chuyên môn cấp trên.";
        let new = NewMatter { wanted, ..begin(Kind::Extension, row, text) };
        command!(platform, &officer, cx => { requests::open(cx, new.clone()).await })?;
    }
    Ok(())
}
