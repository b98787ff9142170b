//! Log lines: for people on a terminal, as JSON for programs. No line holds a name, an address, a
//! number or a token of anybody. `meter` is what is counted.

pub mod meter;

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

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
///
/// The lines are our own only: those of the HTTP stack quote what clients sent.
pub fn init(options: LogOptions) {
    let layer = fmt::layer().with_writer(io::stderr).with_target(false);
    let layer = match options.format {
        LogFormat::Text => layer.with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).boxed(),
    };
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), options.level);
    // The error says that a log is set already: a test process may start many services.
    let _ = registry().with(layer.with_filter(own)).try_init();
    // The usual hook prints the panic's message, which may quote what a client sent.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic: please report it");
    }));
}
