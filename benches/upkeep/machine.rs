//! A data directory, and the binary over it.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Outcome;
use super::people::People;

/// After this nothing is learnt or written any more, and memory is what an idle service has.
const IDLE: Duration = Duration::from_secs(8);

/// The company that everything is in.
const COMPANY: [&str; 6] = ["--product", "tse", "--api-version", "v1", "--company", "acme"];

/// A data directory, and people for it.
pub struct Machine {
    dir: TempDir,
    /// How many people are in the second file.
    pub second: usize,
}

impl Machine {
    /// An empty one with two files of `size` people each: the second half as many as the first.
    pub fn new(size: usize) -> Outcome<Machine> {
        let dir = tempfile::Builder::new()
            .prefix("bench-upkeep-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let machine = Machine { dir, second: size / 2 };
        let mut people = People::new();
        machine.write_people("first", 0..size, &mut people)?;
        machine.write_people("second", size..size + machine.second, &mut people)?;
        Ok(machine)
    }

    fn write_people(
        &self,
        name: &str,
        numbers: std::ops::Range<usize>,
        people: &mut People,
    ) -> Outcome<()> {
        let mut file = std::io::BufWriter::new(fs::File::create(self.path(name))?);
        writeln!(file, "first-name,last-name,email,vat-number")?;
        for number in numbers {
            let person = people.person();
            let vat = number as u64 * 7_919 % 100_000_000_000;
            writeln!(file, "{},{},{},IT{vat:011}", person.first, person.last, person.email)?;
        }
        Ok(file.flush()?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Whether a snapshot is being written.
    pub fn is_taking_snapshot(&self) -> bool {
        let files = fs::read_dir(self.data().join("snapshot")).into_iter().flatten().flatten();
        files.into_iter().any(|file| file.path().extension().is_some_and(|end| end == "new"))
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Starts the service with these flags.
    pub fn serve(&self, flags: &[&str]) -> Outcome<Service> {
        let mut command = binary();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(self.data());
        Service::start(command.args(flags), &self.data())
    }

    /// Imports one of the files of people; how many seconds it took.
    pub fn import(&self, service: &Service, name: &str) -> Outcome<f64> {
        let begin = Instant::now();
        let file = self.path(name);
        run(self.client("import", service).arg(file).args(["--format", "csv"]).args(COMPANY))?;
        Ok(begin.elapsed().as_secs_f64())
    }

    fn client(&self, command: &str, service: &Service) -> Command {
        let mut client = binary();
        client.args([command, "--url", &format!("http://{}", service.address), "--data-dir"]);
        client.arg(self.data());
        client
    }

    fn export(&self, service: &Service, format: &str) -> Outcome<Vec<u8>> {
        run(self.client("export", service).args(["--format", format]).args(COMPANY))
    }

    /// How many bytes all customers are as JSON, without their distinction into lines.
    pub fn json_bytes(&self, service: &Service) -> Outcome<u64> {
        Ok(self.export(service, "ndjson")?.len() as u64)
    }

    /// The ids of all customers.
    pub fn ids(&self, service: &Service) -> Outcome<Vec<String>> {
        let csv = String::from_utf8(self.export(service, "csv")?)?;
        let ids = csv.lines().skip(1).filter_map(|line| line.split(',').next());
        Ok(ids.map(str::to_owned).collect())
    }

    /// Makes the directory small; how many seconds it took.
    pub fn compact(&self) -> Outcome<f64> {
        let begin = Instant::now();
        run(binary().args(["compact", "--data-dir"]).arg(self.data()))?;
        Ok(begin.elapsed().as_secs_f64())
    }

    /// Deletes the queryable state.
    pub fn remove_trees(&self) -> Outcome<()> {
        Ok(fs::remove_dir_all(self.data().join("sled"))?)
    }

    /// Bytes of journal, snapshots and trees.
    pub fn room(&self) -> Outcome<[u64; 3]> {
        let bytes = |name: &str| bytes(&self.data().join(name));
        Ok([bytes("journal")?, bytes("snapshot")?, bytes("sled")?])
    }
}

fn bytes(path: &Path) -> Outcome<u64> {
    if !path.is_dir() {
        return Ok(path.metadata()?.len());
    }
    fs::read_dir(path)?.map(|entry| bytes(&entry?.path())).sum()
}

fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smart-customer"));
    command.env_clear().stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Outcome<Vec<u8>> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

/// A service that runs.
pub struct Service {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// A token that allows everything.
    pub token: String,
    /// How long it took until it listened.
    pub seconds: f64,
    log: Arc<Mutex<String>>,
}

impl Service {
    fn start(command: &mut Command, data: &Path) -> Outcome<Service> {
        let begin = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let log = Arc::new(Mutex::new(String::new()));
        if let Some(stderr) = child.stderr.take() {
            keep_warnings(stderr, log.clone());
        }
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let seconds = begin.elapsed().as_secs_f64();
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        // What else it says is not read, but must not hold it up.
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        let token = fs::read_to_string(data.join("admin-token"))
            .map_err(|_| log.lock().unwrap_or_else(PoisonError::into_inner).clone())?;
        Ok(Service { child, address, token: token.trim().to_owned(), seconds, log })
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the log has these words.
    pub fn has_logged(&self, words: &str) -> bool {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).contains(words)
    }

    /// MiB of memory once it is idle.
    pub fn idle_rss(&self) -> Outcome<u64> {
        std::thread::sleep(IDLE);
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmRSS")?;
        Ok(kib.parse::<u64>()? / 1024)
    }

    /// Stops it in order; how many seconds it took.
    pub fn stop(self) -> Outcome<f64> {
        let begin = Instant::now();
        self.end("-TERM")?;
        Ok(begin.elapsed().as_secs_f64())
    }

    /// Kills it.
    pub fn kill(self) -> Outcome<()> {
        self.end("-KILL")
    }

    fn end(mut self, signal: &str) -> Outcome<()> {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // A run that failed leaves nothing behind; an error says that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps the lines of a log that are about no request.
fn keep_warnings(pipe: impl Read + Send + 'static, log: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if !line.contains(" request ") {
                log.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line);
            }
        }
    });
}
