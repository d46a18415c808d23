use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes or words kept as proof of an observation, capped so that a hostile peer cannot fill a report.
///
/// The text is kept as it came, control characters included: each view neutralises what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What this is, in a few words (`banner`, `ServerHello`, `fichier plan.yaml:12`).
    pub label: String,
    /// UTF-8 text as it came, or lower-case hexadecimal when `hex` is true.
    pub content: String,
    /// Whether `content` is hexadecimal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hex: bool,
    /// Whether bytes were cut off at [`Evidence::MAX_BYTES`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

impl Evidence {
    /// Cap on the bytes kept of one piece of evidence: enough for any banner or hello.
    pub const MAX_BYTES: usize = 512;

    /// Keeps bytes from the wire: as text when they are UTF-8, else in hexadecimal.
    pub fn bytes(label: impl Into<String>, bytes: &[u8]) -> Self {
        let kept = bytes.get(..Self::MAX_BYTES).unwrap_or(bytes);
        let truncated = kept.len() < bytes.len();
        match std::str::from_utf8(kept) {
            Ok(text) => Self { label: label.into(), content: text.to_owned(), hex: false, truncated },
            Err(_) => Self { label: label.into(), content: hexadecimal(kept), hex: true, truncated },
        }
    }

    /// Keeps words: a quote, a record, a file position.
    pub fn text(label: impl Into<String>, text: &str) -> Self {
        let mut end = text.len().min(Self::MAX_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let (kept, rest) = text.split_at(end);
        Self { label: label.into(), content: kept.to_owned(), hex: false, truncated: !rest.is_empty() }
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|nibble| char::from_digit(nibble.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_text_hex_and_says_when_it_cut() {
        assert_eq!(Evidence::bytes("b", b"SSH-2.0").content, "SSH-2.0");
        let raw = Evidence::bytes("b", &[0xff, 0x00]);
        assert_eq!((raw.content.as_str(), raw.hex), ("ff00", true));
        let long = Evidence::text("t", &"é".repeat(400));
        assert!(long.truncated && long.content.len() <= Evidence::MAX_BYTES);
    }
}
