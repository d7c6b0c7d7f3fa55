//! Source text → clean lines: marks of emphasis, rules and page furniture are taken out, positions kept.

use super::passage::Passage;
use crate::read::Text;

/// One line after clean-up.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub text: Passage,
    /// Empty lines before it.
    pub blanks: usize,
    /// It is the first of a page.
    pub page: bool,
    /// It is a lone `|`, the border between two cells of a table written out line by line.
    pub border: bool,
    /// Marked as a heading with `#`.
    pub heading: bool,
    /// Scalar offset of the beginning of the raw line.
    pub start: usize,
}

/// The lines of a text, without empty ones.
pub(super) fn lines(text: &Text) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut blanks = 0;
    let mut page = true;
    let mut raw: Vec<char> = Vec::new();
    let mut start = 0;
    let paged = text.content.contains('\u{c}');
    let mut finish = |raw: &[char], start: usize, page: bool, blanks: &mut usize| {
        let border = raw.iter().filter(|c| !c.is_whitespace()).eq(['|'].iter());
        let cleaned = clean(raw, start);
        if cleaned.is_empty() && !border {
            *blanks += 1;
            return;
        }
        // Texts whose page feeds were lost keep one space at the beginning of each page.
        let indented = !paged && raw.first() == Some(&' ') && raw.get(1).is_some_and(|c| !c.is_whitespace());
        let heading = raw.iter().find(|c| !c.is_whitespace()) == Some(&'#');
        out.push(Line { text: cleaned, blanks: *blanks, page: page || indented, border, heading, start });
        *blanks = 0;
    };
    for (offset, c) in text.content.chars().enumerate() {
        match c {
            '\n' | '\u{c}' => {
                finish(&raw, start, page, &mut blanks);
                page = c == '\u{c}' || (page && raw.iter().all(|c| c.is_whitespace()));
                raw.clear();
                start = offset + 1;
            }
            _ => raw.push(c),
        }
    }
    finish(&raw, start, page, &mut blanks);
    drop_footnotes(&mut out);
    drop_furniture(&mut out, paged);
    out
}

/// The small raised digits that call for a footnote.
fn is_raised(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// A raised digit behind these is a unit of area or volume.
const MEASURES: [&str; 5] = ["m", "km", "cm", "dm", "mm"];

/// Takes out footnotes below their page, and the small digits that call for them.
fn drop_footnotes(lines: &mut Vec<Line>) {
    let mut note = false;
    lines.retain_mut(|line| {
        let opens = line.text.first().is_some_and(is_raised);
        let goes_on =
            note && line.blanks == 0 && !line.page && line.text.first().is_some_and(|c| c.is_lowercase());
        note = opens || goes_on;
        if line.text.chars.iter().any(|c| is_raised(*c)) {
            line.text = without_calls(&line.text);
        }
        !note
    });
}

fn without_calls(text: &Passage) -> Passage {
    let mut out = Passage::default();
    for (i, (&c, &at)) in text.chars.iter().zip(&text.at).enumerate() {
        let word = text.fold[..i].rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if !is_raised(c) || MEASURES.contains(&word) {
            out.push(c, at);
        }
    }
    out
}

/// Takes out emphasis (`**`, `*`), heading signs, images and rules; tabs and text stay.
fn clean(raw: &[char], offset: usize) -> Passage {
    let mut out = Passage::default();
    let mut i = raw.iter().take_while(|c| c.is_whitespace() && **c != '\t').count();
    let end = raw.len() - raw.iter().rev().take_while(|c| c.is_whitespace()).count();
    if i >= end || is_rule(&raw[i..end]) {
        return out;
    }
    if raw[i] == '#' {
        while i < end && (raw[i] == '#' || raw[i] == ' ') {
            i += 1;
        }
    }
    // "*   item" is a bullet, "*words*" is emphasis.
    if raw[i..].starts_with(&['*', ' ']) && raw[i..end].iter().any(|c| c.is_alphanumeric()) {
        let emphasis =
            raw[i + 1..end].iter().filter(|c| **c == '*').count() % 2 == 1 && raw.get(i + 2) != Some(&' ');
        if !emphasis {
            out.push('•', at(offset + i));
        }
        i += 1;
        out.push(' ', at(offset + i));
    }
    while i < end {
        let c = raw[i];
        match c {
            '*' => {}
            '!' if raw[i..end].starts_with(&['!', '[']) => {
                if let Some(close) = raw[i..end].iter().position(|c| *c == ')') {
                    i += close;
                }
            }
            '`' if raw[i..end].starts_with(&['`', '`', '`']) => i += 2,
            '|' if i + 1 == end && !raw[..i].contains(&'|') => {}
            '\u{200b}' | '\u{feff}' | '\u{ad}' | '\r' | '\0' => {}
            '\t' => out.push('\t', at(offset + i)),
            _ if c.is_whitespace() => {
                if !out.fold.ends_with(' ') && !out.is_empty() {
                    out.push(' ', at(offset + i));
                }
            }
            _ => out.push(c, at(offset + i)),
        }
        i += 1;
    }
    if !out.chars.contains(&'\t') {
        out = out.part(0..out.len());
    }
    out
}

fn at(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A line of dashes, underscores, stars or dots, or code fences.
fn is_rule(raw: &[char]) -> bool {
    raw.iter().all(|c| matches!(c, '-' | '_' | '=' | '*' | '.' | '–' | '—' | ' ' | '`' | '~'))
        && raw.len() >= 3
}

/// Page numbers at the edge of a page and lines that return on at least three pages there.
fn drop_furniture(lines: &mut Vec<Line>, paged: bool) {
    if !paged {
        return;
    }
    let mut counts: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let edge = |lines: &[Line], i: usize| lines[i].page || lines.get(i + 1).is_none_or(|next| next.page);
    let shape = |line: &Line| -> String { line.text.fold.chars().filter(|c| !c.is_ascii_digit()).collect() };
    for i in 0..lines.len() {
        if edge(lines, i) && lines[i].text.len() < 120 {
            *counts.entry(shape(&lines[i])).or_default() += 1;
        }
    }
    let drop: Vec<bool> = (0..lines.len())
        .map(|i| {
            let line = &lines[i];
            edge(lines, i)
                && line.text.len() < 120
                && (is_page_number(&line.text) || counts.get(&shape(line)).is_some_and(|n| *n >= 3))
        })
        .collect();
    let mut page = false;
    let mut i = 0;
    lines.retain_mut(|line| {
        let gone = drop[i];
        i += 1;
        if gone {
            page |= line.page;
            return false;
        }
        line.page |= std::mem::take(&mut page);
        true
    });
}

/// "12", "- 12 -", "Trang 12", "12/40".
pub(super) fn is_page_number(text: &Passage) -> bool {
    let digits = text.fold.chars().filter(char::is_ascii_digit).count();
    let rest: String = text.fold.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    (1..=6).contains(&digits)
        && text.len() <= 14
        && (rest.is_empty() || rest == "trang" || rest == "page")
        && !text.fold.contains(['%', ')', '(', ',', ';', ':'])
        && !text.fold.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Vec<String> {
        let text = Text { content: content.to_owned(), ..Text::default() };
        lines(&text).iter().map(|l| l.text.all()).collect()
    }

    #[test]
    fn emphasis_goes_and_bullets_stay() {
        assert_eq!(
            read("**I. MỤC TIÊU**\n*   Việc một\n*- Nông nghiệp*\n-----\n"),
            ["I. MỤC TIÊU", "• Việc một", "- Nông nghiệp"]
        );
    }

    #[test]
    fn footnotes_go_with_their_calls() {
        let text =
            "lập hồ sơ điện tử¹, diện tích 30 m².\n____\n¹ Theo Thông tư số 1\nvề hồ sơ.\n\n2. Việc sau";
        assert_eq!(read(text), ["lập hồ sơ điện tử, diện tích 30 m².", "2. Việc sau"]);
    }

    #[test]
    fn page_numbers_and_running_heads_go() {
        let page = |n: u32| format!("KẾ HOẠCH 12\nnội dung trang\nhết ý.\n{n}\u{c}");
        let text: String = (1..=4).map(page).collect();
        assert!(!read(&text).iter().any(|l| l.starts_with("KẾ HOẠCH") || l.len() == 1));
    }
}
