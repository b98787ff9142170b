//! Bodies: the one type that answers are sent as, and how a request's is read.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, TryStreamExt};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_LENGTH, HeaderMap};

use super::problem::{Kind, Problem};

/// A fault in the middle of a stream: the answer's status is out, so all that can be done is to
/// break the stream where the client sees it.
pub type StreamFault = Box<dyn std::error::Error + Send + Sync>;

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, StreamFault>> + Send>>;

/// The body of an answer.
pub enum AnswerBody {
    /// Nothing.
    Empty,
    /// All of it at once.
    Full(Bytes),
    /// Piece by piece, as fast as the client reads.
    Stream(Chunks),
}

impl AnswerBody {
    /// Logs under the request's id what breaks the stream, if anything does: the client sees no
    /// more than that it broke.
    pub fn logging_faults(self, request_id: &str) -> AnswerBody {
        let AnswerBody::Stream(chunks) = self else {
            return self;
        };
        let id = request_id.to_owned();
        let log = move |error: &StreamFault| tracing::error!(id, %error, "an answer broke off");
        AnswerBody::Stream(Box::pin(chunks.inspect_err(log)))
    }

    /// Holds `what` until every byte was handed to the connection: what an HTTP/2 client has left no
    /// window for is still here.
    pub fn holding<T: Send + Sync + 'static>(self, what: T) -> AnswerBody {
        match self {
            AnswerBody::Empty => AnswerBody::Empty,
            AnswerBody::Full(bytes) => AnswerBody::Full(hold(bytes, what)),
            AnswerBody::Stream(chunks) => {
                let what = Arc::new(what);
                AnswerBody::Stream(Box::pin(chunks.map_ok(move |bytes| hold(bytes, what.clone()))))
            }
        }
    }
}

fn hold<T: Send + 'static>(bytes: Bytes, by: T) -> Bytes {
    Bytes::from_owner(Held { bytes, _by: by })
}

/// Bytes of an answer, and what is held until they are on their way.
struct Held<T> {
    bytes: Bytes,
    _by: T,
}

impl<T> AsRef<[u8]> for Held<T> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = StreamFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamFault>>> {
        match &mut *self {
            AnswerBody::Empty => Poll::Ready(None),
            AnswerBody::Stream(chunks) => {
                chunks.as_mut().poll_next(context).map(|chunk| chunk.map(|c| c.map(Frame::data)))
            }
            AnswerBody::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = AnswerBody::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            AnswerBody::Empty => true,
            AnswerBody::Full(bytes) => bytes.is_empty(),
            AnswerBody::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            AnswerBody::Empty => SizeHint::with_exact(0),
            AnswerBody::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            AnswerBody::Stream(_) => SizeHint::default(),
        }
    }
}

/// The whole body of a request, if it is within `limit` bytes and comes within `patience`.
///
/// # Errors
/// 413, 408, or 400 where the connection or the framing broke.
pub async fn read(
    headers: &HeaderMap,
    body: Incoming,
    limit: usize,
    patience: Duration,
) -> Result<Bytes, Problem> {
    if announced(headers).is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(patience, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => Err(Problem::new(Kind::InvalidMessage, "the body ended before it was whole")),
        Err(_) => {
            let detail = format!("the body did not come within {} seconds", patience.as_secs());
            Err(Problem::new(Kind::RequestTimeout, detail))
        }
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Kind::ContentTooLarge, format!("the body has more than {limit} bytes"))
}
