//! The well-behaved clients, and what they get.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::Outcome;
use super::target::{CUSTOMERS, Target, answer, get, person, post};

/// Clients that keep their connection.
const KEEPERS: usize = 4;

/// Between two requests of each.
const PAUSE: Duration = Duration::from_millis(4);

/// After that nobody waits any more.
const PATIENCE: Duration = Duration::from_secs(10);

/// What they got.
#[derive(Default)]
pub struct Bystanders {
    /// How long each read took.
    pub reads: Vec<Duration>,
    /// How long each creation took.
    pub creations: Vec<Duration>,
    /// How long each read on a new connection took, from before it was there.
    pub newcomers: Vec<Duration>,
    /// Answers that were refusals.
    pub refused: usize,
    /// Requests without an answer.
    pub unanswered: usize,
    /// Connections that were closed between two requests, and opened again.
    pub reopened: usize,
}

impl Bystanders {
    /// Does what they do for `time`.
    pub fn serve(target: &Arc<Target>, time: Duration) -> Outcome<Bystanders> {
        let end = Instant::now() + time;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut clients = JoinSet::new();
            for _ in 0..KEEPERS {
                clients.spawn(Client::new(target).keep(end));
            }
            clients.spawn(Client::new(target).come_anew(end));
            let mut all = Bystanders::default();
            while let Some(client) = clients.join_next().await {
                all.add(client?);
            }
            Ok(all)
        })
    }

    fn add(&mut self, other: Bystanders) {
        self.reads.extend(other.reads);
        self.creations.extend(other.creations);
        self.newcomers.extend(other.newcomers);
        self.refused += other.refused;
        self.unanswered += other.unanswered;
        self.reopened += other.reopened;
    }
}

struct Client {
    target: Arc<Target>,
    stream: Option<BufReader<TcpStream>>,
    got: Bystanders,
}

impl Client {
    fn new(target: &Arc<Target>) -> Client {
        Client { target: target.clone(), stream: None, got: Bystanders::default() }
    }

    /// Creates one and reads one, again and again.
    async fn keep(mut self, end: Instant) -> Bystanders {
        while Instant::now() < end {
            let request = post(CUSTOMERS, &self.target.honest, &person(self.target.number()));
            let took = self.ask(&request, 201).await;
            self.got.creations.extend(took);
            sleep(PAUSE).await;
            let took = self.read().await;
            self.got.reads.extend(took);
            sleep(PAUSE).await;
        }
        self.got
    }

    /// Reads one on a new connection, again and again.
    async fn come_anew(mut self, end: Instant) -> Bystanders {
        while Instant::now() < end {
            self.stream = None;
            let took = self.read().await;
            self.got.newcomers.extend(took);
            sleep(PAUSE).await;
        }
        self.got
    }

    async fn read(&mut self) -> Option<Duration> {
        let request = get(&self.target.customer(), &self.target.honest);
        self.ask(&request, 200).await
    }

    /// How long the answer took, if it was as it should be.
    async fn ask(&mut self, request: &str, status: u16) -> Option<Duration> {
        let begin = Instant::now();
        match timeout(PATIENCE, self.exchange(request)).await {
            Ok(Ok(got)) if got == status => return Some(begin.elapsed()),
            Ok(Ok(_)) => self.got.refused += 1,
            _ => {
                self.stream = None;
                self.got.unanswered += 1;
            }
        }
        None
    }

    /// The status of the answer. A connection that was closed meanwhile is opened again, once.
    async fn exchange(&mut self, request: &str) -> io::Result<u16> {
        if let Some(mut stream) = self.stream.take() {
            if let Ok(Some(status)) = exchange_on(&mut stream, request).await {
                self.stream = Some(stream);
                return Ok(status);
            }
            self.got.reopened += 1;
        }
        let mut stream = BufReader::new(self.target.connect().await?);
        let status = exchange_on(&mut stream, request).await?;
        self.stream = Some(stream);
        status.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

async fn exchange_on(stream: &mut BufReader<TcpStream>, request: &str) -> io::Result<Option<u16>> {
    stream.write_all(request.as_bytes()).await?;
    answer(stream).await
}
