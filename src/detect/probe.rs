//! Single steps of a scan, for tests that compare them with an oracle. No frame carries them.

use super::evidence::judge;
use super::tables::tables;
use super::verify::{literal_bytes, longest};
use super::words::Words;

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
        .filter_map(|program| longest(text, start, program))
        .max()
}

/// Whether a match would be reported, were nothing else there.
pub fn is_key(text: &[u8], start: usize, end: usize, detector: u16) -> bool {
    programs(detector)
        .filter(|&program| longest(text, start, program) == Some(end))
        .any(|program| {
            judge(
                tables(),
                text,
                start,
                end,
                detector,
                literal_bytes(program),
                &mut Words::new(),
            )
            .is_some()
        })
}
