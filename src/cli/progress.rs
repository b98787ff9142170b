//! How far long work is, on a terminal; nothing is drawn where standard error is none.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often a spinner turns.
const TURN: Duration = Duration::from_millis(120);

/// Progress through `bytes` bytes.
pub fn through(bytes: u64) -> ProgressBar {
    styled(ProgressBar::new(bytes), "{wide_bar} {bytes}/{total_bytes}, {eta} left{msg}")
}

/// Progress of work whose end is not known.
pub fn without_end() -> ProgressBar {
    let spinner = styled(ProgressBar::new_spinner(), "{spinner} {msg}{bytes}, {bytes_per_sec}");
    spinner.enable_steady_tick(TURN);
    spinner
}

/// Progress through `rows` rows.
pub fn through_rows(rows: u64) -> ProgressBar {
    styled(ProgressBar::new(rows), "{wide_bar} {pos}/{len} rows, {eta} left")
}

/// Progress through rows of which nobody knows how many there are.
pub fn rows_without_end() -> ProgressBar {
    let spinner = styled(ProgressBar::new_spinner(), "{spinner} {pos} rows, {per_sec}");
    spinner.enable_steady_tick(TURN);
    spinner
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
