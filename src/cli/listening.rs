//! Where the service waits for clients.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Newcomers that may wait until they are accepted, as far as the system allows so many. The 128 that are
/// usual are less than a burst of clients, and who finds no room tries again only after a second, or three.
const WAITING: u32 = 4096;

/// Listens on the first of `addresses` that can be had.
///
/// # Errors
/// Why the last of them cannot.
pub fn listen(addresses: &[SocketAddr]) -> io::Result<TcpListener> {
    let mut outcome = Err(io::ErrorKind::AddrNotAvailable.into());
    for &address in addresses {
        outcome = listen_on(address);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // So that a service can be started again at once. Elsewhere it would let others have the port, too.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};
    use std::time::Duration;

    use super::*;

    /// The end of a test that would otherwise hang.
    const HANGING: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_burst_of_newcomers_waits_for_its_turn_and_not_for_a_second_try() {
        let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn");
        let most: usize = most.ok().and_then(|most| most.trim().parse().ok()).unwrap_or(128);
        let listener = listen(&[(Ipv4Addr::LOCALHOST, 0).into()]).unwrap();
        let address = listener.local_addr().unwrap();
        // Nobody accepts them meanwhile.
        let waiting = (0..most.min(500)).map(|_| TcpStream::connect_timeout(&address, HANGING));
        let waiting: Vec<TcpStream> = waiting.collect::<io::Result<_>>().unwrap();
        assert_eq!(waiting.len(), most.min(500));
    }

    #[tokio::test]
    async fn the_first_address_that_can_be_had_is_taken() {
        let taken = listen(&[(Ipv4Addr::LOCALHOST, 0).into()]).unwrap().local_addr().unwrap();
        let first = listen(&[taken]).unwrap();
        let second = listen(&[taken, (Ipv4Addr::LOCALHOST, 0).into()]).unwrap();
        assert_ne!(first.local_addr().unwrap(), second.local_addr().unwrap());
        assert_eq!(listen(&[taken]).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
}
