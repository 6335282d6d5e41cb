//! Entries as pages see them.

use serde::{Deserialize, Serialize};

use super::{Bytes, Refusal};
use crate::vault;

/// What the person says about a key; see [`crate::vault::Details`]. Without the approved origins: each is approved and
/// withdrawn by itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// How the person calls it.
    pub name: String,
    /// Who issues the key.
    pub provider: String,
    /// Whose key, or of which account.
    pub owner: String,
    /// What it may do.
    pub scope: String,
    /// What it is for.
    pub purpose: String,
    /// The environment variable that programs read it from.
    pub variable: String,
}

impl std::fmt::Debug for Details {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Details([REDACTED])")
    }
}

impl Details {
    /// As the vault takes them.
    pub fn with_origins(self, origins: Vec<String>) -> crate::vault::Details {
        crate::vault::Details {
            name: self.name,
            provider: self.provider,
            owner: self.owner,
            scope: self.scope,
            purpose: self.purpose,
            variable: self.variable,
            origins,
        }
    }
}

impl From<crate::vault::Details> for Details {
    fn from(details: crate::vault::Details) -> Self {
        Details {
            name: details.name,
            provider: details.provider,
            owner: details.owner,
            scope: details.scope,
            purpose: details.purpose,
            variable: details.variable,
        }
    }
}

/// One entry without its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryLine {
    /// Its identifier.
    pub entry: String,
    /// To be said when it is changed.
    pub revision: u32,
    /// What the person says about it.
    pub details: Details,
    /// Where it may be filled.
    pub origins: Vec<String>,
    /// In milliseconds since 1970.
    pub created_ms: u64,
    /// Since when it has its present key.
    pub key_changed_ms: u64,
    /// When it was filled or copied last.
    pub last_use_ms: Option<u64>,
    /// Where; empty for the clipboard.
    pub last_use_at: Option<String>,
    /// How many earlier keys it has.
    pub earlier: usize,
}

/// What was taken away from a key before it was stored; see [`crate::vault::Removed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Removed {
    /// Blanks around it.
    Blanks,
    /// Quotes around it.
    Quotes,
    /// `Bearer ` before it.
    Bearer,
    /// Line breaks in it.
    LineBreaks,
    /// Characters that cannot be seen.
    Invisible,
}

impl From<crate::vault::Removed> for Removed {
    fn from(removed: crate::vault::Removed) -> Self {
        match removed {
            crate::vault::Removed::Blanks => Removed::Blanks,
            crate::vault::Removed::Quotes => Removed::Quotes,
            crate::vault::Removed::Bearer => Removed::Bearer,
            crate::vault::Removed::LineBreaks => Removed::LineBreaks,
            crate::vault::Removed::Invisible => Removed::Invisible,
        }
    }
}

/// What became of a key that was to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    /// The entry that has it now.
    pub entry: String,
    /// It had it before: nothing was stored.
    pub duplicate: bool,
    /// What was taken away from it.
    pub removed: Vec<Removed>,
}

/// A key that an entry had before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EarlierKey {
    /// The key.
    pub key: Bytes,
    /// When another took its place, in milliseconds since 1970.
    pub replaced_ms: u64,
}

impl EarlierKey {
    /// As the vault gives it.
    pub fn of(earlier: &vault::EarlierKey) -> Self {
        EarlierKey {
            key: Bytes::of_text(&earlier.key),
            replaced_ms: earlier.replaced_ms,
        }
    }
}

/// An entry with its keys: what a file had, or what is to be written into one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plain {
    /// What is said about it.
    pub details: Details,
    /// Where it may be filled, in ASCII. A restored backup brings them along; no other file does.
    pub origins: Vec<String>,
    /// The key.
    pub key: Bytes,
    /// May be empty.
    pub notes: Bytes,
    /// Newest first.
    pub earlier: Vec<EarlierKey>,
    /// In milliseconds since 1970; `None` for now.
    pub created_ms: Option<u64>,
    /// Since when it has its present key; `None` for now.
    pub key_changed_ms: Option<u64>,
}

impl Plain {
    /// With copies of the keys.
    pub fn of(new: &vault::NewEntry) -> Self {
        let mut details = new.details.clone();
        Plain {
            origins: std::mem::take(&mut details.origins),
            details: details.into(),
            key: Bytes::of_text(&new.keys.key),
            notes: Bytes::of_text(&new.keys.notes),
            earlier: new.keys.earlier.iter().map(EarlierKey::of).collect(),
            created_ms: new.created_ms,
            key_changed_ms: new.key_changed_ms,
        }
    }

    /// As the vault takes it.
    ///
    /// # Errors
    /// [`Refusal::NoText`] for a key or notes that are not UTF-8.
    pub fn into_new(self) -> Result<vault::NewEntry, Refusal> {
        let earlier = self.earlier.iter().map(|earlier| {
            Ok(vault::EarlierKey {
                key: earlier.key.text()?,
                replaced_ms: earlier.replaced_ms,
            })
        });
        Ok(vault::NewEntry {
            keys: vault::Keys {
                key: self.key.text()?,
                notes: self.notes.text()?,
                earlier: earlier.collect::<Result<_, Refusal>>()?,
            },
            details: self.details.with_origins(self.origins),
            created_ms: self.created_ms,
            key_changed_ms: self.key_changed_ms,
        })
    }
}
