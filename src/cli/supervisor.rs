//! What `serve` tells the service manager that started it, in the protocol of systemd's
//! `sd_notify(3)`: that it serves, that it stops, and that it lives. Nothing is told, and nothing
//! else is different, where no service manager asks for it.

#[cfg(target_os = "linux")]
pub use systemd::{live, ready, stopping};

#[cfg(not(target_os = "linux"))]
pub use nobody::{live, ready, stopping};

#[cfg(target_os = "linux")]
mod systemd {
    use sd_notify::NotifyState;

    /// The service serves at `url`.
    pub fn ready(url: &str) {
        tell(&[NotifyState::Ready, NotifyState::Status(&format!("serves at {url}"))]);
    }

    /// The service finishes what is open and takes nothing new.
    pub fn stopping() {
        tell(&[NotifyState::Stopping, NotifyState::Status("finishes open requests")]);
    }

    /// Says again and again that the service lives, as long as it is polled and asked for it: twice
    /// in the time after which it would be taken for dead, as `sd_watchdog_enabled(3)` asks for.
    pub async fn live() {
        let Some(patience) = sd_notify::watchdog_enabled() else {
            return;
        };
        loop {
            tell(&[NotifyState::Watchdog]);
            tokio::time::sleep(patience / 2).await;
        }
    }

    fn tell(states: &[NotifyState<'_>]) {
        if let Err(error) = sd_notify::notify(states) {
            tracing::warn!(%error, "the service manager could not be told how the service is");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nobody {
    /// Nobody asks.
    pub fn ready(_: &str) {}

    /// Nobody asks.
    pub fn stopping() {}

    /// Nobody asks.
    pub async fn live() {}
}
