//! Words that were cut at the end of a line: "li-⏎ệu", "2025-⏎2030", "12/KH-⏎UBND".

use std::borrow::Cow;

use super::syllable::is_syllable;

/// Signs that a line may be cut with.
const HYPHENS: [char; 3] = ['-', '\u{ad}', '\u{2010}'];

/// The text with cut words whole again, at the end of the line that they began on. A hyphen that belongs to the words
/// stays, and what may be two words is left as it is.
pub(super) fn joined(text: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut done = 0;
    for (end, _) in text.match_indices('\n') {
        if end < done {
            continue;
        }
        let Some(cut) = cut(&text[done..end], &text[end + 1..]) else { continue };
        let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
        out.push_str(&text[done..done + cut.keep]);
        let rest = &text[end + 1..];
        let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        out.push_str(&rest[indent..indent + cut.word]);
        done = end + 1 + indent + cut.word;
        let after = &text[done..];
        let blank = after.len() - after.trim_start_matches([' ', '\t', '\r']).len();
        // Where the line held nothing else it goes; its end is the end of the line before.
        if !after[blank..].is_empty() && !after[blank..].starts_with('\n') {
            out.push('\n');
            out.push_str(&rest[..indent]);
            done += blank;
        }
    }
    match out {
        Some(mut out) => {
            out.push_str(&text[done..]);
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

/// A word cut in two.
struct Cut {
    /// Bytes of the first line that stay.
    keep: usize,
    /// Bytes of the word's second part, with the signs at its end.
    word: usize,
}

/// The cut at the end of `before`, where it is one; `after` begins with the next line.
fn cut(before: &str, after: &str) -> Option<Cut> {
    let before = before.trim_end_matches(['\r', ' ']);
    let stem = before.strip_suffix(HYPHENS)?;
    let line = after.split('\n').next()?.trim_start_matches([' ', '\t']);
    let second = line.split(|c: char| c.is_whitespace()).next()?;
    let first = stem.rsplit(|c: char| c.is_whitespace()).next()?;
    let letters =
        |word: &str| word.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum::<usize>();
    let begun = first.trim_start_matches(|c: char| !c.is_alphabetic());
    let (tail, digits) = (&second[..letters(second)], |word: &str| word.bytes().all(|b| b.is_ascii_digit()));
    let syllable = !tail.is_empty()
        && tail.starts_with(char::is_lowercase)
        && begun.chars().all(char::is_alphabetic)
        && is_syllable(&format!("{begun}{tail}"));
    let years = first.len() >= 4
        && second.len() >= 4
        && first.get(first.len() - 4..).is_some_and(digits)
        && second.get(..4).is_some_and(digits);
    let code =
        first.contains('/') && first.ends_with(char::is_alphabetic) && second.starts_with(char::is_uppercase);
    match (syllable, years || code) {
        (true, _) => Some(Cut { keep: stem.len(), word: second.len() }),
        (false, true) => Some(Cut { keep: before.len(), word: second.len() }),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn cut_words_are_made_whole() {
        for (cut, whole) in [
            ("cơ sở dữ li-\nệu, dùng chung", "cơ sở dữ liệu,\ndùng chung"),
            ("Công ng-\nhệ\n- Thời hạn", "Công nghệ\n- Thời hạn"),
            ("Công ng-\nhệ", "Công nghệ"),
            ("của (ngh-\r\n   ị quyết) này", "của (nghị\n   quyết) này"),
            ("giai đoạn 2025-\n2030 và", "giai đoạn 2025-2030\nvà"),
            ("Số: 12/KH-\nUBND ngày", "Số: 12/KH-UBND\nngày"),
            ("chuy\u{ad}\nển đổi tri-\nển khai", "chuyển\nđổi triển\nkhai"),
        ] {
            assert_eq!(joined(cut), whole, "{cut}");
        }
    }

    #[test]
    fn other_hyphens_stay() {
        for text in [
            "Việt Nam -\nLào",
            "e-\nlearning",
            "Hà Nội-\nHải Phòng",
            "- một\n- hai-\n- ba",
            "ngh-\n\nệ",
            "ngh-\n\u{c}ệ",
            "-\n-\n",
            "khoa-\nhọc",
            "từ 5-\n7 mô hình",
            "a-",
        ] {
            assert_eq!(joined(text), text, "{text}");
        }
    }
}
