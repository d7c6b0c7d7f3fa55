//! Which days are working days, and counting in them. Pure.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;

/// What a day is that is not as its weekday says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Nobody works: a public holiday, or a day swapped against another.
    Off,
    /// A Saturday or Sunday on which people work for another day (làm bù).
    Working,
    /// As its weekday says: a shipped entry that an organisation withdrew.
    Ordinary,
}

impl DayKind {
    /// All kinds.
    pub const ALL: [DayKind; 3] = [DayKind::Off, DayKind::Working, DayKind::Ordinary];

    /// The code stored and used in forms.
    pub fn code(self) -> &'static str {
        match self {
            DayKind::Off => "off",
            DayKind::Working => "working",
            DayKind::Ordinary => "ordinary",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<DayKind> {
        DayKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A day of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Special {
    /// The day.
    pub day: Date,
    /// What it is.
    pub kind: DayKind,
    /// Its name.
    pub name: String,
    /// Which text says so.
    pub source: String,
    /// Entered by the organisation; otherwise it came with the program.
    pub own: bool,
}

const SHIPPED: &str = include_str!("../../data/holidays.tsv");

/// The days that come with the program: public holidays and swapped working days of Vietnam, 2025 to
/// 2027, each with its source.
pub fn shipped() -> Vec<Special> {
    let lines = SHIPPED.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(special).collect()
}

fn special(line: &str) -> Option<Special> {
    let mut cells = line.split('\t');
    let day = cells.next()?.parse().ok()?;
    let kind = DayKind::from_code(cells.next()?)?;
    let (name, source) = (cells.next()?.to_owned(), cells.next()?.to_owned());
    Some(Special { day, kind, name, source, own: false })
}

/// Most days looked through when working days are added.
const FAR: i64 = 20_000;

/// The working days of an organisation: Monday to Friday but for the days of its table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    days: BTreeMap<Date, DayKind>,
}

impl Calendar {
    /// The shipped days with an organisation's own over them.
    pub fn new<'a>(own: impl IntoIterator<Item = &'a Special>) -> Calendar {
        let mut days: BTreeMap<Date, DayKind> = shipped().iter().map(|one| (one.day, one.kind)).collect();
        days.extend(own.into_iter().map(|one| (one.day, one.kind)));
        Calendar { days }
    }

    /// Is it a working day?
    pub fn is_working(&self, day: Date) -> bool {
        match self.days.get(&day) {
            Some(DayKind::Off) => false,
            Some(DayKind::Working) => true,
            Some(DayKind::Ordinary) | None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    /// Working days after `from` up to and including `to`: from a Friday to the next Monday it is 1.
    /// Negative where `to` is earlier: the working days after `to` up to and including `from`.
    pub fn working_days_between(&self, from: Date, to: Date) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let (mut count, mut day) = (0, from);
        while day < to {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += i64::from(self.is_working(day));
        }
        count
    }

    /// The day so many working days after (before, when negative) `from`, which itself does not count.
    /// With 0 it is `from`. `None` beyond the calendar's end.
    pub fn add_working_days(&self, from: Date, days: i64) -> Option<Date> {
        let step = if days < 0 { -1 } else { 1 };
        let (mut left, mut day) = (days.unsigned_abs(), from);
        for _ in 0..FAR {
            if left == 0 {
                return Some(day);
            }
            day = day.checked_add(step.days()).ok()?;
            left -= u64::from(self.is_working(day));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails where its calendar cannot be made")]
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_shipped_line_is_read_and_says_where_it_is_from() {
        let lines = SHIPPED.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        let all = shipped();
        assert_eq!(all.len(), lines);
        assert!(all.windows(2).all(|two| two[0].day < two[1].day), "in order, each day once");
        assert!(all.iter().all(|one| !one.source.is_empty() && !one.name.is_empty()));
        for one in &all {
            let weekend = matches!(one.day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert_eq!(one.kind == DayKind::Working, weekend, "{} changes its weekday", one.day);
        }
    }

    #[test]
    fn tet_and_swapped_days_are_counted() {
        let calendar = Calendar::new([]);
        let cases = [
            // Friday to Monday.
            ((2026, 11, 13), (2026, 11, 16), 1),
            // Over the whole of Tết 2026: from Friday 13/2 to Monday 23/2.
            ((2026, 2, 13), (2026, 2, 23), 1),
            // 2/1/2026 is off, Saturday 10/1/2026 is worked.
            ((2025, 12, 31), (2026, 1, 5), 1),
            ((2026, 1, 9), (2026, 1, 12), 2),
            // The same day, and backwards.
            ((2026, 11, 16), (2026, 11, 16), 0),
            ((2026, 11, 16), (2026, 11, 13), -1),
            // A whole ordinary week.
            ((2026, 11, 8), (2026, 11, 15), 5),
        ];
        for ((y, m, d), (y2, m2, d2), days) in cases {
            let (from, to) = (date(y, m, d), date(y2, m2, d2));
            assert_eq!(calendar.working_days_between(from, to), days, "{from} to {to}");
        }
        assert_eq!(calendar.add_working_days(date(2026, 2, 13), 1), Some(date(2026, 2, 23)));
        assert_eq!(calendar.add_working_days(date(2026, 2, 23), -1), Some(date(2026, 2, 13)));
        assert_eq!(calendar.add_working_days(date(2026, 1, 9), 1), Some(date(2026, 1, 10)));
        assert_eq!(calendar.add_working_days(date(2026, 11, 14), 0), Some(date(2026, 11, 14)));
        assert_eq!(calendar.add_working_days(date(2026, 11, 14), i64::MAX), None);
    }

    #[test]
    fn adding_and_counting_agree() {
        let calendar = Calendar::new([]);
        let mut day = date(2025, 1, 1);
        while day < date(2027, 12, 1) {
            for days in [1, 5, 15] {
                let later = calendar.add_working_days(day, days).unwrap();
                assert!(calendar.is_working(later));
                assert_eq!(calendar.working_days_between(day, later), days, "{day} + {days}");
            }
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn an_organisation_overrides_what_is_shipped() {
        let own = |day, kind| Special { day, kind, name: "x".into(), source: String::new(), own: true };
        let monday = date(2026, 11, 16);
        let calendar =
            Calendar::new(&[own(date(2026, 11, 24), DayKind::Ordinary), own(monday, DayKind::Off)]);
        assert!(calendar.is_working(date(2026, 11, 24)));
        assert!(!calendar.is_working(monday));
        assert!(!Calendar::new([]).is_working(date(2026, 11, 24)));
    }
}
