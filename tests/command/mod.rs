//! What the tests of the client commands share: the commands themselves, a directory with a real
//! service over it, and a server that says what it is told, for answers that ours never gives.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use tempfile::TempDir;

use crate::process::{Service, serve};

/// Whose customers the tests import and export.
pub const ACME: [&str; 6] = ["--product", "tse", "--api-version", "v1", "--company", "acme"];

/// The binary with an empty environment and nothing on standard input.
pub fn smart_customer(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smart-customer"));
    command.env_clear().args(arguments).timeout(std::time::Duration::from_secs(120));
    command
}

/// A service over a directory of its own, and a directory for the files of commands.
pub struct Place {
    /// The service.
    pub service: Service,
    data_dir: TempDir,
    files: TempDir,
}

impl Place {
    /// Starts the service.
    pub fn new() -> Place {
        let data_dir = tempfile::tempdir().unwrap();
        let service = Service::start(serve(data_dir.path()));
        Place { service, data_dir, files: tempfile::tempdir().unwrap() }
    }

    /// Its data directory.
    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// A command that finds the service, run in the directory of the files.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = smart_customer(arguments);
        command
            .current_dir(self.files.path())
            .env("SMART_CUSTOMER_URL", format!("http://{}", self.service.address))
            .env("SMART_CUSTOMER_DATA_DIR", self.data_dir.path());
        command
    }

    /// The same for acme's customers.
    pub fn for_acme(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.args(ACME);
        command
    }

    /// A file's path.
    pub fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), contents).unwrap();
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of the files, sorted; nothing else may lie about.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.files.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The emails of acme's customers, in the order of their creation.
    pub fn emails(&self) -> Vec<String> {
        let exported = stdout(self.for_acme(&["export", "--format", "json"]).assert().success());
        let list: serde_json::Value = serde_json::from_str(&exported).unwrap();
        let customers = list.as_array().unwrap().iter();
        customers.map(|customer| customer["email"].as_str().unwrap().to_owned()).collect()
    }
}

/// What a command wrote to standard output.
pub fn stdout(assert: Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

/// What a command wrote to standard error.
pub fn stderr(assert: Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Asserts that the command failed with `code` and one line that says why; that line.
pub fn failure(command: &mut Command, code: i32) -> String {
    let said = stderr(command.assert().code(code));
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("smart-customer: "), "{said}");
    said
}

/// Customer number `number` as a line of NDJSON.
pub fn line(number: usize) -> String {
    format!(
        r#"{{"first-name":"John","last-name":"Smith","email":"john.{number}@example.com","vat-number":"IT12345678903"}}"#
    )
}

/// A server that answers one request with bytes that were fixed beforehand, and hangs up.
pub struct Scripted {
    /// Where it is.
    pub url: String,
    request: JoinHandle<String>,
}

impl Scripted {
    /// Begins to listen; will answer when the request's head is there.
    pub fn start(answer: impl Into<Vec<u8>>) -> Scripted {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = answer.into();
        let request = std::thread::spawn(move || {
            let stream = listener.accept().unwrap().0;
            let head = head(&stream);
            // The client may have gone before the end, as a test wants.
            let _ = (&stream).write_all(&answer);
            let _ = stream.shutdown(Shutdown::Write);
            // What the client still sends is taken, so that no reset overtakes the answer.
            let _ = std::io::copy(&mut &stream, &mut std::io::sink());
            head
        });
        Scripted { url, request }
    }

    /// The head of the request that came.
    pub fn request(self) -> String {
        self.request.join().unwrap()
    }
}

/// The head of the request that comes over `stream`.
pub fn head(stream: &TcpStream) -> String {
    let mut reader = BufReader::with_capacity(1, stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    head
}

/// Stands between a client and `address` and hangs up after `limit` bytes of the answer.
pub fn breaking_off(address: &str, limit: u64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let address = address.to_owned();
    std::thread::spawn(move || {
        let client = listener.accept().unwrap().0;
        let service = TcpStream::connect(address).unwrap();
        let (from_client, to_service) = (client.try_clone().unwrap(), service.try_clone().unwrap());
        // Either side ends when the other does, in whatever way.
        let upload = std::thread::spawn(move || {
            let _ = std::io::copy(&mut &from_client, &mut &to_service);
        });
        let _ = std::io::copy(&mut (&service).take(limit), &mut &client);
        let _ = client.shutdown(Shutdown::Both);
        let _ = service.shutdown(Shutdown::Both);
        upload.join().unwrap();
    });
    url
}
