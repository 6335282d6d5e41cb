//! Files to findings: what a person drops, chooses or pastes, before the page gets it.
//!
//! A file comes in pieces, from its beginning. What it is is told by its bytes, never by its name or by the type that the
//! system gives it. Text of any encoding is scanned as it comes; what is neither text nor holds text is left alone.
//!
//! The file is untrusted: memory is bounded by the limits here, time is linear in what is unpacked, nothing panics and
//! nothing recurses without a limit.
//!
//! | module | what |
//! | --- | --- |
//! | `kind` | what a file is, by its first bytes |
//! | `text` | text in pieces, and where its keys stand in the file's own bytes |
//!
//! It does not decide what a person sees, and it does not keep text longer than the look takes.

pub mod kind;
mod text;

use crate::detect::Page;
use kind::Kind;
use text::Text;

/// No larger file is looked at.
pub const MAX_BYTES: usize = 50 << 20;
/// How much of the beginning tells what a file is. The first piece has as much, or the whole file.
pub const HEAD_BYTES: usize = 16 << 10;
/// More findings are counted as this many; the person decides about all of them at once.
pub const MAX_FOUND: usize = 1000;

/// A key in a file, as far as anybody needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The entry of the archive that it is in; empty for the file itself.
    pub entry: String,
    /// Number of the detector within this build.
    pub detector: u16,
}

/// What takes the place of some bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// First byte.
    pub start: usize,
    /// Byte behind the last.
    pub end: usize,
    /// In the file's own encoding.
    pub bytes: Vec<u8>,
}

/// What a look at a file has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The keys that a person has to decide about, in order; those at home are left out.
    pub found: Vec<Found>,
    /// What makes a copy without keys, in order; `None` where the file is no plain text.
    pub edits: Option<Vec<Edit>>,
}

/// Whether the look needs the rest of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The next piece.
    More,
    /// Nothing: it has been left alone.
    Nothing,
}

/// The look at one file.
pub struct Look {
    page: Page,
    state: State,
    report: Report,
}

enum State {
    Begin,
    Text(Box<Text>),
    LeftAlone,
}

impl Look {
    /// At a file on its way to a page of this origin, as browsers serialise it.
    pub fn new(origin: &str) -> Look {
        Look {
            page: Page::from_origin(origin.as_bytes()),
            state: State::Begin,
            report: Report::default(),
        }
    }

    /// Takes the next piece. The first has [`HEAD_BYTES`] or is the whole file.
    pub fn push(&mut self, piece: &[u8]) -> Need {
        if let State::Begin = self.state {
            self.state = match kind::of(piece.get(..HEAD_BYTES).unwrap_or(piece)) {
                Kind::Text(encoding) => State::Text(Box::new(Text::new(encoding))),
                Kind::Other => State::LeftAlone,
            };
        }
        match &mut self.state {
            State::Text(text) => {
                text.push(piece, &self.page, &mut self.report);
                Need::More
            }
            State::Begin | State::LeftAlone => Need::Nothing,
        }
    }

    /// After the last piece.
    pub fn finish(mut self) -> Report {
        if let State::Text(mut text) = self.state {
            text.finish(&self.page, &mut self.report);
        }
        self.report
    }
}
