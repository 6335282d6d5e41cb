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
//! | `inflate`, `archive` | gzip, zip and tar, with a limit for what is unpacked |
//! | `markup` | the text in office documents |
//! | `pdf` | the text in PDF files |
//! | `request` | what a page's request holds: for requests that no frame sees |
//!
//! It does not decide what a person sees, and it does not keep text longer than the look takes.

mod archive;
mod inflate;
pub mod kind;
mod markup;
mod pdf;
pub mod request;
mod text;

use crate::detect::Page;
use archive::Entry;
use inflate::{Budget, Unread};
use kind::{Kind, Packing};
use text::Text;

/// No larger file is looked at.
pub const MAX_BYTES: usize = 50 << 20;
/// How much of the beginning tells what a file is. The first piece has as much, or the whole file.
pub const HEAD_BYTES: usize = 16 << 10;
/// How much may come out of an archive, over all that is in it. The first to be larger than this are bombs.
pub const MAX_UNPACKED: usize = 200 << 20;
/// How deep archives are looked into: a tar in gzip in a zip.
const MAX_DEPTH: u32 = 3;
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
    /// Whether something in it could not be looked at: it is damaged, packed in a way that is not known here, or too much.
    pub unread: bool,
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
    /// An archive, of which all is needed before it can be read.
    Packed(Packing, Vec<u8>),
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
                Kind::Packed(packing) => State::Packed(packing, Vec::new()),
                Kind::Other => State::LeftAlone,
            };
        }
        match &mut self.state {
            State::Text(text) => {
                text.push(piece, &self.page, &mut self.report);
                Need::More
            }
            State::Packed(_, file) if file.len() + piece.len() <= MAX_BYTES => {
                file.extend_from_slice(piece);
                Need::More
            }
            State::Packed(..) => {
                self.state = State::LeftAlone;
                self.report.unread = true;
                Need::Nothing
            }
            State::Begin | State::LeftAlone => Need::Nothing,
        }
    }

    /// After the last piece.
    pub fn finish(mut self) -> Report {
        match self.state {
            State::Text(mut text) => {
                text.finish(&self.page, &mut self.report);
                self.report.edits.get_or_insert_default();
            }
            State::Packed(packing, file) => {
                let mut unpacking = Unpacking {
                    page: &self.page,
                    report: &mut self.report,
                    depth: 0,
                };
                unpacking.open(packing, &file, "", &mut Budget(MAX_UNPACKED));
                self.report.edits = None;
            }
            State::Begin | State::LeftAlone => {}
        }
        self.report
    }
}

/// The look into an archive.
struct Unpacking<'a> {
    page: &'a Page,
    report: &'a mut Report,
    depth: u32,
}

impl Unpacking<'_> {
    fn open(&mut self, packing: Packing, file: &[u8], name: &str, budget: &mut Budget) {
        if self.depth == MAX_DEPTH {
            self.report.unread = true;
            return;
        }
        self.depth += 1;
        let document = packing == Packing::Zip && kind::is_document(file);
        let mut visit = |entry: Entry, budget: &mut Budget| {
            let inside = if name.is_empty() {
                entry.name
            } else {
                format!("{name}/{}", entry.name)
            };
            self.look(&entry.content, inside, document, budget);
        };
        let opened = match packing {
            Packing::Zip => archive::zip(file, budget, &mut visit),
            Packing::Tar => archive::tar(file, budget, &mut visit),
            Packing::Pdf => {
                let texts = pdf::texts(file, budget);
                self.scan_either(texts, name);
                Ok(())
            }
            Packing::Gzip => inflate::gunzip(file, budget).map(|content| {
                self.look(&content, name.to_owned(), false, budget);
            }),
        };
        self.report.unread |= opened == Err(Unread);
        self.depth -= 1;
    }

    fn look(&mut self, content: &[u8], name: String, document: bool, budget: &mut Budget) {
        match kind::of(content.get(..HEAD_BYTES).unwrap_or(content)) {
            Kind::Packed(packing) => self.open(packing, content, &name, budget),
            Kind::Text(_) if document => {
                // Between the tags, and in their attributes.
                self.scan_either([markup::text(content), content.to_vec()], &name);
            }
            Kind::Text(encoding) => self.scan(content, encoding, name),
            Kind::Other => {}
        }
    }

    /// Of two readings of the same, takes the one that shows more.
    fn scan_either(&mut self, texts: [Vec<u8>; 2], name: &str) {
        let [mut first, mut second] = texts.map(|text| {
            let mut report = Report::default();
            let mut reader = Text::of_entry(kind::Encoding::Ascii, name.to_owned());
            reader.push(&text, self.page, &mut report);
            reader.finish(self.page, &mut report);
            report.found
        });
        let more = if second.len() > first.len() {
            &mut second
        } else {
            &mut first
        };
        self.report.found.append(more);
        self.report.found.truncate(MAX_FOUND);
    }

    fn scan(&mut self, content: &[u8], encoding: kind::Encoding, name: String) {
        let mut text = Text::of_entry(encoding, name);
        text.push(content, self.page, self.report);
        text.finish(self.page, self.report);
    }
}
