//! The `regex` crate as oracle: the verifier accepts what the pattern does, no more and no less.
//!
//! For each alternative of every detector: at each place where a key may begin, the longest match that ends where a key
//! may end. Texts: positives drawn from the pattern, positives with a byte changed, dropped or doubled, neighbours of all
//! kinds, and text drawn from the alphabet of the pattern.

use crate::catalogue::CATALOGUE;
use crate::detect::findings;
use crate::lists::VERIFIERS;
use crate::pattern::{Alternative, Anchor, Item};
use crate::random::Random;
use keyward::detect::{self, KEY_BYTES, probe};
use regex::bytes::{Regex, RegexBuilder};

/// A text that the alternative matches.
fn positive(items: &[Item], random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    for item in items {
        let bytes = item.class.bytes();
        let spare = usize::from(item.max - item.min).min(40);
        for _ in 0..usize::from(item.min) + random.below(spare + 1) {
            text.push(random.byte(&bytes));
        }
    }
    text
}

fn changed(mut text: Vec<u8>, alternative: &Alternative, random: &mut Random) -> Vec<u8> {
    let place = random.below(text.len());
    let alphabet = alternative.items[random.below(alternative.items.len())]
        .class
        .bytes();
    match random.below(6) {
        0 => text[place] = random.byte(&alphabet),
        1 => text[place] = random.byte(b" -_.\n\"=x0"),
        2 => drop(text.remove(place)),
        3 => text.insert(place, random.byte(&alphabet)),
        4 => text.truncate(place),
        _ => {
            let copy = text[place..].to_vec();
            text.extend(copy);
        }
    }
    text
}

/// The longest end of a match of the pattern at `start`, by trying all of them.
fn oracle(pattern: &Regex, text: &[u8], start: usize) -> Option<usize> {
    let limit = text.len().min(start + KEY_BYTES);
    (start..=limit)
        .rev()
        .find(|&end| detect::may_end(text, end) && pattern.is_match(&text[start..end]))
}

#[test]
fn verifier_and_regex_agree_on_every_detector() {
    let mut random = Random::new(1);
    let mut wrong = Vec::new();
    let mut matches = 0;
    let neighbours: &[&[u8]] = &[
        b"",
        b" ",
        b"\"",
        b"\\n",
        b"%3D",
        b"\\u003d",
        b"\x1b[31m",
        b"x",
        b"-",
        b"_",
        b"=",
        b"\xe2\x80\x9c",
    ];
    for (number, detector) in CATALOGUE.detectors.iter().enumerate() {
        let pattern = pattern(&detector.pattern);
        for alternative in &detector.alternatives {
            for round in 0..8 {
                let mut text = neighbours[random.below(neighbours.len())].to_vec();
                let key = positive(&alternative.items, &mut random);
                text.extend(if round % 3 == 0 {
                    key
                } else {
                    changed(key, alternative, &mut random)
                });
                text.extend(neighbours[random.below(neighbours.len())]);
                for start in (0..text.len()).filter(|&start| detect::may_begin(&text, start)) {
                    let ours = probe::matches_at(&text, start, number as u16);
                    let theirs = oracle(&pattern, &text, start);
                    matches += usize::from(theirs.is_some());
                    if ours != theirs {
                        wrong.push(format!(
                            "{} at {start} of {:?}: {ours:?}, regex {theirs:?}",
                            detector.id,
                            String::from_utf8_lossy(&text)
                        ));
                    }
                }
            }
        }
    }
    assert!(matches > 1000, "the texts hold matches");
    assert!(
        wrong.is_empty(),
        "{} deviations:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

/// A key drawn from a pattern is found in a text, not only accepted where it is tried.
#[test]
fn every_positive_is_found() {
    let mut random = Random::new(2);
    let mut missed = Vec::new();
    let mut tried = 0;
    for (number, detector) in CATALOGUE.detectors.iter().enumerate() {
        // Found by its name and operator, not by a pattern.
        if VERIFIERS[detector.verify] == "assignment" {
            continue;
        }
        let pattern = pattern(&detector.pattern);
        for alternative in &detector.alternatives {
            for round in 0..8 {
                let name = detector
                    .names
                    .first()
                    .map_or(String::new(), |name| format!("{name} "));
                let before = ["", "key: ", "a\\n", "x=", "(\"", "url?k=%20"][round % 6];
                let mut text = format!("{name}{before}").into_bytes();
                let start = text.len();
                text.extend(positive(&alternative.items, &mut random));
                text.extend_from_slice([b"" as &[u8], b"\n", b"\")", b" is it"][round % 4]);
                let Some(end) =
                    oracle(&pattern, &text, start).filter(|_| detect::may_begin(&text, start))
                else {
                    continue;
                };
                if !probe::is_key(&text, start, end, number as u16) {
                    continue;
                }
                // Without a literal, a run that is all letters passes for a name.
                let first = text[start..end]
                    .split(|byte| !byte.is_ascii_alphanumeric())
                    .next()
                    .unwrap_or_default();
                if alternative.anchor == Anchor::Shape && !first.iter().any(u8::is_ascii_digit) {
                    continue;
                }
                if !has_run(&text[start..end]) {
                    continue;
                }
                tried += 1;
                let text = String::from_utf8_lossy(&text);
                if !findings(&text)
                    .iter()
                    .any(|finding| finding.start < end && start < finding.end)
                {
                    missed.push(format!("{}: {text:?}", detector.id));
                }
            }
        }
    }
    assert!(tried > 1000, "the texts hold keys");
    assert!(
        missed.is_empty(),
        "{} of {tried} missed:\n{}",
        missed.len(),
        missed[..missed.len().min(40)].join("\n")
    );
}

/// Whether a run of eight key bytes is joined to the beginning by punctuation: what the scan asks of every key. All
/// patterns but those that begin with a shorter run and go on with anything (`pwd=`) say so themselves.
fn has_run(key: &[u8]) -> bool {
    let mut run = 0;
    for &byte in key {
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
            run += 1;
        } else if byte.is_ascii_graphic() && !b"\"'`<>(){},".contains(&byte) {
            run = 0;
        } else {
            return false;
        }
        if run == 8 {
            return true;
        }
    }
    false
}

fn pattern(pattern: &str) -> Regex {
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .unicode(false)
        .build()
        .expect("it was lowered")
}
