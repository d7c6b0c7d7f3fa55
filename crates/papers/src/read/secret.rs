//! The mark of state secrets on a document. Documents that bear one are refused (domain.md 3.12).

use serde::{Deserialize, Serialize};

use super::Text;
use crate::fold::fold;

/// The degrees of secrecy of the Law on Protection of State Secrets (29/2018/QH14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretMark {
    /// MẬT
    Secret,
    /// TỐI MẬT
    TopSecret,
    /// TUYỆT MẬT
    UtmostSecret,
}

impl SecretMark {
    /// The mark as it is stamped.
    pub fn stamp(self) -> &'static str {
        match self {
            SecretMark::Secret => "MẬT",
            SecretMark::TopSecret => "TỐI MẬT",
            SecretMark::UtmostSecret => "TUYỆT MẬT",
        }
    }

    /// The key of the sentence with which a marked document is refused; it names `mark`, the stamp.
    pub fn message_id(self) -> &'static str {
        "reading-secret-refused"
    }
}

/// Lines of the first page among which a stamp is looked for.
const FIRST_PAGE: usize = 40;
/// Lines at the head of further pages.
const FURTHER_PAGES: usize = 4;

/// Finds the mark of state secrets: a stamp that stands alone at the head of a page, in a header, or as
/// `Độ mật: Mật`. Prose about secrecy ("bí mật", "bảo mật", "mật độ") is no mark. The highest one counts.
pub fn secret_mark(text: &Text) -> Option<SecretMark> {
    let mut found: Option<SecretMark> = None;
    for (number, page) in text.content.split('\u{c}').enumerate() {
        let most = if number == 0 { FIRST_PAGE } else { FURTHER_PAGES };
        found = found.max(in_lines(page.lines(), most));
    }
    found.max(in_lines(text.margins.lines(), usize::MAX))
}

fn in_lines<'a>(lines: impl Iterator<Item = &'a str>, most: usize) -> Option<SecretMark> {
    let mut found = None;
    let mut before = "";
    let mut seen = 0;
    for line in lines {
        if line.trim().is_empty() {
            before = "";
            continue;
        }
        seen += 1;
        if seen > most {
            break;
        }
        // A page laid out in columns keeps several pieces on a line, with wide gaps between.
        let pieces = line.split("  ").flat_map(|p| p.split('\t'));
        for piece in std::iter::once(line).chain(pieces).filter(|p| !p.trim().is_empty()) {
            found = found.max(labelled(piece).or_else(|| stamp(piece, before)));
        }
        before = line;
    }
    found
}

fn degree(folded: &str) -> Option<SecretMark> {
    match folded {
        "mat" => Some(SecretMark::Secret),
        "toi mat" => Some(SecretMark::TopSecret),
        "tuyet mat" => Some(SecretMark::UtmostSecret),
        _ => None,
    }
}

/// `Độ mật: Tối mật`, `Mức độ mật: Mật`.
fn labelled(piece: &str) -> Option<SecretMark> {
    let (label, value) = piece.split_once(':')?;
    let label = fold(label);
    if !matches!(label.as_str(), "do mat" | "muc do mat" | "do mat cua van ban" | "cap do mat") {
        return None;
    }
    degree(&fold(value))
}

/// A piece in capitals that says the degree and nothing else.
fn stamp(piece: &str, before: &str) -> Option<SecretMark> {
    let letters = piece.trim().trim_matches(|c: char| !c.is_alphabetic());
    if letters.chars().any(char::is_lowercase) {
        return None;
    }
    let folded = fold(letters);
    // Spaced capitals: T U Y Ệ T  M Ậ T
    let spaced = folded.split(' ').count() > 2 && folded.split(' ').all(|w| w.chars().count() == 1);
    let folded = match (spaced, folded.replace(' ', "").as_str()) {
        (true, "mat") => "mat".to_owned(),
        (true, "toimat") => "toi mat".to_owned(),
        (true, "tuyetmat") => "tuyet mat".to_owned(),
        (false, "toimat") => "toi mat".to_owned(),
        (false, "tuyetmat") => "tuyet mat".to_owned(),
        _ => folded,
    };
    let bare = ["tai lieu ", "van ban ", "do ", "dau "]
        .iter()
        .find_map(|p| folded.strip_prefix(p))
        .unwrap_or(&folded);
    let degree = degree(bare)?;
    if degree == SecretMark::Secret {
        // Other words of capitals fold to the same three letters: MẶT, MẤT, MẮT, MÁT.
        let own: String = letters.chars().filter(|c| c.is_alphabetic()).collect();
        if !["MẬT", "MAT", "MẠT"].iter().any(|m| own.ends_with(m)) {
            return None;
        }
        // The end of a wrapped title: … AN TOÀN, BẢO / MẬT.
        let last = fold(before);
        if matches!(last.rsplit(' ').next(), Some("bi" | "bao" | "giu" | "co" | "can" | "can bo")) {
            return None;
        }
    }
    Some(degree)
}
