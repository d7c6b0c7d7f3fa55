//! Every number on the first page leads to a list that holds as many.

use crate::world::House;
use domain::access::Role;
use domain::programmes::{
    self, AssignmentRole, Holder, NewAssignment, NewProgramme, NewTask, TaskTime, TimeKind,
};
use domain::{Day, command};
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use testkit::app::Caller;

fn task(title: &str, group: &str, due: Option<Date>, lead: Holder) -> NewTask {
    let kind = if due.is_some() { TimeKind::ByDate } else { TimeKind::Unspecified };
    NewTask {
        title: title.into(),
        group: (!group.is_empty()).then(|| group.to_owned()),
        time: TaskTime { kind, due: due.map(Day), ..TaskTime::default() },
        assignments: vec![NewAssignment { role: AssignmentRole::Lead, holder: lead, focal: false }],
        ..NewTask::default()
    }
}

/// Two programmes whose tasks have every light, some of which turn red or end within two weeks.
async fn plans(house: &House) {
    let (owner, shelf) = (Holder::Unit(house.owner), Holder::Unit(house.shelf));
    let tasks = vec![
        task("Quá hạn từ trước", "I", Some(date(2026, 1, 31)), owner.clone()),
        task("Vừa quá hạn", "I.1", Some(date(2026, 11, 25)), shelf.clone()),
        task("Sắp đến hạn", "II", Some(date(2026, 12, 20)), shelf),
        task("Trong hạn", "II", Some(date(2027, 12, 31)), Holder::Awaiting),
        task("Không ghi hạn", "", None, Holder::Unknown("Ban Không Có".into())),
        task("Thôi theo dõi", "", Some(date(2027, 12, 31)), owner),
    ];
    let system = house.system();
    for unit in [house.owner, house.root] {
        let new = NewProgramme {
            owner: unit,
            title: "Chương trình".into(),
            documents: Vec::new(),
            groups: Vec::new(),
            tasks: tasks.clone(),
            indicators: Vec::new(),
            duties: Vec::new(),
        };
        let id =
            command!(house.platform(), &system, cx => { programmes::set_up(cx, new.clone()).await }).unwrap();
        house.app.world.advance(SignedDuration::from_hours(24 * 7));
        command!(house.platform(), &system, cx => {
            let filter = programmes::TaskFilter { programme: Some(id), ..programmes::TaskFilter::default() };
            let list = programmes::tasks(cx, &filter, programmes::Sort::Document, programmes::Slice::ALL).await?;
            programmes::end_task(cx, list.rows[5].id, list.rows[5].version).await
        })
        .unwrap();
    }
}

/// Links to lists of tasks whose words begin with a number, or hold nothing else.
fn numbers(page: &str) -> Vec<(String, usize)> {
    let link = |part: &str| {
        let (href, rest) = part.split_once('"')?;
        let words = rest.split_once('>')?.1.split("</a>").next()?;
        let words = words.split('<').map(|piece| piece.rsplit('>').next().unwrap_or_default());
        let number = words.map(str::trim).find(|words| !words.is_empty())?.split(' ').next()?.parse().ok()?;
        (href.contains("/tasks?")).then(|| (href.replace("&#38;", "&").replace("&amp;", "&"), number))
    };
    page.split("href=\"").skip(1).filter_map(link).collect()
}

/// The whole of a list, by its file.
async fn listed(person: &mut Caller, href: &str) -> usize {
    let (path, query) = href.split_once('?').unwrap();
    let csv = person.get(&format!("{path}.csv?{query}")).await.expect(200);
    let shown = person.get(href).await.expect(200).text().matches("<th scope=\"row\">").count();
    let lines = csv.text().lines().count() - 1;
    assert_eq!(shown, lines, "{href}");
    lines
}

#[tokio::test]
async fn every_number_on_the_first_page_leads_to_as_many_tasks() {
    let house = House::new().await;
    plans(&house).await;
    let login = format!("owner-{}", Role::Administrator.code());
    let mut person = house.app.log_in(&login).await;
    let slices = [
        "/",
        "/?as_of=2027-02-01",
        "/?as_of=2026-11-23",
        "/?role=lead&since=2026-11-22",
        "/?group=I&since=2026-11-20",
    ];
    let mut said = 0;
    for slice in slices.map(str::to_owned).into_iter().chain([format!("/?unit={}", house.shelf)]) {
        let page = person.get(&slice).await.expect(200);
        for (href, number) in numbers(page.text()) {
            assert_eq!(listed(&mut person, &href).await, number, "{slice}: {href}");
            said += 1;
        }
    }
    assert!(said > 60, "{said} numbers");
}

#[tokio::test]
async fn every_number_of_the_responsibility_map_leads_to_as_many_tasks() {
    let house = House::new().await;
    plans(&house).await;
    let mut person = house.app.log_in(&format!("owner-{}", Role::Administrator.code())).await;
    let list = person.get("/programmes").await.expect(200).text().to_owned();
    let programmes: Vec<&str> = list
        .split("href=\"/programmes/")
        .filter_map(|part| part.split_once('"').map(|(id, _)| id))
        .filter(|id| id.len() == 36)
        .collect();
    assert_eq!(programmes.len(), 2);
    let (mut said, mut overdue) = (0, 0);
    for programme in programmes {
        for day in ["", "?as_of=2026-12-10"] {
            let page = person.get(&format!("/programmes/{programme}/map{day}")).await.expect(200);
            for (href, number) in numbers(page.text()) {
                assert_eq!(listed(&mut person, &href).await, number, "{day}: {href}");
                said += 1;
                overdue += usize::from(href.contains("light=red"));
            }
        }
    }
    assert!(said > 30 && overdue > 2, "{said} numbers, {overdue} of overdue tasks");
}
