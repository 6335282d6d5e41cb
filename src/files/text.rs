//! Text in pieces, and where its keys stand in the file's own bytes.

use std::str;

use super::kind::Encoding;
use super::{Edit, Found, MAX_FOUND, Report};
use crate::detect::{self, Action, Finding, Page, Part, Workspace, tables, utf16_units};

/// How much is scanned at once.
const BUFFER_BYTES: usize = 256 << 10;

/// A text of which pieces come in.
pub struct Text {
    encoding: Encoding,
    /// What the next scan begins with: the context of the last one and what has come since, in ASCII's superset.
    buffer: Vec<u8>,
    /// Where the buffer begins: bytes of the file, or UTF-16 units of the text.
    before: usize,
    continued: bool,
    /// Of UTF-16: what has come of a character that is not whole yet.
    rest: Vec<u8>,
    /// The entry of an archive that the text is, for the report.
    entry: String,
    workspace: Workspace,
}

impl Text {
    /// A text of which nothing has come yet.
    pub fn new(encoding: Encoding) -> Text {
        Text::of_entry(encoding, String::new())
    }

    /// The same, for an entry of an archive.
    pub fn of_entry(encoding: Encoding, entry: String) -> Text {
        Text {
            encoding,
            buffer: Vec::new(),
            before: 0,
            continued: false,
            rest: Vec::new(),
            entry,
            workspace: Workspace::new(),
        }
    }

    /// Scans what can be scanned without knowing what follows.
    pub fn push(&mut self, piece: &[u8], page: &Page, report: &mut Report) {
        for part in piece.chunks(BUFFER_BYTES) {
            self.take(part);
            if self.buffer.len() >= BUFFER_BYTES {
                self.scan(true, page, report);
            }
        }
    }

    /// Scans the end.
    pub fn finish(&mut self, page: &Page, report: &mut Report) {
        self.scan(false, page, report);
    }

    fn take(&mut self, part: &[u8]) {
        let (mark, unit): (usize, fn([u8; 2]) -> u16) = match self.encoding {
            Encoding::Ascii => return self.buffer.extend_from_slice(part),
            Encoding::Utf16Le(mark) => (mark, u16::from_le_bytes),
            Encoding::Utf16Be(mark) => (mark, u16::from_be_bytes),
        };
        let first = self.before == 0 && self.buffer.is_empty() && self.rest.is_empty();
        self.rest.extend_from_slice(if first {
            part.get(mark..).unwrap_or_default()
        } else {
            part
        });
        let (pairs, _) = self.rest.as_chunks::<2>();
        let mut units: Vec<u16> = pairs.iter().map(|&pair| unit(pair)).collect();
        // The second half of a character may be in the next piece.
        if units
            .last()
            .is_some_and(|unit| (0xd800..0xdc00).contains(unit))
        {
            units.pop();
        }
        self.rest.drain(..2 * units.len());
        for decoded in char::decode_utf16(units) {
            let decoded = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.buffer
                .extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn scan(&mut self, more: bool, page: &Page, report: &mut Report) {
        let part = Part {
            continued: self.continued,
            more,
        };
        let mut findings = Vec::new();
        let mut keep = |finding: Finding| {
            if finding.action(tables(), page) == Action::Hold {
                findings.push(finding);
            }
            true
        };
        let next = detect::scan(tables(), &mut self.workspace, &self.buffer, part, &mut keep);
        if self.encoding == Encoding::Ascii
            && let Some(masked) = without_second_bytes(&self.buffer)
        {
            detect::scan(tables(), &mut self.workspace, &masked, part, &mut keep);
            findings.sort_by_key(|finding| (finding.start, finding.end));
            findings.dedup_by(|later, earlier| later.start < earlier.end);
        }
        for finding in &findings {
            self.note(finding, report);
        }
        self.before += match self.encoding {
            Encoding::Ascii => next,
            _ => utf16_units(&self.buffer[..next]),
        };
        self.buffer.drain(..next);
        self.continued = true;
    }

    fn note(&self, finding: &Finding, report: &mut Report) {
        if report.found.len() < MAX_FOUND {
            report.found.push(Found {
                entry: self.entry.clone(),
                detector: finding.detector,
            });
        }
        let instead = detect::described(finding.detector, 7);
        let place = |byte: usize| match self.encoding {
            Encoding::Ascii => self.before + byte,
            Encoding::Utf16Le(mark) | Encoding::Utf16Be(mark) => {
                mark + 2 * (self.before + utf16_units(&self.buffer[..byte]))
            }
        };
        let bytes = match self.encoding {
            Encoding::Ascii => instead.into_bytes(),
            Encoding::Utf16Le(_) => instead.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be(_) => instead.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        };
        let edit = Edit {
            start: place(finding.start),
            end: place(finding.end),
            bytes,
        };
        report.edits.get_or_insert_default().push(edit);
    }
}

/// A text in GBK, Big5, Shift JIS or another encoding of two bytes a character: the second one can be an ASCII letter,
/// which is none, and would hide a key right behind it. The same text with those bytes masked, or `None` for UTF-8.
fn without_second_bytes(text: &[u8]) -> Option<Vec<u8>> {
    let broken = match str::from_utf8(text) {
        Ok(_) => return None,
        Err(error) => error,
    };
    // The buffer begins and ends somewhere, perhaps within a character.
    let start = text
        .iter()
        .take(3)
        .take_while(|&&byte| byte & 0xc0 == 0x80)
        .count();
    if broken.error_len().is_none() || str::from_utf8(&text[start..]).is_ok() {
        return None;
    }
    let mut masked = text.to_vec();
    // No second byte is a line break, a space or a comma: from there on the pairs are known.
    let known = text
        .iter()
        .position(|&byte| byte < 0x30)
        .map_or(0, |at| at + 1);
    let mut at = if text.first().is_some_and(u8::is_ascii) {
        0
    } else {
        known
    };
    while at + 1 < text.len() {
        if text[at] >= 0x81 && text[at + 1] >= 0x40 {
            masked[at + 1] |= 0x80;
            at += 1;
        }
        at += 1;
    }
    Some(masked)
}
