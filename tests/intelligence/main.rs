//! How good the intelligence is on data that it never saw: each part prints its report
//! (`cargo test --test intelligence -- --nocapture`) and is held to a floor.
//!
//! The data is under `data/eval/`; the scripts that made it stand beside it.

mod category;
mod duplicates;
mod intent;
mod mail;
mod names;
mod prediction;
mod quality;
mod report;
mod vat;
