//! The detectors as Rust source: a catalogue as short as it can be, since it is in every frame, and its texts.
//!
//! Programs are strings of bytes; `verify.rs` runs them. Equal tails of programs are kept once.

use crate::lists::{KINDS, VERIFIERS};
use crate::lower::{Catalogue, Provider};
use crate::pattern::{Alternative, Anchor, ByteSet, Item};
use std::collections::HashMap;
use std::fmt::Write;

/// End of a program.
const END: u8 = 0;
/// `length, bytes…`: these bytes.
const LITERAL: u8 = 1;
/// `class, count`: so many bytes of the class.
const EXACT: u8 = 2;
/// `class, min, max`: as many as possible, which never loses a match.
const GREEDY: u8 = 3;
/// `class, min, max`: any number.
const ANY: u8 = 4;
/// `class, min, max`: as many as possible, and back to where a key may end; always last.
const LAST: u8 = 5;
/// `offset low, offset high`: the program goes on there.
const JUMP: u8 = 6;

/// The longest run that shapes are told apart by.
const SHAPE_RUN_MAX: u16 = 255;
/// The longest name.
const WORD_BYTES: usize = 40;
/// Stands for the provider's name in homes and variables, as `tables.rs` has it: letters and digits of all of it, or of its first word.
const NAME: char = '^';
const FIRST_WORD: char = '~';
/// Bits of an alternative's first byte, above its anchor (`tables.rs` reads them).
const HAS_LEAD: u32 = 8;
const HAS_KEYS: u32 = 16;
const HAS_PROGRAM: u32 = 32;

/// Rust source of the catalogue, which `tables.rs` unfolds, and of the texts that it points into.
pub fn tables(catalogue: &Catalogue) -> String {
    let mut programs = Programs::default();
    let mut words = Words::default();
    let mut columns: [Vec<u32>; 4] = Default::default();
    let mut alternatives = Vec::new();
    let (mut alternative_count, mut key_count) = (0, 0);
    let mut shapes = Vec::new();
    let mut per_provider = vec![0; catalogue.providers.len()];
    let [mut variables, mut others, mut other_slugs, mut ids] = [const { String::new() }; 4];
    let mut kinds = Vec::new();
    let mut explanations = Explanations::default();
    for detector in &catalogue.detectors {
        per_provider[detector.provider] += 1;
        alternatives.push(detector.alternatives.len() as u32);
        for alternative in &detector.alternatives {
            let (program, is_new) = programs.add(alternative);
            let keys = keys_to_write(alternative);
            let lead = (alternative.lead_min, alternative.lead_max);
            let has_lead = if lead == (0, 0) { 0 } else { HAS_LEAD };
            let has_keys = if keys.is_some() { HAS_KEYS } else { 0 };
            let has_program = if is_new { 0 } else { HAS_PROGRAM };
            alternatives.push(alternative.anchor as u32 | has_lead | has_keys | has_program);
            if has_lead != 0 {
                alternatives.extend([u32::from(lead.0), u32::from(lead.1)]);
            }
            if has_program != 0 {
                write_number(&mut alternatives, program as usize);
            }
            if let Some(keys) = keys {
                alternatives.push(keys.len() as u32);
                alternatives.extend(keys.as_flattened().iter().map(|&byte| u32::from(byte)));
            }
            if alternative.anchor == Anchor::Shape && VERIFIERS[detector.verify] != "assignment" {
                shapes.push(Shape::new(alternative_count, program, &alternative.items));
            }
            alternative_count += 1;
            key_count += alternative.keys.len();
        }
        // Where keys of several providers look the same, the word of the own one tells them apart.
        let vendor = detector.id.split('.').next().unwrap_or_default().to_owned();
        let hint = detector.names.is_empty() && !detector.may_be.is_empty() && vendor.len() >= 3;
        let names = if hint {
            std::slice::from_ref(&vendor)
        } else {
            &detector.names
        };
        words.add(names, &catalogue.providers[detector.provider].name);
        let flags = u32::from(detector.test_mode) | u32::from(hint) << 1;
        let row = [
            names.len() as u32,
            detector.severity as u32 | flags << 2,
            detector.checksum as u32 | (detector.verify as u32) << 5,
            u32::from(detector.entropy),
        ];
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
        let provider = &catalogue.providers[detector.provider];
        let usual = usual_variable(&provider.name, KINDS[detector.kind].1);
        let own = match detector.variable.as_str() {
            "" => "SECRET",
            own if own == usual => "",
            own => own,
        };
        add_text(&mut variables, &without_name(own, &provider.name));
        add_text(&mut others, &detector.may_be.join("\n"));
        let slugs: Vec<String> = detector.may_be.iter().map(|name| slug(name)).collect();
        add_text(&mut other_slugs, &slugs.join("\n"));
        kinds.push(detector.kind as u32);
        add_text(&mut ids, &detector.id);
        explanations.add(&detector.what, &provider.revoke);
    }
    let [mut names, mut slugs, mut homes, mut home_rules] = [const { String::new() }; 4];
    for provider in &catalogue.providers {
        let (rules, slug) = (rules(provider), slug(&provider.name));
        let is_used = rules
            .split('\n')
            .any(|rule| rule.is_empty() || rule.contains(NAME))
            || words.known.contains(&slug)
            || other_slugs.split(['\n', '\0']).any(|other| other == slug);
        add_text(&mut names, &provider.name);
        add_text(&mut slugs, if is_used { &slug } else { "" });
        add_text(&mut homes, &provider.homes.join("\n"));
        add_text(&mut home_rules, &rules);
    }
    let mut bytes = per_provider;
    bytes.extend(columns.iter().flatten());
    bytes.extend(&words.of);
    bytes.extend(alternatives);
    let (mixed, lengths) = write_shapes(&mut bytes, &mut programs, &mut shapes);

    let mut out = String::new();
    let assignment = catalogue
        .detectors
        .iter()
        .position(|detector| VERIFIERS[detector.verify] == "assignment");
    line(
        &mut out,
        &format!("pub const ASSIGNMENT: Option<u16> = {assignment:?};"),
    );
    for (name, count) in [
        ("DETECTORS", catalogue.detectors.len()),
        ("PROVIDERS", catalogue.providers.len()),
        ("ALTERNATIVES", alternative_count as usize),
        ("KEYS", key_count),
        ("SHAPES", shapes.len()),
        ("MIXED_SHAPES", mixed),
        ("SHAPE_LENGTHS", lengths),
        ("WORDS", words.known.len()),
        ("NAMES", words.names),
        ("WORD_BYTES", words.bytes),
    ] {
        line(&mut out, &format!("pub const {name}: usize = {count};"));
    }
    array(&mut out, "CATALOGUE", "u8", &bytes);
    array(&mut out, "PROGRAMS", "u8", &programs.bytes);
    let classes: Vec<u32> = programs
        .classes
        .iter()
        .flat_map(|class| {
            class
                .0
                .iter()
                .flat_map(|word| [*word as u32, (*word >> 32) as u32])
        })
        .collect();
    array(&mut out, "CLASSES", "u32", &classes);
    let bits =
        |class: &ByteSet| ((8.0 - (class.bytes().len() as f64).log2()) * 16.0).round() as u32;
    let class_bits: Vec<u32> = programs.classes.iter().map(bits).collect();
    array(&mut out, "CLASS_BITS", "u8", &class_bits);
    for (name, text) in [
        ("SLUGS", &slugs),
        ("HOME_RULES", &home_rules),
        ("OTHER_SLUGS", &other_slugs),
        ("WORD_TEXT", &words.text),
    ] {
        write_text(&mut out, name, text);
    }
    // What is only said about a kind of key: frames ask the background for it.
    for (name, text) in [
        ("PROVIDER_NAMES", &names),
        ("VARIABLES", &variables),
        ("OTHERS", &others),
        ("IDS", &ids),
        ("HOMES", &homes),
    ] {
        line(&mut out, "#[cfg(feature = \"std\")]");
        write_text(&mut out, name, text);
    }
    line(&mut out, "#[cfg(feature = \"std\")]");
    array(&mut out, "KIND_OF", "u8", &kinds);
    explanations.write(&mut out);
    out
}

/// The keys of an alternative, unless they can be read off its program as `Tables::each_key` does.
fn keys_to_write(alternative: &Alternative) -> Option<&[[u8; 3]]> {
    let derived = match alternative.anchor {
        Anchor::Shape => true,
        Anchor::Run => {
            (alternative.lead_min, alternative.lead_max) == (0, 0)
                && start_keys(&alternative.items).is_some_and(|keys| keys == alternative.keys)
        }
        Anchor::Scheme => {
            let lead = usize::from(alternative.lead_min);
            let literal = literal(&alternative.items);
            let key = literal
                .get(lead.saturating_sub(3)..lead)
                .unwrap_or_default();
            let folded: Vec<u8> = key.iter().map(|byte| byte | 0x20).collect();
            alternative.lead_min == alternative.lead_max
                && alternative.keys.len() == 1
                && folded == alternative.keys[0]
        }
        Anchor::Before | Anchor::Around => false,
    };
    (!derived).then_some(&alternative.keys)
}

/// The literal that a program begins with.
fn literal(items: &[Item]) -> Vec<u8> {
    let one = items
        .iter()
        .take_while(|item| item.min == 1 && item.max == 1 && item.class.bytes().len() == 1);
    one.map(|item| item.class.bytes()[0]).take(255).collect()
}

/// The keys that the first three bytes of a pattern stand for, each once, letters folded, in the order of `Tables::each_key`.
fn start_keys(items: &[Item]) -> Option<Vec<[u8; 3]>> {
    let mut sets = Vec::new();
    for item in items {
        for _ in 0..item.min.min(3) {
            sets.push(item.class.bytes());
        }
        if item.min != item.max || sets.len() >= 3 {
            break;
        }
    }
    let folded = |set: &Vec<u8>| {
        let mut bytes: Vec<u8> = set.iter().map(|byte| byte | 0x20).collect();
        bytes.sort_unstable();
        bytes.dedup();
        bytes
    };
    let [first, second, third] = [0, 1, 2].map(|index| sets.get(index).map(folded));
    let (first, second, third) = (first?, second?, third?);
    let mut keys = Vec::new();
    for &a in &first {
        for &b in &second {
            keys.extend(third.iter().map(|&c| [a, b, c]));
        }
    }
    Some(keys)
}

/// `PROVIDER_KIND`, as `replace.rs` makes it where a detector has no variable of its own.
fn usual_variable(provider: &str, kind: &str) -> String {
    let upper = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte.to_ascii_uppercase()),
        _ => '_',
    };
    [provider, kind].join("_").bytes().map(upper).collect()
}

fn write_text(out: &mut String, name: &str, text: &str) {
    // `\\0` before a digit looks like another language's number.
    let literal = format!("{text:?}").replace("\\0", "\\x00");
    line(out, &format!("pub static {name}: &str = {literal};"));
}

/// The letters and digits of a name, in lower case.
fn slug(name: &str) -> String {
    let bytes = name.bytes().filter(u8::is_ascii_alphanumeric);
    bytes
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

/// The homes of a provider as `home.rs` reads them: most are `*.NAME.com`, which is nothing, and `=` stands for a host
/// alone; `-` is no home.
fn rules(provider: &Provider) -> String {
    if provider.homes.is_empty() {
        return "-".into();
    }
    let rule = |home: &String| {
        let (alone, host) = match home.strip_prefix("*.") {
            Some(host) => ("", host),
            None => ("=", home.as_str()),
        };
        let name = slug(&provider.name);
        let short = match host.find(&name) {
            Some(at) if !name.is_empty() => {
                format!("{}{NAME}{}", &host[..at], &host[at + name.len()..])
            }
            _ => host.to_owned(),
        };
        let usual = alone.is_empty() && short == format!("{NAME}.com");
        if usual {
            String::new()
        } else {
            format!("{alone}{short}")
        }
    };
    provider
        .homes
        .iter()
        .map(rule)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A variable, the provider's name at its beginning left out.
fn without_name(variable: &str, provider: &str) -> String {
    let first = provider
        .split(|character: char| !character.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    for (mark, name) in [(NAME, provider), (FIRST_WORD, first)] {
        let name = slug(name).to_ascii_uppercase();
        if let Some(rest) = variable.strip_prefix(&name)
            && name.len() > 1
        {
            return format!("{mark}{rest}");
        }
    }
    variable.to_owned()
}

fn add_text(texts: &mut String, text: &str) {
    texts.push_str(text);
    texts.push('\0');
}

/// A number of up to 15 bits in one byte or two, as the catalogue has it.
fn write_number(out: &mut Vec<u32>, value: usize) {
    assert!(
        value < 0x8000,
        "the catalogue has no room for {value}; widen its numbers"
    );
    if value < 0x80 {
        out.push(value as u32);
    } else {
        out.extend([0x80 | (value >> 8) as u32, value as u32 & 0xff]);
    }
}

/// A static array; the compiler refuses a number that does not fit its type.
fn array(out: &mut String, name: &str, kind: &str, values: &[u32]) {
    writeln!(
        out,
        "pub static {name}: [{kind}; {}] = {values:?};",
        values.len()
    )
    .expect("a String takes everything");
}

/// A pattern without a literal, with the lengths of the run that it begins with; no lengths where other bytes than those
/// of keys can be in it.
struct Shape {
    alternative: u32,
    program: u32,
    first: ByteSet,
    last: ByteSet,
    /// The least bytes of the first class.
    min: u16,
    run: Option<(u16, u16)>,
}

impl Shape {
    fn new(alternative: u32, program: u32, items: &[Item]) -> Shape {
        let key_bytes = ByteSet::key_bytes();
        let (mut min, mut max) = (0u16, 0u16);
        let mut run = None;
        for (index, item) in items.iter().enumerate() {
            if !item.class.is_subset(&key_bytes) {
                run = (item.min > 0 && item.class.is_disjoint(&key_bytes)).then_some((min, max));
                break;
            }
            (min, max) = (min.saturating_add(item.min), max.saturating_add(item.max));
            if index + 1 == items.len() {
                run = Some((min, max));
            }
        }
        let class = |item: Option<&Item>| item.map_or(ByteSet::default(), |item| item.class);
        Shape {
            alternative,
            program,
            min: items.first().map_or(0, |item| item.min),
            first: class(items.first()),
            last: class(items.last()),
            run,
        }
    }
}

/// Writes the shapes, and returns how many have no length and how many lengths the others have in all.
fn write_shapes(
    out: &mut Vec<u32>,
    programs: &mut Programs,
    shapes: &mut [Shape],
) -> (usize, usize) {
    // Equal programs stand together, so that one run of the program serves all of them.
    shapes.sort_by_key(|shape| (shape.program, shape.alternative));
    let (mut mixed, mut lengths) = (0, 0);
    for shape in shapes {
        write_number(out, shape.alternative as usize);
        out.push(u32::from(programs.class(&shape.first)));
        out.push(u32::from(programs.class(&shape.last)));
        write_number(out, usize::from(shape.min));
        match shape.run {
            Some((min, max)) => {
                let (min, max) = (min.min(SHAPE_RUN_MAX), max.min(SHAPE_RUN_MAX));
                write_number(out, usize::from(min) + 1);
                write_number(out, usize::from(max));
                lengths += usize::from(max - min) + 1;
            }
            None => {
                out.push(0);
                mixed += 1;
            }
        }
    }
    (mixed, lengths)
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// What is read about a key outside frames only, each text once: a third of all bytes if frames had it.
#[derive(Default)]
struct Explanations {
    text: String,
    known: HashMap<String, u32>,
    of: Vec<u32>,
}

impl Explanations {
    fn add(&mut self, what: &str, revoke: &str) {
        for text in [what, revoke] {
            let next = self.known.len() as u32;
            let place = *self.known.entry(text.to_owned()).or_insert(next);
            if place == next {
                self.text.push_str(text);
                self.text.push('\0');
            }
            self.of.push(place);
        }
    }

    fn write(self, out: &mut String) {
        writeln!(
            out,
            "#[cfg(feature = \"std\")]\npub static EXPLANATIONS: &str = {:?};\n#[cfg(feature = \"std\")]",
            self.text
        )
        .expect("a String takes everything");
        array(out, "EXPLANATION_OF", "u16", &self.of);
    }
}

#[derive(Default)]
struct Programs {
    classes: Vec<ByteSet>,
    bytes: Vec<u32>,
    tails: HashMap<Vec<u8>, u32>,
}

impl Programs {
    fn class(&mut self, class: &ByteSet) -> u8 {
        let index = self
            .classes
            .iter()
            .position(|other| other == class)
            .unwrap_or_else(|| {
                self.classes.push(*class);
                self.classes.len() - 1
            });
        u8::try_from(index)
            .expect("256 classes are enough for every detector; widen the operand if not")
    }

    /// Where the program of an alternative begins, and whether it was appended now.
    fn add(&mut self, alternative: &Alternative) -> (u32, bool) {
        let (head, tail) = self.encode(alternative);
        let offset = self.bytes.len() as u32;
        let all = [head.as_slice(), &tail].concat();
        if let Some(&known) = self.tails.get(&all) {
            return (known, false);
        }
        self.bytes.extend(head.iter().map(|&byte| u32::from(byte)));
        match self.tails.get(&tail) {
            Some(&known) if tail.len() > 3 => {
                let [low, high] = u16::try_from(known)
                    .expect("programs fit 64 KB")
                    .to_le_bytes();
                self.bytes
                    .extend([u32::from(JUMP), u32::from(low), u32::from(high)]);
            }
            _ => {
                self.tails.insert(tail.clone(), self.bytes.len() as u32);
                self.bytes.extend(tail.iter().map(|&byte| u32::from(byte)));
            }
        }
        self.tails.insert(all, offset);
        (offset, true)
    }

    fn encode(&mut self, alternative: &Alternative) -> (Vec<u8>, Vec<u8>) {
        let items = &alternative.items;
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        let mut index = 0;
        while index < items.len() {
            let out = if index == 0 { &mut head } else { &mut tail };
            let literal: Vec<u8> = items[index..]
                .iter()
                .take_while(|item| item.min == 1 && item.max == 1 && item.class.bytes().len() == 1)
                .map(|item| item.class.bytes()[0])
                .take(255)
                .collect();
            if !literal.is_empty() {
                out.extend([LITERAL, literal.len() as u8]);
                out.extend(&literal);
                index += literal.len();
                continue;
            }
            let item = &items[index];
            let class = self.class(&item.class);
            if item.min == item.max {
                out.extend([EXACT, class]);
                number(out, item.min);
            } else {
                let last = index + 1 == items.len();
                out.extend([
                    if last {
                        LAST
                    } else if alternative.is_greedy_safe(index) {
                        GREEDY
                    } else {
                        ANY
                    },
                    class,
                ]);
                number(out, item.min);
                number(out, item.max);
            }
            index += 1;
        }
        tail.push(END);
        (head, tail)
    }
}

/// A number of up to 14 bits in one byte or two.
fn number(out: &mut Vec<u8>, value: u16) {
    if value < 0x80 {
        out.push(value as u8);
    } else {
        out.extend([0x80 | (value >> 8) as u8, value as u8]);
    }
}

#[derive(Default)]
struct Words {
    text: String,
    known: Vec<String>,
    /// The bytes of all words, those that are made of the names of providers too.
    bytes: usize,
    /// For each name: 0 a new word, which is the provider's name; up to `WORD_BYTES` a new word of so many bytes; behind it a
    /// word that is known.
    of: Vec<u32>,
    names: usize,
}

impl Words {
    fn add(&mut self, names: &[String], provider: &str) {
        for name in names {
            let name = without_separators(name);
            self.names += 1;
            if let Some(known) = self.known.iter().position(|known| *known == name) {
                write_number(&mut self.of, known + WORD_BYTES + 1);
                continue;
            }
            self.bytes += name.len();
            if name == slug(provider) {
                self.of.push(0);
            } else {
                assert!(
                    name.len() <= WORD_BYTES,
                    "lower.rs refuses names as long as `{name}`"
                );
                self.of.push(name.len() as u32);
                self.text.push_str(&name);
            }
            self.known.push(name);
        }
    }
}

/// A name as `words.rs` compares it: without separators between letters or digits.
fn without_separators(name: &str) -> String {
    let bytes = name.as_bytes();
    let joins = |index: usize| {
        let beside = |index: Option<usize>| {
            index
                .and_then(|index| bytes.get(index))
                .is_some_and(u8::is_ascii_alphanumeric)
        };
        matches!(bytes[index], b'_' | b'-' | b' ')
            && beside(index.checked_sub(1))
            && beside(Some(index + 1))
    };
    (0..bytes.len())
        .filter(|&index| !joins(index))
        .map(|index| char::from(bytes[index]))
        .collect()
}
