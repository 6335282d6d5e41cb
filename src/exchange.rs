//! The files that keys come from and go into: what they are, and why one is not read.
//!
//! Said once for the vault, which reads and writes them, and for the messages between pages and the module that does it.

use serde::{Deserialize, Serialize};

/// What a file turned out to be.
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

/// What an entry is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// `export NAME='…'`, for POSIX shells.
    Shell,
    /// `$env:NAME = '…'`.
    PowerShell,
    /// A line of a `.env` file.
    Dotenv,
    /// Cline keeps keys in the editor's own secret store and has no file for them: what to choose in its panel.
    Cline,
    /// A model in Continue's `config.yaml`.
    Continue,
    /// `.aider.conf.yml`.
    Aider,
    /// A model in LiteLLM's `config.yaml`, which reads the key from the environment, and the line for the environment.
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
