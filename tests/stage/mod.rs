//! The stage of the end-to-end tests: the real binary, real servers, facility folders, stored runs.
//!
//! Nothing outlives a test: each program runs in its own process group, which ends with its guard,
//! and receives a signal from the kernel should the test's thread die without dropping it.

#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod folder;
mod program;
mod seen;
mod vigie;

pub(crate) use folder::{Folder, day};
pub(crate) use program::{Program, Server, free_port, output_of, wait_for_port};
pub(crate) use seen::Seen;
pub(crate) use vigie::{Ended, Started, Vigie};
