//! The table of routes and answers, as written in `routes.txt`.

use std::fmt;

/// Who calls, in the order of the table's columns.
pub const CALLERS: [&str; 10] = [
    "nobody",
    "stranger (administrator)",
    "beside viewer",
    "beside inspector",
    "beside planner",
    "beside administrator",
    "owner viewer",
    "owner inspector",
    "owner planner",
    "owner administrator",
];

/// What one caller is to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A redirect to the log-in page.
    Login,
    /// This status.
    Status(u16),
}

impl Answer {
    fn read(word: &str) -> Answer {
        match word {
            "login" => Answer::Login,
            number => Answer::Status(number.parse().unwrap_or_else(|_| panic!("{word} is no answer"))),
        }
    }

    /// Nothing was done and nothing shown.
    pub fn refuses(self) -> bool {
        matches!(self, Answer::Login | Answer::Status(401 | 403 | 404))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Login => f.pad("login"),
            Answer::Status(status) => f.pad(&status.to_string()),
        }
    }
}

/// One route and its answers.
#[derive(Debug, Clone)]
pub struct Row {
    pub method: String,
    pub path: String,
    pub answers: Vec<Answer>,
}

impl Row {
    pub fn writes(&self) -> bool {
        self.method != "GET"
    }

    pub fn api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// All rows, in the order in which they are called.
pub fn rows() -> Vec<Row> {
    let lines = include_str!("routes.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(row).collect()
}

fn row(line: &str) -> Row {
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words.len(), 2 + CALLERS.len(), "{line}");
    Row {
        method: words[0].to_owned(),
        path: words[1].to_owned(),
        answers: words[2..].iter().map(|word| Answer::read(word)).collect(),
    }
}
