//! What names look like, and what scripts they are written in.

use super::tables::{LONG_LOOKS, LOOKS, SCRIPTS};

/// A script by its place in the list of `tabulate.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Script(u8);

impl Script {
    pub(super) const LATIN: Self = Self(0);
    const HAN: Self = Self(1);
    const HIRAGANA: Self = Self(2);
    const KATAKANA: Self = Self(3);
    const BOPOMOFO: Self = Self(4);
    const HANGUL: Self = Self(5);
    /// Goes with every script: digits, marks.
    pub(super) const COMMON: Self = Self(0xfe);
    /// One that nobody writes host names in.
    const OTHER: Self = Self(0xff);
}

/// The look of a label: equal for two labels that a hasty reader takes for one. Not for showing.
pub(super) fn of(label: &str) -> String {
    let mut look = String::with_capacity(label.len());
    for letter in plain(label).chars() {
        match letter {
            '0' => look.push('o'),
            '1' => look.push('l'),
            'm' => look.push_str("rn"),
            'w' => look.push_str("vv"),
            'd' => look.push_str("cl"),
            other => look.push(other),
        }
    }
    look
}

/// The label with every letter replaced by the ASCII letters that it looks like, accents overlooked; what looks like none
/// stays.
pub(super) fn plain(label: &str) -> String {
    let mut plain = String::with_capacity(label.len());
    for letter in label.chars() {
        let single = LOOKS.binary_search_by_key(&u32::from(letter), |entry| entry >> 8);
        if let Ok(index) = single {
            plain.push(char::from(LOOKS[index].to_be_bytes()[3]));
        } else if let Ok(index) = LONG_LOOKS.binary_search_by_key(&letter, |&(long, _)| long) {
            plain.push_str(LONG_LOOKS[index].1);
        } else if !is_mark(letter) {
            plain.push(letter);
        }
    }
    plain
}

/// Combining diacritical marks, which can follow any letter.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Shows nothing or is no letter: joiners, emoji, symbols.
pub(super) fn is_odd(letter: char) -> bool {
    !letter.is_ascii()
        && !letter.is_alphanumeric()
        && !is_mark(letter)
        && script_of(letter) == Script::COMMON
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

pub(super) fn script_of(letter: char) -> Script {
    if letter.is_ascii() {
        return if letter.is_ascii_alphabetic() {
            Script::LATIN
        } else {
            Script::COMMON
        };
    }
    let next = SCRIPTS.partition_point(|run| run >> 8 <= u32::from(letter));
    next.checked_sub(1).map_or(Script::COMMON, |index| {
        Script(SCRIPTS[index].to_be_bytes()[3])
    })
}

/// Whether a label mixes scripts as no language does ("highly restrictive" of Unicode TS 39, section 5.2).
pub(super) fn mixes_scripts(label: &str) -> bool {
    let mut scripts: Vec<Script> = Vec::new();
    for script in label.chars().map(script_of) {
        if script != Script::COMMON && !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    let within = |allowed: &[Script]| scripts.iter().all(|script| allowed.contains(script));
    scripts.contains(&Script::OTHER)
        || scripts.len() > 1
            && !within(&[
                Script::LATIN,
                Script::HAN,
                Script::HIRAGANA,
                Script::KATAKANA,
            ])
            && !within(&[Script::LATIN, Script::HAN, Script::BOPOMOFO])
            && !within(&[Script::LATIN, Script::HAN, Script::HANGUL])
}

/// Whether one letter was added, left out, exchanged or swapped with its neighbour.
pub(super) fn differs_by_one(one: &str, two: &str) -> bool {
    let one: Vec<char> = one.chars().collect();
    let two: Vec<char> = two.chars().collect();
    let same_start = one
        .iter()
        .zip(&two)
        .take_while(|(left, right)| left == right)
        .count();
    let (one, two) = (&one[same_start..], &two[same_start..]);
    let same_end = one
        .iter()
        .rev()
        .zip(two.iter().rev())
        .take_while(|(left, right)| left == right)
        .count();
    match (&one[..one.len() - same_end], &two[..two.len() - same_end]) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    }
}
