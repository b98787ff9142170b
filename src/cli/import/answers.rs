//! The service's answer to an import: one line per record, in order.

use serde::Deserialize;

use super::super::client::{Answer, ProblemText};

/// Longest line of an answer.
const MAX_LINE: usize = 1024 * 1024;

/// What became of a record.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    /// Which record of the request it was, counted from one.
    pub line: u64,
    /// The status that a request of its own would have got.
    pub status: u16,
    /// Whether an earlier request had stored it.
    #[serde(default)]
    pub replayed: bool,
    /// Why it was refused.
    pub problem: Option<ProblemText>,
}

impl Outcome {
    /// Why it was refused, as a person reads it.
    pub fn reason(&self) -> String {
        match &self.problem {
            Some(problem) => problem.reason(),
            None => format!("refused with status {}", self.status),
        }
    }
}

/// The lines of an answer as they come.
pub struct Outcomes {
    answer: Answer,
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer.
    next: usize,
}

impl Outcomes {
    /// The lines of `answer`.
    pub fn of(answer: Answer) -> Outcomes {
        Outcomes { answer, buffer: Vec::new(), next: 0 }
    }

    /// What became of the next record; `None` at the end of the answer.
    ///
    /// # Errors
    /// Why the answer broke off.
    pub async fn next(&mut self) -> Result<Option<Outcome>, String> {
        loop {
            let rest = self.buffer.get(self.next..).unwrap_or_default();
            if let Some(length) = rest.iter().position(|&byte| byte == b'\n') {
                let line = rest.get(..length).unwrap_or_default();
                let outcome = serde_json::from_slice(line).map_err(|error| not_understood(&error));
                self.next += length + 1;
                return outcome.map(Some);
            }
            if rest.len() > MAX_LINE {
                return Err(format!("a line of the answer has more than {MAX_LINE} bytes"));
            }
            if !self.read_more().await? {
                return Ok(None);
            }
        }
    }

    /// Reads on; false at the end of the answer.
    async fn read_more(&mut self) -> Result<bool, String> {
        self.buffer.drain(..self.next);
        self.next = 0;
        match self.answer.next_bytes().await? {
            Some(bytes) => self.buffer.extend_from_slice(&bytes),
            None if self.buffer.is_empty() => return Ok(false),
            None => return Err("it ended in the middle of a line".to_owned()),
        }
        Ok(true)
    }
}

fn not_understood(error: &serde_json::Error) -> String {
    format!("a line of the answer is not understood: {error}")
}
