//! Keys that do not stand as they are: with characters between that nobody sees, percent-encoded, in base64.
//!
//! Only where a sign of it is: a small window is written out plainly, each byte with its place in the text, and scanned
//! like any text. Plain text costs a look at the byte behind a run.

use super::boundary::{at, is_glue, is_hex, is_key};

/// The longest window, written out.
const WINDOW_BYTES: usize = 1280;
/// How far back a window begins.
const BACK_BYTES: usize = 320;
/// How much of the text before a window is taken along, for names.
const CONTEXT_BYTES: usize = 120;
/// The shortest token that is taken for base64: shorter ones hold no key.
const BASE64_BYTES: usize = 32;
/// How many bytes at the beginning of what is decoded must be text.
const TEXT_BYTES: usize = 12;

/// A window of a text, written out.
pub struct Plain {
    bytes: [u8; WINDOW_BYTES],
    /// For each byte, how far behind `origin` it stands.
    places: [u16; WINDOW_BYTES],
    length: usize,
    origin: usize,
}

impl Plain {
    /// An empty window.
    pub const fn new() -> Plain {
        Plain {
            bytes: [0; WINDOW_BYTES],
            places: [0; WINDOW_BYTES],
            length: 0,
            origin: 0,
        }
    }

    /// The bytes of the window.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, byte: u8, place: usize) -> bool {
        match (
            self.bytes.get_mut(self.length),
            self.places.get_mut(self.length),
            place.checked_sub(self.origin),
        ) {
            (Some(slot), Some(to), Some(distance)) if distance <= usize::from(u16::MAX) => {
                (*slot, *to) = (byte, distance as u16);
                self.length += 1;
                true
            }
            _ => false,
        }
    }

    /// Writes out the word around `index` without what nobody sees and with what is percent-encoded decoded; from `lowest`
    /// on at the earliest. Returns the end of the word.
    pub fn unfold(&mut self, text: &[u8], index: usize, lowest: usize) -> usize {
        let mut start = index;
        while start > lowest && index - start < BACK_BYTES {
            let byte = at(text, start - 1);
            if !(is_key(byte) || is_glue(byte) || (byte >= 0x80 && unseen_around(text, start - 1)))
            {
                break;
            }
            start -= 1;
        }
        self.length = 0;
        self.origin = start.saturating_sub(CONTEXT_BYTES);
        for place in self.origin..start {
            self.push(at(text, place), place);
        }
        let mut place = start;
        while place < text.len() {
            let (byte, next) = match at(text, place) {
                b'%' => match percent(text, place) {
                    Some(byte) => (byte, place + 3),
                    None => (b'%', place + 1),
                },
                byte if is_key(byte) || is_glue(byte) => (byte, place + 1),
                byte if byte >= 0x80 && unseen(text, place).is_some() => {
                    place += unseen(text, place).unwrap_or(1);
                    continue;
                }
                _ => break,
            };
            if !self.push(byte, place) {
                // The word is longer than any window; its last run could be cut.
                while self.length > 0 && is_key(at(&self.bytes, self.length - 1)) {
                    self.length -= 1;
                }
                break;
            }
            place = next;
        }
        place.max(index + 1)
    }

    /// Writes out what the token that begins at `start` is in base64, if that is text. Returns the end of the token.
    pub fn decode(&mut self, text: &[u8], start: usize) -> Option<usize> {
        let mut end = start;
        while end < text.len() && end - start < WINDOW_BYTES && is_base64(at(text, end)) {
            end += 1;
        }
        let token = text.get(start..end)?;
        if token.len() < BASE64_BYTES {
            return None;
        }
        self.length = super::evidence::base64(token, &mut self.bytes);
        let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
        let decoded = self.bytes();
        if decoded.len() < TEXT_BYTES || !decoded.iter().take(TEXT_BYTES).all(is_text) {
            return None;
        }
        while end < text.len() && at(text, end) == b'=' {
            end += 1;
        }
        Some(end)
    }

    /// Whether a token that begins at `start` may be base64 of text; cheap.
    pub fn may_decode(text: &[u8], start: usize) -> bool {
        let mut first = [0u8; 3];
        let token = text.get(start..start + 4).unwrap_or_default();
        super::evidence::base64(token, &mut first) == 3
            && first
                .iter()
                .all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'))
    }

    /// The span of the text that a span of the window stands for; nothing where it stands there as it is.
    pub fn disguised(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let first = self.origin + usize::from(*self.places.get(start)?);
        let last = self.origin + usize::from(*self.places.get(end.checked_sub(1)?)?);
        (last - first != end - 1 - start).then_some((first, last + 1))
    }

    /// Where the text of the last percent-encoded byte ends, if the byte before `end` is one.
    pub fn end(text: &[u8], end: usize) -> usize {
        let last = end.saturating_sub(1);
        if at(text, last) == b'%' && percent(text, last).is_some() {
            end + 2
        } else {
            end
        }
    }
}

/// Whether a run from `start` to `end` is part of a disguised word.
#[inline(always)]
pub fn is_sign(text: &[u8], start: usize, end: usize) -> bool {
    let after = at(text, end);
    let before = if start == 0 {
        b' '
    } else {
        at(text, start - 1)
    };
    ((after >= 0x80 || after == b'%') && sign_after(text, end))
        || ((before >= 0x80 || before == b'%') && sign_before(text, start))
}

fn sign_after(text: &[u8], end: usize) -> bool {
    let is_key_at = |place: usize| is_key(at(text, place));
    match unseen(text, end) {
        Some(length) => is_key_at(end + length) || unseen(text, end + length).is_some(),
        None => percent(text, end).is_some_and(is_key),
    }
}

fn sign_before(text: &[u8], start: usize) -> bool {
    unseen_around(text, start - 1) || percent(text, start - 1).is_some_and(is_key)
}

/// The length of the character at `place`, if nobody sees it: soft hyphen, zero-width and bidirectional marks, joiners, byte order mark.
fn unseen(text: &[u8], place: usize) -> Option<usize> {
    match (at(text, place), at(text, place + 1), at(text, place + 2)) {
        (0xc2, 0xad, _) => Some(2),
        (0xe2, 0x80, 0x8b..=0x8f | 0xaa..=0xae)
        | (0xe2, 0x81, 0xa0..=0xaf)
        | (0xef, 0xbb, 0xbf) => Some(3),
        _ => None,
    }
}

/// Whether the byte belongs to a character that nobody sees.
pub fn unseen_around(text: &[u8], place: usize) -> bool {
    (place.saturating_sub(2)..=place)
        .any(|start| unseen(text, start).is_some_and(|length| start + length > place))
}

/// The byte that is percent-encoded at `place`, if it is a character of ASCII that is seen.
fn percent(text: &[u8], place: usize) -> Option<u8> {
    let (high, low) = (at(text, place + 1), at(text, place + 2));
    if at(text, place) != b'%' || !is_hex(high) || !is_hex(low) {
        return None;
    }
    let digit = |byte: u8| {
        if byte <= b'9' {
            byte - b'0'
        } else {
            (byte | 0x20) - b'a' + 10
        }
    };
    Some(digit(high) << 4 | digit(low)).filter(u8::is_ascii_graphic)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
