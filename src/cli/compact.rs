//! `smart-customer compact`: a data directory made small.

use std::io::{self, Write};
use std::path::PathBuf;

use indicatif::HumanBytes;

use super::{Failure, output, progress, work};
use crate::store::StoreOptions;
use crate::store::compact::{Compacted, compact};

/// Makes `data_dir` small.
///
/// # Errors
/// There is no store, a process uses it, it is damaged beyond repair, or there is no room.
pub fn run(data_dir: PathBuf) -> Result<(), Failure> {
    work::run(async {
        let bar = progress::rows_without_end();
        let drawn = bar.clone();
        let compacted = compact(StoreOptions::new(data_dir), move |rows| drawn.set_position(rows));
        let compacted = compacted.await.map_err(|error| Failure::Failed(error.to_string()))?;
        bar.finish_and_clear();
        output::write(|out| describe(&compacted, out))
    })
}

fn describe(compacted: &Compacted, out: &mut dyn Write) -> io::Result<()> {
    let parts = compacted.before.parts().into_iter().zip(compacted.after.parts());
    for ((name, before), (_, after)) in parts {
        writeln!(
            out,
            "{name}: {before} bytes before, {after} after ({} to {})",
            HumanBytes(before),
            HumanBytes(after)
        )?;
    }
    Ok(())
}
