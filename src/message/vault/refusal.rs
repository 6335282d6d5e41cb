//! Why a request about the vault came to nothing.

use serde::{Deserialize, Serialize};

/// Why a request about the vault came to nothing, as `{error: …}`. Says nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Refusal {
    /// It is locked.
    #[error("the vault is locked")]
    Locked,
    /// There is none.
    #[error("there is no vault")]
    NoVault,
    /// Wrong passphrase or code, or damage. Which of these is not known, on purpose.
    #[error("the vault cannot be opened")]
    CannotOpen,
    /// A passphrase may be tried again only later: `nextTryMs` of the state.
    #[error("too soon after a wrong passphrase")]
    TooSoon,
    /// A second factor is needed, and gave nothing.
    #[error("no second factor")]
    NoFactor,
    /// A later version wrote it.
    #[error("the vault was written by a newer version")]
    Newer,
    /// It is older than it was; the person may want it so.
    #[error("the vault is older than it was")]
    Older,
    /// There is one already.
    #[error("there is a vault already")]
    Exists,
    /// What was typed is no recovery code.
    #[error("not a recovery code")]
    NoRecoveryCode,
    /// An empty passphrase.
    #[error("no passphrase")]
    NoPassphrase,
    /// A passphrase that cannot be strong enough: see [`crate::vault::strength`].
    #[error("a weak passphrase")]
    WeakPassphrase,
    /// There is no preview to take from: the vault was locked meanwhile, or it was taken or dropped.
    #[error("nothing to import")]
    NoPreview,
    /// No entry has this identifier, or there is nothing to put back.
    #[error("no such entry")]
    NoSuchEntry,
    /// The entry was changed since it was read.
    #[error("the entry was changed meanwhile")]
    Changed,
    /// The key is that of another entry.
    #[error("the key is stored already")]
    Duplicate,
    /// The text of a key is empty.
    #[error("no key")]
    NoKey,
    /// Not text, or not the form of a file.
    #[error("not a text")]
    NoText,
    /// A text or list is longer than a vault takes.
    #[error("too long")]
    TooLong,
    /// No more entries fit.
    #[error("too many entries")]
    TooMany,
    /// The memory for a passphrase is not to be had.
    #[error("not enough memory")]
    NoMemory,
    /// The browser's storage is full; nothing has changed.
    #[error("the storage is full")]
    Full,
    /// The browser did not store it, or anything else failed.
    #[error("the storage failed")]
    Failed,
}

impl From<crate::vault::VaultError> for Refusal {
    fn from(error: crate::vault::VaultError) -> Self {
        use crate::vault::{StorageError, VaultError};
        match error {
            VaultError::CannotOpen => Refusal::CannotOpen,
            VaultError::Newer => Refusal::Newer,
            VaultError::RolledBack => Refusal::Older,
            VaultError::Exists => Refusal::Exists,
            VaultError::Gone => Refusal::NoVault,
            VaultError::NoRecoveryCode => Refusal::NoRecoveryCode,
            VaultError::NoSuchEntry => Refusal::NoSuchEntry,
            VaultError::Changed => Refusal::Changed,
            VaultError::Duplicate(_) => Refusal::Duplicate,
            VaultError::NoKey => Refusal::NoKey,
            VaultError::TooLong => Refusal::TooLong,
            VaultError::TooMany => Refusal::TooMany,
            VaultError::NoMemory => Refusal::NoMemory,
            VaultError::Storage(StorageError::Full) => Refusal::Full,
            VaultError::NoRandomness | VaultError::Storage(StorageError::Failed) => Refusal::Failed,
        }
    }
}
