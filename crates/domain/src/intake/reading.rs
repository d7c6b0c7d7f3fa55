//! From a file's bytes to what is reviewed. Pure but for the trait through which the binary hands in
//! its way of reading untrusted files (a child process under limits).

use super::list;
use crate::Reason;
use papers::plan::Plan;
use papers::plan::second::Second;
use papers::read::{self, Limits, Note, ReadError, SecretMark, Tools};
use papers::repair::{Change, Hints, Repaired, repair};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;

/// What reading a file yields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// The text after repair; spans count its Unicode scalar values. Empty for a list.
    pub text: String,
    /// What had to be done to the bytes.
    pub notes: Vec<Note>,
    /// What a repair of damaged passages changed, in the order of the text.
    pub repairs: Vec<Change>,
    /// What was understood. For a list it shows what the rows would be as a document; the import goes by the
    /// columns that a person maps.
    pub plan: Plan,
    /// The mark of state secrets, where the document bears one; then everything else is empty.
    pub secret: Option<SecretMark>,
    /// The rows of a list (.xlsx, .csv); empty for a document.
    pub grid: Vec<Vec<String>>,
    /// What a language model made of the text, where the operator switched one on.
    pub second: Option<SecondReading>,
}

/// The tasks of a document read a second time by a language model, laid over the first reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondReading {
    /// The host that the text was sent to.
    pub host: String,
    /// Why the first reading stands alone.
    pub failed: Option<NoSecond>,
    /// What it says of each task of the plan, in their order; empty where it failed.
    pub tasks: Vec<Second>,
}

/// Why there is no second reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NoSecond {
    /// The model did not answer in time.
    Timeout {
        /// Seconds allowed.
        seconds: u64,
    },
    /// Its service answered with an error.
    Refused {
        /// Status of HTTP.
        status: u16,
    },
    /// Its service cannot be reached.
    Unreachable,
    /// What it answered has another form than was asked for, or names nothing that stands in the text.
    Unusable,
}

/// What a reader answers.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Reading, ReadError>> + Send + 'a>>;

/// Told how far a reading is: how many pages are recognised, of how many.
pub type Watch<'a> = dyn Fn(usize, usize) + Send + Sync + 'a;

/// Reads files. The binary's reader does it in a child process under limits of memory and time.
pub trait Reader: Send + Sync {
    /// Reads one file; `name` is its name as it was sent, `hints` help where its text is damaged. `watch` is called
    /// where reading takes long.
    fn read<'a>(
        &'a self,
        name: &'a str,
        bytes: Vec<u8>,
        hints: &'a Hints,
        watch: &'a Watch<'a>,
    ) -> Answer<'a>;

    /// The mark of state secrets of a file, as far as it shows without recognising pictures of pages; none
    /// also where the file cannot be read.
    fn mark<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Mark<'a>;
}

/// What a reader answers about a mark.
pub type Mark<'a> = Pin<Box<dyn Future<Output = Option<SecretMark>> + Send + 'a>>;

/// Lets a file in, or says that it bears a mark of state secrets. Asked before a byte of it is stored.
///
/// # Errors
/// [`crate::Error::Invalid`] for the field `files`.
pub async fn admit(reader: &dyn Reader, name: &str, bytes: &[u8]) -> crate::Result<()> {
    let Some(mark) = reader.mark(name, bytes).await else { return Ok(()) };
    let reason = Reason::new("intake-problem-secret-file").with("name", name.to_owned());
    Err(crate::Error::invalid("files", reason.with("mark", mark.stamp())))
}

/// The mark of a file that is read here and now, in this thread.
pub fn marked(name: &str, bytes: &[u8], limits: &Limits, tools: &dyn Tools) -> Option<SecretMark> {
    if promises_list(name)
        && let Ok(book) = read::sheet(name, bytes, limits)
    {
        return read::secret_mark(&top_of(&longest(&book)));
    }
    let text = read::read(name, bytes, limits, tools).ok()?;
    read::secret_mark(&text).or_else(|| read::secret_mark(&repair(&text, &Hints::default()).text))
}

/// Reads a file here and now, in this thread.
///
/// # Errors
/// The typed reason why the file is refused.
pub fn understand(
    name: &str,
    bytes: &[u8],
    hints: &Hints,
    limits: &Limits,
    tools: &dyn Tools,
) -> Result<Reading, ReadError> {
    if promises_list(name) {
        match read::sheet(name, bytes, limits) {
            Ok(book) => return of_book(&book, limits),
            Err(ReadError::NotAList { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let text = read::read(name, bytes, limits, tools)?;
    if let Some(mark) = read::secret_mark(&text) {
        return Ok(Reading { secret: Some(mark), ..Reading::default() });
    }
    let Repaired { text, changes } = repair(&text, hints);
    // A mark that came damaged shows only now.
    if let Some(mark) = read::secret_mark(&text) {
        return Ok(Reading { secret: Some(mark), ..Reading::default() });
    }
    let mut plan = papers::plan::read(&text);
    papers::plan::weigh(&mut plan, &changes);
    Ok(Reading { text: text.content, notes: text.notes, repairs: changes, plan, ..Reading::default() })
}

fn promises_list(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    matches!(ending.as_deref(), Some("xlsx" | "xlsm" | "csv" | "tsv"))
}

fn longest(book: &read::Book) -> Vec<Vec<String>> {
    let rows = |sheet: &read::Sheet| -> Vec<Vec<String>> {
        sheet.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect()).collect()
    };
    let grids = book.sheets.iter().map(rows);
    grids.max_by_key(|grid| (list::guess(grid).columns.len(), grid.len())).unwrap_or_default()
}

/// The first rows of a list, each cell on a line, where a stamp would stand.
fn top_of(grid: &[Vec<String>]) -> read::Text {
    read::Text {
        content: grid.iter().take(40).map(|row| row.join("\n")).collect::<Vec<_>>().join("\n"),
        ..read::Text::default()
    }
}

/// The sheet whose headings name most columns; the longest one where none does.
fn of_book(book: &read::Book, limits: &Limits) -> Result<Reading, ReadError> {
    let grid = longest(book);
    if let Some(mark) = read::secret_mark(&top_of(&grid)) {
        return Ok(Reading { secret: Some(mark), ..Reading::default() });
    }
    let plan = papers::plan::read(&read::list_text(book, limits)?);
    Ok(Reading { notes: book.notes.clone(), grid, plan, ..Reading::default() })
}
