use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language vigie speaks. French comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The French sentence.
    pub fr: String,
    /// The English sentence.
    pub en: String,
}

impl Text {
    /// Pairs a French and an English sentence.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }

    /// The same words in both languages: names, identifiers, quotes.
    pub fn same(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { fr: words.clone(), en: words }
    }

    /// Whether it says nothing, in either language.
    pub fn is_empty(&self) -> bool {
        self.fr.is_empty() && self.en.is_empty()
    }

    /// The sentence in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }

    /// Applies one change to both sentences, telling it which language it holds.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(Lang, &str) -> String) -> Self {
        Self { fr: change(Lang::Fr, &self.fr), en: change(Lang::En, &self.en) }
    }
}
