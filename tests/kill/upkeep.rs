//! Backup, restore, doctor and configuration, by the commands an operator types.

use crate::program::{Installation, said, unused};
use store::copy::counts;

#[tokio::test]
async fn a_backup_taken_while_the_server_runs_comes_back_whole() {
    let old = Installation::started().await;
    let server = old.serve().await;
    let mut browser = old.log_in().await;
    let made = browser.post("/account/tokens", &[("name", "báo cáo"), ("days", "30")]).await.unwrap();
    assert_eq!(made.status, 200, "{}", made.body);
    let copy = unused(old.folder.path(), "copy");
    let taken = old.run(&["backup", &copy], "");
    assert!(taken.status.success(), "{}", said(&taken));
    let again = old.run(&["backup", &copy], "");
    assert!(!again.status.success(), "a folder that is there already is not written over");
    server.kill();
    let before = counts(&old.look().await).await.unwrap();

    let new = Installation::empty().await;
    let restored = new.run(&["restore", &copy], "");
    assert!(restored.status.success(), "{}", said(&restored));
    new.healthy();
    let after = counts(&new.look().await).await.unwrap();
    assert_eq!(before, after);
    let _server = new.serve().await;
    let mut person = new.log_in().await;
    assert_eq!(person.get("/account").await.status, 200);
    assert_eq!(
        new.browser().with_cookies_of(&browser).get("/account").await.status,
        200,
        "sessions come back too"
    );

    let refused = new.run(&["restore", &copy], "");
    assert!(!refused.status.success(), "a restore into an installation with data is refused");
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_changes_nothing() {
    let old = Installation::started().await;
    let copy = unused(old.folder.path(), "copy");
    assert!(old.run(&["backup", &copy], "").status.success());
    let longest =
        std::fs::read_dir(&copy).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p.is_file());
    let file = longest.max_by_key(|path| path.metadata().unwrap().len()).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let new = Installation::empty().await;
    let refused = new.run(&["restore", &copy], "");
    assert!(!refused.status.success(), "{} was damaged", file.display());
    let rows: u64 = match counts(&new.look().await).await {
        Ok(counts) => counts.values().sum(),
        Err(_) => 0,
    };
    assert_eq!(rows, 0, "{}", said(&refused));
}

#[tokio::test]
async fn what_is_configured_wrongly_is_refused_by_name() {
    let installation = Installation::empty().await;
    let file = installation.folder.path().join("dotpha.toml");
    for (text, word) in [
        ("[server]\nlissten = \"127.0.0.1:1\"\n", "lissten"),
        ("[sever]\n", "sever"),
        ("[limits]\nupload_megabytes = 0\n", "limits.upload_megabytes"),
        ("[organisation]\nzone = \"Sao/Hoa\"\n", "Sao/Hoa"),
        ("[server\n", "dotpha.toml"),
    ] {
        std::fs::write(&file, text).unwrap();
        let refused = installation.run(&["--config", file.to_str().unwrap(), "doctor"], "");
        assert!(!refused.status.success(), "{text}");
        assert!(said(&refused).contains(word), "{text}: {}", said(&refused));
    }
    let mut command = installation.command(&["doctor"]);
    let refused = command.env("DOTPHA_SERVER__PORT", "1").output().unwrap();
    assert!(!refused.status.success() && said(&refused).contains("port"), "{}", said(&refused));
}

#[tokio::test]
async fn doctor_asks_for_the_schema_first() {
    let bare = Installation::empty().await;
    let found = bare.run(&["doctor"], "");
    assert!(!found.status.success() && said(&found).contains("dotpha migrate"), "{}", said(&found));
    assert!(bare.run(&["migrate"], "").status.success());
    bare.healthy();
}

#[tokio::test]
async fn a_marked_document_is_refused_on_the_command_line_before_it_is_kept() {
    let installation = Installation::started().await;
    let before = counts(&installation.look().await).await.unwrap();
    let file = unused(installation.folder.path(), "ke-hoach.txt");
    std::fs::write(&file, "TUYỆT MẬT\nKẾ HOẠCH\n1. Rà soát danh mục.\n").unwrap();
    let owner = "Hội Ánh Dương (giả định)";
    let refused = installation
        .run(&["import", "--owner", owner, "--declare-no-state-secrets", "--no-review", &file], "");
    assert!(!refused.status.success());
    assert!(said(&refused).contains("có dấu độ mật TUYỆT MẬT"), "{}", said(&refused));
    assert_eq!(counts(&installation.look().await).await.unwrap(), before);
    let kept = store::blobs::Blobs::folder(&installation.folder.path().join("files")).unwrap();
    assert_eq!(kept.list().await.unwrap().len(), 0);
}

#[tokio::test]
async fn an_import_knows_the_names_of_the_units() {
    const NAME: &str = "Công ty Xe buýt Nam Hải";
    let installation = Installation::started().await;
    let server = installation.serve().await;
    let mut program = installation.log_in().await.program().await;
    let units = program.json("GET", "/api/v1/units", "").await.unwrap();
    let root = units["items"][0]["id"].as_str().unwrap();
    let unit = serde_json::json!({ "parent": root, "kind": "enterprise", "name": NAME });
    program.json("POST", "/api/v1/units", &unit.to_string()).await.unwrap();
    server.kill();
    let file = unused(installation.folder.path(), "ban-quet.txt");
    let text = "K HOACH\n\nI. NHIEM VU\n\n1. Xây dng co s dü liêu hôi viên dùng chung cüa Hôi.\n\
        - Don vi chü tri: Công ty Xe but Nam Hi\n- Thdi gian hoàn thành: 30/6/2025\n";
    std::fs::write(&file, text).unwrap();
    let taken = installation.run(&["import", "--owner", root, "--declare-no-state-secrets", &file], "");
    assert!(taken.status.success(), "{}", said(&taken));
    let db = installation.look().await;
    let read: Vec<(String,)> =
        db.begin_read().await.unwrap().query("SELECT body FROM intake").all().await.unwrap();
    assert!(read[0].0.contains(NAME), "{}", read[0].0);
    let alone = installation.run(&["read", "--text", &file], "");
    let alone = String::from_utf8(alone.stdout).unwrap();
    assert!(alone.contains("cơ sở dữ liệu") && !alone.contains(NAME), "without a database: {alone}");
}
