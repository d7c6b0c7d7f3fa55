//! What every page template is given: the [`Page`] around it and the small
//! values that the macros of `templates/_base/ui.html` draw.

use jiff::civil::{Date, DateTime};
use messages::{Lang, Value};

pub use crate::chart::{Bar, Share, Spark, Trend};
pub use crate::form::{Form, Issue};
use crate::pages::words::short;

/// Longest part of a window's title, in letters.
const IN_WINDOW: usize = 80;

/// The frame of a page. Every template has a field `page: Page`; the macros
/// read it under that name.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Language of every text on the page.
    pub lang: Lang,
    /// What the page is about: its heading, and a part of [`Page::window`].
    pub title: String,
    /// Which of several pages about the same thing it is: the word of its tab. Empty where there is one.
    pub part: String,
    /// Path and query of this page; where the language and theme switches return to.
    pub here: String,
    /// Light, dark, or as the reader's system says.
    pub theme: Theme,
    /// Who is signed in; nobody on the log-in page.
    pub user: Option<UserView>,
    /// The organisation that runs this installation.
    pub organisation: String,
    /// Token against forged requests; every POST form carries it.
    pub csrf: String,
    /// Key of the next request from this page: sent twice, it is carried out once.
    pub once: String,
    /// The entry of the main navigation this page belongs to.
    pub nav: Option<Nav>,
    /// The way down to this page, without the page itself.
    pub crumbs: Vec<Crumb>,
    /// True in the demo: a banner says that the people and log-ins are invented.
    pub demo: bool,
    /// The instant the figures hold for, on the organisation's clock.
    pub as_of: Option<DateTime>,
    /// What the last act brought about, shown once above the heading.
    pub notice: Option<Notice>,
}

impl Page {
    /// A page of this language and title; set what else is known.
    #[must_use]
    pub fn new(lang: Lang, title: impl Into<String>) -> Self {
        Self { lang, title: title.into(), ..Self::default() }
    }

    /// The page below `label`, which leads to `href`.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }

    /// Title of the browser's window and of the printed page, without the product's name: the tab, the
    /// heading, and what stands above, so that no two pages of a session read alike.
    #[must_use]
    pub fn window(&self) -> String {
        let above = self.crumbs.last().map_or("", |crumb| crumb.label.as_str());
        let above = if self.part.is_empty() { above } else { "" };
        let parts = [self.part.as_str(), self.title.as_str(), above];
        let shown = parts.iter().filter(|part| !part.is_empty()).map(|part| short(part, IN_WINDOW));
        shown.collect::<Vec<_>>().join(" – ")
    }

    /// The text of a message.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// The text of a message with one variable.
    #[must_use]
    pub fn t1<'v>(&self, key: &str, name: &str, value: impl Into<Value<'v>>) -> String {
        self.lang.with(key, &[(name, value.into())])
    }

    /// The text of a message with two variables.
    #[must_use]
    pub fn t2<'v>(
        &self,
        key: &str,
        name: &str,
        value: impl Into<Value<'v>>,
        second: &str,
        other: impl Into<Value<'v>>,
    ) -> String {
        self.lang.with(key, &[(name, value.into()), (second, other.into())])
    }

    /// A day: 05/02/2025.
    #[must_use]
    pub fn date(&self, date: &Date) -> String {
        self.lang.date(*date)
    }

    /// A day that may be missing; "–" then.
    #[must_use]
    pub fn day(&self, date: &Option<Date>) -> String {
        date.map_or_else(|| "–".to_owned(), |date| self.lang.date(date))
    }

    /// A time of a day: 14:05, 05/02/2025.
    #[must_use]
    pub fn time(&self, at: &DateTime) -> String {
        self.lang.time(*at)
    }

    /// A number as the language writes it: 1.234,5.
    #[must_use]
    pub fn number(&self, number: impl Figure) -> String {
        self.lang.number(number.figure())
    }

    /// The address of a static file, with its content hash.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        crate::assets::asset(name)
    }

    /// The entries of the main navigation that this reader sees.
    #[must_use]
    pub fn navigation(&self) -> Vec<Nav> {
        match &self.user {
            None => Vec::new(),
            Some(user) => Nav::ALL.into_iter().filter(|nav| nav.is_for(user)).collect(),
        }
    }

    /// True on the page of this entry.
    #[must_use]
    pub fn at(&self, nav: &Nav) -> bool {
        self.nav.as_ref() == Some(nav)
    }
}

/// A number that a template can hand to [`Page::number`].
pub trait Figure {
    /// Its value.
    fn figure(&self) -> f64;
}

impl<T: Figure + ?Sized> Figure for &T {
    fn figure(&self) -> f64 {
        (**self).figure()
    }
}

macro_rules! figures {
    ($($kind:ty),*) => {$(
        impl Figure for $kind {
            fn figure(&self) -> f64 {
                *self as f64
            }
        }
    )*};
}
figures!(i32, i64, u8, u16, u32, u64, usize, f32, f64);

/// Who is signed in, as the header shows it.
#[derive(Clone, Debug, Default)]
pub struct UserView {
    /// The person's name.
    pub name: String,
    /// Unit and post, in one line.
    pub post: String,
    /// True when the entries for administrators are shown.
    pub administers: bool,
    /// True when documents that were brought in may be looked at.
    pub reads_documents: bool,
}

/// An entry of the main navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// The dashboard.
    Home,
    /// What the reader's units owe.
    Work,
    /// Programmes and their tasks.
    Programmes,
    /// Requests for changes, explanations, obstacles.
    Requests,
    /// Documents brought in and their review.
    Documents,
    /// The directory of units.
    Units,
    /// Accounts and roles.
    Accounts,
}

impl Nav {
    /// All entries in the order shown.
    pub const ALL: [Self; 7] = [
        Self::Home,
        Self::Work,
        Self::Programmes,
        Self::Requests,
        Self::Documents,
        Self::Units,
        Self::Accounts,
    ];

    /// Where the entry leads.
    #[must_use]
    pub const fn href(&self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Work => "/duties",
            Self::Programmes => "/programmes",
            Self::Requests => "/requests",
            Self::Documents => "/intakes",
            Self::Units => "/units",
            Self::Accounts => "/accounts",
        }
    }

    /// The entry's word.
    #[must_use]
    pub fn word(&self, lang: &Lang) -> String {
        match self {
            Self::Home => lang.text("nav-home"),
            Self::Work => lang.text("nav-work"),
            Self::Programmes => lang.text("nav-programmes"),
            Self::Requests => lang.text("requests-nav"),
            Self::Documents => lang.text("nav-documents"),
            Self::Units => lang.text("nav-units"),
            Self::Accounts => lang.text("nav-accounts"),
        }
    }

    const fn is_for(self, user: &UserView) -> bool {
        match self {
            Self::Accounts => user.administers,
            Self::Documents => user.reads_documents,
            Self::Home | Self::Work | Self::Programmes | Self::Requests | Self::Units => true,
        }
    }
}

/// A step of the way down to a page.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its title.
    pub label: String,
    /// Its address.
    pub href: String,
}

/// The colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system says.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

impl Theme {
    /// The value kept in the cookie and sent by the switch.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this code; anything else is the system's.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// A light as the screen draws it: a shape, a colour and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Light {
    /// A square with an exclamation mark: overdue or target missed.
    Red,
    /// A triangle: near due or behind course.
    Amber,
    /// A tick in a circle: done or on course.
    Green,
    /// A ring: cannot be judged yet.
    Grey,
}

impl Light {
    /// All lights in the order lists show them: red first.
    pub const ALL: [Self; 4] = [Self::Red, Self::Amber, Self::Green, Self::Grey];

    /// The name used in addresses and class names.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Grey => "grey",
        }
    }

    /// The general word of the light, for headings, filters and legends.
    #[must_use]
    pub fn word(&self, lang: &Lang) -> String {
        match self {
            Self::Red => lang.text("light-red"),
            Self::Amber => lang.text("light-amber"),
            Self::Green => lang.text("light-green"),
            Self::Grey => lang.text("light-grey"),
        }
    }
}

/// How a banner speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Plain information.
    Info,
    /// Something was done.
    Success,
    /// Something to mind.
    Warning,
    /// Something failed, and what to do now.
    Error,
}

impl Tone {
    /// The name used in class names.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The icon that stands beside the words.
    #[must_use]
    pub const fn icon(&self) -> &'static str {
        match self {
            Self::Info => "info-circle",
            Self::Success => "circle-check",
            Self::Warning => "alert-triangle",
            Self::Error => "alert-octagon",
        }
    }

    /// The spoken word for the tone.
    #[must_use]
    pub fn word(&self, lang: &Lang) -> String {
        match self {
            Self::Info => lang.text("tone-info"),
            Self::Success => lang.text("tone-success"),
            Self::Warning => lang.text("tone-warning"),
            Self::Error => lang.text("tone-error"),
        }
    }
}

/// A banner with one or two sentences.
#[derive(Clone, Debug)]
pub struct Notice {
    /// How it speaks.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// A choice of a select, a radio group or a picker.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A second line: the superior unit, an explanation. May be empty.
    pub hint: String,
}

impl Choice {
    /// A choice without a second line.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// The choice with a second line.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// A page of a row of pages, or a view of the same thing.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its word.
    pub label: String,
    /// Its address.
    pub href: String,
    /// True when shown now.
    pub current: bool,
    /// How many things it holds, if that helps.
    pub count: Option<i64>,
}

/// Where a list stands and what comes before and after.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Position of the first row shown, from 1; 0 in an empty list.
    pub from: i64,
    /// Position of the last row shown.
    pub to: i64,
    /// How many rows there are, where that is known.
    pub total: Option<i64>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
}

impl Pager {
    /// Page so and so of a list, from 1, with so many rows on each; `at` gives the address of a page.
    #[must_use]
    pub fn numbered(page: usize, rows: usize, total: usize, at: impl Fn(usize) -> String) -> Pager {
        let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let from = (page.saturating_sub(1) * rows).min(total);
        let to = (from + rows).min(total);
        Pager {
            from: if from < to { whole(from + 1) } else { 0 },
            to: whole(to),
            total: Some(whole(total)),
            previous: (page > 1).then(|| at(page - 1)),
            next: (to < total).then(|| at(page + 1)),
        }
    }

    /// Where the list stands, in words.
    #[must_use]
    pub fn words(&self, lang: &Lang) -> String {
        let (from, to) = (self.from.into(), self.to.into());
        match self.total {
            Some(total) => lang.with("pager-of", &[("from", from), ("to", to), ("total", total.into())]),
            None => lang.with("pager-range", &[("from", from), ("to", to)]),
        }
    }
}

/// The order of a table, and the address that changes it.
#[derive(Clone, Debug, Default)]
pub struct Sort {
    /// The column ordered by.
    pub by: String,
    /// True when the greatest comes first.
    pub descending: bool,
    /// Path and query of the list without `sort`, ending in `?` or `&`.
    pub base: String,
}

impl Sort {
    /// Reads `due` or `-due`; anything outside `columns` gives the first of them.
    #[must_use]
    pub fn parse(asked: &str, columns: &[&str], base: impl Into<String>) -> Self {
        let (descending, name) = match asked.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, asked),
        };
        let known = columns.contains(&name);
        Self {
            by: if known { name } else { columns.first().copied().unwrap_or("") }.to_owned(),
            descending: known && descending,
            base: base.into(),
        }
    }

    /// The address that orders by `column`, or turns it round when it leads already.
    #[must_use]
    pub fn href(&self, column: &str) -> String {
        let sign = if self.by == column && !self.descending { "-" } else { "" };
        format!("{}sort={sign}{column}", self.base)
    }

    /// The value of `aria-sort` for `column`: `ascending`, `descending` or `none`.
    #[must_use]
    pub fn aria(&self, column: &str) -> &'static str {
        match (self.by == column, self.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_link_turns_the_leading_column_round() {
        let sort = Sort::parse("due", &["light", "due"], "/tasks?q=a&");
        assert_eq!(sort.href("due"), "/tasks?q=a&sort=-due");
        assert_eq!(sort.href("light"), "/tasks?q=a&sort=light");
        assert_eq!(sort.aria("due"), "ascending");
        assert_eq!(sort.aria("light"), "none");
        let unknown = Sort::parse("-drop table", &["light"], "?");
        assert_eq!((unknown.by.as_str(), unknown.descending), ("light", false));
    }

    #[test]
    fn everybody_sees_the_entries_that_open_for_him() {
        let mut page = Page::new(Lang::Vi, "x");
        assert!(page.navigation().is_empty());
        page.user = Some(UserView::default());
        assert_eq!(page.navigation(), [Nav::Home, Nav::Work, Nav::Programmes, Nav::Requests, Nav::Units]);
        page.user = Some(UserView { administers: true, reads_documents: true, ..UserView::default() });
        assert_eq!(page.navigation(), Nav::ALL);
    }
}
