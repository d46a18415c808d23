//! The probe contract and the one door to the network.
//!
//! A probe never opens a socket: it asks the [`Door`], which checks the address against the
//! [`Scope`] after resolution, waits for a permit and for its turn, and gives back a
//! [`Connection`], or [`Datagrams`], that cannot read past its byte cap or live past its deadline. What goes wrong
//! is a [`NetError`], and each of them is one [`Reason`](vigie_model::Reason).
//!
//! No door opens without a [`Grant`]: proof that the facility's authorisation was checked.

mod authorization;
mod connection;
mod context;
mod datagrams;
mod deadline;
mod door;
mod error;
mod names;
mod pace;
mod permits;
mod probe;
mod scope;

pub use authorization::{Authorization, AuthorizationProblem, Grant};
pub use connection::Connection;
pub use context::{ProbeContext, Stopwatch};
pub use datagrams::Datagrams;
pub use deadline::Deadline;
pub use door::{Door, DoorSettings};
pub use error::NetError;
pub use names::{NameServer, Reply, decode_reply};
pub use probe::{DomainTarget, EndpointTarget, Intrusiveness, Probe, ProbeMeta, Registry, RegistryBuilder, Target};
pub use scope::{Permission, Scope};
