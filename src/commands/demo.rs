//! `dotpha demo`: a whole installation with invented organisations, people and log-ins, made through the
//! same operations as a real one.

use super::{say, serve, story};
use crate::config::Config;
use crate::installation;
use anyhow::{Context, bail};
use clap::Args;
use domain::access::{Actor, Role};
use domain::identity::{self, NewAccount};
use domain::intake::{self, Answer, Hints, Mark, Reader, Reading, Upload, Watch};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Error, Platform, UnitId, command, query};
use futures_util::future::join_all;
use messages::Lang;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;
use web::DemoLogin;

/// What `dotpha demo` is given.
#[derive(Args)]
pub struct DemoArgs {
    /// Folder of the demo's data; what is there already is kept.
    #[arg(long, default_value = "demo-data")]
    data: PathBuf,
    /// Port on this machine; another free one is taken when 8080 is not free.
    #[arg(long)]
    port: Option<u16>,
    /// Documents to read into the demo as well.
    files: Vec<PathBuf>,
}

/// The password of every demo log-in; a demo's data folder is refused by `dotpha serve`.
pub(super) const PASSWORD: &str = "song-lam-xanh-2026";

/// Whose installation the demo is, in the header of its pages.
const ORGANISATION: &str = "Tỉnh Sông Lam (giả định)";

struct Sample {
    name: &'static str,
    bytes: &'static [u8],
    /// Left for the reader to review, instead of becoming a programme at once.
    for_review: bool,
}

macro_rules! sample {
    ($name:literal, $for_review:literal) => {
        Sample {
            name: $name,
            bytes: include_bytes!(concat!("../../samples/", $name)),
            for_review: $for_review,
        }
    };
}

const SAMPLES: [Sample; 4] = [
    sample!("hoi-tri-thuc-tre-song-lam.txt", false),
    sample!("dai-hoc-ky-thuat-bac-ha.txt", false),
    sample!("vien-khoa-hoc-du-lieu-truong-son.txt", false),
    sample!("ubnd-tinh-song-lam.txt", true),
];

/// A person of the demo: log-in, name, post, role, and whether at every organisation or at the first only.
struct Figure {
    login: &'static str,
    name: &'static str,
    title: &'static str,
    role: Role,
    everywhere: bool,
}

const FIGURES: [Figure; 4] = [
    Figure {
        login: "theodoi",
        name: "Lê Thị Mai",
        title: "Chuyên viên tổng hợp",
        role: Role::Planner,
        everywhere: true,
    },
    Figure {
        login: "lanhdao",
        name: "Nguyễn Văn Bình",
        title: "Chủ tịch",
        role: Role::Leader,
        everywhere: false,
    },
    Figure {
        login: "thanhtra",
        name: "Phạm Quốc Khánh",
        title: "Thanh tra viên",
        role: Role::Inspector,
        everywhere: true,
    },
    Figure {
        login: "quantri",
        name: "Trần Thu Hà",
        title: "Quản trị hệ thống",
        role: Role::Administrator,
        everywhere: true,
    },
];

/// Makes the demo where there is none, reads the given files into it, and serves it.
///
/// # Errors
/// The folder holds something else than a demo, a file cannot be read, or no port is free.
pub async fn run(config: &Config, args: DemoArgs) -> anyhow::Result<ExitCode> {
    let mut config = config.clone();
    config.data.folder.clone_from(&args.data);
    config.data.database = String::new();
    config.organisation.name = ORGANISATION.into();
    let platform = installation::open(&config).await?;
    platform.db.migrate().await?;
    let reader = installation::reader(&config)?;
    let system = Actor::system("demo");
    let (accounts, demo) = query!(&platform, &system, cx => {
        Ok((identity::count(cx).await?, identity::count_demo(cx).await?))
    })?;
    if accounts > 0 && demo == 0 {
        bail!("{} holds a real installation: choose another folder with --data", args.data.display());
    }
    if accounts == 0 {
        make(&platform, &system, &reader).await?;
    }
    for file in &args.files {
        let line = read_file(&platform, &system, &reader, file).await?;
        say(format!("{}: {line}", file.display()));
    }
    let listener = listen(args.port).await?;
    announce(&listener)?;
    let divisions = tokio::spawn(divisions(platform.clone()));
    serve::serve(&config, platform, listener, logins()).await?;
    divisions.abort();
    Ok(ExitCode::SUCCESS)
}

async fn listen(port: Option<u16>) -> anyhow::Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind(("127.0.0.1", port))
            .await
            .with_context(|| format!("port {port} is taken: choose another with --port"));
    }
    match TcpListener::bind(("127.0.0.1", 8080)).await {
        Ok(listener) => Ok(listener),
        Err(_) => Ok(TcpListener::bind(("127.0.0.1", 0)).await?),
    }
}

fn announce(listener: &TcpListener) -> anyhow::Result<()> {
    say(format!("\nĐột Phá, bản dùng thử: http://{}\n", listener.local_addr()?));
    for figure in &FIGURES {
        say(format!("  {:<9} {}  ({}, {})", figure.login, PASSWORD, figure.name, figure.title));
    }
    for (login, name, title) in [story::REPORTER, story::APPROVER] {
        say(format!("  {login:<9} {PASSWORD}  ({name}, {title})"));
    }
    say("\nTổ chức, con người và tài khoản đều là giả định. Nhấn Ctrl-C để dừng.");
    Ok(())
}

fn logins() -> Vec<DemoLogin> {
    let figures = FIGURES.iter().map(|f| (f.login, f.name, f.title));
    let all = figures.chain([story::REPORTER, story::APPROVER]);
    let login = |(login, name, title): (&str, &str, &str)| DemoLogin {
        login: login.into(),
        password: PASSWORD.into(),
        who: format!("{name}, {title}"),
    };
    all.map(login).collect()
}

/// A file that was read already.
struct Known(Reading);

/// The samples are read before anybody waits for them.
const UNWATCHED: fn(usize, usize) = |_, _| {};

impl Reader for Known {
    fn read<'a>(
        &'a self,
        _name: &'a str,
        _bytes: Vec<u8>,
        _hints: &'a Hints,
        _watch: &'a Watch<'a>,
    ) -> Answer<'a> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn mark<'a>(&'a self, _name: &'a str, _bytes: &'a [u8]) -> Mark<'a> {
        Box::pin(async { self.0.secret })
    }
}

/// The organisations of the samples, the people, and the samples' plans.
async fn make(platform: &Platform, system: &Actor, reader: &dyn Reader) -> anyhow::Result<()> {
    let (mut owners, mut known) = (Vec::new(), Vec::new());
    let hints = Hints::default();
    let all = SAMPLES.iter().map(|s| reader.read(s.name, s.bytes.to_vec(), &hints, &UNWATCHED));
    for reading in join_all(all).await {
        let reading = reading.map_err(|error| anyhow::anyhow!("a sample cannot be read: {error}"))?;
        owners.push(house(platform, system, "", &reading).await?);
        known.push(Known(reading));
    }
    people(platform, system, &owners).await?;
    let first = owners.first().copied();
    for ((sample, owner), known) in SAMPLES.iter().zip(owners).zip(&known) {
        bring_in(platform, system, known, (sample.name, sample.bytes.to_vec()), owner, !sample.for_review)
            .await?;
    }
    if let Some(first) = first {
        story::tell(platform, system, first).await?;
    }
    super::demo_requests::make(platform, "lanhdao", "theodoi").await
}

async fn people(platform: &Platform, system: &Actor, organisations: &[UnitId]) -> anyhow::Result<()> {
    let hash = identity::hash_password(platform, "demo", PASSWORD).await?;
    for figure in &FIGURES {
        let places = if figure.everywhere { organisations } else { &organisations[..1] };
        command!(platform, system, cx => {
            let new = NewAccount {
                unit: places[0],
                name: figure.name.into(),
                title: figure.title.into(),
                login: figure.login.into(),
                password_hash: hash.clone(),
                role: figure.role,
                must_change: false,
                demo: true,
            };
            let account = identity::open(cx, new).await?;
            for place in &places[1..] {
                identity::grant(cx, account, *place, figure.role).await?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The organisation that issued a document, with the units the document names below it. Invented for the
/// demo: a real installation imports its own directory.
async fn house(platform: &Platform, system: &Actor, file: &str, reading: &Reading) -> anyhow::Result<UnitId> {
    let head = &reading.plan.document;
    let nameless = || format!("Cơ quan ban hành chưa rõ ({})", head.number.as_deref().unwrap_or(file));
    let issuer = head.issuer.clone().unwrap_or_else(nameless);
    let named = &reading.plan.units;
    Ok(command!(platform, system, cx => {
        let found = units::search(cx, &issuer, 5).await?;
        let owner = match found.iter().find(|unit| unit.name == issuer) {
            Some(unit) => unit.id,
            None => units::create(cx, NewUnit::organisation(&issuer, UnitKind::Other)).await?,
        };
        let directory = units::Directory::load(cx, owner).await?;
        for name in named.iter().filter(|name| is_one_unit(name)) {
            let known = directory.resolve(name, 1).first().is_some_and(|best| best.score >= 0.8);
            if !known {
                units::create(cx, NewUnit::new(Some(owner), UnitKind::Other, name)).await?;
            }
        }
        Ok(owner)
    })?)
}

/// "Các ban", "Mỗi đơn vị", "UBND các xã" name many units at once and stay for a person to settle.
fn is_one_unit(name: &str) -> bool {
    let folded = papers::fold::fold(name);
    let many = ["cac", "moi", "tung", "nhung", "cap", "don vi", "co quan"];
    let words = format!(" {folded} ");
    folded.split(' ').count() > 1 && !many.iter().any(|word| words.contains(&format!(" {word} ")))
}

async fn read_file(
    platform: &Platform,
    system: &Actor,
    reader: &dyn Reader,
    file: &Path,
) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let reading = match reader.read(&name, bytes.clone(), &Hints::default(), &UNWATCHED).await {
        Ok(reading) => reading,
        Err(error) => return Ok(super::read::say(&intake::Failure::Unreadable(error), Lang::Vi)),
    };
    let owner = house(platform, system, &name, &reading).await?;
    grant_everywhere(platform, system, owner).await?;
    bring_in(platform, system, &Known(reading), (&name, bytes), owner, true).await
}

async fn grant_everywhere(platform: &Platform, system: &Actor, owner: UnitId) -> anyhow::Result<()> {
    for figure in FIGURES.iter().filter(|figure| figure.everywhere) {
        command!(platform, system, cx => {
            let (account, _) = identity::by_login(cx, figure.login).await?;
            identity::grant(cx, account, owner, figure.role).await
        })?;
    }
    Ok(())
}

async fn bring_in(
    platform: &Platform,
    system: &Actor,
    reader: &dyn Reader,
    (name, bytes): (&str, Vec<u8>),
    owner: UnitId,
    commit: bool,
) -> anyhow::Result<String> {
    let stored = platform.blobs.put(bytes.into()).await?;
    let upload = Upload {
        owner,
        file_name: name.to_owned(),
        sha256: stored.digest.to_string(),
        size_bytes: stored.size,
        declared: true,
        amends: None,
    };
    let received = command!(platform, system, cx => { intake::receive(cx, upload.clone()).await })?;
    if let intake::Received::Known(_) = received {
        return Ok("đã có trong bản dùng thử".into());
    }
    let id = received.id();
    intake::read_pending(platform, reader, id).await?;
    if !commit {
        return Ok(format!("chờ rà soát tại /intakes/{id}"));
    }
    match command!(platform, system, cx => { intake::commit(cx, id, None, true).await }) {
        Ok(programme) => Ok(format!("chương trình tại /programmes/{programme}")),
        Err(Error::Invalid(problems)) => Ok(problems
            .iter()
            .map(|p| Lang::Vi.with(p.reason.key, &p.reason.args))
            .collect::<Vec<_>>()
            .join(" ")),
        Err(other) => Err(other.into()),
    }
}

/// The 34 provinces and 3,321 communes come in while the first pages are looked at.
async fn divisions(platform: Platform) {
    let system = Actor::system("demo");
    if let Err(error) = command!(&platform, &system, cx => { units::import_divisions(cx, None).await }) {
        tracing::error!(%error, "the provinces and communes could not be brought in");
    }
}
