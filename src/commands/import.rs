//! `dotpha import`: documents brought in from the command line, with or without a review.

use super::read::{bytes_of, say};
use crate::config::Config;
use crate::{installation, reading};
use bytes::Bytes;
use clap::Args;
use domain::access::Actor;
use domain::intake::{self, IntakeId, Reader, Received, Status, Upload};
use domain::{Platform, UnitId, command, query, units};
use messages::Lang;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What `dotpha import` is given.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Documents: .txt, .docx, .pdf; lists: .xlsx, .csv.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The unit whose plan it is: its id, its e-identifier or its name.
    #[arg(long)]
    pub owner: String,
    /// Take everything that was read into the plan at once; otherwise a person reviews it in the browser.
    #[arg(long)]
    pub no_review: bool,
    /// The files hold no state secrets (bí mật nhà nước). Without this declaration nothing is brought in.
    #[arg(long)]
    pub declare_no_state_secrets: bool,
}

/// Brings the files in, reads them, and commits their plans where no review is wanted.
///
/// # Errors
/// The store failed, or the unit is not known.
pub async fn run(config: &Config, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let platform = installation::open_current(config).await?;
    let most = config.limits.upload_megabytes << 20;
    let reader = installation::intake_reader(config, Arc::new(installation::reader(config)?))?;
    if let Some(host) = reading::host(&config.model)? {
        writeln!(std::io::stderr(), "{}", Lang::Vi.with("intake-cli-model", &[("host", host.into())]))?;
    }
    let code = bring(&platform, &reader, most, args, Lang::Vi).await;
    platform.db.close().await;
    code
}

/// Brings files into an installation that is open.
///
/// # Errors
/// As [`run`].
pub async fn bring(
    platform: &Platform,
    reader: &dyn Reader,
    most: u64,
    args: &ImportArgs,
    lang: Lang,
) -> anyhow::Result<ExitCode> {
    if !args.declare_no_state_secrets {
        anyhow::bail!(lang.text("intake-cli-not-declared"));
    }
    let actor = Actor::system("cli");
    let owner = owner(platform, &actor, &args.owner, lang).await?;
    let mut failed = false;
    for file in &args.files {
        let outcome = match bytes_of(file, most, lang) {
            Ok(bytes) => import(platform, &actor, reader, (file, bytes.into()), owner, args, lang).await,
            Err(why) => Err(Unreadable(why).into()),
        };
        let (line, went_well) = match outcome {
            Ok(line) => (line, true),
            Err(error) => (sentence(error, lang)?, false),
        };
        failed |= !went_well;
        writeln!(std::io::stdout(), "{}: {line}", file.display())?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A problem of the file or of the plan is said and the next file taken; anything else ends the command.
fn sentence(error: anyhow::Error, lang: Lang) -> anyhow::Result<String> {
    match error.downcast::<domain::Error>() {
        Ok(domain::Error::Invalid(problems)) => {
            let said: Vec<String> =
                problems.iter().map(|problem| lang.with(problem.reason.key, &problem.reason.args)).collect();
            Ok(said.join(" "))
        }
        Ok(other) => Err(other.into()),
        Err(error) => match error.downcast::<Unreadable>() {
            Ok(why) => Ok(why.0),
            Err(error) => Err(error),
        },
    }
}

/// Why a file was not taken in, as a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unreadable(String);

async fn owner(platform: &Platform, actor: &Actor, given: &str, lang: Lang) -> anyhow::Result<UnitId> {
    if let Ok(id) = given.parse::<UnitId>() {
        return Ok(query!(platform, actor, cx => { units::load(cx, id).await })?.id);
    }
    let found = query!(platform, actor, cx => { units::search(cx, given, 5).await })?;
    let exact: Vec<_> =
        found.iter().filter(|unit| unit.name == given || unit.eid.as_deref() == Some(given)).collect();
    match (&exact[..], &found[..]) {
        ([unit], _) => Ok(unit.id),
        ([], [unit]) => Ok(unit.id),
        _ => {
            let names: Vec<String> =
                found.iter().map(|unit| format!("{} ({})", unit.label(), unit.id)).collect();
            let found = names.join("; ");
            anyhow::bail!(
                lang.with("intake-cli-owner", &[("given", given.to_owned().into()), ("found", found.into())])
            )
        }
    }
}

async fn import(
    platform: &Platform,
    actor: &Actor,
    reader: &dyn Reader,
    (file, bytes): (&Path, Bytes),
    owner: UnitId,
    args: &ImportArgs,
    lang: Lang,
) -> anyhow::Result<String> {
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    intake::admit(reader, &file_name, &bytes).await?;
    let stored = platform.blobs.put(bytes).await?;
    let upload = Upload {
        owner,
        file_name,
        sha256: stored.digest.to_string(),
        size_bytes: stored.size,
        declared: args.declare_no_state_secrets,
        amends: None,
    };
    let received = command!(platform, actor, cx => { intake::receive(cx, upload.clone()).await })?;
    if let Received::Known(id) = received {
        let known = query!(platform, actor, cx => { intake::find(cx, id).await })?;
        if let Status::Committed { programme, .. } = known.status {
            return Ok(lang.with("intake-cli-known", &[("programme", programme.to_string().into())]));
        }
    }
    let id = received.id();
    intake::read_pending(platform, reader, id).await?;
    finish(platform, actor, id, args.no_review, lang).await
}

async fn finish(
    platform: &Platform,
    actor: &Actor,
    id: IntakeId,
    no_review: bool,
    lang: Lang,
) -> anyhow::Result<String> {
    let mut read = query!(platform, actor, cx => { intake::find(cx, id).await })?;
    if let Status::Failed(failure) = &read.status {
        return Err(Unreadable(say(failure, lang)).into());
    }
    if no_review && read.status == Status::Mapping {
        command!(platform, actor, cx => { intake::apply(cx, id, read.version).await })?;
        read = query!(platform, actor, cx => { intake::find(cx, id).await })?;
    }
    if !no_review {
        let items = read.open + read.accepted;
        return Ok(lang.with(
            "intake-cli-review",
            &[("items", items.into()), ("address", format!("/intakes/{id}").into())],
        ));
    }
    let items = read.open + read.accepted;
    let programme = command!(platform, actor, cx => { intake::commit(cx, id, None, true).await })?;
    Ok(lang.with(
        "intake-cli-committed",
        &[("items", items.into()), ("address", format!("/programmes/{programme}").into())],
    ))
}
