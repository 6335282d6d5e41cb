//! The detectors as constant tables, lowered by `build.rs`, and the few ways to look into them.

use crate::detect::lists;

/// A detector's numbers.
pub struct Detector {
    /// Where its texts begin in `TEXTS`: id, variable, other providers.
    pub text: u32,
    /// Index into `PROVIDERS`.
    pub provider: u16,
    /// Index of its first name in `NAMES`.
    pub first_name: u16,
    /// How many names it has.
    pub names: u8,
    /// Index into [`lists::KINDS`].
    pub kind: u8,
    /// 1 possible, 2 probable, 3 certain.
    pub severity: u8,
    /// Index into the checks of `checksum.rs`.
    pub checksum: u8,
    /// Which verifier written by hand goes on behind the program.
    pub verify: u8,
    /// Least entropy of the secret part in sixteenths of a bit per character.
    pub entropy: u8,
    /// 1: test mode; 2: names are a hint and not required.
    pub flags: u8,
    /// How many bytes of its pattern are fixed.
    pub literals: u8,
    /// How many bits its pattern says about a text, an eighth of them.
    pub information: u8,
}

/// A pattern without a literal.
pub struct Shape {
    /// Index of its alternative.
    pub alternative: u16,
    /// The least bytes of its first class.
    pub min: u16,
    /// The bytes that it begins with; the one before a match may not be of them.
    pub first: u8,
    /// The bytes that it ends with; the one behind a match may not be of them.
    pub last: u8,
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Keys of test modes are one severity lower.
pub const TEST_MODE: u8 = 1;
/// The names tell providers apart and are not required.
pub const HINT: u8 = 2;

/// Whether the byte is in the class.
#[inline(always)]
pub fn class_contains(class: u8, byte: u8) -> bool {
    let word = usize::from(class) * 8 + usize::from(byte >> 5);
    CLASSES
        .get(word)
        .is_some_and(|word| word >> (byte & 31) & 1 == 1)
}

/// The detector, or nothing for a number that is none.
pub fn detector(number: u16) -> Option<&'static Detector> {
    DETECTORS.get(usize::from(number))
}

/// The text at `field` (0 id, 1 variable, 2 other providers) of a detector.
pub fn detector_text(number: u16, field: usize) -> &'static str {
    detector(number).map_or("", |detector| text(TEXTS, detector.text, field))
}

/// What is read outside frames only, at `field` (0 what a finder can do, 1 where to revoke).
#[cfg(feature = "std")]
pub fn explanation(number: u16, field: usize) -> &'static str {
    let start = EXPLANATION_OF.get(usize::from(number) * 2 + field);
    start.map_or("", |&start| text(EXPLANATIONS, start, 0))
}

/// Nothing: the texts that only other places show are not in a frame's scanner.
#[cfg(not(feature = "std"))]
pub fn explanation(_: u16, _: usize) -> &'static str {
    ""
}

/// The text at `field` (0 name, 1 homes) of a detector's provider.
pub fn provider_text(number: u16, field: usize) -> &'static str {
    let provider =
        detector(number).and_then(|detector| PROVIDERS.get(usize::from(detector.provider)));
    provider.map_or("", |&start| text(TEXTS, start, field))
}

/// The name and the homes of every provider.
pub fn providers() -> impl Iterator<Item = (&'static str, &'static str)> {
    PROVIDERS
        .iter()
        .map(|&start| (text(TEXTS, start, 0), text(TEXTS, start, 1)))
}

/// The words that a person reads for the kind of a detector.
pub fn kind_words(number: u16) -> &'static str {
    detector(number)
        .and_then(|detector| lists::KINDS.get(usize::from(detector.kind)))
        .map_or("", |kind| kind.1)
}

/// The machine's name for the kind of a detector.
pub fn kind(number: u16) -> &'static str {
    detector(number)
        .and_then(|detector| lists::KINDS.get(usize::from(detector.kind)))
        .map_or("", |kind| kind.0)
}

fn text(texts: &'static str, start: u32, field: usize) -> &'static str {
    let rest = texts.get(start as usize..).unwrap_or("");
    rest.split('\0').nth(field).unwrap_or("")
}
