//! Every property over its seeds and over a few thousand fixed mutations of them: the search that fits
//! a stable toolchain and no time at all. With time, `VIGIE_MUTATIONS=1000000` tries that many on each target.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use vigie_fuzz_properties::{SEEDS_FOLDER, TARGETS, Target, seeds_of};

/// Mutations tried on each target: as many as some bytes allow, since large seeds take longer to read.
const MUTATIONS: std::ops::RangeInclusive<usize> = 300..=3000;
const MUTATED_BYTES: usize = 1_000_000;
/// Most changes in one mutation.
const MOST_CHANGES: u64 = 4;

/// Marsaglia's xorshift64: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `sides`, 0 when there is none.
    fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[7]
    }
}

/// One mutation: bytes bent, left out, repeated, cut off, or taken from another seed.
fn mutated(seeds: &[(String, Vec<u8>)], dice: &mut Dice) -> Vec<u8> {
    const TELLING: &[u8] = b"\x00\xff\x80\x7f\n\r\t ;:=,.-/\"'{}[]()<>%@#&*!|~09azAZ";
    let mut bytes = seeds[dice.below(seeds.len())].1.clone();
    for _ in 0..=dice.next() % MOST_CHANGES {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(12)).min(bytes.len());
        match dice.next() % 7 {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.byte(),
            2 => bytes.insert(at, TELLING[dice.below(TELLING.len())]),
            3 if at < end => drop(bytes.drain(at..end)),
            4 if at < end => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => bytes.truncate(at),
            _ => {
                let other = &seeds[dice.below(seeds.len())].1;
                let from = dice.below(other.len() + 1);
                let to = (from + 1 + dice.below(40)).min(other.len());
                bytes.splice(at..at, other[from.min(to)..to].iter().copied());
            }
        }
    }
    bytes
}

/// Runs a property; a failure tells the bytes, in the form of a seed.
fn play(target: &Target, name: &str, bytes: &[u8]) {
    if std::panic::catch_unwind(|| (target.check)(bytes)).is_err() {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        panic!(
            "{} does not hold of {name}: {:?}\nas a seed: {}",
            target.name,
            String::from_utf8_lossy(bytes),
            hex.join(" ")
        );
    }
}

/// The targets of one crate; each crate is a test of its own, so that they run side by side.
fn smoke(module: &str) {
    let targets: Vec<_> = TARGETS.iter().filter(|target| target.path.split("::").next() == Some(module)).collect();
    assert!(!targets.is_empty());
    for target in targets {
        let seeds = seeds_of(target.name).unwrap();
        assert!(!seeds.is_empty(), "{} has no seed", target.name);
        play(target, "no byte at all", &[]);
        for (name, bytes) in &seeds {
            play(target, name, bytes);
        }
        let mut dice = Dice(0x7669_6769_6500_0001);
        let mean = seeds.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() / seeds.len();
        let usual = (MUTATED_BYTES / mean.max(1)).clamp(*MUTATIONS.start(), *MUTATIONS.end());
        let asked = std::env::var("VIGIE_MUTATIONS").ok().and_then(|number| number.parse().ok());
        let rounds = asked.unwrap_or(usual);
        for round in 0..rounds {
            let bytes = mutated(&seeds, &mut dice);
            play(target, &format!("mutation {round}"), &bytes);
        }
    }
}

macro_rules! smoke {
    ($($module:ident),* $(,)?) => {
        $(#[test]
        fn $module() {
            smoke(stringify!($module));
        })*

        #[test]
        fn every_target_is_played() {
            let played = [$(stringify!($module)),*];
            for target in TARGETS {
                assert!(played.contains(&target.path.split("::").next().unwrap()), "{}", target.name);
            }
        }
    };
}

smoke![model, source, rules, plan, workbook, documents, reading, probe, probe_tls, probe_dns, probe_services, scan];

#[test]
fn targets_seeds_and_cargo_fuzz_agree() {
    let fuzz = Path::new(SEEDS_FOLDER).parent().unwrap();
    let named: BTreeSet<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    let files = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz.join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(files("seeds"), named, "one folder of seeds per target");
    assert_eq!(files("fuzz_targets"), named, "one file in fuzz_targets per target");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for target in TARGETS {
        let wrapper = fs::read_to_string(fuzz.join(format!("fuzz_targets/{}.rs", target.name))).unwrap();
        assert!(wrapper.contains(&format!("vigie_fuzz_properties::{}(data)", target.path)), "{}", target.name);
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)), "{} has no [[bin]]", target.name);
    }
}
