//! The counts that are recorded in `counts.tsv`, and how others compare with them.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;
use std::process::{Command, ExitCode};

use super::Outcome;

/// Instructions by path.
pub type Counts = BTreeMap<String, u64>;

/// More than this many per cent above what is recorded is refused; as many below are to be recorded.
const TOLERANCE: f64 = 5.0;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions/counts.tsv");

/// What the line of the file begins with that says what counted.
const MACHINE: &str = "# Counted with: ";

const RECORD: &str = "benches/instructions/run --record";

/// What counts depend on beside the code: those of another are not compared.
#[derive(Debug, PartialEq, Eq)]
pub struct Machine(String);

impl Machine {
    /// The one that this is.
    pub fn this() -> Outcome<Machine> {
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let (rustc, valgrind) = (version(&rustc)?, version("valgrind")?);
        Ok(Machine(format!("{rustc}, {valgrind}, {ARCH}")))
    }
}

fn version(program: &str) -> Outcome<String> {
    let said = Command::new(program).arg("--version").output();
    let said = said.map_err(|error| format!("{program} cannot be started: {error}"))?;
    Ok(String::from_utf8(said.stdout)?.trim().to_owned())
}

/// Writes the counts down.
pub fn record(machine: &Machine, counts: &Counts) -> Outcome<ExitCode> {
    let rows = counts.iter().map(|(path, count)| format!("{path}\t{count}\n"));
    let rows: String = rows.collect();
    let head = format!(
        "# Instructions that a run of each path takes. `{RECORD}` writes this file.\n\
         {MACHINE}{}\n",
        machine.0
    );
    fs::write(FILE, head + &rows)?;
    print!("{rows}");
    Ok(ExitCode::SUCCESS)
}

/// Says how the counts compare with what is recorded; a failure where that is to be recorded anew or the
/// code to be looked at.
pub fn compare(machine: &Machine, counts: &Counts) -> Outcome<ExitCode> {
    let recorded = Recorded::read()?;
    let mut paths: Vec<&String> = recorded.counts.keys().chain(counts.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    println!("{:<45} {:>13} {:>13} {:>9}", "instructions", "recorded", "now", "change");
    let mut findings = Vec::new();
    for path in paths {
        let (before, now) = (recorded.counts.get(path).copied(), counts.get(path).copied());
        print_row(path, before, now);
        findings.extend(finding(path, before, now));
    }
    if recorded.machine != machine.0 {
        println!(
            "\nThe recorded counts are of another compiler or Valgrind, so nothing is refused.\n\
             recorded with: {}\nthis is:       {}\nWhere this is what the project is built with \
             now, record anew: {RECORD}",
            recorded.machine, machine.0
        );
        return Ok(ExitCode::SUCCESS);
    }
    Ok(judge(&findings))
}

/// What is in the file.
struct Recorded {
    machine: String,
    counts: Counts,
}

impl Recorded {
    fn read() -> Outcome<Recorded> {
        let text = fs::read_to_string(FILE).map_err(|error| format!("{FILE}: {error}"))?;
        let machine = text.lines().find_map(|line| line.strip_prefix(MACHINE)).unwrap_or_default();
        let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let row = line.split_once('\t').and_then(|(path, count)| {
                Some((path.to_owned(), count.parse().ok().filter(|&count| count > 0)?))
            });
            row.ok_or_else(|| format!("{FILE}: not a path, a tab and its count: '{line}'").into())
        });
        let counts = rows.collect::<Outcome<Counts>>()?;
        Ok(Recorded { machine: machine.to_owned(), counts })
    }
}

fn print_row(path: &str, before: Option<u64>, now: Option<u64>) {
    let text = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    let change = match (before, now) {
        (Some(before), Some(now)) => format!("{:+.2} %", per_cent(before, now)),
        _ => String::new(),
    };
    println!("{path:<45} {:>13} {:>13} {change:>9}", text(before), text(now));
}

/// By how much `now` is above `before`.
fn per_cent(before: u64, now: u64) -> f64 {
    (now as f64 / before as f64 - 1.0) * 100.0
}

/// What is to be said of a path.
enum Finding {
    /// It must not stay so.
    Refused(String),
    /// It is good to know.
    Better(String),
}

fn finding(path: &str, before: Option<u64>, now: Option<u64>) -> Option<Finding> {
    let (before, now) = match (before, now) {
        (Some(before), Some(now)) => (before, now),
        (Some(_), None) => {
            return Some(Finding::Refused(format!("{path}: is not counted any more")));
        }
        _ => return Some(Finding::Refused(format!("{path}: nothing is recorded"))),
    };
    let change = per_cent(before, now);
    let numbers = format!("{path}: {now} instructions, {:.1} % ", change.abs());
    if change > TOLERANCE {
        Some(Finding::Refused(format!("{numbers}more than the {before} that are recorded")))
    } else if change < -TOLERANCE {
        Some(Finding::Better(format!("{numbers}less than the {before} that are recorded")))
    } else {
        None
    }
}

fn judge(findings: &[Finding]) -> ExitCode {
    let (mut refused, mut better) = (Vec::new(), Vec::new());
    for finding in findings {
        match finding {
            Finding::Refused(text) => refused.push(text.as_str()),
            Finding::Better(text) => better.push(text.as_str()),
        }
    }
    if !better.is_empty() {
        let better = better.join("\n");
        println!("\nBetter; record it, so that it stays so: {RECORD}\n{better}");
    }
    if refused.is_empty() {
        println!("\nAll counts are at most {TOLERANCE} % above what is recorded.");
        return ExitCode::SUCCESS;
    }
    println!(
        "\nRefused; no two runs of the same code differ by {TOLERANCE} %:\n{}\nSee where they go with \
         benches/instructions/run --profile PATH. Where it is meant, record it: {RECORD}",
        refused.join("\n")
    );
    ExitCode::FAILURE
}
