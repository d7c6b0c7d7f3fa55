//! Writes the counts of syllables that the repair of damaged text looks up, from lists of counts.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;

/// `compact-syllables DIR`: DIR/{unigram,bigram,trigram}.tsv.gz in, `crates/papers/data/syllables.bin` out.
pub fn run(args: &[String]) -> Result<()> {
    let [dir] = args else { bail!("usage: cargo xtask compact-syllables DIR") };
    let counts = |name: &str| counts(&Path::new(dir).join(format!("{name}.tsv.gz")));
    let file = papers::repair::compact(&counts("unigram")?, &counts("bigram")?, &counts("trigram")?);
    let out = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/papers/data/syllables.bin"));
    fs::write(&out, &file).with_context(|| format!("cannot write {}", out.display()))
}

/// Lines of words, a tab, and how often they were seen.
fn counts(file: &Path) -> Result<Vec<(String, u64)>> {
    let packed = fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut text = String::new();
    GzDecoder::new(packed)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let row = |line: &str| {
        let (words, count) = line.split_once('\t').with_context(|| format!("no tab in {line:?}"))?;
        Ok((words.to_owned(), count.parse()?))
    };
    text.lines().map(row).collect()
}
