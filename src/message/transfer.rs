//! What the transfer module and the pages that load it say to each other: files that are read, exports that are written, keys
//! that are questioned.
//!
//! That module parses and writes files, so that neither the background nor a page has to: `src/bin/transfer`. Keys pass from
//! it to the background and back as messages of [`super::vault`]; the page hands them on and does not read them.

use serde::{Deserialize, Serialize};

use super::vault::{Details, Plain, Removed};
pub use crate::exchange::{FileError, Form, Source};

/// Why a key should be looked at again; see [`crate::vault::Doubt`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Doubt {
    /// It looks like a key of one of these.
    OtherProvider {
        /// Their names.
        providers: Vec<String>,
    },
    /// It does not look like a key of the provider.
    NotOfProvider,
    /// There are blanks inside.
    BlanksInside,
    /// Too short for a key.
    Short,
}

/// One line of a preview: a candidate without its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// As they would be stored. The provider is found by the detectors; empty where there is not exactly one.
    pub details: Details,
    /// The address that the file gives, for the person to see. It is not approved.
    pub address: String,
    /// Origins that a backup brings along, approved.
    pub origins: Vec<String>,
    /// What was taken away from the key.
    pub removed: Vec<Removed>,
    /// What is odd about it.
    pub doubts: Vec<Doubt>,
    /// Whether it is to be chosen at first, as long as the vault does not have it.
    pub chosen: bool,
}

/// What a file had.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadFile {
    /// What it is.
    pub source: Source,
    /// In the order of the file.
    pub lines: Vec<Line>,
    /// Lines or items without anything that could be a key.
    pub skipped: u32,
    /// The same with the keys, in the same order: for the background's `importPreview`.
    pub candidates: Vec<Plain>,
}

/// What the detectors say of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Whose it may be.
    pub providers: Vec<String>,
    /// As programs call it; may be empty.
    pub variable: String,
}

/// What the detectors say about a key that was typed or pasted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Questioned {
    /// Whose key it looks like; several for a shape that several use.
    pub providers: Vec<String>,
    /// The variable that programs read such a key from; empty where it is not known.
    pub variable: String,
    /// What would be taken away from it.
    pub removed: Vec<Removed>,
    /// What is odd about it, for the provider that was named.
    pub doubts: Vec<Doubt>,
}
