//! The raw client on a connection to a [`TestApp`].

#![allow(dead_code, reason = "each test binary uses a part of it")]

use crate::support::TestApp;
use crate::wire::Wire;

/// A new connection.
pub async fn wire(app: &TestApp) -> Wire {
    Wire::new(app.connect().await)
}

/// All that the service says to `bytes` until it closes the connection.
pub async fn said_to(app: &TestApp, bytes: impl AsRef<[u8]>) -> String {
    let mut wire = wire(app).await;
    wire.send(bytes).await;
    wire.rest().await
}

/// How many answers there are in what was said.
pub fn answers_in(said: &str) -> usize {
    said.matches("HTTP/1.1 ").count()
}
