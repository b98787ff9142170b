//! Hundreds of thousands of lines from a client that sends all of them before it reads a byte: the
//! answers wait for it, whole and in order, and the memory of the service does not grow with them.
//! Neither does it with clients that do not read the list of all that was stored then.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod process;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use process::{Service, serve, token_in};
use serde_json::Value;

const LINES: usize = 200_000;

/// Lines that are validated only, which is quicker: their answers are far larger than what was left
/// over when the service had learnt.
const VALIDATED: usize = 400_000;

/// Lines of the request before, after which what every request needs is there.
const WARM_UP: usize = 20_000;

/// Clients that ask for the whole list and do not read it.
const SLOW_READERS: usize = 32;

const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

const MIB: usize = 1024 * 1024;

/// Forgets the most memory that a process ever had: from now on it is counted anew.
fn forget_peak(service: &Service) {
    std::fs::write(format!("/proc/{}/clear_refs", service.id()), "5").unwrap();
}

/// Waits for everything that the service learns in the background when it starts.
fn wait_until_learnt(service: &Service, token: &str) {
    let mut stream = TcpStream::connect(&service.address).unwrap();
    let body = r#"{"text":"list"}"#;
    let request = format!(
        "POST /api/tse/v1/company/acme/intent HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// The most memory that a process had since [`forget_peak`].
fn peak(service: &Service) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: usize = line.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    kib * 1024
}

/// One good line, or every tenth a bad one, of about `length` bytes.
fn line(number: usize, length: usize) -> String {
    let email =
        if number % 10 == 9 { "nobody".to_owned() } else { format!("ada.{number}@example.com") };
    let line = format!(
        r#"{{"first-name":"Ada","last-name":"Number {number}","email":"{email}","vat-number":"IT12345678903","ai":""#
    );
    let padding = "x".repeat(length.saturating_sub(line.len()));
    format!("{line}{padding}\"}}\n")
}

/// Sends `count` lines, then reads the answer; how many of them were good.
fn send(service: &Service, token: &str, query: &str, count: usize, length: usize) -> usize {
    let mut stream = TcpStream::connect(&service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let head = format!(
        "POST {CUSTOMERS}{query} HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/x-ndjson\r\n\
         Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    for start in (0..count).step_by(1000) {
        let lines: String = (start..start + 1000).map(|number| line(number, length)).collect();
        stream.write_all(format!("{:x}\r\n{lines}\r\n", lines.len()).as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let answer = BufReader::new(Body::behind_head(stream));
    let mut good = 0;
    let mut answered = 0;
    for (position, line) in answer.lines().enumerate() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        assert_eq!(line["line"], position + 1);
        let is_good = line["status"] == 201 || line["status"] == 200;
        assert_eq!(is_good, position % 10 != 9, "{line}");
        (answered, good) = (position + 1, good + usize::from(is_good));
    }
    assert_eq!(answered, count);
    good
}

/// A chunked body, without its chunks.
struct Body {
    stream: BufReader<TcpStream>,
    left: usize,
}

impl Body {
    fn behind_head(stream: TcpStream) -> Body {
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.read_line(&mut head).unwrap() > 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        Body { stream, left: 0 }
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.left == 0 {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            match line.trim_end() {
                "" if line.is_empty() => panic!("the answer broke off"),
                "" => {}
                "0" => return Ok(0),
                size => self.left = usize::from_str_radix(size, 16).unwrap(),
            }
        }
        let wanted = buffer.len().min(self.left);
        let read = self.stream.read(&mut buffer[..wanted])?;
        self.left -= read;
        Ok(read)
    }
}

fn started() -> (Service, String, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = serve(dir.path());
    command.args(["--log-level", "warn"]);
    let service = Service::start(command);
    let token = token_in(dir.path());
    wait_until_learnt(&service, &token);
    (service, token, dir)
}

/// A client that has asked for the list of all customers, and read of it what says that it comes.
fn slow_reader(service: &Service, token: &str) -> Body {
    let mut stream = TcpStream::connect(&service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let request = format!(
        "GET {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    Body::behind_head(stream)
}

/// Slow readers of the list of `count` customers: others are served meanwhile, memory does not grow
/// with what they leave unread, and who reads at last gets all of it.
fn read_slowly(service: &Service, token: &str, count: usize) {
    forget_peak(service);
    let before = peak(service);
    let mut readers: Vec<Body> = (0..SLOW_READERS).map(|_| slow_reader(service, token)).collect();
    for number in 0..20 {
        let body = format!(
            r#"{{"first-name":"Grace","last-name":"Number {number}","email":"grace.{number}@example.com","vat-number":"IT12345678903"}}"#
        );
        let created = service.request(&format!("POST {CUSTOMERS}"), token, "", &body);
        assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
        let location = created.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
        let read = service.request(&format!("GET {location}"), token, "", "");
        assert!(read.starts_with("HTTP/1.1 200 "), "{read}");
    }
    let grown = peak(service).saturating_sub(before);
    println!("{SLOW_READERS} unread lists of {count}: memory grew by {} MiB", grown / MIB);
    // Each list has more than 300 bytes a customer.
    let all = SLOW_READERS * count * 300;
    assert!(grown < all / 10, "the memory grew by {} MiB", grown / MIB);
    let mut list = Vec::new();
    readers.swap_remove(0).read_to_end(&mut list).unwrap();
    let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
    assert!(list.len() >= count, "{}", list.len());
}

#[test]
fn memory_does_not_grow_with_a_body_and_its_unread_answers() {
    let (service, token, _dir) = started();
    let query = "?validate-only=true";
    send(&service, &token, query, WARM_UP, 1000);
    forget_peak(&service);
    let before = peak(&service);
    assert_eq!(send(&service, &token, query, VALIDATED, 1000), VALIDATED / 10 * 9);
    let grown = peak(&service).saturating_sub(before);
    println!(
        "{VALIDATED} lines validated: from {} to {} MiB",
        before / MIB,
        (before + grown) / MIB
    );
    // 380 MiB came in and some 100 MiB waited for the client, while nothing was stored.
    assert!(grown < 16 * MIB, "the memory grew by {} MiB", grown / MIB);
    assert_eq!(service.end("TERM").code, Some(0));
}

#[test]
fn memory_grows_by_the_cache_of_the_store_and_not_by_what_is_stored_and_slowly_read_again() {
    let (service, token, _dir) = started();
    send(&service, &token, "", WARM_UP, 1000);
    forget_peak(&service);
    let before = peak(&service);
    assert_eq!(send(&service, &token, "", LINES, 1000), LINES / 10 * 9);
    let grown = peak(&service).saturating_sub(before);
    println!("{LINES} lines stored: from {} to {} MiB", before / MIB, (before + grown) / MIB);
    // sled's cache of 64 MiB, filled while this runs, takes about 230 MiB of the process; the body
    // alone, kept, would be 190 MiB more.
    assert!(grown < 320 * MIB, "the memory grew by {} MiB", grown / MIB);
    let count = (LINES + WARM_UP) / 10 * 9;
    let list = service.request(&format!("GET {CUSTOMERS}"), &token, "", "");
    assert_eq!(list.matches("\"id\":").count(), count);
    read_slowly(&service, &token, count);
    assert_eq!(service.end("TERM").code, Some(0));
}
