//! What stands under every HTTP connection, where bytes pass: `socket` (who may stay connected),
//! `framing` (what the HTTP stack hides of a head), `write_deadline` (who must read his answers).

mod framing;
mod open;
mod socket;
mod write_deadline;

pub use open::Connections;
pub use socket::GuardedSocket;
