//! How figures and days are written and read.

use jiff::civil::{Date, DateTime};

use crate::Lang;

impl Lang {
    const fn marks(self) -> (char, char) {
        match self {
            Self::Vi => ('.', ','),
            Self::En => (',', '.'),
        }
    }

    /// A whole number with its thousands apart: 1.234 (vi), 1,234 (en).
    #[must_use]
    pub fn integer(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if number < 0 {
            text.push('−');
        }
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(self.marks().0);
            }
            text.push(digit);
        }
        text
    }

    /// A number with exactly so many digits after the mark, at most 12:
    /// 1.234,50 (vi), 1,234.50 (en). Not a number gives "–".
    #[must_use]
    pub fn decimal(self, number: f64, digits: usize) -> String {
        if !number.is_finite() {
            return "–".to_owned();
        }
        let text = format!("{:.*}", digits.min(12), number.abs());
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
        let mut out = String::new();
        if number < 0.0 && !zero {
            out.push('−');
        }
        match whole.parse::<i64>() {
            Ok(whole) => out.push_str(&self.integer(whole)),
            Err(_) => out.push_str(whole),
        }
        if !rest.is_empty() {
            out.push(self.marks().1);
            out.push_str(rest);
        }
        out
    }

    /// A number with the digits it needs after the mark, at most three:
    /// 1.234,5 (vi), 1,234.5 (en).
    #[must_use]
    pub fn number(self, number: f64) -> String {
        let text = self.decimal(number, 3);
        match text.split_once(self.marks().1) {
            Some((whole, rest)) => match rest.trim_end_matches('0') {
                "" => whole.to_owned(),
                rest => format!("{whole}{}{rest}", self.marks().1),
            },
            None => text,
        }
    }

    /// A share (0 to 1) in per cent with one digit where it needs one:
    /// 62,5 % is written "62,5%" (vi), "62.5%" (en).
    #[must_use]
    pub fn percent(self, share: f64) -> String {
        format!("{}%", self.number((share * 1000.0).round() / 10.0))
    }

    /// A day: 05/02/2025 in both languages.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
    }

    /// A time of a day, of the organisation's clock: "14:05, 05/02/2025".
    #[must_use]
    pub fn time(self, at: DateTime) -> String {
        format!("{:02}:{:02}, {}", at.hour(), at.minute(), self.date(at.date()))
    }
}

/// Reads a day as people type it: 5/2/2025, 05-02-2025, 5.2.2025, or the ISO
/// form 2025-02-05. Two-digit years and impossible days give `None`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts =
        text.trim().split(['/', '-', '.']).map(|part| (part.trim().len(), part.trim().parse::<i16>().ok()));
    let (first_len, first) = parts.next()?;
    let (_, month) = parts.next()?;
    let (last_len, last) = parts.next()?;
    if parts.next().is_some() {
        return None;
    }
    let (year, day) = match (first_len, last_len) {
        (4, 1..=2) => (first?, last?),
        (1..=2, 4) => (last?, first?),
        _ => return None,
    };
    let month = i8::try_from(month?).ok()?;
    let day = i8::try_from(day).ok()?;
    Date::new(year, month, day).ok()
}

/// Reads a number as people type it in the language: "1.234,5", "1234,5",
/// "62,5%" in Vietnamese. Thousands must stand in groups of three; anything
/// else gives `None`.
#[must_use]
pub fn parse_number(lang: Lang, text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (group, mark) = lang.marks();
    let (whole, rest) = text.split_once(mark).unwrap_or((text, "0"));
    let groups: Vec<&str> = whole.split([group, '\u{a0}', ' ']).collect();
    let grouped_well = groups.len() == 1
        || groups
            .iter()
            .enumerate()
            .all(|(at, part)| part.len() == 3 || (at == 0 && (1..=3).contains(&part.len())));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !grouped_well || !groups.iter().all(|part| all_digits(part)) || !all_digits(rest) {
        return None;
    }
    let number: f64 = format!("{}.{rest}", groups.concat()).parse().ok()?;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    #[test]
    fn figures_are_written_as_each_language_does() {
        assert_eq!(Lang::Vi.integer(1_234_567), "1.234.567");
        assert_eq!(Lang::Vi.integer(-1000), "−1.000");
        assert_eq!(Lang::En.integer(999), "999");
        assert_eq!(Lang::Vi.number(1234.5), "1.234,5");
        assert_eq!(Lang::En.number(1234.5), "1,234.5");
        assert_eq!(Lang::Vi.number(1200.0), "1.200");
        assert_eq!(Lang::Vi.decimal(-0.001, 2), "0,00");
        assert_eq!(Lang::Vi.decimal(f64::NAN, 1), "–");
        assert_eq!(Lang::Vi.percent(0.625), "62,5%");
        assert_eq!(Lang::Vi.percent(1.0), "100%");
    }

    #[test]
    fn days_are_read_as_typed() {
        let day = date(2025, 2, 5);
        for text in ["05/02/2025", "5/2/2025", " 5-2-2025 ", "2025-02-05", "5.2.2025"] {
            assert_eq!(parse_date(text), Some(day), "{text}");
        }
        for text in ["30/02/2025", "5/2/25", "5/2", "05/02/2025/1", "tháng 2", ""] {
            assert_eq!(parse_date(text), None, "{text}");
        }
        assert_eq!(Lang::Vi.date(day), "05/02/2025");
        assert_eq!(Lang::Vi.time(day.at(9, 5, 0, 0)), "09:05, 05/02/2025");
    }

    #[test]
    fn numbers_are_read_as_typed() {
        assert_eq!(parse_number(Lang::Vi, "1.234,5"), Some(1234.5));
        assert_eq!(parse_number(Lang::Vi, "1234,5"), Some(1234.5));
        assert_eq!(parse_number(Lang::Vi, "-62,5%"), Some(-62.5));
        assert_eq!(parse_number(Lang::En, "1,234.5"), Some(1234.5));
        for text in ["1.5", "1,234.5", "", ",5", "1.23.456", "12a", "1,,5", "+5"] {
            assert_eq!(parse_number(Lang::Vi, text), None, "{text}");
        }
    }
}
