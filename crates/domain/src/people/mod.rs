//! Natural persons and the posts they hold in units.

mod sql;

use crate::access::Permit;
use crate::error::Problems;
use crate::units::Unit;
use crate::{Cx, OrgId, Reason, Result, id};

id!(
    /// A natural person.
    PersonId
);

/// A natural person; personal data, so only what work needs.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    /// The organisation that keeps the record.
    pub org_id: OrgId,
    /// The person.
    pub id: PersonId,
    /// Counts changes.
    pub version: i64,
    /// Full name.
    pub name: String,
    /// Post or academic title, as `Phó Trưởng ban`; may be empty.
    pub title: String,
}

/// What stands for the name of somebody whose personal data were erased.
pub const NOBODY: &str = "–";

/// Longest name and title, in Unicode scalar values.
pub const LONGEST_NAME: usize = 200;

/// Records a person who holds a post in a unit, under the permit of the command that needs the person.
///
/// # Errors
/// [`crate::Error::Invalid`] where the name is missing or too long (fields `name`, `title`).
pub async fn register(
    cx: &mut Cx,
    permit: &Permit,
    unit: &Unit,
    name: &str,
    title: &str,
) -> Result<PersonId> {
    let (name, title) = (name.trim(), title.trim());
    let mut problems = Problems::default();
    problems.check(name.is_empty(), "name", Reason::new("people-error-name-missing"));
    for (field, value) in [("name", name), ("title", title)] {
        problems.check(
            value.chars().count() > LONGEST_NAME,
            field,
            Reason::new("people-error-too-long").with("most", LONGEST_NAME),
        );
    }
    problems.settle()?;
    let person = Person {
        org_id: unit.org,
        id: PersonId(cx.id()),
        version: 1,
        name: name.into(),
        title: title.into(),
    };
    sql::insert(cx, permit, &person).await?;
    sql::insert_post(cx, permit, &person, unit.id).await?;
    Ok(person.id)
}

/// Erases a person's name and posts' titles, under the permit of the command that does; the record stays,
/// as somebody who is no longer known. False where that was done before.
///
/// # Errors
/// The engine failed.
pub async fn erase(cx: &mut Cx, permit: &Permit, org: OrgId, person: PersonId) -> Result<bool> {
    sql::erase(cx, permit, org, person).await
}
