//! The service against hyper alone, in one run: what is left of hyper's speed once a customer is
//! looked up (`GET`), and of the disk's once one is kept for good (`POST`).
//!
//! The service is the one that `serve` runs, with a token on every request, over a directory below
//! the target directory. Beside it stand bare hyper servers which give the same bytes for an
//! answer: to a `GET` at once, to a `POST` when the body is in a file and the file is synced,
//! whoever waits sharing one sync. All servers have two workers; service and bare server take
//! turns in short rounds, so that what else the machine does meets both alike.
//!
//! ```text
//! cargo bench --bench service                     everything, about six minutes
//! cargo bench --bench service -- --quick          shorter rounds
//! cargo bench --bench service -- --logged 2>log   64 connections, with the log as `serve` has it
//! cargo bench --bench service -- get 16           one method, one number of connections
//! cargo bench --bench service -- --customers=300000 --seconds=20 post 64
//! cargo bench --bench service -- --customers=1000000 --cache=2147483648 get 64
//! ```

mod bare;
mod connection;
mod measure;
#[path = "../search/people.rs"]
mod people;
mod plan;
mod processor;
mod requests;
mod service;

use std::error::Error;
use std::sync::Arc;

use bare::Bare;
use connection::Connection;
use measure::{Pair, Side};
use plan::Plan;
use requests::{Method, Requests};
use service::Service;
use tokio::runtime::{Builder, Runtime};

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The allocator of the binary, for all servers alike.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Workers of every server.
const WORKERS: usize = 2;

fn main() -> Outcome<()> {
    let Some(plan) = Plan::of_arguments()? else {
        return Ok(());
    };
    let service = Service::start(plan.customers, plan.cache_bytes)?;
    let clients = Builder::new_current_thread().enable_all().build()?;
    println!("{}", plan.describe(&service));
    for &method in &plan.methods {
        measure_method(&plan, &service, &clients, method)?;
    }
    println!("\ncustomers in the store at the end: {}", service.customers()?);
    service.stop()
}

fn measure_method(
    plan: &Plan,
    service: &Service,
    clients: &Runtime,
    method: Method,
) -> Outcome<()> {
    let requests = Arc::new(Requests::new(method, service));
    let mut request = Vec::new();
    requests.write_next(&mut request);
    let sample = clients.block_on(async {
        let mut connection = Connection::open(service.address()).await?;
        connection.exchange(&request, method.status()).await?;
        Outcome::Ok(connection.answer().to_vec())
    })?;
    let bare = Bare::start(method, &sample, service.dir())?;
    println!("\n{method} of one customer, an answer of {} bytes", sample.len());
    println!("{}", Pair::HEADING);
    for &connections in &plan.connections {
        let mut service = Side::open(clients, service.address(), connections, false)?;
        let mut bare = Side::open(clients, bare.address(), connections, true)?;
        let pair = measure::pair(plan, clients, &requests, &mut service, &mut bare)?;
        println!("{}", pair.row(connections, plan.target(method, connections)));
    }
    Ok(())
}

/// A runtime for a server, its threads called by `name`.
fn server_runtime(name: &str) -> Outcome<Runtime> {
    Ok(Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name(name)
        .enable_all()
        .build()?)
}
