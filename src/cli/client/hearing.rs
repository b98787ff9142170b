//! A connection on which nothing more can be sent, but what was said before can still be heard: a
//! service that refuses a request answers and closes the connection while the request's body is on
//! its way. What it answered says why; that sending failed does not.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream that waits instead of saying that it cannot be written to. Whoever waits for both learns
/// from reading what was said last, and that the stream is over.
pub struct Hearing<S> {
    stream: S,
    is_mute: bool,
}

impl<S> Hearing<S> {
    /// The connection `stream`.
    pub fn new(stream: S) -> Hearing<S> {
        Hearing { stream, is_mute: false }
    }
}

impl<S: AsyncWrite + Unpin> Hearing<S> {
    fn say<T>(
        &mut self,
        say: impl FnOnce(Pin<&mut S>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.is_mute {
            return Poll::Pending;
        }
        match say(Pin::new(&mut self.stream)) {
            Poll::Ready(Err(_)) => {
                self.is_mute = true;
                Poll::Pending
            }
            said => said,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Hearing<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Hearing<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.say(|stream| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.say(|stream| stream.poll_write_vectored(context, pieces))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.say(|stream| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http_body_util::{BodyExt, Full};
    use hyper::body::Bytes;
    use hyper::client::conn::http1;
    use hyper::{Request, StatusCode};
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::Hearing;

    /// Takes the first piece that is sent; the second breaks, and then an answer is there to be read.
    struct Refusing {
        pieces: usize,
        answer: &'static [u8],
    }

    impl AsyncRead for Refusing {
        fn poll_read(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if self.pieces < 2 {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            buffer.put_slice(std::mem::take(&mut self.answer));
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for Refusing {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.pieces += 1;
            context.waker().wake_by_ref();
            match self.pieces {
                1 => Poll::Ready(Ok(bytes.len() / 2)),
                _ => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    async fn answer(answer: &'static [u8]) -> hyper::Result<(StatusCode, Bytes)> {
        let stream = Hearing::new(Refusing { pieces: 0, answer });
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let body = Full::new(Bytes::from(vec![b' '; 100_000]));
        let response = sender.send_request(Request::post("/").body(body).unwrap()).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }

    #[tokio::test]
    async fn an_answer_that_comes_after_sending_broke_is_heard() {
        let said = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno";
        let heard = answer(said).await.unwrap();
        assert_eq!(heard, (StatusCode::UNAUTHORIZED, Bytes::from_static(b"no")));
    }

    #[tokio::test]
    async fn where_sending_broke_and_nothing_was_said_the_request_fails() {
        assert!(answer(b"").await.is_err());
    }
}
