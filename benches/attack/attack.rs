//! The ways to attack, and what keeps one going.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::target::Target;
use super::{Outcome, flood, heavy, slow};

/// After it was cut off an attacker begins anew.
const AGAIN: Duration = Duration::from_millis(1);

/// A way to attack.
pub struct Behaviour {
    /// What it is called in the table.
    pub name: &'static str,
    /// How many attackers there are, each with a connection.
    pub attackers: usize,
    /// What one does until it is cut off, or done.
    life: fn(Arc<Target>) -> BoxFuture<'static, io::Result<()>>,
}

/// A row of [`ALL`].
macro_rules! behaviour {
    ($name:literal, $attackers:literal, $life:path) => {
        Behaviour { name: $name, attackers: $attackers, life: |target| Box::pin($life(target)) }
    };
}

/// Every way; the first is none.
pub const ALL: [Behaviour; 19] = [
    behaviour!("none", 0, heavy::processor),
    behaviour!("a busy processor", 1, heavy::processor),
    behaviour!("slow heads", 3000, slow::heads),
    behaviour!("slow bodies", 1000, slow::bodies),
    behaviour!("slow bulk bodies", 100, slow::bulk_bodies),
    behaviour!("slow readers of the list", 1000, slow::readers),
    behaviour!("the same by HTTP/2, 100 each", 50, slow::http2_readers),
    behaviour!("feeds that are not read", 1000, slow::feeds),
    behaviour!("idle connections", 4000, slow::idle),
    behaviour!("more connections than places", 6000, slow::crowd),
    behaviour!("HTTP/2 rapid reset", 8, flood::rapid_reset),
    behaviour!("CONTINUATION without an end", 8, flood::continuation),
    behaviour!("chunked bodies without an end", 8, flood::chunks),
    behaviour!("guessed tokens", 32, flood::guesses),
    behaviour!("deep JSON", 32, heavy::deep_json),
    behaviour!("JSON of unknown fields", 32, heavy::wide_json),
    behaviour!("heavy searches", 64, heavy::searches),
    behaviour!("lists read in full", 32, heavy::lists),
    behaviour!("creations without a pause", 64, heavy::creations),
];

/// An attack that goes on.
pub struct Attack {
    end: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Attack {
    /// Begins it.
    pub fn start(
        behaviour: &'static Behaviour,
        attackers: usize,
        target: &Arc<Target>,
    ) -> Outcome<Attack> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (end, ended) = oneshot::channel();
        let target = target.clone();
        let attack = move || run(&runtime, behaviour, attackers, &target, ended);
        let thread = std::thread::Builder::new().name("attackers".to_owned()).spawn(attack)?;
        Ok(Attack { end, thread })
    }

    /// Ends it, and with it all of its connections.
    pub fn stop(self) -> Outcome<()> {
        // An error says that it has ended.
        let _ = self.end.send(());
        self.thread.join().map_err(|_| "the attackers failed")?;
        Ok(())
    }
}

fn run(
    runtime: &Runtime,
    behaviour: &'static Behaviour,
    attackers: usize,
    target: &Arc<Target>,
    ended: oneshot::Receiver<()>,
) {
    runtime.block_on(async {
        for _ in 0..attackers {
            tokio::spawn(live(behaviour, target.clone()));
        }
        let _ = ended.await;
    });
}

async fn live(behaviour: &'static Behaviour, target: Arc<Target>) {
    loop {
        // That it is cut off is what it lives with.
        let _ = (behaviour.life)(target.clone()).await;
        tokio::time::sleep(AGAIN).await;
    }
}
