//! Durations as people write them, ids, and the files of a plan.

use jiff::Timestamp;
use vigie_plan::kit::parse_print_hash;
use vigie_plan::{Duration, Id, Plan, PublicAddress, observe, parse_duration};
use vigie_source::SourceFile;

use crate::claims::{problems_hold, reads_back};

/// A duration is at most a century, keeps its words, and its words mean the same again; so do the other words of
/// a plan.
pub fn duration(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(duration) = parse_duration(&text) {
        assert!(duration.minutes() <= Duration::MAX_MINUTES);
        assert_eq!(duration.text(), text.trim());
        assert_eq!(
            parse_duration(&text.to_uppercase()).map_or(duration.minutes(), |d| d.minutes()),
            duration.minutes()
        );
    }
    reads_back::<Duration>(&text);
    reads_back::<Id>(&text);
    reads_back::<PublicAddress>(&text);
    if let Ok(hash) = parse_print_hash(&text) {
        assert_eq!(parse_print_hash(&String::from(hash.clone())), Ok(hash), "a hash reads back as it is written");
    }
}

/// A plan that loads gives the same facts each time, each about something of its own; anything else has
/// problems. Two files are parted by a line of `%%%`.
pub fn files(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let parts = text.split("\n%%%\n").enumerate();
    let files: Vec<_> = parts.map(|(index, part)| SourceFile::new(format!("plan/{index}.yaml"), part)).collect();
    match Plan::load(&files) {
        Ok(plan) => {
            let seen = observe(&plan, Timestamp::UNIX_EPOCH);
            assert_eq!(seen, observe(&plan, Timestamp::UNIX_EPOCH));
            let mut subjects: Vec<_> =
                seen.iter().map(|observation| (&observation.subject, &observation.kind)).collect();
            subjects.sort();
            subjects.dedup();
            assert_eq!(subjects.len(), seen.len(), "two observations of one thing");
        }
        Err(problems) => problems_hold(&problems),
    }
}
