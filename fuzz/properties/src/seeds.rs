use std::path::{Path, PathBuf};
use std::{fs, io};

/// One folder of seeds per target, named after it.
pub const SEEDS_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds");

/// Why seeds cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum SeedError {
    /// The folder or a file cannot be opened.
    Open(PathBuf, io::Error),
    /// A `.hex` file holds something else than hexadecimal digits, blanks and comments.
    NotHexadecimal(PathBuf),
}

/// The seeds of a target, by file name. `.hex` files are decoded; others count as they are.
pub fn seeds_of(target: &str) -> Result<Vec<(String, Vec<u8>)>, SeedError> {
    let folder = Path::new(SEEDS_FOLDER).join(target);
    let open = |error| SeedError::Open(folder.clone(), error);
    let mut seeds = Vec::new();
    for entry in fs::read_dir(&folder).map_err(open)? {
        let entry = entry.map_err(open)?;
        let bytes = fs::read(entry.path()).map_err(|error| SeedError::Open(entry.path(), error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let bytes = if entry.path().extension().is_some_and(|extension| extension == "hex") {
            decode_hex(&bytes).ok_or(SeedError::NotHexadecimal(entry.path()))?
        } else {
            bytes
        };
        seeds.push((name, bytes));
    }
    seeds.sort();
    Ok(seeds)
}

/// Bytes from pairs of hexadecimal digits; blanks count for nothing, nor what follows `#` on a line.
pub fn decode_hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let code = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let digits: Option<Vec<u32>> =
        code.flat_map(str::chars).filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16)).collect();
    digits?
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_around_comments() {
        assert_eq!(decode_hex(b"16 03 # a record\n0fFF"), Some(vec![0x16, 0x03, 0x0f, 0xff]));
        assert_eq!(decode_hex(b""), Some(Vec::new()));
        assert_eq!(decode_hex(b"1"), None);
        assert_eq!(decode_hex(b"xy"), None);
    }
}
