//! For build.rs: lowers Unicode's and the Public Suffix List's data to what the warnings about host names need.
//!
//! The crates with the whole data cost a module 261 KB (`unicode-security`, `unicode-script`) and 891 KB (`psl`), after
//! wasm-opt; these tables are 5 KB and 14 KB, because a host name holds few characters and the one question about a suffix
//! is whether it is in the list.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton;

#[path = "suffix_hash.rs"]
mod suffix_hash;

/// Unicode's last plane with characters that a host name can hold.
const LAST: u32 = 0x3_FFFF;

/// The source of `names.rs` in OUT_DIR.
///
/// # Errors
/// With line number and reason where the list of suffixes is not as its header says.
pub(crate) fn names(suffixes: &str) -> Result<String, String> {
    let mut source = String::new();
    write_look_alikes(&mut source);
    write_scripts(&mut source);
    write_suffixes(&mut source, suffixes)?;
    Ok(source)
}

/// Characters that can stand in a host name after the browser's mapping (UTS 46 folds case and compatibility forms).
fn can_stand_in_host(letter: char) -> bool {
    let mapped: String = letter.to_lowercase().collect::<String>().nfkc().collect();
    mapped.chars().eq([letter]) && (letter.is_alphanumeric() || is_combining_mark(letter))
}

/// Letters that Unicode's data takes for distinct from Latin ones and a hasty reader does not.
const NEARLY: [(char, &str); 12] = [
    ('к', "k"),
    ('κ', "k"),
    ('ĸ', "k"),
    ('т', "t"),
    ('τ', "t"),
    ('м', "m"),
    ('н', "h"),
    ('п', "n"),
    ('в', "b"),
    ('г', "r"),
    ('ш', "w"),
    ('η', "n"),
];

/// What a letter looks like in ASCII, accents overlooked; `None` for one that looks like no ASCII letter or digit.
fn ascii_look(letter: char) -> Option<String> {
    if let Some((_, look)) = NEARLY.iter().find(|(nearly, _)| *nearly == letter) {
        return Some((*look).to_owned());
    }
    let bare: String = letter
        .nfd()
        .filter(|&part| !is_combining_mark(part))
        .collect();
    let look: String = skeleton(&bare)
        .nfd()
        .filter(|&part| !is_combining_mark(part))
        .collect();
    (!look.is_empty() && look.chars().all(|part| part.is_ascii_alphanumeric()))
        .then(|| look.to_ascii_lowercase())
}

fn letters() -> impl Iterator<Item = char> {
    (0x80..=LAST)
        .filter_map(char::from_u32)
        .filter(|&letter| can_stand_in_host(letter))
}

fn write_look_alikes(source: &mut String) {
    let mut single = Vec::new();
    let mut several = Vec::new();
    for letter in letters() {
        match ascii_look(letter) {
            Some(look) if look.len() == 1 => {
                single.push(u32::from(letter) << 8 | u32::from(look.as_bytes()[0]))
            }
            Some(look) => several.push((letter, look)),
            None => {}
        }
    }
    write_words(
        source,
        "/// `letter << 8 | what it looks like`, in order.\n",
        "LOOKS",
        &single,
    );
    let _ = writeln!(
        source,
        "/// Letters that look like several, in order.\npub(super) static LONG_LOOKS: [(char, &str); {}] = {several:?};",
        several.len()
    );
}

/// Scripts in common modern use (UAX 31, table 5); every other is [`OTHER`].
const SCRIPTS: [Script; 34] = [
    Script::Latin,
    Script::Han,
    Script::Hiragana,
    Script::Katakana,
    Script::Bopomofo,
    Script::Hangul,
    Script::Cyrillic,
    Script::Greek,
    Script::Arabic,
    Script::Armenian,
    Script::Bengali,
    Script::Devanagari,
    Script::Ethiopic,
    Script::Georgian,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Hebrew,
    Script::Kannada,
    Script::Khmer,
    Script::Lao,
    Script::Malayalam,
    Script::Myanmar,
    Script::Oriya,
    Script::Sinhala,
    Script::Tamil,
    Script::Telugu,
    Script::Thaana,
    Script::Thai,
    Script::Tibetan,
    Script::Mongolian,
    Script::Tifinagh,
    Script::Cherokee,
    Script::Yi,
    Script::Javanese,
];
/// Goes with every script.
const COMMON: u32 = 0xfe;
/// One that nobody writes host names in.
const OTHER: u32 = 0xff;

fn write_scripts(source: &mut String) {
    let mut runs: Vec<u32> = Vec::new();
    let mut last = None;
    for letter in letters() {
        let script = match letter.script() {
            Script::Common | Script::Inherited => COMMON,
            script => match SCRIPTS.iter().position(|&known| known == script) {
                Some(index) => u32::try_from(index).expect("there are 34"),
                None => OTHER,
            },
        };
        if last != Some(script) {
            runs.push(u32::from(letter) << 8 | script);
            last = Some(script);
        }
    }
    write_words(
        source,
        "/// `first letter << 8 | script`: a run goes on to the next one.\n",
        "SCRIPTS",
        &runs,
    );
}

fn write_suffixes(source: &mut String, suffixes: &str) -> Result<(), String> {
    let mut hashes = Vec::new();
    for (index, line) in suffixes.lines().enumerate() {
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let name = line.strip_prefix("*.").unwrap_or(line);
        let plain = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
        };
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(format!("{}: not a suffix in ASCII: {line}", index + 1));
        }
        hashes.push(suffix_hash::of(line));
    }
    hashes.sort_unstable();
    let count = hashes.len();
    hashes.dedup();
    if hashes.len() != count {
        return Err("two suffixes are the same, or have the same hash".into());
    }
    write_words(source, "/// Of each rule, in order.\n", "SUFFIXES", &hashes);
    Ok(())
}

fn write_words(source: &mut String, comment: &str, name: &str, words: &[u32]) {
    let _ = writeln!(
        source,
        "{comment}pub(super) static {name}: [u32; {}] = {words:?};",
        words.len()
    );
}
