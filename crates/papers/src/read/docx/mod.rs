//! Word documents (.docx): paragraphs, lists, tables, text boxes.

mod body;
mod numbering;

use super::builder::{self, Builder};
use super::legacy::{self, Legacy};
use super::package::Package;
use super::{Limits, Note, ReadError, Text};
use body::Body;
use numbering::Numbering;

/// Most headers and footers that are looked at.
const MAX_MARGINS: usize = 60;

/// Reads a package that holds a Word document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, ReadError> {
    let text = read_as(bytes, limits, None)?;
    // Under an ABC or VNI font the text looks like Latin-1: read again, converting.
    match legacy::suspect(&text.content) {
        Some(found) => {
            let mut text = read_as(bytes, limits, Some(found))?;
            text.notes.push(Note::Converted { encoding: found.name().to_owned() });
            Ok(text)
        }
        None => Ok(text),
    }
}

fn read_as(bytes: &[u8], limits: &Limits, legacy: Option<Legacy>) -> Result<Text, ReadError> {
    let mut package = Package::open(bytes, limits)?;
    let main = package.main_document().ok_or_else(|| ReadError::damaged("no main document"))?;
    let mut numbering = Numbering::default();
    if let Some(mut xml) = package.xml("word/styles.xml")? {
        numbering.read_styles(&mut xml)?;
    }
    if let Some(mut xml) = package.xml("word/numbering.xml")? {
        numbering.read_lists(&mut xml)?;
    }
    let mut margins = Builder::new(limits.text_chars);
    let of_margins = |name: &String| name.starts_with("word/header") || name.starts_with("word/footer");
    for name in package.names().into_iter().filter(of_margins).take(MAX_MARGINS) {
        if let Some(mut xml) = package.xml(&name)? {
            let mut body = Body::new(margins, Numbering::default(), legacy);
            body.read(&mut xml)?;
            margins = body.out;
        }
    }
    let Some(mut xml) = package.xml(&main)? else { return Err(ReadError::damaged("no main document")) };
    let mut body = Body::new(Builder::new(limits.text_chars), numbering, legacy);
    body.read(&mut xml)?;
    let mut notes = Vec::new();
    if body.deletions {
        notes.push(Note::DeletionsLeftOut);
    }
    if body.contents {
        notes.push(Note::ContentsLeftOut);
    }
    let Builder { content, tables, .. } = body.out;
    Ok(Text { content, tables, notes, margins: margins.content, ..Text::default() })
}

/// Signs around letters that become capitals once they are converted: private, and in no text.
const CAPS_ON: &str = "\u{e000}";
const CAPS_OFF: &str = "\u{e001}";

/// Brings the text of one paragraph into normal form.
fn paragraph_text(raw: &str, legacy: Option<Legacy>) -> String {
    let Some(legacy) = legacy else { return builder::normalise(raw) };
    let converted = legacy::convert_suspects(raw, legacy);
    let mut out = String::with_capacity(converted.len());
    for (i, piece) in converted.split(CAPS_ON).enumerate() {
        let (caps, rest) = piece.split_once(CAPS_OFF).filter(|_| i > 0).unwrap_or(("", piece));
        out.extend(caps.chars().flat_map(char::to_uppercase));
        out.push_str(rest);
    }
    builder::normalise(&out)
}
