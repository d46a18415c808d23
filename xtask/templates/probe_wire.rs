//! The first line of a @name@ server.

/// Reads the first line: `None` when it is empty, or is not text.
pub fn decode_greeting(line: &[u8]) -> Option<String> {
    let text = str::from_utf8(line).ok()?.trim_end_matches(['\r', '\n']);
    (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_text_is_a_greeting() {
        assert_eq!(decode_greeting(b"220 ready\r\n").as_deref(), Some("220 ready"));
        assert_eq!(decode_greeting(b"\r\n"), None);
        assert_eq!(decode_greeting(b"\xff\xfe\n"), None);
        assert_eq!(decode_greeting(b"a\x1b[2Jb\n"), None);
    }
}
