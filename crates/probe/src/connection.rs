use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use crate::permits::Permit;
use crate::{Deadline, NetError};

/// Bytes asked of the system at a time: a server's first flight fits.
const CHUNK_BYTES: usize = 4096;

/// One TCP connection that the door opened: it fails with [`NetError::TooMuch`] past its byte cap, with
/// [`NetError::Timeout`] past its deadline, and with [`NetError::Cancelled`] when the run stops.
///
/// It is an [`AsyncRead`] and [`AsyncWrite`], so TLS and HTTP libraries work over it; the errors
/// come back through [`NetError::from`].
pub struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    cap: usize,
    received: usize,
    deadline: Deadline,
    cancel: CancellationToken,
    /// Ready when the connection must end, with the reason.
    end: Pin<Box<dyn Future<Output = NetError> + Send + Sync>>,
    _permit: Permit,
}

impl Connection {
    pub(crate) fn new(
        stream: TcpStream,
        peer: SocketAddr,
        cap: usize,
        deadline: Deadline,
        cancel: CancellationToken,
        permit: Permit,
    ) -> Self {
        Self {
            stream,
            peer,
            cap,
            received: 0,
            deadline,
            cancel: cancel.clone(),
            end: Box::pin(end(deadline, cancel)),
            _permit: permit,
        }
    }

    /// The same, receiving this many bytes at the most: for a file that is known to be long.
    #[must_use]
    pub fn with_cap(self, bytes: usize) -> Self {
        Self { cap: bytes, ..self }
    }

    /// Who is at the other end.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Bytes received so far.
    pub fn received(&self) -> usize {
        self.received
    }

    /// Sends everything.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), NetError> {
        self.write_all(bytes).await?;
        self.flush().await?;
        Ok(())
    }

    /// Appends what the peer sends next to `to`; returns how many bytes came, 0 when it closed.
    pub async fn receive(&mut self, to: &mut Vec<u8>) -> Result<usize, NetError> {
        // A vector has room for 64 bytes of its own accord: each would be a call of the system.
        to.reserve(CHUNK_BYTES);
        Ok(self.read_buf(to).await?)
    }

    /// Reads one line, its end included, of at most `longest` bytes.
    pub async fn receive_line(&mut self, longest: usize) -> Result<Vec<u8>, NetError> {
        let mut line = Vec::new();
        // Byte by byte, so that nothing after the line is swallowed: TLS may begin right there.
        while line.len() < longest {
            let byte = self.read_u8().await?;
            line.push(byte);
            if byte == b'\n' {
                return Ok(line);
            }
        }
        Err(NetError::Malformed("line too long"))
    }

    /// Ends the connection with a reset: small stacks then forget it at once.
    pub fn abort(self) {
        self.reset_when_dropped();
    }

    /// Has the connection end with a reset, whenever it is dropped.
    pub fn reset_when_dropped(&self) {
        // If the option cannot be set, the ordinary close of the drop is good enough.
        let _ = self.stream.set_zero_linger();
    }

    /// Does what `poll` does, unless the deadline passed or the run was stopped; where it must wait, the task wakes up
    /// when either comes.
    fn poll_within_limits<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut TcpStream, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.cancel.is_cancelled() {
            return Poll::Ready(Err(NetError::Cancelled.into()));
        }
        if self.deadline.remaining().is_zero() {
            return Poll::Ready(Err(NetError::Timeout.into()));
        }
        match poll(&mut self.stream, cx) {
            // Only now: what is there at once needs no timer.
            Poll::Pending => self.end.as_mut().poll(cx).map(|reason| Err(reason.into())),
            Poll::Ready(done) => Poll::Ready(done),
        }
    }
}

async fn end(deadline: Deadline, cancel: CancellationToken) -> NetError {
    tokio::select! {
        biased;
        () = cancel.cancelled() => NetError::Cancelled,
        () = sleep_until(deadline.instant()) => NetError::Timeout,
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let cap = self.cap;
        let room = cap.saturating_sub(self.received);
        let before = buf.filled().len();
        ready!(self.poll_within_limits(cx, |stream, cx| {
            if room == 0 {
                return Poll::Ready(Err(NetError::TooMuch { cap }.into()));
            }
            if buf.remaining() <= room {
                return Pin::new(stream).poll_read(cx, buf);
            }
            // Only near the cap, since what is lent in part must be cleared first.
            let mut within_cap = ReadBuf::new(buf.initialize_unfilled_to(room));
            ready!(Pin::new(stream).poll_read(cx, &mut within_cap))?;
            let came = within_cap.filled().len();
            buf.advance(came);
            Poll::Ready(Ok(()))
        }))?;
        let came = buf.filled().len().saturating_sub(before);
        self.received = self.received.saturating_add(came);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_within_limits(cx, |stream, cx| Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_within_limits(cx, |stream, cx| Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_within_limits(cx, |stream, cx| Pin::new(stream).poll_shutdown(cx))
    }
}
