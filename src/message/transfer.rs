//! What the transfer module and the pages that load it say to each other: files that are read, exports that are written, keys
//! that are questioned.
//!
//! That module parses and writes files, so that neither the background nor a page has to: `src/bin/transfer`. Keys pass from
//! it to the background and back as messages of [`super::vault`]; the page hands them on and does not read them.

use serde::{Deserialize, Serialize};

use super::vault::{Details, Plain, Removed};

/// What a file turned out to be; see [`crate::vault::import::Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// A `.env` file.
    Dotenv,
    /// Bitwarden, CSV or JSON.
    Bitwarden,
    /// 1Password, CSV or `export.data`.
    OnePassword,
    /// KeePassXC, CSV or XML.
    KeePassXc,
    /// A table with columns that could be understood.
    Table,
    /// A backup of ours.
    Backup,
}

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

/// What an entry is written for; see [`crate::vault::export::Form`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// `export NAME='…'`.
    Shell,
    /// `$env:NAME = '…'`.
    PowerShell,
    /// A line of a `.env` file.
    Dotenv,
    /// What to choose in Cline's panel.
    Cline,
    /// A model in Continue's `config.yaml`.
    Continue,
    /// `.aider.conf.yml`.
    Aider,
    /// A model in LiteLLM's `config.yaml`.
    LiteLlm,
}

impl Form {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Form; 7] = [
        Form::Shell,
        Form::PowerShell,
        Form::Dotenv,
        Form::Cline,
        Form::Continue,
        Form::Aider,
        Form::LiteLlm,
    ];

    /// The name of a file for it, where it is one.
    pub fn file_name(self) -> Option<&'static str> {
        match self {
            Form::Dotenv => Some(".env"),
            Form::Continue | Form::LiteLlm => Some("config.yaml"),
            Form::Aider => Some(".aider.conf.yml"),
            Form::Shell | Form::PowerShell | Form::Cline => None,
        }
    }
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

/// Why a file was not read or written. Says nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FileError {
    /// None of the formats that are read.
    #[error("not a format that can be imported")]
    Unknown,
    /// An encrypted export of another program: it has to be exported without encryption.
    #[error("the export is encrypted")]
    Encrypted,
    /// A `.1pux` archive: the file `export.data` in it can be read.
    #[error("the export is an archive")]
    Archive,
    /// Not UTF-8, or cut off.
    #[error("the file is damaged")]
    Damaged,
    /// Larger than an export of keys can be.
    #[error("the file is too large")]
    TooLarge,
    /// A backup: it needs the passphrase that it was made with.
    #[error("the backup needs its passphrase")]
    NeedsPassphrase,
    /// The passphrase of the backup is wrong, or it is damaged.
    #[error("the backup cannot be opened")]
    CannotOpen,
    /// A later version wrote the backup.
    #[error("the backup was written by a newer version")]
    Newer,
    /// The backup needs more memory than there is.
    #[error("the backup needs too much memory")]
    TooCostly,
    /// The module could not be loaded, or failed.
    #[error("the module failed")]
    Failed,
}
