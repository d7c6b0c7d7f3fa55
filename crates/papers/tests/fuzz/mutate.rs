//! What happens to files: bytes change, pieces are lost, doubled or come from elsewhere. Packages are unpacked
//! first, so that the spoiling reaches the XML and is not stopped by a checksum.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Pieces that mean something to a reader.
const PIECES: [&[u8]; 35] = [
    b"\n",
    b"\x0c",
    b"\t",
    b"|",
    b"\0",
    b"\xff\xfe",
    b"\xc2\xa0",
    b"\xcc\x81",
    b"I. ",
    b"1. ",
    b"a) ",
    b"- ",
    b"TT\n",
    b"<w:tbl>",
    b"</w:tbl>",
    b"<w:p>",
    b"<w:tr><w:tc>",
    b"</w:tc></w:tr>",
    b"w:val=\"99999\"",
    b"<w:gridSpan w:val=\"63\"/>",
    b"r=\"A1048576\"",
    b"1 0 R",
    b"<<",
    b">>",
    b" 0 0 l S\n",
    b" re f\n",
    b"BT ET ",
    b"/Kids [2 0 R]",
    b"-1",
    b"-\n",
    b"1e300",
    b"NaN",
    b"<word xMin=\"0\" yMin=\"1\" xMax=\"99\" yMax=\"9\">x</word>",
    b"\n5\t1\t1\t1\t1\t1\t9\t9\t90\t9\t50\ta\n",
    b"99999999999",
];

/// A generator of spoilt files; the same seed gives the same ones.
pub struct Mutator {
    state: u64,
}

impl Mutator {
    pub fn new(seed: u64) -> Mutator {
        Mutator { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// Below `most`, which is at least 1.
    fn below(&mut self, most: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % most.max(1)
    }

    /// A file of the corpus, spoilt.
    pub fn spoil(&mut self, corpus: &[Vec<u8>], kind: &str) -> Vec<u8> {
        let (at, other) = (self.below(corpus.len()), self.below(corpus.len()));
        let packed = matches!(kind, "docx" | "xlsx") && self.below(8) > 0;
        match packed.then(|| self.repacked(&corpus[at], &corpus[other])).flatten() {
            Some(bytes) => bytes,
            None => {
                let mut bytes = corpus[at].clone();
                self.change(&mut bytes, &corpus[other]);
                bytes
            }
        }
    }

    /// The package with one of its parts spoilt.
    fn repacked(&mut self, bytes: &[u8], other: &[u8]) -> Option<Vec<u8>> {
        let mut parts = parts(bytes)?;
        let others = parts_of(other);
        let at = self.below(parts.len());
        let from = others.get(self.below(others.len())).cloned().unwrap_or_default();
        self.change(&mut parts.get_mut(at)?.1, &from);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in parts {
            zip.start_file(name, SimpleFileOptions::default()).ok()?;
            zip.write_all(&part).ok()?;
        }
        Some(zip.finish().ok()?.into_inner())
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            let length = 1 << self.below(11);
            let end = (at + length).min(bytes.len());
            match self.below(8) {
                0 => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << (length % 8);
                    }
                }
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, piece);
                }
                3 if !other.is_empty() => {
                    let from = self.below(other.len());
                    let piece = other[from..(from + length).min(other.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => bytes.truncate(at),
                5 => {
                    let piece = PIECES[self.below(PIECES.len())].repeat(1 << self.below(9));
                    bytes.splice(at..at, piece);
                }
                6 => bytes[at..end].reverse(),
                _ => {
                    let piece = PIECES[self.below(PIECES.len())].to_vec();
                    bytes.splice(at..end.min(at + piece.len()), piece);
                }
            }
        }
    }
}

fn parts(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    (0..zip.len())
        .map(|at| {
            let mut part = zip.by_index(at).ok()?;
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).ok()?;
            let name = part.name().ok()?.into_owned();
            Some((name, bytes))
        })
        .collect()
}

fn parts_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    parts(bytes).unwrap_or_default().into_iter().map(|(_, part)| part).collect()
}
