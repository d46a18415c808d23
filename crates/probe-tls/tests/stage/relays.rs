//! Relays before real servers, which change what is said.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::double;

/// A relay before a real server, which changes what the server says, or hangs up on what it does not like.
pub(crate) async fn relay(
    to: u16,
    likes: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
) -> u16 {
    relay_hearing(to, move |hello| likes(&hello).then_some(hello), change).await
}

/// The same that passes hellos on as it heard them.
pub(crate) async fn relay_hearing(
    to: u16,
    hear: impl Fn(Vec<u8>) -> Option<Vec<u8>> + Send + Sync + 'static,
    change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
) -> u16 {
    relay_choosing(move |hello| Some((to, hear(hello)?)), change).await
}

/// A relay before several servers: which one hears a hello, and as what.
pub(crate) async fn relay_choosing(
    choose: impl Fn(Vec<u8>) -> Option<(u16, Vec<u8>)> + Send + Sync + 'static,
    change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
) -> u16 {
    let (choose, change) = (Arc::new(choose), Arc::new(change));
    double(move |mut client| {
        let (choose, change) = (Arc::clone(&choose), Arc::clone(&change));
        async move {
            let mut first = vec![0; 2048];
            let Ok(length) = client.read(&mut first).await else { return };
            first.truncate(length);
            let Some((to, first)) = choose(first) else { return };
            let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
            if server.write_all(&first).await.is_err() {
                return;
            }
            let mut answer = vec![0; 16 * 1024];
            let Ok(length) = server.read(&mut answer).await else { return };
            answer.truncate(length);
            if client.write_all(&change(answer)).await.is_ok() {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            }
        }
    })
    .await
}

/// A relay that bears one connection at a time, and hangs up on others.
pub(crate) async fn one_at_a_time(to: u16) -> u16 {
    let free = Arc::new(Semaphore::new(1));
    double(move |mut client| {
        let free = Arc::clone(&free);
        async move {
            let Ok(_turn) = free.try_acquire() else { return };
            let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        }
    })
    .await
}

/// A relay that bears two new connections in so long a time, and hangs up on others.
pub(crate) async fn two_each(time: Duration, to: u16) -> u16 {
    let last_two = Arc::new(Mutex::new([None; 2]));
    double(move |mut client| {
        let last_two = Arc::clone(&last_two);
        async move {
            let is_borne = {
                let mut last_two = last_two.lock().unwrap();
                let is_borne = last_two[0].is_none_or(|begun: Instant| begun.elapsed() >= time);
                if is_borne {
                    *last_two = [last_two[1], Some(Instant::now())];
                }
                is_borne
            };
            if is_borne {
                let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            }
        }
    })
    .await
}

/// Where the session id of a ServerHello stands: its length, after the record's and the message's header, the version
/// and the random.
pub(crate) const SESSION_ID: usize = 5 + 4 + 2 + 32;

pub(crate) fn is_server_hello(bytes: &[u8]) -> bool {
    bytes.len() > SESSION_ID && bytes[0] == 22 && bytes[5] == 2
}

/// One that fills up the names of sessions with what stands behind them in memory, as Ticketbleed does: something else
/// each time.
pub(crate) async fn bleeding(to: u16) -> u16 {
    const LONGEST: u8 = 32;
    let answers = AtomicU8::new(0);
    let fill_up = move |mut answer: Vec<u8>| {
        let length = if is_server_hello(&answer) { answer[SESSION_ID] } else { LONGEST };
        if length > 0 && length < LONGEST {
            let end = SESSION_ID + 1 + usize::from(length);
            let more = LONGEST - length;
            answer.splice(end..end, vec![answers.fetch_add(1, Ordering::Relaxed); more.into()]);
            answer[SESSION_ID] = LONGEST;
            // Of the record and of the message.
            for low in [4, 8] {
                answer[low] += more;
            }
        }
        answer
    };
    relay(to, |_| true, fill_up).await
}
