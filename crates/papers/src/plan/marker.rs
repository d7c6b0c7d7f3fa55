//! The signs that open an item: `A.`, `I.`, `1.`, `2.1.`, `a)`, `-`, `+`, `Phụ lục`, `Điều`.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::never_fails;
use super::passage::Passage;

/// What kind of sign it is. The order is the usual order of levels, outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The document itself, above everything.
    Root,
    /// "Phụ lục".
    Appendix,
    /// "Phần", "Chương".
    Part,
    /// `A.`
    Upper,
    /// `I.`
    Roman,
    /// "Điều 1."
    Article,
    /// `1.`, `2.1.`, `2.1.3.`: the number of components.
    Number(u8),
    /// `a)`
    Letter,
    /// `(1)`
    Paren,
    /// `-`
    Dash,
    /// `•`, `*`
    Dot,
    /// `+`, `o`
    Plus,
}

impl Kind {
    pub fn is_bullet(self) -> bool {
        matches!(self, Kind::Dash | Kind::Dot | Kind::Plus)
    }

    /// Levels whose headings are never a task by themselves.
    pub fn is_large(self) -> bool {
        self <= Kind::Roman
    }
}

/// A sign read at the beginning of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub kind: Kind,
    /// Position in its row of siblings, 1 for the first; 0 for bullets.
    pub value: u32,
    /// All components of a number.
    pub parts: Vec<u32>,
    /// As printed, without its dot or bracket.
    pub label: String,
    /// Characters it takes, with the space behind it.
    pub len: usize,
}

/// The alphabet of lists; f, j, w and z are not used in official papers.
const LETTERS: [char; 25] = [
    'a', 'b', 'c', 'd', 'đ', 'e', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
    'x', 'y', 'f', 'j',
];

static APPENDIX: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"^phu luc(?:\s+(?:so\s+)?([ivxl]{1,6}|\d{1,2}|[a-h]))?\s*(?:[.:)-]\s*|$|\s)")
});
static PART: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(r"^(phan|chuong)\s+(?:thu\s+)?(nhat|hai|ba|bon|tu|nam|sau|[ivx]{1,5}|\d{1,2})\b\s*[.:)-]?\s*")
});
static ARTICLE: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^dieu\s+(\d{1,3})\s*[.:]\s*"));
static ROMAN: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"^([ivx]{1,6})\s*(?:[.):]|/\s|-\s|\s-)\s*(?:-\s*)?"));
static UPPER: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^([a-h])\s*(?:[.)/]|-)\s+"));
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| never_fails(r"^(\d{1,3}(?:\.\d{1,2}){0,4})\s*([.)/:]|-\s|\s|$)\s*"));
static DATED: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^[^,.;]{2,40}, ngay\s+\d{1,2}\s+thang\s+\d"));
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    never_fails(
        r"^(?:nhiem vu|giai phap|noi dung|hoat dong|cong viec|viec|de an|du an|chuong trinh|hang muc)\s+(?:so\s+|thu\s+)?(\d{1,2})\s*[.:)-]\s*",
    )
});
static PAREN: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^\((\d{1,2})\)\s*"));

/// Reads the sign at the beginning of a line.
pub(super) fn marker(text: &Passage) -> Option<Marker> {
    let first = text.first()?;
    let sign = text.fold.as_bytes()[0];
    match sign {
        b'-' | b'*' | b'+' => bullet(text, first),
        b'(' => {
            let found = PAREN.captures(&text.fold)?;
            let label = found.get(1)?.as_str();
            Some(simple(Kind::Paren, label.parse().ok()?, label, found.get(0)?.end()))
        }
        b'0'..=b'9' => number(text),
        _ if first.is_alphabetic() => named(text, first),
        _ => None,
    }
}

fn simple(kind: Kind, value: u32, label: &str, len: usize) -> Marker {
    Marker { kind, value, parts: vec![value], label: label.to_owned(), len }
}

fn bullet(text: &Passage, first: char) -> Option<Marker> {
    let mut len = 1;
    while len < text.len() && text.chars[len].is_whitespace() {
        len += 1;
    }
    let next = *text.chars.get(len)?;
    // "+15%", "-5 °C" are values; "-Kết nối" is an item whose space was lost.
    if len == 1 && !next.is_uppercase() && next != '“' {
        return None;
    }
    // The star below the issuer, beside the place and the day.
    if DATED.is_match(&text.fold[len..]) {
        return None;
    }
    let kind = match (text.fold.as_bytes()[0], first) {
        (b'-', _) => Kind::Dash,
        (b'+', _) | (_, '◦' | '·' | '○') => Kind::Plus,
        _ => Kind::Dot,
    };
    Some(simple(kind, 0, "", len))
}

fn number(text: &Passage) -> Option<Marker> {
    let found = NUMBER.captures(&text.fold)?;
    let label = found.get(1)?.as_str();
    let parts: Vec<u32> = label.split('.').map(|p| p.parse().unwrap_or(0)).collect();
    let close = found.get(2)?.as_str();
    let bare = close.trim().is_empty();
    // "3.000 lượt" and "0.5" are amounts; a single number needs its dot or bracket.
    if parts.contains(&0)
        || label.split('.').any(|p| p.len() > 1 && p.starts_with('0'))
        || (bare && parts.len() == 1)
    {
        return None;
    }
    let end = found.get(0)?.end();
    // "1/ Việc" is an item, "8/12 tạp chí" an amount.
    if (close == "/" && found.get(2)?.end() == end)
        || (end < text.len() && text.chars[end].is_lowercase() && close != ")")
    {
        return None;
    }
    let glued = found.get(2)?.end() == end && end < text.len() && !close.ends_with(' ');
    if glued && (text.chars[end].is_ascii_digit() || text.chars[end] == '%') {
        return None;
    }
    let value = *parts.last()?;
    let depth = u8::try_from(parts.len()).unwrap_or(5);
    Some(Marker { kind: Kind::Number(depth), value, parts, label: label.to_owned(), len: end })
}

fn named(text: &Passage, first: char) -> Option<Marker> {
    if first.is_uppercase() {
        if let Some(found) = APPENDIX.captures(&text.fold) {
            let label = found.get(1).map_or("", |m| m.as_str()).to_uppercase();
            let value = roman(&label).or_else(|| label.parse().ok()).unwrap_or(0);
            let end = found.get(0)?.end();
            // "Phụ lục đính kèm Kế hoạch này" in running text is no heading.
            let heading = end >= text.len() || text.is_caps(3) || !text.chars[end].is_lowercase();
            return heading.then(|| simple(Kind::Appendix, value, &label, end.min(text.len())));
        }
        if let Some(found) = PART.captures(&text.fold) {
            let word = found.get(2)?.as_str();
            let value = ordinal(word)?;
            let label = text.text(0..found.get(2)?.end());
            return Some(simple(Kind::Part, value, &label, found.get(0)?.end()));
        }
        if let Some(found) = ARTICLE.captures(&text.fold) {
            let value = found.get(1)?.as_str().parse().ok()?;
            return Some(simple(Kind::Article, value, &format!("Điều {value}"), found.get(0)?.end()));
        }
        // "Nhiệm vụ 3. ...": an item that says what it is.
        if let Some(found) =
            TITLED.captures(&text.fold).filter(|found| found.get(0).is_some_and(|m| m.end() < text.len()))
        {
            let label = found.get(1)?.as_str();
            let label = label.trim_start_matches('0');
            return Some(simple(Kind::Number(1), label.parse().ok()?, label, found.get(0)?.end()));
        }
        if let Some(found) = ROMAN.captures(&text.fold) {
            let label = text.text(found.get(1)?.range());
            if !label.chars().any(char::is_lowercase) {
                return Some(simple(Kind::Roman, roman(&label)?, &label, found.get(0)?.end()));
            }
        }
        if let Some(found) = UPPER.captures(&text.fold) {
            let value = LETTERS.iter().position(|l| *l == first.to_lowercase().next().unwrap_or(first))?;
            return Some(simple(
                Kind::Upper,
                u32::try_from(value).ok()? + 1,
                &first.to_string(),
                found.get(0)?.end(),
            ));
        }
        return None;
    }
    letter(text, first)
}

fn letter(text: &Passage, first: char) -> Option<Marker> {
    let close = *text.chars.get(1)?;
    if close != ')' && !(close == '.' && text.chars.get(2) == Some(&' ')) {
        // "o  việc" is a bullet of some word processors.
        if first == 'o' && close == ' ' && text.chars.get(2).is_some_and(|c| c.is_uppercase()) {
            return Some(simple(Kind::Plus, 0, "", 2));
        }
        return None;
    }
    let value = LETTERS.iter().position(|l| *l == first)?;
    let mut len = 2;
    while len < text.len() && text.chars[len].is_whitespace() {
        len += 1;
    }
    Some(simple(Kind::Letter, u32::try_from(value).ok()? + 1, &first.to_string(), len))
}

/// The value of a Roman number up to 39.
pub(super) fn roman(label: &str) -> Option<u32> {
    let mut total = 0;
    let mut last = 0;
    for c in label.chars().rev() {
        let value = match c {
            'I' => 1,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            _ => return None,
        };
        if value < last {
            total -= value;
        } else {
            total += value;
            last = value;
        }
    }
    (total > 0).then_some(total as u32)
}

fn ordinal(word: &str) -> Option<u32> {
    Some(match word {
        "nhat" => 1,
        "hai" => 2,
        "ba" => 3,
        "bon" | "tu" => 4,
        "nam" => 5,
        "sau" => 6,
        _ => return roman(&word.to_uppercase()).or_else(|| word.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(Kind, u32, usize)> {
        let mut text = Passage::default();
        for (i, c) in line.chars().enumerate() {
            text.push(c, u32::try_from(i).unwrap_or(0));
        }
        marker(&text).map(|m| (m.kind, m.value, m.len))
    }

    #[test]
    fn signs_are_read() {
        assert_eq!(read("IV. TỔ CHỨC"), Some((Kind::Roman, 4, 4)));
        assert_eq!(read("B. NHIỆM VỤ"), Some((Kind::Upper, 2, 3)));
        assert_eq!(read("2.1. Đến năm 2030"), Some((Kind::Number(2), 1, 5)));
        assert_eq!(read("đ) Vận động"), Some((Kind::Letter, 5, 3)));
        assert_eq!(read("-Kết nối"), Some((Kind::Dash, 0, 1)));
        assert_eq!(read("Phụ lục I"), Some((Kind::Appendix, 1, 9)));
        assert_eq!(read("1- Ban Tuyên giáo"), Some((Kind::Number(1), 1, 3)));
        assert_eq!(read("II- NHIỆM VỤ"), Some((Kind::Roman, 2, 4)));
        assert_eq!(read("1/ Việc một"), Some((Kind::Number(1), 1, 3)));
        assert_eq!(read("Nhiệm vụ 2: Xây dựng"), Some((Kind::Number(1), 2, 12)));
        assert_eq!(read("Điều 3. Chánh Văn phòng"), Some((Kind::Article, 3, 8)));
    }

    #[test]
    fn amounts_and_dates_are_no_signs() {
        for line in [
            "3.000 lượt",
            "15/11 hằng năm",
            "+15%/năm",
            "2025 và các năm",
            "57-NQ/TW",
            "Phụ lục đính kèm",
            "i ốt",
            "10 nhiệm vụ",
            "V/v triển khai",
            "* Phú Lâm, ngày 16 tháng 10 năm 2025",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
