//! Datagrams through the door, on real loopback sockets: what it lets out, how much it lets in, and when it gives up.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod doubles;
#[path = "doubles/loopback.rs"]
mod loopback;

use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use doubles::{door, scope};
use loopback::{LOOK, NO_NAME_SERVER, ample, loopback_door, short};
use vigie_probe::{Datagrams, Deadline, DoorSettings, Intrusiveness, NetError};

fn peer() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// A way to a peer of this machine, and what the peer does once it has heard from us.
async fn talking(settings: DoorSettings, behave: impl FnOnce(UdpSocket, SocketAddr) + Send + 'static) -> Datagrams {
    talking_until(ample(), settings, behave).await
}

async fn talking_until(
    deadline: Deadline,
    settings: DoorSettings,
    behave: impl FnOnce(UdpSocket, SocketAddr) + Send + 'static,
) -> Datagrams {
    let (socket, to) = peer();
    thread::spawn(move || {
        let (_, from) = socket.recv_from(&mut [0; 64]).unwrap();
        behave(socket, from);
    });
    let mut datagrams = loopback_door(settings).datagrams(to, LOOK, deadline).await.unwrap();
    datagrams.send(b"hello").await.unwrap();
    datagrams
}

async fn receive_until_failure(datagrams: &mut Datagrams) -> NetError {
    loop {
        if let Err(error) = datagrams.receive().await {
            return error;
        }
    }
}

#[tokio::test]
async fn what_is_sent_comes_back_one_datagram_at_a_time() {
    let mut datagrams = talking(DoorSettings::default(), |socket, from| {
        for answer in [&b"one"[..], b"", &[7; 9000]] {
            socket.send_to(answer, from).unwrap();
        }
    })
    .await;
    assert_eq!(datagrams.receive().await.unwrap(), b"one");
    assert_eq!(datagrams.receive().await.unwrap(), b"");
    assert_eq!(datagrams.receive().await.unwrap(), [7; 9000]);
    assert_eq!(datagrams.received(), 9003 + 3 * 8);
}

#[tokio::test]
async fn outside_the_scope_no_datagram_leaves() {
    let (socket, to) = peer();
    let mut excluded = scope(&["127.0.0.0/8"]);
    excluded.excluded_addresses = vec!["127.0.0.1/32".parse().unwrap()];
    for scope in [scope(&[]), scope(&["127.0.0.2/32"]), excluded] {
        let door = door(scope, NO_NAME_SERVER, DoorSettings::default());
        let refused = door.datagrams(to, Intrusiveness::Passive, ample()).await.err();
        assert_eq!(refused, Some(NetError::OutOfScope(to.ip())));
        assert_eq!(door.volume().connections, 0);
    }
    socket.set_nonblocking(true).unwrap();
    assert!(socket.recv_from(&mut [0; 64]).is_err());
}

#[tokio::test]
async fn a_closed_port_is_refused() {
    let (socket, to) = peer();
    drop(socket);
    let door = loopback_door(DoorSettings::default());
    let mut datagrams = door.datagrams(to, LOOK, ample()).await.unwrap();
    datagrams.send(b"hello").await.unwrap();
    assert_eq!(datagrams.receive().await, Err(NetError::Refused));
    assert_eq!(door.volume().connections, 1);
}

#[tokio::test]
async fn strangers_are_not_heard() {
    let mut datagrams = talking(DoorSettings::default(), |socket, from| {
        peer().0.send_to(b"forged", from).unwrap();
        socket.send_to(b"true", from).unwrap();
    })
    .await;
    assert_eq!(datagrams.receive().await.unwrap(), b"true");
}

#[tokio::test]
async fn an_endless_peer_is_cut_at_the_byte_cap_even_when_it_says_nothing() {
    for answer in [&[b'x'; 1000][..], b""] {
        let cap = 5_000;
        let mut datagrams =
            talking(DoorSettings { bytes_per_connection: cap, ..DoorSettings::default() }, move |socket, from| {
                while socket.send_to(answer, from).is_ok() {
                    thread::sleep(Duration::from_micros(100));
                }
            })
            .await;
        assert_eq!(receive_until_failure(&mut datagrams).await, NetError::TooMuch { cap });
    }
}

#[tokio::test]
async fn a_peer_that_never_pauses_does_not_push_the_deadline_back() {
    let settings = DoorSettings { bytes_per_connection: usize::MAX, ..DoorSettings::default() };
    let mut datagrams =
        talking_until(short(), settings, |socket, from| while socket.send_to(b".", from).is_ok() {}).await;
    assert_eq!(receive_until_failure(&mut datagrams).await, NetError::Timeout);
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let (_socket, to) = peer();
    let mut datagrams = loopback_door(DoorSettings::default()).datagrams(to, LOOK, short()).await.unwrap();
    assert_eq!(datagrams.receive().await, Err(NetError::Timeout));
    assert_eq!(datagrams.send(b"late").await, Err(NetError::Timeout));
}

#[tokio::test]
async fn cancelling_wakes_a_wait_and_stops_what_follows() {
    let (_socket, to) = peer();
    let door = loopback_door(DoorSettings::default());
    let mut datagrams = door.datagrams(to, LOOK, ample()).await.unwrap();
    let (heard, ()) = tokio::join!(datagrams.receive(), async {
        tokio::task::yield_now().await;
        door.cancellation().cancel();
    });
    assert_eq!(heard, Err(NetError::Cancelled));
    assert_eq!(datagrams.send(b"hello").await, Err(NetError::Cancelled));
    assert_eq!(door.datagrams(to, LOOK, ample()).await.err(), Some(NetError::Cancelled));
}

#[tokio::test]
async fn one_host_shares_its_places_between_connections_and_datagrams() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap();
    let door = loopback_door(DoorSettings { connections_per_host: 1, ..DoorSettings::default() });
    let held = door.datagrams(to, LOOK, ample()).await.unwrap();
    assert_eq!(door.connect(to, LOOK, short()).await.err(), Some(NetError::Busy));
    drop(held);
    assert!(door.connect(to, LOOK, ample()).await.is_ok(), "the place comes back with the drop");
}
