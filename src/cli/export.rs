//! `smart-customer export`: all of a company's customers to a file or to standard output.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use hyper::Method;
use hyper::body::Bytes;
use hyper::header::ACCEPT;
use indicatif::{HumanBytes, ProgressBar};

use super::client::{Answer, Client, NDJSON, broken_off, customers};
use super::records::Records;
use super::whole_file::WholeFile;
use super::{Failure, output, progress, work};
use crate::config::{ExportConfig, ExportFormat};

/// Carries out the export.
///
/// # Errors
/// Not all customers came, or they cannot be written.
pub fn run(config: ExportConfig) -> Result<(), Failure> {
    work::run(export(config))
}

async fn export(config: ExportConfig) -> Result<(), Failure> {
    let sink = Sink::open(config.output)?;
    let media = match config.format {
        ExportFormat::Ndjson => NDJSON,
        ExportFormat::Csv => "text/csv",
        ExportFormat::Json => "application/json",
    };
    let mut client = Client::connect(config.service).await?;
    let request = client.request(Method::GET, &customers(&config.namespace)).header(ACCEPT, media);
    let mut answer = client.send(request, "").await?.expect(media)?;
    let mut count = Count::of(config.format);
    let bar = match sink {
        Sink::StandardOutput => ProgressBar::hidden(),
        _ => progress::without_end(),
    };
    let Some(sink) = copy(&mut answer, sink, &mut count, &bar).await? else {
        return Ok(());
    };
    bar.finish_and_clear();
    sink.finish(&count.words(bar.position()))
}

/// Copies the answer into `sink`; `None` where nobody reads it any more.
async fn copy(
    answer: &mut Answer,
    mut sink: Sink,
    count: &mut Count,
    bar: &ProgressBar,
) -> Result<Option<Sink>, Failure> {
    loop {
        let bytes = answer.next_bytes().await.map_err(|why| broken_off(answer.url(), &why))?;
        let Some(bytes) = bytes else {
            return Ok(Some(sink));
        };
        count.read(&bytes, bar);
        match sink.write(bytes).await? {
            Some(goes_on) => sink = goes_on,
            None => return Ok(None),
        }
    }
}

/// Where an export goes.
enum Sink {
    StandardOutput,
    /// A regular file, there whole or not at all.
    Whole(WholeFile, PathBuf),
    /// A pipe or a device, which cannot be replaced by a file.
    Direct(File, PathBuf),
}

impl Sink {
    fn open(output: Option<PathBuf>) -> Result<Sink, Failure> {
        let Some(path) = output else {
            return Ok(Sink::StandardOutput);
        };
        let opened = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => Err(ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => OpenOptions::new()
                .write(true)
                .open(&path)
                .map(|file| Sink::Direct(file, path.clone())),
            // What a link points at is replaced, not the link.
            Ok(_) => path.canonicalize().and_then(whole),
            Err(_) => whole(path.clone()),
        };
        opened.map_err(|error| unwritable(&path, &error))
    }

    /// Writes the next bytes. `None` where nobody reads any more.
    async fn write(self, bytes: Bytes) -> Result<Option<Sink>, Failure> {
        // Here, not on another thread: an interruption must find the file to remove it.
        if let Sink::Whole(..) = self {
            return self.write_at_once(&bytes);
        }
        // The reader of a pipe may take its time, and an interruption must not wait for it.
        let writing = tokio::task::spawn_blocking(move || self.write_at_once(&bytes));
        writing.await.map_err(|error| Failure::Failed(format!("writing failed: {error}")))?
    }

    fn write_at_once(mut self, bytes: &[u8]) -> Result<Option<Sink>, Failure> {
        let written = match &mut self {
            Sink::StandardOutput => io::stdout().lock().write_all(bytes),
            Sink::Whole(file, _) => file.write_all(bytes),
            Sink::Direct(file, _) => file.write_all(bytes),
        };
        match written {
            Ok(()) => Ok(Some(self)),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(None),
            Err(error) => Err(self.unwritable(&error)),
        }
    }

    /// Ends what was written; says `what` it was where that does not go into the data.
    fn finish(self, what: &str) -> Result<(), Failure> {
        let target = match self {
            Sink::StandardOutput => return output::write(|out| out.flush()),
            Sink::Direct(_, path) => path,
            Sink::Whole(file, path) => {
                file.keep(&path).map_err(|error| unwritable(&path, &error))?;
                path
            }
        };
        output::write(|out| writeln!(out, "exported {what} to {}", target.display()))
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        match self {
            Sink::StandardOutput => output::unwritable(error),
            Sink::Whole(_, path) | Sink::Direct(_, path) => unwritable(path, error),
        }
    }
}

fn whole(path: PathBuf) -> io::Result<Sink> {
    Ok(Sink::Whole(WholeFile::beside(&path)?, path))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot write {}: {error}; choose another --output", path.display()))
}

/// Counts what goes by: bytes, and customers where they are records.
struct Count {
    records: Option<Records>,
    ends: Vec<u64>,
    customers: u64,
    /// Records that are no customers: the header of CSV.
    others: u64,
}

impl Count {
    fn of(format: ExportFormat) -> Count {
        let (records, others) = match format {
            ExportFormat::Ndjson => (Some(Records::lines()), 0),
            ExportFormat::Csv => (Some(Records::csv()), 1),
            ExportFormat::Json => (None, 0),
        };
        Count { records, ends: Vec::new(), customers: 0, others }
    }

    fn read(&mut self, bytes: &[u8], bar: &ProgressBar) {
        bar.inc(bytes.len() as u64);
        if let Some(records) = &mut self.records {
            self.ends.clear();
            records.read(bytes, 0, &mut self.ends);
            self.customers += self.ends.len() as u64;
            bar.set_message(format!("{} customers, ", self.customers.saturating_sub(self.others)));
        }
    }

    fn words(&self, bytes: u64) -> String {
        match &self.records {
            None => HumanBytes(bytes).to_string(),
            Some(_) => {
                let customers = self.customers.saturating_sub(self.others);
                format!("{customers} customers ({})", HumanBytes(bytes))
            }
        }
    }
}
