//! What came of every kind of damage, as a table.

use std::collections::{BTreeMap, BTreeSet};
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

impl Outcome {
    fn letter(self) -> char {
        match self {
            Outcome::AtOnce => 'o',
            Outcome::Rebuilt => 'r',
            Outcome::JournalReplaced => 'j',
            Outcome::Refused => 'x',
        }
    }
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

/// How often what came of which damage, by what was damaged and how.
#[derive(Default)]
pub struct Table(BTreeMap<String, BTreeMap<String, BTreeMap<Outcome, usize>>>);

impl Table {
    /// Counts a case.
    pub fn add(&mut self, (what, how): (String, String), outcome: Outcome) {
        let cell = self.0.entry(what).or_default().entry(how).or_default();
        *cell.entry(outcome).or_default() += 1;
    }

    fn counts(&self) -> impl Iterator<Item = (&Outcome, &usize)> {
        self.0.values().flat_map(BTreeMap::values).flatten()
    }

    /// How many cases came to `outcome`.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.counts().filter(|(one, _)| **one == outcome).map(|(_, count)| count).sum()
    }

    /// How many cases there were.
    pub fn cases(&self) -> usize {
        self.counts().map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: BTreeSet<&String> = self.0.values().flat_map(BTreeMap::keys).collect();
        writeln!(f, "o opened as it was, r trees made anew, j another journal, x refused")?;
        write!(f, "{:26}", "")?;
        columns.iter().try_for_each(|how| write!(f, " {how:>13}"))?;
        writeln!(f)?;
        for (what, row) in &self.0 {
            write!(f, "{what:26}")?;
            for how in &columns {
                let cell = row.get(*how).into_iter().flatten();
                let cell: Vec<String> =
                    cell.map(|(outcome, count)| format!("{count}{}", outcome.letter())).collect();
                write!(f, " {:>13}", cell.join(" "))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
