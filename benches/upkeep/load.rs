//! Creations and deletions by several connections at once.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::Outcome;
use super::machine::Service;

/// Connections that delete at the same time.
const CONNECTIONS: usize = 16;

/// How often it is asked whether it is enough.
const LOOK: Duration = Duration::from_millis(100);

/// Where the customers are.
const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// Numbers the customers that are created, also over several services.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// How many create at the same time, and how often.
#[derive(Clone, Copy)]
pub struct Pace {
    connections: usize,
    /// One creation of each connection in this time; where there is none, one behind the other.
    every: Option<Duration>,
}

impl Pace {
    /// As many as the service can do.
    pub const RESTLESS: Pace = Pace { connections: 16, every: None };

    /// 2,000 a second, which it can do: what they wait is then not what others make them wait. That
    /// is counted from when each was due, however late it could be sent.
    pub const STEADY: Pace = Pace { connections: 64, every: Some(Duration::from_millis(32)) };
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connections = self.connections;
        match self.every {
            None => write!(f, "{connections} connections without a pause"),
            Some(every) => {
                let rate = connections as f64 / every.as_secs_f64();
                write!(f, "{connections} connections, {rate:.0} a second")
            }
        }
    }
}

/// What can be asked of a service.
pub struct Load<'s> {
    service: &'s Service,
}

/// How long requests took.
pub struct Times {
    sorted: Vec<Duration>,
    seconds: f64,
}

impl Times {
    /// How many requests there were.
    pub fn count(&self) -> usize {
        self.sorted.len()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |share: usize| {
            let time = self.sorted.get(self.sorted.len() * share / 1000).copied();
            time.unwrap_or_default().as_secs_f64() * 1e3
        };
        let count = self.sorted.len();
        let rate = count as f64 / self.seconds;
        write!(f, "{count} in {:.1} s, {rate:.0} a second, ", self.seconds)?;
        write!(f, "p50 {:.2}, p99 {:.2}, p99.9 {:.2} ms", at(500), at(990), at(999))
    }
}

impl<'s> Load<'s> {
    /// For that service.
    pub fn of(service: &'s Service) -> Load<'s> {
        Load { service }
    }

    /// Creates customers until it is enough.
    pub fn create_until(&self, pace: Pace, mut is_enough: impl FnMut() -> bool) -> Outcome<Times> {
        let stop = AtomicBool::new(false);
        let begin = Instant::now();
        let mut sorted = Vec::new();
        std::thread::scope(|scope| -> Outcome<()> {
            let stop = &stop;
            let create = |at| scope.spawn(move || self.create(begin, pace, at, stop));
            let workers: Vec<_> = (0..pace.connections).map(create).collect();
            while !is_enough() {
                std::thread::sleep(LOOK);
            }
            stop.store(true, Ordering::Relaxed);
            for worker in workers {
                sorted.extend(worker.join().map_err(|_| "a connection failed")??);
            }
            Ok(())
        })?;
        sorted.sort_unstable();
        Ok(Times { sorted, seconds: begin.elapsed().as_secs_f64() })
    }

    /// Creates customers one after the other, over the connection of that number.
    fn create(
        &self,
        begin: Instant,
        pace: Pace,
        number: usize,
        stop: &AtomicBool,
    ) -> Outcome<Vec<Duration>> {
        let mut connection = Connection::open(self.service)?;
        let mut times = Vec::new();
        // Not all at the same moment.
        let mut due =
            pace.every.map(|every| begin + every * number as u32 / pace.connections as u32);
        while !stop.load(Ordering::Relaxed) {
            if let Some(due) = due {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let body = format!(
                r#"{{"first-name":"Anna{}","last-name":"Nuova{}","email":"a.{number}@nuova{}.example","vat-number":"IT{:011}"}}"#,
                letters(number % 700),
                letters(number / 700),
                number % 9_000,
                70_000_000_000 + number
            );
            let begin = due.unwrap_or_else(Instant::now);
            connection.ask("POST", CUSTOMERS, &body)?;
            times.push(begin.elapsed());
            due = due.zip(pace.every).map(|(due, every)| due + every);
        }
        Ok(times)
    }

    /// Deletes customers by their ids.
    pub fn delete(&self, ids: &[String]) -> Outcome<()> {
        let each = ids.len().div_ceil(CONNECTIONS).max(1);
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                ids.chunks(each).map(|ids| scope.spawn(|| self.delete_each(ids))).collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().map_err(|_| "a connection failed")?)
        })
    }

    fn delete_each(&self, ids: &[String]) -> Outcome<()> {
        let mut connection = Connection::open(self.service)?;
        ids.iter().try_for_each(|id| connection.ask("DELETE", &format!("{CUSTOMERS}/{id}"), ""))
    }
}

/// A number as letters.
fn letters(mut number: usize) -> String {
    let mut text = String::new();
    loop {
        text.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
        if number == 0 {
            return text;
        }
    }
}

struct Connection {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
    token: String,
}

impl Connection {
    fn open(service: &Service) -> io::Result<Connection> {
        let writer = TcpStream::connect(&service.address)?;
        writer.set_nodelay(true)?;
        let reader = BufReader::new(writer.try_clone()?);
        Ok(Connection { reader, writer, token: service.token.clone() })
    }

    /// Asks, and reads the answer, which has to be a good one.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> Outcome<()> {
        let (token, length) = (&self.token, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.writer.write_all(request.as_bytes())?;
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        if !line.starts_with("HTTP/1.1 20") {
            return Err(format!("the service says {line}").into());
        }
        let mut length = 0;
        while !line.trim().is_empty() {
            line.clear();
            self.reader.read_line(&mut line)?;
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        self.reader.read_exact(&mut vec![0; length])?;
        Ok(())
    }
}
