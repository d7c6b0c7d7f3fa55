//! A second reading by a language model, where the operator names one in `[model]` (docs/decisions/0022).
//!
//! It speaks the chat completions of OpenAI, which the servers of free models speak too. The text of a document is
//! sent to the one host that was configured: no proxy, no redirect. What comes back may only point at the text
//! (`papers::plan::second`); whatever goes wrong, the first reading stands.

use super::ChildReader;
use crate::config;
use anyhow::{Context, bail, ensure};
use domain::intake::{Answer, Hints, Mark, NoSecond, Reader, Reading, SecondReading, Watch};
use papers::plan::second::{Chosen, INSTRUCTIONS, Lines, Question, lay, schema};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use url::Url;

/// The most that a service may answer, in bytes.
const MOST_ANSWER: u64 = 4 << 20;

/// Reads in a child, and lets a model read once more what was read.
pub struct TwiceReader {
    first: Arc<ChildReader>,
    model: Option<Arc<Model>>,
}

impl TwiceReader {
    /// A reader; without a model it is the first one alone.
    pub fn new(first: Arc<ChildReader>, model: Option<Model>) -> TwiceReader {
        TwiceReader { first, model: model.map(Arc::new) }
    }
}

impl Reader for TwiceReader {
    fn read<'a>(
        &'a self,
        name: &'a str,
        bytes: Vec<u8>,
        hints: &'a Hints,
        watch: &'a Watch<'a>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let reading = self.first.read(name, bytes, hints, watch).await?;
            match &self.model {
                Some(model) => Ok(again(model, reading).await),
                None => Ok(reading),
            }
        })
    }

    fn mark<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Mark<'a> {
        self.first.mark(name, bytes)
    }
}

/// Lays the second reading over the first. A list, and a document that bears a mark of state secrets, is not sent.
async fn again(model: &Arc<Model>, mut reading: Reading) -> Reading {
    if reading.secret.is_some() || !reading.grid.is_empty() || reading.text.is_empty() {
        return reading;
    }
    let lines = Lines::new(&reading.text);
    let mut second = SecondReading { host: model.host.clone(), ..SecondReading::default() };
    match choose(model, &lines).await {
        Ok(chosen) => second.tasks = lay(&mut reading.plan, &lines, &chosen),
        Err(why) => {
            tracing::warn!(host = model.host, ?why, "no second reading");
            second.failed = Some(why);
        }
    }
    reading.second = Some(second);
    reading
}

async fn choose(model: &Arc<Model>, lines: &Lines) -> Result<Vec<Chosen>, NoSecond> {
    let mut all = Vec::new();
    for question in lines.questions() {
        let (model, asked) = (model.clone(), question.clone());
        let said = tokio::task::spawn_blocking(move || model.ask(&asked)).await;
        let answer = said.unwrap_or(Err(NoSecond::Unusable))?;
        all.extend(lines.check(&question, &answer).ok_or(NoSecond::Unusable)?);
    }
    if all.is_empty() { Err(NoSecond::Unusable) } else { Ok(all) }
}

/// A key that shows itself to nobody.
struct Key(String);

/// A service with a language model.
pub struct Model {
    address: String,
    host: String,
    name: String,
    key: Option<Key>,
    seconds: u64,
    agent: Agent,
}

impl Model {
    /// The model that the configuration names; `None` where it names none.
    ///
    /// # Errors
    /// The endpoint is no http address, or the key's file cannot be read.
    pub fn open(config: &config::Model) -> anyhow::Result<Option<Model>> {
        let Some(endpoint) = endpoint(config)? else { return Ok(None) };
        let file = &config.key_file;
        let key = if file.as_os_str().is_empty() {
            None
        } else {
            let key = std::fs::read_to_string(file)
                .with_context(|| format!("[model] key_file: cannot read {}", file.display()))?;
            let key = key.trim();
            let sound = !key.is_empty() && key.chars().all(|c| c.is_ascii_graphic());
            ensure!(sound, "[model] key_file: {} holds no key", file.display());
            Some(Key(key.to_owned()))
        };
        let agent = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(config.seconds)))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build()
            .new_agent();
        Ok(Some(Model {
            address: format!("{}/chat/completions", endpoint.as_str().trim_end_matches('/')),
            host: host_of(&endpoint),
            name: config.name.clone(),
            key,
            seconds: config.seconds,
            agent,
        }))
    }

    /// One question and its answer; blocks.
    fn ask(&self, question: &Question) -> Result<String, NoSecond> {
        let form = json!({"name": "tasks", "strict": true, "schema": schema()});
        let body = json!({
            "model": self.name,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": question.lines},
            ],
            "response_format": {"type": "json_schema", "json_schema": form},
        });
        let mut request = self.agent.post(&self.address).content_type("application/json");
        if let Some(Key(key)) = &self.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let mut answer = request.send(body.to_string()).map_err(|error| self.failed(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(NoSecond::Refused { status: status.as_u16() });
        }
        let said = answer.body_mut().with_config().limit(MOST_ANSWER).read_to_string();
        let said: Completion = serde_json::from_str(&said.map_err(|error| self.failed(&error))?)
            .map_err(|_| NoSecond::Unusable)?;
        said.choices.into_iter().next().and_then(|choice| choice.message.content).ok_or(NoSecond::Unusable)
    }

    fn failed(&self, error: &ureq::Error) -> NoSecond {
        match error {
            ureq::Error::Timeout(_) => NoSecond::Timeout { seconds: self.seconds },
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                NoSecond::Timeout { seconds: self.seconds }
            }
            ureq::Error::BodyExceedsLimit(_) | ureq::Error::Protocol(_) | ureq::Error::Http(_) => {
                NoSecond::Unusable
            }
            _ => NoSecond::Unreachable,
        }
    }
}

/// Where the text of documents is sent to, as pages say it; `None` where it stays on this machine.
///
/// # Errors
/// The endpoint is no http address.
pub fn host(config: &config::Model) -> anyhow::Result<Option<String>> {
    Ok(endpoint(config)?.as_ref().map(host_of))
}

fn host_of(endpoint: &Url) -> String {
    let host = endpoint.host_str().unwrap_or_default();
    endpoint.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn endpoint(config: &config::Model) -> anyhow::Result<Option<Url>> {
    if config.endpoint.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(&config.endpoint)
        .with_context(|| format!("[model] endpoint = {:?} is no address", config.endpoint))?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
        bail!("[model] endpoint has to be http:// or https://, a host and a path, with nothing else in it");
    }
    Ok(Some(url))
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

#[cfg(test)]
#[path = "twice_tests.rs"]
mod tests;
