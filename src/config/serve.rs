//! The settings of `serve`.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Deserialize;
use tracing::level_filters::LevelFilter;

use super::{DATA_DIR, File, TlsArgs, TlsPaths, host};
use crate::operation::token;
use crate::store::SnapshotOptions;
use crate::telemetry::{LogFormat, LogOptions};

/// Where `serve` listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8080";

/// Bytes of memory for what was read last, unless told otherwise.
const CACHE: u64 = 64 * 1024 * 1024;

/// The fewest there may be.
const SMALLEST_CACHE: u64 = 1024 * 1024;

/// The flags of `serve`, none of them filled in.
#[derive(Debug, Default, Args)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "SMART_CUSTOMER_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Where everything is kept; made when it is not there [default: ./smart-customer-data]
    #[arg(long, env = "SMART_CUSTOMER_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Bytes of journal past which a snapshot is taken, unless the last one is larger; one is also
    /// taken within a day of any change [default: 67108864]
    #[arg(long, env = "SMART_CUSTOMER_SNAPSHOT_AFTER", value_name = "BYTES")]
    pub snapshot_after: Option<u64>,
    /// Bytes of memory for what was read last, at least 1048576 [default: 67108864]
    #[arg(long, env = "SMART_CUSTOMER_CACHE", value_name = "BYTES")]
    pub cache: Option<u64>,
    /// Log lines for people or as JSON [default: text]
    #[arg(long, env = "SMART_CUSTOMER_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormatName>,
    /// Least important log lines to write [default: info]
    #[arg(long, env = "SMART_CUSTOMER_LOG_LEVEL", value_name = "LEVEL")]
    pub log_level: Option<LogLevelName>,
    /// A further name or address by which agents reach /mcp, with a port or for every port, such
    /// as registry.example or 10.0.0.5:8080; several by commas or by repeating the flag [default:
    /// localhost and the address listened on]
    #[arg(long, env = "SMART_CUSTOMER_MCP_HOST", value_name = "HOST", value_delimiter = ',')]
    pub mcp_host: Vec<String>,
    /// TLS
    #[command(flatten)]
    pub tls: TlsArgs,
    /// A TOML file with any of these settings, by the names of the flags
    #[arg(long, env = "SMART_CUSTOMER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The admin token to use instead of the one kept in DATA_DIR/admin-token; only from the
    /// environment, as other users of a machine can read the flags of its processes
    #[arg(skip)]
    pub admin_token: Option<String>,
}

/// The names of the log formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormatName {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// The names of the log levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevelName {
    /// Nothing
    Off,
    /// Faults of the service
    Error,
    /// And what an admin should look at
    Warn,
    /// And one line per request
    Info,
    /// And what helps to find a fault
    Debug,
}

/// What `serve` needs to know, checked.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// Where to listen: every address that the name stands for.
    pub listen: Vec<SocketAddr>,
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// When snapshots are taken.
    pub snapshot: SnapshotOptions,
    /// Bytes of memory for what was read last.
    pub cache_bytes: u64,
    /// What is logged, and how.
    pub log: LogOptions,
    /// An admin token chosen by the admin.
    pub admin_token: Option<String>,
    /// Further hosts that agents reach the service by.
    pub mcp_hosts: Vec<String>,
    /// The certificate and its key, where TLS is spoken.
    pub tls: Option<TlsPaths>,
}

impl ServeArgs {
    /// The flags of this process's `serve` with what the environment alone can say.
    pub fn with_environment(mut self) -> ServeArgs {
        let token = std::env::var("SMART_CUSTOMER_ADMIN_TOKEN").ok();
        self.admin_token = token.filter(|token| !token.is_empty());
        self
    }

    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<ServeConfig, String> {
        let file = File::read(self.config.as_deref())?;
        let listen = self.listen.or(file.listen.clone()).unwrap_or_else(|| LISTEN.to_owned());
        let listen = resolve_address(&listen)?;
        let tls = self.tls.resolve(&file, &listen)?;
        let data_dir = self.data_dir.or(file.data_dir).unwrap_or_else(|| DATA_DIR.into());
        let format = self.log_format.or(file.log_format).unwrap_or(LogFormatName::Text);
        let level = self.log_level.or(file.log_level).unwrap_or(LogLevelName::Info);
        let admin_token = self.admin_token.or(file.admin_token);
        if let Some(chosen) = &admin_token {
            token::check_chosen(chosen)?;
        }
        let cache_bytes = self.cache.or(file.cache).unwrap_or(CACHE);
        if cache_bytes < SMALLEST_CACHE {
            return Err(format!("--cache {cache_bytes} is too small: {SMALLEST_CACHE} at least"));
        }
        let mcp_hosts = Some(self.mcp_host).filter(|given| !given.is_empty()).or(file.mcp_host);
        let mcp_hosts = mcp_hosts.unwrap_or_default();
        Ok(ServeConfig {
            mcp_hosts: mcp_hosts.iter().map(|host| host::parse(host)).collect::<Result<_, _>>()?,
            listen,
            tls,
            data_dir,
            snapshot: self.snapshot_after.or(file.snapshot_after).map_or_else(
                SnapshotOptions::default,
                |journal_bytes| SnapshotOptions { journal_bytes, ..SnapshotOptions::default() },
            ),
            cache_bytes,
            log: LogOptions { format: format.into(), level: level.into() },
            admin_token,
        })
    }
}

fn resolve_address(listen: &str) -> Result<Vec<SocketAddr>, String> {
    let wrong =
        |why: String| format!("--listen {listen} is no address and port such as {LISTEN}: {why}");
    let addresses = listen.to_socket_addrs().map_err(|error| wrong(error.to_string()))?;
    Ok(addresses.collect())
}

impl From<LogFormatName> for LogFormat {
    fn from(name: LogFormatName) -> LogFormat {
        match name {
            LogFormatName::Text => LogFormat::Text,
            LogFormatName::Json => LogFormat::Json,
        }
    }
}

impl From<LogLevelName> for LevelFilter {
    fn from(name: LogLevelName) -> LevelFilter {
        match name {
            LogLevelName::Off => LevelFilter::OFF,
            LogLevelName::Error => LevelFilter::ERROR,
            LogLevelName::Warn => LevelFilter::WARN,
            LogLevelName::Info => LevelFilter::INFO,
            LogLevelName::Debug => LevelFilter::DEBUG,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn with_file(contents: &str, args: ServeArgs) -> Result<ServeConfig, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, contents).unwrap();
        ServeArgs { config: Some(path), ..args }.resolve()
    }

    #[test]
    fn a_flag_beats_the_file_which_beats_the_default() {
        let args = ServeArgs { listen: Some("127.0.0.1:1".into()), ..ServeArgs::default() };
        let file = "listen = '127.0.0.1:2'\ndata-dir = '/srv/customers'\nlog-format = 'json'";
        let config = with_file(file, args).unwrap();
        assert_eq!(config.listen, ["127.0.0.1:1".parse().unwrap()]);
        assert_eq!(config.data_dir, Path::new("/srv/customers"));
        assert_eq!(config.log.format, LogFormat::Json);
        assert_eq!(config.log.level, LevelFilter::INFO);
    }

    #[test]
    fn the_hosts_of_agents_come_from_flags_or_else_from_the_file() {
        let file = "mcp-host = ['A.example', '10.0.0.5:8080']";
        let config = with_file(file, ServeArgs::default()).unwrap();
        assert_eq!(config.mcp_hosts, ["a.example", "10.0.0.5:8080"]);
        let args = ServeArgs { mcp_host: vec!["b.example".into()], ..ServeArgs::default() };
        assert_eq!(with_file(file, args).unwrap().mcp_hosts, ["b.example"]);
        assert!(ServeArgs::default().resolve().unwrap().mcp_hosts.is_empty());
        let args = ServeArgs { mcp_host: vec!["http://b.example".into()], ..ServeArgs::default() };
        assert!(args.resolve().unwrap_err().contains("--mcp-host http://b.example"));
    }

    #[test]
    fn beyond_this_machine_there_is_tls_or_the_word_that_it_is_not_needed() {
        let listening = |listen: &str, tls| ServeArgs {
            listen: Some(listen.into()),
            tls,
            ..ServeArgs::default()
        };
        for listen in ["0.0.0.0:1", "[::]:1", "10.1.2.3:1", "[fe80::1]:1", "[::ffff:10.1.2.3]:1"] {
            let fault = listening(listen, TlsArgs::default()).resolve().unwrap_err();
            for said in [listen, "tokens", "--tls-cert", "--tls-key", "--insecure-http", "proxy"] {
                assert!(fault.contains(said), "{listen}: {fault}");
            }
            let insecure = TlsArgs { insecure_http: Some(true), ..TlsArgs::default() };
            assert!(listening(listen, insecure).resolve().unwrap().tls.is_none());
            let tls =
                with_file("tls-cert = 'c'\ntls-key = 'k'", listening(listen, TlsArgs::default()));
            let tls = tls.unwrap().tls.unwrap();
            assert_eq!((tls.certificate, tls.key), ("c".into(), "k".into()));
        }
        for listen in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(listening(listen, TlsArgs::default()).resolve().unwrap().tls.is_none());
        }
    }

    #[test]
    fn half_of_a_certificate_and_its_key_is_refused() {
        for (given, missing) in [("tls-cert", "--tls-key"), ("tls-key", "--tls-cert")] {
            let fault = with_file(&format!("{given} = 'x'"), ServeArgs::default()).unwrap_err();
            assert!(fault.contains(&format!("without {missing}: say")), "{fault}");
        }
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let error = with_file("listne = '127.0.0.1:2'", ServeArgs::default()).unwrap_err();
        assert!(error.contains("listne") && error.contains("listen"), "{error}");
        let args = ServeArgs { listen: Some("nonsense".into()), ..ServeArgs::default() };
        assert!(args.resolve().unwrap_err().contains("--listen nonsense"));
        let args = ServeArgs { admin_token: Some("short".into()), ..ServeArgs::default() };
        assert!(args.resolve().unwrap_err().contains("at least 16"));
        let args = ServeArgs { cache: Some(SMALLEST_CACHE - 1), ..ServeArgs::default() };
        assert!(args.resolve().unwrap_err().contains("--cache 1048575 is too small: 1048576"));
    }
}
