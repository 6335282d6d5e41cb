//! Keys that do not stand as they are: with characters between that nobody sees, escaped, in full-width letters, in parts,
//! in base64.
//!
//! Only where a sign of it is: a small window is written out plainly, each byte with its place in the text, and scanned
//! like any text. Plain text costs a look at the bytes beside a run.

use super::boundary::{at, is_digit, is_glue, is_key, is_quote};

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
/// How far the parts of a key are put together: each that might begin one is a start, so this is a factor of the time.
const JOINED_BYTES: usize = 256;
/// How many bytes may stand between two parts of a key.
const JOINT_BYTES: usize = 40;

/// A window of a text, written out.
pub struct Plain {
    bytes: [u8; WINDOW_BYTES],
    /// For each byte, how far behind `origin` it stands.
    places: [u16; WINDOW_BYTES],
    length: usize,
    origin: usize,
    /// Where in the window the context before it ends.
    begin: usize,
}

impl Plain {
    /// An empty window.
    pub const fn new() -> Plain {
        Plain {
            bytes: [0; WINDOW_BYTES],
            places: [0; WINDOW_BYTES],
            length: 0,
            origin: 0,
            begin: 0,
        }
    }

    /// The bytes of the window.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Where in the window its own bytes begin; what is before is context.
    pub fn own(&self) -> usize {
        self.begin
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

    /// Writes out the word around `index` without what nobody sees and with what is escaped decoded; from `lowest`
    /// on at the earliest. Returns the end of the word.
    pub fn unfold(&mut self, text: &[u8], index: usize, lowest: usize) -> usize {
        let mut start = index;
        while start > lowest && index - start < BACK_BYTES {
            let byte = at(text, start - 1);
            if !(is_key(byte) || is_glue(byte) || (byte >= 0x80 && strange_around(text, start - 1)))
            {
                break;
            }
            start -= 1;
        }
        self.begin(text, start);
        let mut place = start;
        while place < text.len() {
            let (byte, next) = match at(text, place) {
                byte if is_key(byte) => (byte, place + 1),
                byte => match (escaped(text, place), unseen(text, place)) {
                    (Some(decoded), _) => decoded,
                    (None, Some(length)) => {
                        place += length;
                        continue;
                    }
                    (None, None) if is_glue(byte) => (byte, place + 1),
                    (None, None) => break,
                },
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

    /// Writes out the parts that begin with the run `start..end` as one, if there are several.
    pub fn join(&mut self, text: &[u8], start: usize, end: usize) -> bool {
        let Some(second) = joint(text, end) else {
            return false;
        };
        if !is_part(text, second) || goes_on_otherwise(text, start, second) {
            return false;
        }
        self.begin(text, start);
        let mut place = start;
        loop {
            while is_key(at(text, place)) && self.push(at(text, place), place) {
                place += 1;
            }
            match joint(text, place) {
                Some(next)
                    if next - start < JOINED_BYTES
                        && is_part(text, next)
                        && !goes_on_otherwise(text, start, next) =>
                {
                    place = next;
                }
                _ => return true,
            }
        }
    }

    /// Begins a window with the text before `start`.
    fn begin(&mut self, text: &[u8], start: usize) {
        self.length = 0;
        self.origin = start.saturating_sub(CONTEXT_BYTES);
        for place in self.origin..start {
            self.push(at(text, place), place);
        }
        self.begin = self.length;
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
        self.begin = 0;
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

    /// Where the text of the last byte ends that stands before `end` and may be escaped.
    pub fn end(text: &[u8], end: usize) -> usize {
        let last = end.saturating_sub(1);
        escaped(text, last).map_or(end, |(_, end)| end)
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
    ((after >= 0x80 || matches!(after, b'%' | b'\\' | b'&')) && sign_after(text, end))
        || ((before >= 0x80 || matches!(before, b'%' | b'\\' | b'#' | b';'))
            && sign_before(text, start))
}

fn sign_after(text: &[u8], end: usize) -> bool {
    match unseen(text, end) {
        Some(length) => is_key(at(text, end + length)) || unseen(text, end + length).is_some(),
        None => is_key_escaped(text, end),
    }
}

fn sign_before(text: &[u8], start: usize) -> bool {
    let before = start - 1;
    match at(text, before) {
        b'%' | b'\\' => is_key_escaped(text, before),
        b'#' => is_key_escaped(text, before.saturating_sub(1)),
        b';' => (before.saturating_sub(7)..before)
            .any(|place| at(text, place) == b'&' && is_key_escaped(text, place)),
        _ => strange_around(text, before),
    }
}

/// Whether a byte of keys is escaped at `place`.
fn is_key_escaped(text: &[u8], place: usize) -> bool {
    escaped(text, place).is_some_and(|(byte, _)| is_key(byte))
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

/// Whether the byte belongs to a character that nobody sees, or to a full-width letter, digit or hyphen.
pub fn strange_around(text: &[u8], place: usize) -> bool {
    (place.saturating_sub(2)..=place).any(|start| {
        unseen(text, start).is_some_and(|length| start + length > place)
            || (at(text, start) == 0xef && is_key_escaped(text, start))
    })
}

/// The character of ASCII that stands escaped at `place`, and where the escape ends: `%2D`, `\x2d`, `\u002d`, `&#45;`, `&#x2d;`,
/// or in full width.
fn escaped(text: &[u8], place: usize) -> Option<(u8, usize)> {
    let digits = |from: usize, most: usize, base: u32| {
        let (mut value, mut end) = (0, from);
        while end < from + most
            && let Some(digit) = char::from(at(text, end)).to_digit(base)
        {
            (value, end) = (value * base + digit, end + 1);
        }
        (value, end)
    };
    let exactly = |from: usize, count: usize| {
        let (value, end) = digits(from, count, 16);
        (end == from + count).then_some((value, end))
    };
    let (value, end) = match (at(text, place), at(text, place + 1)) {
        (b'%', _) => exactly(place + 1, 2)?,
        (b'\\', b'x') => exactly(place + 2, 2)?,
        (b'\\', b'u') => exactly(place + 2, 4)?,
        (b'&', b'#') => {
            let (value, end) = if at(text, place + 2) | 0x20 == b'x' {
                digits(place + 3, 4, 16)
            } else {
                digits(place + 2, 4, 10)
            };
            (at(text, end) == b';').then_some((value, end + 1))?
        }
        // U+FF01 to U+FF5E.
        (0xef, second @ (0xbc | 0xbd)) => {
            let third = at(text, place + 2);
            let value = u32::from(second & 3) << 6 | u32::from(third & 0x3f);
            (third & 0xc0 == 0x80).then_some((value + 0x20, place + 3))?
        }
        _ => return None,
    };
    let byte = u8::try_from(value).ok().filter(u8::is_ascii_graphic)?;
    Some((byte, end))
}

/// Where the next part of a key begins, if what stands at `end` is nothing but a break: of a line (with the indentation or the
/// quotation of the next, with the sign of shells or of quoted-printable), a blank, `\n`, or the seam of two strings (`" + "`).
pub fn joint(text: &[u8], end: usize) -> Option<usize> {
    let skip = |from: usize, bytes: &[u8]| {
        let mut place = from;
        while place < end + JOINT_BYTES && bytes.contains(&at(text, place)) && place < text.len() {
            place += 1;
        }
        place
    };
    let next = match at(text, end) {
        quote if is_quote(quote) => {
            let next = skip(end + 1, b" \t\r\n+.&\\");
            (at(text, next) == quote).then_some(next + 1)?
        }
        b'\\' if at(text, end + 1) == b'n' => end + 2,
        b' ' if end < text.len() => end + 1,
        b'\\' | b'=' => skip(line_end(text, end + 1)?, b" \t>"),
        _ => skip(line_end(text, end)?, b" \t>"),
    };
    (next < text.len() && is_key(at(text, next))).then_some(next)
}

/// Whether the run at `place` can be a part of a key: words of a text have no digits, a part of a key has.
fn is_part(text: &[u8], place: usize) -> bool {
    let run = text.iter().skip(place).take(WINDOW_BYTES);
    run.take_while(|&&byte| is_key(byte))
        .any(|&byte| is_digit(byte))
}

/// Where a key of the same kind begins, the one before has ended.
fn goes_on_otherwise(text: &[u8], start: usize, next: usize) -> bool {
    text.get(next..next + 3) == text.get(start..start + 3)
}

/// Behind the end of a line at `place`.
fn line_end(text: &[u8], place: usize) -> Option<usize> {
    match (at(text, place), at(text, place + 1)) {
        (b'\n', _) => Some(place + 1),
        (b'\r', b'\n') => Some(place + 2),
        _ => None,
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
