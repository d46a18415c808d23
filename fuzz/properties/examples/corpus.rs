//! Writes the seeds, decoded, where cargo-fuzz looks for its corpus: `fuzz/corpus/TARGET/`.

use std::error::Error;
use std::fs;
use std::path::Path;

use vigie_fuzz_properties::{SEEDS_FOLDER, TARGETS, seeds_of};

fn main() -> Result<(), Box<dyn Error>> {
    for target in TARGETS {
        let folder = Path::new(SEEDS_FOLDER).join("../corpus").join(target.name);
        fs::create_dir_all(&folder)?;
        for (name, bytes) in seeds_of(target.name).map_err(|error| format!("{error:?}"))? {
            fs::write(folder.join(name), bytes)?;
        }
    }
    Ok(())
}
