//! What the tests of the command for agents share: an agent that runs it, and a service that
//! answers as a test wants and remembers what it was sent.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::command::head;
use crate::process::{Ended, Process, smart_customer};

/// After that a request that was to come will not.
const HANGING: Duration = Duration::from_secs(60);

/// The token that the agent has.
pub const SECRET: &str = "sc_the-secret-of-the-agent";

/// `mcp` for the service at `url`.
pub fn mcp(url: &str) -> Command {
    let mut command = smart_customer();
    command.args(["mcp", "--url", url]).env("SMART_CUSTOMER_TOKEN", SECRET).stdin(Stdio::piped());
    command
}

/// A request without parameters.
pub fn request(id: u64, method: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method})
}

/// An agent that runs the command.
pub struct Agent {
    process: Process,
    stdin: ChildStdin,
}

impl Agent {
    /// Starts `mcp` for the service at `url`.
    pub fn of(url: &str) -> Agent {
        Agent::start(mcp(url))
    }

    /// Starts the command.
    pub fn start(command: Command) -> Agent {
        let mut process = Process::start(command);
        let stdin = process.stdin();
        Agent { process, stdin }
    }

    /// Writes a line.
    pub fn say(&mut self, line: impl ToString) {
        writeln!(self.stdin, "{}", line.to_string()).unwrap();
    }

    /// The next line, which must be a JSON-RPC message.
    pub fn hear(&mut self) -> Value {
        let line = self.process.line();
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}"));
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        message
    }

    /// Writes a request and reads the next line, which must be the answer to it.
    pub fn ask(&mut self, request: &Value) -> Value {
        self.say(request);
        let answer = self.hear();
        assert_eq!(answer["id"], request["id"], "{answer}");
        answer
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    /// Closes standard input; what still runs.
    pub fn close(self) -> Process {
        drop(self.stdin);
        self.process
    }

    /// Closes standard input and waits for the end. What it wrote is without what was heard.
    pub fn leave(self) -> Ended {
        self.close().wait()
    }

    /// Waits for the end while standard input is open.
    pub fn wait(self) -> Ended {
        let Agent { process, stdin } = self;
        let ended = process.wait();
        drop(stdin);
        ended
    }
}

/// A request as a service gets it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its first line and headers.
    pub head: String,
    /// Its body.
    pub body: String,
}

impl Request {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut values = lines.filter(|(of, _)| of.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value);
        assert!(values.next().is_none(), "{}", self.head);
        value
    }

    fn read(stream: &TcpStream) -> Request {
        let mut request = Request { head: head(stream), body: String::new() };
        let length = request.header("content-length").unwrap().parse().unwrap();
        { stream }.take(length).read_to_string(&mut request.body).unwrap();
        request
    }
}

/// A service that answers as a test wants.
pub struct Fake {
    /// Where it is.
    pub url: String,
    requests: Receiver<Request>,
}

impl Fake {
    /// Begins to listen. Each connection is for one request, which `answer` answers.
    pub fn start(
        answer: impl Fn(&Request, &TcpStream) -> Vec<u8> + Clone + Send + 'static,
    ) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, answer, sender) = (stream.unwrap(), answer.clone(), sender.clone());
                std::thread::spawn(move || {
                    let request = Request::read(&stream);
                    // The test may have ended, and so may the command.
                    let _ = sender.send(request.clone());
                    let _ = (&stream).write_all(&answer(&request, &stream));
                    let _ = stream.shutdown(Shutdown::Write);
                });
            }
        });
        Fake { url, requests }
    }

    /// One that answers every request with `result`, and accepts what is none.
    pub fn with_result(result: Value) -> Fake {
        Fake::start(move |request, _| match request.json()["id"].clone() {
            Value::Null => accepted(),
            id => as_json("200 OK", &json!({"jsonrpc": "2.0", "id": id, "result": result})),
        })
    }

    /// One that answers everything with these bytes.
    pub fn with_bytes(bytes: impl Into<Vec<u8>>) -> Fake {
        let bytes = bytes.into();
        Fake::start(move |_, _| bytes.clone())
    }

    /// The next request that came.
    pub fn request(&self) -> Request {
        self.requests.recv_timeout(HANGING).unwrap()
    }
}

/// An answer with a body.
pub fn answer(status: &str, media: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n");
    (head + body).into_bytes()
}

/// An answer with a JSON body.
pub fn as_json(status: &str, body: &Value) -> Vec<u8> {
    answer(status, "application/json", &body.to_string())
}

/// The answer to what is no request.
pub fn accepted() -> Vec<u8> {
    b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_vec()
}
