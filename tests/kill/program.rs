//! Runs the program on an installation of its own, and sends it requests as a browser would.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use testkit::engine::{TestDb, bare_db, open_address};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const PASSWORD: &str = "mật khẩu của phép thử 57";
pub const LOGIN: &str = "quan.tri";

/// A data folder and a database on the engine of the run.
pub struct Installation {
    pub folder: tempfile::TempDir,
    pub database: TestDb,
    address: String,
}

impl Installation {
    /// Without anything in it.
    pub async fn empty() -> Installation {
        Installation::over(bare_db().await)
    }

    /// On a database that is there.
    pub fn over(database: TestDb) -> Installation {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Installation { folder, database, address: format!("127.0.0.1:{port}") }
    }

    /// With an organisation and its administrator.
    pub async fn started() -> Installation {
        let installation = Installation::empty().await;
        let made = installation.run(
            &[
                "account",
                "first",
                "--organisation",
                "Hội Ánh Dương (giả định)",
                "--login",
                LOGIN,
                "--name",
                "Lê Thị Thử",
            ],
            PASSWORD,
        );
        assert!(made.status.success(), "{}", said(&made));
        installation
    }

    /// The program with this installation's configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dotpha"));
        command
            .args(arguments)
            .env("DOTPHA_DATA__FOLDER", self.folder.path())
            .env("DOTPHA_DATA__DATABASE", &self.database.url)
            .env("DOTPHA_DATA__CONNECTIONS", "4")
            .env("DOTPHA_SERVER__LISTEN", &self.address)
            .env("DOTPHA_LOG__FILTER", "warn")
            .env_remove("DOTPHA_CONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end, with a text on its standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.command(arguments).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs `doctor`, which has to find nothing.
    pub fn healthy(&self) {
        let found = self.run(&["doctor"], "");
        assert!(found.status.success(), "{}", said(&found));
    }

    /// Starts the server and waits until it answers.
    pub async fn serve(&self) -> Server {
        let child = self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut server = Server(child);
        for _ in 0..500 {
            if self.browser().try_get("/healthz").await.is_some_and(|answer| answer.status == 200) {
                return server;
            }
            assert_eq!(server.0.try_wait().unwrap(), None, "the server ended");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the server does not answer");
    }

    pub fn browser(&self) -> Browser {
        Browser {
            address: self.address.clone(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            bearer: String::new(),
        }
    }

    /// The administrator's browser.
    pub async fn log_in(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post("/login", &[("login", LOGIN), ("password", PASSWORD)]).await.unwrap();
        assert_eq!((answer.status, answer.location.as_str()), (303, "/"), "{}", answer.body);
        browser.csrf = browser.token().await;
        browser
    }

    /// Another connection to the database.
    pub async fn look(&self) -> store::Db {
        open_address(&self.database.url).await
    }
}

/// What a command printed.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A running server; killed when dropped.
pub struct Server(Child);

impl Server {
    /// Ends it with SIGKILL: nothing of it runs any more.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

/// Somebody who sends requests, one connection each.
#[derive(Clone)]
pub struct Browser {
    address: String,
    cookies: BTreeMap<String, String>,
    csrf: String,
    bearer: String,
}

impl Browser {
    /// A program with a token that acts for whoever this browser is logged in as.
    pub async fn program(mut self) -> Browser {
        let answer = self.post("/account/tokens", &[("name", "phép thử"), ("days", "1")]).await.unwrap();
        let (_, rest) = answer.body.split_once("<code class=\"secret\">").expect("the secret is shown once");
        let bearer = rest.split('<').next().unwrap().to_owned();
        Browser { cookies: BTreeMap::new(), csrf: String::new(), bearer, ..self }
    }

    /// Sends a document to be brought in for a unit.
    pub async fn bring_in(&mut self, owner: &str, name: &str, file: &[u8]) -> std::io::Result<Answer> {
        const EDGE: &str = "edge-of-the-test";
        let field = |name: &str, value: &str| {
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body = format!(
            "{}{}--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n",
            field("owner", owner),
            field("declared", "true"),
        )
        .into_bytes();
        body.extend(file);
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        let media = format!("multipart/form-data; boundary={EDGE}");
        self.send("POST", "/api/v1/intakes", &media, &body).await
    }

    /// A JSON request.
    pub async fn json(&mut self, method: &str, path: &str, body: &str) -> std::io::Result<serde_json::Value> {
        let answer = self.send(method, path, "application/json", body.as_bytes()).await?;
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.body);
        Ok(serde_json::from_str(&answer.body).unwrap())
    }

    /// The same address with the cookies of another browser.
    #[must_use]
    pub fn with_cookies_of(self, other: &Browser) -> Browser {
        Browser { cookies: other.cookies.clone(), ..self }
    }

    pub async fn try_get(&mut self, path: &str) -> Option<Answer> {
        self.send("GET", path, "", &[]).await.ok()
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", &[]).await.unwrap()
    }

    /// A form with the session's token; an error when no whole answer came.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Answer> {
        let body = {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.append_pair("csrf", &self.csrf).extend_pairs(fields);
            form.finish()
        };
        self.send("POST", path, "application/x-www-form-urlencoded", body.as_bytes()).await
    }

    async fn token(&mut self) -> String {
        let page = self.get("/account").await.body;
        let (_, rest) =
            page.split_once("name=\"csrf\" value=\"").expect("a page carries the token of its forms");
        rest.split('"').next().unwrap().to_owned()
    }

    async fn send(&mut self, method: &str, path: &str, media: &str, body: &[u8]) -> std::io::Result<Answer> {
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let bearer = match self.bearer.as_str() {
            "" => String::new(),
            secret => format!("Authorization: Bearer {secret}\r\n"),
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n{bearer}Content-Type: {media}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        self.read(&bytes).ok_or_else(|| std::io::Error::from(std::io::ErrorKind::UnexpectedEof))
    }

    /// A whole answer, or nothing.
    fn read(&mut self, bytes: &[u8]) -> Option<Answer> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let (mut location, mut length) = (String::new(), None);
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "location" => location = value.to_owned(),
                "content-length" => length = value.parse().ok(),
                "set-cookie" => {
                    let (name, value) = value.split(';').next()?.split_once('=')?;
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        let body = &bytes[end + 4..];
        let whole = length.is_none_or(|length: usize| body.len() == length);
        whole.then(|| Answer { status, location, body: String::from_utf8_lossy(body).into_owned() })
    }
}

/// A path in a folder where nothing is yet.
pub fn unused(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}
