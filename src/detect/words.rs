//! Looks for the names of detectors around a key, all of them in one pass.
//!
//! Names are compared without case and without the separators in their middle: `CLIENT_SECRET`, `clientSecret` and
//! `client secret` are one word.

use super::boundary::at;
use super::hash::hash;
use super::tables::{Tables, WORD};

/// How far left of a key a word may stand, in bytes.
const LEFT: usize = 120;
/// How far right.
const RIGHT: usize = 60;
/// How many words are kept, the last.
const KEPT: usize = 64;
/// Words of the filter of names that stand near a span.
const NEAR_WORDS: usize = 8;
/// How much farther a word right of a key counts: a name usually stands in front.
const RIGHT_PENALTY: usize = 20;
/// How much farther a word counts for each line between.
const LINE_PENALTY: usize = 30;

/// A word in the text.
#[derive(Clone, Copy)]
struct Place {
    word: u16,
    start: usize,
    end: usize,
}

/// The words around the spans that were asked for, which come in the order of the text: each byte is looked at once.
pub struct Words {
    /// The last words, in a ring.
    places: [Place; KEPT],
    count: usize,
    /// Behind the last byte that was looked at.
    looked: usize,
    /// The span that was asked for last: a token that many detectors share is asked for by each.
    span: (usize, usize),
    /// The words near it and how far each is.
    near: [(u16, u16); KEPT],
    near_count: usize,
    /// A bit for the lowest bits of each word near it: beside a token that many detectors share, few of their names stand.
    near_bits: [u32; NEAR_WORDS],
}

impl Words {
    /// Nothing looked at yet.
    pub const fn new() -> Words {
        Words {
            places: [Place {
                word: 0,
                start: 0,
                end: 0,
            }; KEPT],
            count: 0,
            looked: 0,
            span: (0, 0),
            near: [(0, 0); KEPT],
            near_count: 0,
            near_bits: [0; NEAR_WORDS],
        }
    }

    /// For another text.
    pub fn reset(&mut self) {
        (self.count, self.looked, self.span) = (0, 0, (0, 0));
    }

    /// How far the nearest name of the detector is from the span, if one is near. Of two names that end at one place,
    /// the longer one is nearer. `start` is that of the secret part: the fixed beginning of a key can be the name.
    pub fn distance(
        &mut self,
        tables: &Tables,
        text: &[u8],
        start: usize,
        end: usize,
        number: u16,
    ) -> Option<u16> {
        if self.span != (start, end) {
            self.look(tables, text, start, end);
        }
        let near = self.near.get(..self.near_count)?;
        if near.is_empty() {
            return None;
        }
        let mut nearest = None;
        for &name in names(tables, Some(number))? {
            if self.near_bits[usize::from(name) / 32 % NEAR_WORDS] >> (name % 32) & 1 == 0 {
                continue;
            }
            for &(word, distance) in near {
                if word == name && nearest.is_none_or(|nearest| distance < nearest) {
                    nearest = Some(distance);
                }
            }
        }
        nearest
    }

    /// Finds the words near a span.
    #[inline(never)]
    fn look(&mut self, tables: &Tables, text: &[u8], start: usize, end: usize) {
        self.span = (start, end);
        self.near_count = 0;
        self.near_bits = [0; NEAR_WORDS];
        let (from, to) = (start.saturating_sub(LEFT), text.len().min(end + RIGHT));
        if self.looked < to {
            let places = &mut self.places;
            let count = &mut self.count;
            each_word(
                tables,
                text,
                self.looked.max(from),
                to,
                |word, start, end| {
                    if let Some(slot) = places.get_mut(*count % KEPT) {
                        *slot = Place { word, start, end };
                        *count += 1;
                    }
                    false
                },
            );
            self.looked = to;
        }
        // From the last word back, so that the lines between are counted once: a word has none.
        let (mut lines, mut counted) = (0, start);
        for back in 1..=self.count.min(KEPT) {
            let Some(&place) = self.places.get((self.count - back) % KEPT) else {
                break;
            };
            if place.start < from {
                break;
            }
            let bytes = if place.end <= start {
                lines += newlines(text, place.end, counted);
                counted = counted.min(place.end);
                start - place.end + LINE_PENALTY * lines
            } else if place.start >= end && place.end <= to {
                let lines = newlines(text, end, place.start);
                place.start - end + RIGHT_PENALTY + LINE_PENALTY * lines
            } else {
                continue;
            };
            let length = (place.end - place.start).min(31);
            if let Some(slot) = self.near.get_mut(self.near_count) {
                *slot = (place.word, (bytes * 32 + 31 - length) as u16);
                self.near_count += 1;
                self.near_bits[usize::from(place.word) / 32 % NEAR_WORDS] |= 1 << (place.word % 32);
            }
        }
    }
}

fn newlines(text: &[u8], start: usize, end: usize) -> usize {
    let between = text.get(start..end).unwrap_or_default();
    between.iter().filter(|&&byte| byte == b'\n').count()
}

/// Whether the text, a name of up to 64 bytes, has one of the names of the detector.
pub fn has_name(tables: &Tables, text: &[u8], number: Option<u16>) -> bool {
    let Some(names) = names(tables, number) else {
        return false;
    };
    each_word(tables, text, 0, text.len(), |word, _, _| {
        names.contains(&word)
    })
}

fn names(tables: &Tables, number: Option<u16>) -> Option<&[u16]> {
    let detector = tables.detector(number?)?;
    let first = usize::from(detector.first_name);
    tables.names.get(first..first + usize::from(detector.names))
}

/// Calls with every word that begins between `from` and `to`, its start and its end, until the call returns true.
fn each_word(
    tables: &Tables,
    text: &[u8],
    from: usize,
    to: usize,
    mut call: impl FnMut(u16, usize, usize) -> bool,
) -> bool {
    let mut index = from;
    let (mut second, mut third) = (at(text, from), at(text, from + 1));
    let mut separators = ((is_separator(second) as u8) << 1) | is_separator(third) as u8;
    while index < to {
        let start = index;
        index += 1;
        let first = second;
        (second, third) = (third, at(text, start + 2));
        separators = ((separators << 1) | is_separator(third) as u8) & 7;
        let hash = if separators == 0 {
            hash(first, second, third, WORD)
        } else {
            if joins(text, start) {
                continue;
            }
            let second = after(text, start);
            let third = after(text, second);
            hash(first, at(text, second), at(text, third), WORD)
        } as usize;
        if tables.word_filter[hash >> 3] >> (hash & 7) & 1 == 0 {
            continue;
        }
        let bucket = hash & 255;
        for entry in
            usize::from(tables.word_buckets[bucket])..usize::from(tables.word_buckets[bucket + 1])
        {
            let Some(&word) = tables.word_bucket_words.get(entry) else {
                break;
            };
            let name = tables.word(word);
            if let Some(end) = word_end(text, start, name)
                && is_whole(text, start, end, name.len())
                && call(word, start, end)
            {
                return true;
            }
        }
    }
    false
}

#[inline(always)]
fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b' ')
}

/// Whether the byte is a separator between letters or digits.
#[inline(always)]
fn joins(text: &[u8], index: usize) -> bool {
    is_separator(at(text, index))
        && index > 0
        && at(text, index - 1).is_ascii_alphanumeric()
        && at(text, index + 1).is_ascii_alphanumeric()
}

/// The next byte that is no separator in the middle of a word.
#[inline(always)]
fn after(text: &[u8], index: usize) -> usize {
    index + 1 + usize::from(joins(text, index + 1))
}

/// Where the word ends, if it begins at `start`.
fn word_end(text: &[u8], start: usize, word: &[u8]) -> Option<usize> {
    let mut index = start;
    let mut end = start;
    for &byte in word {
        if at(text, index).to_ascii_lowercase() != byte {
            return None;
        }
        end = index + 1;
        index = after(text, index);
    }
    (end <= text.len()).then_some(end)
}

/// Short words must not be parts of longer ones: `box` in `inbox`; but `myBoxToken` has it.
fn is_whole(text: &[u8], start: usize, end: usize, letters: usize) -> bool {
    if letters > 4 {
        return true;
    }
    let before = start.checked_sub(1).map_or(b' ', |before| at(text, before));
    let (first, last, after) = (at(text, start), at(text, end - 1), at(text, end));
    let apart = |one: u8, two: u8| {
        !one.is_ascii_alphabetic()
            || !two.is_ascii_alphabetic()
            || (one.is_ascii_lowercase() && two.is_ascii_uppercase())
    };
    let (left, right) = (apart(before, first), apart(last, after));
    // `AKIA…`, `xoxb…`: the beginning of another key names its issuer.
    left && (right || letters == 4 && last.is_ascii_uppercase())
}
