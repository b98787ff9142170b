//! Files and directories that know what of them is durable, and what a power cut leaves of them.

use std::collections::BTreeMap;

use crate::random::Random;

/// A file.
#[derive(Default)]
pub struct File {
    /// The contents at the last sync.
    pub durable: Vec<u8>,
    /// The contents as they are read.
    pub now: Vec<u8>,
    /// What led from `durable` to `now`.
    pub unsynced: Vec<Write>,
}

/// A change of a file.
pub enum Write {
    /// These bytes at the end.
    Append(Vec<u8>),
    /// Cut to this length.
    Truncate(usize),
}

/// A directory.
#[derive(Default)]
pub struct Dir {
    /// Whether its own name is durable.
    pub is_durable: bool,
    /// The names at the last sync.
    pub durable: Names,
    /// The names as they are seen.
    pub now: Names,
    /// What led from `durable` to `now`.
    pub unsynced: Vec<Entry>,
}

/// Names with the file's place in the disk's list of files.
pub type Names = BTreeMap<String, usize>;

/// A change of a directory.
pub enum Entry {
    /// A name for a new file.
    Link(String, usize),
    /// A name less.
    Unlink(String),
    /// From this name to that, whatever file had that.
    Rename(String, String, usize),
}

impl Dir {
    /// Changes the names.
    pub fn change(&mut self, entry: Entry) {
        entry.apply(&mut self.now);
        self.unsynced.push(entry);
    }

    /// What is not durable survives or not, each name by itself.
    pub fn lose(&mut self, random: &mut Random) {
        for entry in std::mem::take(&mut self.unsynced) {
            if random.percent(50) {
                entry.apply(&mut self.durable);
            }
        }
        self.now = self.durable.clone();
    }
}

impl Entry {
    fn apply(&self, names: &mut Names) {
        match self {
            Entry::Link(name, file) => {
                names.insert(name.clone(), *file);
            }
            Entry::Unlink(name) => {
                names.remove(name);
            }
            Entry::Rename(from, to, file) => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
        }
    }
}

impl File {
    /// Of what is not durable the first so many changes survive, and a part of the next.
    pub fn lose(&mut self, random: &mut Random) {
        let survive = random.below(self.unsynced.len() + 1);
        for (number, write) in std::mem::take(&mut self.unsynced).iter().enumerate() {
            match write {
                _ if number > survive => break,
                Write::Append(bytes) if number == survive => self.tear(bytes, random),
                Write::Append(bytes) => self.durable.extend_from_slice(bytes),
                Write::Truncate(len) => self.durable.truncate(*len),
            }
        }
        self.now = self.durable.clone();
    }

    /// Appends what may be left of `bytes`: a prefix, its end as it was, zeroed or garbage.
    fn tear(&mut self, bytes: &[u8], random: &mut Random) {
        let mut left = bytes[..random.below(bytes.len() + 1)].to_vec();
        let torn = random.below(left.len().min(512) + 1);
        let end = left.len() - torn;
        match random.below(4) {
            0 => left[end..].fill(0),
            1 => left[end..].fill_with(|| random.next().to_le_bytes()[0]),
            // The file had grown already, the data had not arrived.
            2 => left.resize(bytes.len(), 0),
            _ => {}
        }
        self.durable.extend_from_slice(&left);
    }
}
