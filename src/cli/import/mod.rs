//! `smart-customer import`: many customers from a file into a running service.
//!
//! `source` (the file) → `upload` (the request, as the file is read) → the service → `answers` (one
//! line per record) → `tally` and `report`. Nothing is held but the ends of the records that are
//! on their way. Every line has an idempotency key, so that running again stores nothing twice.

mod answers;
mod report;
mod source;
mod tally;
mod upload;

use std::io;
use std::path::Path;
use std::time::Instant;

use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::{Method, http};
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use self::answers::{Outcome, Outcomes};
use self::report::{Place, Report};
use self::source::Source;
use self::tally::{Kind, Tally};
use self::upload::{Upload, Window};
use super::client::{Answer, Client, NDJSON};
use super::records::Records;
use super::{Failure, output, progress, work};
use crate::config::{ImportConfig, ImportFormat, ServiceUrl};

/// What is fixed about the form of an import.
struct Form {
    media: &'static str,
    ending: &'static str,
    records: Records,
}

impl Form {
    fn of(format: ImportFormat) -> Form {
        match format {
            ImportFormat::Csv => Form { media: "text/csv", ending: "csv", records: Records::csv() },
            ImportFormat::Ndjson => {
                Form { media: NDJSON, ending: "ndjson", records: Records::lines() }
            }
        }
    }
}

/// Carries out the import.
///
/// # Errors
/// It broke off, or records were refused.
pub fn run(config: ImportConfig) -> Result<(), Failure> {
    // Before signals are waited for: what blocks here is to end at the first of them.
    let source = Source::open(config.file.as_deref())?;
    work::run_to_the_end(import(config, source))
}

async fn import(config: ImportConfig, source: Source) -> Result<(), Failure> {
    let interrupted = work::interruption().map_err(work::no_signals)?;
    let form = Form::of(config.format);
    let place = place(&config, &source, form.ending)?;
    let (has_header, validate_only) = (config.format == ImportFormat::Csv, config.validate_only);
    let report = Report::begin(place, source.rereading)?;
    let head = Head::of(&config, &source.identity, &form);
    let mut client = Client::connect(config.service).await?;
    let request = head.begin(&client);
    let began = Instant::now();
    let Upload { body, window, reading } = Upload::start(source.reading, form.records);
    let bar = progress::through(source.length);
    let mut intake = Intake { window, report, tally: Tally::default(), bar };
    let url = client.url().clone();
    let done = tokio::select! {
        done = async {
            let answer = client.stream(request, body).await?.expect(NDJSON)?;
            intake.take(answer, &url, has_header).await
        } => done,
        () = interrupted => Err(intake.broken("it was interrupted")),
    };
    // A file that cannot be read breaks the connection off; then that is the cause to tell.
    let done = match fault_of(reading).await {
        Some(error) => Err(intake.broken(&format!("the file cannot be read: {error}"))),
        None => done,
    };
    intake.finish(done, validate_only, began)
}

/// Why the file could not be read, if that has ended the reading.
async fn fault_of(reading: JoinHandle<io::Result<()>>) -> Option<io::Error> {
    if !reading.is_finished() {
        return None;
    }
    reading.await.ok()?.err()
}

/// What the request begins with.
struct Head {
    path: String,
    media: &'static str,
    /// None where nothing is to be stored.
    key: Option<String>,
}

impl Head {
    fn of(config: &ImportConfig, identity: &[u8], form: &Form) -> Head {
        let key = (!config.validate_only).then(|| key(config, identity, form.ending));
        Head { path: path(config), media: form.media, key }
    }

    fn begin(self, client: &Client) -> http::request::Builder {
        let request = client
            .request(Method::POST, &self.path)
            .header(CONTENT_TYPE, self.media)
            .header(ACCEPT, NDJSON);
        match self.key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    }
}

fn place(config: &ImportConfig, source: &Source, ending: &'static str) -> Result<Place, Failure> {
    let Some(chosen) = &config.report else {
        return Ok(Place::beside(source.path.as_deref(), ending));
    };
    let imported = source.path.as_deref().map(Path::canonicalize);
    if let (Some(Ok(imported)), Ok(report)) = (imported, chosen.canonicalize())
        && imported == report
    {
        let fault = "--report is the imported file itself: choose another file";
        return Err(Failure::Usage(fault.to_owned()));
    }
    Ok(Place::Chosen(chosen.clone()))
}

fn path(config: &ImportConfig) -> String {
    let mut path = super::client::customers(&config.namespace);
    let flags = [("history", config.history), ("validate-only", config.validate_only)];
    let mut separator = '?';
    for (name, _) in flags.iter().filter(|(_, is_set)| *is_set) {
        path.push(separator);
        path.push_str(name);
        path.push_str("=true");
        separator = '&';
    }
    path
}

/// What the service is to know this import by: the same whenever the same file goes to the same
/// customers, so that an import that broke off, or that had faults, can simply be run again.
fn key(config: &ImportConfig, identity: &[u8], ending: &str) -> String {
    if let Some(key) = &config.key {
        return key.clone();
    }
    let hash = Sha256::new()
        .chain_update(config.namespace.prefix())
        .chain_update(ending)
        .chain_update([0])
        .chain_update(identity)
        .finalize();
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("import-{hex}")
}

/// What is made of the answers.
struct Intake {
    window: Window,
    report: Report,
    tally: Tally,
    bar: ProgressBar,
}

impl Intake {
    /// Takes the answers to their end.
    async fn take(
        &mut self,
        answer: Answer,
        url: &ServiceUrl,
        has_header: bool,
    ) -> Result<(), Failure> {
        if has_header && let Some(header) = self.window.next().await {
            self.report.header(header);
        }
        let mut outcomes = Outcomes::of(answer);
        while let Some(outcome) = outcomes.next().await.map_err(|why| self.lost(url, &why))? {
            self.note(&outcome).await?;
        }
        match self.window.next().await {
            None => Ok(()),
            Some(_) => Err(self.lost(url, "the answer ended before the file")),
        }
    }

    async fn note(&mut self, outcome: &Outcome) -> Result<(), Failure> {
        let number = self.tally.answered() + 1;
        let range = self.window.next().await.filter(|_| outcome.line == number);
        let Some(range) = range else {
            let line = outcome.line;
            return Err(self.broken(&format!("an answer is for line {line}, not for {number}")));
        };
        self.bar.set_position(range.end);
        let kind = Kind::of(outcome);
        self.tally.count(kind, outcome);
        if matches!(kind, Kind::Refused | Kind::Changed) {
            self.report.add(range, number, &outcome.reason())?;
        }
        Ok(())
    }

    fn lost(&self, url: &ServiceUrl, why: &str) -> Failure {
        self.broken(&format!("the connection to {url} broke off: {why}"))
    }

    fn broken(&self, why: &str) -> Failure {
        Failure::Failed(format!(
            "the import stopped after {} lines ({why}): run the same command again, nothing is \
             stored twice",
            self.tally.answered()
        ))
    }

    /// Says how it went and keeps the report, also of an import that was not `done`.
    fn finish(
        self,
        done: Result<(), Failure>,
        validate_only: bool,
        began: Instant,
    ) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        if done.is_ok() || self.tally.answered() > 0 {
            let summary = self.tally.summary(validate_only, began.elapsed());
            output::write(|out| writeln!(out, "{summary}"))?;
        }
        let mut kept = None;
        if self.tally.refusals() > 0 {
            let (report, reasons) = self.report.keep()?;
            let (report, reasons) = (report.display(), reasons.display());
            kept = Some(format!("correct {report} and import it, the reasons are in {reasons}"));
        }
        match (done, self.tally.advice(kept.as_deref())) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(advice)) => Err(Failure::Failed(advice)),
            (Err(failure), None) => Err(failure),
            (Err(failure), Some(advice)) => Err(failure.and(&advice)),
        }
    }
}
