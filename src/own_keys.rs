//! Recognises the person's own keys in a text, whatever their shape, from keyed fingerprints. No allocator, so that a frame can have it.
//!
//! A *table* holds a random key and, for every stored key, a *row*. A key is looked at in its *plain form*: without
//! blanks, line breaks, control and invisible characters, in the text too, so that a wrapped key is found. Of a plain form longer
//! than [`LONGEST_REGION`] bytes only the middle is looked for, its *region*; the span that is reported covers all of it.
//!
//! The search is linear in the text: a 16-bit hash of each window of eight bytes goes through a bit map; of what passes, another
//! 8-bit hash; of what passes that, HMAC-SHA-256 over the region, cut to 56 bits. With 200 rows this is one HMAC in
//! some 80 000 bytes, and a false find in 2^64 bytes.
//!
//! # Security
//! Whoever has the table can check a guess of a whole key, and learns 24 bits of each key besides (the two hashes) and
//! its length; nothing else, since the HMAC covers the whole region. So a table that is readable while the vault is
//! locked holds keys made by machines only; see `docs/vault-format.md`.
//!
//! Percent-encoded or otherwise encoded text is not decoded here: the scanner looks at what it decoded.

mod hash;

use core::ops::Range;

use hash::Hmac;

/// Bytes of a row: hash of the window (2), hash of the region's end (1), place of the window in the region (1), length of the
/// region (1), bytes before it (2) and behind it (2) in the plain form, HMAC (7). Numbers are big-endian.
pub const ROW_BYTES: usize = 16;
/// Bytes of the table's key.
pub const KEY_BYTES: usize = 32;
/// Bytes before the first row: the version, the key.
pub const HEAD_BYTES: usize = 1 + KEY_BYTES;
/// The first byte of a table.
pub const VERSION: u8 = 1;
/// Bytes of the longest region.
pub const LONGEST_REGION: usize = 128;
/// Bytes of a window, and of the shortest key that has a row.
pub const WINDOW: usize = 8;
const TAG_BYTES: usize = 7;
/// The bit map has two to the power of this many bits.
const MAP_BITS: u32 = 13;
const MAP_WORDS: usize = 1 << (MAP_BITS - 5);

/// The table's key, expanded.
pub(crate) struct Hashes {
    window: [u32; 4],
    end: [u32; 4],
    mac: Hmac,
}

impl Hashes {
    #[inline(never)]
    pub(crate) fn new(key: &[u8; KEY_BYTES]) -> Self {
        let mac = Hmac::new(key);
        let seed = mac.of(b"keyward/1/own-keys/hashes", core::iter::empty());
        let [window, end] = [0, 4].map(|first| {
            // Odd, so that multiplying loses nothing.
            [0, 1, 2, 3].map(|place| seed[first + place] | 1)
        });
        Hashes { window, end, mac }
    }

    /// The hash that the search begins with.
    pub(crate) fn window(&self, window: &[u8; WINDOW]) -> u16 {
        (mix(&self.window, window) >> 16) as u16
    }

    /// The hash of a region's last bytes.
    pub(crate) fn end(&self, window: &[u8; WINDOW]) -> u8 {
        (mix(&self.end, window) >> 24) as u8
    }

    /// The HMAC of a region, cut.
    #[inline(never)]
    pub(crate) fn tag(&self, region: impl Iterator<Item = u8>) -> [u8; TAG_BYTES] {
        let full = self.mac.of(b"keyward/1/own-keys/region", region);
        let mut tag = [0; TAG_BYTES];
        for (place, byte) in tag.iter_mut().enumerate() {
            *byte = full[place / 4].to_be_bytes()[place % 4];
        }
        tag
    }
}

/// A hash of eight bytes in 32-bit arithmetic: frames run this translated to JavaScript, where 64 bits are slow.
#[inline(never)]
fn mix(numbers: &[u32; 4], window: &[u8; WINDOW]) -> u32 {
    let high = u32::from_be_bytes([window[0], window[1], window[2], window[3]]);
    let low = u32::from_be_bytes([window[4], window[5], window[6], window[7]]);
    let mut hash = high.wrapping_mul(numbers[0]) ^ low.wrapping_mul(numbers[1]).rotate_left(16);
    hash = (hash ^ (hash >> 15)).wrapping_mul(numbers[2]);
    hash = (hash ^ (hash >> 13)).wrapping_mul(numbers[3]);
    hash ^ (hash >> 16)
}

/// A table, ready to search with.
pub struct OwnKeys<'a> {
    hashes: Hashes,
    rows: &'a [[u8; ROW_BYTES]],
    map: [u32; MAP_WORDS],
}

impl<'a> OwnKeys<'a> {
    /// Reads a table; its rows must be sorted. `None` for anything else, and for the tables of other versions.
    #[inline(never)]
    pub fn parse(table: &'a [u8]) -> Option<Self> {
        let (head, rest) = table.split_first_chunk::<HEAD_BYTES>()?;
        let (rows, left_over) = rest.as_chunks::<ROW_BYTES>();
        let key = head.last_chunk::<KEY_BYTES>()?;
        if head[0] != VERSION
            || !left_over.is_empty()
            || !are_sorted(rows)
            || !rows.iter().all(is_row)
        {
            return None;
        }
        let mut map = [0; MAP_WORDS];
        for row in rows {
            let bit = place(filter(row));
            map[bit / 32] |= 1 << (bit % 32);
        }
        Some(OwnKeys {
            hashes: Hashes::new(key),
            rows,
            map,
        })
    }

    /// How many keys it knows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The spans of own keys in `text`, which is UTF-8, as byte offsets, in the order of where they are recognised. Spans
    /// can overlap where one stored key is part of another. A key of which only the end or the beginning is in the
    /// text is found if its region is; its span is cut to the text.
    pub fn matches<'t>(&self, text: &'t [u8]) -> Matches<'_, 't> {
        Matches {
            table: self,
            text,
            position: 0,
            window: [0; WINDOW],
            filled: 0,
            candidates: 0..0,
        }
    }

    #[inline(never)]
    fn candidates(&self, hash: u16) -> Range<usize> {
        let bit = place(hash);
        if self.map[bit / 32] & (1 << (bit % 32)) == 0 {
            return 0..0;
        }
        let start = self.rows.partition_point(|row| filter(row) < hash);
        start
            ..start
                + self.rows[start..]
                    .iter()
                    .take_while(|row| filter(row) == hash)
                    .count()
    }
}

/// The spans that [`OwnKeys::matches`] gives.
pub struct Matches<'k, 't> {
    table: &'k OwnKeys<'k>,
    text: &'t [u8],
    /// Everything before this was read.
    position: usize,
    window: [u8; WINDOW],
    /// Bytes of the window that were read.
    filled: usize,
    /// Rows that the window at `position` may belong to.
    candidates: Range<usize>,
}

impl Iterator for Matches<'_, '_> {
    type Item = Range<usize>;

    #[inline(never)]
    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            while let Some(row) = self.candidates.next() {
                if let Some(span) = self.verify(&self.table.rows[row]) {
                    return Some(span);
                }
            }
            let byte = self.read()?;
            self.window.copy_within(1.., 0);
            self.window[WINDOW - 1] = byte;
            self.filled += 1;
            if self.filled >= WINDOW {
                self.candidates = self
                    .table
                    .candidates(self.table.hashes.window(&self.window));
            }
        }
    }
}

impl Matches<'_, '_> {
    fn read(&mut self) -> Option<u8> {
        self.position += invisible_at(&self.text[self.position..]);
        let byte = *self.text.get(self.position)?;
        self.position += 1;
        Some(byte)
    }

    /// Whether the row's region stands around the window that ends at `position`.
    #[inline(never)]
    fn verify(&self, row: &[u8; ROW_BYTES]) -> Option<Range<usize>> {
        let [_, _, end_hash, offset, length, rest @ ..] = row;
        let (offset, length) = (usize::from(*offset), usize::from(*length));
        let start = back(self.text, self.position, offset + WINDOW)?;
        let end = forward(self.text, self.position, length - offset - WINDOW)?;
        let mut last = [0; WINDOW];
        let mut tail = back(self.text, end, WINDOW)?;
        for byte in &mut last {
            tail += invisible_at(&self.text[tail..]);
            *byte = *self.text.get(tail)?;
            tail += 1;
        }
        if self.table.hashes.end(&last) != *end_hash {
            return None;
        }
        let tag = &rest[4..];
        if self.table.hashes.tag(plain_form(&self.text[start..end])) != tag {
            return None;
        }
        let before = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
        let after = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        // Where the text holds less than the whole key, its span ends where the text ends.
        Some(
            back(self.text, start, before).unwrap_or(0)
                ..forward(self.text, end, after).unwrap_or(self.text.len()),
        )
    }
}

/// The bytes of a text that count: not blanks, line breaks, control and invisible characters.
pub fn plain_form(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut position = 0;
    core::iter::from_fn(move || {
        position += invisible_at(&text[position..]);
        let byte = *text.get(position)?;
        position += 1;
        Some(byte)
    })
}

/// Where the `count` plain bytes before `end` begin.
#[inline(never)]
fn back(text: &[u8], end: usize, count: usize) -> Option<usize> {
    let mut start = end;
    for _ in 0..count {
        while let skip @ 1.. = invisible_before(&text[..start]) {
            start -= skip;
        }
        start = start.checked_sub(1)?;
    }
    Some(start)
}

/// Where the `count` plain bytes from `start` on end.
#[inline(never)]
fn forward(text: &[u8], start: usize, count: usize) -> Option<usize> {
    let mut end = start;
    for _ in 0..count {
        end += invisible_at(&text[end..]);
        if end == text.len() {
            return None;
        }
        end += 1;
    }
    Some(end)
}

/// Bytes of the blanks and invisible characters that `text` begins with.
#[inline(never)]
fn invisible_at(text: &[u8]) -> usize {
    let mut count = 0;
    loop {
        let rest = &text[count..];
        count += match rest {
            [0..=0x20 | 0x7f, ..] => 1,
            [one, two, ..] if is_invisible(&[*one, *two]) => 2,
            [one, two, three, ..] if is_invisible(&[*one, *two, *three]) => 3,
            _ => return count,
        };
    }
}

/// Bytes of one such character that `text` ends with.
#[inline(never)]
fn invisible_before(text: &[u8]) -> usize {
    match text {
        [.., 0..=0x20 | 0x7f] => 1,
        [.., one, two] if is_invisible(&[*one, *two]) => 2,
        [.., one, two, three] if is_invisible(&[*one, *two, *three]) => 3,
        _ => 0,
    }
}

/// Whether these bytes are, in UTF-8, a no-break space, soft hyphen, joiner, direction mark, line or paragraph
/// separator, word joiner, invisible operator or byte order mark.
fn is_invisible(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xc2, 0xa0 | 0xad]
            | [0xcd, 0x8f]
            | [0xd8, 0x9c]
            | [0xe1, 0xa0, 0x8e]
            | [0xe2, 0x80, 0x8b..=0x8f | 0xa8..=0xaf]
            | [0xe2, 0x81, 0xa0..=0xa9]
            | [0xef, 0xbb, 0xbf]
    )
}

fn filter(row: &[u8; ROW_BYTES]) -> u16 {
    u16::from_be_bytes([row[0], row[1]])
}

fn place(hash: u16) -> usize {
    usize::from(hash) & ((1 << MAP_BITS) - 1)
}

/// Whether they are in the order that the search needs. By hand: comparing whole rows brought 4 KB to a frame's script.
fn are_sorted(rows: &[[u8; ROW_BYTES]]) -> bool {
    let mut last = 0;
    for row in rows {
        if filter(row) < last {
            return false;
        }
        last = filter(row);
    }
    true
}

/// Whether the window lies in the region and the region is not too long.
fn is_row(row: &[u8; ROW_BYTES]) -> bool {
    let (offset, length) = (usize::from(row[3]), usize::from(row[4]));
    length <= LONGEST_REGION && offset + WINDOW <= length
}
