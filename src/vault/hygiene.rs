//! What is put right in a key before it is stored, and what is asked about it.

use super::sorted::sort;
use crate::secret::Secret;

/// Something that was taken away from around or out of a key, for the person to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Removed {
    /// Blanks before or behind it.
    Blanks,
    /// Quotes around it, and a comma or semicolon behind them.
    Quotes,
    /// `Bearer ` before it, or `Authorization: Bearer `.
    Bearer,
    /// Line breaks in it: the key was wrapped.
    LineBreaks,
    /// Characters that cannot be seen.
    Invisible,
}

/// A key that is fit to be stored.
#[derive(Debug)]
pub struct Cleaned {
    /// What is left; empty where nothing is.
    pub key: Secret<String>,
    /// What was taken away, each once, in the order of [`Removed`].
    pub removed: Vec<Removed>,
}

/// Takes away from a key what a copy brought along. Blanks inside it stay: whether it is one key is for the
/// person to say. In a PEM block line breaks belong to it; they become `\n`.
pub fn clean(raw: &str) -> Cleaned {
    let mut removed = Vec::new();
    let mut text = String::with_capacity(raw.len() + 1);
    text.extend(raw.chars().filter(|character| !is_invisible(*character)));
    if text.len() < raw.len() {
        removed.push(Removed::Invisible);
    }
    let text = Secret::new(text);
    // EXPOSE: slices of it go into the new secret below.
    let core = strip(text.expose(), &mut removed);
    let mut key = String::with_capacity(core.len() + 1);
    if core.starts_with("-----BEGIN ") {
        for line in core.lines() {
            key.push_str(line.trim_end());
            key.push('\n');
        }
    } else {
        // A wrapped key: the blanks around a line break are the wrapping's.
        for line in core.split(['\n', '\r']) {
            key.push_str(if core.len() == line.len() {
                line
            } else {
                line.trim()
            });
        }
        if core.contains(['\n', '\r']) {
            removed.push(Removed::LineBreaks);
        }
    }
    sort(&mut removed, |one, other| one < other);
    removed.dedup();
    Cleaned {
        key: Secret::new(key),
        removed,
    }
}

fn strip<'a>(text: &'a str, removed: &mut Vec<Removed>) -> &'a str {
    const QUOTES: [(char, char); 7] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('“', '”'),
        ('„', '“'),
        ('‘', '’'),
        ('«', '»'),
    ];
    const BEARER: [&str; 2] = ["authorization:", "bearer "];
    let mut text = text;
    loop {
        let trimmed = text.trim();
        if trimmed.len() < text.len() {
            // A line break at the end is what copying a line brings; it is said as what it is.
            let edge_breaks =
                text.trim_matches(|character| character == ' ' || character == '\t') != trimmed;
            removed.push(if edge_breaks {
                Removed::LineBreaks
            } else {
                Removed::Blanks
            });
            text = trimmed;
        }
        let unquoted = QUOTES.iter().find_map(|(open, close)| {
            let behind = text.strip_prefix(*open)?;
            let inside = behind.trim_end_matches([',', ';']);
            inside.trim_end().strip_suffix(*close)
        });
        if let Some(inside) = unquoted {
            removed.push(Removed::Quotes);
            text = inside;
            continue;
        }
        let word = BEARER.iter().find(|word| {
            text.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        });
        match word {
            Some(word) => {
                removed.push(Removed::Bearer);
                text = &text[word.len()..];
            }
            None => return text,
        }
    }
}

/// Characters that take no room or only turn the direction of writing, and controls but tab and line breaks.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
        || character.is_control() && !matches!(character, '\t' | '\n' | '\r')
}

/// Why a key should be looked at again before it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// It does not look like a key of the named provider, but like one of these.
    OtherProvider(Vec<String>),
    /// The named provider's keys are known, and this looks like none of them.
    NotOfProvider,
    /// There are blanks inside: perhaps more than one key, or words around it.
    BlanksInside,
    /// Too short for a key.
    Short,
}

/// Characters below which a string is hardly a key.
const SHORT_CHARACTERS: usize = 8;

/// What is odd about `key` as a key of `provider` (empty for an unknown one).
///
/// `providers_of` says whose keys a text looks like; `is_known` whether any detector knows keys of a provider. The
/// caller has the scanner; the vault does not know it.
pub fn question(
    key: &Secret<String>,
    provider: &str,
    providers_of: impl FnOnce(&str) -> Vec<String>,
    is_known: impl FnOnce(&str) -> bool,
) -> Vec<Doubt> {
    // EXPOSE: looked at here and by the scanner's answer, which holds names of providers only.
    let text = key.expose();
    let mut doubts = Vec::new();
    let providers = providers_of(text);
    if !provider.is_empty()
        && !providers
            .iter()
            .any(|found| found.eq_ignore_ascii_case(provider))
    {
        if !providers.is_empty() {
            doubts.push(Doubt::OtherProvider(providers));
        } else if is_known(provider) {
            doubts.push(Doubt::NotOfProvider);
        }
    }
    if !text.starts_with("-----BEGIN ") && text.trim().contains(char::is_whitespace) {
        doubts.push(Doubt::BlanksInside);
    }
    if text.chars().count() < SHORT_CHARACTERS {
        doubts.push(Doubt::Short);
    }
    doubts
}
