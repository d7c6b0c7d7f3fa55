//! The 34 provinces and centrally run cities with their 3,321 communes, wards and special zones in
//! force since 1/7/2025, and the 29 provinces that ended the day before.

use super::change::{lay_out, permit_under};
use super::sql::{self, Row, beside};
use super::tree::Interval;
use super::{LinkKind, NewUnit, UnitKind};
use crate::{Cx, OrgId, Result, UnitId};
use jiff::civil::date;
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use store::Day;

const DIVISIONS: &str = include_str!("../../data/divisions.tsv");
const FORMER: &str = include_str!("../../data/former_provinces.tsv");

/// What an import of the divisions did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Divisions {
    /// Provinces and centrally run cities added.
    pub provinces: usize,
    /// Communes, wards and special zones added.
    pub communes: usize,
    /// Provinces added that ended on 30/6/2025.
    pub former: usize,
    /// Divisions that were there already.
    pub known: usize,
}

/// The provinces of the list by code, and what stands in their place.
struct Import {
    rows: Vec<Row>,
    links: Vec<beside::NewLink>,
    done: Divisions,
}

/// Adds the divisions of the country under a unit, or as roots, leaving alone those that are there.
/// Every province is an organisation of its own.
///
/// # Errors
/// [`crate::Error::Denied`] (roots are for the system to make), [`crate::Error::NotFound`].
pub async fn import_divisions(cx: &mut Cx, under: Option<UnitId>) -> Result<Divisions> {
    let thing = UnitId(cx.id());
    let (parent, permit) = permit_under(cx, under, under.unwrap_or(thing), under.is_none()).await?;
    sql::take_tree(cx, &permit).await?;
    let known = sql::all(cx).await?;
    let provinces: HashMap<(&str, bool), UnitId> = known
        .iter()
        .filter(|u| u.parent == parent.as_ref().map(|p| p.id) && u.kind == UnitKind::Province)
        .filter_map(|u| Some(((u.code.as_deref()?, u.exists_to.is_some()), u.id)))
        .collect();
    let communes: HashMap<(UnitId, &str), UnitId> =
        known.iter().filter_map(|u| Some(((u.parent?, u.code.as_deref()?), u.id))).collect();
    let mut import = Import { rows: Vec::new(), links: Vec::new(), done: Divisions::default() };
    let mut by_code: HashMap<&str, UnitId> = HashMap::new();
    let first = known.iter().filter(|u| u.parent == under).map(|u| u.ordinal).max().unwrap_or(0);
    for (at, (code, name, province)) in (1i64..).zip(divisions()) {
        if province.is_empty() {
            let id = match provinces.get(&(code, false)) {
                Some(id) => import.leave(*id),
                None => import.province(cx, under, first + at, code, name, None),
            };
            by_code.insert(code, id);
        } else if let Some(above) = by_code.get(province).copied() {
            match communes.get(&(above, code)) {
                Some(id) => drop(import.leave(*id)),
                None => import.commune(cx, above, at, code, name),
            }
        }
    }
    for (at, (name, into)) in (first + 100..).zip(pairs(FORMER)) {
        let code = format!("{into}-{}", papers::fold::fold(name).replace(' ', "-"));
        match provinces.get(&(code.as_str(), true)) {
            Some(id) => drop(import.leave(*id)),
            None => import.former(cx, under, at, &code, name, by_code.get(into).copied()),
        }
    }
    let done = import.done;
    if !import.rows.is_empty() {
        sql::insert(cx, &permit, import.rows, "").await?;
        beside::insert_links(cx, &permit, import.links).await?;
        lay_out(cx, &permit).await?;
    }
    cx.record(permit, (), json!({ "divisions": done, "under": under })).await?;
    Ok(done)
}

impl Import {
    fn leave(&mut self, id: UnitId) -> UnitId {
        self.done.known += 1;
        id
    }

    fn province(
        &mut self,
        cx: &Cx,
        under: Option<UnitId>,
        ordinal: i64,
        code: &str,
        name: &str,
        ended: Option<Day>,
    ) -> UnitId {
        let id = UnitId(cx.id());
        let city = name.starts_with("Thành phố");
        let new = NewUnit {
            parent: under,
            kind: UnitKind::Province,
            is_org: true,
            name: if city { name.to_owned() } else { format!("Tỉnh {name}") },
            code: Some(code.to_owned()),
            eid: None,
            aliases: match code {
                "79" => vec!["TPHCM".to_owned()],
                _ => Vec::new(),
            },
            exists_from: None,
            exists_to: ended,
        };
        match ended {
            None => self.done.provinces += 1,
            Some(_) => self.done.former += 1,
        }
        self.rows.push(Row { org: OrgId(id.0), id, new, ordinal, at: Interval { from: 0, to: 0 } });
        id
    }

    fn commune(&mut self, cx: &Cx, province: UnitId, ordinal: i64, code: &str, name: &str) {
        let id = UnitId(cx.id());
        let new = NewUnit {
            code: Some(code.to_owned()),
            exists_from: Some(Day(date(2025, 7, 1))),
            ..NewUnit::new(Some(province), UnitKind::Commune, name)
        };
        self.done.communes += 1;
        self.rows.push(Row { org: OrgId(province.0), id, new, ordinal, at: Interval { from: 0, to: 0 } });
    }

    fn former(
        &mut self,
        cx: &Cx,
        under: Option<UnitId>,
        ordinal: i64,
        code: &str,
        name: &str,
        into: Option<UnitId>,
    ) {
        let id = self.province(cx, under, ordinal, code, name, Some(Day(date(2025, 6, 30))));
        if let Some(into) = into {
            self.links.push(beside::NewLink {
                org: OrgId(id.0),
                unit: id,
                other: into,
                kind: LinkKind::SucceededBy,
                from: Some(Day(date(2025, 7, 1))),
                to: None,
            });
        }
    }
}

/// Code, name, and code of the province for what lies below one.
fn divisions() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    DIVISIONS.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.next()?, cells.next()?))
    })
}

fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_and_every_commune_has_its_province() {
        let provinces: Vec<&str> = divisions().filter(|d| d.2.is_empty()).map(|d| d.0).collect();
        assert_eq!(provinces.len(), 34);
        assert_eq!(divisions().filter(|d| !d.2.is_empty()).count(), 3321);
        assert!(divisions().filter(|d| !d.2.is_empty()).all(|d| provinces.contains(&d.2)));
        assert_eq!(pairs(FORMER).count(), 29);
        assert!(pairs(FORMER).all(|p| provinces.contains(&p.1)));
    }
}
