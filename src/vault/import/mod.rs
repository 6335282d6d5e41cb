//! Reads keys out of `.env` files and the exports of password managers, for a preview. Stores nothing.
//!
//! | from | files |
//! | --- | --- |
//! | `.env` | `NAME=value`, with `export`, quotes and comments |
//! | Bitwarden | CSV; unencrypted JSON |
//! | 1Password | CSV; `export.data`, the JSON inside a `.1pux` archive |
//! | KeePassXC | CSV; XML |
//! | others | CSV whose first line names a column for the password, key, token or secret |
//!
//! An address in an export never becomes an approved origin: approving is done from the page.

mod dotenv;
mod json;
mod table;
mod xml;

use super::entry::Details;
use super::hygiene::{Cleaned, Removed, clean};
use super::{Keys, NewEntry};
pub use crate::exchange::{FileError, Source};
use crate::secret::Secret;

/// Bytes of the largest file that is read.
pub const MOST_FILE_BYTES: usize = 16 * 1024 * 1024;

/// One key that could be stored.
#[derive(Debug)]
pub struct Candidate {
    /// Name, owner and variable, as far as the file says.
    pub details: Details,
    /// The key, put right.
    pub key: Secret<String>,
    /// What was taken away from it.
    pub removed: Vec<Removed>,
    /// Notes of the entry.
    pub notes: Secret<String>,
    /// The address that the file gives, for the person to see.
    pub address: String,
    /// Whether its name says that it is a key; passwords of websites and settings of programs are not chosen at first.
    pub is_key_by_name: bool,
}

/// What a file holds.
#[derive(Debug)]
pub struct Import {
    /// What the file is.
    pub source: Source,
    /// In the order of the file.
    pub candidates: Vec<Candidate>,
    /// Lines or items without anything that could be a key.
    pub skipped: usize,
}

/// Reads a file, whatever its name.
///
/// # Errors
/// Those of [`FileError`]; no text of the file is in them.
pub fn read(file: &[u8]) -> Result<Import, FileError> {
    if file.len() > MOST_FILE_BYTES {
        return Err(FileError::TooLarge);
    }
    if file.starts_with(b"PK\x03\x04") {
        return Err(FileError::Archive);
    }
    let text = core::str::from_utf8(file).map_err(|_| FileError::Damaged)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with(['{', '[']) {
        return json::read(text);
    }
    if text.trim_start().starts_with('<') {
        return xml::read(text);
    }
    match table::read(text)? {
        Some(import) => Ok(import),
        None => dotenv::read(text),
    }
}

impl From<Candidate> for NewEntry {
    fn from(candidate: Candidate) -> Self {
        let Candidate {
            details,
            key,
            notes,
            ..
        } = candidate;
        NewEntry {
            details,
            keys: Keys::new(key, notes),
            created_ms: None,
            key_changed_ms: None,
        }
    }
}

/// What a line or item of any file says.
#[derive(Default)]
struct Raw<'a> {
    name: &'a str,
    variable: &'a str,
    owner: &'a str,
    key: &'a str,
    notes: &'a str,
    address: &'a str,
}

impl Raw<'_> {
    /// `None` where there is no key.
    fn into_candidate(self) -> Option<Candidate> {
        let Cleaned { key, removed } = clean(self.key);
        // EXPOSE: asked whether there is one.
        if key.expose().is_empty() {
            return None;
        }
        let short = |text: &str| text.trim().chars().take(200).collect::<String>();
        let details = Details {
            name: short(self.name),
            owner: short(self.owner),
            variable: short(self.variable),
            ..Details::default()
        };
        Some(Candidate {
            is_key_by_name: says_key(self.name) || says_key(self.variable),
            details,
            key,
            removed,
            notes: Secret::from(self.notes),
            address: short(self.address),
        })
    }
}

/// Whether a name speaks of a key: `OPENAI_API_KEY`, `Stripe token`, but not `KEYBOARD` or `monkey`.
fn says_key(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "key",
        "keys",
        "apikey",
        "token",
        "secret",
        "pat",
        "credential",
        "credentials",
        "passwd",
        "password",
        "pwd",
        "dsn",
    ];
    // `apiKey` and `API_KEY` are two words each.
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut before_is_small = false;
    for character in name.chars() {
        if before_is_small && character.is_uppercase() {
            spaced.push(' ');
        }
        before_is_small = character.is_lowercase();
        spaced.extend(character.to_lowercase());
    }
    spaced
        .split(|character: char| !character.is_alphanumeric())
        .any(|word| WORDS.contains(&word))
}
