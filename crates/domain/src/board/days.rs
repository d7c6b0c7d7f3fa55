//! Days as the board counts them, and many of them asked about at once. Pure.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// A day as a number: days since 1 January 2000. Earlier days are day 0.
pub(crate) type DayNo = u16;

/// Later than every day: what has not ended ends then.
pub(crate) const NEVER: DayNo = DayNo::MAX;

/// Days that can be asked about at once: one bit each.
pub const MOST_DAYS: usize = 64;

const EPOCH: Date = date(2000, 1, 1);

/// The number of a day.
pub(crate) fn number(day: Date) -> DayNo {
    let days = EPOCH.until((jiff::Unit::Day, day)).map(|span| span.get_days()).unwrap_or_default();
    DayNo::try_from(days.max(0)).unwrap_or(NEVER).min(NEVER - 1)
}

/// The day of a number.
pub(crate) fn day(number: DayNo) -> Date {
    EPOCH.checked_add(i32::from(number).days()).unwrap_or(Date::MAX)
}

/// A stretch of days, the first one in it and the last one not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub from: DayNo,
    pub to: DayNo,
}

impl Span {
    /// Is no day in it? What did not last to the end of a day is never seen.
    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }

    pub fn holds(self, day: DayNo) -> bool {
        self.from <= day && day < self.to
    }
}

/// The days asked about, each a bit of a word: bit 0 is the earliest.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    numbers: Vec<DayNo>,
    first: DayNo,
    last: DayNo,
    /// For each day from the first asked one to the day after the last: the asked days before it.
    before: Vec<u64>,
}

impl Days {
    /// Up to [`MOST_DAYS`] days in any order; of more, the latest count.
    pub fn new(mut numbers: Vec<DayNo>) -> Days {
        numbers.sort_unstable();
        numbers.dedup();
        let numbers = numbers.split_off(numbers.len().saturating_sub(MOST_DAYS));
        let first = numbers.first().copied().unwrap_or_default();
        let last = numbers.last().copied().unwrap_or_default();
        let mut next = numbers.iter().peekable();
        let (mut bits, mut bit) = (0, 1_u64);
        let before = (first..=last.saturating_add(1)).map(|day| {
            while next.next_if(|asked| **asked < day).is_some() {
                bits |= bit;
                bit = bit.wrapping_shl(1);
            }
            bits
        });
        let before = before.collect();
        Days { numbers, first, last, before }
    }

    /// The days, the earliest first.
    pub fn numbers(&self) -> &[DayNo] {
        &self.numbers
    }

    /// The bit of an asked day; none for another.
    pub fn bit(&self, day: DayNo) -> u64 {
        self.numbers.binary_search(&day).map_or(0, |at| 1 << at)
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.before.last().copied().unwrap_or_default()
    }

    /// The earliest of them.
    #[inline]
    pub fn first(&self) -> DayNo {
        self.first
    }

    /// The latest of them.
    #[inline]
    pub fn last(&self) -> DayNo {
        self.last
    }

    #[inline]
    fn before(&self, day: DayNo) -> u64 {
        self.before[usize::from(day.saturating_sub(self.first)).min(self.before.len() - 1)]
    }

    /// The asked days in a stretch.
    #[inline]
    pub fn within(&self, span: Span) -> u64 {
        self.before(span.to) & !self.before(span.from)
    }
}

/// Stretches of neighbouring set bits: first, and one past the last.
pub(crate) fn runs(mut bits: u64) -> impl Iterator<Item = (usize, usize)> {
    std::iter::from_fn(move || {
        if bits == 0 {
            return None;
        }
        let from = bits.trailing_zeros();
        let to = from + (bits >> from).trailing_ones();
        bits &= u64::MAX.checked_shl(to).unwrap_or(0);
        Some((from as usize, to as usize))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_number_and_a_number_its_day() {
        for one in [date(2000, 1, 1), date(2024, 2, 29), date(2026, 11, 21), date(2150, 12, 31)] {
            assert_eq!(day(number(one)), one);
        }
        assert_eq!(number(date(1999, 12, 31)), 0);
        assert_eq!(number(date(2600, 1, 1)), NEVER - 1);
    }

    #[test]
    fn a_stretch_holds_the_asked_days_from_its_first_to_before_its_last() {
        let days = Days::new(vec![30, 10, 20, 20]);
        let within = |from, to| days.within(Span { from, to });
        assert_eq!(days.numbers(), [10, 20, 30]);
        assert_eq!((days.all(), days.bit(20), days.bit(21)), (0b111, 0b010, 0));
        assert_eq!(within(0, NEVER), 0b111);
        assert_eq!(within(10, 20), 0b001);
        assert_eq!(within(11, 31), 0b110);
        assert_eq!(within(20, 30), 0b010);
        assert_eq!((within(0, 10), within(31, 40), within(20, 20)), (0, 0, 0));
        let many = Days::new((0..200).collect());
        assert_eq!((many.numbers().len(), many.numbers()[0], many.all()), (MOST_DAYS, 136, u64::MAX));
        assert_eq!(Days::new(Vec::new()).within(Span { from: 0, to: NEVER }), 0);
    }

    #[test]
    fn runs_are_found_up_to_the_last_bit() {
        let found = |bits| runs(bits).collect::<Vec<_>>();
        assert_eq!(found(0), []);
        assert_eq!(found(0b1_0110), [(1, 3), (4, 5)]);
        assert_eq!(found(u64::MAX), [(0, 64)]);
        assert_eq!(found(1 << 63), [(63, 64)]);
    }
}
