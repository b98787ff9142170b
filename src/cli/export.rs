//! `smart-customer export`: all of a company's customers to a file or to standard output.

use hyper::Method;
use hyper::header::ACCEPT;
use indicatif::{HumanBytes, ProgressBar};

use super::client::{Client, NDJSON, customers};
use super::records::Records;
use super::sink::Sink;
use super::whole_file::WholeFile;
use super::{Failure, progress, work};
use crate::config::{ExportConfig, ExportFormat};

/// Carries out the export.
///
/// # Errors
/// Not all customers came, or they cannot be written.
pub fn run(config: ExportConfig) -> Result<(), Failure> {
    work::run(export(config))
}

async fn export(config: ExportConfig) -> Result<(), Failure> {
    let sink = Sink::open(config.output, WholeFile::beside)?;
    let media = match config.format {
        ExportFormat::Ndjson => NDJSON,
        ExportFormat::Csv => "text/csv",
        ExportFormat::Json => "application/json",
    };
    let mut client = Client::connect(config.service).await?;
    let request = client.request(Method::GET, &customers(&config.namespace)).header(ACCEPT, media);
    let mut answer = client.send(request, "").await?.expect(media)?;
    let mut count = Count::of(config.format);
    let bar =
        if sink.is_standard_output() { ProgressBar::hidden() } else { progress::without_end() };
    let Some(sink) = sink.copy(&mut answer, |bytes| count.read(bytes, &bar)).await? else {
        return Ok(());
    };
    bar.finish_and_clear();
    sink.finish(&format!("exported {}", count.words(bar.position())))
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
