//! What came of every kind of damage, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What opening a damaged directory came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It opened as it was.
    AtOnce,
    /// The trees were made anew.
    Rebuilt,
    /// Another journal was begun.
    JournalReplaced,
    /// It was not opened.
    Refused,
}

/// Which trees and which journal a directory has.
#[derive(PartialEq, Eq)]
pub struct Identity {
    sled: Option<u64>,
    journal: Option<u64>,
}

impl Identity {
    /// Those in `data_dir`.
    pub fn of(data_dir: &Path) -> Identity {
        let inode = |name: &str| data_dir.join(name).metadata().ok().map(|file| file.ino());
        Identity { sled: inode("sled/db"), journal: inode("journal") }
    }

    /// What was done to get from this to `opened`.
    pub fn outcome(&self, opened: &Identity) -> Outcome {
        if self.journal != opened.journal {
            Outcome::JournalReplaced
        } else if self.sled != opened.sled {
            Outcome::Rebuilt
        } else {
            Outcome::AtOnce
        }
    }
}

/// How often what came of which damage.
#[derive(Default)]
pub struct Table(BTreeMap<String, BTreeMap<Outcome, usize>>);

impl Table {
    /// Counts a case.
    pub fn add(&mut self, damage: String, outcome: Outcome) {
        *self.0.entry(damage).or_default().entry(outcome).or_default() += 1;
    }

    /// How many cases came to `outcome`.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.0.values().filter_map(|row| row.get(&outcome)).sum()
    }

    /// How many cases there were.
    pub fn cases(&self) -> usize {
        self.0.values().flat_map(BTreeMap::values).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcomes =
            [Outcome::AtOnce, Outcome::Rebuilt, Outcome::JournalReplaced, Outcome::Refused];
        writeln!(f, "{:60} at once  rebuilt  journal  refused", "damage")?;
        for (damage, row) in &self.0 {
            write!(f, "{damage:60}")?;
            for outcome in outcomes {
                match row.get(&outcome) {
                    Some(count) => write!(f, " {count:7} ")?,
                    None => write!(f, " {:>7} ", ".")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
