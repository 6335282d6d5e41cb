//! What a page is answered.

use serde::{Deserialize, Serialize};

use super::{Bytes, EarlierKey, EntryLine, FactorState, Plain, Stored};

/// Whether there is a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Presence {
    /// None was made.
    Absent,
    /// It has to be unlocked.
    Locked,
    /// It is open.
    Open,
    /// A later version wrote it.
    Newer,
    /// What is there cannot be read. It is not written to; it can be exported as it is.
    Unreadable,
}

/// The answer to `vaultState`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultState {
    /// Of a vault.
    pub presence: Presence,
    /// Whether it has a recovery code; only known while it is locked.
    pub has_recovery: bool,
    /// Whether the passphrase opens it only with a second factor.
    pub needs_factor: bool,
    /// After wrong passphrases: when the next one may be tried, in milliseconds since 1970.
    pub next_try_ms: Option<u64>,
    /// After how many minutes without use it locks; `None` for with the browser only.
    pub minutes: Option<u32>,
    /// Whether it locks with the screen.
    pub with_screen: bool,
    /// When it was read last, damaged or foreign records lay beside it, which it does not use.
    pub strays: usize,
    /// Two writers had written at once; nothing of either was lost.
    pub merged: bool,
}

/// What is to be said about something that is to be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Standing {
    /// It can be stored.
    New,
    /// An entry has the key.
    Stored {
        /// Which.
        entry: String,
        /// Whether it is the entry's key now, or an earlier one.
        current: bool,
    },
    /// The file has it before.
    Twice {
        /// There.
        place: u32,
    },
    /// A vault does not take it: a text of it is too long.
    Unfit,
}

/// The answer to `importTake`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Taken {
    /// How many were stored.
    pub stored: u32,
    /// How many of those that were chosen were not: the vault had the key by then.
    pub left: u32,
}

/// The answers to [`PageRequest`](super::PageRequest).
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum PageReply {
    /// To `vaultState`.
    State(VaultState),
    /// To `createVault` and `renewRecoveryCode`.
    Recovery {
        /// To be shown once.
        recovery: Bytes,
    },
    /// To `factorState`.
    Factors(FactorState),
    /// To `entries`.
    Entries(Vec<EntryLine>),
    /// To `storeEntry` and `replaceKey`.
    Stored(Stored),
    /// To `revealKey`.
    Revealed {
        /// As it is now.
        key: Bytes,
        /// Newest first.
        earlier: Vec<EarlierKey>,
        /// May be empty.
        notes: Bytes,
    },
    /// To `copyKey`.
    Copy {
        /// For the clipboard.
        key: Bytes,
        /// When the clipboard is emptied, in milliseconds since 1970.
        until_ms: u64,
    },
    /// To `importPreview`.
    Preview {
        /// Of each candidate.
        standings: Vec<Standing>,
    },
    /// To `importTake`.
    Taken(Taken),
    /// To `exportEntry`.
    Entry(Box<Plain>),
    /// To `exportAll`, `rescueEntries` and `rescueWithRecovery`.
    Plain {
        /// Sorted by name; of a rescue, in no order.
        entries: Vec<Plain>,
        /// Records that could not be read.
        lost: usize,
    },
    /// To `exportSealed`: Base64.
    Sealed {
        /// Ciphertext.
        file: String,
    },
    /// To the others.
    Done {},
}
