//! Runs this program under Valgrind's Callgrind and reads what was counted.
//!
//! Callgrind looks at no instruction before `begin`, which makes the way there ten times as fast. From
//! then on it sets its counts to zero where the first mark of `counter` is passed, and writes them into
//! a file of their own where the second is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::Outcome;
use super::arguments::COUNT;
use super::counter::MARKS;
use super::recorded::Counts;

/// Where the process under Valgrind finds the pipes on which that is told to begin.
const PIPES: &str = "INSTRUCTIONS_PIPES";

/// Makes the C library move long pieces of memory in steps of 32 bytes: else it would be one instruction
/// that Callgrind counts once for each byte, and weigh thirty times as much as it takes.
const LIBC: (&str, &str) = ("GLIBC_TUNABLES", "glibc.cpu.x86_rep_movsb_threshold=1000000000");

/// One stretch that was counted.
struct Window {
    path: String,
    runs: u64,
    file: PathBuf,
}

/// The instructions that one run of each path takes.
pub fn counts() -> Outcome<Counts> {
    let dir = tempfile::tempdir()?;
    counts_of(&windows(dir.path())?)
}

/// The same; and prints where those of the paths go that have `part` in their names.
pub fn counts_with_profile(part: &str) -> Outcome<Counts> {
    let dir = tempfile::tempdir()?;
    let windows = windows(dir.path())?;
    let mut last = BTreeMap::new();
    for window in windows.iter().filter(|window| window.path.contains(part)) {
        last.insert(&window.path, window);
    }
    for (path, window) in last {
        println!("\n{path}, {} times", window.runs);
        Command::new("callgrind_annotate").arg(&window.file).status()?;
    }
    counts_of(&windows)
}

/// Makes Callgrind look at every instruction from now on.
pub fn begin() -> Outcome<()> {
    let pipes = std::env::var(PIPES).map_err(|_| "this is for a run under Valgrind")?;
    let mut command = Command::new("vgdb");
    command.arg(format!("--pid={}", std::process::id())).arg(format!("--vgdb-prefix={pipes}"));
    command.args(["instrumentation", "on"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut told = command.spawn()?;
    // Valgrind hears of it between two instructions: this must not wait without any.
    loop {
        match told.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("vgdb failed: {status}").into()),
            None => thread::yield_now(),
        }
    }
}

/// Runs everything under Valgrind, with its files in `dir`, and with nothing of the environment that
/// could differ from one machine to the other.
fn windows(dir: &Path) -> Outcome<Vec<Window>> {
    let [from, to] = MARKS;
    let (pipes, files) = (dir.join("pipe"), dir.join("counts"));
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--instr-atstart=no", "--quiet"])
        .arg(format!("--vgdb-prefix={}", pipes.display()))
        .arg(format!("--callgrind-out-file={}", files.display()))
        .arg(format!("--zero-before={from}"))
        .arg(format!("--dump-before={to}"))
        .arg(std::env::current_exe()?)
        .arg(COUNT)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs([LIBC])
        .env(PIPES, &pipes)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("valgrind cannot be started: {error}"))?;
    if !run.status.success() {
        return Err(format!("what was to be counted failed: {}", run.status).into());
    }
    let said = String::from_utf8(run.stdout)?;
    let windows = said.lines().enumerate().map(|(number, line)| {
        let (runs, path) = line.split_once('\t').ok_or_else(|| format!("not a path: {line}"))?;
        let file = dir.join(format!("counts.{}", number + 1));
        Ok(Window { path: path.to_owned(), runs: runs.parse()?, file })
    });
    windows.collect()
}

/// The median of the windows of each path, for one run of it.
fn counts_of(windows: &[Window]) -> Outcome<Counts> {
    let mut all: BTreeMap<&String, Vec<u64>> = BTreeMap::new();
    for window in windows {
        let count = total(&window.file)? / window.runs;
        all.entry(&window.path).or_default().push(count);
    }
    let median = |mut counts: Vec<u64>| {
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied().unwrap_or_default()
    };
    Ok(all.into_iter().map(|(path, counts)| (path.clone(), median(counts))).collect())
}

/// The instructions in a file of Callgrind's.
fn total(file: &Path) -> Outcome<u64> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or("Callgrind wrote no totals")?.trim().parse()?)
}
