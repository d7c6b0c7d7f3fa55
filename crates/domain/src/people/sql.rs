use super::{Person, PersonId};
use crate::access::Permit;
use crate::{Cx, OrgId, Result, UnitId};
use papers::fold::fold;
use store::{Micros, sql};

pub(super) async fn insert(cx: &mut Cx, permit: &Permit, person: &Person) -> Result<()> {
    let now = Micros::from(cx.now());
    cx.write(
        permit,
        sql!("INSERT INTO person (org_id, id, version, name, name_folded, title, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
    )
    .bind(person.org_id)
    .bind(person.id)
    .bind(person.version)
    .bind(person.name.clone())
    .bind(fold(&person.name))
    .bind(person.title.clone())
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn insert_post(cx: &mut Cx, permit: &Permit, person: &Person, unit: UnitId) -> Result<()> {
    let (id, now) = (cx.id(), Micros::from(cx.now()));
    cx.write(
        permit,
        sql!("INSERT INTO post (org_id, id, person_id, unit_id, title, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)"),
    )
    .bind(person.org_id)
    .bind(id)
    .bind(person.id)
    .bind(unit)
    .bind(person.title.clone())
    .bind(now)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn erase(cx: &mut Cx, permit: &Permit, org: OrgId, person: PersonId) -> Result<bool> {
    let now = Micros::from(cx.now());
    let query = sql!(
        "UPDATE person SET name = $1, name_folded = '', title = '', erased_at = $2, version = version + 1
         WHERE org_id = $3 AND id = $4 AND erased_at IS NULL"
    );
    let erased = cx.write(permit, query).bind(super::NOBODY).bind(now).bind(org).bind(person).run().await?;
    let query = sql!("UPDATE post SET title = '' WHERE org_id = $1 AND person_id = $2");
    cx.write(permit, query).bind(org).bind(person).run().await?;
    Ok(erased == 1)
}
