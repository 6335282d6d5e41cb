//! Patterns to flat alternatives, and how the scan finds each.
//!
//! Words: an *item* is a class of bytes with the least and the most repetitions; an *alternative* is a sequence of items
//! without choices, what remains of a pattern when its groups, alternations and optional parts are multiplied out; an
//! *anchor* is how the scan finds an alternative: three bytes at, before or around the start of a run of `[A-Za-z0-9_-]`,
//! before `://`, or, for patterns without a literal, any token of the right shape.
//!
//! Used by `lower.rs` only where patterns are lowered: in the build script, and in tests.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The shortest run of `[A-Za-z0-9_-]` that the scan looks for; every anchor lies at the start of one.
pub const RUN_BYTES: u16 = 8;
/// The longest match of a pattern in which taking as much as possible can lose a match; `verify.rs` keeps every choice
/// then.
const AMBIGUOUS_MAX: u16 = 2047;
/// What an open repetition (`+`, `{20,}`) is bounded to.
pub const OPEN_MAX: u16 = 8192;
/// The most alternatives that a pattern may multiply out to.
const ALTERNATIVES_MAX: usize = 160;
/// The most three-byte keys that one anchor may stand for.
const KEYS_MAX: usize = 240;
/// The longest part of a key that may lie before its anchor.
const LEAD_MAX: u16 = 96;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSet(pub [u64; 4]);

impl ByteSet {
    /// The bytes of keys, between which a key neither begins nor ends.
    pub fn key_bytes() -> ByteSet {
        let mut set = ByteSet::default();
        for byte in 0..=255u8 {
            if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
                set.insert(byte);
            }
        }
        set
    }

    /// The set of one byte.
    pub fn one(byte: u8) -> ByteSet {
        let mut set = ByteSet::default();
        set.insert(byte);
        set
    }

    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Whether the byte is in the set.
    pub fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// The bytes in ascending order.
    pub fn bytes(&self) -> Vec<u8> {
        (0..=255u8).filter(|&byte| self.contains(byte)).collect()
    }

    /// Whether the sets have no byte in common.
    pub fn is_disjoint(&self, other: &ByteSet) -> bool {
        (0..4).all(|word| self.0[word] & other.0[word] == 0)
    }

    /// Whether every byte is in the other set.
    pub fn is_subset(&self, other: &ByteSet) -> bool {
        (0..4).all(|word| self.0[word] & !other.0[word] == 0)
    }

    fn union(&self, other: &ByteSet) -> ByteSet {
        let mut set = *self;
        for word in 0..4 {
            set.0[word] |= other.0[word];
        }
        set
    }
}

/// A class of bytes, repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Item {
    /// The bytes that match.
    pub class: ByteSet,
    /// The least repetitions.
    pub min: u16,
    /// The most repetitions.
    pub max: u16,
}

/// How the scan comes upon an alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchor {
    /// The three bytes with which a run begins.
    Run,
    /// The three bytes before a run.
    Before,
    /// The byte before a run and the two with which it begins.
    Around,
    /// The three bytes before `://`.
    Scheme,
    /// No literal: every token of the right length.
    Shape,
}

/// A pattern without choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The items in order.
    pub items: Vec<Item>,
    /// How it is found.
    pub anchor: Anchor,
    /// The keys of the anchor, letters folded to lower case.
    pub keys: Vec<[u8; 3]>,
    /// The least bytes of the key before the anchor.
    pub lead_min: u16,
    /// The most bytes of the key before the anchor.
    pub lead_max: u16,
}

impl Alternative {
    /// Whether taking as much as possible for this item never loses a match.
    pub fn is_greedy_safe(&self, index: usize) -> bool {
        let item = &self.items[index];
        if item.min == item.max {
            return true;
        }
        let mut follow = ByteSet::default();
        for next in &self.items[index + 1..] {
            follow = follow.union(&next.class);
            if next.min > 0 {
                return follow.is_disjoint(&item.class);
            }
        }
        // Nothing has to follow: safe where nothing can, since the verifier gives back from the end.
        index + 1 == self.items.len()
    }
}

/// Lowers a pattern. Where `named` holds, it may do without a literal.
///
/// # Errors
/// Why the pattern is outside the subset.
pub fn lower(pattern: &str, named: bool) -> Result<Vec<Alternative>, String> {
    let hir = regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .map_err(|error| match error {
            regex_syntax::Error::Parse(error) => {
                format!("the pattern is no regular expression: {}", error.kind())
            }
            regex_syntax::Error::Translate(error) => {
                format!("the pattern is no ASCII expression: {}", error.kind())
            }
            _ => "the pattern is no regular expression".into(),
        })?;
    let mut alternatives = Vec::new();
    for items in flatten(&hir)? {
        let items = merge(items);
        if items.iter().map(|item| u32::from(item.min)).sum::<u32>() < u32::from(RUN_BYTES) {
            return Err(format!(
                "the pattern matches texts shorter than {RUN_BYTES} bytes"
            ));
        }
        let alternative = anchor(items, named)?;
        let safe = (0..alternative.items.len()).all(|index| alternative.is_greedy_safe(index));
        let longest = alternative
            .items
            .iter()
            .map(|item| item.max)
            .fold(0, u16::saturating_add);
        if !safe && longest > AMBIGUOUS_MAX {
            return Err(format!(
                "a repetition could end in several places, and the pattern matches more than {AMBIGUOUS_MAX} bytes"
            ));
        }
        if !alternatives.contains(&alternative) {
            alternatives.push(alternative);
        }
    }
    Ok(alternatives)
}

fn flatten(hir: &Hir) -> Result<Vec<Vec<Item>>, String> {
    let single = |class: ByteSet| {
        vec![vec![Item {
            class,
            min: 1,
            max: 1,
        }]]
    };
    let alternatives = match hir.kind() {
        HirKind::Empty => vec![Vec::new()],
        HirKind::Literal(literal) => {
            vec![literal.0.iter().map(|&byte| Item { class: ByteSet::one(byte), min: 1, max: 1 }).collect()]
        }
        HirKind::Class(class) => single(byte_set(class)?),
        HirKind::Look(_) => return Err("anchors and word boundaries are outside the subset; the boundaries are the same for all".into()),
        HirKind::Capture(capture) => flatten(&capture.sub)?,
        HirKind::Repetition(repetition) => repeat(repetition.min, repetition.max, flatten(&repetition.sub)?)?,
        HirKind::Concat(parts) => {
            let mut all = vec![Vec::new()];
            for part in parts {
                all = product(&all, &flatten(part)?)?;
            }
            all
        }
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(flatten(part)?);
            }
            all
        }
    };
    if alternatives.len() > ALTERNATIVES_MAX {
        return Err(format!(
            "the pattern has more than {ALTERNATIVES_MAX} alternatives"
        ));
    }
    Ok(alternatives)
}

fn repeat(min: u32, max: Option<u32>, sub: Vec<Vec<Item>>) -> Result<Vec<Vec<Item>>, String> {
    if let [items] = sub.as_slice()
        && let [item] = items.as_slice()
        && item.min == 1
        && item.max == 1
    {
        let bound = |count: u32| {
            u16::try_from(count)
                .ok()
                .filter(|&count| count <= OPEN_MAX)
                .ok_or(format!("a repetition is bounded by {OPEN_MAX}"))
        };
        let min = bound(min)?;
        let max = max.map_or(Ok(OPEN_MAX), bound)?;
        if (min, max) == (0, 1) {
            // What stands behind an optional byte keeps a fixed place.
            return Ok(vec![
                vec![Item {
                    class: item.class,
                    min: 1,
                    max: 1,
                }],
                Vec::new(),
            ]);
        }
        return Ok(vec![vec![Item {
            class: item.class,
            min,
            max,
        }]]);
    }
    let Some(max) = max.filter(|&max| max <= 4) else {
        return Err(
            "only a class or a single byte may be repeated without bound or more than four times"
                .into(),
        );
    };
    let mut all = Vec::new();
    let mut power = vec![Vec::new()];
    for count in 0..=max {
        if count >= min {
            all.extend(power.iter().cloned());
        }
        if count < max {
            power = product(&power, &sub)?;
        }
    }
    Ok(all)
}

fn product(left: &[Vec<Item>], right: &[Vec<Item>]) -> Result<Vec<Vec<Item>>, String> {
    if left.len() * right.len() > ALTERNATIVES_MAX {
        return Err(format!(
            "the pattern has more than {ALTERNATIVES_MAX} alternatives"
        ));
    }
    Ok(left
        .iter()
        .flat_map(|first| {
            right
                .iter()
                .map(|second| [first.as_slice(), second.as_slice()].concat())
        })
        .collect())
}

fn byte_set(class: &Class) -> Result<ByteSet, String> {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(class) => {
            for range in class.iter() {
                (range.start()..=range.end()).for_each(|byte| set.insert(byte));
            }
        }
        Class::Unicode(class) => {
            for range in class.iter() {
                if !range.end().is_ascii() {
                    return Err("only ASCII can be named in a class".into());
                }
                (range.start()..=range.end()).for_each(|char| set.insert(char as u8));
            }
        }
    }
    if set == ByteSet::default() {
        return Err("a class is empty".into());
    }
    Ok(set)
}

/// Joins neighbours of the same class, unless they are single bytes of a literal.
fn merge(items: Vec<Item>) -> Vec<Item> {
    let mut merged: Vec<Item> = Vec::new();
    for item in items {
        if item.max == 0 {
            continue;
        }
        match merged.last_mut() {
            Some(last) if last.class == item.class && item.class.bytes().len() > 1 => {
                last.min += item.min;
                last.max = (last.max + item.max).min(OPEN_MAX);
            }
            _ => merged.push(item),
        }
    }
    merged
}

/// Picks the anchor with the fewest keys.
fn anchor(items: Vec<Item>, named: bool) -> Result<Alternative, String> {
    let key_bytes = ByteSet::key_bytes();
    let mut best: Option<(Anchor, Vec<[u8; 3]>, u16, u16)> = None;
    let (mut lead_min, mut lead_max) = (0u16, 0u16);
    for index in 0..items.len() {
        // A run begins at the key itself, or behind a byte that cannot be of one.
        let begins = index == 0
            || items[index - 1].min > 0 && items[index - 1].class.is_disjoint(&key_bytes);
        let run: u32 = items[index..]
            .iter()
            .take_while(|item| item.class.is_subset(&key_bytes))
            .map(|item| u32::from(item.min))
            .sum();
        if begins && run >= u32::from(RUN_BYTES) && lead_max <= LEAD_MAX {
            let after = fixed(&items[index..]);
            let mut before = fixed_back(&items[..index]);
            before.reverse();
            let mut choices = vec![(
                Anchor::Run,
                after.iter().take(3).copied().collect::<Vec<_>>(),
            )];
            if before.len() >= 3 {
                choices.push((Anchor::Before, before[before.len() - 3..].to_vec()));
            }
            if let (Some(&last), true) = (before.last(), after.len() >= 2) {
                choices.push((Anchor::Around, vec![last, after[0], after[1]]));
            }
            for (anchor, sets) in choices {
                if let Some(keys) = keys(&sets)
                    && best
                        .as_ref()
                        .is_none_or(|(_, other, ..)| keys.len() < other.len())
                {
                    best = Some((anchor, keys, lead_min, lead_max));
                }
            }
            if best.as_ref().is_some_and(|(_, keys, ..)| keys.len() <= 8) {
                break;
            }
        }
        lead_min = lead_min.saturating_add(items[index].min);
        lead_max = lead_max.saturating_add(items[index].max);
    }
    if best.is_none() {
        best = scheme(&items);
    }
    // A short first run is tested too where punctuation joins it to a long one.
    if best.is_none()
        && let Some(keys) = keys(&fixed(&items).into_iter().take(3).collect::<Vec<_>>())
    {
        best = Some((Anchor::Run, keys, 0, 0));
    }
    let (anchor, keys, lead_min, lead_max) = match best {
        Some(best) => best,
        None if named || has_infix(&items) => (Anchor::Shape, Vec::new(), 0, 0),
        None => return Err("the pattern has neither three fixed bytes at a run of eight bytes of keys, nor three in its middle, nor `://` behind fixed bytes, nor `names`".into()),
    };
    Ok(Alternative {
        items,
        anchor,
        keys,
        lead_min,
        lead_max,
    })
}

/// Whether three fixed bytes stand together somewhere.
fn has_infix(items: &[Item]) -> bool {
    items.windows(3).any(|window| {
        window
            .iter()
            .all(|item| item.min == 1 && item.max == 1 && item.class.bytes().len() == 1)
    })
}

/// The sets of the bytes that the items begin with, as far as their places are fixed.
fn fixed(items: &[Item]) -> Vec<ByteSet> {
    let mut sets = Vec::new();
    for item in items {
        sets.extend(std::iter::repeat_n(
            item.class,
            usize::from(item.min.min(8)),
        ));
        if item.min != item.max || sets.len() >= 8 {
            break;
        }
    }
    sets
}

/// The same from the end, backwards.
fn fixed_back(items: &[Item]) -> Vec<ByteSet> {
    let reversed: Vec<Item> = items.iter().rev().copied().collect();
    fixed(&reversed)
}

/// The keys that three sets stand for, letters folded, or nothing if they are too many.
fn keys(sets: &[ByteSet]) -> Option<Vec<[u8; 3]>> {
    let [first, second, third] = sets else {
        return None;
    };
    let folded = |set: &ByteSet| {
        let mut bytes: Vec<u8> = set.bytes().into_iter().map(|byte| byte | 0x20).collect();
        bytes.sort_unstable();
        bytes.dedup();
        bytes
    };
    let (first, second, third) = (folded(first), folded(second), folded(third));
    if first.len() * second.len() * third.len() > KEYS_MAX {
        return None;
    }
    let mut keys = Vec::new();
    for &a in &first {
        for &b in &second {
            keys.extend(third.iter().map(|&c| [a, b, c]));
        }
    }
    Some(keys)
}

/// The anchor of an address: fixed bytes before `://`.
fn scheme(items: &[Item]) -> Option<(Anchor, Vec<[u8; 3]>, u16, u16)> {
    let is =
        |item: &Item, byte: u8| item.class == ByteSet::one(byte) && item.min == 1 && item.max == 1;
    let colon = (0..items.len().saturating_sub(2)).find(|&index| {
        is(&items[index], b':') && is(&items[index + 1], b'/') && is(&items[index + 2], b'/')
    })?;
    let mut before = fixed_back(&items[..colon]);
    before.truncate(3);
    before.reverse();
    let lead = |count: fn(&Item) -> u16| {
        items[..colon]
            .iter()
            .map(count)
            .fold(0u16, u16::saturating_add)
    };
    let (lead_min, lead_max) = (lead(|item| item.min), lead(|item| item.max));
    (lead_max <= LEAD_MAX).then_some((Anchor::Scheme, keys(&before)?, lead_min, lead_max))
}
