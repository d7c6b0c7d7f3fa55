#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::config;
use domain::intake::SecondFound;
use papers::plan::Task;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Mutex;

const TEXT: &str = "KẾ HOẠCH\n1. Xây dựng cơ sở dữ liệu dùng chung.\n- Chủ trì: Văn phòng\n2. Tổ chức lớp tập huấn kỹ năng số.\n";

/// What the stub does with a request.
#[derive(Clone)]
enum Stub {
    /// Answers with this content of the message.
    Says(&'static str),
    /// Answers with this status and these header lines.
    Status(u16, &'static str),
    /// Answers with this body.
    Body(&'static str),
    /// Never answers.
    Silent,
}

/// A server on this machine that records what it is sent.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

fn server(stub: Stub) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = requests.clone();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            kept.lock().unwrap().push(request(&stream));
            match &stub {
                Stub::Says(content) => {
                    let body = json!({"choices": [{"message": {"role": "assistant", "content": content}}]});
                    reply(&mut stream, "200 OK", &body.to_string());
                }
                Stub::Body(body) => reply(&mut stream, "200 OK", body),
                Stub::Status(status, header) => reply(&mut stream, &format!("{status} X\r\n{header}"), "{}"),
                Stub::Silent => open.push(stream),
            }
        }
    });
    Server { address, requests }
}

/// Head and body of a request.
fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut said, mut length) = (String::new(), 0);
    loop {
        let start = said.len();
        reader.read_line(&mut said).unwrap();
        let line = said[start..].trim().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    said + &String::from_utf8(body).unwrap()
}

fn reply(stream: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
}

fn model(server: &Server, key_file: &Path) -> Arc<Model> {
    let config = config::Model {
        endpoint: format!("http://{}/v1/", server.address),
        name: "mau-thu".into(),
        key_file: key_file.to_owned(),
        seconds: 1,
    };
    Arc::new(Model::open(&config).unwrap().unwrap())
}

/// The first reading, as a child would give it: one task of two.
fn first() -> Reading {
    let start = TEXT.find("1. Xây").map(|at| TEXT[..at].chars().count()).unwrap();
    let end = TEXT.find("\n2. Tổ").map(|at| TEXT[..at].chars().count()).unwrap();
    let task = Task {
        title: "Xây dựng cơ sở dữ liệu dùng chung.".into(),
        span: Some([start, end]),
        ..Task::default()
    };
    let mut reading = Reading { text: TEXT.into(), ..Reading::default() };
    reading.plan.tasks.push(task);
    reading
}

const ANSWER: &str = r#"{"tasks":[
  {"first_line":2,"last_line":3,"lead":["Văn phòng","Bộ Tưởng Tượng"],"coordinating":["Sở Bịa Đặt"],"time":"31/12/2030","outputs":[]},
  {"first_line":4,"last_line":4,"lead":[],"coordinating":[],"time":null,"outputs":[]},
  {"first_line":40,"last_line":41,"lead":["Văn phòng"],"coordinating":[],"time":null,"outputs":[]}]}"#;

#[tokio::test]
async fn without_an_endpoint_there_is_no_model_and_nothing_is_asked() {
    assert!(Model::open(&config::Model::default()).unwrap().is_none());
    assert_eq!(host(&config::Model::default()).unwrap(), None);
}

#[tokio::test]
async fn the_text_is_sent_and_what_is_not_in_it_is_thrown_away() {
    let server = server(Stub::Says(ANSWER));
    let read = again(&model(&server, Path::new("")), first()).await;
    let requests = server.requests.lock().unwrap().clone();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].contains("[2] 1. Xây dựng cơ sở dữ liệu dùng chung."), "{}", requests[0]);
    assert!(requests[0].contains("json_schema") && requests[0].contains("mau-thu"));
    assert!(!requests[0].to_lowercase().contains("authorization"));
    let second = read.second.unwrap();
    assert_eq!((second.host, second.failed), (server.address.clone(), None));
    assert_eq!(second.tasks[0].differences[0].names, ["Văn phòng"]);
    assert_eq!(second.tasks[0].differences.len(), 1, "invented units and days are gone");
    assert_eq!(second.tasks[1].found, SecondFound::Second);
    let plan = serde_json::to_string(&read.plan).unwrap();
    assert!(!plan.contains("Tưởng Tượng") && !plan.contains("Bịa Đặt") && !plan.contains("2030"), "{plan}");
    assert_eq!(read.plan.tasks.len(), 2);
    assert!(read.plan.tasks.iter().all(|task| task.span.is_some()));
}

#[tokio::test]
async fn whatever_goes_wrong_the_first_reading_stands() {
    let gone = server(Stub::Silent);
    let nobody = Server { address: "127.0.0.1:9".into(), requests: Arc::default() };
    for (server, why) in [
        (server(Stub::Status(500, "X-A: b")), NoSecond::Refused { status: 500 }),
        (server(Stub::Status(302, "Location: http://127.0.0.1:9/other")), NoSecond::Refused { status: 302 }),
        (server(Stub::Body("<html>")), NoSecond::Unusable),
        (server(Stub::Body("{\"choices\":[]}")), NoSecond::Unusable),
        (server(Stub::Says("Xin lỗi, tôi không thể.")), NoSecond::Unusable),
        (server(Stub::Says("{\"tasks\":[]}")), NoSecond::Unusable),
        (gone, NoSecond::Timeout { seconds: 1 }),
        (nobody, NoSecond::Unreachable),
    ] {
        let read = again(&model(&server, Path::new("")), first()).await;
        assert_eq!(read.plan, first().plan);
        let second = read.second.unwrap();
        assert_eq!((second.failed, second.tasks), (Some(why), Vec::new()));
    }
}

#[tokio::test]
async fn lists_and_documents_with_a_mark_of_secrecy_stay_here() {
    let server = server(Stub::Says(ANSWER));
    let model = model(&server, Path::new(""));
    let list = Reading { grid: vec![vec!["Nhiệm vụ".into()]], ..first() };
    let secret = Reading { secret: Some(papers::read::SecretMark::Secret), ..first() };
    for reading in [list, secret] {
        assert_eq!(again(&model, reading.clone()).await, reading);
    }
    assert!(server.requests.lock().unwrap().is_empty());
}

/// Everything that is logged, at every level.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_key_goes_to_the_service_and_to_no_log() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "sk-rat-bi-mat\n").unwrap();
    let logged = Logged::default();
    let writer = logged.clone();
    // Libraries that log by other means than `tracing` are heard too.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for stub in [Stub::Says(ANSWER), Stub::Status(401, "X-A: b"), Stub::Silent] {
        let server = server(stub);
        runtime.block_on(again(&model(&server, &file), first()));
        let requests = server.requests.lock().unwrap().clone();
        assert!(
            requests[0].to_lowercase().contains("authorization: bearer sk-rat-bi-mat"),
            "{}",
            requests[0]
        );
    }
    let said = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    assert!(said.contains("no second reading"), "{said}");
    assert!(!said.contains("rat-bi-mat"), "{said}");
}

#[test]
fn an_endpoint_or_key_that_cannot_be_used_stops_the_start() {
    let with = |endpoint: &str, key_file: &str| config::Model {
        endpoint: endpoint.into(),
        name: "m".into(),
        key_file: key_file.into(),
        ..config::Model::default()
    };
    for (endpoint, key_file) in [
        ("models.example.vn", ""),
        ("ftp://models.example.vn/v1", ""),
        ("https://user:password@models.example.vn/v1", ""),
        ("https://models.example.vn/v1?key=1", ""),
        ("https://models.example.vn/v1", "/khong/co/tep"),
    ] {
        let error = Model::open(&with(endpoint, key_file)).err();
        assert!(error.is_some_and(|error| format!("{error:#}").contains("[model]")), "{endpoint}");
    }
    let host = |endpoint| super::host(&with(endpoint, "")).unwrap().unwrap();
    assert_eq!(host("https://models.example.vn/v1"), "models.example.vn");
    assert_eq!(host("http://10.0.0.5:8000/v1"), "10.0.0.5:8000");
}
