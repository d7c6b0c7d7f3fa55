//! Forms that carry files: the fields are kept as typed, each file is looked at and then put into the store.

use crate::app::App;
use crate::failure::{PageError, say};
use crate::form::Form;
use crate::session::Session;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use domain::Reason;
use domain::requests::Sent;
use messages::Lang;

/// Longest text field, in bytes.
const MOST_TEXT: usize = 65_536;
/// A file beyond the limit is read to its end and thrown away, so that the sender gets an answer; this is the
/// most that is thrown away, in bytes.
const MOST_REFUSED: u64 = 2 << 30;
/// First bytes kept to tell a program in disguise.
const HEAD: usize = 16;

/// What was sent cannot be read as a form with files.
pub(crate) fn unreadable(error: MultipartError) -> PageError {
    PageError::Unreadable(error.body_text())
}

/// Largest file, in megabytes.
pub(crate) fn megabytes(app: &App) -> i64 {
    i64::try_from(app.settings.upload_bytes >> 20).unwrap_or(i64::MAX)
}

/// Reads a form whose token stands before its files (`files`).
///
/// # Errors
/// [`PageError::Forged`], [`PageError::Unreadable`], [`PageError::TooLarge`].
pub(crate) async fn receive(
    app: &App,
    session: &Session,
    mut body: Multipart,
) -> Result<(Form, Vec<Sent>), PageError> {
    let (mut values, mut files, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(field) = body.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "files" && name != "file" {
            values.push((name, text(field).await?));
            continue;
        }
        session.check_csrf(Form::sent(values.clone()).value("csrf"))?;
        let file_name = field.file_name().unwrap_or_default().trim().to_owned();
        if file_name.is_empty() || files.len() > domain::requests::rules::MOST_FILES {
            refuse(field).await?;
            continue;
        }
        match store(app, session.lang(), field, &file_name).await? {
            Ok(sent) => files.push(sent),
            Err(problem) => problems.push(problem),
        }
    }
    let digests: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    let form = whole(app, session, values, &digests, problems).await?;
    Ok((form, files))
}

/// The form as it was sent in the end, with what is wrong with its files (`files`), whose digests are given.
///
/// # Errors
/// [`PageError::Forged`]; [`PageError::Repeated`] where it was carried out before.
pub(crate) async fn whole(
    app: &App,
    session: &Session,
    values: Vec<(String, String)>,
    digests: &[&str],
    problems: Vec<String>,
) -> Result<Form, PageError> {
    let mut form = Form::sent(values);
    session.check_csrf(form.value("csrf"))?;
    session.once(app, &form, digests).await?;
    for problem in problems {
        form.issue("files", problem);
    }
    Ok(form)
}

/// A text field.
///
/// # Errors
/// [`PageError::TooLarge`], [`PageError::Unreadable`].
pub(crate) async fn text(mut field: Field<'_>) -> Result<String, PageError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_TEXT {
            return Err(PageError::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads a file to its end and throws it away; how many bytes it had.
pub(crate) async fn refuse(mut field: Field<'_>) -> Result<u64, PageError> {
    let mut refused = 0;
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        refused += piece.len() as u64;
        if refused > MOST_REFUSED {
            return Err(PageError::TooLarge);
        }
    }
    Ok(refused)
}

/// A file that was put.
pub(crate) struct Stored {
    /// Its digest, in lower-case hexadecimal.
    pub(crate) sha256: String,
    /// Its length in bytes.
    pub(crate) size: u64,
    /// Its first bytes.
    head: Vec<u8>,
}

/// What became of a file that was sent.
pub(crate) enum Put {
    /// It lies in the store.
    Stored(Stored),
    /// It has no content; nothing was stored.
    Empty,
    /// It has so many bytes, more than are taken; nothing of it was stored.
    TooLarge(u64),
    /// It is not taken, and nothing of it was stored.
    Refused(Reason),
}

/// Reads a file to its end and puts it into the store, unless it is too large or bears a mark of state
/// secrets. It is held in memory until that is known.
///
/// # Errors
/// [`PageError::Unreadable`]; [`PageError::TooLarge`] beyond what is read only to be thrown away.
pub(crate) async fn put(app: &App, mut field: Field<'_>, name: &str) -> Result<Put, PageError> {
    let most = app.settings.upload_bytes;
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        let size = (bytes.len() + piece.len()) as u64;
        if size > most {
            drop(bytes);
            return Ok(Put::TooLarge(size + refuse(field).await?));
        }
        bytes.extend_from_slice(&piece);
    }
    if bytes.is_empty() {
        return Ok(Put::Empty);
    }
    if let Some(reason) = closed(app, name, &bytes).await? {
        return Ok(Put::Refused(reason));
    }
    let head = bytes[..bytes.len().min(HEAD)].to_vec();
    let stored = app.platform.blobs.put(bytes.into()).await.map_err(domain::Error::from)?;
    Ok(Put::Stored(Stored { sha256: stored.digest.to_string(), size: stored.size, head }))
}

/// Why a file is not taken: it bears a mark of state secrets. Asked before anything of it is stored.
pub(crate) async fn closed(app: &App, name: &str, bytes: &[u8]) -> Result<Option<Reason>, PageError> {
    match domain::intake::admit(app.reader.as_ref(), name, bytes).await {
        Ok(()) => Ok(None),
        Err(domain::Error::Invalid(problems)) => Ok(problems.into_iter().next().map(|one| one.reason)),
        Err(other) => Err(other.into()),
    }
}

/// Puts a file of an exchange; the sentence for it where it is not taken.
async fn store(
    app: &App,
    lang: Lang,
    field: Field<'_>,
    name: &str,
) -> Result<Result<Sent, String>, PageError> {
    let media_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
    Ok(match put(app, field, name).await? {
        Put::Stored(stored) => Ok(Sent {
            name: name.to_owned(),
            media_type,
            sha256: stored.sha256,
            size_bytes: stored.size,
            head: stored.head,
        }),
        Put::Empty => Err(lang.with("intake-problem-empty-file", &[("name", name.into())])),
        Put::Refused(reason) => Err(say(lang, &reason)),
        Put::TooLarge(_) => {
            let args = [("name", name.into()), ("limit", megabytes(app).into())];
            Err(lang.with("requests-invalid-file-large", &args))
        }
    })
}
