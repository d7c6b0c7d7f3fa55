//! From a file's bytes to what is reviewed. Pure but for the trait through which the binary hands in
//! its way of reading untrusted files (a child process under limits).

use super::list;
use papers::plan::Plan;
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
}

/// What a reader answers.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Reading, ReadError>> + Send + 'a>>;

/// Told how far a reading is: how many pages are recognised, of how many.
pub type Watch<'a> = dyn Fn(usize, usize) + Send + Sync + 'a;

/// Reads files. The binary's reader does it in a child process under limits of memory and time.
pub trait Reader: Send + Sync {
    /// Reads one file; `name` is its name as it was sent. `watch` is called where reading takes long.
    fn read<'a>(&'a self, name: &'a str, bytes: Vec<u8>, watch: &'a Watch<'a>) -> Answer<'a>;
}

/// Reads a file here and now, in this thread.
///
/// # Errors
/// The typed reason why the file is refused.
pub fn understand(
    name: &str,
    bytes: &[u8],
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
    let Repaired { text, changes } = repair(&text, &Hints::default());
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

/// The sheet whose headings name most columns; the longest one where none does.
fn of_book(book: &read::Book, limits: &Limits) -> Result<Reading, ReadError> {
    let rows = |sheet: &read::Sheet| -> Vec<Vec<String>> {
        sheet.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect()).collect()
    };
    let grids = book.sheets.iter().map(rows);
    let grid = grids.max_by_key(|grid| (list::guess(grid).columns.len(), grid.len())).unwrap_or_default();
    let whole = read::Text {
        content: grid.iter().take(40).map(|row| row.join("\n")).collect::<Vec<_>>().join("\n"),
        ..read::Text::default()
    };
    if let Some(mark) = read::secret_mark(&whole) {
        return Ok(Reading { secret: Some(mark), ..Reading::default() });
    }
    let plan = papers::plan::read(&read::list_text(book, limits)?);
    Ok(Reading { notes: book.notes.clone(), grid, plan, ..Reading::default() })
}
