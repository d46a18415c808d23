//! The door on real loopback sockets: what it lets out, how much it lets in, and when it gives up.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod doubles;
#[path = "doubles/loopback.rs"]
mod loopback;

use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use doubles::{door, scope};
use loopback::{LOOK, NO_NAME_SERVER, ample, loopback_door, short};
use vigie_model::Reason;
use vigie_probe::{Connection, DoorSettings, Intrusiveness, NetError};

/// Serves one connection with `behave`, on its own thread.
fn serve(behave: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || behave(listener.accept().unwrap().0));
    address
}

/// Keeps the connection open without a word until the other side leaves.
fn hold(mut stream: TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

async fn read_until_failure(connection: &mut Connection) -> (Vec<u8>, NetError) {
    let mut bytes = Vec::new();
    loop {
        match connection.receive(&mut bytes).await {
            Ok(0) => return (bytes, NetError::Closed),
            Ok(_) => {}
            Err(error) => return (bytes, error),
        }
    }
}

/// Whether a listener has seen nothing at all. On loopback a handshake is over before `connect` returns.
fn saw_nobody(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).unwrap();
    listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

#[tokio::test]
async fn outside_the_scope_no_packet_leaves() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap();
    let mut excluded = scope(&["127.0.0.0/8"]);
    excluded.excluded_addresses = vec!["127.0.0.1/32".parse().unwrap()];
    for scope in [scope(&[]), scope(&["127.0.0.2/32"]), excluded] {
        let door = door(scope, NO_NAME_SERVER, DoorSettings::default());
        for look in [Intrusiveness::Passive, Intrusiveness::Polite, Intrusiveness::Active] {
            let refused = door.connect(to, look, ample()).await.err();
            assert_eq!(refused, Some(NetError::OutOfScope(to.ip())));
        }
        assert_eq!(door.volume().connections, 0);
    }
    assert!(saw_nobody(&listener));
}

#[tokio::test]
async fn the_scope_is_asked_again_at_each_connection() {
    let near = TcpListener::bind("127.0.0.1:0").unwrap();
    let far = TcpListener::bind("127.0.0.2:0").unwrap();
    let door = loopback_door(DoorSettings::default());
    assert!(door.connect(near.local_addr().unwrap(), LOOK, ample()).await.is_ok());
    let refused = door.connect(far.local_addr().unwrap(), LOOK, ample()).await.err();
    assert_eq!(refused.map(|error| error.reason()), Some(Reason::OutOfScope));
    assert!(saw_nobody(&far) && door.volume().connections == 1);
}

#[tokio::test]
async fn a_closed_port_is_refused() {
    let to = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = loopback_door(DoorSettings::default()).connect(to, LOOK, ample()).await.err().unwrap();
    assert_eq!((error.clone(), error.reason()), (NetError::Refused, Reason::Refused));
}

#[tokio::test]
async fn an_endless_peer_is_cut_at_the_byte_cap() {
    let to = serve(|mut stream| while stream.write_all(&[b'x'; 4096]).is_ok() {});
    let cap = 10_000;
    let door = loopback_door(DoorSettings { bytes_per_connection: cap, ..DoorSettings::default() });
    let mut connection = door.connect(to, LOOK, ample()).await.unwrap();
    let (bytes, error) = read_until_failure(&mut connection).await;
    assert_eq!(error, NetError::TooMuch { cap });
    assert_eq!((bytes.len(), connection.received()), (cap, cap));
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let to = serve(hold);
    let door = loopback_door(DoorSettings::default());
    let mut connection = door.connect(to, LOOK, short()).await.unwrap();
    assert_eq!(read_until_failure(&mut connection).await, (Vec::new(), NetError::Timeout));
}

#[tokio::test]
async fn a_peer_that_drips_does_not_push_the_deadline_back() {
    let to = serve(|mut stream| {
        while stream.write_all(b".").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
    let door = loopback_door(DoorSettings::default());
    let mut connection = door.connect(to, LOOK, short()).await.unwrap();
    let (bytes, error) = read_until_failure(&mut connection).await;
    assert_eq!(error, NetError::Timeout);
    assert!(bytes.iter().all(|byte| *byte == b'.'));
}

#[tokio::test]
async fn cancelling_stops_the_read_and_keeps_what_came() {
    let to = serve(|mut stream| {
        stream.write_all(b"220 ready").unwrap();
        hold(stream);
    });
    let door = loopback_door(DoorSettings::default());
    let mut connection = door.connect(to, LOOK, ample()).await.unwrap();
    let mut bytes = Vec::new();
    while bytes.len() < 9 {
        connection.receive(&mut bytes).await.unwrap();
    }
    door.cancellation().cancel();
    assert_eq!(connection.receive(&mut bytes).await, Err(NetError::Cancelled));
    assert_eq!(bytes, b"220 ready");
    assert_eq!(connection.send(b"QUIT\r\n").await, Err(NetError::Cancelled));
    assert_eq!(door.connect(to, LOOK, ample()).await.err(), Some(NetError::Cancelled));
}

#[tokio::test]
async fn cancelling_wakes_a_read_that_waits() {
    let to = serve(hold);
    let door = loopback_door(DoorSettings::default());
    let mut connection = door.connect(to, LOOK, ample()).await.unwrap();
    let mut bytes = Vec::new();
    let (read, ()) = tokio::join!(connection.receive(&mut bytes), async {
        tokio::task::yield_now().await;
        door.cancellation().cancel();
    });
    assert_eq!(read, Err(NetError::Cancelled));
}

#[tokio::test]
async fn one_host_gets_no_more_connections_than_its_share() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap();
    let door = loopback_door(DoorSettings { connections_per_host: 1, ..DoorSettings::default() });
    let held = door.connect(to, LOOK, ample()).await.unwrap();
    assert_eq!(door.connect(to, LOOK, short()).await.err(), Some(NetError::Busy), "waiting for us is our doing");
    // The same machine under its IPv4-mapped address has no second share.
    let mapped = SocketAddr::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), to.port());
    assert_eq!(door.connect(mapped, LOOK, short()).await.err(), Some(NetError::Busy));
    drop(held);
    assert!(door.connect(to, LOOK, ample()).await.is_ok(), "the place comes back with the drop");
}

#[tokio::test]
async fn a_line_ends_where_it_ends() {
    let to = serve(|mut stream| {
        stream.write_all(b"220 ready\r\n\x16\x03").unwrap();
        hold(stream);
    });
    let mut connection = loopback_door(DoorSettings::default()).connect(to, LOOK, ample()).await.unwrap();
    assert_eq!(connection.receive_line(64).await.unwrap(), b"220 ready\r\n");
    assert_eq!(connection.received(), 11, "what follows the line is left for the next reader");
    let to = serve(|mut stream| stream.write_all(&[b'a'; 100]).unwrap());
    let mut connection = loopback_door(DoorSettings::default()).connect(to, LOOK, ample()).await.unwrap();
    assert_eq!(connection.receive_line(64).await, Err(NetError::Malformed("line too long")));
    assert_eq!(connection.receive_line(64).await, Err(NetError::Closed));
}
