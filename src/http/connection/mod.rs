//! What stands under every HTTP connection, where bytes pass: `socket` (who may stay connected),
//! `framing` (what the HTTP stack hides of a head), `write_deadline` (who must read his answers). And
//! beside them `open` (who makes room for others).

mod framing;
mod open;
mod socket;
mod write_deadline;

pub use open::{Admission, Connection, Connections};
pub use socket::GuardedSocket;
