//! Where a text sets the tone of oa, oe, uy: hoá or hóa, uỷ or ủy. Both are in use; a repair keeps to the
//! text's own way.

/// The endings with the tone on the first vowel, and on the second.
const ENDINGS: [(&str, &str); 15] = [
    ("òa", "oà"),
    ("óa", "oá"),
    ("ỏa", "oả"),
    ("õa", "oã"),
    ("ọa", "oạ"),
    ("òe", "oè"),
    ("óe", "oé"),
    ("ỏe", "oẻ"),
    ("õe", "oẽ"),
    ("ọe", "oẹ"),
    ("ùy", "uỳ"),
    ("úy", "uý"),
    ("ủy", "uỷ"),
    ("ũy", "uỹ"),
    ("ụy", "uỵ"),
];

/// Does the text set more tones on the second vowel than on the first?
pub(super) fn sets_tones_late(text: &str) -> bool {
    let (mut early, mut late) = (0, 0);
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_ascii()) {
        let word = word.to_lowercase();
        early += u32::from(ENDINGS.iter().any(|(ending, _)| word.ends_with(ending)));
        late += u32::from(!word.starts_with('q') && ENDINGS.iter().any(|(_, ending)| word.ends_with(ending)));
    }
    late > early
}

/// A syllable in lower case, its tone on the second vowel.
pub(super) fn tone_late(word: &str) -> String {
    let found = ENDINGS.iter().find_map(|(early, late)| Some((word.strip_suffix(early)?, late)));
    match found {
        Some((start, late)) if start != "q" => format!("{start}{late}"),
        _ => word.to_owned(),
    }
}

/// A syllable set as the text sets its tones; its first letter may be a capital.
pub(super) fn set(word: &str, late: bool) -> String {
    let small = word.to_lowercase();
    let late = if late { tone_late(&small) } else { small.clone() };
    if late == small {
        return word.to_owned();
    }
    let capital = word.starts_with(char::is_uppercase);
    let mut chars = late.chars();
    match chars.next() {
        Some(first) if capital => first.to_uppercase().chain(chars).collect(),
        _ => late,
    }
}

#[cfg(test)]
mod tests {
    use super::{sets_tones_late, tone_late};

    #[test]
    fn both_ways_are_told_apart() {
        assert!(sets_tones_late("Số hoá tài liệu của Uỷ ban; quý II"));
        assert!(!sets_tones_late("Số hóa tài liệu của Ủy ban; quý II và quý III"));
        assert_eq!(["hóa", "ủy", "toàn", "qúy"].map(tone_late), ["hoá", "uỷ", "toàn", "qúy"]);
    }
}
