//! A text cut into words, numbers and what must stay as it is.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, perhaps with signs and digits that a scan put in their place.
    Word,
    /// A number, a date, the number of a document.
    Number,
    /// A name in capitals, a code, an address, the mark of an item.
    Kept,
}

/// What stands between a token and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Blanks or the end of a line.
    Blank,
    /// A comma.
    Comma,
    /// Another sign, an empty line, a wide gap.
    Sign,
}

/// One token; the signs around it belong to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    pub kind: Kind,
    /// Which line it stands on, counted from 0.
    pub line: usize,
    pub gap: Gap,
    /// Do mere blanks stand between it and the token before, on one line?
    pub near: bool,
    /// Is most of its line in capitals?
    pub capitals: bool,
}

/// The tokens of a text. Lines end with `\n` or `\u{c}`.
pub(super) fn tokens(text: &str) -> (Vec<Token>, usize) {
    let mut out = Vec::new();
    let (mut from, mut line) = (0, 0);
    let mut gap = Gap::Sign;
    for (at, end) in text.match_indices(['\n', '\u{c}']).chain([(text.len(), "")]) {
        let content = &text[from..at];
        if content.trim().is_empty() || end == "\u{c}" {
            gap = Gap::Sign;
        }
        let mut cut = Cutter { text, line, capitals: capitals(content), gap, near: false, out: &mut out };
        cut.line(from, at);
        gap = cut.gap;
        from = at + end.len();
        line += 1;
    }
    (out, line)
}

fn capitals(line: &str) -> bool {
    let large = line.chars().filter(|c| c.is_uppercase()).count();
    let small = line.chars().filter(|c| c.is_lowercase()).count();
    large >= 2 && large > small
}

struct Cutter<'a> {
    text: &'a str,
    line: usize,
    capitals: bool,
    gap: Gap,
    near: bool,
    out: &'a mut Vec<Token>,
}

/// Signs that part words wherever they stand before or after one.
fn opens(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '{'
            | '"'
            | '“'
            | '”'
            | '«'
            | '»'
            | '-'
            | '–'
            | '—'
            | '+'
            | '*'
            | '•'
            | '…'
            | '|'
            | '.'
            | ','
            | ':'
            | ';'
            | '/'
            | '<'
            | '>'
            | '='
            | '!'
            | '?'
            | '#'
            | '_'
    )
}

fn closes(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | '"'
            | '“'
            | '”'
            | '«'
            | '»'
            | '.'
            | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '…'
            | '-'
            | '–'
            | '—'
            | '|'
            | '/'
            | '<'
            | '>'
            | '='
            | '*'
            | '_'
    )
}

impl Cutter<'_> {
    fn line(&mut self, start: usize, end: usize) {
        let mut at = start;
        let mut first = true;
        while at < end {
            let rest = &self.text[at..end];
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            if blanks > 0 {
                if !first && (blanks > 3 || rest[..blanks].contains('\t')) {
                    self.gap = Gap::Sign;
                }
                at += blanks;
                continue;
            }
            let length = rest.find([' ', '\t']).unwrap_or(rest.len());
            self.near = !first;
            self.run(at, at + length, first);
            first = false;
            at += length;
        }
    }

    /// Signs between blanks, or a word with its signs.
    fn run(&mut self, start: usize, end: usize, first: bool) {
        let run = &self.text[start..end];
        let body = run.trim_start_matches(opens);
        let from = end - body.len();
        let core = body.trim_end_matches(closes);
        let to = from + core.len();
        if core.is_empty() {
            self.gap = self.gap.max(if run == "," { Gap::Comma } else { Gap::Sign });
            return;
        }
        if from > start {
            self.gap = Gap::Sign;
        }
        self.near &= from == start;
        self.core(from, to, first, self.text[to..end].starts_with([')', '.']));
        self.gap = self.gap.max(match &self.text[to..end] {
            "" => Gap::Blank,
            "," => Gap::Comma,
            _ => Gap::Sign,
        });
    }

    fn core(&mut self, start: usize, end: usize, first: bool, marked: bool) {
        let core = &self.text[start..end];
        // "K. Cơ khí", "P. KHTC": the short form of the word that opens a name.
        let short = marked && core.chars().count() == 1 && core.starts_with(char::is_uppercase);
        let kind = judge(core, marked && first || short, self.capitals);
        if kind != Kind::Word {
            self.push(start, end, kind);
            if kind == Kind::Kept || core.contains(['/', '-']) {
                self.gap = Gap::Sign;
            }
            return;
        }
        // Two words without a blank: a sign stands between them.
        let parts = core.match_indices([',', ';', ':', '/', '-', '–', '(', ')']).find(|(at, sign)| {
            let hard = matches!(*sign, "/" | "-" | "–");
            let letters = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count();
            let (left, right) = (letters(&core[..*at]), letters(&core[at + sign.len()..]));
            left >= 3 && right >= 3 || hard && left >= 1 && right >= 1
        });
        match parts {
            Some((at, sign)) => {
                self.core(start, start + at, false, false);
                self.gap = if sign == "," { Gap::Comma } else { Gap::Sign };
                self.near = false;
                self.core(start + at + sign.len(), end, false, false);
            }
            None => self.push(start, end, Kind::Word),
        }
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        let (line, gap, near, capitals) = (self.line, self.gap, self.near, self.capitals);
        self.out.push(Token { start, end, kind, line, gap, near: near && gap == Gap::Blank, capitals });
        self.gap = Gap::Blank;
        self.near = false;
    }
}

/// What the letters and signs between two blanks are. `item`: it begins the line and a bracket or a point
/// follows.
fn judge(core: &str, item: bool, capitals: bool) -> Kind {
    let count = |what: fn(&char) -> bool| core.chars().filter(what).count();
    let digits = count(char::is_ascii_digit);
    let letters = count(|c| c.is_alphabetic());
    let large = count(|c| c.is_uppercase());
    let length = core.chars().count();
    if letters == 0 {
        return if digits > 0 { Kind::Number } else { Kind::Kept };
    }
    if item && length <= 2 || core.contains('@') || core.contains("://") || is_address(core) {
        return Kind::Kept;
    }
    let code = core.contains(['/', '-']) || digits >= 3;
    if digits > 0
        && (code && large > 0
            || digits >= letters + 2
            || core.starts_with(|c: char| c.is_ascii_digit()) && length == 2 && large == 1)
    {
        return Kind::Number;
    }
    if core.chars().all(|c| matches!(c, 'I' | 'V' | 'X')) {
        return Kind::Kept;
    }
    // Names such as UBND, KPIs, KH&CN, NQ/TW; in a line of capitals they are words like others.
    if !capitals && large >= 3 && large + 1 >= letters && digits == 0 {
        return Kind::Kept;
    }
    Kind::Word
}

fn is_address(core: &str) -> bool {
    core.starts_with("www.") || [".vn", ".com", ".org", ".net"].iter().any(|end| core.ends_with(end))
}
