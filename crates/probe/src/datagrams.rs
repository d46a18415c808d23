use std::io;
use std::net::SocketAddr;

use tokio::net::UdpSocket;
use tokio_util::sync::CancellationToken;

use crate::permits::Permit;
use crate::{Deadline, NetError};

/// Longest datagram that UDP carries, in bytes.
const LONGEST_DATAGRAM_BYTES: usize = 65_507;
/// The header of a datagram (RFC 768): counted, so that empty ones have an end too.
const HEADER_BYTES: usize = 8;

/// Datagrams to and from one peer, through the door: they fail with [`NetError::TooMuch`] past their byte cap, with
/// [`NetError::Timeout`] past their deadline, and with [`NetError::Cancelled`] when the run stops.
///
/// What others send never comes through: the socket hears its peer alone. [`NetError::Refused`] means that the peer's
/// system said so (ICMP port unreachable, RFC 1122 section 4.1.3.1).
#[derive(Debug)]
pub struct Datagrams {
    socket: UdpSocket,
    cap: usize,
    received: usize,
    deadline: Deadline,
    cancel: CancellationToken,
    buffer: Vec<u8>,
    _permit: Permit,
}

impl Datagrams {
    pub(crate) async fn open(
        socket: UdpSocket,
        peer: SocketAddr,
        cap: usize,
        deadline: Deadline,
        cancel: CancellationToken,
        permit: Permit,
    ) -> Result<Self, NetError> {
        socket.connect(peer).await?;
        let buffer = vec![0; LONGEST_DATAGRAM_BYTES];
        Ok(Self { socket, cap, received: 0, deadline, cancel, buffer, _permit: permit })
    }

    /// Bytes received so far, eight of header a datagram.
    pub fn received(&self) -> usize {
        self.received
    }

    /// Sends one datagram.
    pub async fn send(&mut self, datagram: &[u8]) -> Result<(), NetError> {
        self.check_deadline()?;
        let sent = self.deadline.cap_unless(&self.cancel, self.socket.send(datagram)).await?;
        sent.map(drop).map_err(refused_by_reset)
    }

    /// The next datagram.
    pub async fn receive(&mut self) -> Result<Vec<u8>, NetError> {
        self.check_deadline()?;
        if self.received >= self.cap {
            return Err(NetError::TooMuch { cap: self.cap });
        }
        let came = self.deadline.cap_unless(&self.cancel, self.socket.recv(&mut self.buffer)).await?;
        let length = came.map_err(refused_by_reset)?;
        self.received = self.received.saturating_add(length).saturating_add(HEADER_BYTES);
        Ok(self.buffer.get(..length).unwrap_or_default().to_vec())
    }

    /// A peer that never pauses would otherwise be heard past the deadline.
    fn check_deadline(&self) -> Result<(), NetError> {
        if self.deadline.remaining().is_zero() { Err(NetError::Timeout) } else { Ok(()) }
    }
}

/// Windows tells of an ICMP refusal as of a reset: datagrams know no other.
fn refused_by_reset(error: io::Error) -> NetError {
    if error.kind() == io::ErrorKind::ConnectionReset { NetError::Refused } else { error.into() }
}
