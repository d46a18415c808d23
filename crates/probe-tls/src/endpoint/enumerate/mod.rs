//! What an endpoint accepts, found by elimination: each answer names one choice, which the next hello leaves out, and
//! a refusal closes the list. No list of `n` accepted things can be proved with fewer than `n + 1` questions; but one
//! hello asks about several lists together, as long as none of them is known to be at its end.

mod groups;
mod order;
mod suites;
mod tls13;

pub(crate) use groups::{
    GroupsAndSchemes, Listed, groups_and_schemes, is_signed_by_ecdsa, scheme_of, schemes, takes_any_group,
};
pub(crate) use suites::{AtLength, Firsts, SuitesSeen, first_of, suites};
pub(crate) use tls13::ListsOfTls13;
