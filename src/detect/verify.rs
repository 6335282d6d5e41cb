//! Runs the programs of alternatives: the longest match at one place that ends where a key may end.
//!
//! Time is linear in the length of the match for each item and memory is fixed: two sets of positions, used only
//! behind an item where taking as much as possible could lose a match.

use super::boundary::{at, may_end};
use super::tables::{PROGRAMS, class_contains};

/// The longest key, in bytes. A longer match is none.
pub const KEY_BYTES: usize = 12 * 1024;

const END: u8 = 0;
const LITERAL: u8 = 1;
const EXACT: u8 = 2;
const GREEDY: u8 = 3;
const ANY: u8 = 4;
const LAST: u8 = 5;
const JUMP: u8 = 6;

/// Reads a program.
struct Reader {
    offset: usize,
}

impl Reader {
    #[inline(always)]
    fn byte(&mut self) -> u8 {
        let byte = match PROGRAMS.get(self.offset) {
            Some(&byte) => byte,
            None => END,
        };
        self.offset += 1;
        byte
    }

    #[inline(always)]
    fn number(&mut self) -> usize {
        let first = self.byte();
        if first < 0x80 {
            usize::from(first)
        } else {
            usize::from(first & 0x7f) << 8 | usize::from(self.byte())
        }
    }

    /// The next operation, jumps followed.
    #[inline(always)]
    fn operation(&mut self) -> u8 {
        let operation = self.byte();
        if operation != JUMP {
            return operation;
        }
        self.offset = usize::from(self.byte()) | usize::from(self.byte()) << 8;
        self.byte()
    }
}

/// A step of a program, as far as what it says about a text.
pub enum Step {
    /// So many fixed bytes.
    Literal(u16),
    /// At least so many bytes of a class.
    Class {
        /// Which.
        class: u8,
        /// How many.
        min: u16,
    },
}

/// The steps of a program.
pub fn steps(program: usize) -> impl Iterator<Item = Step> {
    let mut reader = Reader { offset: program };
    core::iter::from_fn(move || {
        let operation = reader.operation();
        match operation {
            LITERAL => {
                let length = reader.byte();
                reader.offset += usize::from(length);
                Some(Step::Literal(u16::from(length)))
            }
            EXACT | GREEDY | ANY | LAST => {
                let (class, min) = (reader.byte(), reader.number() as u16);
                if operation != EXACT {
                    reader.number();
                }
                Some(Step::Class { class, min })
            }
            _ => None,
        }
    })
}

/// Where the bytes of a program end and the next one begins.
pub fn program_end(program: usize) -> usize {
    let mut reader = Reader { offset: program };
    loop {
        match reader.byte() {
            LITERAL => {
                reader.offset += 1 + usize::from(PROGRAMS.get(reader.offset).copied().unwrap_or(0))
            }
            operation @ (EXACT | GREEDY | ANY | LAST) => {
                reader.byte();
                reader.number();
                if operation != EXACT {
                    reader.number();
                }
            }
            JUMP => return reader.offset + 2,
            _ => return reader.offset,
        }
    }
}

/// The first three bytes of the literal that a program begins with.
pub fn literal_start(program: usize) -> [u8; 3] {
    let literal = PROGRAMS
        .get(program + 2..)
        .and_then(<[u8]>::first_chunk::<3>);
    literal.copied().unwrap_or_default()
}

/// How many bytes of literal the program begins with.
pub fn literal_bytes(program: usize) -> usize {
    let mut reader = Reader { offset: program };
    if reader.operation() == LITERAL {
        usize::from(reader.byte())
    } else {
        0
    }
}

/// The end of the longest match of the program at `start` that ends where a key may end.
pub fn longest(text: &[u8], start: usize, program: usize) -> Option<usize> {
    let limit = text.len().min(start.saturating_add(KEY_BYTES));
    let mut reader = Reader { offset: program };
    let mut position = start;
    loop {
        match reader.operation() {
            LITERAL => {
                let length = usize::from(reader.byte());
                for _ in 0..length {
                    if position >= limit || at(text, position) != reader.byte() {
                        return None;
                    }
                    position += 1;
                }
            }
            EXACT => {
                let class = reader.byte();
                let count = reader.number();
                if class_run(text, position, limit, class, count) < count {
                    return None;
                }
                position += count;
            }
            GREEDY => {
                let class = reader.byte();
                let (min, max) = (reader.number(), reader.number());
                let count = class_run(text, position, limit, class, max);
                if count < min {
                    return None;
                }
                position += count;
            }
            LAST => {
                let class = reader.byte();
                let (min, max) = (reader.number(), reader.number());
                let count = class_run(text, position, limit, class, max);
                if count < min {
                    return None;
                }
                return (position + min..=position + count)
                    .rev()
                    .find(|&end| may_end(text, end));
            }
            ANY => {
                reader.offset -= 1;
                return sets(text, start, position, limit, reader);
            }
            _ => return may_end(text, position).then_some(position),
        }
    }
}

/// How many bytes from `position` are of the class, up to `max`.
#[inline(always)]
fn class_run(text: &[u8], position: usize, limit: usize, class: u8, max: usize) -> usize {
    let mut end = position;
    let stop = limit.min(position.saturating_add(max));
    while end < stop && class_contains(class, at(text, end)) {
        end += 1;
    }
    end - position
}

/// The furthest position that a set holds, counted from the start of the match. `lower.rs` refuses longer patterns
/// that need sets.
const SET_BYTES: usize = 2047;
const WORDS: usize = SET_BYTES / 32 + 1;

/// A set of positions, counted from the start of the match.
struct Positions {
    words: [u32; WORDS],
    /// No member is smaller.
    first: usize,
    /// No member is greater; smaller than `first` where the set is empty.
    last: usize,
}

impl Positions {
    fn new() -> Positions {
        Positions {
            words: [0; WORDS],
            first: usize::MAX,
            last: 0,
        }
    }

    fn clear(&mut self) {
        if self.first != usize::MAX {
            for word in self.first / 32..=self.last / 32 {
                if let Some(word) = self.words.get_mut(word) {
                    *word = 0;
                }
            }
        }
        (self.first, self.last) = (usize::MAX, 0);
    }

    fn insert(&mut self, position: usize) {
        if let Some(word) = self.words.get_mut(position / 32) {
            *word |= 1 << (position % 32);
            self.first = self.first.min(position);
            self.last = self.last.max(position);
        }
    }

    fn contains(&self, position: usize) -> bool {
        self.words
            .get(position / 32)
            .is_some_and(|word| word >> (position % 32) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.first == usize::MAX
    }
}

/// The rest of a program from `position` on, every choice kept.
fn sets(
    text: &[u8],
    start: usize,
    position: usize,
    limit: usize,
    mut reader: Reader,
) -> Option<usize> {
    let (mut now, mut next) = (Positions::new(), Positions::new());
    now.insert(position - start);
    let limit = (limit - start).min(SET_BYTES);
    let text = &text[start..];
    loop {
        match reader.operation() {
            LITERAL => {
                let length = usize::from(reader.byte());
                let literal = PROGRAMS.get(reader.offset..reader.offset + length)?;
                reader.offset += length;
                for place in now.first..=now.last {
                    if now.contains(place)
                        && place + length <= limit
                        && text.get(place..place + length) == Some(literal)
                    {
                        next.insert(place + length);
                    }
                }
                now.clear();
                core::mem::swap(&mut now, &mut next);
                if now.is_empty() {
                    return None;
                }
            }
            operation @ (EXACT | GREEDY | ANY | LAST) => {
                let class = reader.byte();
                let min = reader.number();
                let max = if operation == EXACT {
                    min
                } else {
                    reader.number()
                };
                repeat(text, limit, class, min, max, &now, &mut next);
                now.clear();
                core::mem::swap(&mut now, &mut next);
                if now.is_empty() {
                    return None;
                }
            }
            _ => {
                return (now.first..=now.last)
                    .rev()
                    .find(|&end| now.contains(end) && may_end(text, end))
                    .map(|end| start + end);
            }
        }
    }
}

/// Adds to `next` every position that is `min` to `max` bytes of the class behind one of `now`.
fn repeat(
    text: &[u8],
    limit: usize,
    class: u8,
    min: usize,
    max: usize,
    now: &Positions,
    next: &mut Positions,
) {
    let mut run = now.first;
    let mut latest = None;
    for place in now.first..=limit {
        if place > now.first && !class_contains(class, at(text, place - 1)) {
            run = place;
            if run > now.last {
                return;
            }
        }
        // The nearest member that is far enough back: if that one is too far, or in front of a byte of another class,
        // so is every other.
        if place >= min && now.contains(place - min) {
            latest = Some(place - min);
        }
        if latest.is_some_and(|latest| latest >= run && place - latest <= max) {
            next.insert(place);
        }
        if place > now.last.saturating_add(max) {
            return;
        }
    }
}
