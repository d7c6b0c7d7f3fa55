//! Documents that a test writes and holds to the program.

use std::path::Path;

/// Compares a file of the repository with what it should say; with `DOTPHA_TEST_UPDATE=1` writes it instead.
///
/// # Panics
/// When they differ, with the first line that does; when the file cannot be written.
pub fn check(file: &str, wanted: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join(file);
    if std::env::var("DOTPHA_TEST_UPDATE").is_ok_and(|value| value == "1") {
        std::fs::write(&path, wanted).expect("the document is written");
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found == wanted {
        return;
    }
    let (line, pair) = (1..)
        .zip(wanted.lines().zip(found.lines().chain(std::iter::repeat(""))))
        .find(|(_, (wanted, found))| wanted != found)
        .unwrap_or((0, ("", "more lines than it should have")));
    panic!(
        "{file} is not what the program does (line {line}: {:?}, not {:?}); look at the difference and, if it is \
         meant, write it anew: DOTPHA_TEST_UPDATE=1 cargo test",
        pair.0, pair.1
    );
}
