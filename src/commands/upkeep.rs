//! `migrate`, `doctor`, `backup`, `restore`: what keeps an installation sound.

use super::say;
use crate::config::Config;
use crate::installation;
use anyhow::Context;
use domain::access::Actor;
use domain::audit::{self, Break};
use domain::board::{Board, Question};
use domain::programmes::{self, TaskFilter};
use domain::{Cx, Micros, Platform, files, query};
use std::path::Path;
use std::process::ExitCode;
use store::{Db, backup as copies};

/// Brings the schema up. With several nodes this is the only one who does.
///
/// # Errors
/// The database cannot be opened or a migration failed; nothing of it was applied then.
pub async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let platform = installation::open(config).await?;
    let before = platform.db.not_newer().await?;
    platform.db.migrate().await?;
    let after = Db::wanted_schema_version();
    match before {
        Some(before) if before == after => say(format!("Lược đồ đã là bản {after}, không cần thay đổi.")),
        Some(before) => say(format!("Đã nâng lược đồ từ bản {before} lên bản {after}.")),
        None => say(format!("Đã tạo lược đồ bản {after}.")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks for anything wrong and says what to do; exit code 1 when something is.
///
/// # Errors
/// The installation cannot be opened.
pub async fn doctor(config: &Config) -> anyhow::Result<ExitCode> {
    let platform = installation::open(config).await?;
    let mut findings = 0;
    if !schema(&platform).await? {
        return Ok(ExitCode::FAILURE);
    }
    let wrong = platform.db.check().await?;
    findings += report("Cơ sở dữ liệu", wrong.iter().map(|f| format!("{}: {}", f.code, f.detail)).collect());
    findings += stored_files(&platform).await?;
    findings += report("Nhật ký niêm phong", trail(config, &platform).await?);
    let system = Actor::system("doctor");
    match query!(&platform, &system, cx => { audit::count_erased(cx).await })? {
        0 => {}
        rows => {
            say(format!("– Nhật ký: {rows} dòng đã xóa nội dung theo yêu cầu; việc xóa có ghi trong nhật ký"))
        }
    }
    findings += report("Bảng số liệu", board(&platform).await?);
    let programs = installation::programs();
    match programs.pdftotext {
        Some(_) => say("✓ pdftotext: có"),
        None => {
            say("– pdftotext: không có; tệp PDF vẫn đọc được nhưng kém chính xác hơn (cài gói poppler-utils)")
        }
    }
    match programs.missing(false).as_slice() {
        [] => say("✓ Nhận dạng bản chụp: có"),
        missing => say(format!(
            "– Nhận dạng bản chụp: chưa đọc được bản chụp và ảnh (cài gói {})",
            missing.join(", ")
        )),
    }
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Is the database at this program's schema? Says what to do where it is not.
async fn schema(platform: &Platform) -> anyhow::Result<bool> {
    let wanted = Db::wanted_schema_version();
    let line = match platform.db.schema_version().await? {
        Some(found) if found == wanted => format!("✓ Lược đồ: bản {wanted}"),
        Some(found) if found > wanted => format!(
            "✗ Lược đồ: bản {found}, mới hơn bản {wanted} của chương trình này. Dùng bản chương trình mới hơn, hoặc khôi phục bản sao lưu làm trước khi nâng cấp."
        ),
        Some(found) => format!(
            "✗ Lược đồ: bản {found}, cần bản {wanted}. Sao lưu bằng “dotpha backup THƯ-MỤC”, rồi chạy “dotpha migrate”."
        ),
        None => "✗ Lược đồ: chưa có. Chạy “dotpha migrate”.".to_owned(),
    };
    let fits = line.starts_with('✓');
    say(line);
    Ok(fits)
}

/// Are all files that the data name there and whole? Says how many nobody names.
async fn stored_files(platform: &Platform) -> anyhow::Result<usize> {
    let compared = files::compare(platform).await?;
    let mut wrong: Vec<String> =
        compared.missing.iter().map(|digest| format!("{digest}: thiếu tệp")).collect();
    let all = platform.blobs.list().await?;
    for file in &all {
        if let Err(error) = platform.blobs.verify(file.digest).await {
            wrong.push(format!("{}: {error}", file.digest));
        }
    }
    let findings = report(&format!("Tệp ({})", all.len()), wrong);
    if !compared.unnamed.is_empty() {
        let count = compared.unnamed.len();
        say(format!("– Tệp: {count} tệp không còn nơi nào dùng; máy chủ tự dọn sau một ngày"));
    }
    Ok(findings)
}

/// What is wrong with the audit trail. A key that is not there yet is made at the first start of the
/// server, so it is missed only where something was sealed.
async fn trail(config: &Config, platform: &Platform) -> anyhow::Result<Vec<String>> {
    let key = installation::audit_key(&config.data.folder);
    if key.exists() {
        let breaks = installation::sealer(&config.data.folder)?.verify(platform).await?;
        return Ok(breaks.iter().map(broken_seal).collect());
    }
    let system = Actor::system("doctor");
    let sealed = query!(platform, &system, cx => { audit::is_sealed(cx).await })?;
    let missing = format!("thiếu tệp {}: chép lại từ bản sao lưu trước khi khởi động", key.display());
    Ok(if sealed { vec![missing] } else { Vec::new() })
}

/// Programmes of which the board says something else than SQL and the rules.
async fn board(platform: &Platform) -> anyhow::Result<Vec<String>> {
    let (board, system) = (Board::new(), Actor::system("doctor"));
    let mut cx = platform.begin_long_read(&system).await?;
    let wrong = differing(&mut cx, &board).await;
    let wrong = cx.finish(wrong).await?;
    Ok(wrong.iter().map(|title| format!("“{title}”: số liệu trong bộ nhớ khác cơ sở dữ liệu")).collect())
}

async fn differing(cx: &mut Cx, board: &Board) -> domain::Result<Vec<String>> {
    board.catch_up(cx).await?;
    let all = board.look(cx, &Question::default())?.map(|seen| seen.programmes).unwrap_or_default();
    let mut wrong = Vec::new();
    for one in all {
        let filter = TaskFilter { programme: Some(one.programme), ..TaskFilter::default() };
        let listed = programmes::tasks(cx, &filter, programmes::Sort::Id, programmes::Slice::ALL).await?;
        if listed.counts != one.counts {
            wrong.push(one.title);
        }
    }
    Ok(wrong)
}

fn report(what: &str, wrong: Vec<String>) -> usize {
    if wrong.is_empty() {
        say(format!("✓ {what}: không có lỗi"));
    } else {
        say(format!("✗ {what}: {} lỗi. Khôi phục từ bản sao lưu nếu không rõ nguyên nhân.", wrong.len()));
        for line in &wrong {
            say(format!("    {line}"));
        }
    }
    wrong.len()
}

fn broken_seal(broken: &Break) -> String {
    match broken {
        Break::Rows { org, number } => format!("tổ chức {org}, lô {number}: dòng bị sửa, xóa hoặc thêm"),
        Break::Chain { org, number } => format!("tổ chức {org}, lô {number}: không nối tiếp lô trước"),
        Break::Signature { org, number } => format!("tổ chức {org}, lô {number}: chữ ký không đúng"),
    }
}

/// Copies database and files into a new folder; the database also as an older program left it, so that
/// a copy can be made before `migrate`.
///
/// # Errors
/// The folder is there already, or copying failed; an unfinished copy has no manifest.
pub async fn backup(config: &Config, folder: &Path) -> anyhow::Result<ExitCode> {
    let platform = installation::open(config).await?;
    let manifest = copies::create(&platform.db, &platform.blobs, folder, Micros::from(platform.now()))
        .await
        .context("không sao lưu được")?;
    let key = installation::audit_key(&config.data.folder);
    if key.exists() {
        std::fs::copy(&key, folder.join("audit.key")).context("the key of the audit trail")?;
    }
    say(format!("Đã sao lưu {} tệp và cơ sở dữ liệu vào {}.", manifest.blobs.len(), folder.display()));
    say("Bản sao lưu chứa dữ liệu cá nhân và khóa niêm phong: cất ở nơi an toàn.");
    Ok(ExitCode::SUCCESS)
}

/// Brings a backup back into an empty installation.
///
/// # Errors
/// The backup is not whole, or the installation is not empty.
pub async fn restore(config: &Config, folder: &Path) -> anyhow::Result<ExitCode> {
    let platform = installation::open(config).await?;
    let manifest = copies::restore(folder, &platform.db, &platform.blobs)
        .await
        .context("không khôi phục được; cần một bản cài đặt còn trống và một bản sao lưu còn nguyên vẹn")?;
    let key = folder.join("audit.key");
    if key.exists() {
        std::fs::copy(&key, installation::audit_key(&config.data.folder))
            .context("the key of the audit trail")?;
    }
    say(format!("Đã khôi phục {} tệp và cơ sở dữ liệu từ {}.", manifest.blobs.len(), folder.display()));
    Ok(ExitCode::SUCCESS)
}
