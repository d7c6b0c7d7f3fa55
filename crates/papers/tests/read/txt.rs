use papers::read::{Found, Note, ReadError};

use crate::samples::{PROSE, read_any};

fn content(bytes: &[u8]) -> String {
    read_any("a.txt", bytes).unwrap().content
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// Letter by letter, for any map from letters to bytes; the letters of `PROSE` only.
fn encode(text: &str, map: impl Fn(char) -> Vec<u8>) -> Vec<u8> {
    text.chars().flat_map(|c| if c.is_ascii() { vec![c as u8] } else { map(c) }).collect()
}

fn tcvn3(c: char) -> Vec<u8> {
    let pairs = "à\u{b5} ả\u{b6} ã\u{b7} á\u{b8} ạ\u{b9} ă\u{a8} ằ\u{bb} ắ\u{be} ặ\u{c6} â\u{a9} ầ\u{c7} ẩ\u{c8} ấ\u{ca} ậ\u{cb} \
        è\u{cc} ẻ\u{ce} ã\u{b7} ĩ\u{dc} ỉ\u{d8} ê\u{aa} ề\u{d2} ể\u{d3} ế\u{d5} ệ\u{d6} í\u{dd} ị\u{de} ì\u{d7} ò\u{df} ó\u{e3} ọ\u{e4} ô\u{ab} ồ\u{e5} ổ\u{e6} \
        ố\u{e8} ộ\u{e9} ơ\u{ac} ờ\u{ea} ớ\u{ed} ợ\u{ee} ủ\u{f1} ụ\u{f4} ú\u{f3} ư\u{ad} ừ\u{f5} ử\u{f6} ữ\u{f7} ứ\u{f8} ự\u{f9} ỷ\u{fb} \
        ý\u{fd} đ\u{ae} Đ\u{a7} Ư\u{a6} Ô\u{a4} Ă\u{a1} Â\u{a2}";
    let lower = c.to_lowercase().next().unwrap();
    let find = |c: char| pairs.split(' ').find(|p| p.starts_with(c)).map(|p| p.chars().nth(1).unwrap() as u8);
    vec![find(c).or_else(|| find(lower)).unwrap_or_else(|| panic!("{c}"))]
}

fn vni(c: char) -> Vec<u8> {
    let pairs = "à=aø ả=aû ã=aõ á=aù ạ=aï ă=aê ằ=aè ắ=aé ặ=aë â=aâ ầ=aà ẩ=aå ấ=aá ậ=aä è=eø ẻ=eû ĩ=ó ỉ=æ ê=eâ ề=eà ể=eå ế=eá ệ=eä \
        í=í ị=ò ì=ì ò=oø ó=où ọ=oï ô=oâ ồ=oà ổ=oå ố=oá ộ=oä ơ=ô ờ=ôø ớ=ôù ợ=ôï ủ=uû ụ=uï ú=uù ư=ö ừ=öø ử=öû ữ=öõ ứ=öù \
        ự=öï ỷ=yû ý=yù đ=ñ Ủ=UÛ Ộ=OÄ Đ=Ñ Ă=AÊ Ộ=OÄ Ớ=ÔÙ";
    let hit = pairs.split_whitespace().find_map(|p| p.split_once('=').filter(|(l, _)| l.starts_with(c)));
    hit.unwrap_or_else(|| panic!("{c}")).1.chars().map(|c| c as u8).collect()
}

#[test]
fn every_unicode_form_reads_the_same() {
    let nfd: String = unicode_normalization::UnicodeNormalization::nfd(PROSE).collect();
    let mut bom = b"\xef\xbb\xbf".to_vec();
    bom.extend(PROSE.bytes());
    let with_mark = format!("\u{feff}{PROSE}");
    let dos = PROSE.replace('\n', "\r\n");
    let mac = PROSE.replace('\n', "\r");
    let eth = PROSE.replace('đ', "ð").replace('Đ', "Ð");
    let wide = PROSE.replace(' ', "\u{a0}");
    for (what, bytes) in [
        ("utf-8", PROSE.as_bytes().to_vec()),
        ("bom", bom),
        ("nfd", nfd.into_bytes()),
        ("crlf", dos.into_bytes()),
        ("cr", mac.into_bytes()),
        ("eth", eth.into_bytes()),
        ("nbsp", wide.into_bytes()),
        ("utf-16le", utf16(&with_mark, u16::to_le_bytes)),
        ("utf-16be", utf16(&with_mark, u16::to_be_bytes)),
        ("utf-16le, no mark", utf16(PROSE, u16::to_le_bytes)),
        ("utf-16be, no mark", utf16(PROSE, u16::to_be_bytes)),
    ] {
        assert_eq!(content(&bytes), PROSE, "{what}");
    }
}

#[test]
fn lines_and_pages_stay() {
    assert_eq!(content("a  b\n\n\tc \u{c}d\u{200b}e\u{7}".as_bytes()), "a  b\n\n\tc \u{c}de");
}

#[test]
fn legacy_bytes_are_converted_and_told() {
    for (name, bytes) in [("TCVN3 (ABC)", encode(PROSE, tcvn3)), ("VNI-Windows", encode(PROSE, vni))] {
        let text = read_any("a.txt", &bytes).unwrap();
        let expected = if name == "VNI-Windows" { PROSE.to_owned() } else { PROSE.replace("Ủy", "ủy") };
        assert_eq!(text.content, expected, "{name}");
        assert_eq!(text.notes, [Note::Converted { encoding: name.to_owned() }]);
    }
    let nfd_tones: String = unicode_normalization::UnicodeNormalization::nfd(PROSE).collect();
    let composed: String = nfd_tones
        .replace("a\u{302}", "â")
        .replace("a\u{306}", "ă")
        .replace("e\u{302}", "ê")
        .replace("o\u{302}", "ô")
        .replace("o\u{31b}", "ơ")
        .replace("u\u{31b}", "ư")
        .replace("a\u{323}\u{302}", "â\u{323}")
        .replace("e\u{323}\u{302}", "ê\u{323}")
        .replace("o\u{323}\u{302}", "ô\u{323}")
        .replace("a\u{323}\u{306}", "ă\u{323}");
    let (bytes, _, failed) = encoding_rs::WINDOWS_1258.encode(&composed);
    assert!(!failed);
    let text = read_any("a.txt", &bytes).unwrap();
    assert_eq!(text.content, PROSE);
    assert_eq!(text.notes, [Note::Converted { encoding: "windows-1258".to_owned() }]);
}

#[test]
fn legacy_text_saved_as_unicode_is_converted_too() {
    for map in [tcvn3 as fn(char) -> Vec<u8>, vni] {
        let latin: String = encode(PROSE, map).iter().map(|b| char::from(*b)).collect();
        let mixed = format!("Dòng này đã là Unicode từ trước.\n{latin}");
        let text = content(mixed.as_bytes());
        assert!(text.contains("Dòng này đã là Unicode từ trước.\n"), "{text}");
        assert!(text.contains("phối hợp với các đơn vị"), "{text}");
    }
}

#[test]
fn capitals_of_tcvn3_follow_their_line() {
    let text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nKẾ HOẠCH\nVà đây là nội dung của kế hoạch năm.\n";
    let bytes = encode(text, |c| match c {
        'Ĩ' => vec![0xdc],
        c => tcvn3(c),
    });
    assert_eq!(content(&bytes), text);
}

#[test]
fn what_cannot_be_settled_is_refused() {
    let french = encoding_rs::WINDOWS_1252
        .encode("Le théâtre où règne l'été, été déjà très français, forêt, naïveté")
        .0
        .into_owned();
    assert_eq!(read_any("a.txt", &french).unwrap_err(), ReadError::UnknownEncoding);
    assert_eq!(
        read_any("a.txt", b"a\0b\0\x01\0\0\0\0zz").unwrap_err(),
        ReadError::Unsupported { found: Found::Unknown }
    );
    assert_eq!(read_any("a.txt", &[0xff, 0xfe, 0, 0, 1, 2]).unwrap_err(), ReadError::UnknownEncoding);
}

#[test]
fn foreign_words_in_unicode_text_are_left_alone() {
    let text = "Résumé café naïve à la carte déjà vu\nKế hoạch của đơn vị\n".repeat(3);
    assert_eq!(content(text.as_bytes()), text);
}

#[test]
fn a_letter_cut_in_two_is_told() {
    let mut bytes = PROSE.repeat(3).into_bytes();
    bytes.extend("ế".bytes().take(2));
    let text = read_any("a.txt", &bytes).unwrap();
    assert_eq!(text.notes, [Note::UnreadableBytes { count: 1 }]);
    assert!(text.content.ends_with('\u{fffd}'));
}

#[test]
fn nothing_is_empty() {
    for bytes in [&b""[..], b" \r\n\t ", b"\xef\xbb\xbf \n", b"\xff\xfe"] {
        assert_eq!(read_any("a.txt", bytes).unwrap_err(), ReadError::Empty, "{bytes:?}");
    }
}
