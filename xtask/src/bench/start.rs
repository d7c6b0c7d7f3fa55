//! From starting the program to its first page: an already built binary, with the data of the demo.

use super::Times;
use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts that are timed, after one that makes the data.
const STARTS: usize = 5;
/// The first start makes the data; no start may take longer.
const LONGEST: Duration = Duration::from_secs(300);

/// A running program, ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn run(args: &[String]) -> Result<()> {
    let given = args.iter().position(|arg| arg == "--program").and_then(|at| args.get(at + 1));
    let program = match given {
        Some(program) => PathBuf::from(program),
        None => std::env::current_exe()?.with_file_name("dotpha"),
    };
    ensure!(program.exists(), "{} is not built: cargo build, then try again", program.display());
    let bytes = std::fs::metadata(&program)?.len();
    writeln!(std::io::stdout(), "program: {}, {} MB", program.display(), bytes >> 20)?;
    let folder = tempfile::tempdir()?;
    let first = start(&program, folder.path())?;
    writeln!(std::io::stdout(), "first start, which makes the demo: {:.2} s", first.as_secs_f64())?;
    let mut times = Times::default();
    for _ in 0..STARTS {
        times.add(start(&program, folder.path())?);
    }
    times.show("start to first page, data there")
}

/// Starts the program, waits for its first page and ends it; how long that took.
fn start(program: &Path, folder: &Path) -> Result<Duration> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let begun = Instant::now();
    let child = Command::new(program)
        .args(["demo", "--data"])
        .arg(folder)
        .args(["--port", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| program.display().to_string())?;
    let mut running = Running(child);
    loop {
        if let Some(page) = page(port) {
            ensure!(page.starts_with("HTTP/1.1 200"), "{page}");
            ensure!(
                page.contains("name=\"password\"") && page.contains("theodoi"),
                "no log-in page of the demo"
            );
            return Ok(begun.elapsed());
        }
        if let Some(status) = running.0.try_wait()? {
            bail!("the program ended: {status}");
        }
        ensure!(begun.elapsed() < LONGEST, "no page after {} s", LONGEST.as_secs());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The log-in page, once the program answers.
fn page(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let request = format!("GET /login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
