//! Reading what the form of an update sends: text fields, and files that are judged by their content.

use crate::app::App;
use crate::failure::{PageError, say};
use crate::form::Form;
use crate::session::Session;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use domain::Day;
use domain::carrying::{ClaimKind, FILE_BYTES, FILES_MOST, IssuedDocument, NewFile, Said, sniff};
use domain::programmes::{MilestoneId, Period};
use messages::Lang;

/// Longest text field, in bytes.
const MOST_TEXT: usize = 128 * 1024;
/// Most fields and files of one sending.
const MOST_FIELDS: usize = 200;

/// What arrived: the text fields with what is wrong of them, and the files that are kept.
pub(super) struct Sent {
    pub(super) form: Form,
    pub(super) files: Vec<NewFile>,
}

fn unreadable(error: MultipartError) -> PageError {
    PageError::Unreadable(error.body_text())
}

async fn bytes(mut field: Field<'_>, most: usize) -> Result<Option<Vec<u8>>, PageError> {
    let (mut read, mut over) = (Vec::new(), false);
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        over |= read.len() + piece.len() > most;
        if !over {
            read.extend_from_slice(&piece);
        }
    }
    Ok((!over).then_some(read))
}

/// Reads a sending field by field; the form's token stands before the first file.
pub(super) async fn receive(app: &App, session: &Session, mut body: Multipart) -> Result<Sent, PageError> {
    let lang = session.lang();
    let (mut values, mut problems, mut files) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(field) = body.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if values.len() + files.len() >= MOST_FIELDS {
            return Err(PageError::TooLarge);
        }
        if name != "files" {
            let text = bytes(field, MOST_TEXT).await?.ok_or(PageError::TooLarge)?;
            values.push((name, String::from_utf8_lossy(&text).into_owned()));
            continue;
        }
        session.check_csrf(Form::sent(values.clone()).value("csrf"))?;
        let file_name = field.file_name().unwrap_or_default().trim().to_owned();
        let content = bytes(field, FILE_BYTES).await?;
        if file_name.is_empty() {
            continue;
        }
        if files.len() >= FILES_MOST {
            problems.push(lang.with("carrying-error-files-many", &[("most", FILES_MOST.into())]));
            continue;
        }
        let Some(content) = content else {
            let most = FILE_BYTES / (1024 * 1024);
            let args = [("name", file_name.into()), ("most", most.into())];
            problems.push(lang.with("carrying-error-file-large", &args));
            continue;
        };
        match sniff(&file_name, &content) {
            Err(reason) => problems.push(say(lang, &reason)),
            Ok(media_type) => {
                let stored = app.platform.blobs.put(content.into()).await.map_err(domain::Error::from)?;
                let (size_bytes, sha256) = (stored.size, stored.digest);
                files.push(NewFile { name: file_name, media_type, size_bytes, sha256 });
            }
        }
    }
    let mut form = Form::sent(values);
    session.check_csrf(form.value("csrf"))?;
    let digests: Vec<String> = files.iter().map(|file| file.sha256.to_string()).collect();
    let digests: Vec<&str> = digests.iter().map(String::as_str).collect();
    session.once(app, &form, &digests).await?;
    for problem in problems {
        form.issue("files", problem);
    }
    Ok(Sent { form, files })
}

/// What was typed. A day or a share that cannot be read is noted as an error, and left out.
pub(super) fn said(form: &mut Form, lang: Lang) -> Said {
    let text = |name: &str| form.value(name).replace("\r\n", "\n");
    let mut said = Said {
        kind: ClaimKind::from_code(form.value("kind")).unwrap_or(ClaimKind::Progress),
        period: period(form.value("period")),
        milestone: form.value("milestone").parse::<MilestoneId>().ok(),
        percent: None,
        body: text("body"),
        result: text("result"),
        product: text("product"),
        completed_on: None,
        difficulty: text("difficulty"),
        remover: text("remover"),
        entered_for: Some(text("entered_for")),
    };
    said.completed_on = form.date("completed_on", lang).map(Day);
    let typed = form.value("percent").trim().trim_end_matches('%').trim().to_owned();
    if !typed.is_empty() {
        said.percent = typed.parse().ok().filter(|percent| (0..=100).contains(percent));
        if said.percent.is_none() {
            form.issue("percent", lang.text("carrying-error-percent"));
        }
    }
    said
}

/// A period as the form's choice sends it.
pub(super) fn period_code(period: Period) -> String {
    format!("{}/{}", period.from, period.to)
}

fn period(code: &str) -> Option<Period> {
    let (from, to) = code.split_once('/')?;
    Some(Period { from: from.parse().ok()?, to: to.parse().ok()? })
}

/// The issued document named in the form, where one is.
pub(super) fn document(form: &mut Form, lang: Lang) -> Option<IssuedDocument> {
    let text = |name: &str| form.value(name).trim().to_owned();
    let mut document = IssuedDocument {
        number: text("number"),
        issued_on: None,
        issuer: text("issuer"),
        excerpt: text("excerpt"),
    };
    let typed = [&document.number, &document.issuer, &document.excerpt].iter().any(|part| !part.is_empty());
    if !typed && text("issued_on").is_empty() {
        return None;
    }
    document.issued_on = form.date("issued_on", lang).map(Day);
    form.error("issued_on").is_empty().then_some(document)
}
