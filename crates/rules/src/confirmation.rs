use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::Text;

/// Whether something was read in the official text, or still has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Confirmation {
    /// Read in the text, or in a faithful copy of it.
    #[serde(rename = "confirme")]
    Confirmed,
    /// Known second-hand, or holding a figure that was not checked.
    #[serde(rename = "a_confirmer")]
    ToConfirm,
}

impl Confirmation {
    /// The words a reader sees.
    pub fn text(self) -> Text {
        match self {
            Self::Confirmed => Text::new("confirmé", "confirmed"),
            Self::ToConfirm => Text::new("à confirmer", "to be confirmed"),
        }
    }
}
