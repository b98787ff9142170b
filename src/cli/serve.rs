//! `smart-customer serve`: opens the store, says where it is reached, serves until it is stopped.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::ServeConfig;
use crate::http::{Limits, Service, server};
use crate::operation::{Clock, Registry, idempotency, token};
use crate::store::{Store, StoreOptions};
use crate::telemetry;

/// How often expired idempotency keys are looked for.
const SWEEP_INTERVAL: Duration = Duration::from_secs(3600);

/// What a service is made of; [`Parts::new`] is what `serve` uses, a test may change a part.
pub struct Parts {
    /// Where and how the store is kept.
    pub store: StoreOptions,
    /// What clients are allowed.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
    /// An admin token chosen by the admin.
    pub admin_token: Option<String>,
}

impl Parts {
    /// The parts of a service that keeps its data in `data_dir`.
    pub fn new(data_dir: &Path) -> Parts {
        Parts {
            store: StoreOptions::new(data_dir),
            limits: Limits::default(),
            clock: Box::new(Timestamp::now),
            admin_token: None,
        }
    }
}

/// A service that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The admin token, where this start made one.
    pub new_admin_token: Option<String>,
    service: Arc<Service>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    sweeper: JoinHandle<()>,
}

impl Running {
    /// Opens the store and serves `listener` from now on.
    ///
    /// # Errors
    /// One sentence that says what is in the way.
    pub async fn start(parts: Parts, listener: TcpListener) -> Result<Running, String> {
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let data_dir = parts.store.data_dir.clone();
        let store = tokio::task::spawn_blocking(|| Store::open(parts.store))
            .await
            .map_err(|error| format!("the store could not be opened: {error}"))?
            .map_err(|error| error.to_string())?;
        let registry =
            Registry::new(store, parts.clock).await.map_err(|error| error.to_string())?;
        let (registry, new_admin_token) =
            with_admin_token(registry, &data_dir, parts.admin_token).await?;
        let service = Arc::new(Service::new(registry, parts.limits));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = server::serve(listener, service.clone(), async {
            // An error means that nobody can ever say stop: then it is time to stop, too.
            let _ = stopped.await;
        });
        let server = tokio::spawn(serving);
        let sweeper = tokio::spawn(sweep(service.clone()));
        Ok(Running { address, new_admin_token, service, stop, server, sweeper })
    }

    /// The service, for a look at its store.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Lets open requests finish, then closes the store.
    ///
    /// # Errors
    /// The store could not be closed in order; nothing answered is lost.
    pub async fn stop(self) -> Result<(), String> {
        self.sweeper.abort();
        // The server may have ended by itself; then there is nothing to tell it.
        let _ = self.stop.send(());
        self.server.await.map_err(|error| format!("the server failed: {error}"))?;
        self.service.registry().store().close().await.map_err(|error| error.to_string())
    }
}

/// Runs the service in the foreground until SIGINT or SIGTERM.
///
/// # Errors
/// One sentence that says what is in the way.
pub fn run(config: ServeConfig) -> Result<(), String> {
    telemetry::init(config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime cannot be started: {error}"))?;
    runtime.block_on(serve(config))
}

async fn serve(config: ServeConfig) -> Result<(), String> {
    let listener = TcpListener::bind(config.listen.as_slice()).await.map_err(|error| {
        let addresses: Vec<String> = config.listen.iter().map(SocketAddr::to_string).collect();
        format!("cannot listen on {}: {error}; choose another --listen", addresses.join(", "))
    })?;
    let mut parts = Parts::new(&config.data_dir);
    parts.admin_token = config.admin_token;
    let signal = interruption().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let running = Running::start(parts, listener).await?;
    greet(&running, &config.data_dir)
        .map_err(|error| format!("cannot write to standard output: {error}"))?;
    signal.await;
    tracing::info!("stopping");
    running.stop().await
}

/// Ready at the first SIGINT or SIGTERM.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

async fn sweep(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
    loop {
        ticks.tick().await;
        let registry = service.registry();
        match idempotency::forget_expired(registry.store(), registry.now()).await {
            Ok(0) => {}
            Ok(keys) => tracing::debug!(keys, "expired idempotency keys were forgotten"),
            Err(error) => tracing::warn!(%error, "expired idempotency keys could not be forgotten"),
        }
    }
}

/// The registry with its admin token, and that token where it was made just now.
async fn with_admin_token(
    registry: Registry,
    data_dir: &Path,
    chosen: Option<String>,
) -> Result<(Registry, Option<String>), String> {
    if let Some(chosen) = chosen {
        return Ok((registry.with_admin_token(&chosen), None));
    }
    let path = data_dir.join("admin-token");
    let fault = |error: io::Error| format!("cannot use {}: {error}", path.display());
    let (token, is_new) = match std::fs::read_to_string(&path) {
        Ok(kept) => (kept.trim().to_owned(), false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let token = token::generate().map_err(|error| format!("no random bytes: {error}"))?;
            write_private(&path, &token).map_err(fault)?;
            (token, true)
        }
        Err(error) => return Err(fault(error)),
    };
    token::check_chosen(&token).map_err(|error| {
        format!("{}: {error}; delete the file to get a new one", path.display())
    })?;
    registry.keep_admin_token(&token).await.map_err(|error| error.to_string())?;
    Ok((registry, is_new.then_some(token)))
}

/// Writes a secret that only the owner of the process can read, whole or not at all.
fn write_private(path: &Path, secret: &str) -> io::Result<()> {
    let aside = path.with_extension("new");
    match std::fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    std::fs::rename(&aside, path)?;
    std::fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Says where the service is, and on the first start how to use it.
fn greet(running: &Running, data_dir: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let url = format!("http://{}", running.address);
    writeln!(out, "smart-customer {} listens on {url}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "data directory: {}", data_dir.display())?;
    if let Some(token) = &running.new_admin_token {
        let kept = data_dir.join("admin-token");
        writeln!(out, "admin token (shown this once, kept in {}): {token}", kept.display())?;
        writeln!(out, "\ntry it:\n{}\n", curl(&url, token))?;
    }
    out.flush()
}

/// A line to paste that creates a customer.
fn curl(url: &str, token: &str) -> String {
    format!(
        "curl -X POST {url}/api/demo/v1/company/acme/customer \
         -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \
         -d '{{\"first-name\":\"John\",\"last-name\":\"Smith\",\
         \"email\":\"john.smith@example.com\",\"vat-number\":\"IT12345678901\"}}'"
    )
}
