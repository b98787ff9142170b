//! One message to the service, and what it answers back to the agent.
//!
//! Each message has a connection of its own: an agent is idle for hours, in which a service closes
//! connections or is started anew, and one slow request must not hold up the others.

use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::{Method, StatusCode};
use serde_json::Value;

use super::super::Failure;
use super::super::client::{Answer, Client, Head, broken_off, other_program, refusal};
use super::event_stream::EventStream;
use super::message::Message;
use super::reply::{self, Reply};
use super::{Outcome, Stop, header, output};
use crate::config::ServiceConfig;

const PATH: &str = "/mcp";
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// The code of an error between this program and the service. JSON-RPC leaves -32000 to -32099 to
/// implementations; of these the protocol itself uses those from -32002 on.
const NO_ANSWER: i32 = -32000;

/// Most bytes of one event.
const MOST_OF_AN_EVENT: usize = 64 * 1024 * 1024;

/// Why a message got no answer.
enum Fault {
    /// Something between here and the service; the next message may fare better.
    Service(Failure),
    /// Something here.
    Here(Stop),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Fault {
        Fault::Service(failure)
    }
}

impl From<Stop> for Fault {
    fn from(stop: Stop) -> Fault {
        Fault::Here(stop)
    }
}

/// Brings `message` to the service and its answers to the agent. A request gets an answer in any
/// case.
///
/// # Errors
/// No further message can be served.
pub async fn carry_out(
    service: ServiceConfig,
    message: Message,
    agreed: Option<String>,
) -> Outcome {
    let failure = match attempt(service, &message, agreed.as_deref()).await {
        Ok(agreed) => return Ok(agreed),
        Err(Fault::Here(stop)) => return Err(stop),
        Err(Fault::Service(failure)) => failure,
    };
    let (Failure::Usage(sentence) | Failure::Failed(sentence)) = failure;
    match message.id() {
        Some(id) => output::error(id, NO_ANSWER, &sentence).await?,
        None => output::log(&sentence).await,
    }
    Ok(None)
}

async fn attempt(
    service: ServiceConfig,
    message: &Message,
    agreed: Option<&str>,
) -> Result<Option<String>, Fault> {
    let mut client = Client::connect(service).await?;
    let mut request = client
        .request(Method::POST, PATH)
        .header(CONTENT_TYPE, JSON)
        .header(ACCEPT, format!("{JSON}, {EVENTS}"));
    for (name, value) in header::of(message.json(), agreed) {
        request = request.header(name, value);
    }
    let answer = client.exchange(request, message.text()).await?;
    let Some(id) = message.id() else {
        acknowledged(answer).await?;
        return Ok(None);
    };
    let answer = if answer.is_of(EVENTS) && answer.status().is_success() {
        from_events(answer, id).await?
    } else {
        from_whole(answer, id).await?
    };
    let agreed = if message.initializes() { reply::agreed_version(&answer) } else { None };
    output::message(answer).await?;
    Ok(agreed)
}

/// What is no request is accepted without an answer.
async fn acknowledged(answer: Answer) -> Result<(), Failure> {
    match answer.status() {
        StatusCode::ACCEPTED | StatusCode::NO_CONTENT => Ok(()),
        _ => Err(refused(answer).await),
    }
}

/// The answer where it comes as one JSON value. An error may be one, whatever its status.
async fn from_whole(answer: Answer, id: &Value) -> Result<Vec<u8>, Failure> {
    if !answer.is_of(JSON) {
        return Err(refused(answer).await);
    }
    let head = answer.head();
    let body = answer.whole().await?;
    match Reply::parse(body.to_vec(), id) {
        Some(Reply::Answer(line)) => Ok(line),
        _ => Err(not_an_answer(&head, &body)),
    }
}

/// The answer where it comes in a stream of events; what is said before goes to the agent at once.
async fn from_events(mut answer: Answer, id: &Value) -> Result<Vec<u8>, Fault> {
    let (mut stream, mut events) = (EventStream::default(), Vec::new());
    loop {
        let bytes = answer.next_bytes().await.map_err(|why| broken_off(answer.url(), &why))?;
        let bytes = bytes.ok_or_else(|| broken_off(answer.url(), "it ended before the answer"))?;
        stream.read(&bytes, &mut events);
        if stream.held() > MOST_OF_AN_EVENT {
            return Err(broken_off(answer.url(), "an event of it has no end").into());
        }
        for event in events.drain(..) {
            match Reply::parse(event, id) {
                Some(Reply::Answer(line)) => return Ok(line),
                Some(Reply::Before(line)) => output::message(line).await?,
                None => return Err(other_program(answer.url()).into()),
            }
        }
    }
}

/// What is wrong with an answer that is none to the message.
async fn refused(answer: Answer) -> Failure {
    let head = answer.head();
    if head.status.is_success() {
        return other_program(&head.url);
    }
    // A body that breaks off says less, not something else.
    not_an_answer(&head, &answer.whole().await.unwrap_or_default())
}

fn not_an_answer(head: &Head, body: &[u8]) -> Failure {
    match reply::error_message(body) {
        _ if head.status.is_success() => other_program(&head.url),
        Some(message) => Failure::Failed(format!("{} answers: {message}", head.url)),
        None => refusal(head, body, advice(head.status)),
    }
}

/// What to do about a status that means something of its own at this door.
fn advice(status: StatusCode) -> Option<&'static str> {
    match status {
        StatusCode::FORBIDDEN => Some(
            "; if it does not know the host in --url, give the address that it listens on, or \
             make the name known to it (see 'smart-customer serve --help')",
        ),
        StatusCode::NOT_FOUND => {
            Some("; check --url: no door for agents is there under the path /mcp")
        }
        _ => None,
    }
}
