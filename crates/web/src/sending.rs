//! Forms that carry files: the fields are kept as typed, each file is put into the store piece by piece.

use crate::app::App;
use crate::failure::PageError;
use crate::form::Form;
use crate::session::Session;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use domain::requests::Sent;
use futures_util::TryStreamExt;

/// Longest text field, in bytes.
const MOST_TEXT: usize = 65_536;
/// A file beyond the limit is read to its end and thrown away, so that the sender gets an answer; this is the
/// most that is thrown away, in bytes.
const MOST_REFUSED: u64 = 1 << 30;
/// First bytes kept to tell a program in disguise.
const HEAD: usize = 16;

fn unreadable(error: MultipartError) -> PageError {
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
        match store(app, field, &file_name).await? {
            Some(sent) => files.push(sent),
            None => problems.push(session.lang().with(
                "requests-invalid-file-large",
                &[("name", file_name.into()), ("limit", megabytes(app).into())],
            )),
        }
    }
    let mut form = Form::sent(values);
    session.check_csrf(form.value("csrf"))?;
    let digests: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    session.once(app, &form, &digests).await?;
    for problem in problems {
        form.issue("files", problem);
    }
    Ok((form, files))
}

async fn text(mut field: Field<'_>) -> Result<String, PageError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_TEXT {
            return Err(PageError::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn refuse(mut field: Field<'_>) -> Result<(), PageError> {
    let mut refused = 0;
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        refused += piece.len() as u64;
        if refused > MOST_REFUSED {
            return Err(PageError::TooLarge);
        }
    }
    Ok(())
}

/// Puts a file; none where it is larger than what is taken.
async fn store(app: &App, mut field: Field<'_>, name: &str) -> Result<Option<Sent>, PageError> {
    let most = app.settings.upload_bytes;
    let media_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
    let (mut seen, mut head) = (0_u64, Vec::new());
    let outcome = {
        let pieces = (&mut field).map_err(std::io::Error::other).inspect_ok(|piece| {
            seen += piece.len() as u64;
            let room = HEAD.saturating_sub(head.len()).min(piece.len());
            head.extend_from_slice(&piece[..room]);
        });
        app.platform.blobs.put_stream(Box::pin(pieces), most).await
    };
    match outcome {
        Ok(stored) => Ok(Some(Sent {
            name: name.to_owned(),
            media_type,
            sha256: stored.digest.to_string(),
            size_bytes: stored.size,
            head,
        })),
        Err(_) if seen > most => {
            refuse(field).await?;
            Ok(None)
        }
        Err(error) => Err(PageError::Broken(error.to_string())),
    }
}
