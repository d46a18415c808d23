//! Plans for unit tests.

use vigie_source::SourceFile;

use crate::Plan;

/// A plan from its lists; the header is added.
pub(crate) fn plan(lists: &str) -> Plan {
    let text = format!("plan: {{id: pcra, title: Plan d’essai}}\n{lists}\n");
    Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}
