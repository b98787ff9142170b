//! `smart-customer serve`: opens the store, says where it is reached, serves until it is stopped.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::greeting::Greeting;
use super::work::Interruptions;
use super::{admin_token, listening, open_files, supervisor};
use crate::config::ServeConfig;
use crate::http::{Hosts, Limits, Service, TlsFiles, TlsSource, server};
use crate::intelligence;
use crate::operation::token::Stopwatch;
use crate::operation::{Clock, Registry, idempotency, learn, renew};
use crate::store::{Store, StoreOptions};
use crate::telemetry;

/// How long a service that is told to stop still takes connections, while `/readyz` says that it stops.
const FAREWELL: Duration = Duration::from_secs(1);

/// Threads for what takes long or waits for a disk: beyond them it is queued, by requests that have
/// their place.
const BLOCKING_THREADS: usize = 64;

/// How often expired idempotency keys are looked for.
const SWEEP_INTERVAL: Duration = Duration::from_secs(3600);

/// How often companies are looked for that have grown enough to learn from them again.
const LEARNING_INTERVAL: Duration = Duration::from_secs(2);

/// How often it is written down which tokens were used.
const LAST_USES_INTERVAL: Duration = Duration::from_secs(60);

/// What a service is made of; [`Parts::new`] is what `serve` uses, a test may change a part.
pub struct Parts {
    /// Where and how the store is kept.
    pub store: StoreOptions,
    /// What clients are allowed.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
    /// What rate limits go by.
    pub stopwatch: Stopwatch,
    /// An admin token chosen by the admin.
    pub admin_token: Option<String>,
    /// Further hosts that agents reach the service by.
    pub mcp_hosts: Vec<String>,
    /// The certificate and its key, where TLS is to be spoken.
    pub tls: Option<TlsFiles>,
}

impl Parts {
    /// The parts of a service that keeps its data in `data_dir`.
    pub fn new(data_dir: &Path) -> Parts {
        Parts {
            store: StoreOptions::new(data_dir),
            limits: Limits::default(),
            clock: Box::new(Timestamp::now),
            stopwatch: Stopwatch::default(),
            admin_token: None,
            mcp_hosts: Vec::new(),
            tls: None,
        }
    }

    /// The same with so many bytes of memory for what was read last: half of it for customers as they
    /// are shown, half for what all else is found by.
    pub fn with_cache(mut self, bytes: u64) -> Parts {
        (self.limits.shown_bytes, self.store.cache_bytes) = (bytes / 2, bytes / 2);
        self
    }
}

/// A service that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The admin token, where this start made one.
    pub new_admin_token: Option<String>,
    service: Arc<Service>,
    certificate: Option<Arc<TlsSource>>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    background: Vec<JoinHandle<()>>,
}

impl Running {
    /// Opens the store and serves `listener` from now on.
    ///
    /// # Errors
    /// One sentence that says what is in the way.
    pub async fn start(parts: Parts, listener: TcpListener) -> Result<Running, String> {
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let data_dir = parts.store.data_dir.clone();
        let certificate = parts.tls.map(TlsSource::open).transpose()?.map(Arc::new);
        let store = tokio::task::spawn_blocking(|| Store::open(parts.store))
            .await
            .map_err(|error| format!("the store could not be opened: {error}"))?
            .map_err(|error| error.to_string())?;
        // Not at the same time: sled asks for megabytes of zeros, which cost nothing unless they lie
        // where something else was before.
        tokio::task::spawn_blocking(intelligence::prepare);
        let registry = Registry::new(store, parts.clock)
            .await
            .map_err(|error| error.to_string())?
            .with_stopwatch(parts.stopwatch);
        let (registry, new_admin_token) =
            admin_token::provide(registry, &data_dir, parts.admin_token).await?;
        let hosts = Hosts::new(address, parts.mcp_hosts);
        let service = Arc::new(Service::new(registry, parts.limits, &hosts));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = server::serve(listener, certificate.clone(), service.clone(), async {
            // An error means that nobody can ever say stop: then it is time to stop, too.
            let _ = stopped.await;
        });
        let server = tokio::spawn(serving);
        let mut background = vec![
            tokio::spawn(sweep(service.clone())),
            tokio::spawn(keep_last_uses(service.clone())),
            tokio::spawn(learn(service.clone())),
            tokio::spawn(renew(service.clone())),
        ];
        if let Some(certificate) = &certificate {
            background.push(tokio::spawn(certificate.clone().follow()));
        }
        Ok(Running { address, new_admin_token, service, certificate, stop, server, background })
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
        self.stop_sooner_at(std::future::pending()).await
    }

    /// The same, but open requests get no more time once `hurry` is ready.
    ///
    /// # Errors
    /// As [`Running::stop`].
    pub async fn stop_sooner_at(mut self, hurry: impl Future<Output = ()>) -> Result<(), String> {
        self.background.iter().for_each(JoinHandle::abort);
        // The server may have ended by itself; then there is nothing to tell it.
        let _ = self.stop.send(());
        let ended = tokio::select! {
            ended = &mut self.server => ended,
            () = hurry => {
                self.service.hurry();
                self.server.await
            }
        };
        ended.map_err(|error| format!("the server failed: {error}"))?;
        note_last_uses(&self.service).await;
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
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(|error| format!("the runtime cannot be started: {error}"))?;
    runtime.block_on(serve(config))
}

async fn serve(config: ServeConfig) -> Result<(), String> {
    let listener = listening::listen(&config.listen).map_err(|error| {
        let addresses: Vec<String> = config.listen.iter().map(SocketAddr::to_string).collect();
        format!("cannot listen on {}: {error}; choose another --listen", addresses.join(", "))
    })?;
    let mut parts = Parts::new(&config.data_dir).with_cache(config.cache_bytes);
    parts.admin_token = config.admin_token;
    parts.store.snapshot = config.snapshot;
    parts.mcp_hosts = config.mcp_hosts;
    let tls = config.tls.as_ref();
    parts.tls = tls.map(|tls| TlsFiles::new(tls.certificate.clone(), tls.key.clone()));
    parts.limits.farewell = FAREWELL;
    let connections = open_files::connections(parts.limits.connections);
    parts.limits = parts.limits.with_connections(connections);
    let mut signals =
        Interruptions::new().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let running = Running::start(parts, listener).await?;
    let greeting = Greeting {
        address: running.address,
        new_admin_token: running.new_admin_token.as_deref(),
        data_dir: &config.data_dir,
        tls: running.certificate.as_ref().map(|source| source.pair()).zip(config.tls.as_ref()),
    };
    greeting
        .write(&mut std::io::stdout().lock())
        .map_err(|error| format!("cannot write to standard output: {error}"))?;
    supervisor::ready(&greeting.url());
    let life = tokio::spawn(supervisor::live());
    signals.next().await;
    tracing::info!("stopping");
    // Who is told of the end waits for it and for no more signs of life, nor need it read them.
    life.abort();
    supervisor::stopping();
    running.stop_sooner_at(signals.next()).await
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

async fn keep_last_uses(service: Arc<Service>) {
    loop {
        tokio::time::sleep(LAST_USES_INTERVAL).await;
        note_last_uses(&service).await;
    }
}

async fn learn(service: Arc<Service>) {
    loop {
        tokio::time::sleep(LEARNING_INTERVAL).await;
        match learn::learn_what_is_due(service.registry()).await {
            Ok(0) => {}
            Ok(companies) => tracing::debug!(companies, "learnt what duplicates look like"),
            Err(error) => tracing::warn!(%error, "what duplicates look like was not learnt"),
        }
    }
}

/// Judges customers anew whom an earlier release judged, once.
async fn renew(service: Arc<Service>) {
    match renew::renew_assessments(service.registry()).await {
        Ok(0) => {}
        Ok(customers) => tracing::info!(customers, "customers were judged anew"),
        Err(error) => tracing::warn!(%error, "not all customers were judged anew"),
    }
}

async fn note_last_uses(service: &Service) {
    if let Err(error) = service.registry().keep_last_uses().await {
        tracing::warn!(%error, "the last uses of tokens could not be written down");
    }
}
