//! What can happen to a data directory: to one of its files, to a directory, to two files that are
//! taken for each other, or something that is left in it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::file_damage::FileDamage;
use super::random::Random;
use super::sled_wreck::{copy, files, remove};

/// A file of a data directory, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    SledDb,
    SledConf,
    SledSnapshot,
    SledBlob,
    OldestJournal,
    MiddleJournal,
    NewestJournal,
    Snapshot,
    State,
    Answered,
}

/// Every file there can be.
pub const PARTS: [Part; 10] = [
    Part::SledDb,
    Part::SledConf,
    Part::SledSnapshot,
    Part::SledBlob,
    Part::OldestJournal,
    Part::MiddleJournal,
    Part::NewestJournal,
    Part::Snapshot,
    Part::State,
    Part::Answered,
];

impl Part {
    /// Its place in `data_dir`, where there is such a file; one of several.
    pub fn path(self, data_dir: &Path, random: &mut Random) -> Option<PathBuf> {
        let of = |dir: &str| files(&data_dir.join(dir));
        match self {
            Part::SledDb => of("sled").into_iter().find(|file| file.ends_with("db")),
            Part::SledConf => of("sled").into_iter().find(|file| file.ends_with("conf")),
            Part::SledSnapshot => {
                of("sled").into_iter().find(|file| name(file).starts_with("snap."))
            }
            Part::SledBlob => random.pick(&of("sled/blobs")).cloned(),
            Part::OldestJournal => of("journal").into_iter().next(),
            Part::MiddleJournal => {
                let journal = of("journal");
                let between = journal.get(1..journal.len().saturating_sub(1))?;
                random.pick(between).cloned()
            }
            Part::NewestJournal => of("journal").pop(),
            Part::Snapshot => of("snapshot").pop(),
            Part::State => Some(data_dir.join("state")),
            Part::Answered => Some(data_dir.join("answered")),
        }
    }

    /// Which of the things that stand in for each other it belongs to.
    pub fn pillar(self) -> Pillar {
        match self {
            Part::SledDb | Part::SledConf | Part::SledSnapshot | Part::SledBlob => Pillar::Sled,
            Part::OldestJournal | Part::MiddleJournal | Part::NewestJournal => Pillar::Journal,
            Part::Snapshot => Pillar::Snapshot,
            Part::State | Part::Answered => Pillar::State,
        }
    }
}

/// What is damaged by a fault: each of these can be made anew from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pillar {
    Sled,
    Journal,
    Snapshot,
    State,
}

/// Something that happens to a data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// To a file.
    File(Part, FileDamage),
    /// A directory is deleted.
    NoDirectory(Pillar),
    /// A directory is as it was some time before.
    OlderDirectory(Pillar),
    /// A directory is empty.
    EmptyDirectory(Pillar),
    /// Sled's pages are damaged, and the table of them is gone.
    PagesLost(FileDamage),
    /// Two files have each other's contents.
    Swapped(Part, Part),
    /// Something is there that does not belong there.
    LeftOver(&'static str),
}

/// What interrupted work, older releases and people leave.
const LEFT_OVER: [&str; 17] = [
    "state.new",
    "admin-token.new",
    "notes.txt",
    "journal/notes.txt",
    "journal/00000000000000099999.log",
    "journal/00000000000000099999.new",
    "journal/lost+found/",
    "snapshot/notes.txt",
    "snapshot/00000000000000099999.new",
    "snapshot/00000000000000099999.snap",
    "snapshot/lost+found/",
    "sled/notes.txt",
    "sled/snap.00000000000000FF.generating",
    "sled.distrusted/",
    "sled.compact/",
    "sled.damaged-1700000000000/",
    "journal.damaged-1700000000000/",
];

impl Fault {
    /// Every single fault, those of files that are read most several times.
    pub fn all() -> Vec<Fault> {
        let mut all = Vec::new();
        for part in PARTS {
            for damage in FileDamage::ALL {
                let times = if damage.is_at_random() { 2 } else { 1 };
                all.extend(std::iter::repeat_n(Fault::File(part, damage), times));
            }
        }
        for pillar in [Pillar::Sled, Pillar::Journal, Pillar::Snapshot] {
            all.push(Fault::NoDirectory(pillar));
            all.push(Fault::OlderDirectory(pillar));
            all.push(Fault::EmptyDirectory(pillar));
        }
        let pairs = [
            (Part::OldestJournal, Part::NewestJournal),
            (Part::OldestJournal, Part::MiddleJournal),
            (Part::MiddleJournal, Part::NewestJournal),
            (Part::SledDb, Part::SledSnapshot),
            (Part::SledDb, Part::SledConf),
            (Part::Snapshot, Part::NewestJournal),
        ];
        all.extend(pairs.map(|(one, other)| Fault::Swapped(one, other)));
        let of_pages = [
            FileDamage::BitsFlipped,
            FileDamage::PageZeroed,
            FileDamage::PageGarbled,
            FileDamage::SectorZeroed,
            FileDamage::CutAnywhere,
            FileDamage::CutAtABorder,
        ];
        all.extend(of_pages.iter().flat_map(|damage| [Fault::PagesLost(*damage); 3]));
        all.extend(LEFT_OVER.map(Fault::LeftOver));
        all
    }

    /// One fault of `pillar`.
    pub fn of(pillar: Pillar, random: &mut Random) -> Fault {
        let of_pillar = |fault: &Fault| fault.pillar() == Some(pillar);
        let all: Vec<Fault> = Fault::all().into_iter().filter(of_pillar).collect();
        *random.pick(&all).unwrap()
    }

    /// What it damages, of what can be made anew from the others; nothing where that is nothing.
    pub fn pillar(self) -> Option<Pillar> {
        match self {
            Fault::File(part, _) | Fault::Swapped(part, _) => Some(part.pillar()),
            Fault::NoDirectory(of) | Fault::OlderDirectory(of) | Fault::EmptyDirectory(of) => {
                Some(of)
            }
            Fault::PagesLost(_) => Some(Pillar::Sled),
            Fault::LeftOver(_) => None,
        }
    }

    /// What it damages and how, in short.
    pub fn what_and_how(self) -> (String, String) {
        let of_directory = |of, how: &str| (format!("{of:?} directory"), how.to_owned());
        match self {
            Fault::File(part, damage) => (format!("{part:?}"), format!("{damage:?}")),
            Fault::NoDirectory(of) => of_directory(of, "Deleted"),
            Fault::OlderDirectory(of) => of_directory(of, "Older"),
            Fault::EmptyDirectory(of) => of_directory(of, "Emptied"),
            Fault::PagesLost(damage) => ("SledDb without table".to_owned(), format!("{damage:?}")),
            Fault::Swapped(one, _) => (format!("{one:?}"), "Swapped".to_owned()),
            Fault::LeftOver(_) => ("something left over".to_owned(), "Longer".to_owned()),
        }
    }

    /// Lets it happen in `data_dir`, of which there is an `older` copy; whether anything changed.
    pub fn happen(self, data_dir: &Path, older: &Path, random: &mut Random) -> bool {
        match self {
            Fault::File(part, damage) => {
                let Some(file) = part.path(data_dir, random) else { return false };
                let older = part.path(older, random).and_then(|file| fs::read(file).ok());
                damage.happen(&file, older.as_deref(), random)
            }
            Fault::NoDirectory(pillar) => {
                remove(&directory(data_dir, pillar));
                true
            }
            Fault::OlderDirectory(pillar) => {
                copy(&directory(older, pillar), &directory(data_dir, pillar));
                true
            }
            Fault::EmptyDirectory(pillar) => {
                let dir = directory(data_dir, pillar);
                remove(&dir);
                fs::create_dir(dir).unwrap();
                true
            }
            Fault::PagesLost(damage) => {
                let times = 1 + random.below(4);
                let mut pages = std::iter::repeat_n(Fault::File(Part::SledDb, damage), times);
                Fault::File(Part::SledSnapshot, FileDamage::Deleted).happen(data_dir, older, random)
                    && pages.all(|fault| fault.happen(data_dir, older, random))
            }
            Fault::Swapped(one, other) => {
                let paths = (one.path(data_dir, random), other.path(data_dir, random));
                let (Some(one), Some(other)) = paths else { return false };
                swap(&one, &other);
                true
            }
            Fault::LeftOver(what) => {
                leave(&data_dir.join(what), what.ends_with('/'), &older.join("sled"), random);
                true
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::File(part, damage) => write!(f, "{part:?}: {damage:?}"),
            Fault::LeftOver(what) => write!(f, "left over: {what}"),
            other => write!(f, "{other:?}"),
        }
    }
}

fn directory(data_dir: &Path, pillar: Pillar) -> PathBuf {
    data_dir.join(match pillar {
        Pillar::Sled => "sled",
        Pillar::Journal => "journal",
        Pillar::Snapshot => "snapshot",
        Pillar::State => unreachable!("the state is a file"),
    })
}

fn name(file: &Path) -> &str {
    file.file_name().unwrap().to_str().unwrap()
}

fn swap(one: &Path, other: &Path) {
    let (of_one, of_other) = (fs::read(one).unwrap(), fs::read(other).unwrap());
    fs::write(one, of_other).unwrap();
    fs::write(other, of_one).unwrap();
}

/// A directory with an older state of sled in it, or a file with anything or nothing in it.
fn leave(path: &Path, is_dir: bool, older_sled: &Path, random: &mut Random) {
    if is_dir {
        return copy(older_sled, path);
    }
    // Of a journal file only one that never got beyond its header can be left.
    let longest =
        if path.extension().is_some_and(|extension| extension == "log") { 8 } else { 900 };
    let length = random.below(longest);
    fs::write(path, vec![0; length]).unwrap();
}
