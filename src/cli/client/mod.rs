//! The commands' way to a service: one HTTP/1.1 connection, one request, its answer as it comes.

mod fault;
mod hearing;
mod problem;
mod tls;

use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode, http};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::Failure;
use crate::config::{ServiceConfig, ServiceUrl, TokenSource};
use crate::customer::Namespace;
use hearing::Hearing;

pub use fault::{Head, broken_off, other_program, refusal};
pub use problem::{ProblemText, one_line};

/// How long a service may take to be reached.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// How long a service may be silent while it owes an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Most bytes of an answer that is taken as a whole.
const WHOLE_ANSWER: usize = 64 * 1024 * 1024;

/// The media type of one JSON value a line.
pub const NDJSON: &str = "application/x-ndjson";

/// What the bodies of requests are sent as.
type Outgoing = UnsyncBoxBody<Bytes, std::io::Error>;

/// The path of a company's customers.
pub fn customers(namespace: &Namespace) -> String {
    // Nothing to escape: its parts are of unreserved characters.
    let (product, version) = (namespace.product(), namespace.version());
    format!("/api/{product}/{version}/company/{}/customer", namespace.company())
}

/// A connection to a service.
pub struct Client {
    sender: SendRequest<Outgoing>,
    url: ServiceUrl,
    bearer: HeaderValue,
}

impl Client {
    /// Connects to the service.
    ///
    /// # Errors
    /// It is not there, or there is no token to show it.
    pub async fn connect(config: ServiceConfig) -> Result<Client, Failure> {
        let ServiceConfig { url, ca, token } = config;
        let stream = reach(&url).await?;
        let bearer = bearer(token)?;
        let sender = if url.is_https() {
            speak_http(tls::connect(stream, &url, ca.as_deref()).await?, &url).await?
        } else {
            speak_http(stream, &url).await?
        };
        Ok(Client { sender, url, bearer })
    }

    /// Where the service is.
    pub fn url(&self) -> &ServiceUrl {
        &self.url
    }

    /// Begins a request; its path begins with `/`.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url.path()))
            .header(HOST, self.url.authority())
            .header(USER_AGENT, concat!("smart-customer/", env!("CARGO_PKG_VERSION")))
            .header(AUTHORIZATION, &self.bearer)
    }

    /// Sends a request with a body that is at hand.
    ///
    /// # Errors
    /// As [`Client::stream`].
    pub async fn send(
        &mut self,
        request: http::request::Builder,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Failure> {
        self.stream(request, Full::new(body.into()).map_err(|never| match never {})).await
    }

    /// Sends a request whose body comes piece by piece; its answer may begin before it ends.
    ///
    /// # Errors
    /// The service refuses the request, or the connection breaks.
    pub async fn stream(
        &mut self,
        request: http::request::Builder,
        body: impl Body<Data = Bytes, Error = std::io::Error> + Send + 'static,
    ) -> Result<Answer, Failure> {
        let answer = self.begin(request, body).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(answer.into_refusal().await)
    }

    /// Sends a request with a body that is at hand; its answer, whether that is an error or not.
    ///
    /// # Errors
    /// The connection breaks.
    pub async fn exchange(
        &mut self,
        request: http::request::Builder,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Failure> {
        self.begin(request, Full::new(body.into()).map_err(|never| match never {})).await
    }

    async fn begin(
        &mut self,
        request: http::request::Builder,
        body: impl Body<Data = Bytes, Error = std::io::Error> + Send + 'static,
    ) -> Result<Answer, Failure> {
        let request = request
            .body(body.boxed_unsync())
            .map_err(|error| Failure::Failed(format!("this request cannot be sent: {error}")))?;
        let sending = tokio::time::timeout(PATIENCE, self.sender.send_request(request));
        let response = sending.await.map_err(|_| fault::patience_lost(&self.url))?;
        let response = response.map_err(|error| fault::silent(&self.url, &error))?;
        Ok(Answer { response, url: self.url.clone() })
    }
}

async fn reach(url: &ServiceUrl) -> Result<TcpStream, Failure> {
    let connecting = tokio::time::timeout(CONNECT_PATIENCE, TcpStream::connect(url.address()));
    let stream = match connecting.await {
        Ok(connected) => connected.map_err(|error| fault::nobody(url, &error.to_string()))?,
        Err(_) => return Err(fault::nobody(url, "it cannot be reached")),
    };
    // Without it a small request may wait for an acknowledgement; it works either way.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn speak_http<S>(stream: S, url: &ServiceUrl) -> Result<SendRequest<Outgoing>, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let stream = TokioIo::new(Hearing::new(stream));
    let (sender, connection) =
        http1::handshake(stream).await.map_err(|error| fault::silent(url, &error))?;
    // How the connection ends shows in the answer, which says it better.
    tokio::spawn(connection);
    Ok(sender)
}

fn bearer(source: TokenSource) -> Result<HeaderValue, Failure> {
    let token = match source {
        TokenSource::Given(token) => token,
        TokenSource::File(path) => std::fs::read_to_string(&path).map_err(|error| {
            Failure::Failed(format!(
                "no token to show to the service: give --token or SMART_CUSTOMER_TOKEN, or with \
                 --data-dir the directory that holds its admin-token ({}: {error})",
                path.display()
            ))
        })?,
    };
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim()))
        .map_err(|_| Failure::Failed("the admin-token file holds no token".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// An answer of which the body is still to come.
pub struct Answer {
    response: Response<Incoming>,
    url: ServiceUrl,
}

impl Answer {
    /// Makes sure that the answer is of the type `media`: another program than ours may answer.
    ///
    /// # Errors
    /// It is of another type.
    pub fn expect(self, media: &str) -> Result<Answer, Failure> {
        if self.is_of(media) { Ok(self) } else { Err(other_program(&self.url)) }
    }

    /// Whether it is of the type `media`.
    pub fn is_of(&self, media: &str) -> bool {
        let given = self.response.headers().get(CONTENT_TYPE);
        let given = given.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = given.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(media)
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// What is known of it before its body.
    pub fn head(&self) -> Head {
        let (status, headers) = (self.status(), self.response.headers().clone());
        Head { url: self.url.clone(), status, headers }
    }

    /// Where it comes from.
    pub fn url(&self) -> &ServiceUrl {
        &self.url
    }

    /// The next bytes of the body; `None` at its end.
    ///
    /// # Errors
    /// Why it broke off.
    pub async fn next_bytes(&mut self) -> Result<Option<Bytes>, String> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.response.body_mut().frame());
            match next.await {
                Err(_) => return Err(fault::no_bytes()),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(fault::cause(&error)),
                Ok(Some(Ok(frame))) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// It broke off, or has no end.
    pub async fn whole(self) -> Result<Bytes, Failure> {
        let Answer { response, url } = self;
        let body = Limited::new(response.into_body(), WHOLE_ANSWER).collect();
        match tokio::time::timeout(PATIENCE, body).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) => Err(broken_off(&url, &error.to_string())),
            Err(_) => Err(broken_off(&url, &fault::no_bytes())),
        }
    }

    /// What an answer that is an error says.
    async fn into_refusal(self) -> Failure {
        let head = self.head();
        let body = self.whole().await.unwrap_or_default();
        refusal(&head, &body, None)
    }
}
