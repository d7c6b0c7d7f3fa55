//! `dotpha account`: the first administrator, and what an administrator cannot do in the browser.

use super::say;
use crate::config::Config;
use crate::installation;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::access::{Actor, Role};
use domain::identity::{self, NewAccount};
use domain::units::{self, NewUnit, UnitKind};
use domain::{Error, Platform, UnitId, audit, command, disclose, query};
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum Command {
    /// First start: make the organisation and its administrator. The password is read from standard input.
    First {
        /// Name of the organisation.
        #[arg(long)]
        organisation: String,
        #[command(flatten)]
        who: Who,
    },
    /// Make an account. The password is read from standard input; a new one is asked for at the first log-in.
    Add {
        /// The unit, by name or id.
        #[arg(long)]
        unit: String,
        /// administrator, planner, inspector or viewer.
        #[arg(long, value_parser = role)]
        role: Role,
        #[command(flatten)]
        who: Who,
    },
    /// Set a password, read from standard input; a new one is asked for at the next log-in.
    Password {
        /// Log-in name.
        login: String,
    },
    /// Grant a role at a unit.
    Grant {
        /// Log-in name.
        login: String,
        /// The unit, by name or id.
        #[arg(long)]
        unit: String,
        /// administrator, planner, inspector or viewer.
        #[arg(long, value_parser = role)]
        role: Role,
    },
    /// Refuse further log-ins.
    Disable {
        /// Log-in name.
        login: String,
    },
    /// Allow log-ins again.
    Enable {
        /// Log-in name.
        login: String,
    },
    /// Erase the personal data of an account that is disabled: the person's name and post, the log-in name,
    /// and what the audit trail keeps of the account. This cannot be undone; older backups still hold them.
    Erase {
        /// Log-in name.
        login: String,
        /// Say that it is meant.
        #[arg(long)]
        yes: bool,
    },
    /// Erase what the audit trail keeps of one thing (its values before and after), by the thing's id.
    EraseTrail {
        /// The id of the thing.
        thing: uuid::Uuid,
        /// Say that it is meant.
        #[arg(long)]
        yes: bool,
    },
    /// List accounts.
    List,
}

/// Whose account it is.
#[derive(Args)]
pub struct Who {
    /// Log-in name.
    #[arg(long)]
    login: String,
    /// Full name.
    #[arg(long)]
    name: String,
    /// Post.
    #[arg(long, default_value = "")]
    title: String,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_code(text)
        .ok_or_else(|| "administrator, planner, approver, reporter, inspector or viewer".to_owned())
}

/// Runs one of them as the installation itself.
///
/// # Errors
/// What was given breaks a rule, or the installation cannot be opened.
pub async fn run(config: &Config, what: Command) -> anyhow::Result<ExitCode> {
    let platform = installation::open(config).await?;
    platform.db.migrate().await?;
    let system = Actor::system("cli");
    match what {
        Command::First { organisation, who } => first(&platform, &system, &organisation, who).await?,
        Command::Add { unit, role, who } => {
            let unit = find_unit(&platform, &system, &unit).await?;
            let new = account(&platform, unit, role, who, true).await?;
            command!(&platform, &system, cx => { identity::open(cx, new.clone()).await })?;
            say(format!("Đã tạo tài khoản {}.", new.login));
        }
        Command::Password { login } => {
            let hash = identity::hash_password(&platform, &login, &password()?).await?;
            command!(&platform, &system, cx => {
                let (account, _) = identity::by_login(cx, &login).await?;
                identity::reset_password(cx, account, &hash).await
            })?;
            say(format!("Đã đặt mật khẩu tạm cho {login}."));
        }
        Command::Grant { login, unit, role } => {
            let unit = find_unit(&platform, &system, &unit).await?;
            command!(&platform, &system, cx => {
                let (account, _) = identity::by_login(cx, &login).await?;
                identity::grant(cx, account, unit, role).await
            })?;
            say(format!("Đã cấp quyền cho {login}."));
        }
        Command::Disable { login } => set_disabled(&platform, &system, &login, true).await?,
        Command::Enable { login } => set_disabled(&platform, &system, &login, false).await?,
        Command::Erase { login, yes } => erase(&platform, &system, &login, yes).await?,
        Command::EraseTrail { thing, yes } => erase_trail(&platform, &system, thing, yes).await?,
        Command::List => list(&platform, &system).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn first(platform: &Platform, system: &Actor, organisation: &str, who: Who) -> anyhow::Result<()> {
    let count = query!(platform, system, cx => { identity::count(cx).await })?;
    if count > 0 {
        bail!("đã có tài khoản; dùng “dotpha account add” để tạo thêm");
    }
    let name = organisation.trim().to_owned();
    let mut new = account(platform, UnitId(uuid::Uuid::nil()), Role::Administrator, who, false).await?;
    command!(platform, system, cx => {
        let unit = units::create(cx, NewUnit::organisation(&name, UnitKind::Other)).await?;
        new.unit = unit;
        identity::open_first(cx, new.clone()).await
    })?;
    say(format!("Đã tạo “{name}” và tài khoản quản trị {}. Chạy “dotpha serve” rồi đăng nhập.", new.login));
    Ok(())
}

async fn account(
    platform: &Platform,
    unit: UnitId,
    role: Role,
    who: Who,
    must_change: bool,
) -> anyhow::Result<NewAccount> {
    let password_hash = identity::hash_password(platform, &who.login, &password()?).await?;
    Ok(NewAccount {
        unit,
        name: who.name,
        title: who.title,
        login: who.login,
        password_hash,
        role,
        must_change,
        demo: false,
    })
}

async fn find_unit(platform: &Platform, system: &Actor, text: &str) -> anyhow::Result<UnitId> {
    let found = query!(platform, system, cx => {
        match text.parse::<UnitId>() {
            Ok(id) => Ok(vec![units::load(cx, id).await?]),
            Err(_) => units::search(cx, text, 10).await,
        }
    });
    let found = match found {
        Err(Error::NotFound) => Vec::new(),
        other => other?,
    };
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => bail!("không có đơn vị nào tên “{text}”"),
        several => {
            let lines: Vec<String> = several.iter().map(|u| format!("  {}  {}", u.id, u.label())).collect();
            bail!("có nhiều đơn vị khớp với “{text}”; chọn một mã:\n{}", lines.join("\n"))
        }
    }
}

async fn set_disabled(
    platform: &Platform,
    system: &Actor,
    login: &str,
    disabled: bool,
) -> anyhow::Result<()> {
    command!(platform, system, cx => {
        let (account, version) = identity::by_login(cx, login).await?;
        identity::set_disabled(cx, account, version, disabled).await
    })?;
    say(if disabled { format!("Đã khóa {login}.") } else { format!("Đã mở khóa {login}.") });
    Ok(())
}

/// What cannot be undone is done only when it is said twice.
fn meant(yes: bool) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    bail!("việc xóa không hoàn tác được; thêm --yes nếu chắc chắn")
}

async fn erase(platform: &Platform, system: &Actor, login: &str, yes: bool) -> anyhow::Result<()> {
    meant(yes)?;
    let rows = command!(platform, system, cx => {
        let (account, _) = identity::by_login(cx, login).await?;
        identity::erase(cx, account).await
    });
    let rows = match rows {
        Err(Error::Invalid(_)) => bail!("tài khoản chưa khóa: chạy “dotpha account disable {login}” trước"),
        other => other?,
    };
    say(format!("Đã xóa dữ liệu cá nhân của {login} và nội dung của {rows} dòng nhật ký."));
    say("Các bản sao lưu cũ vẫn còn dữ liệu này: xóa chúng khi hết hạn lưu.");
    Ok(())
}

async fn erase_trail(
    platform: &Platform,
    system: &Actor,
    thing: uuid::Uuid,
    yes: bool,
) -> anyhow::Result<()> {
    meant(yes)?;
    let rows = match command!(platform, system, cx => { audit::erase_thing(cx, thing).await }) {
        Err(Error::NotFound) => bail!("nhật ký không có dòng nào về {thing}"),
        other => other?,
    };
    say(format!("Đã xóa nội dung của {rows} dòng nhật ký; việc xóa có ghi trong nhật ký."));
    Ok(())
}

async fn list(platform: &Platform, system: &Actor) -> anyhow::Result<()> {
    let mut after: Option<String> = None;
    loop {
        let page =
            disclose!(platform, system, cx => { identity::list(cx, "", after.as_deref(), 200).await })?;
        for account in &page {
            let state = if account.disabled_at.is_some() { "  (đã khóa)" } else { "" };
            say(format!("{}\t{}\t{}{state}", account.login, account.name, account.title));
        }
        match page.last() {
            Some(last) if page.len() == 200 => after = Some(last.login.to_lowercase()),
            _ => return Ok(()),
        }
    }
}

/// One line of standard input, without its line end; asked for when a person sits there.
fn password() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        let mut error = std::io::stderr();
        let _ = write!(error, "Mật khẩu (hiện trên màn hình): ");
        let _ = error.flush();
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("the password could not be read")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("chưa có mật khẩu: nhập một dòng từ bàn phím hoặc qua đường ống");
    }
    Ok(password)
}
