//! One module a command: it reads its input, calls the library, writes the result.

pub(crate) mod demo;
pub(crate) mod init;
pub(crate) mod plan;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod scan;
pub(crate) mod tls;
