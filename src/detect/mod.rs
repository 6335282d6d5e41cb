//! Text to findings.
//!
//! Words: a *key* is an API key, token, private key or connection string; a *detector* the data that describes one
//! kind of key; a *finding* a detector and a span of a text. A *run* is a longest sequence of `[A-Za-z0-9_-]`, the
//! *key bytes*.
//!
//! The text is untrusted: time is linear in its length whatever it holds, memory is fixed, nothing panics, and there
//! is no allocation, no floating point and no 64-bit arithmetic on the way, for the same code is translated to JavaScript.
//!
//! | module | what |
//! | --- | --- |
//! | `tables` | the detectors, lowered by `build.rs` from `detectors/*.toml` |
//! | `scan` | from run to run and from buffer to buffer |
//! | `tries` | prefilter, which alternatives to try where, which of overlapping findings wins |
//! | `verify` | whether an alternative matches at one place, and how far |
//! | `disguise` | keys with unseen characters between, percent-encoded, in base64 |
//! | `evidence` | what tells a key from a look-alike behind a match |
//! | `replace` | what is put in the place of a key |
//!
//! It does not decide what a person sees, and it does not keep text.

mod assignment;
mod boundary;
pub mod checksum;
mod disguise;
mod entropy;
mod evidence;
mod hash;
mod home;
#[allow(dead_code, reason = "the build script uses all of it")]
mod lists;
mod pem;
mod phrases;
mod placeholder;
#[cfg(feature = "std")]
pub mod probe;
mod replace;
mod scan;
mod tables;
mod tries;
mod verify;
mod words;

pub use boundary::{may_begin, may_end};
pub use home::Page;
pub use replace::{Output, Replacement, write_variable};
pub use scan::{Part, Workspace, scan, scan_whole};
pub use tables::Tables;
#[cfg(feature = "std")]
pub use tables::{id, ids, others, provider_names, providers, tables};
pub use verify::KEY_BYTES;

/// How far left of a key the scan looks for names and operators, in bytes.
pub const CONTEXT_BYTES: usize = 256;
/// How far behind the beginning of a key a decision can reach: the longest key and what follows it.
pub const REACH_BYTES: usize = KEY_BYTES + CONTEXT_BYTES;

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a sign, never a hold.
    Possible,
    /// Held, with the reason said.
    Probable,
    /// Held.
    Certain,
}

impl Severity {
    /// One step less sure, at least possible.
    pub fn lower(self) -> Severity {
        match self {
            Severity::Certain => Severity::Probable,
            _ => Severity::Possible,
        }
    }

    fn from_number(number: u8) -> Severity {
        match number {
            3 => Severity::Certain,
            2 => Severity::Probable,
            _ => Severity::Possible,
        }
    }

    /// The number in tables and at the boundary to JavaScript: 1, 2, 3.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The word that detector files and the command line use.
    pub fn word(self) -> &'static str {
        lists::SEVERITIES[self as usize]
    }
}

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The shape alone.
    Shape = 0,
    /// A checksum inside the key.
    Checksum = 1,
    /// A name or word near it.
    Name = 2,
    /// Decoded structure: the header of a JWT, the lines of a PEM block.
    Structure = 3,
}

impl Reason {
    /// The word that the command line uses.
    pub fn word(self) -> &'static str {
        ["shape", "checksum", "name", "structure"][self as usize]
    }
}

/// What the guard does about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing: the key is at home.
    None = 0,
    /// Show a sign.
    Mark = 1,
    /// Hold the text.
    Hold = 2,
}

/// A key in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// First byte of the key.
    pub start: usize,
    /// Byte behind the key.
    pub end: usize,
    /// Number of the detector within this build; its lasting name is [`Finding::id`].
    pub detector: u16,
    /// How sure it is.
    pub severity: Severity,
    /// What it rests on.
    pub reason: Reason,
}

impl Finding {
    /// The lasting name of the detector.
    #[cfg(feature = "std")]
    pub fn id(&self) -> &'static str {
        tables::id(self.detector)
    }

    /// What the guard does about it on a page.
    pub fn action(&self, tables: &Tables, page: &Page) -> Action {
        if self.is_home(tables, page) {
            Action::None
        } else if self.severity == Severity::Possible {
            Action::Mark
        } else {
            Action::Hold
        }
    }
}

impl Finding {
    /// Whether the page is of the provider of the key, or, where the shape alone speaks, of another whose keys have it.
    fn is_home(&self, tables: &Tables, page: &Page) -> bool {
        !page.is_nowhere()
            && (page.is_home(tables, self.detector)
                || self.reason == Reason::Shape
                    && page.is_home_of_one(tables::other_slugs(self.detector)))
    }
}

/// How many detectors there are; their numbers are the smaller ones.
pub fn detectors() -> u16 {
    tables::DETECTORS as u16
}

/// Writes a text about a detector: 0 id, 1 provider, 2 kind, 3 variable, 4 what a finder can do, 5 where to revoke it,
/// 6 other providers that it may be of, one a line, 7 what takes its place. Nothing for any other number. Frames have none of
/// these texts.
#[cfg(feature = "std")]
pub fn describe(tables: &Tables, detector: u16, field: u32, output: &mut Output) {
    output.clear();
    match field {
        0 => output.push(tables::id(detector)),
        1 => output.push(tables.provider(detector)),
        2 => output.push(tables.kind(detector).0),
        3 => replace::push_variable(tables, detector, output),
        4 => output.push(tables::explanation(detector, 0)),
        5 => output.push(tables::explanation(detector, 1)),
        6 => output.push(tables::others(detector)),
        7 => replace::push_redacted(tables, detector, output),
        _ => {}
    }
}

/// The detector with this lasting name.
#[cfg(feature = "std")]
pub fn detector_named(id: &str) -> Option<u16> {
    (0..detectors()).find(|&detector| tables::id(detector) == id)
}

/// What [`describe`] writes, with the tables of this program.
#[cfg(feature = "std")]
pub fn described(detector: u16, field: u32) -> String {
    let mut output = Output::new();
    describe(tables(), detector, field, &mut output);
    String::from_utf8_lossy(output.as_bytes()).into_owned()
}

/// Its environment variable, without the texts that [`described`] has besides.
#[cfg(feature = "std")]
pub fn variable(detector: u16) -> String {
    let mut output = Output::new();
    replace::push_variable(tables(), detector, &mut output);
    String::from_utf8_lossy(output.as_bytes()).into_owned()
}

/// How many UTF-16 units a text in UTF-8 is. Bytes that are no UTF-8 count as something, without fail.
pub fn utf16_units(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<4>();
    let mut units = 0;
    for word in words {
        if u32::from_le_bytes(*word) & 0x8080_8080 == 0 {
            units += 4;
        } else {
            units += word.iter().map(|&byte| byte_units(byte)).sum::<usize>();
        }
    }
    units + rest.iter().map(|&byte| byte_units(byte)).sum::<usize>()
}

/// Where the text begins behind so many UTF-16 units, in bytes.
pub fn utf16_bytes(text: &[u8], units: usize) -> usize {
    let mut rest = units;
    let ends = |&byte: &u8| {
        let units = byte_units(byte);
        // Bytes that add none belong to the character before.
        let ends = rest == 0 && units > 0;
        rest = rest.saturating_sub(units);
        ends
    };
    text.iter().position(ends).unwrap_or(text.len())
}

/// Units of the character that begins with the byte; continuation bytes add none.
fn byte_units(byte: u8) -> usize {
    match byte {
        0x80..=0xbf => 0,
        0xf0..=0xff => 2,
        _ => 1,
    }
}
