//! A bulk request's body on its way to records: read piece by piece, with patience for each.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::FutureExt;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::api::bulk::{CsvRecords, NdjsonRecords, Reading, Record, Records};
use crate::http::negotiate::BulkForm;
use crate::http::problem::{Kind, Problem};

/// The body on its way to records.
pub struct Input {
    body: Incoming,
    records: Records,
    /// Records that were cut out of the body and are not taken yet.
    pub waiting: VecDeque<Record>,
    patience: Duration,
    /// How the body ended; `None` while more may come.
    pub end: Option<End>,
}

/// How a body ended.
pub enum End {
    /// All of it came.
    Whole,
    /// The client went away, or broke the message. What was begun is not to be guessed at.
    Broken,
    /// The client sent nothing for too long.
    TimedOut,
}

impl Input {
    /// Reads until the header of a CSV body is known.
    ///
    /// # Errors
    /// 400 or 408 where there is no such header.
    pub async fn begin(
        form: BulkForm,
        reading: Reading,
        body: Incoming,
        patience: Duration,
    ) -> Result<Input, Problem> {
        let records = match form {
            BulkForm::Ndjson => Records::Ndjson(NdjsonRecords::new(reading)),
            BulkForm::Csv => Records::Csv(CsvRecords::new(reading)),
        };
        let mut input = Input { body, records, waiting: VecDeque::new(), patience, end: None };
        while !input.records.is_past_header() {
            input.read().await?;
            match input.end {
                Some(End::Broken) => {
                    let detail = "the body ended before it was whole";
                    return Err(Problem::new(Kind::InvalidMessage, detail));
                }
                Some(End::TimedOut) => return Err(timed_out(patience)),
                Some(End::Whole) | None => {}
            }
        }
        Ok(input)
    }

    /// Lets a client that waits to be asked for its body (`Expect: 100-continue`) be asked before
    /// the answer begins: after that it would take the answer for one to a request without a body.
    pub async fn ask_for_more(&mut self) {
        if self.end.is_none() {
            // Behind the header there are no faults, and what has come is kept.
            let _ = self.read().now_or_never();
            tokio::task::yield_now().await;
        }
    }

    /// Waits for the next piece of the body and cuts it into records. Can be given up while it
    /// waits without losing anything.
    ///
    /// # Errors
    /// 400 where a CSV body's header is at fault; never behind it.
    pub async fn read(&mut self) -> Result<(), Problem> {
        let mut records = Vec::new();
        let fed = match tokio::time::timeout(self.patience, self.body.frame()).await {
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(bytes) => self.records.feed(&bytes, &mut records),
                // Trailers say nothing that we ask for.
                Err(_) => Ok(()),
            },
            Ok(Some(Err(_))) => {
                self.end = Some(End::Broken);
                Ok(())
            }
            Ok(None) => {
                self.end = Some(End::Whole);
                self.records.finish(&mut records)
            }
            Err(_) => {
                self.end = Some(End::TimedOut);
                Ok(())
            }
        };
        self.waiting.extend(records);
        fed.map_err(|faults| Problem::of_fields(Kind::InvalidRequest, faults))
    }
}

/// The problem of a body of which nothing came for that long.
pub fn timed_out(patience: Duration) -> Problem {
    let detail = format!("nothing of the body came for {} seconds", patience.as_secs());
    Problem::new(Kind::RequestTimeout, detail)
}
