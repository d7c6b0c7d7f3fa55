//! Configuration: a TOML file, then the environment over it. Unknown keys are refused.

use anyhow::{Context, bail};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Prefix of the environment's names: `DOTPHA_SERVER__LISTEN` is `listen` in `[server]`.
const PREFIX: &str = "DOTPHA_";
/// Names with the prefix that are no keys of the configuration.
const OTHER_NAMES: [&str; 1] = ["DOTPHA_CONFIG"];

/// Everything that can be configured, with its defaults.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How it listens.
    pub server: Server,
    /// Whose installation it is.
    pub organisation: Organisation,
    /// Where the data lie.
    pub data: Data,
    /// Bounds on what is taken.
    pub limits: Limits,
    /// What is logged and how.
    pub log: Log,
}

/// How it listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// It is reached over https (through a proxy): cookies are marked so.
    pub https: bool,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed; without them the peer counts.
    pub proxies: Vec<IpAddr>,
    /// Longest time for one request, in seconds (1 to 600); uploads may take ten times as long.
    pub request_seconds: u64,
}

/// Whose installation it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// Name in the header of every page.
    pub name: String,
    /// Time zone in which days are counted.
    pub zone: String,
    /// Regular expression that e-identifiers of units have to follow; empty where they are free text.
    pub eid_pattern: String,
}

/// Where the data lie.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// Folder of files, keys and, by default, the database.
    pub folder: PathBuf,
    /// `postgres://…` or `sqlite://…`; empty for `dotpha.db` in the folder.
    pub database: String,
    /// Connections to the database (1 to 200).
    pub connections: u32,
}

/// Bounds on what is taken. Beyond them a file is refused with a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest upload, in megabytes (1 to 1000).
    pub upload_megabytes: u64,
    /// Longest reading of one document, in seconds (1 to 600).
    pub read_seconds: u64,
    /// Most memory for reading one document, in megabytes (64 to 16000).
    pub read_megabytes: u64,
    /// Most scanned pages of one document that are recognised (1 to 2000).
    pub scan_pages: usize,
    /// Longest recognition of one scanned page, in seconds (1 to 600).
    pub scan_page_seconds: u64,
    /// Longest recognition of one document, in seconds (1 to 7200).
    pub scan_seconds: u64,
}

/// What is logged and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Directives of `tracing`, as `info` or `info,sqlx=warn`.
    pub filter: String,
    /// One JSON object a line instead of plain text.
    pub json: bool,
}

impl Default for Server {
    fn default() -> Self {
        Server { listen: "127.0.0.1:8080".into(), https: false, proxies: Vec::new(), request_seconds: 30 }
    }
}

impl Default for Organisation {
    fn default() -> Self {
        Organisation { name: String::new(), zone: "Asia/Ho_Chi_Minh".into(), eid_pattern: String::new() }
    }
}

impl Default for Data {
    fn default() -> Self {
        Data { folder: "data".into(), database: String::new(), connections: 8 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            upload_megabytes: 50,
            read_seconds: 10,
            read_megabytes: 500,
            scan_pages: 100,
            scan_page_seconds: 60,
            scan_seconds: 900,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Log { filter: "info,sqlx=warn".into(), json: false }
    }
}

impl Data {
    /// The address of the database.
    pub fn url(&self) -> String {
        if self.database.is_empty() {
            format!("sqlite://{}", self.folder.join("dotpha.db").display())
        } else {
            self.database.clone()
        }
    }
}

impl Server {
    /// Longest time for one request.
    pub fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }
}

impl Log {
    /// Starts logging to standard error. Passwords, tokens and bodies are never logged.
    ///
    /// # Errors
    /// The filter cannot be read.
    pub fn start(&self) -> anyhow::Result<()> {
        let filter = tracing_subscriber::EnvFilter::try_new(&self.filter)
            .with_context(|| format!("[log] filter = {:?} cannot be read", self.filter))?;
        let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        if self.json {
            builder.json().init()
        } else {
            builder.init()
        }
        Ok(())
    }
}

/// Reads the file, if one is named, and the environment over it.
///
/// # Errors
/// The file cannot be read, a key is unknown, a value has the wrong form or is out of range.
#[allow(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
pub fn load(file: Option<&Path>) -> anyhow::Result<Config> {
    let text = match file {
        Some(file) => {
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
        }
        None => String::new(),
    };
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(PREFIX) && !OTHER_NAMES.contains(&name.as_str()))
        .filter(|(name, _)| !name.starts_with("DOTPHA_TEST_"));
    let place = file.map_or_else(|| "the environment".to_owned(), |f| f.display().to_string());
    read(&text, environment).with_context(|| format!("in {place}"))
}

fn read(text: &str, environment: impl Iterator<Item = (String, String)>) -> anyhow::Result<Config> {
    let mut table: toml::Table = text.parse()?;
    for (name, value) in environment {
        let path = name.trim_start_matches(PREFIX).to_lowercase();
        let Some((section, key)) = path.split_once("__") else {
            bail!("{name} is no key of the configuration: write it as DOTPHA_SECTION__KEY");
        };
        let entry = table.entry(section).or_insert_with(|| toml::Table::new().into());
        let Some(section) = entry.as_table_mut() else { bail!("{name}: [{section}] is not a section") };
        section.insert(key.to_owned(), scalar(&value));
    }
    let config = Config::deserialize(table)?;
    config.check()?;
    Ok(config)
}

/// `true`, `8`, `"text"` and `["text"]` are read as TOML writes them, everything else as text.
fn scalar(value: &str) -> toml::Value {
    match value.parse::<toml::Value>() {
        Ok(
            read @ (toml::Value::Boolean(_)
            | toml::Value::Integer(_)
            | toml::Value::String(_)
            | toml::Value::Array(_)),
        ) => read,
        _ => toml::Value::String(value.to_owned()),
    }
}

impl Config {
    fn check(&self) -> anyhow::Result<()> {
        let ranges = [
            ("server.request_seconds", self.server.request_seconds, 1..=600),
            ("data.connections", u64::from(self.data.connections), 1..=200),
            ("limits.upload_megabytes", self.limits.upload_megabytes, 1..=1000),
            ("limits.read_seconds", self.limits.read_seconds, 1..=600),
            ("limits.read_megabytes", self.limits.read_megabytes, 64..=16_000),
            ("limits.scan_pages", self.limits.scan_pages as u64, 1..=2000),
            ("limits.scan_page_seconds", self.limits.scan_page_seconds, 1..=600),
            ("limits.scan_seconds", self.limits.scan_seconds, 1..=7200),
        ];
        for (name, value, range) in ranges {
            if !range.contains(&value) {
                bail!("{name} = {value} is out of range: {} to {}", range.start(), range.end());
            }
        }
        let pattern = &self.organisation.eid_pattern;
        if domain::units::check_pattern(pattern).is_err() {
            bail!("organisation.eid_pattern = {pattern:?} is no regular expression");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with(text: &str, environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        read(text, environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_environment_stands_over_the_file() {
        let config = with(
            "[server]\nlisten = \"0.0.0.0:80\"\nhttps = true\n",
            &[("DOTPHA_SERVER__LISTEN", "127.0.0.1:9"), ("DOTPHA_DATA__CONNECTIONS", "3")],
        )
        .unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:9");
        assert!(config.server.https);
        assert_eq!(config.data.connections, 3);
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        for (text, environment, word) in [
            ("[server]\nlissten = \"x\"\n", vec![], "lissten"),
            ("[sever]\n", vec![], "sever"),
            ("", vec![("DOTPHA_SERVER__PORT", "1")], "port"),
            ("", vec![("DOTPHA_LISTEN", "1")], "DOTPHA_LISTEN"),
        ] {
            let error = format!("{:#}", with(text, &environment).unwrap_err());
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let error = with("[limits]\nupload_megabytes = 0\n", &[]).unwrap_err().to_string();
        assert!(error.contains("limits.upload_megabytes = 0"), "{error}");
    }
}
