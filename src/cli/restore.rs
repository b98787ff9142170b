//! `smart-customer restore`: a new data directory, made of a backup.

use std::path::PathBuf;

use super::{Failure, output, progress, work};
use crate::store::StoreOptions;
use crate::store::restore::restore;

/// Makes the data directory `data_dir` of the backup in `file`.
///
/// # Errors
/// The backup is not whole, the directory is not empty, or it cannot be written.
pub fn run(file: PathBuf, data_dir: PathBuf) -> Result<(), Failure> {
    work::run(async {
        let bar = progress::through_rows(0);
        let drawn = bar.clone();
        let progress = move |done, rows| {
            drawn.set_length(rows);
            drawn.set_position(done);
        };
        let contents = restore(file, StoreOptions::new(&data_dir), progress).await;
        let contents = contents.map_err(|error| Failure::Failed(error.to_string()))?;
        bar.finish_and_clear();
        output::write(|out| {
            writeln!(
                out,
                "restored {} customers, {} events and {} tokens to {}, as they were on {}",
                contents.customers,
                contents.events,
                contents.tokens,
                data_dir.display(),
                contents.made_at
            )?;
            writeln!(
                out,
                "the tokens of the source work there, its admin token included; the first start \
                 makes another admin token"
            )
        })
    })
}
