//! What the tests of the binary share: a process of its own, and requests without any library.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// After that a process or an answer hangs.
const HANGING: Duration = Duration::from_secs(60);

/// The binary with an empty environment.
pub fn smart_customer() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smart-customer"));
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// `serve` over `data_dir` on a free port.
pub fn serve(data_dir: &Path) -> Command {
    let mut command = smart_customer();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data_dir);
    command
}

/// What a process left behind.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none after a signal that it did not catch.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ended {
    /// Asserts that it failed with `code` and one line that says why; that line.
    pub fn failure(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        self.stderr.trim_end()
    }
}

/// A process that runs.
pub struct Process {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Process {
    /// Starts it.
    pub fn start(mut command: Command) -> Process {
        let mut child = command.spawn().unwrap();
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Process { child, stdout, stderr }
    }

    /// Its standard input, once, where that is a pipe.
    pub fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    /// The next line on standard output.
    pub fn line(&mut self) -> String {
        match self.stdout.recv_timeout(HANGING) {
            Ok(line) => line,
            Err(error) => panic!("{error}: {:?}", self.stderr.try_iter().collect::<String>()),
        }
    }

    /// The next line on standard error that holds `text`.
    pub fn error_line_with(&mut self, text: &str) -> String {
        loop {
            let line = self.stderr.recv_timeout(HANGING).unwrap();
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ended {
        let stdout = to_the_end(&self.stdout);
        let stderr = to_the_end(&self.stderr);
        Ended { code: self.child.wait().unwrap().code(), stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind; an error says that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        loop {
            let mut line = String::new();
            match pipe.read_line(&mut line) {
                Ok(1..) if sender.send(line).is_ok() => {}
                _ => break,
            }
        }
    });
    receiver
}

fn to_the_end(lines: &Receiver<String>) -> String {
    let mut text = String::new();
    loop {
        match lines.recv_timeout(HANGING) {
            Ok(line) => text += &line,
            Err(error) => {
                let ended = error == std::sync::mpsc::RecvTimeoutError::Disconnected;
                assert!(ended, "the process does not end; it wrote {text:?}");
                return text;
            }
        }
    }
}

/// `serve` as it runs.
pub struct Service {
    process: Process,
    /// Address and port.
    pub address: String,
}

impl Service {
    /// Starts it and waits until it says where it listens.
    pub fn start(command: Command) -> Service {
        let mut process = Process::start(command);
        let line = process.line();
        let address = line.trim_end().split_once(" listens on http://").unwrap().1.to_owned();
        Service { process, address }
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends `bytes` over a connection of their own; all that comes back.
    pub fn exchange(&self, bytes: impl AsRef<[u8]>) -> String {
        exchange(&self.address, bytes)
    }

    /// One request; see [`request`].
    pub fn request(&self, what: &str, token: &str, lines: &str, body: &str) -> String {
        request(&self.address, what, token, lines, body)
    }

    /// Sends it the signal of that name.
    pub fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    /// Waits for its end.
    pub fn wait(self) -> Ended {
        self.process.wait()
    }

    /// Ends it with the signal of that name. What it wrote to standard output is without the
    /// first line.
    pub fn end(self, signal: &str) -> Ended {
        self.process.signal(signal);
        self.process.wait()
    }
}

/// Sends `bytes` over a connection of their own; all that comes back.
pub fn exchange(address: &str, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(HANGING)).unwrap();
    stream.write_all(bytes.as_ref()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// One request: method and path, headers as lines with their ends, a JSON body; its answer.
pub fn request(address: &str, what: &str, token: &str, lines: &str, body: &str) -> String {
    let length = body.len();
    let request = format!(
        "{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{lines}\r\n{body}"
    );
    exchange(address, request)
}

/// The token that a service keeps in its directory.
pub fn token_in(data_dir: &Path) -> String {
    std::fs::read_to_string(data_dir.join("admin-token")).unwrap().trim().to_owned()
}
