//! What can still be read: the plan, the directory, keys, install media.

use super::Aftermath;
use super::outcome::{CopyAfter, Readable};
use crate::entities::CopyOf;
use crate::logic::any_of;

/// What a crisis needs to read.
const KINDS: [CopyOf; 4] = [CopyOf::Plan, CopyOf::Directory, CopyOf::Keys, CopyOf::InstallMedia];

/// Every copy of the plan.
pub(super) fn copies(aftermath: &Aftermath<'_>) -> Vec<CopyAfter> {
    let copies = aftermath.plan.copies.values();
    copies
        .map(|copy| CopyAfter {
            id: copy.id.to_string(),
            of: copy.of,
            medium: copy.medium.known().copied(),
            place: copy.place.known().cloned(),
            refreshed_on: copy.refreshed_on.known().copied(),
            readable: aftermath.loss.can_read(copy, aftermath.scenario),
            carried_by: copy.carried_by.as_ref().map(|id| aftermath.system_name(id)),
        })
        .collect()
}

/// Of each kind, whether one copy at least can be read.
pub(super) fn readable(aftermath: &Aftermath<'_>) -> Vec<Readable> {
    let copies = &aftermath.plan.copies;
    let somewhere = |of: CopyOf| {
        let each = copies.values().filter(|copy| copy.of == of);
        any_of(each.map(|copy| aftermath.loss.can_read(copy, aftermath.scenario)))
            .filter(|readable| *readable || copies.is_stated())
    };
    KINDS.into_iter().map(|of| Readable { of, somewhere: somewhere(of) }).collect()
}
