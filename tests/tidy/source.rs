//! A small scanner for Rust text: enough to tell code from comments and strings, no more.

/// A string literal and where it starts.
pub struct Literal {
    /// First line, counted from 1.
    pub line: usize,
    /// What stands between the quotes, escapes unresolved.
    pub text: String,
}

/// A function and how long it is.
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of the word `fn`, counted from 1.
    pub line: usize,
    /// Lines from `fn` to the closing brace, both included.
    pub lines: usize,
}

/// A Rust file taken apart.
pub struct Source {
    /// The text with comments and the insides of strings and of `#[cfg(test)]` items blanked.
    pub code: Vec<char>,
    /// The same with `#[cfg(test)]` items kept.
    pub code_with_tests: Vec<char>,
    /// String literals outside `#[cfg(test)]` items.
    pub literals: Vec<Literal>,
}

fn ident(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The line of a position, counted from 1.
pub fn line_of(code: &[char], at: usize) -> usize {
    1 + code[..at.min(code.len())].iter().filter(|c| **c == '\n').count()
}

/// Where `word` stands in `code` as a whole word (both neighbours are no letters).
pub fn find_word(code: &[char], word: &str) -> Vec<usize> {
    let word: Vec<char> = word.chars().collect();
    let bounded = |at: usize| {
        let end = at + word.len();
        (at == 0 || !ident(code[at - 1]) || !ident(word[0]))
            && (end >= code.len() || !ident(code[end]) || !ident(word[word.len() - 1]))
    };
    (0..code.len().saturating_sub(word.len() - 1))
        .filter(|at| code[*at..].starts_with(&word) && bounded(*at))
        .collect()
}

impl Source {
    /// Takes a file apart. Never fails: what it cannot read stays code.
    pub fn parse(text: &str) -> Source {
        let raw: Vec<char> = text.chars().collect();
        let mut code = raw.clone();
        let mut found = Vec::new();
        let mut at = 0;
        while at < raw.len() {
            let end = match raw[at] {
                '/' if raw.get(at + 1) == Some(&'/') => comment_line(&raw, at),
                '/' if raw.get(at + 1) == Some(&'*') => comment_block(&raw, at),
                '\'' => quote(&raw, at),
                '"' => string(&raw, at, 0, false),
                'r' if at == 0 || !ident(raw[at - 1]) || "bc".contains(raw[at - 1]) => raw_string(&raw, at),
                _ => at + 1,
            };
            if end > at + 1 {
                if raw[at] == '"' || raw[at] == 'r' {
                    let text: String = raw[at..end].iter().collect();
                    found.push((
                        at,
                        text.trim_start_matches('r').trim_matches('#').trim_matches('"').to_owned(),
                    ));
                }
                for c in &mut code[at..end] {
                    if *c != '\n' {
                        *c = ' ';
                    }
                }
            }
            at = end.max(at + 1);
        }
        let code_with_tests = code.clone();
        let blanked = blank_tests(&mut code);
        let literals = found
            .into_iter()
            .filter(|(at, _)| !blanked.iter().any(|(from, to)| from <= at && at < to))
            .map(|(at, text)| Literal { line: line_of(&raw, at), text })
            .collect();
        Source { code, code_with_tests, literals }
    }

    /// All functions, nested ones and those of tests too.
    pub fn functions(&self) -> Vec<Function> {
        let code = &self.code_with_tests;
        let mut out = Vec::new();
        for start in find_word(code, "fn") {
            let mut at = start + 2;
            while at < code.len() && code[at].is_whitespace() {
                at += 1;
            }
            let name: String = code[at..].iter().take_while(|c| ident(**c)).collect();
            let Some(open) = body(code, at) else { continue };
            if name.is_empty() {
                continue;
            }
            let line = line_of(code, start);
            out.push(Function { name, line, lines: line_of(code, close(code, open)) - line + 1 });
        }
        out
    }

    /// Every path that starts at `crate::`, with groups opened: `crate::{a, b::c}` gives `a` and `b::c`.
    pub fn crate_paths(&self) -> Vec<(usize, Vec<String>)> {
        let mut out = Vec::new();
        for at in find_word(&self.code, "crate") {
            if at > 0 && (self.code[at - 1] == '$' || self.code[at - 1] == ':') {
                continue;
            }
            let mut paths = Vec::new();
            tree(&self.code, at, &[], &mut paths);
            let line = line_of(&self.code, at);
            out.extend(paths.into_iter().map(|p| (line, p[1..].to_vec())));
        }
        out
    }
}

fn comment_line(raw: &[char], at: usize) -> usize {
    at + raw[at..].iter().position(|c| *c == '\n').unwrap_or(raw.len() - at)
}

fn comment_block(raw: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < raw.len() {
        match (raw[at], raw.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// A character literal, or a lifetime (then only the quote).
fn quote(raw: &[char], at: usize) -> usize {
    if raw.get(at + 1) == Some(&'\\') {
        let end = raw[at + 3..].iter().position(|c| *c == '\'');
        return end.map_or(at + 1, |n| at + 4 + n);
    }
    if raw.get(at + 2) == Some(&'\'') { at + 3 } else { at + 1 }
}

fn string(raw: &[char], at: usize, hashes: usize, is_raw: bool) -> usize {
    let mut end = at + 1;
    while end < raw.len() {
        match raw[end] {
            '\\' if !is_raw => end += 2,
            '"' if raw[end + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes => {
                return end + 1 + hashes;
            }
            _ => end += 1,
        }
    }
    raw.len()
}

fn raw_string(raw: &[char], at: usize) -> usize {
    let hashes = raw[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if raw.get(open) == Some(&'"') { string(raw, open, hashes, true) } else { at + 1 }
}

/// The opening brace of a function whose name starts at `at`; none for a declaration without a body.
fn body(code: &[char], at: usize) -> Option<usize> {
    let mut depth = 0i32;
    for (n, c) in code[at..].iter().enumerate() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at + n),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn close(code: &[char], open: usize) -> usize {
    let mut depth = 0i32;
    for (n, c) in code[open..].iter().enumerate() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + n;
        }
    }
    code.len() - 1
}

/// Blanks every item marked `#[cfg(test)]` and says which stretches those were.
fn blank_tests(code: &mut [char]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for start in find_word(code, "#[cfg(test)]") {
        let end = match body(code, start + "#[cfg(test)]".len()) {
            Some(open) => close(code, open) + 1,
            None => start + code[start..].iter().position(|c| *c == ';').unwrap_or(0) + 1,
        };
        out.push((start, end));
    }
    for (start, end) in &out {
        for c in &mut code[*start..*end] {
            if *c != '\n' {
                *c = ' ';
            }
        }
    }
    out
}

fn space(code: &[char], mut at: usize) -> usize {
    while at < code.len() && code[at].is_whitespace() {
        at += 1;
    }
    at
}

/// Reads a use tree or a path from `at`; returns where it ends.
fn tree(code: &[char], at: usize, before: &[String], out: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = space(code, at);
    loop {
        if code.get(at) == Some(&'{') {
            at += 1;
            while at < code.len() && code[at] != '}' {
                at = tree(code, at, &path, out);
                at = space(code, at);
                if code.get(at) == Some(&',') {
                    at = space(code, at + 1);
                } else if code.get(at) != Some(&'}') {
                    at = code.len();
                }
            }
            return at + 1;
        }
        let name: String =
            code[at.min(code.len())..].iter().take_while(|c| ident(**c) || **c == '*').collect();
        at += name.chars().count();
        path.push(name);
        let next = space(code, at);
        if code.get(next) == Some(&':') && code.get(next + 1) == Some(&':') {
            at = space(code, next + 2);
            if code.get(at) == Some(&'<') {
                break;
            }
            continue;
        }
        break;
    }
    out.push(path);
    let next = space(code, at);
    if code[next.min(code.len())..].starts_with(&['a', 's', ' ']) {
        let name = space(code, next + 3);
        return name + code[name..].iter().take_while(|c| ident(**c)).count();
    }
    at
}
