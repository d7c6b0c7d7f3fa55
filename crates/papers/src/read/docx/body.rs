//! The body of a .docx: a stream of elements turned into lines and tables.

use quick_xml::events::{BytesStart, Event};

use super::super::ReadError;
use super::super::builder::{Builder, Mark};
use super::super::legacy::Legacy;
use super::super::package::{Xml, attribute, is_on, number};
use super::numbering::Numbering;
use super::{CAPS_OFF, CAPS_ON, paragraph_text};

/// Most columns of a table in Word.
const MAX_COLUMNS: u32 = 63;

/// What the open elements mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Nothing that matters here: its children do.
    Other,
    /// Something left out with all it holds.
    Skipped,
    Paragraph,
    ParagraphProperties,
    Run,
    RunProperties,
    Words,
    Table,
    Row,
    RowProperties,
    Cell,
    CellProperties,
}

#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    num: Option<u32>,
    level: Option<u32>,
    page_before: bool,
    caps: bool,
    deleted_end: bool,
    /// Finished lines of text boxes anchored here: they follow the paragraph.
    boxes: Vec<String>,
}

#[derive(Debug, Default)]
struct Run {
    caps: bool,
    hidden: bool,
}

#[derive(Debug, Default)]
struct Table {
    index: usize,
    rows: Vec<Vec<[Mark; 2]>>,
    row: Vec<[Mark; 2]>,
    row_start: Mark,
    row_tables: usize,
    row_deleted: bool,
    cell_start: Mark,
    span: u32,
    continues: bool,
    /// Paragraphs that were open when the table began: it stands in a text box of the last of them.
    paragraphs: usize,
}

/// The reader of one part.
pub(super) struct Body {
    pub out: Builder,
    /// Tracked deletions were met.
    pub deletions: bool,
    /// A table of contents was met.
    pub contents: bool,
    numbering: Numbering,
    legacy: Option<Legacy>,
    stack: Vec<Inside>,
    paragraphs: Vec<Paragraph>,
    runs: Vec<Run>,
    tables: Vec<Table>,
}

impl Body {
    pub fn new(out: Builder, numbering: Numbering, legacy: Option<Legacy>) -> Body {
        Body {
            out,
            deletions: false,
            contents: false,
            numbering,
            legacy,
            stack: Vec::new(),
            paragraphs: Vec::new(),
            runs: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Reads the whole part into [`Body::out`].
    pub fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), ReadError> {
        loop {
            match xml.next()? {
                Event::Start(e) => {
                    let inside = self.start(&e)?;
                    self.stack.push(inside);
                }
                Event::End(_) => {
                    if let Some(inside) = self.stack.pop() {
                        self.end(inside)?;
                    }
                }
                Event::Text(text) if self.top() == Inside::Words => self.words(&text.xml10_content()),
                Event::CData(text) if self.top() == Inside::Words => self.words(&text.xml10_content()),
                Event::GeneralRef(name) if self.top() == Inside::Words => {
                    let c = match name.resolve_char_ref() {
                        Ok(Some(c)) => Some(c),
                        _ => {
                            quick_xml::escape::resolve_predefined_entity(&name).and_then(|s| s.chars().next())
                        }
                    };
                    if let Some(c) = c {
                        self.words(c.encode_utf8(&mut [0; 4]));
                    }
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn top(&self) -> Inside {
        self.stack.last().copied().unwrap_or(Inside::Other)
    }

    fn start(&mut self, e: &BytesStart<'_>) -> Result<Inside, ReadError> {
        let parent = self.top();
        let name = e.local_name();
        Ok(match (parent, name.as_ref()) {
            (Inside::Skipped, _) => Inside::Skipped,
            (Inside::ParagraphProperties, name) => self.paragraph_property(name, e),
            (Inside::RunProperties, name) => self.run_property(name, e),
            (Inside::CellProperties, name) => self.cell_property(name, e),
            (Inside::RowProperties, name) => self.row_property(name, e)?,
            (_, "del" | "moveFrom") => {
                self.deletions = true;
                Inside::Skipped
            }
            // A shape comes twice, for new and for old programs: the old way is left out.
            (
                _,
                "Fallback" | "sdtPr" | "sdtEndPr" | "tblPr" | "tblGrid" | "sectPr" | "instrText" | "delText"
                | "delInstrText" | "tblPrEx" | "annotation" | "ruby",
            ) => Inside::Skipped,
            (_, "p") if is_drawing(e) => Inside::Other,
            (_, "p") => {
                self.paragraphs.push(Paragraph::default());
                Inside::Paragraph
            }
            (Inside::Paragraph, "pPr") => Inside::ParagraphProperties,
            (_, "r") => {
                self.runs.push(Run::default());
                Inside::Run
            }
            (Inside::Run, "rPr") => Inside::RunProperties,
            (_, "rPr" | "pPr") => Inside::Skipped,
            (_, "t") => Inside::Words,
            (Inside::Run, name) => {
                self.run_child(name, e)?;
                Inside::Other
            }
            (_, "tbl") => self.open_table()?,
            (Inside::Table | Inside::Other, "tr") if !self.tables.is_empty() => self.open_row()?,
            (Inside::Row, "trPr") => Inside::RowProperties,
            (Inside::Row | Inside::Other, "tc") if !self.tables.is_empty() => self.open_cell(),
            (Inside::Cell, "tcPr") => Inside::CellProperties,
            _ => Inside::Other,
        })
    }

    fn end(&mut self, inside: Inside) -> Result<(), ReadError> {
        match inside {
            Inside::Paragraph => self.close_paragraph(),
            Inside::Run => {
                self.runs.pop();
                Ok(())
            }
            Inside::Cell => self.close_cell(),
            Inside::Row => {
                self.close_row();
                Ok(())
            }
            Inside::Table => match self.tables.pop() {
                Some(table) => self.out.close_table(table.index, table.rows),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn paragraph_property(&mut self, name: &str, e: &BytesStart<'_>) -> Inside {
        let Some(paragraph) = self.paragraphs.last_mut() else { return Inside::Skipped };
        match name {
            "pStyle" => {
                paragraph.style = attribute(e, "val");
                paragraph.caps = self.numbering.is_caps(paragraph.style.as_deref());
            }
            "pageBreakBefore" => paragraph.page_before = is_on(e),
            "ilvl" => paragraph.level = number(e, "val"),
            "numId" => paragraph.num = number(e, "val"),
            // A deleted paragraph mark, among the properties of the mark.
            "del" => paragraph.deleted_end = true,
            "numPr" | "rPr" => return Inside::ParagraphProperties,
            _ => {}
        }
        Inside::Skipped
    }

    fn run_property(&mut self, name: &str, e: &BytesStart<'_>) -> Inside {
        if let Some(run) = self.runs.last_mut() {
            match name {
                "caps" => run.caps = is_on(e),
                // The capital fonts of the ABC family draw small letters as capitals.
                "rFonts" if self.legacy.is_some() => {
                    let font = attribute(e, "ascii").or_else(|| attribute(e, "hAnsi")).unwrap_or_default();
                    run.caps |= font.starts_with(".Vn") && font.ends_with('H');
                }
                "vanish" => run.hidden = is_on(e),
                _ => {}
            }
        }
        Inside::Skipped
    }

    fn cell_property(&mut self, name: &str, e: &BytesStart<'_>) -> Inside {
        if let Some(table) = self.tables.last_mut() {
            match name {
                "gridSpan" => table.span = number(e, "val").unwrap_or(1).clamp(1, MAX_COLUMNS),
                "vMerge" => table.continues = attribute(e, "val").as_deref() != Some("restart"),
                _ => {}
            }
        }
        Inside::Skipped
    }

    fn row_property(&mut self, name: &str, e: &BytesStart<'_>) -> Result<Inside, ReadError> {
        let here = self.out.mark();
        if let Some(table) = self.tables.last_mut() {
            match name {
                "gridBefore" => {
                    for _ in 0..number(e, "val").unwrap_or(0).min(MAX_COLUMNS) {
                        self.out.count_cell()?;
                        table.row.push([here, here]);
                    }
                }
                "del" => {
                    table.row_deleted = true;
                    self.deletions = true;
                }
                _ => {}
            }
        }
        Ok(Inside::Skipped)
    }

    fn run_child(&mut self, name: &str, e: &BytesStart<'_>) -> Result<(), ReadError> {
        match name {
            "tab" | "ptab" => self.words("\t"),
            "br" if attribute(e, "type").as_deref() == Some("page") => self.words("\u{c}"),
            "br" | "cr" => self.words("\n"),
            "noBreakHyphen" => self.words("-"),
            "sym" => {
                let code = attribute(e, "char").and_then(|hex| u32::from_str_radix(&hex, 16).ok());
                if let Some(c) = code.and_then(char::from_u32) {
                    self.words(symbol(c));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn words(&mut self, text: &str) {
        let run = self.runs.last();
        if run.is_some_and(|run| run.hidden) {
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            // What is longer than any text may be is not gathered: the builder refuses it at the end.
            if paragraph.text.len() > self.out.limit.saturating_mul(8) {
                return;
            }
            let caps = paragraph.caps || run.is_some_and(|run| run.caps);
            if caps && self.legacy.is_some() {
                paragraph.text.extend([CAPS_ON, text, CAPS_OFF]);
            } else if caps {
                paragraph.text.extend(text.chars().flat_map(char::to_uppercase));
            } else {
                paragraph.text.push_str(text);
            }
        }
    }

    fn close_paragraph(&mut self) -> Result<(), ReadError> {
        let Some(paragraph) = self.paragraphs.pop() else { return Ok(()) };
        let style = paragraph.style.as_deref();
        if self.numbering.is_contents(style) {
            self.contents = true;
            return Ok(());
        }
        let blank = paragraph.text.trim().is_empty();
        if blank && paragraph.deleted_end {
            return Ok(());
        }
        let marker =
            if blank { String::new() } else { self.numbering.marker(style, paragraph.num, paragraph.level) };
        let text = paragraph_text(&paragraph.text, self.legacy);
        let line = match (marker.is_empty(), text.trim_end_matches([' ', '\t', '\n'])) {
            (true, text) => text.to_owned(),
            (false, text) => {
                format!("{} {}", paragraph_text(&marker, self.legacy), text.trim_start_matches([' ', '\t']))
            }
        };
        // In a text box, outside a table of that box: the lines wait for the end of the paragraph around it.
        let floor = self.tables.last().map_or(0, |table| table.paragraphs);
        if self.paragraphs.len() > floor {
            if let Some(outer) = self.paragraphs.last_mut() {
                outer
                    .boxes
                    .extend(std::iter::once(line).chain(paragraph.boxes).filter(|line| !line.is_empty()));
            }
            return Ok(());
        }
        if paragraph.page_before {
            self.out.page_end()?;
        }
        if !blank || (self.tables.is_empty() && !line.contains('\u{c}')) {
            self.emit(&line)?;
        } else if line.contains('\u{c}') {
            self.out.page_end()?;
        }
        for line in &paragraph.boxes {
            self.emit(line)?;
        }
        Ok(())
    }

    /// Appends lines; a form feed within ends the page.
    fn emit(&mut self, line: &str) -> Result<(), ReadError> {
        for (i, piece) in line.split('\u{c}').enumerate() {
            if i > 0 {
                self.out.page_end()?;
            }
            if i == 0 || !piece.trim().is_empty() {
                self.out.line(piece)?;
            }
        }
        Ok(())
    }

    fn open_table(&mut self) -> Result<Inside, ReadError> {
        self.out.count_cell()?;
        let index = self.out.open_table();
        self.tables.push(Table { index, paragraphs: self.paragraphs.len(), ..Table::default() });
        Ok(Inside::Table)
    }

    fn open_row(&mut self) -> Result<Inside, ReadError> {
        self.out.count_cell()?;
        let here = self.out.mark();
        let tables = self.out.tables.len();
        if let Some(table) = self.tables.last_mut() {
            table.row = Vec::new();
            table.row_start = here;
            table.row_tables = tables;
            table.row_deleted = false;
        }
        Ok(Inside::Row)
    }

    fn open_cell(&mut self) -> Inside {
        let here = self.out.mark();
        if let Some(table) = self.tables.last_mut() {
            table.cell_start = here;
            table.span = 1;
            table.continues = false;
        }
        Inside::Cell
    }

    fn close_cell(&mut self) -> Result<(), ReadError> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let start = table.cell_start;
        let text = self.out.content.get(start.bytes..).unwrap_or_default();
        let kept = text.trim_end_matches(['\n', '\u{c}', ' ', '\t']);
        let end = Mark { bytes: start.bytes + kept.len(), chars: start.chars + kept.chars().count() };
        let column = table.row.len();
        let above = table.rows.last().and_then(|row| row.get(column)).copied();
        let place = if table.continues { above.unwrap_or([start, end]) } else { [start, end] };
        for _ in 0..table.span {
            self.out.count_cell()?;
            table.row.push(place);
        }
        Ok(())
    }

    fn close_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let row = std::mem::take(&mut table.row);
        if table.row_deleted {
            self.out.rewind(table.row_start, table.row_tables);
        } else {
            table.rows.push(row);
        }
    }
}

/// Paragraphs of charts and diagrams (DrawingML) carry no properties of ours but hold words all the same.
fn is_drawing(e: &BytesStart<'_>) -> bool {
    e.name().as_ref() == "a:p"
}

/// Signs of the symbol fonts that mean something in a document.
fn symbol(c: char) -> &'static str {
    match c {
        '\u{f0fc}' | '\u{f0fe}' => "✓",
        '\u{f0a8}' | '\u{f06f}' | '\u{f0a3}' => "☐",
        '\u{f0e0}' | '\u{f0e8}' => "→",
        '\u{f0b3}' => "≥",
        '\u{f0a3}'..='\u{f0a4}' => "≤",
        '\u{f02d}' => "-",
        '\u{f02b}' => "+",
        '\u{f0b1}' => "±",
        '\u{f0b4}' => "×",
        _ => "•",
    }
}
