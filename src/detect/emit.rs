//! The catalogue of detectors as Rust source of constant tables, small enough for every frame.
//!
//! Programs are strings of bytes; `verify.rs` runs them. Equal tails of programs are kept once.

use crate::hash::{BUCKET_BITS, FILTER_BITS, hash};
use crate::lists::VERIFIERS;
use crate::lower::Catalogue;
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

/// Rust source with every table.
pub fn tables(catalogue: &Catalogue) -> String {
    let mut programs = Programs::default();
    let mut out = String::new();
    let (mut detector_of, mut program_of, mut anchor_of, mut lead_of) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut buckets: Vec<Vec<u32>> = vec![Vec::new(); 1 << BUCKET_BITS];
    let mut filter = vec![0u32; 1 << (FILTER_BITS - 3)];
    let mut shapes = Vec::new();
    let mut words = Words::default();
    let mut detectors = String::new();
    let mut texts = String::new();
    let mut explanations = Explanations::default();
    for (number, detector) in catalogue.detectors.iter().enumerate() {
        for alternative in &detector.alternatives {
            let index = detector_of.len() as u32;
            detector_of.push(number as u32);
            program_of.push(programs.add(alternative));
            anchor_of.push(alternative.anchor as u32);
            lead_of.push(u32::from(alternative.lead_min));
            lead_of.push(u32::from(alternative.lead_max));
            for key in &alternative.keys {
                let hash = hash(key[0], key[1], key[2], alternative.anchor as u8);
                filter[hash as usize >> 3] |= 1 << (hash & 7);
                buckets[hash as usize & ((1 << BUCKET_BITS) - 1)].push(index);
            }
            if alternative.anchor == Anchor::Shape && VERIFIERS[detector.verify] != "assignment" {
                let program = program_of[index as usize];
                shapes.push(Shape::new(index, program, &alternative.items));
            }
        }
        // Where keys of several providers look the same, the word of the own one tells them apart.
        let vendor = detector.id.split('.').next().unwrap_or_default().to_owned();
        let hint = detector.names.is_empty() && !detector.may_be.is_empty() && vendor.len() >= 3;
        let names = if hint {
            std::slice::from_ref(&vendor)
        } else {
            &detector.names
        };
        let (literals, information) = detector
            .alternatives
            .iter()
            .map(specificity)
            .min()
            .unwrap_or_default();
        let first_name = words.of.len();
        words.add(names);
        writeln!(
            detectors,
            "Detector {{ text: {}, provider: {}, first_name: {first_name}, names: {}, kind: {}, severity: {}, checksum: {}, verify: {}, entropy: {}, flags: {}, literals: {literals}, information: {information} }},",
            texts.len(),
            detector.provider,
            names.len(),
            detector.kind,
            detector.severity,
            detector.checksum,
            detector.verify,
            detector.entropy,
            u8::from(detector.test_mode) | u8::from(hint) << 1,
        )
        .expect("a String takes everything");
        for field in [
            &detector.id,
            &detector.variable,
            &detector.may_be.join("\n"),
        ] {
            texts.push_str(field);
            texts.push('\0');
        }
        let revoke = &catalogue.providers[detector.provider].revoke;
        explanations.add(&detector.what, revoke);
    }
    let mut providers = Vec::new();
    for provider in &catalogue.providers {
        providers.push(texts.len() as u32);
        for field in [&provider.name, &provider.homes.join("\n")] {
            texts.push_str(field);
            texts.push('\0');
        }
    }
    let mut starts = Vec::new();
    let mut entries = Vec::new();
    for bucket in &mut buckets {
        bucket.dedup();
        starts.push(entries.len() as u32);
        entries.extend_from_slice(bucket);
    }
    starts.push(entries.len() as u32);
    writeln!(
        out,
        "pub static DETECTORS: [Detector; {}] = [\n{detectors}];",
        catalogue.detectors.len()
    )
    .expect("a String takes everything");
    write_shapes(&mut out, &mut programs, shapes);
    writeln!(out, "pub static TEXTS: &str = {texts:?};").expect("a String takes everything");
    explanations.write(&mut out);
    let assignment = catalogue
        .detectors
        .iter()
        .position(|detector| VERIFIERS[detector.verify] == "assignment");
    writeln!(out, "pub const ASSIGNMENT: Option<u16> = {assignment:?};")
        .expect("a String takes everything");
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
    array(&mut out, "PROGRAMS", "u8", &programs.bytes);
    array(&mut out, "ALTERNATIVE_DETECTOR", "u16", &detector_of);
    array(&mut out, "ALTERNATIVE_PROGRAM", "u16", &program_of);
    array(&mut out, "ALTERNATIVE_ANCHOR", "u8", &anchor_of);
    array(&mut out, "ALTERNATIVE_LEAD", "u8", &lead_of);
    array(&mut out, "BUCKETS", "u16", &starts);
    array(&mut out, "BUCKET_ALTERNATIVES", "u16", &entries);
    array(&mut out, "FILTER", "u8", &filter);
    array(&mut out, "PROVIDERS", "u32", &providers);
    words.write(&mut out);
    out
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

/// How many bytes are fixed, and how many bits the pattern says about a text, an eighth of them: what is more specific
/// wins where two detectors match the same text.
fn specificity(alternative: &Alternative) -> (u8, u8) {
    let (mut literals, mut bits) = (0, 0.0);
    for item in &alternative.items {
        let size = item.class.bytes().len();
        literals += if size == 1 { u32::from(item.min) } else { 0 };
        bits += f64::from(item.min) * (8.0 - (size as f64).log2());
    }
    (literals.min(255) as u8, (bits / 8.0).min(255.0) as u8)
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

/// Shapes by the length of their first run, for lengths up to `SHAPE_RUN_MAX`, and those without such a length.
fn write_shapes(out: &mut String, programs: &mut Programs, mut shapes: Vec<Shape>) {
    // Equal programs stand together, so that one run of the program serves all of them.
    shapes.sort_by_key(|shape| (shape.program, shape.alternative));
    let (mut starts, mut entries) = (Vec::new(), Vec::new());
    for length in 0..=SHAPE_RUN_MAX {
        starts.push(entries.len() as u32);
        for (index, shape) in shapes.iter().enumerate() {
            let fits = |(min, max): (u16, u16)| {
                min <= length && (length <= max || length == SHAPE_RUN_MAX && max > length)
            };
            if shape.run.is_some_and(fits) {
                entries.push(index as u32);
            }
        }
    }
    starts.push(entries.len() as u32);
    let mixed: Vec<u32> = (0..shapes.len())
        .filter(|&index| shapes[index].run.is_none())
        .map(|index| index as u32)
        .collect();
    let rows: Vec<String> = shapes
        .iter()
        .map(|shape| {
            let (first, last) = (programs.class(&shape.first), programs.class(&shape.last));
            format!(
                "Shape {{ alternative: {}, min: {}, first: {first}, last: {last} }}",
                shape.alternative, shape.min
            )
        })
        .collect();
    line(
        out,
        &format!(
            "pub static SHAPES: [Shape; {}] = [{}];",
            rows.len(),
            rows.join(", ")
        ),
    );
    array(out, "SHAPES_OF_LENGTH", "u16", &starts);
    array(out, "SHAPE_OF_LENGTH", "u16", &entries);
    array(out, "MIXED_SHAPES", "u16", &mixed);
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
            let next = self.text.len() as u32;
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
        array(out, "EXPLANATION_OF", "u32", &self.of);
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

    /// Appends the program of an alternative and returns its offset.
    fn add(&mut self, alternative: &Alternative) -> u32 {
        let (head, tail) = self.encode(alternative);
        let offset = self.bytes.len() as u32;
        let all = [head.as_slice(), &tail].concat();
        if let Some(&known) = self.tails.get(&all) {
            return known;
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
        offset
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
    starts: Vec<u32>,
    known: Vec<String>,
    of: Vec<u32>,
}

impl Words {
    fn add(&mut self, names: &[String]) {
        for name in names {
            let name = without_separators(name);
            let index = self
                .known
                .iter()
                .position(|known| *known == name)
                .unwrap_or_else(|| {
                    self.known.push(name.clone());
                    self.known.len() - 1
                });
            self.of.push(index as u32);
        }
    }

    fn write(mut self, out: &mut String) {
        let mut buckets: Vec<Vec<u32>> = vec![Vec::new(); 256];
        let mut filter = vec![0u32; 1 << (FILTER_BITS - 3)];
        for (index, word) in self.known.iter().enumerate() {
            self.starts.push(self.text.len() as u32);
            self.text.push_str(word);
            let bytes = word.as_bytes();
            let hash = hash(bytes[0], bytes[1], bytes[2], 7);
            filter[hash as usize >> 3] |= 1 << (hash & 7);
            buckets[hash as usize & 255].push(index as u32);
        }
        self.starts.push(self.text.len() as u32);
        let (mut starts, mut entries) = (Vec::new(), Vec::new());
        for bucket in buckets {
            starts.push(entries.len() as u32);
            entries.extend(bucket);
        }
        starts.push(entries.len() as u32);
        writeln!(out, "pub static WORDS: &str = {:?};", self.text)
            .expect("a String takes everything");
        array(out, "WORD_STARTS", "u16", &self.starts);
        array(out, "WORD_BUCKETS", "u16", &starts);
        array(out, "WORD_BUCKET_WORDS", "u16", &entries);
        array(out, "WORD_FILTER", "u8", &filter);
        array(out, "NAMES", "u16", &self.of);
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
