//! Single steps of a scan, for tests that compare them with an oracle. No frame carries them.

use super::evidence::{Evidence, Match, judge};
use super::tables::tables;
use super::verify::{Sets, literal_bytes, longest};

/// The programs of a detector.
fn programs(detector: u16) -> impl Iterator<Item = usize> {
    tables()
        .alternatives
        .iter()
        .filter(move |alternative| alternative.detector == detector)
        .map(|alternative| usize::from(alternative.program))
}

/// The end of the longest match of the detector's pattern at `start` that ends where a key may end.
pub fn matches_at(text: &[u8], start: usize, detector: u16) -> Option<usize> {
    programs(detector)
        .filter_map(|program| longest(text, start, program, &mut Sets::new()))
        .max()
}

/// Whether a match would be reported, were nothing else there.
pub fn is_key(text: &[u8], start: usize, end: usize, detector: u16) -> bool {
    programs(detector)
        .filter(|&program| longest(text, start, program, &mut Sets::new()) == Some(end))
        .any(|program| {
            let found = Match {
                start,
                end,
                detector,
                literal: literal_bytes(program),
            };
            judge(tables(), text, found, &mut Evidence::new()).is_some()
        })
}
