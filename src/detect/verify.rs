//! Runs the programs of alternatives: the longest match at one place that ends where a key may end.
//!
//! Time is linear in the length of the match for each item and memory is fixed: two sets of positions, used only
//! behind an item where taking as much as possible could lose a match.

use super::boundary::{at, may_end};
use super::tables::{CLASSES, PROGRAMS, class_contains};

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

    #[cfg_attr(not(target_family = "wasm"), inline(always))]
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

/// One of the first bytes of what a program matches.
#[derive(Clone, Copy)]
pub enum First {
    /// This one.
    Byte(u8),
    /// One of a class.
    Of(u8),
}

impl First {
    /// The bytes that it can be, letters in lower case.
    pub fn folded(self) -> impl Iterator<Item = u8> {
        let (from, to) = match self {
            First::Byte(byte) => (byte | 0x20, byte | 0x20),
            First::Of(_) => (0x20, u8::MAX),
        };
        (from..=to).filter(move |&byte| {
            let First::Of(class) = self else {
                return true;
            };
            byte & 0x20 != 0 && (class_contains(class, byte) || class_contains(class, byte & !0x20))
        })
    }
}

/// The first three bytes of what a program matches.
pub fn first_three(program: usize) -> [First; 3] {
    let mut reader = Reader { offset: program };
    let mut first = [First::Byte(0); 3];
    let mut count = 0;
    let mut push = |byte: First| {
        if let Some(slot) = first.get_mut(count) {
            *slot = byte;
        }
        count += 1;
        count < 3
    };
    loop {
        match reader.operation() {
            LITERAL => {
                for _ in 0..reader.byte() {
                    if !push(First::Byte(reader.byte())) {
                        return first;
                    }
                }
            }
            operation @ (EXACT | GREEDY | ANY | LAST) => {
                let class = reader.byte();
                for _ in 0..reader.number() {
                    if !push(First::Of(class)) {
                        return first;
                    }
                }
                if operation != EXACT {
                    return first;
                }
            }
            _ => return first,
        }
    }
}

/// The three bytes of the literal that a program begins with before its `lead`th.
pub fn literal_before(program: usize, lead: usize) -> [u8; 3] {
    let end = program + 2 + lead;
    let bytes = PROGRAMS.get(end.saturating_sub(3)..end);
    bytes
        .and_then(<[u8]>::first_chunk::<3>)
        .copied()
        .unwrap_or_default()
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
pub fn longest(text: &[u8], start: usize, program: usize, sets: &mut Sets) -> Option<usize> {
    let limit = text.len().min(start.saturating_add(KEY_BYTES));
    let mut reader = Reader { offset: program };
    let mut position = start;
    loop {
        match reader.operation() {
            LITERAL => {
                let length = usize::from(reader.byte());
                let literal = PROGRAMS.get(reader.offset..reader.offset + length)?;
                if position + length > limit
                    || text.get(position..position + length) != Some(literal)
                {
                    return None;
                }
                reader.offset += length;
                position += length;
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
                if sets.lack(text, position, limit, reader.offset) {
                    return None;
                }
                return sets.longest(text, start, position, limit, reader);
            }
            _ => return may_end(text, position).then_some(position),
        }
    }
}

/// How many bytes from `position` are of the class, up to `max`. One copy of it in frames.
#[cfg_attr(target_family = "wasm", inline(never))]
#[cfg_attr(not(target_family = "wasm"), inline(always))]
fn class_run(text: &[u8], position: usize, limit: usize, class: u8, max: usize) -> usize {
    let (classes, _) = CLASSES.as_chunks::<8>();
    let Some(words) = classes.get(usize::from(class)) else {
        return 0;
    };
    let stop = limit.min(position.saturating_add(max));
    let bytes = text.get(position..stop).unwrap_or_default();
    let other = |&byte: &u8| words[usize::from(byte >> 5)] >> (byte & 31) & 1 == 0;
    bytes.iter().position(other).unwrap_or(bytes.len())
}

/// The furthest position that a set holds, counted from the start of the match. `lower.rs` refuses longer patterns
/// that need sets.
const SET_BYTES: usize = 2047;
const WORDS: usize = SET_BYTES / 32 + 1;

/// A set of positions, counted from the start of the match. Empty, it is all zeros: it is in the state of a module whose file
/// says nothing of zeros.
struct Positions {
    words: [u32; WORDS],
    /// The first member.
    first: usize,
    /// Behind the last member; 0 where the set is empty.
    end: usize,
}

impl Positions {
    const fn new() -> Positions {
        Positions {
            words: [0; WORDS],
            first: 0,
            end: 0,
        }
    }

    fn clear(&mut self) {
        if self.end > 0 {
            for word in self.first / 32..self.end.div_ceil(32) {
                if let Some(word) = self.words.get_mut(word) {
                    *word = 0;
                }
            }
        }
        self.end = 0;
    }

    fn insert(&mut self, position: usize) {
        if let Some(word) = self.words.get_mut(position / 32) {
            *word |= 1 << (position % 32);
            if self.end == 0 || position < self.first {
                self.first = position;
            }
            self.end = self.end.max(position + 1);
        }
    }

    fn contains(&self, position: usize) -> bool {
        self.words
            .get(position / 32)
            .is_some_and(|word| word >> (position % 32) & 1 == 1)
    }

    /// All from `first` to `last`.
    fn insert_all(&mut self, first: usize, last: usize) {
        for position in first..=last {
            self.insert(position);
        }
    }

    fn is_empty(&self) -> bool {
        self.end == 0
    }
}

/// Two sets of positions, kept between matches since making them costs more than most matches. Both are empty then.
pub struct Sets {
    now: Positions,
    next: Positions,
    lacks: [Lack; LACKS],
}

/// How many literals are remembered not to come.
const LACKS: usize = 4;

/// Where a literal of programs does not begin.
#[derive(Clone, Copy)]
struct Lack {
    /// Where its bytes are in `PROGRAMS`; 0 for none.
    literal: usize,
    from: usize,
    /// It begins here, or is not known to.
    until: usize,
}

impl Sets {
    /// Empty sets.
    pub const fn new() -> Sets {
        Sets {
            now: Positions::new(),
            next: Positions::new(),
            lacks: [Lack {
                literal: 0,
                from: 0,
                until: 0,
            }; LACKS],
        }
    }

    /// For another text.
    pub fn reset(&mut self) {
        for lack in &mut self.lacks {
            lack.literal = 0;
        }
    }

    /// Whether the next literal of the program does not come where it would have to. What was looked through is remembered,
    /// so that a flood of beginnings costs one look at each byte.
    fn lack(&mut self, text: &[u8], position: usize, limit: usize, program: usize) -> bool {
        let mut reader = Reader { offset: program };
        let mut reach = 0;
        let (offset, length) = loop {
            match reader.operation() {
                LITERAL => {
                    let length = usize::from(reader.byte());
                    break (reader.offset, length);
                }
                operation @ (EXACT | GREEDY | ANY | LAST) => {
                    reader.byte();
                    let min = reader.number();
                    reach += if operation == EXACT {
                        min
                    } else {
                        reader.number()
                    };
                }
                _ => return false,
            }
        };
        let (Some(literal), Some(lack)) = (
            PROGRAMS.get(offset..offset + length),
            self.lacks.get_mut(offset % LACKS),
        ) else {
            return false;
        };
        if lack.literal != offset || position < lack.from || position > lack.until {
            *lack = Lack {
                literal: offset,
                from: position,
                until: position,
            };
        }
        let first = at(literal, 0);
        let end = limit.min(position + reach + 1);
        while lack.until < end {
            if at(text, lack.until) == first
                && text.get(lack.until..lack.until + length) == Some(literal)
            {
                return false;
            }
            lack.until += 1;
        }
        true
    }

    /// The rest of a program from `position` on, every choice kept.
    #[inline(never)]
    fn longest(
        &mut self,
        text: &[u8],
        start: usize,
        position: usize,
        limit: usize,
        reader: Reader,
    ) -> Option<usize> {
        let (now, next) = (&mut self.now, &mut self.next);
        now.insert(position - start);
        let limit = (limit - start).min(SET_BYTES);
        let end = run(text.get(start..)?, limit, reader, now, next);
        now.clear();
        next.clear();
        end.map(|end| start + end)
    }
}

/// Runs a program from the positions of `now` on, and returns the last end that a key may have.
fn run<'a>(
    text: &[u8],
    limit: usize,
    mut reader: Reader,
    mut now: &'a mut Positions,
    mut next: &'a mut Positions,
) -> Option<usize> {
    loop {
        match reader.operation() {
            LITERAL => {
                let length = usize::from(reader.byte());
                let literal = PROGRAMS.get(reader.offset..reader.offset + length)?;
                reader.offset += length;
                let first = at(literal, 0);
                for place in now.first..now.end {
                    if at(text, place) == first
                        && now.contains(place)
                        && place + length <= limit
                        && text.get(place..place + length) == Some(literal)
                    {
                        next.insert(place + length);
                    }
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
                if now.first + 1 == now.end {
                    let first = now.first;
                    let count = class_run(text, first, limit, class, max);
                    if count >= min {
                        next.insert_all(first + min, first + count);
                    }
                } else {
                    repeat(text, limit, class, min, max, now, next);
                }
            }
            _ => {
                return (now.first..now.end)
                    .rev()
                    .find(|&end| now.contains(end) && may_end(text, end));
            }
        }
        now.clear();
        core::mem::swap(&mut now, &mut next);
        if now.is_empty() {
            return None;
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
            if run >= now.end {
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
        if place > (now.end - 1).saturating_add(max) {
            return;
        }
    }
}
