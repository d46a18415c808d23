use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use vigie_model::{DomainName, Host, Volume};

use crate::names::{NameServer, Reply};
use crate::pace::Pace;
use crate::permits::{Permit, Permits};
use crate::{Connection, Datagrams, Deadline, Grant, Intrusiveness, NetError, Scope};

/// The only way out of this process. Cheap to clone: every clone shares the same permits and counters.
#[derive(Debug, Clone)]
pub struct Door {
    shared: Arc<Shared>,
}

/// Politeness, with defaults that a small appliance bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorSettings {
    /// Connections open at once, over all; ways for datagrams count as connections here and below.
    pub connections: usize,
    /// Connections open at once to one address.
    pub connections_per_host: usize,
    /// New connections per second, over all.
    pub per_second: u32,
    /// New connections per second to one address.
    pub per_second_per_host: u32,
    /// Longest wait for a TCP handshake.
    pub connect_timeout: Duration,
    /// Longest wait for one DNS answer, retries not included.
    pub dns_timeout: Duration,
    /// Bytes one connection, or one way for datagrams, may receive.
    pub bytes_per_connection: usize,
}

impl Default for DoorSettings {
    fn default() -> Self {
        Self {
            connections: 64,
            connections_per_host: 4,
            per_second: 500,
            per_second_per_host: 20,
            connect_timeout: Duration::from_secs(3),
            dns_timeout: Duration::from_millis(1500),
            bytes_per_connection: 256 * 1024,
        }
    }
}

/// Questions under way at once at the name server: what resolvers bear from one client without dropping any.
const QUESTIONS_AT_ONCE: usize = 20;

#[derive(Debug)]
struct Shared {
    scope: Scope,
    settings: DoorSettings,
    name_server: NameServer,
    permits: Permits,
    questions: Semaphore,
    pace: Pace,
    cancel: CancellationToken,
    connections: AtomicU64,
    dns_queries: AtomicU64,
}

impl Door {
    /// Opens the door. The grant proves that the authorisation was checked; the name server is the
    /// one address outside the scope that vigie talks to, and only about names.
    pub fn open(
        _grant: &Grant,
        scope: Scope,
        name_server: SocketAddr,
        settings: DoorSettings,
        cancel: CancellationToken,
    ) -> Self {
        let permits = Permits::new(settings.connections, settings.connections_per_host);
        let pace = Pace::new(settings.per_second, settings.per_second_per_host);
        let name_server = NameServer::new(name_server, settings.dns_timeout);
        let shared = Shared {
            scope,
            settings,
            name_server,
            permits,
            questions: Semaphore::new(QUESTIONS_AT_ONCE),
            pace,
            cancel,
            connections: AtomicU64::new(0),
            dns_queries: AtomicU64::new(0),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What the facility allowed.
    pub fn scope(&self) -> &Scope {
        &self.shared.scope
    }

    /// How many connections may be open at once to one address.
    pub fn connections_per_host(&self) -> usize {
        self.shared.settings.connections_per_host
    }

    /// Work done so far.
    pub fn volume(&self) -> Volume {
        Volume {
            connections: self.shared.connections.load(Ordering::Relaxed),
            dns_queries: self.shared.dns_queries.load(Ordering::Relaxed),
        }
    }

    /// The token that stops everything behind this door.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.shared.cancel
    }

    /// Connects to an address that resolution gave, after checking it against the scope for a look
    /// of this intrusiveness, waiting for a permit and for this host's turn.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub async fn connect(
        &self,
        to: SocketAddr,
        look: Intrusiveness,
        deadline: Deadline,
    ) -> Result<Connection, NetError> {
        let permit = self.admit(to.ip(), look, deadline).await?;
        let connect_by = deadline.shortened(self.shared.settings.connect_timeout);
        let stream = self.until(connect_by, TcpStream::connect(to)).await??;
        // Small exchanges: waiting to fill a packet only adds round trips. Failing to say so is harmless.
        let _ = stream.set_nodelay(true);
        let cap = self.shared.settings.bytes_per_connection;
        Ok(Connection::new(stream, to, cap, deadline, self.shared.cancel.clone(), permit))
    }

    /// Opens a way for datagrams to an address, as carefully as [`Door::connect`] does: the first one is paced, and
    /// counts as a connection. Nothing is sent yet.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub async fn datagrams(
        &self,
        to: SocketAddr,
        look: Intrusiveness,
        deadline: Deadline,
    ) -> Result<Datagrams, NetError> {
        let permit = self.admit(to.ip(), look, deadline).await?;
        let any: SocketAddr = if to.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0; 16], 0).into() };
        let socket = UdpSocket::bind(any).await?;
        let cap = self.shared.settings.bytes_per_connection;
        Datagrams::open(socket, to, cap, deadline, self.shared.cancel.clone(), permit).await
    }

    /// Asks the name server one question, with EDNS and, when `dnssec`, the DO bit. CD is always set:
    /// vigie wants to see what a validating server would hide.
    pub async fn ask(
        &self,
        name: &DomainName,
        record: hickory_proto::rr::RecordType,
        dnssec: bool,
        deadline: Deadline,
    ) -> Result<Reply, NetError> {
        let mut name = hickory_proto::rr::Name::from_ascii(name.as_str()).map_err(|_| NetError::NameNotFound)?;
        name.set_fqdn(true);
        self.ask_wire_name(name, record, dnssec, deadline).await
    }

    /// [`Door::ask`] for a name that is already in wire form, the root included.
    pub async fn ask_wire_name(
        &self,
        name: hickory_proto::rr::Name,
        record: hickory_proto::rr::RecordType,
        dnssec: bool,
        deadline: Deadline,
    ) -> Result<Reply, NetError> {
        let count = || {
            self.shared.dns_queries.fetch_add(1, Ordering::Relaxed);
        };
        let closed = |_| NetError::Bug("the queue of questions was closed".to_owned());
        let _turn =
            self.until(deadline, self.shared.questions.acquire()).await.map_err(busy_when_late)?.map_err(closed)?;
        let work = self.shared.name_server.ask(name, record, dnssec, count);
        self.until(deadline, work).await?
    }

    /// Resolves a name to addresses, IPv4 first, in the order the server gave. An excluded name is not asked.
    pub async fn addresses(&self, name: &DomainName, deadline: Deadline) -> Result<Vec<IpAddr>, NetError> {
        use hickory_proto::rr::RecordType;
        if self.shared.scope.excludes_name(name) {
            return Err(NetError::ExcludedName(name.clone()));
        }
        let (v4, v6) = tokio::join!(
            self.ask(name, RecordType::A, false, deadline),
            self.ask(name, RecordType::AAAA, false, deadline)
        );
        let mut addresses = Vec::new();
        let mut failure = None;
        for reply in [v4, v6] {
            // A server that fails (SERVFAIL, REFUSED) says nothing about the name.
            match reply.and_then(|reply| reply.name_exists().map(|_| reply)) {
                Ok(reply) => addresses.extend(reply.addresses()),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            _ if !addresses.is_empty() => Ok(addresses),
            // One family failing while the other is merely empty is not proof of absence.
            Some(error) => Err(error),
            None => Err(NetError::NameNotFound),
        }
    }

    /// The first address of a host where the scope allows a look of this intrusiveness.
    pub async fn address(&self, host: &Host, look: Intrusiveness, deadline: Deadline) -> Result<IpAddr, NetError> {
        let addresses = match host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => self.addresses(name, deadline).await?,
        };
        let allowed = addresses.iter().copied().find(|address| self.shared.scope.allows(*address, look));
        match (allowed, addresses.first()) {
            (Some(address), _) => Ok(address),
            (None, Some(first)) => Err(NetError::OutOfScope(*first)),
            (None, None) => Err(NetError::NameNotFound),
        }
    }

    /// Checks the scope, then waits for a permit and for this host's turn.
    async fn admit(&self, to: IpAddr, look: Intrusiveness, deadline: Deadline) -> Result<Permit, NetError> {
        if !self.shared.scope.allows(to, look) {
            return Err(NetError::OutOfScope(to));
        }
        // Earlier looks at a slow peer used the time up: that is no lack of permits of ours.
        if deadline.remaining().is_zero() {
            return Err(NetError::Timeout);
        }
        // An IPv4-mapped address is the same machine: it shares its permits and its pace.
        let host = to.to_canonical();
        let permit = self.until(deadline, self.shared.permits.acquire(host)).await.map_err(busy_when_late)??;
        self.until(deadline, self.shared.pace.wait(host)).await.map_err(busy_when_late)?;
        self.shared.connections.fetch_add(1, Ordering::Relaxed);
        Ok(permit)
    }

    /// Runs work until the deadline or the end of the run, whichever comes first.
    fn until<T>(&self, deadline: Deadline, work: impl Future<Output = T>) -> impl Future<Output = Result<T, NetError>> {
        deadline.cap_unless(&self.shared.cancel, work)
    }
}

/// Waiting for our own permits until the deadline is our doing, not the peer's.
fn busy_when_late(error: NetError) -> NetError {
    if error == NetError::Timeout { NetError::Busy } else { error }
}
