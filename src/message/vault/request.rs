//! What a page asks.

use serde::{Deserialize, Serialize};

use super::{Bytes, Details, FactorOutput, Plain};
use crate::origin::HttpsOrigin;

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
    /// Makes one. Answered with [`PageReply::Recovery`](super::PageReply::Recovery), this once.
    CreateVault {
        /// UTF-8, in Unicode's normalisation form C; judged by the page. One that cannot be strong enough is refused.
        passphrase: Bytes,
    },
    /// Opens it.
    UnlockVault {
        /// As it was given.
        passphrase: Bytes,
        /// The person was told that the vault is older than it was, and wants it so.
        accept_older: bool,
    },
    /// Opens it where the state has `needs_factor`. Sent as a [`FactorRequest`](super::FactorRequest), as are those below that
    /// no page has but the one about factors.
    #[serde(skip_serializing)]
    UnlockWithFactor {
        /// As it was given.
        passphrase: Bytes,
        /// What the factor gave.
        factor: FactorOutput,
        /// As above.
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
    /// Makes a new recovery code instead of the one there is. Answered with [`PageReply::Recovery`](super::PageReply::Recovery).
    RenewRecoveryCode {},
    /// Which second factors are enrolled, and what they are asked for; also while the vault is locked. Answered with
    /// [`PageReply::Factors`](super::PageReply::Factors).
    #[serde(skip_serializing)]
    FactorState {},
    /// Enrols one.
    #[serde(skip_serializing)]
    AddFactor {
        /// The present one.
        passphrase: Bytes,
        /// Of the new factor.
        factor: FactorOutput,
        /// As [`Factor`](super::Factor) has it.
        transports: u8,
    },
    /// Removes one.
    #[serde(skip_serializing)]
    RemoveFactor {
        /// The present one.
        passphrase: Bytes,
        /// Which.
        credential: Bytes,
    },
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
    /// Compares what a file had with the vault, and keeps it until it is taken, dropped, or the vault locks. Another
    /// preview takes its place. Answered with [`PageReply::Preview`](super::PageReply::Preview).
    ImportPreview {
        /// In the order of the file.
        candidates: Vec<Plain>,
    },
    /// Stores what the person chose of it, all or none, and drops the rest. Answered with [`Taken`](super::Taken).
    ImportTake {
        /// Places in the preview.
        chosen: Vec<u32>,
    },
    /// Drops it.
    ImportDrop {},
    /// One entry with its key, to be written for a tool. Counts as a use. Answered with a [`Plain`].
    ExportEntry {
        /// Which.
        entry: String,
    },
    /// All entries with their keys, for a backup. Answered with [`PageReply::Plain`](super::PageReply::Plain).
    ExportAll {},
    /// What can still be read of a vault that does not open, for a backup. Counts as a try. Answered as `ExportAll`.
    RescueEntries {
        /// As it was given.
        passphrase: Bytes,
    },
    /// The same with the recovery code.
    RescueWithRecovery {
        /// As it was typed.
        code: Bytes,
    },
    /// Removes the vault, whatever its state, so that another can be made. What it held is gone.
    RemoveVault {},
    /// All records as they lie on the disk, sealed; also of a vault that does not open.
    ExportSealed {},
    /// Puts them back where there is no vault.
    ImportSealed {
        /// As [`PageReply::Sealed`](super::PageReply::Sealed) gave it.
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
    candidates: Option<Vec<Plain>>,
    chosen: Option<Vec<u32>>,
    factor: Option<FactorOutput>,
    transports: Option<u8>,
    credential: Option<Bytes>,
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
            candidates,
            chosen,
            factor,
            transports,
            credential,
        } = wire;
        let passphrase = || passphrase.ok_or(WireError);
        let accept_older = || accept_older.ok_or(WireError);
        let details = || details.ok_or(WireError);
        let code = || code.ok_or(WireError);
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
            "unlockWithFactor" => PageRequest::UnlockWithFactor {
                passphrase: passphrase()?,
                factor: factor.ok_or(WireError)?,
                accept_older: accept_older()?,
            },
            "unlockWithRecovery" => PageRequest::UnlockWithRecovery {
                code: code()?,
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
            "factorState" => PageRequest::FactorState {},
            "addFactor" => PageRequest::AddFactor {
                passphrase: passphrase()?,
                factor: factor.ok_or(WireError)?,
                transports: transports.ok_or(WireError)?,
            },
            "removeFactor" => PageRequest::RemoveFactor {
                passphrase: passphrase()?,
                credential: credential.ok_or(WireError)?,
            },
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
            "importPreview" => PageRequest::ImportPreview {
                candidates: candidates.ok_or(WireError)?,
            },
            "importTake" => PageRequest::ImportTake {
                chosen: chosen.ok_or(WireError)?,
            },
            "importDrop" => PageRequest::ImportDrop {},
            "exportEntry" => PageRequest::ExportEntry { entry: entry()? },
            "exportAll" => PageRequest::ExportAll {},
            "rescueEntries" => PageRequest::RescueEntries {
                passphrase: passphrase()?,
            },
            "rescueWithRecovery" => PageRequest::RescueWithRecovery { code: code()? },
            "removeVault" => PageRequest::RemoveVault {},
            "exportSealed" => PageRequest::ExportSealed {},
            "importSealed" => PageRequest::ImportSealed {
                file: file.ok_or(WireError)?,
            },
            _ => return Err(WireError),
        })
    }
}
