//! The change feed of a company, as server-sent events (WHATWG HTML, section 9.2).
//!
//! A page of events is read when the HTTP stack asks for a piece, so nothing is held for a client
//! that does not read but the piece it has not taken. The stream ends in order when the service or
//! the store stops and when the token is no longer good; a client that comes back with the last
//! id it saw goes on behind it.

use std::sync::Arc;

use futures_util::stream;
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::answer::{self, Answer};
use super::body::{AnswerBody, StreamFault};
use super::call::Call;
use super::problem::{Kind, Problem};
use super::query::Query;
use super::{Service, negotiate};
use crate::api::event_json;
use crate::api::parameter::MAX_EVENT;
use crate::customer::access::Principal;
use crate::customer::{Code, Event, Violation};
use crate::operation::feed::{self, Feed, FeedError};
use crate::store::StoreError;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// A comment, which clients leave out.
const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// Bytes that an event takes, roughly.
const EVENT_BYTES: usize = 180;

/// After how many milliseconds a client that was cut off comes back.
const RETRY: u32 = 2000;

/// `GET …/event`
pub async fn feed(call: Call<'_>) -> Result<Answer, Problem> {
    negotiate::accept(call.headers, &[(negotiate::EVENT_STREAM, ())])?;
    let query = Query::parse(call.query, &["after"])?;
    let position = Position::read(call.headers, &query)?;
    let registry = call.service.registry();
    let after = position.as_ref().map(|position| position.number);
    let feed = feed::follow(registry, call.namespace, after).await;
    let feed = feed.map_err(|error| refused(error, position))?;
    let follower = Follower::new(call.service, call.principal.clone(), feed);
    let chunks = stream::try_unfold(follower, Follower::next_chunk);
    Ok(answer::event_stream(AnswerBody::Stream(Box::pin(chunks))))
}

fn refused(error: FeedError, position: Option<Position>) -> Problem {
    match (error, position) {
        (FeedError::Store(error), _) => error.into(),
        (FeedError::PositionAhead { last }, Some(position)) => {
            position.problem(ahead_of(last, position.number))
        }
        // Without a position it begins with the last change, which is not ahead of itself.
        (error @ FeedError::PositionAhead { .. }, None) => Problem::internal(format!("{error:?}")),
    }
}

/// What is wrong with a position that lies ahead of the last change.
pub fn ahead_of(last: u64, position: u64) -> String {
    format!(
        "{position} is ahead of the last change, {last}: it is not from this store as it is now; \
         list the customers again, then follow without a position"
    )
}

/// The event that a client wants to go on behind.
struct Position {
    number: u64,
    source: Source,
}

/// Where a client said it.
#[derive(Clone, Copy)]
enum Source {
    Header,
    Parameter,
}

impl Position {
    /// The header, which a browser sends when it comes back, beats the parameter of the address
    /// that it was first opened with.
    fn read(headers: &HeaderMap, query: &Query) -> Result<Option<Position>, Problem> {
        let parameter =
            query.text("after").map(|text| parse(text, Source::Parameter)).transpose()?;
        let mut values = headers.get_all(LAST_EVENT_ID).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(parameter),
            (Some(value), None) => {
                parse(value.to_str().unwrap_or_default(), Source::Header).map(Some)
            }
            (Some(_), Some(_)) => Err(Source::Header.problem("it is given more than once")),
        }
    }

    fn problem(&self, message: String) -> Problem {
        self.source.problem(message)
    }
}

fn parse(text: &str, source: Source) -> Result<Position, Problem> {
    let number = parse_number(text).map_err(|message| source.problem(message))?;
    Ok(Position { number, source })
}

/// The number of the event to go on behind.
///
/// # Errors
/// What would be one.
pub fn parse_number(text: &str) -> Result<u64, &'static str> {
    // Not all that a number is read from: no sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && *number <= MAX_EVENT);
    number.ok_or("it is the id of an event, a whole number; 0 is the beginning")
}

impl Source {
    fn problem(self, message: impl Into<String>) -> Problem {
        match self {
            Source::Header => Problem::of_header("Last-Event-ID", &message.into()),
            Source::Parameter => {
                let fault = Violation::new("after", Code::InvalidQueryParameter, message);
                Problem::of_fields(Kind::InvalidQueryParameter, vec![fault])
            }
        }
    }
}

/// A client that follows a feed.
struct Follower {
    service: Arc<Service>,
    principal: Principal,
    feed: Feed,
    draining: watch::Receiver<bool>,
    is_opened: bool,
}

impl Follower {
    fn new(service: &Arc<Service>, principal: Principal, feed: Feed) -> Follower {
        let draining = service.draining();
        Follower { service: service.clone(), principal, feed, draining, is_opened: false }
    }

    async fn next_chunk(mut self) -> Result<Option<(Bytes, Follower)>, StreamFault> {
        if !self.is_opened {
            self.is_opened = true;
            return Ok(Some((self.opening(), self)));
        }
        let quiet_until = Instant::now() + self.service.limits.keep_alive;
        loop {
            if *self.draining.borrow() || !self.may_follow() {
                return Ok(None);
            }
            match self.feed.next_page().await {
                Ok(page) if page.is_empty() => {}
                Ok(page) => return Ok(Some((chunk(&page)?, self))),
                Err(error) => return end(error),
            }
            tokio::select! {
                // An error would say that the service is gone, which this here holds.
                _ = self.draining.changed() => {}
                more = self.feed.more() => if let Err(error) = more { return end(error); },
                () = sleep_until(quiet_until) => {
                    return Ok(Some((Bytes::from_static(KEEP_ALIVE), self)));
                }
            }
        }
    }

    /// Whether the token is still one that would open the feed.
    fn may_follow(&self) -> bool {
        self.service.registry().is_still_valid(&self.principal)
    }

    /// Where the client stands before the first event: an id without data is remembered, but
    /// leads to no event.
    fn opening(&self) -> Bytes {
        Bytes::from(format!("retry: {RETRY}\nid: {}\n\n", self.feed.position()))
    }
}

fn chunk(page: &[(u64, Event)]) -> Result<Bytes, StreamFault> {
    let mut chunk = Vec::with_capacity(page.len() * EVENT_BYTES);
    for (number, event) in page {
        event_json::write_event(*number, event, &mut chunk)?;
    }
    Ok(Bytes::from(chunk))
}

/// Ends a feed in order where the store is closed, else where the client sees that it broke.
fn end<T>(error: StoreError) -> Result<Option<T>, StreamFault> {
    if error == StoreError::Closed {
        return Ok(None);
    }
    tracing::error!(%error, "a change feed broke off");
    Err(error.into())
}
