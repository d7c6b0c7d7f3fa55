//! The binary `dotpha`: the only place that reads arguments, environment and configuration.

mod commands;
mod config;
mod installation;
mod machine;
mod reading;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "dotpha", version, about = "Đột Phá: từ nghị quyết đến kết quả", propagate_version = true)]
struct Cli {
    /// Configuration file (TOML). Every key can also be given as DOTPHA_SECTION__KEY in the environment.
    #[arg(long, global = true, env = "DOTPHA_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try it: a whole installation with invented organisations and log-ins.
    Demo(commands::demo::DemoArgs),
    /// Run the server.
    Serve,
    /// Bring the database to this program's schema and stop.
    Migrate,
    /// Print what would be read from documents: an outline, the plan as JSON, or the text.
    Read(commands::read::ReadArgs),
    /// Bring documents in; with --no-review their plans stand at once.
    Import(commands::import::ImportArgs),
    /// Read one file from the standard input, for the program itself.
    #[command(hide = true)]
    ReadChild(reading::ChildArgs),
    /// Make accounts, set passwords, grant roles.
    #[command(subcommand)]
    Account(commands::account::Command),
    /// Look for anything wrong: schema, database, files, audit trail, helping programs.
    Doctor,
    /// Copy database and files into a new folder, while the server runs.
    Backup {
        /// The folder to make.
        folder: PathBuf,
    },
    /// Bring a backup back into an empty installation.
    Restore {
        /// The folder a backup was made in.
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::ReadChild(args) = &cli.command {
        return reading::run_child(args);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return commands::fail(&error.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => commands::fail(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = config::load(cli.config.as_deref())?;
    config.log.start()?;
    match cli.command {
        Command::Demo(args) => commands::demo::run(&config, args).await,
        Command::Serve => commands::serve::run(&config).await,
        Command::Read(args) => commands::read::run(&config, &args).await,
        Command::Import(args) => commands::import::run(&config, &args).await,
        Command::ReadChild(args) => Ok(reading::run_child(&args)),
        Command::Migrate => commands::upkeep::migrate(&config).await,
        Command::Account(command) => commands::account::run(&config, command).await,
        Command::Doctor => commands::upkeep::doctor(&config).await,
        Command::Backup { folder } => commands::upkeep::backup(&config, &folder).await,
        Command::Restore { folder } => commands::upkeep::restore(&config, &folder).await,
    }
}
