//! The period for which an authority's word on revocations holds.

use jiff::{SignedDuration, Timestamp};

/// How far ahead of ours an authority's clock may be. What it signs while we look is not from the future either.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Whether a word of a date, and of another by which it is renewed, is of now.
pub(super) fn is_current(this_update: Timestamp, next_update: Option<Timestamp>, at: Timestamp) -> bool {
    this_update.duration_since(at) <= SKEW && next_update.is_none_or(|next| at <= next)
}
