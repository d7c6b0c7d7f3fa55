//! Periods of recurring work: when they begin, end, and have to be reported. Pure.

use jiff::civil::Date;
use papers::plan::Recurrence;
use serde::{Deserialize, Serialize};

/// One period of recurring work, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
}

/// How periods follow one another in a programme.
///
/// State bodies close a month, a quarter, a half year and a year on the 14th of the last month (Decree
/// 09/2019, article 12); other bodies on another day. A programme sets its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// How often.
    pub every: Recurrence,
    /// Day of the month on which a period closes, 1 to 31; the last day of shorter months.
    pub closes_on: i8,
    /// Days after its end within which a period has to be reported.
    pub report_within: i64,
}

/// Years between which periods are counted; beyond them there are none.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2300;

impl Cycle {
    /// Months of a period; none for a week.
    fn months(self) -> Option<i8> {
        match self.every {
            Recurrence::Weekly => None,
            Recurrence::Monthly => Some(1),
            Recurrence::Quarterly | Recurrence::Periodic => Some(3),
            Recurrence::Semiannual => Some(6),
            Recurrence::Annual => Some(12),
        }
    }

    /// Days after the end of a period within which it has to be reported: never into the end of the next.
    pub fn window(self) -> i64 {
        let most = if self.every == Recurrence::Weekly { 6 } else { 27 };
        self.report_within.clamp(0, most)
    }

    /// The period that holds a day; none outside the years that are counted.
    pub fn holding(self, day: Date) -> Option<Period> {
        if !YEARS.contains(&day.year()) {
            return None;
        }
        let Some(months) = self.months() else {
            let from = shifted(day, -i64::from(day.weekday().to_monday_zero_offset()))?;
            return Some(Period { from, to: shifted(from, 6)? });
        };
        let last = (day.month() + months - 1) / months * months;
        let here = self.closing(day.year(), last)?;
        let (before, to) = if here < day {
            (here, self.closing_after(day.year(), last, months)?)
        } else {
            (self.closing_before(day.year(), last, months)?, here)
        };
        Some(Period { from: shifted(before, 1)?, to })
    }

    /// The period before another.
    pub fn before(self, period: Period) -> Option<Period> {
        self.holding(shifted(period.from, -1)?)
    }

    /// The last day on which a period is reported in time.
    pub fn report_by(self, period: Period) -> Date {
        shifted(period.to, self.window()).unwrap_or(period.to)
    }

    /// The last period that ended before a day.
    pub fn ended_before(self, day: Date) -> Option<Period> {
        self.before(self.holding(day)?)
    }

    fn closing(self, year: i16, month: i8) -> Option<Date> {
        let first = Date::new(year, month, 1).ok()?;
        Date::new(year, month, self.closes_on.clamp(1, first.days_in_month())).ok()
    }

    fn closing_after(self, year: i16, month: i8, months: i8) -> Option<Date> {
        if month + months > 12 {
            self.closing(year + 1, month + months - 12)
        } else {
            self.closing(year, month + months)
        }
    }

    fn closing_before(self, year: i16, month: i8, months: i8) -> Option<Date> {
        if month - months < 1 {
            self.closing(year - 1, month - months + 12)
        } else {
            self.closing(year, month - months)
        }
    }
}

/// A day so many days later; earlier for a negative number.
pub(super) fn shifted(day: Date, days: i64) -> Option<Date> {
    day.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn cycle(every: Recurrence, closes_on: i8) -> Cycle {
        Cycle { every, closes_on, report_within: 10 }
    }

    #[test]
    fn a_day_lies_in_one_period() {
        let half = Recurrence::Semiannual;
        for (every, closes_on, day, from, to) in [
            (Recurrence::Monthly, 31, date(2025, 2, 10), date(2025, 2, 1), date(2025, 2, 28)),
            (Recurrence::Monthly, 14, date(2025, 2, 14), date(2025, 1, 15), date(2025, 2, 14)),
            (Recurrence::Monthly, 14, date(2025, 2, 15), date(2025, 2, 15), date(2025, 3, 14)),
            (Recurrence::Monthly, 14, date(2025, 12, 20), date(2025, 12, 15), date(2026, 1, 14)),
            (Recurrence::Quarterly, 31, date(2025, 5, 5), date(2025, 4, 1), date(2025, 6, 30)),
            (Recurrence::Quarterly, 14, date(2025, 1, 1), date(2024, 12, 15), date(2025, 3, 14)),
            (Recurrence::Quarterly, 14, date(2025, 3, 15), date(2025, 3, 15), date(2025, 6, 14)),
            (half, 14, date(2025, 12, 15), date(2025, 12, 15), date(2026, 6, 14)),
            (Recurrence::Annual, 31, date(2024, 2, 29), date(2024, 1, 1), date(2024, 12, 31)),
            (Recurrence::Annual, 30, date(2024, 12, 31), date(2024, 12, 31), date(2025, 12, 30)),
            (Recurrence::Weekly, 14, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22)),
        ] {
            let found = cycle(every, closes_on).holding(day);
            assert_eq!(found, Some(Period { from, to }), "{every:?} {closes_on} {day}");
        }
    }

    #[test]
    fn periods_follow_one_another_without_gap_or_overlap() {
        for every in [
            Recurrence::Weekly,
            Recurrence::Monthly,
            Recurrence::Quarterly,
            Recurrence::Semiannual,
            Recurrence::Annual,
            Recurrence::Periodic,
        ] {
            for closes_on in [1, 14, 28, 29, 30, 31] {
                let cycle = cycle(every, closes_on);
                let mut day = date(2023, 12, 1);
                let mut last = cycle.holding(day).expect("a period");
                while day < date(2028, 3, 15) {
                    let period = cycle.holding(day).expect("a period");
                    assert!(period.from <= day && day <= period.to, "{every:?} {closes_on} {day}");
                    if period != last {
                        assert_eq!(cycle.before(period), Some(last), "{every:?} {closes_on} {day}");
                        last = period;
                    }
                    day = day.tomorrow().expect("a day");
                }
            }
        }
    }

    #[test]
    fn a_period_is_reported_before_the_next_one_ends() {
        let weekly = Cycle { every: Recurrence::Weekly, closes_on: 31, report_within: 60 };
        assert_eq!(weekly.window(), 6);
        let monthly = Cycle { every: Recurrence::Monthly, closes_on: 31, report_within: 60 };
        let period = monthly.holding(date(2025, 1, 5)).expect("a period");
        assert_eq!(monthly.report_by(period), date(2025, 2, 27));
    }
}
