//! The 8-bit encodings of Vietnamese before Unicode: TCVN3 (ABC fonts), VNI-Windows, windows-1258.
//!
//! Text in them comes as bytes (.txt) or as Latin-1 letters under a font that draws them as Vietnamese
//! (.docx, .pdf, and .txt saved as UTF-8 from such a document). Which one it is is settled by counting
//! Vietnamese syllables; what cannot be settled is refused, never guessed.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::compose;

use super::syllable::{Score, score};

/// A legacy encoding seen through Latin-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Legacy {
    /// TCVN 5712:1993 VN3, the encoding of the ABC fonts (.VnTime and the like).
    Tcvn3,
    /// VNI-Windows: a base letter followed by a mark.
    Vni,
}

impl Legacy {
    pub fn name(self) -> &'static str {
        match self {
            Legacy::Tcvn3 => "TCVN3 (ABC)",
            Legacy::Vni => "VNI-Windows",
        }
    }
}

/// TCVN 5712:1993 VN3, bytes A1 to FE. Capitals with tones do not exist in it: they are small letters
/// under a capital font (.VnTimeH), so that only the seven capitals A1 to A7 tell their case.
#[rustfmt::skip]
const TCVN3: &[(char, char)] = &[
    ('\u{a1}', 'Ă'), ('\u{a2}', 'Â'), ('\u{a3}', 'Ê'), ('\u{a4}', 'Ô'), ('\u{a5}', 'Ơ'), ('\u{a6}', 'Ư'),
    ('\u{a7}', 'Đ'), ('\u{a8}', 'ă'), ('\u{a9}', 'â'), ('\u{aa}', 'ê'), ('\u{ab}', 'ô'), ('\u{ac}', 'ơ'),
    ('\u{ad}', 'ư'), ('\u{ae}', 'đ'), ('\u{b5}', 'à'), ('\u{b6}', 'ả'), ('\u{b7}', 'ã'), ('\u{b8}', 'á'),
    ('\u{b9}', 'ạ'), ('\u{bb}', 'ằ'), ('\u{bc}', 'ẳ'), ('\u{bd}', 'ẵ'), ('\u{be}', 'ắ'), ('\u{c6}', 'ặ'),
    ('\u{c7}', 'ầ'), ('\u{c8}', 'ẩ'), ('\u{c9}', 'ẫ'), ('\u{ca}', 'ấ'), ('\u{cb}', 'ậ'), ('\u{cc}', 'è'),
    ('\u{ce}', 'ẻ'), ('\u{cf}', 'ẽ'), ('\u{d0}', 'é'), ('\u{d1}', 'ẹ'), ('\u{d2}', 'ề'), ('\u{d3}', 'ể'),
    ('\u{d4}', 'ễ'), ('\u{d5}', 'ế'), ('\u{d6}', 'ệ'), ('\u{d7}', 'ì'), ('\u{d8}', 'ỉ'), ('\u{dc}', 'ĩ'),
    ('\u{dd}', 'í'), ('\u{de}', 'ị'), ('\u{df}', 'ò'), ('\u{e1}', 'ỏ'), ('\u{e2}', 'õ'), ('\u{e3}', 'ó'),
    ('\u{e4}', 'ọ'), ('\u{e5}', 'ồ'), ('\u{e6}', 'ổ'), ('\u{e7}', 'ỗ'), ('\u{e8}', 'ố'), ('\u{e9}', 'ộ'),
    ('\u{ea}', 'ờ'), ('\u{eb}', 'ở'), ('\u{ec}', 'ỡ'), ('\u{ed}', 'ớ'), ('\u{ee}', 'ợ'), ('\u{ef}', 'ù'),
    ('\u{f1}', 'ủ'), ('\u{f2}', 'ũ'), ('\u{f3}', 'ú'), ('\u{f4}', 'ụ'), ('\u{f5}', 'ừ'), ('\u{f6}', 'ử'),
    ('\u{f7}', 'ữ'), ('\u{f8}', 'ứ'), ('\u{f9}', 'ự'), ('\u{fa}', 'ỳ'), ('\u{fb}', 'ỷ'), ('\u{fc}', 'ỹ'),
    ('\u{fd}', 'ý'), ('\u{fe}', 'ỵ'),
];

const GRAVE: char = '\u{300}';
const ACUTE: char = '\u{301}';
const CIRCUMFLEX: char = '\u{302}';
const TILDE: char = '\u{303}';
const BREVE: char = '\u{306}';
const HOOK: char = '\u{309}';
const DOT: char = '\u{323}';

/// What a VNI mark (given in its small form) adds to the letter before it: a change of the vowel, a tone.
fn vni_mark(mark: char) -> Option<(Option<char>, Option<char>)> {
    Some(match mark {
        'ø' => (None, Some(GRAVE)),
        'ù' => (None, Some(ACUTE)),
        'û' => (None, Some(HOOK)),
        'õ' => (None, Some(TILDE)),
        'ï' => (None, Some(DOT)),
        'â' => (Some(CIRCUMFLEX), None),
        'à' => (Some(CIRCUMFLEX), Some(GRAVE)),
        'á' => (Some(CIRCUMFLEX), Some(ACUTE)),
        'å' => (Some(CIRCUMFLEX), Some(HOOK)),
        'ã' => (Some(CIRCUMFLEX), Some(TILDE)),
        'ä' => (Some(CIRCUMFLEX), Some(DOT)),
        'ê' => (Some(BREVE), None),
        'è' => (Some(BREVE), Some(GRAVE)),
        'é' => (Some(BREVE), Some(ACUTE)),
        'ú' => (Some(BREVE), Some(HOOK)),
        'ü' => (Some(BREVE), Some(TILDE)),
        'ë' => (Some(BREVE), Some(DOT)),
        _ => return None,
    })
}

/// VNI letters that need no mark.
#[rustfmt::skip]
fn vni_letter(c: char) -> Option<char> {
    Some(match c {
        'ô' => 'ơ', 'Ô' => 'Ơ', 'ö' => 'ư', 'Ö' => 'Ư', 'ñ' => 'đ', 'Ñ' => 'Đ', 'ì' => 'ì', 'Ì' => 'Ì', 'í' => 'í',
        'Í' => 'Í', 'æ' => 'ỉ', 'Æ' => 'Ỉ', 'ó' => 'ĩ', 'Ó' => 'Ĩ', 'ò' => 'ị', 'Ò' => 'Ị', 'î' => 'ỵ', 'Î' => 'Ỵ',
        _ => return None,
    })
}

/// The Vietnamese letter that a base and a mark make in VNI.
fn vni_pair(base: char, mark: char) -> Option<char> {
    let letter = match base {
        'a' | 'A' | 'e' | 'E' | 'o' | 'O' | 'u' | 'U' | 'y' | 'Y' => base,
        'ô' | 'Ô' | 'ö' | 'Ö' => vni_letter(base)?,
        _ => return None,
    };
    let mark = mark.to_lowercase().next()?;
    let (change, tone) = vni_mark(mark)?;
    match change {
        Some(CIRCUMFLEX) if !matches!(letter, 'a' | 'A' | 'e' | 'E' | 'o' | 'O') => return None,
        Some(BREVE) if !matches!(letter, 'a' | 'A') => return None,
        _ => {}
    }
    let letter = change.map_or(Some(letter), |c| compose(letter, c))?;
    // U+1EC7 and its kin compose from the letter with its dot below and the circumflex over it, in either order.
    tone.map_or(Some(letter), |t| {
        compose(letter, t).or_else(|| {
            let joined: String = [letter, t].iter().collect::<String>().nfc().collect();
            let mut chars = joined.chars();
            chars.next().filter(|_| chars.next().is_none())
        })
    })
}

/// Converts text seen through Latin-1. Characters that the encoding does not know stay.
pub(super) fn convert(text: &str, legacy: Legacy) -> String {
    match legacy {
        Legacy::Vni => convert_vni(text),
        Legacy::Tcvn3 => text.split_inclusive('\n').map(convert_tcvn3_line).collect(),
    }
}

fn convert_vni(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek().and_then(|next| vni_pair(c, *next)) {
            Some(letter) => {
                out.push(letter);
                chars.next();
            }
            None => out.push(vni_letter(c).unwrap_or(c)),
        }
    }
    out
}

/// Converts one line of TCVN3 and gives letters with tones the case of their surroundings.
fn convert_tcvn3_line(line: &str) -> String {
    let mut letters: Vec<(char, bool)> = Vec::with_capacity(line.len());
    for c in line.chars() {
        match TCVN3.binary_search_by_key(&c, |(from, _)| *from) {
            Ok(at) => letters.push((TCVN3[at].1, !matches!(c, '\u{a1}'..='\u{a7}'))),
            Err(_) => letters.push((c, false)),
        }
    }
    let uppers = count_certain(&letters, char::is_uppercase);
    let line_is_upper = uppers >= 3 && count_certain(&letters, char::is_lowercase) == 0;
    let mut out = String::with_capacity(line.len() * 2);
    for word in letters.chunk_by(|a, b| a.0.is_alphabetic() == b.0.is_alphabetic()) {
        let lower = count_certain(word, char::is_lowercase);
        let upper = count_certain(word, char::is_uppercase);
        // One capital alone may begin a sentence; two, or one behind a letter with a tone, make a capital word.
        let raise =
            lower == 0 && (upper >= 2 || line_is_upper || (upper == 1 && word.first().is_some_and(|l| l.1)));
        for (c, caseless) in word {
            if *caseless && raise { out.extend(c.to_uppercase()) } else { out.push(*c) }
        }
    }
    out
}

/// Counts the letters of a case, leaving out those whose case the encoding does not tell.
fn count_certain(letters: &[(char, bool)], case: fn(char) -> bool) -> usize {
    letters.iter().filter(|(c, caseless)| !caseless && case(*c)).count()
}

/// What the statistics say of bytes that are no UTF-8.
pub(super) struct Decoded {
    pub text: String,
    pub encoding: &'static str,
}

/// Longest part of a text that is judged.
const SAMPLE: usize = 1 << 20;

/// Reads 8-bit text, if the statistics settle on one encoding.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded> {
    let western = |bytes: &[u8]| encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    let w1258 = |bytes: &[u8]| {
        encoding_rs::WINDOWS_1258.decode_without_bom_handling(bytes).0.nfc().collect::<String>()
    };
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let latin = western(sample);
    if score(&latin).total == 0 {
        return Some(Decoded { text: western(bytes), encoding: "windows-1252" });
    }
    let mut ranked = [
        (score(&convert(&latin, Legacy::Tcvn3)), Legacy::Tcvn3.name()),
        (score(&convert(&latin, Legacy::Vni)), Legacy::Vni.name()),
        (score(&w1258(sample)), "windows-1258"),
    ];
    ranked.sort_by(|a, b| b.0.share().total_cmp(&a.0.share()));
    let [(best, encoding), (second, _), _] = ranked;
    if best.share() < 0.8 || best.share() - second.share() < 0.15 {
        return None;
    }
    let text = match encoding {
        "windows-1258" => w1258(bytes),
        name if name == Legacy::Vni.name() => convert(&western(bytes), Legacy::Vni),
        _ => convert(&western(bytes), Legacy::Tcvn3),
    };
    Some(Decoded { text, encoding })
}

/// Could this line be legacy text seen through Latin-1? Vietnamese in Unicode soon needs a letter beyond it.
fn is_suspect(line: &str) -> bool {
    let mut latin = false;
    for c in line.chars() {
        match c {
            '\u{a1}'..='\u{ff}' => latin = true,
            '\u{100}'..='\u{1b0}' | '\u{300}'..='\u{323}' | '\u{1ea0}'..='\u{1ef9}' => return false,
            _ => {}
        }
    }
    latin
}

/// Judges whether the lines of a Unicode text hold legacy text seen through Latin-1.
pub(super) fn suspect(text: &str) -> Option<Legacy> {
    let mut sample = String::new();
    for line in text.lines().filter(|line| is_suspect(line)) {
        let plain = score(line);
        if plain.valid * 2 < plain.total {
            sample.push_str(line);
            sample.push('\n');
        }
        if sample.len() > SAMPLE {
            break;
        }
    }
    let mut ranked = [Legacy::Tcvn3, Legacy::Vni].map(|legacy| (score(&convert(&sample, legacy)), legacy));
    ranked.sort_by(|a, b| b.0.share().total_cmp(&a.0.share()));
    let [(best, legacy), (second, _)] = ranked;
    (best.total >= 5 && best.share() >= 0.8 && best.share() - second.share() >= 0.15).then_some(legacy)
}

/// Converts the lines that are legacy text and leaves the others as they are.
pub(super) fn convert_suspects(text: &str, legacy: Legacy) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let converted = is_suspect(line).then(|| convert(line, legacy));
        match converted {
            Some(converted) if better(score(&converted), score(line)) => out.push_str(&converted),
            _ => out.push_str(line),
        }
    }
    out
}

fn better(converted: Score, plain: Score) -> bool {
    converted.share() > plain.share()
}

#[cfg(test)]
mod tests {
    use super::{Legacy, convert};

    /// Every letter that Vietnamese adds to ASCII, small and capital, in VNI (written out from its table).
    const VNI: &str = "à=aø á=aù ả=aû ã=aõ ạ=aï ă=aê ằ=aè ắ=aé ẳ=aú ẵ=aü ặ=aë â=aâ ầ=aà ấ=aá ẩ=aå ẫ=aã ậ=aä è=eø é=eù \
        ẻ=eû ẽ=eõ ẹ=eï ê=eâ ề=eà ế=eá ể=eå ễ=eã ệ=eä ì=ì í=í ỉ=æ ĩ=ó ị=ò ò=oø ó=où ỏ=oû õ=oõ ọ=oï ô=oâ ồ=oà ố=oá \
        ổ=oå ỗ=oã ộ=oä ơ=ô ờ=ôø ớ=ôù ở=ôû ỡ=ôõ ợ=ôï ù=uø ú=uù ủ=uû ũ=uõ ụ=uï ư=ö ừ=öø ứ=öù ử=öû ữ=öõ ự=öï ỳ=yø \
        ý=yù ỷ=yû ỹ=yõ ỵ=î đ=ñ À=AØ Á=AÙ Ả=AÛ Ã=AÕ Ạ=AÏ Ă=AÊ Ằ=AÈ Ắ=AÉ Ẳ=AÚ Ẵ=AÜ Ặ=AË Â=AÂ Ầ=AÀ Ấ=AÁ Ẩ=AÅ Ẫ=AÃ \
        Ậ=AÄ È=EØ É=EÙ Ẻ=EÛ Ẽ=EÕ Ẹ=EÏ Ê=EÂ Ề=EÀ Ế=EÁ Ể=EÅ Ễ=EÃ Ệ=EÄ Ì=Ì Í=Í Ỉ=Æ Ĩ=Ó Ị=Ò Ò=OØ Ó=OÙ Ỏ=OÛ Õ=OÕ Ọ=OÏ \
        Ô=OÂ Ồ=OÀ Ố=OÁ Ổ=OÅ Ỗ=OÃ Ộ=OÄ Ơ=Ô Ờ=ÔØ Ớ=ÔÙ Ở=ÔÛ Ỡ=ÔÕ Ợ=ÔÏ Ù=UØ Ú=UÙ Ủ=UÛ Ũ=UÕ Ụ=UÏ Ư=Ö Ừ=ÖØ Ứ=ÖÙ Ử=ÖÛ \
        Ữ=ÖÕ Ự=ÖÏ Ỳ=YØ Ý=YÙ Ỷ=YÛ Ỹ=YÕ Ỵ=Î Đ=Ñ";

    /// The same letters in TCVN3, as they look in Latin-1; capitals with tones do not exist in it.
    const TCVN3: &str = "à=\u{b5} á=¸ ả=¶ ã=· ạ=¹ ă=¨ ằ=» ắ=¾ ẳ=¼ ẵ=½ ặ=Æ â=© ầ=Ç ấ=Ê ẩ=È ẫ=É ậ=Ë è=Ì é=Ð ẻ=Î ẽ=Ï ẹ=Ñ ê=ª ề=Ò ế=Õ \
        ể=Ó ễ=Ô ệ=Ö ì=× í=Ý ỉ=Ø ĩ=Ü ị=Þ ò=ß ó=ã ỏ=á õ=â ọ=ä ô=« ồ=å ố=è ổ=æ ỗ=ç ộ=é ơ=¬ ờ=ê ớ=í ở=ë ỡ=ì ợ=î \
        ù=ï ú=ó ủ=ñ ũ=ò ụ=ô ư=\u{ad} ừ=õ ứ=ø ử=ö ữ=÷ ự=ù ỳ=ú ý=ý ỷ=û ỹ=ü ỵ=þ đ=® Ă=¡ Â=¢ Ê=£ Ô=¤ Ơ=¥ Ư=¦ Đ=§";

    #[test]
    fn every_letter_of_vni_and_tcvn3_in_both_cases() {
        let pairs = |table: &'static str| table.split_whitespace().filter_map(|p| p.split_once('='));
        assert_eq!((pairs(VNI).count(), pairs(TCVN3).count()), (134, 67 + 7));
        for (legacy, table) in [(Legacy::Vni, VNI), (Legacy::Tcvn3, TCVN3)] {
            for (letter, coded) in pairs(table) {
                assert_eq!(convert(coded, legacy), letter);
                assert_eq!(convert(&format!("x{coded}n"), legacy), format!("x{letter}n"));
            }
        }
        for (letter, coded) in pairs(TCVN3) {
            let capital = letter.to_uppercase();
            assert_eq!(convert(&format!("NH{coded}NG"), Legacy::Tcvn3), format!("NH{capital}NG"));
        }
    }
}
