//! `smart-customer check`: verifies everything in a data directory and says what it counted.

use std::io::{self, Write};
use std::path::PathBuf;

use super::{Failure, output, work};
use crate::store::StoreOptions;
use crate::store::inspection::{Inspection, inspect};

/// Verifies `data_dir`.
///
/// # Errors
/// Something does not agree, or it cannot be looked at.
pub fn run(data_dir: PathBuf) -> Result<(), Failure> {
    work::run(async {
        let found = inspect(StoreOptions::new(&data_dir)).await;
        let found = found.map_err(|error| Failure::Failed(error.to_string()))?;
        output::write(|out| describe(&found, out))?;
        match found.faults {
            0 => Ok(()),
            faults => Err(Failure::Failed(format!(
                "{faults} faults in {}: start the service there, which mends what it can and says \
                 what it cannot; or restore a backup",
                data_dir.display()
            ))),
        }
    })
}

fn describe(found: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "journal: {} files, {} changes", found.journal.files, found.journal.changes)?;
    if found.journal.unfinished > 0 {
        let bytes = found.journal.unfinished;
        writeln!(out, "journal: {bytes} bytes of a write that was never answered")?;
    }
    for (last, rows) in &found.snapshots {
        writeln!(out, "snapshot after change {last}: {rows} rows")?;
    }
    match &found.trees {
        Some(trees) => {
            writeln!(out, "customers: {}", trees.customers)?;
            writeln!(out, "index rows: {}", trees.index_rows)?;
            writeln!(out, "events: {}", trees.events)?;
            writeln!(out, "rows of counts: {}", trees.rollups)?;
            writeln!(out, "tokens: {}", trees.tokens)?;
            writeln!(out, "idempotency keys: {}", trees.idempotency)?;
        }
        None => writeln!(out, "the queryable state was not looked at")?,
    }
    for what in &found.described {
        writeln!(out, "fault: {what}")?;
    }
    let more = found.faults.saturating_sub(found.described.len() as u64);
    if more > 0 {
        writeln!(out, "and {more} more faults")?;
    }
    if found.faults == 0 { writeln!(out, "all agrees") } else { Ok(()) }
}
