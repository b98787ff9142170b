//! `smart-customer mcp`: the service's door for agents on standard input and output.
//!
//! A desktop agent starts this command and speaks the Model Context Protocol with it, one message
//! a line. Each message goes on to the running service, and what the service answers comes back as
//! a line; so tools, permissions and version are always those of the service. One way through:
//! `input` (lines) → `message` (what a line is) → `exchange` (to the service and back, with
//! `header`, `reply` and `event_stream`) → `output` (lines again).

mod event_stream;
mod exchange;
mod header;
mod input;
mod message;
mod output;
mod reply;

use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::Receiver;
use tokio::task::{AbortHandle, JoinError, JoinSet};

use self::input::Line;
use self::message::{Message, Refused};
use super::{Failure, work};
use crate::config::{McpConfig, ServiceConfig};

/// Most messages on their way at once; the next is read when one of them is done.
const MOST_AT_ONCE: usize = 16;

/// How long what is on its way may take once the input has ended. An agent that is gone must not
/// leave this process behind with an answer that never ends.
const LAST_ANSWERS: Duration = Duration::from_secs(120);

/// Passes messages between standard input and output and the service, until the input ends.
///
/// # Errors
/// The messages cannot be read or written, or the last answers do not come. What goes wrong with
/// a single message is told in its answer, and the next is served.
pub fn run(config: McpConfig) -> Result<(), Failure> {
    work::run(async {
        match Relay::new(config.service).run(input::lines()).await {
            Ok(()) | Err(Stop::NobodyReads) => Ok(()),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    })
}

/// Why no further message can be served.
enum Stop {
    /// The agent has closed standard output: it is gone, which is no failure.
    NobodyReads,
    /// Something is in the way.
    Failed(Failure),
}

impl Stop {
    fn failed(sentence: String) -> Stop {
        Stop::Failed(Failure::Failed(sentence))
    }
}

/// What an exchange ends with: the protocol version that it agreed on, if that was its purpose.
type Outcome = Result<Option<String>, Stop>;

/// The messages on their way, and what holds for those to come.
struct Relay {
    service: ServiceConfig,
    /// The protocol version that `initialize` agreed on; it goes with all later messages.
    agreed: Option<String>,
    exchanges: JoinSet<Outcome>,
    /// The requests among them by their ids, so that the agent can take one back.
    requests: Vec<(Value, AbortHandle)>,
}

impl Relay {
    fn new(service: ServiceConfig) -> Relay {
        Relay { service, agreed: None, exchanges: JoinSet::new(), requests: Vec::new() }
    }

    async fn run(mut self, mut lines: Receiver<io::Result<Line>>) -> Result<(), Stop> {
        let ended = loop {
            tokio::select! {
                line = lines.recv(), if self.exchanges.len() < MOST_AT_ONCE => match line {
                    Some(Ok(line)) => self.begin(line).await?,
                    Some(Err(error)) => break Err(unreadable(&error)),
                    None => break Ok(()),
                },
                Some(done) = self.exchanges.join_next() => self.end(done)?,
            }
        };
        let last_answers = tokio::time::timeout(LAST_ANSWERS, self.finish_all()).await;
        last_answers.map_err(|_| unanswered())??;
        ended
    }

    /// Sends a line on its way.
    async fn begin(&mut self, line: Line) -> Result<(), Stop> {
        match Message::from_line(line) {
            Ok(None) => Ok(()),
            Ok(Some(message)) => self.begin_exchange(message).await,
            Err(Refused { id, code, sentence }) => output::error(&id, code, &sentence).await,
        }
    }

    async fn begin_exchange(&mut self, message: Message) -> Result<(), Stop> {
        if let Some(id) = message.takes_back() {
            self.take_back(id);
        }
        let (id, initializes) = (message.id().cloned(), message.initializes());
        let (service, agreed) = (self.service.clone(), self.agreed.clone());
        let exchange = self.exchanges.spawn(exchange::carry_out(service, message, agreed));
        if let Some(id) = id {
            self.requests.retain(|(_, handle)| !handle.is_finished());
            self.requests.push((id, exchange));
        }
        // What comes behind an `initialize` goes by the version that this one agrees on.
        if initializes { self.finish_all().await } else { Ok(()) }
    }

    /// Drops the request with this id, and its connection, so that the service stops, too.
    fn take_back(&mut self, id: &Value) {
        self.requests.iter().filter(|(of, _)| of == id).for_each(|(_, handle)| handle.abort());
    }

    async fn finish_all(&mut self) -> Result<(), Stop> {
        while let Some(done) = self.exchanges.join_next().await {
            self.end(done)?;
        }
        Ok(())
    }

    fn end(&mut self, done: Result<Outcome, JoinError>) -> Result<(), Stop> {
        match done {
            Ok(outcome) => {
                self.agreed = outcome?.or(self.agreed.take());
                Ok(())
            }
            // The agent took it back.
            Err(error) if error.is_cancelled() => Ok(()),
            Err(error) => Err(Stop::failed(format!("a message could not be served: {error}"))),
        }
    }
}

fn unreadable(error: &io::Error) -> Stop {
    Stop::failed(format!("cannot read standard input: {error}"))
}

fn unanswered() -> Stop {
    let seconds = LAST_ANSWERS.as_secs();
    Stop::failed(format!("the input ended, and after {seconds} s there are still answers to come"))
}
