//! Looks for the names of detectors around a key, all of them in one pass.
//!
//! Names are compared without case and without the separators in their middle: `CLIENT_SECRET`, `clientSecret` and
//! `client secret` are one word.

use super::boundary::at;
use super::hash::hash;
use super::tables::{
    NAMES, WORD_BUCKET_WORDS, WORD_BUCKETS, WORD_FILTER, WORD_STARTS, WORDS, detector,
};

/// How far left of a key a word may stand, in bytes.
const LEFT: usize = 120;
/// How far right.
const RIGHT: usize = 60;
/// The kind that words are hashed with.
const KIND: u8 = 7;
/// How many words are kept, the nearest.
const KEPT: usize = 24;
/// How much farther a word right of a key counts: a name usually stands in front.
const RIGHT_PENALTY: usize = 20;
/// How much farther a word counts for each line between.
const LINE_PENALTY: usize = 30;

/// The words around one span.
pub struct Words {
    span: (usize, usize),
    found: [(u16, u16); KEPT],
    count: usize,
}

impl Words {
    /// Nothing looked for yet.
    pub const fn new() -> Words {
        Words {
            span: (usize::MAX, 0),
            found: [(0, 0); KEPT],
            count: 0,
        }
    }

    /// How far the nearest name of the detector is from the span, if one is near. Of two names that end at one place,
    /// the longer one is nearer. `start` is that of the secret part: the fixed beginning of a key can be the name.
    pub fn distance(&mut self, text: &[u8], start: usize, end: usize, number: u16) -> Option<u16> {
        let names = names(Some(number))?;
        if self.span != (start, end) {
            self.span = (start, end);
            self.look(text, start, end);
        }
        let found = self.found.get(..self.count)?;
        found
            .iter()
            .filter(|(word, _)| names.contains(word))
            .map(|&(_, distance)| distance)
            .min()
    }

    fn look(&mut self, text: &[u8], start: usize, end: usize) {
        self.count = 0;
        let lines = |part: Option<&[u8]>| {
            part.unwrap_or_default()
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count()
        };
        let rank = |distance: usize, word: u16| {
            (distance * 32 + (31 - word_bytes(word).len().min(31))) as u16
        };
        each_word(
            text,
            start.saturating_sub(LEFT),
            start,
            |word, _, word_end| {
                self.keep(
                    word,
                    rank(
                        start - word_end + LINE_PENALTY * lines(text.get(word_end..start)),
                        word,
                    ),
                );
                false
            },
        );
        each_word(
            text,
            end,
            text.len().min(end + RIGHT),
            |word, word_start, _| {
                self.keep(
                    word,
                    rank(
                        word_start - end
                            + RIGHT_PENALTY
                            + LINE_PENALTY * lines(text.get(end..word_start)),
                        word,
                    ),
                );
                false
            },
        );
    }

    fn keep(&mut self, word: u16, distance: u16) {
        if let Some(slot) = self.found.get_mut(self.count) {
            *slot = (word, distance);
            self.count += 1;
        } else if let Some(worst) = self.found.iter_mut().max_by_key(|(_, distance)| *distance)
            && worst.1 > distance
        {
            *worst = (word, distance);
        }
    }
}

/// Whether the text, a name of up to 64 bytes, has one of the names of the detector.
pub fn has_name(text: &[u8], number: Option<u16>) -> bool {
    let Some(names) = names(number) else {
        return false;
    };
    each_word(text, 0, text.len(), |word, _, _| names.contains(&word))
}

fn names(number: Option<u16>) -> Option<&'static [u16]> {
    let detector = detector(number?)?;
    let first = usize::from(detector.first_name);
    NAMES.get(first..first + usize::from(detector.names))
}

/// Calls with every word between `from` and `to`, its start and its end, until the call returns true.
fn each_word(
    text: &[u8],
    from: usize,
    to: usize,
    mut call: impl FnMut(u16, usize, usize) -> bool,
) -> bool {
    // The bytes without separators, letters folded, and where they come from.
    let mut bytes = [0u8; LEFT + 4];
    let mut places = [0u8; LEFT + 4];
    let mut length = 0;
    for index in from..to.min(from + LEFT) {
        let byte = at(text, index);
        let joins = matches!(byte, b'_' | b'-' | b' ')
            && index > 0
            && at(text, index - 1).is_ascii_alphanumeric()
            && at(text, index + 1).is_ascii_alphanumeric();
        if !joins && let (Some(slot), Some(place)) = (bytes.get_mut(length), places.get_mut(length))
        {
            *slot = byte.to_ascii_lowercase();
            *place = (index - from) as u8;
            length += 1;
        }
    }
    for index in 0..length.saturating_sub(2) {
        let Some(&[first, second, third]) =
            bytes.get(index..).and_then(|rest| rest.first_chunk::<3>())
        else {
            break;
        };
        let hash = hash(first, second, third, KIND) as usize;
        if WORD_FILTER[hash >> 3] >> (hash & 7) & 1 == 0 {
            continue;
        }
        let bucket = hash & 255;
        for entry in usize::from(WORD_BUCKETS[bucket])..usize::from(WORD_BUCKETS[bucket + 1]) {
            let Some(&word) = WORD_BUCKET_WORDS.get(entry) else {
                break;
            };
            let name = word_bytes(word);
            let end = index + name.len();
            if end > length || bytes.get(index..end) != Some(name) {
                continue;
            }
            let place = |index: usize| from + usize::from(places.get(index).copied().unwrap_or(0));
            let (start, end) = (place(index), place(end - 1) + 1);
            if is_whole(text, start, end, name.len()) && call(word, start, end) {
                return true;
            }
        }
    }
    false
}

fn word_bytes(word: u16) -> &'static [u8] {
    let index = usize::from(word);
    let (Some(&start), Some(&end)) = (WORD_STARTS.get(index), WORD_STARTS.get(index + 1)) else {
        return &[];
    };
    WORDS
        .as_bytes()
        .get(usize::from(start)..usize::from(end))
        .unwrap_or_default()
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
