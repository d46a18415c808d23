//! What TLS records travel in: a connection, or the packets of a protocol that wraps them.
//!
//! SQL Server wraps the records of a handshake in packets of its own (MS-TDS section 3.2.5.2); once the handshake is over,
//! records go bare. Which of the two a server sends shows in its first byte.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use vigie_probe::{Connection, NetError};

use crate::endpoint::places::Held;
use crate::starttls::tds::{self, HEADER_BYTES};

/// Bytes asked of the connection at a time: a server's first flight fits.
const CHUNK_BYTES: usize = 4096;

/// The way to a server's TLS.
pub(crate) struct Channel {
    connection: Connection,
    packets: Option<Packets>,
    /// Given back with the connection.
    _held: Held,
}

/// The state of wrapping.
#[derive(Debug, Default)]
struct Packets {
    /// The header of the packet that is being read, as far as it came.
    header: Vec<u8>,
    /// Bytes of its content still to come.
    left: usize,
    /// Whether what we send goes bare from now on.
    sends_bare: bool,
    /// Whether what the server sends came bare: it does not go back.
    came_bare: bool,
    /// What waits to be written, its header included.
    waiting: Vec<u8>,
}

impl Channel {
    /// Records on the connection itself.
    pub(crate) fn bare(connection: Connection, held: Held) -> Self {
        Self { connection, packets: None, _held: held }
    }

    /// Records in packets of TDS, until the handshake is over.
    pub(crate) fn in_tds_packets(connection: Connection, held: Held) -> Self {
        Self { connection, packets: Some(Packets::default()), _held: held }
    }

    /// Sends bare records from now on, where they were wrapped: the handshake is over.
    pub(crate) fn handshake_is_over(&mut self) {
        if let Some(packets) = &mut self.packets {
            packets.sends_bare = true;
        }
    }

    /// Sends everything.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<(), NetError> {
        self.write_all(bytes).await?;
        Ok(self.flush().await?)
    }

    /// Appends what the server sends next; returns how many bytes came, 0 when it closed.
    pub(crate) async fn receive(&mut self, to: &mut Vec<u8>) -> Result<usize, NetError> {
        to.reserve(CHUNK_BYTES);
        Ok(self.read_buf(to).await?)
    }

    /// Ends the connection with a reset: small stacks then forget it at once.
    pub(crate) fn abort(self) {
        self.connection.abort();
    }

    /// Has the connection end with a reset, whenever it is dropped.
    pub(crate) fn reset_when_dropped(&self) {
        self.connection.reset_when_dropped();
    }
}

impl AsyncRead for Channel {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let Self { connection, packets, .. } = &mut *self;
        match packets {
            Some(packets) if !packets.came_bare => packets.poll_read(connection, cx, buf),
            _ => Pin::new(connection).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Channel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { connection, packets, .. } = &mut *self;
        let Some(packets) = packets else { return Pin::new(connection).poll_write(cx, bytes) };
        ready!(packets.poll_flush(connection, cx))?;
        if packets.sends_bare {
            return Pin::new(connection).poll_write(cx, bytes);
        }
        let content = bytes.get(..tds::MAX_CONTENT_BYTES).unwrap_or(bytes);
        packets.waiting = tds::packet(tds::PRELOGIN, content);
        Poll::Ready(Ok(content.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { connection, packets, .. } = &mut *self;
        if let Some(packets) = packets {
            ready!(packets.poll_flush(connection, cx))?;
        }
        Pin::new(connection).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.connection).poll_shutdown(cx)
    }
}

impl Packets {
    fn poll_read(
        &mut self,
        connection: &mut Connection,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.left == 0 {
            // One byte tells whether there is a header at all.
            let wanted = if self.header.is_empty() { 1 } else { HEADER_BYTES.saturating_sub(self.header.len()) };
            let mut bytes = [0; HEADER_BYTES];
            let mut part = ReadBuf::new(bytes.get_mut(..wanted).unwrap_or_default());
            ready!(Pin::new(&mut *connection).poll_read(cx, &mut part))?;
            match part.filled() {
                [] => return Poll::Ready(Ok(())),
                [first] if self.header.is_empty() && tds::begins_record(*first) => {
                    self.came_bare = true;
                    buf.put_slice(&[*first]);
                    return Poll::Ready(Ok(()));
                }
                came => self.header.extend_from_slice(came),
            }
            if self.header.len() == HEADER_BYTES {
                self.left = tds::content_length(&self.header).ok_or(NetError::Malformed("TDS packet"))?;
                self.header.clear();
            }
        }
        let room = buf.remaining().min(self.left);
        let mut content = ReadBuf::new(buf.initialize_unfilled_to(room));
        ready!(Pin::new(connection).poll_read(cx, &mut content))?;
        let came = content.filled().len();
        buf.advance(came);
        self.left = self.left.saturating_sub(came);
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, connection: &mut Connection, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            let sent = ready!(Pin::new(&mut *connection).poll_write(cx, &self.waiting))?;
            if sent == 0 {
                return Poll::Ready(Err(NetError::Closed.into()));
            }
            self.waiting.drain(..sent);
        }
        Poll::Ready(Ok(()))
    }
}
