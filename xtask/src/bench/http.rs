//! A small load driver: requests are offered at a steady rate, whether or not answers keep up, and a
//! time counts from when the request was due.

use super::Times;
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// What is asked for, how often, over how many connections.
pub struct Load {
    pub address: SocketAddr,
    pub cookie: String,
    pub per_second: u32,
    pub connections: usize,
    pub paths: Vec<String>,
}

impl Load {
    /// Asks for every path once. Every answer has to be 200.
    pub async fn run(self) -> Result<Times> {
        let (load, next, begun) = (Arc::new(self), Arc::new(AtomicUsize::new(0)), Instant::now());
        let workers: Vec<_> = (0..load.connections)
            .map(|_| tokio::spawn(connection(load.clone(), next.clone(), begun)))
            .collect();
        let mut times = Times::default();
        for worker in workers {
            worker.await??.into_iter().for_each(|time| times.add(time));
        }
        Ok(times)
    }
}

async fn connection(load: Arc<Load>, next: Arc<AtomicUsize>, begun: Instant) -> Result<Vec<Duration>> {
    let mut stream = BufReader::new(TcpStream::connect(load.address).await?);
    let mut times = Vec::new();
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(path) = load.paths.get(at) else { return Ok(times) };
        let due = begun + Duration::from_secs(1) * u32::try_from(at)? / load.per_second;
        tokio::time::sleep_until(due.into()).await;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", load.address, load.cookie);
        stream.write_all(request.as_bytes()).await?;
        answer(&mut stream, 200).await.with_context(|| path.clone())?;
        times.push(due.elapsed());
    }
}

/// Sends all requests in the same moment, each over a connection of its own that is open already, and says
/// how long each took and how long all of them. Every answer has to bear the status.
pub async fn at_once(address: SocketAddr, requests: Vec<Vec<u8>>, status: u16) -> Result<(Times, Duration)> {
    let mut ready = Vec::with_capacity(requests.len());
    for request in requests {
        ready.push((BufReader::new(TcpStream::connect(address).await?), request));
    }
    let begun = Instant::now();
    let sent: Vec<_> = ready
        .into_iter()
        .map(|(mut stream, request)| {
            tokio::spawn(async move {
                stream.write_all(&request).await?;
                answer(&mut stream, status).await?;
                anyhow::Ok(begun.elapsed())
            })
        })
        .collect();
    let mut times = Times::default();
    for one in sent {
        times.add(one.await??);
    }
    Ok((times, begun.elapsed()))
}

/// Reads one answer to its end.
async fn answer(stream: &mut BufReader<TcpStream>, status: u16) -> Result<()> {
    let (mut line, mut length, mut first) = (String::new(), None, true);
    loop {
        line.clear();
        ensure!(stream.read_line(&mut line).await? > 0, "the connection was closed");
        if first {
            ensure!(line.starts_with(&format!("HTTP/1.1 {status} ")), "{line}");
            first = false;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = Some(value.trim().parse::<usize>()?);
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length.context("an answer without its length")?];
    stream.read_exact(&mut body).await?;
    Ok(())
}
