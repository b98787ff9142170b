//! Tells the program which commit it is made from: that of the git repository around it, or what
//! the environment says in `SMART_CUSTOMER_COMMIT`, for those who build from an archive. Debug
//! builds do not look, so that they are not made anew after each commit.
//!
//! And packs the utterances that the program learns from: they are read once, and would be a
//! twentieth of it.

use std::env;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The files with utterances, one by each author: `train-1.tsv` and so on.
const UTTERANCES: &str = "data/intent";
const AUTHORS: usize = 13;

fn main() -> io::Result<()> {
    tell_commit();
    pack_utterances()
}

fn pack_utterances() -> io::Result<()> {
    println!("cargo::rerun-if-changed={UTTERANCES}");
    let to: PathBuf = env::var_os("OUT_DIR").unwrap_or_default().into();
    let mut packed = GzEncoder::new(File::create(to.join("utterances.gz"))?, Compression::best());
    for author in 1..=AUTHORS {
        let path = Path::new(UTTERANCES).join(format!("train-{author}.tsv"));
        io::copy(&mut File::open(path)?, &mut packed)?;
    }
    packed.finish().map(drop)
}

fn tell_commit() {
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-env-changed=SMART_CUSTOMER_COMMIT");
    let commit = env::var("SMART_CUSTOMER_COMMIT").ok().or_else(of_repository);
    let commit = commit.filter(|commit| is_word(commit)).unwrap_or_default();
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = if commit.is_empty() { version } else { format!("{version} ({commit})") };
    println!("cargo::rustc-env=SMART_CUSTOMER_COMMIT={commit}");
    println!("cargo::rustc-env=SMART_CUSTOMER_VERSION={version}");
}

fn of_repository() -> Option<String> {
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return None;
    }
    // Its last line changes with every commit; where it is not kept, a build may name an older one.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"])
        && Path::new(&log).exists()
    {
        println!("cargo::rerun-if-changed={log}");
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changed.is_empty() { commit } else { format!("{commit}-modified") })
}

/// What git says; nothing where it is not there or does not know.
fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    said.status.success().then(|| text.trim().to_owned())
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte))
}
