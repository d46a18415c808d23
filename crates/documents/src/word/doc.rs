use crate::Limits;
use crate::detect::Ole;
use crate::fault::Fault;
use crate::read::Findings;
pub(crate) fn read(_bytes: &[u8], _ole: &Ole<'_>, _limits: &Limits) -> Result<Findings, Fault> {
    Err(Fault::Panicked)
}
