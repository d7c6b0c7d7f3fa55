//! A document as it was understood: its text with every passage that a task stands in.

use super::show::DocumentLine;
use crate::app::App;
use crate::failure::{PageError, render};
use crate::session::Session;
use crate::view::{Nav, Page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::programmes::{self, DocumentId, Passage};
use domain::query;

/// A stretch of the text; `href` leads to its task.
#[derive(Debug, PartialEq, Eq)]
struct Stretch {
    text: String,
    href: Option<String>,
    anchor: String,
}

/// A line of the text.
type Printed = Vec<Stretch>;

#[derive(Template)]
#[template(path = "programmes/document.html")]
struct DocumentPage {
    page: Page,
    line: DocumentLine,
    replaced: Option<String>,
    replaces: Option<String>,
    programmes: Vec<(String, String)>,
    lines: Vec<Printed>,
    passages: usize,
}

pub(super) async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<DocumentId>,
) -> Result<Response, PageError> {
    let lang = session.lang();
    let shown = query!(&app.platform, session.actor(), cx => { programmes::document(cx, id).await })?;
    let line = DocumentLine::new(lang, &shown.document);
    let name = if line.number.is_empty() { line.title.clone() } else { line.number.clone() };
    let mut page = session.page(&app, name);
    page.nav = Some(Nav::Programmes);
    page = page.crumb(lang.text("programmes-title"), "/programmes");
    if let [(programme, title)] = shown.programmes.as_slice() {
        page = page.crumb(
            crate::pages::words::short(title, crate::pages::words::CRUMB),
            format!("/programmes/{programme}"),
        );
    }
    let address = |id: DocumentId| format!("/documents/{id}");
    let programmes = shown.programmes.iter().map(|(id, title)| (format!("/programmes/{id}"), title.clone()));
    render(&DocumentPage {
        replaced: shown.document.replaced_by.map(address),
        replaces: shown.document.replaces.map(address),
        programmes: programmes.collect(),
        lines: printed(&shown.text, &shown.passages),
        passages: shown.passages.len(),
        page,
        line,
    })
}

/// The text by lines, cut where passages begin and end. Where passages overlap the first one is marked up
/// to its end, and the next one from there.
fn printed(text: &str, passages: &[Passage]) -> Vec<Printed> {
    let mut marks: Vec<(usize, usize, &Passage)> = Vec::new();
    for passage in passages {
        let (Ok(from), Ok(to)) = (usize::try_from(passage.span[0]), usize::try_from(passage.span[1])) else {
            continue;
        };
        let from = from.max(marks.last().map_or(0, |(_, end, _)| *end));
        if from < to {
            marks.push((from, to, passage));
        }
    }
    let (mut lines, mut line, mut words) = (Vec::new(), Vec::new(), String::new());
    let mut marks = marks.into_iter().peekable();
    let mut current: Option<(usize, &Passage)> = None;
    let mut fresh = true;
    let stretch = |words: &mut String, passage: Option<&Passage>, fresh: &mut bool| {
        let text = std::mem::take(words);
        let anchor = match passage {
            Some(passage) if *fresh => format!("p{}", passage.span[0]),
            _ => String::new(),
        };
        *fresh = false;
        Stretch { text, href: passage.map(|passage| format!("/tasks/{}", passage.task)), anchor }
    };
    for (at, c) in text.chars().enumerate() {
        if current.is_some_and(|(end, _)| end == at) || marks.peek().is_some_and(|(from, ..)| *from == at) {
            if !words.is_empty() {
                line.push(stretch(&mut words, current.map(|(_, passage)| passage), &mut fresh));
            }
            current = current.filter(|(end, _)| *end != at);
        }
        if let Some((_, end, passage)) = marks.next_if(|(from, ..)| *from == at) {
            (current, fresh) = (Some((end, passage)), true);
        }
        if c == '\n' {
            if !words.is_empty() {
                line.push(stretch(&mut words, current.map(|(_, passage)| passage), &mut fresh));
            }
            lines.push(std::mem::take(&mut line));
        } else {
            words.push(c);
        }
    }
    if !words.is_empty() {
        line.push(stretch(&mut words, current.map(|(_, passage)| passage), &mut fresh));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.retain(|line| line.iter().any(|stretch| !stretch.text.trim().is_empty()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::programmes::TaskId;

    fn passage(from: i64, to: i64, n: u128) -> Passage {
        Passage { span: [from, to], task: TaskId(uuid::Uuid::from_u128(n)), code: None, title: String::new() }
    }

    fn shown(text: &str, passages: &[Passage]) -> String {
        let stretch = |stretch: &Stretch| match &stretch.href {
            Some(href) => {
                format!("[{}{}{}]", stretch.anchor, href.chars().last().unwrap_or(' '), stretch.text)
            }
            None => stretch.text.clone(),
        };
        let line = |line: &Printed| line.iter().map(stretch).collect::<String>();
        printed(text, passages).iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn passages_are_marked_line_by_line() {
        assert_eq!(shown("Đề án một\nhai ba", &[passage(3, 12, 1)]), "Đề [p31án một]\n[1ha]i ba");
        assert_eq!(shown("abcdef", &[passage(0, 3, 1), passage(3, 6, 2)]), "[p01abc][p32def]");
        assert_eq!(shown("abcdef", &[passage(0, 4, 1), passage(2, 6, 2)]), "[p01abcd][p22ef]");
        assert_eq!(shown("abc", &[passage(2, 99, 1), passage(-5, 1, 2)]), "ab[p21c]");
        assert_eq!(shown("\n a \n\n", &[]), " a ");
    }
}
