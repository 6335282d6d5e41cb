//! What the extension's pages say to the background about the vault.
//!
//! Passphrases, codes and keys travel as [`Bytes`]: an array of numbers, which both sides overwrite, where a text of
//! JavaScript could not be. A frame has no message here, and none must be added.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::origin::HttpsOrigin;
use crate::secret::Secret;

/// Secret bytes on their way: an array of numbers on the wire.
#[derive(Debug)]
pub struct Bytes(pub Secret<Vec<u8>>);

impl Bytes {
    /// A copy of a text.
    pub fn of_text(text: &Secret<String>) -> Self {
        // EXPOSE: from one secret into another.
        Bytes(Secret::new(text.expose().as_bytes().to_vec()))
    }

    /// As text.
    ///
    /// # Errors
    /// [`Refusal::NoText`] for what is not UTF-8.
    pub fn text(&self) -> Result<Secret<String>, Refusal> {
        // EXPOSE: from one secret into another.
        let text = std::str::from_utf8(self.0.expose()).map_err(|_| Refusal::NoText)?;
        Ok(Secret::from(text))
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // EXPOSE: goes to the other side of this message; who sends it overwrites it.
        serializer.serialize_bytes(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Bytes;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("bytes")
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(Secret::new(bytes)))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Bytes, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = items.next_element()? {
                    bytes.push(byte);
                }
                Ok(Bytes(Secret::new(bytes)))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

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

/// From a page to the background. `entry` is an entry's identifier, `seen` the revision that the person looked at.
#[derive(Debug, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    try_from = "Wire"
)]
pub enum PageRequest {
    /// Is there a vault, and is it open?
    VaultState {},
    /// Makes one. Answered with [`PageReply::Recovery`], this once.
    CreateVault {
        /// UTF-8, in Unicode's normalisation form C; judged by the page.
        passphrase: Bytes,
    },
    /// Opens it.
    UnlockVault {
        /// As it was given.
        passphrase: Bytes,
        /// The person was told that the vault is older than it was, and wants it so.
        accept_older: bool,
    },
    /// Opens it.
    UnlockWithRecovery {
        /// As it was typed.
        code: Bytes,
        /// As above.
        accept_older: bool,
    },
    /// The button.
    LockVault {},
    /// When it locks by itself.
    SetLockPolicy {
        /// Without use; `None` for with the browser only.
        minutes: Option<u32>,
        /// Also with the screen.
        with_screen: bool,
    },
    /// Takes another passphrase.
    ChangePassphrase {
        /// As for `CreateVault`.
        passphrase: Bytes,
    },
    /// Makes a new recovery code instead of the one there is. Answered with [`PageReply::Recovery`].
    RenewRecoveryCode {},
    /// All entries without their keys.
    Entries {},
    /// Stores a key.
    StoreEntry {
        /// What the person says about it.
        details: Details,
        /// As it was typed or pasted; it is cleaned.
        key: Bytes,
        /// May be empty.
        notes: Bytes,
    },
    /// Changes what the person says about a key.
    EditEntry {
        /// Which.
        entry: String,
        /// Of it.
        seen: u32,
        /// All of them.
        details: Details,
        /// `None` leaves them.
        notes: Option<Bytes>,
    },
    /// Gives an entry another key; the one it had is kept among the earlier ones.
    ReplaceKey {
        /// Which.
        entry: String,
        /// Of it.
        seen: u32,
        /// As for `StoreEntry`.
        key: Bytes,
    },
    /// Forgets the earlier keys of an entry.
    ForgetEarlierKeys {
        /// Which.
        entry: String,
        /// Of it.
        seen: u32,
    },
    /// Removes an entry. It can be put back until the vault is locked.
    RemoveEntry {
        /// Which.
        entry: String,
        /// Of it.
        seen: u32,
    },
    /// Undoes that.
    PutBackEntry {
        /// Which.
        entry: String,
    },
    /// Shows key, earlier keys and notes.
    RevealKey {
        /// Which.
        entry: String,
    },
    /// Gives the key to the page, which puts it on the clipboard; the background empties that again later.
    CopyKey {
        /// Which.
        entry: String,
    },
    /// Lets an entry be filled into an origin.
    ApproveOrigin {
        /// Which.
        entry: String,
        /// In ASCII.
        origin: HttpsOrigin,
    },
    /// Takes that back.
    WithdrawOrigin {
        /// Which.
        entry: String,
        /// In ASCII.
        origin: HttpsOrigin,
    },
    /// All records as they lie on the disk, sealed; also of a vault that does not open.
    ExportSealed {},
    /// Puts them back where there is no vault.
    ImportSealed {
        /// As [`PageReply::Sealed`] gave it.
        file: String,
    },
}

/// All that a [`PageRequest`] can have, read by one visitor where its variants would take one each: 15 KB of the module.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    r#type: String,
    passphrase: Option<Bytes>,
    code: Option<Bytes>,
    accept_older: Option<bool>,
    minutes: Option<u32>,
    with_screen: Option<bool>,
    details: Option<Details>,
    key: Option<Bytes>,
    notes: Option<Bytes>,
    entry: Option<String>,
    seen: Option<u32>,
    origin: Option<HttpsOrigin>,
    file: Option<String>,
}

/// The message is of no known type, or lacks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message has another form")]
struct WireError;

impl TryFrom<Wire> for PageRequest {
    type Error = WireError;

    fn try_from(wire: Wire) -> Result<Self, WireError> {
        let Wire {
            r#type,
            passphrase,
            code,
            accept_older,
            minutes,
            with_screen,
            details,
            key,
            notes,
            entry,
            seen,
            origin,
            file,
        } = wire;
        let passphrase = || passphrase.ok_or(WireError);
        let accept_older = || accept_older.ok_or(WireError);
        let details = || details.ok_or(WireError);
        let key = || key.ok_or(WireError);
        let entry = || entry.ok_or(WireError);
        let seen = || seen.ok_or(WireError);
        let origin = || origin.ok_or(WireError);
        Ok(match r#type.as_str() {
            "vaultState" => PageRequest::VaultState {},
            "createVault" => PageRequest::CreateVault {
                passphrase: passphrase()?,
            },
            "unlockVault" => PageRequest::UnlockVault {
                passphrase: passphrase()?,
                accept_older: accept_older()?,
            },
            "unlockWithRecovery" => PageRequest::UnlockWithRecovery {
                code: code.ok_or(WireError)?,
                accept_older: accept_older()?,
            },
            "lockVault" => PageRequest::LockVault {},
            "setLockPolicy" => PageRequest::SetLockPolicy {
                minutes,
                with_screen: with_screen.ok_or(WireError)?,
            },
            "changePassphrase" => PageRequest::ChangePassphrase {
                passphrase: passphrase()?,
            },
            "renewRecoveryCode" => PageRequest::RenewRecoveryCode {},
            "entries" => PageRequest::Entries {},
            "storeEntry" => PageRequest::StoreEntry {
                details: details()?,
                key: key()?,
                notes: notes.ok_or(WireError)?,
            },
            "editEntry" => PageRequest::EditEntry {
                entry: entry()?,
                seen: seen()?,
                details: details()?,
                notes,
            },
            "replaceKey" => PageRequest::ReplaceKey {
                entry: entry()?,
                seen: seen()?,
                key: key()?,
            },
            "forgetEarlierKeys" => PageRequest::ForgetEarlierKeys {
                entry: entry()?,
                seen: seen()?,
            },
            "removeEntry" => PageRequest::RemoveEntry {
                entry: entry()?,
                seen: seen()?,
            },
            "putBackEntry" => PageRequest::PutBackEntry { entry: entry()? },
            "revealKey" => PageRequest::RevealKey { entry: entry()? },
            "copyKey" => PageRequest::CopyKey { entry: entry()? },
            "approveOrigin" => PageRequest::ApproveOrigin {
                entry: entry()?,
                origin: origin()?,
            },
            "withdrawOrigin" => PageRequest::WithdrawOrigin {
                entry: entry()?,
                origin: origin()?,
            },
            "exportSealed" => PageRequest::ExportSealed {},
            "importSealed" => PageRequest::ImportSealed {
                file: file.ok_or(WireError)?,
            },
            _ => return Err(WireError),
        })
    }
}

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

/// The answers to [`PageRequest`].
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
    /// To `exportSealed`: Base64.
    Sealed {
        /// Ciphertext.
        file: String,
    },
    /// To the others.
    Done {},
}

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
