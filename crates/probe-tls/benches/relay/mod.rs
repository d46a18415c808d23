//! A way that is long: what is sent arrives later.

#![allow(dead_code, reason = "each bench uses its part")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::sleep_until;

/// Holds every byte half a round trip each way, and the first ones one round trip more, for that of TCP’s own
/// handshake, which a program cannot hold.
pub(crate) struct Relay {
    pub(crate) port: u16,
    pub(crate) connections: Arc<AtomicUsize>,
}

impl Relay {
    /// A relay to a port of this machine.
    pub(crate) async fn start(to: u16, round_trip: Duration) -> Self {
        Self::start_at(&[Ipv4Addr::LOCALHOST], 0, (Ipv4Addr::LOCALHOST, to).into(), round_trip).await
    }

    /// The same at several addresses, on one port.
    pub(crate) async fn start_at(addresses: &[Ipv4Addr], port: u16, to: SocketAddr, round_trip: Duration) -> Self {
        let connections = Arc::new(AtomicUsize::new(0));
        let mut taken = port;
        for address in addresses {
            let listener = TcpListener::bind((*address, port)).await.expect("a free port");
            taken = listener.local_addr().expect("an address").port();
            let counted = Arc::clone(&connections);
            tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    counted.fetch_add(1, Ordering::Relaxed);
                    tokio::spawn(carry(client, to, round_trip));
                }
            });
        }
        Self { port: taken, connections }
    }
}

async fn carry(client: TcpStream, to: SocketAddr, round_trip: Duration) {
    let Ok(server) = TcpStream::connect(to).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::join!(
        hold(from_client, to_server, round_trip / 2, round_trip),
        hold(from_server, to_client, round_trip / 2, Duration::ZERO)
    );
}

async fn hold(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    delay: Duration,
    first: Duration,
) {
    let (sender, mut held) = mpsc::unbounded_channel::<(tokio::time::Instant, Vec<u8>)>();
    let begun = tokio::time::Instant::now();
    let read = async move {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let at = (tokio::time::Instant::now() + delay).max(begun + first + delay);
            if sender.send((at, buffer.get(..count).unwrap_or_default().to_vec())).is_err() {
                return;
            }
        }
    };
    let write = async move {
        while let Some((at, bytes)) = held.recv().await {
            sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(read, write);
}
