//! The encrypted store of keys. Native and web-free: the world comes in through [`Storage`] and [`Clock`].
//!
//! Words: a *record* is a named piece of bytes in the storage. The *vault key* seals everything; *slots* wrap it for a
//! passphrase and a recovery code. An *entry* is one stored key with its history. The *manifest* is the record that
//! says which records make up the vault; see [`manifest`](self) and `docs/vault-format.md`, which defines the bytes.
//!
//! Invariants: what was acknowledged is readable after a death at any moment. A record is never overwritten. A vault that
//! cannot be read is never written to. A wrong passphrase and a damaged record give the same error. Nothing
//! secret is in an error, in `Debug`, or in a record in clear, but for the fingerprints of [`crate::own_keys`].
//!
//! What this does not do: it does not know browsers, messages or pages, and does not decide where a key may be filled.

pub mod backup;
mod bytes;
mod crypto;
mod entry;
pub mod export;
mod factor;
mod fingerprint;
mod hygiene;
pub mod import;
mod load;
pub mod lock;
mod manifest;
mod record;
mod recovery;
mod rescue;
mod slot;
mod sorted;
mod storage;
pub mod strength;
mod unlocked;

use thiserror::Error;

pub use entry::{
    Details, EarlierKey, Entry, Keys, LastUse, MOST_EARLIER, MOST_KEY_BYTES, MOST_NOTES_BYTES,
    MOST_ORIGINS, MOST_TEXT_BYTES,
};
pub use factor::{Factor, MOST_FACTORS};
pub use fingerprint::{make_salt, row_of, row_under};
pub use hygiene::{Cleaned, Doubt, Removed, clean, question};
pub use load::Findings;
pub use record::EntryId;
pub use recovery::RecoveryCode;
pub use rescue::{Rescued, export_raw, import_raw, remove, rescue};
pub use slot::{KdfCost, Opener, SlotKind};
pub use storage::{Clock, Storage, StorageError};
pub use unlocked::log;
pub use unlocked::{
    Anchor, Known, NewEntry, RemovedEntry, Rollback, SessionState, Standing, UnlockedVault, Ways,
    read_own_keys,
};

/// Why a call of the vault came to nothing. Says nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The passphrase or code is wrong, or records are damaged, missing or out of place. Which of these is not known,
    /// on purpose. Never write over such a vault; export it as it is.
    #[error("the vault cannot be opened")]
    CannotOpen,
    /// A later version of the extension wrote it.
    #[error("the vault was written by a newer version")]
    Newer,
    /// It opens, but it is an older state than one that was seen before.
    #[error("the vault is older than it was")]
    RolledBack,
    /// There is a vault already, or what is left of one.
    #[error("there is a vault already")]
    Exists,
    /// The records were there and are not any more.
    #[error("the vault is gone")]
    Gone,
    /// What was typed is no recovery code: a slip in typing it.
    #[error("not a recovery code")]
    NoRecoveryCode,
    /// No entry has this identifier.
    #[error("no such entry")]
    NoSuchEntry,
    /// Somebody changed the entry since it was read. Read it again.
    #[error("the entry was changed meanwhile")]
    Changed,
    /// The key is stored already, in this entry.
    #[error("the key is stored already")]
    Duplicate(EntryId),
    /// The text of a key is empty.
    #[error("no key")]
    NoKey,
    /// A text or list is longer than a vault takes.
    #[error("too long")]
    TooLong,
    /// No more entries fit.
    #[error("too many entries")]
    TooMany,
    /// Argon2id's memory is not to be had.
    #[error("not enough memory")]
    NoMemory,
    /// The system gives no random bytes.
    #[error("no randomness")]
    NoRandomness,
    /// The storage did not do what it was asked. The change is not acknowledged.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What is in a storage, as far as can be told without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Nothing: a vault can be made.
    Absent,
    /// A vault, which can be opened with one of these.
    Locked {
        /// Whether it has a recovery code.
        has_recovery: bool,
        /// Whether a passphrase opens it only with a second factor.
        has_factor: bool,
    },
    /// A vault of a later version.
    Newer,
    /// Records of a vault, but no manifest that can be read.
    Unreadable,
}

/// Looks without a key.
///
/// # Errors
/// Those of the storage.
pub async fn look(storage: &impl Storage) -> Result<Presence, VaultError> {
    if storage.names(record::PREFIX).await?.is_empty() {
        return Ok(Presence::Absent);
    }
    let manifests = load::read_manifests(storage).await?;
    let mut presence = Presence::Unreadable;
    for (_, bytes) in &manifests {
        match manifest::Clear::parse(bytes) {
            Ok(clear) if presence == Presence::Unreadable => {
                presence = Presence::Locked {
                    has_recovery: clear.slots.iter().any(|slot| slot.kind.is_recovery()),
                    has_factor: clear.slots.iter().any(|slot| slot.enrolled.is_some()),
                };
            }
            Err(VaultError::Newer) => return Ok(Presence::Newer),
            _ => {}
        }
    }
    Ok(presence)
}

/// The second factors of the newest manifest that can be read, and what their function is asked for; `None` where there is no
/// vault to open. Whether they are the right ones shows when the vault is opened.
///
/// # Errors
/// Those of the storage.
pub async fn look_for_factors(
    storage: &impl Storage,
) -> Result<Option<(Vec<u8>, Vec<Factor>)>, VaultError> {
    let manifests = load::read_manifests(storage).await?;
    let mut clear = manifests
        .iter()
        .filter_map(|(_, bytes)| manifest::Clear::parse(bytes).ok());
    Ok(clear.next().map(|clear| {
        let enrolled = clear.slots.into_iter().filter_map(|slot| slot.enrolled);
        (
            factor::input(&clear.vault),
            enrolled.map(|enrolled| enrolled.factor).collect(),
        )
    }))
}
