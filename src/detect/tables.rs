//! The detectors as tables, and the few ways to look into them.
//!
//! `build.rs` lowers the detectors to a *catalogue*, a string of bytes that is as short as it can be, since every frame
//! of every page carries it. [`Tables::load`] unfolds it once, at the first use, into what a scan looks things up in.

use crate::detect::hash::{BUCKET_BITS, FILTER_BITS, hash};
#[cfg(feature = "std")]
use crate::detect::lists;
use crate::detect::verify::{self, First, Step};

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Keys of test modes are one severity lower.
pub const TEST_MODE: u8 = 1;
/// The names tell providers apart and are not required.
pub const HINT: u8 = 2;

/// The kind of anchor that a pattern without a literal has.
const ANCHOR_SHAPE: u8 = 4;
/// The kind of anchor that an address has.
const ANCHOR_SCHEME: u8 = 3;
/// The longest word, as in `emit.rs`.
const LONGEST_WORD: u16 = 40;
/// Bits of an alternative's first byte in the catalogue, above its anchor.
const HAS_LEAD: u8 = 8;
const HAS_KEYS: u8 = 16;
const HAS_PROGRAM: u8 = 32;
/// The kind that words are hashed with.
pub const WORD: u8 = 7;
/// How many buckets words have.
const WORD_BUCKETS: usize = 256;
/// The longest run that shapes are told apart by.
pub const SHAPE_RUN_MAX: usize = 255;
/// The bits of a hash that pick its bucket.
const BUCKETS: usize = (1 << BUCKET_BITS) - 1;
/// A shape's least length of the run where it has none.
const MIXED: u16 = u16::MAX;

/// A detector's numbers.
#[derive(Clone, Copy)]
pub struct Detector {
    /// Place of its provider in the list of providers.
    pub provider: u16,
    /// Index of its first name in `Tables::names`.
    pub first_name: u16,
    /// How many bits its pattern says about a text, an eighth of them.
    pub information: u16,
    /// How many bytes of its pattern are fixed.
    pub literals: u16,
    /// How many names it has.
    pub names: u8,
    /// 1 possible, 2 probable, 3 certain.
    pub severity: u8,
    /// Index into the checks of `checksum.rs`.
    pub checksum: u8,
    /// Which verifier written by hand goes on behind the program.
    pub verify: u8,
    /// Least entropy of the secret part in sixteenths of a bit per character.
    pub entropy: u8,
    /// `TEST_MODE`, `HINT`.
    pub flags: u8,
}

/// One way in which a detector's pattern can match.
#[derive(Clone, Copy)]
pub struct Alternative {
    /// Its detector.
    pub detector: u16,
    /// Where its program begins in `PROGRAMS`.
    pub program: u16,
    /// Which place of a match the literal is at.
    pub anchor: u8,
    /// How far left of the anchor a match begins, at least.
    pub lead_min: u8,
    /// The same, at most.
    pub lead_max: u8,
}

/// A pattern without a literal.
#[derive(Clone, Copy)]
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

/// The catalogue, unfolded.
pub struct Tables {
    loaded: bool,
    pub(super) detectors: [Detector; DETECTORS],
    pub(super) alternatives: [Alternative; ALTERNATIVES],
    /// Where the entries of a bucket of keys of three bytes begin.
    pub(super) buckets: [u16; (1 << BUCKET_BITS) + 1],
    pub(super) bucket_alternatives: [u16; KEYS],
    /// A bit for each hash of a key: most texts have none.
    pub(super) filter: [u8; 1 << (FILTER_BITS - 3)],
    pub(super) shapes: [Shape; SHAPES],
    /// Where the shapes of a length of run begin in `shape_of_length`.
    pub(super) shapes_of_length: [u16; SHAPE_RUN_MAX + 2],
    pub(super) shape_of_length: [u16; SHAPE_LENGTHS],
    pub(super) mixed_shapes: [u16; MIXED_SHAPES],
    /// The words that names of detectors are made of, and where each begins.
    word_text: [u8; WORD_BYTES],
    word_starts: [u16; WORDS + 1],
    pub(super) word_buckets: [u16; WORD_BUCKETS + 1],
    pub(super) word_bucket_words: [u16; WORDS],
    pub(super) word_filter: [u8; 1 << (FILTER_BITS - 3)],
    /// The words that are names of detectors.
    pub(super) names: [u16; NAMES],
}

impl Default for Tables {
    fn default() -> Tables {
        Tables::empty()
    }
}

impl Tables {
    /// Tables of nothing: all zeros, so that they take no room in a file.
    pub const fn empty() -> Tables {
        Tables {
            loaded: false,
            detectors: [Detector {
                provider: 0,
                first_name: 0,
                information: 0,
                literals: 0,
                names: 0,
                severity: 0,
                checksum: 0,
                verify: 0,
                entropy: 0,
                flags: 0,
            }; DETECTORS],
            alternatives: [Alternative {
                detector: 0,
                program: 0,
                anchor: 0,
                lead_min: 0,
                lead_max: 0,
            }; ALTERNATIVES],
            buckets: [0; (1 << BUCKET_BITS) + 1],
            bucket_alternatives: [0; KEYS],
            filter: [0; 1 << (FILTER_BITS - 3)],
            shapes: [Shape {
                alternative: 0,
                min: 0,
                first: 0,
                last: 0,
            }; SHAPES],
            shapes_of_length: [0; SHAPE_RUN_MAX + 2],
            shape_of_length: [0; SHAPE_LENGTHS],
            mixed_shapes: [0; MIXED_SHAPES],
            word_text: [0; WORD_BYTES],
            word_starts: [0; WORDS + 1],
            word_buckets: [0; WORD_BUCKETS + 1],
            word_bucket_words: [0; WORDS],
            word_filter: [0; 1 << (FILTER_BITS - 3)],
            names: [0; NAMES],
        }
    }

    /// Unfolds the catalogue, the first time that it is called. Cost: some ten microseconds.
    #[inline(always)]
    pub fn load(&mut self) {
        if !self.loaded {
            self.unfold();
        }
    }

    /// Once, and so in one place: copies of it in every caller would be a sixth of a frame's script.
    #[inline(never)]
    fn unfold(&mut self) {
        let mut catalogue = Catalogue { offset: 0 };
        self.load_detectors(&mut catalogue);
        self.load_words(&mut catalogue);
        self.load_alternatives(&mut catalogue);
        self.load_shapes(&mut catalogue);
        self.loaded = true;
    }

    fn load_words(&mut self, catalogue: &mut Catalogue) {
        let (mut word, mut bytes, mut texts) = (0, 0, WORD_TEXT.bytes());
        let mut slugs = parts(SLUGS, 0);
        let (mut provider, mut slug) = (0, slugs.next().unwrap_or_default());
        let mut name = 0;
        for detector in &self.detectors {
            while provider < detector.provider {
                (provider, slug) = (provider + 1, slugs.next().unwrap_or_default());
            }
            for _ in 0..detector.names {
                let value = catalogue.number();
                if let Some(known) = value.checked_sub(LONGEST_WORD + 1) {
                    set(&mut self.names, name, known);
                } else {
                    let mut letters = slug.bytes();
                    let mut own = texts.by_ref().take(usize::from(value));
                    let mut next = || {
                        if value == 0 {
                            letters.next()
                        } else {
                            own.next()
                        }
                    };
                    while let Some(byte) = next() {
                        set(&mut self.word_text, bytes, byte.to_ascii_lowercase());
                        bytes += 1;
                    }
                    set(&mut self.names, name, word as u16);
                    word += 1;
                    set(&mut self.word_starts, word, bytes as u16);
                }
                name += 1;
            }
        }
        // Buckets are filled as in a counting sort: first how many, then where each begins, then what is in them.
        let hash_of = |tables: &Tables, word: usize| match tables.word(word as u16) {
            &[first, second, third, ..] => hash(first, second, third, WORD) as usize,
            _ => 0,
        };
        for word in 0..WORDS {
            let hash = hash_of(self, word);
            self.word_filter[hash >> 3] |= 1 << (hash & 7);
            self.word_buckets[(hash & (WORD_BUCKETS - 1)) + 1] += 1;
        }
        sum(&mut self.word_buckets);
        let mut next = self.word_buckets;
        for word in 0..WORDS {
            let bucket = hash_of(self, word) & (WORD_BUCKETS - 1);
            push(&mut self.word_bucket_words, &mut next[bucket], word);
        }
    }

    fn load_detectors(&mut self, catalogue: &mut Catalogue) {
        // Column by column: equal bytes stand together, and a package packs them better.
        let mut number = 0;
        for provider in 0..PROVIDERS {
            for _ in 0..catalogue.byte() {
                if let Some(detector) = self.detectors.get_mut(number) {
                    detector.provider = provider as u16;
                }
                number += 1;
            }
        }
        let mut first_name = 0;
        for detector in &mut self.detectors {
            detector.first_name = first_name;
            detector.names = catalogue.byte();
            first_name += u16::from(detector.names);
        }
        for detector in &mut self.detectors {
            let byte = catalogue.byte();
            (detector.severity, detector.flags) = (byte & 3, byte >> 2);
        }
        for detector in &mut self.detectors {
            let byte = catalogue.byte();
            (detector.checksum, detector.verify) = (byte & 31, byte >> 5);
        }
        for detector in &mut self.detectors {
            detector.entropy = catalogue.byte();
        }
    }

    fn load_alternatives(&mut self, catalogue: &mut Catalogue) {
        // As in a counting sort: the keys, how many of them each bucket has, then which.
        let mut keys = [(0u16, 0u16); KEYS];
        let mut free = keys.iter_mut();
        let mut next_program = 0;
        let mut index = 0;
        for number in 0..DETECTORS {
            let mut specificity = (u16::MAX, u16::MAX);
            for _ in 0..catalogue.byte() {
                let bits = catalogue.byte();
                let anchor = bits & 7;
                let mut alternative = Alternative {
                    detector: number as u16,
                    program: next_program,
                    anchor,
                    lead_min: 0,
                    lead_max: 0,
                };
                if bits & HAS_LEAD != 0 {
                    (alternative.lead_min, alternative.lead_max) =
                        (catalogue.byte(), catalogue.byte());
                }
                if bits & HAS_PROGRAM != 0 {
                    alternative.program = catalogue.number();
                } else {
                    next_program = verify::program_end(usize::from(next_program)) as u16;
                }
                let program = usize::from(alternative.program);
                let mut key = |[first, second, third]: [First; 3]| {
                    // Nearly all of them are one byte each.
                    for first in first.folded() {
                        for second in second.folded() {
                            for third in third.folded() {
                                if let Some(slot) = free.next() {
                                    let hash = hash(first, second, third, anchor);
                                    *slot = (hash as u16, index as u16);
                                }
                            }
                        }
                    }
                };
                if bits & HAS_KEYS != 0 {
                    for _ in 0..catalogue.byte() {
                        key([0; 3].map(|_: u8| First::Byte(catalogue.byte())));
                    }
                } else if anchor == ANCHOR_SCHEME {
                    let lead = usize::from(alternative.lead_min);
                    key(verify::literal_before(program, lead).map(First::Byte));
                } else if anchor != ANCHOR_SHAPE {
                    key(verify::first_three(program));
                }
                specificity = specificity.min(specificity_of(program));
                set(&mut self.alternatives, index, alternative);
                index += 1;
            }
            if let Some(detector) = self.detectors.get_mut(number) {
                (detector.literals, detector.information) = specificity;
            }
        }
        for (hash, _) in keys {
            let hash = usize::from(hash);
            self.filter[hash >> 3] |= 1 << (hash & 7);
            self.buckets[(hash & BUCKETS) + 1] += 1;
        }
        sum(&mut self.buckets);
        let mut next = self.buckets;
        for (hash, index) in keys {
            let bucket = &mut next[usize::from(hash) & BUCKETS];
            push(&mut self.bucket_alternatives, bucket, usize::from(index));
        }
    }

    fn load_shapes(&mut self, catalogue: &mut Catalogue) {
        let mut runs = [(0u16, 0u16); SHAPES];
        let mut mixed = 0;
        for (shape, slot) in runs.iter_mut().enumerate() {
            let (alternative, first, last) =
                (catalogue.number(), catalogue.byte(), catalogue.byte());
            let (min, least) = (catalogue.number(), catalogue.number());
            let run = if least == 0 {
                push(&mut self.mixed_shapes, &mut mixed, shape);
                (MIXED, 0)
            } else {
                (least - 1, catalogue.number())
            };
            *slot = run;
            self.shapes[shape] = Shape {
                alternative,
                min,
                first,
                last,
            };
            for length in lengths(run) {
                self.shapes_of_length[length + 1] += 1;
            }
        }
        sum(&mut self.shapes_of_length);
        let mut next = self.shapes_of_length;
        for (shape, &run) in runs.iter().enumerate() {
            for length in lengths(run) {
                push(&mut self.shape_of_length, &mut next[length], shape);
            }
        }
    }

    /// The detector, or nothing for a number that is none.
    pub fn detector(&self, number: u16) -> Option<&Detector> {
        self.detectors.get(usize::from(number))
    }

    /// The name of a detector's provider.
    #[cfg(feature = "std")]
    pub fn provider(&self, number: u16) -> &'static str {
        self.detector(number)
            .map_or("", |detector| nth(PROVIDER_NAMES, detector.provider))
    }

    /// The machine's name for the kind of a detector, and the words that a person reads for it.
    #[cfg(feature = "std")]
    pub fn kind(&self, number: u16) -> (&'static str, &'static str) {
        KIND_OF
            .get(usize::from(number))
            .and_then(|&kind| lists::KINDS.get(usize::from(kind)))
            .copied()
            .unwrap_or_default()
    }

    /// A word that names of detectors are made of.
    pub fn word(&self, word: u16) -> &[u8] {
        let index = usize::from(word);
        let (Some(&start), Some(&end)) =
            (self.word_starts.get(index), self.word_starts.get(index + 1))
        else {
            return &[];
        };
        self.word_text
            .get(usize::from(start)..usize::from(end))
            .unwrap_or_default()
    }
}

/// The name of the environment variable, where it is not `PROVIDER_KIND`; [`NAME`] and [`FIRST_WORD`] stand for the provider's name.
#[cfg(feature = "std")]
pub fn own_variable(number: u16) -> &'static str {
    nth(VARIABLES, number)
}

/// Other providers whose keys look the same, one a line.
#[cfg(feature = "std")]
pub fn others(number: u16) -> &'static str {
    nth(OTHERS, number)
}

/// The same as slugs.
pub fn other_slugs(number: u16) -> &'static str {
    nth(OTHER_SLUGS, number)
}

/// The lasting name of a detector.
#[cfg(feature = "std")]
pub fn id(number: u16) -> &'static str {
    nth(IDS, number)
}

/// All lasting names, in the order of the numbers.
#[cfg(feature = "std")]
pub fn ids() -> impl Iterator<Item = &'static str> {
    parts(IDS, 0).take(DETECTORS)
}

/// What is read outside frames only, at `field` (0 what a finder can do, 1 where to revoke).
#[cfg(feature = "std")]
pub fn explanation(number: u16, field: usize) -> &'static str {
    let index = EXPLANATION_OF.get(usize::from(number) * 2 + field);
    index.map_or("", |&index| nth(EXPLANATIONS, index))
}

/// The tables of a program that has an allocator, made at the first call.
#[cfg(feature = "std")]
pub fn tables() -> &'static Tables {
    static TABLES: std::sync::OnceLock<Box<Tables>> = std::sync::OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Box::new(Tables::empty());
        tables.load();
        tables
    })
}

/// Whether the byte is in the class.
#[inline(always)]
pub fn class_contains(class: u8, byte: u8) -> bool {
    let word = usize::from(class) * 8 + usize::from(byte >> 5);
    CLASSES
        .get(word)
        .is_some_and(|word| word >> (byte & 31) & 1 == 1)
}

/// How many bytes are fixed, and how many bits the program says about a text, an eighth of them: what is more specific
/// wins where two detectors match the same text.
fn specificity_of(program: usize) -> (u16, u16) {
    let (mut literals, mut sixteenths) = (0, 0u32);
    for step in verify::steps(program) {
        match step {
            Step::Literal(bytes) => {
                literals += bytes;
                sixteenths += u32::from(bytes) * 128;
            }
            Step::Class { class, min } => {
                let bits = CLASS_BITS.get(usize::from(class)).copied().unwrap_or(0);
                literals += if bits == 128 { min } else { 0 };
                sixteenths += u32::from(min) * u32::from(bits);
            }
        }
    }
    (literals.min(255), (sixteenths / 128).min(255) as u16)
}

/// Reads the catalogue.
struct Catalogue {
    offset: usize,
}

impl Catalogue {
    #[inline(never)]
    fn byte(&mut self) -> u8 {
        let byte = CATALOGUE.get(self.offset).copied().unwrap_or(0);
        self.offset += 1;
        byte
    }

    /// A number of up to 15 bits in one byte or two.
    #[inline(never)]
    fn number(&mut self) -> u16 {
        let first = self.byte();
        if first < 0x80 {
            u16::from(first)
        } else {
            u16::from(first & 0x7f) << 8 | u16::from(self.byte())
        }
    }
}

/// The lengths of run that a shape is looked up by.
fn lengths((min, max): (u16, u16)) -> core::ops::Range<usize> {
    if min == MIXED {
        return 0..0;
    }
    usize::from(min)..usize::from(max).min(SHAPE_RUN_MAX) + 1
}

fn set<T>(values: &mut [T], index: usize, value: T) {
    if let Some(slot) = values.get_mut(index) {
        *slot = value;
    }
}

/// The name and the homes of every provider.
#[cfg(feature = "std")]
pub fn providers() -> impl Iterator<Item = (&'static str, &'static str)> {
    parts(PROVIDER_NAMES, 0).zip(parts(HOMES, 0))
}

/// The name of every provider.
#[cfg(feature = "std")]
pub fn provider_names() -> impl Iterator<Item = &'static str> {
    PROVIDER_NAMES.split('\0')
}

/// The slug of every provider, and its homes as `home.rs` reads them. A slug is the letters and digits of the name in lower
/// case; it is empty where nothing is made of it.
pub fn homes() -> impl Iterator<Item = (&'static str, &'static str)> {
    parts(SLUGS, 0).zip(parts(HOME_RULES, 0))
}

/// In a provider's homes: its slug; in variables the letters and digits of its name.
pub const NAME: u8 = b'^';
/// Those of the first word of it.
#[cfg(feature = "std")]
pub const FIRST_WORD: u8 = b'~';

/// The letters and digits of a name.
#[cfg(feature = "std")]
pub fn letters(name: &str) -> impl DoubleEndedIterator<Item = u8> {
    name.bytes().filter(u8::is_ascii_alphanumeric)
}

/// Writes to the next free place of a bucket.
fn push(values: &mut [u16], next: &mut u16, value: usize) {
    set(values, usize::from(*next), value as u16);
    *next += 1;
}

/// Turns how many there are into where each begins.
fn sum(counts: &mut [u16]) {
    let mut total = 0;
    for count in counts {
        total += *count;
        *count = total;
    }
}

/// What stands between the places of a byte of ASCII.
pub fn parts(text: &str, between: u8) -> Parts<'_> {
    Parts {
        rest: Some(text),
        between,
    }
}

/// See [`parts`]. As `str::split`, which is ten times as much code in a frame.
pub struct Parts<'a> {
    rest: Option<&'a str>,
    between: u8,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let place = rest.bytes().position(|byte| byte == self.between);
        self.rest = place.and_then(|place| rest.get(place + 1..));
        rest.get(..place.unwrap_or(rest.len()))
    }
}

/// The text with this number in a list whose texts end with NUL.
fn nth(texts: &'static str, number: u16) -> &'static str {
    parts(texts, 0).nth(usize::from(number)).unwrap_or("")
}
