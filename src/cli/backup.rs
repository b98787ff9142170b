//! `smart-customer backup`: everything that a running service keeps, as one file that is there only
//! once it was found to be whole.

use std::fs::File;
use std::io::BufReader;

use hyper::Method;
use hyper::header::ACCEPT;
use indicatif::{HumanBytes, ProgressBar};

use super::client::{Client, broken_off};
use super::sink::Sink;
use super::whole_file::WholeFile;
use super::{Failure, progress, work};
use crate::config::BackupConfig;
use crate::store::backup::{self, Contents};

const BACKUP: &str = "/admin/backup";
const MEDIA: &str = "application/octet-stream";

/// Takes the backup.
///
/// # Errors
/// Not all of it came, or it cannot be written.
pub fn run(config: BackupConfig) -> Result<(), Failure> {
    work::run(back_up(config))
}

async fn back_up(config: BackupConfig) -> Result<(), Failure> {
    let sink = Sink::open(config.output, WholeFile::private_beside)?;
    let mut client = Client::connect(config.service).await?;
    let request = client.request(Method::GET, BACKUP).header(ACCEPT, MEDIA);
    let mut answer = client.send(request, "").await?.expect(MEDIA)?;
    let bar = match sink.is_standard_output() {
        true => ProgressBar::hidden(),
        false => progress::without_end(),
    };
    let copied = sink.copy(&mut answer, |bytes| bar.inc(bytes.len() as u64)).await?;
    let Some(mut sink) = copied else {
        return Ok(());
    };
    let what = match sink.read_again()? {
        Some(file) => words(verify(file).await.map_err(|why| broken_off(answer.url(), &why))?),
        None => "backed up".to_owned(),
    };
    bar.finish_and_clear();
    sink.finish(&format!("{what}, {}", HumanBytes(bar.position())))
}

/// Reads what was written again. On another thread, so that it can be interrupted.
async fn verify(file: File) -> Result<Contents, String> {
    let verifying = tokio::task::spawn_blocking(move || backup::verify(BufReader::new(file)));
    let verified = verifying.await.map_err(|error| error.to_string())?;
    verified.map_err(|error| format!("what came is no whole backup: {error}"))
}

fn words(contents: Contents) -> String {
    let Contents { customers, events, tokens, last, .. } = contents;
    format!(
        "backed up {customers} customers, {events} events and {tokens} tokens as they were after \
         change {last}"
    )
}
