//! Log lines: for people on a terminal, as JSON for programs. No line holds a name, an address, a
//! number or a token of anybody.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people; in colour on a terminal.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogOptions {
    /// How lines look.
    pub format: LogFormat,
    /// The least important lines that are written.
    pub level: LevelFilter,
}

/// Sends log lines to standard error from now on. Only the first call in a process counts.
pub fn init(options: LogOptions) {
    let builder = fmt().with_max_level(options.level).with_writer(io::stderr).with_target(false);
    // The error says that a log is set already: a test process may start many services.
    let _ = match options.format {
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
    };
}
