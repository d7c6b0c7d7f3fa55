//! `dotpha serve`: the server, its jobs and the sealer, until it is asked to stop.

use crate::config::Config;
use crate::installation;
use crate::reading::{self, TwiceReader};
use anyhow::{Context, bail};
use domain::access::Actor;
use domain::audit::Sealer;
use domain::board::Board;
use domain::intake::{self, Pending};
use domain::{Micros, Platform, files, identity, query};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use store::jobs::{Outcome, Worker};
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::{App, DemoLogin, Settings};

/// Committed audit rows wait this long for their seal at most (design: within 10 s).
const SEAL_EVERY: Duration = Duration::from_secs(5);

/// After a crash another worker takes a job over within this time; a running job renews its lease.
const LEASE: Duration = Duration::from_secs(15);

/// How often the worker looks for jobs.
const POLL: Duration = Duration::from_millis(500);

/// How often the board looks for what other nodes wrote.
const FOLLOW: Duration = Duration::from_millis(500);

/// How often old jobs and answers are forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(3600);

/// Opens the installation, brings the schema up, and serves.
///
/// # Errors
/// The installation cannot be opened, or the address is taken.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let platform = installation::open(config).await?;
    platform.db.migrate().await.context("the schema could not be brought up")?;
    let system = Actor::system("serve");
    if query!(&platform, &system, cx => { identity::count_demo(cx).await })? > 0 {
        bail!("{} holds a demo with known passwords: choose another folder", config.data.folder.display());
    }
    let listener = TcpListener::bind(&config.server.listen)
        .await
        .with_context(|| format!("cannot listen on {}: is another program there?", config.server.listen))?;
    tracing::info!(address = %listener.local_addr()?, engine = ?platform.db.engine(), "serving");
    serve(config, platform, listener, Vec::new()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Serves on a listener until SIGTERM or Ctrl-C; requests under way are answered first.
///
/// # Errors
/// The key of the audit trail cannot be had, or the listener failed.
pub async fn serve(
    config: &Config,
    platform: Platform,
    listener: TcpListener,
    demo: Vec<DemoLogin>,
) -> anyhow::Result<()> {
    let sealer = installation::sealer(&config.data.folder)?;
    let (stop, stopped) = watch::channel(false);
    let sealing = tokio::spawn(seal(sealer, platform.clone(), stopped.clone()));
    let tidying = tokio::spawn(tidy(platform.clone(), stopped.clone()));
    let board = Arc::new(Board::new());
    let following = tokio::spawn(follow(board.clone(), platform.clone(), stopped.clone()));
    let reader = Arc::new(installation::reader(config)?);
    let twice = installation::intake_reader(config, reader.clone())?;
    let working = tokio::spawn(worker(&platform, twice).run(stopped));
    let settings = Arc::new(settings(config, demo)?);
    let app = App { platform: platform.clone(), board, settings, reader, metrics: figures()? };
    let service = web::router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(asked_to_stop()).await?;
    tracing::info!("stopping");
    stop.send_replace(true);
    sealing.await?;
    working.await?;
    following.await?;
    tidying.await?;
    platform.db.close().await;
    Ok(())
}

fn settings(config: &Config, demo: Vec<DemoLogin>) -> anyhow::Result<Settings> {
    Ok(Settings {
        organisation: config.organisation.name.clone(),
        demo,
        proxies: config.server.proxies.iter().map(IpAddr::to_canonical).collect(),
        secure_cookies: config.server.https,
        upload_bytes: config.limits.upload_megabytes << 20,
        request_time: config.server.request_time(),
        model_host: reading::host(&config.model)?,
    })
}

fn figures() -> anyhow::Result<Option<PrometheusHandle>> {
    Ok(Some(PrometheusBuilder::new().install_recorder()?))
}

/// Does the jobs: reads files that were brought in.
fn worker(platform: &Platform, reader: TwiceReader) -> Worker {
    let clock = platform.clock.clone();
    let (platform, reader) = (platform.clone(), Arc::new(reader));
    let name = platform.entropy.uuid(clock.now()).to_string();
    Worker::new(platform.db.clone(), name, Arc::new(move || clock.now().into())).paced(LEASE, POLL).on(
        intake::QUEUE,
        move |job| {
            let (platform, reader) = (platform.clone(), reader.clone());
            async move {
                let pending: Pending =
                    serde_json::from_value(job.payload.0).map_err(|error| error.to_string())?;
                let outcome = intake::read_pending(&platform, reader.as_ref(), pending.intake).await;
                outcome.map(|()| Outcome::Done).map_err(|error| error.to_string())
            }
        },
    )
}

/// Forgets finished jobs after 30 days, answers to repeated requests after a day, and files that nothing
/// names after a day.
async fn tidy(platform: Platform, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = purge(&platform).await {
            tracing::error!(%error, "old jobs could not be forgotten");
        }
        match files::sweep(&platform).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "removed files that nothing names"),
            Err(error) => tracing::error!(%error, "files that nothing names could not be removed"),
        }
        let _ = tokio::time::timeout(TIDY_EVERY, stopped.changed()).await;
    }
}

async fn purge(platform: &Platform) -> store::Result<()> {
    let now = Micros::from(platform.now());
    let mut tx = platform.db.begin().await?;
    store::jobs::purge(&mut tx, now.plus_seconds(-30 * 86_400)).await?;
    store::idempotency::purge(&mut tx, now).await?;
    tx.commit().await
}

/// Makes the board, then keeps it up with what other nodes write.
async fn follow(board: Arc<Board>, platform: Platform, mut stopped: watch::Receiver<bool>) {
    let begun = platform.now();
    while !*stopped.borrow() {
        let made = board.is_made();
        match board.refresh(&platform).await {
            Ok(()) if !made => {
                let size = board.size();
                tracing::info!(took = %(platform.now() - begun), ?size, "the board is made");
            }
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "the board could not be brought up"),
        }
        let _ = tokio::time::timeout(FOLLOW, stopped.changed()).await;
    }
}

async fn seal(sealer: Sealer, platform: Platform, mut stopped: watch::Receiver<bool>) {
    tracing::info!(key = sealer.public_key(), "sealing the audit trail");
    while !*stopped.borrow() {
        match sealer.seal(&platform).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "sealed"),
            Err(error) => tracing::error!(%error, "the audit trail could not be sealed"),
        }
        let _ = tokio::time::timeout(SEAL_EVERY, stopped.changed()).await;
    }
}

/// Ends when the system or the person at the terminal asks to stop.
async fn asked_to_stop() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be heard");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
