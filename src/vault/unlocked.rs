//! The vault while it is open: making, opening, closing it.
//!
//! | module | what |
//! | --- | --- |
//! | `seen` | which state was seen, to be known again |
//! | `read` | reading, and seeing what another writer wrote |
//! | `change` | changing entries |
//! | `ways` | changing the slots |
//! | `field` | what other parts of the program keep in an entry |
//! | `batch` | several keys at once |
//! | `write` | the order in which a change is written |

mod batch;
mod change;
mod field;
pub mod log;
mod read;
mod seen;
mod ways;
mod write;

use std::pin::Pin;

pub use batch::Standing;
pub use seen::{Anchor, Rollback, SessionState};
pub use ways::Ways;
pub use write::read_own_keys;

use super::crypto::{self, Key, Purpose};
use super::entry::{Details, Entry, Keys, Mark};
use super::fingerprint::{self, Rows};
use super::load::{self, Findings, Head};
use super::manifest::{Clear, DatedSlot, Manifest};
use super::record::{EntryId, OWN_KEYS, PREFIX, RecordId};
use super::slot::{KdfCost, Opener, Slot, SlotKind};
use super::sorted::Sorted;
use super::{Clock, RecoveryCode, Storage, VaultError};
use crate::secret::Secret;

/// Passphrases are stretched for this many different slots at most, however many manifests somebody put there.
const MOST_STRETCHINGS: usize = 8;

/// A key that is stored already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Where.
    pub entry: EntryId,
    /// Whether it is the entry's key now, or an earlier one.
    pub is_current: bool,
}

/// A key to be stored, with the dates that it has already.
#[derive(Debug)]
pub struct NewEntry {
    /// What is said about it.
    pub details: Details,
    /// The key.
    pub keys: Keys,
    /// When it was stored first, in Unix milliseconds; `None` for now.
    pub created_ms: Option<u64>,
    /// Since when it is the entry's key, in Unix milliseconds; `None` for now.
    pub key_changed_ms: Option<u64>,
}

impl From<(Entry, Keys)> for NewEntry {
    fn from((entry, keys): (Entry, Keys)) -> Self {
        NewEntry {
            created_ms: Some(entry.created_ms),
            key_changed_ms: Some(entry.key_changed_ms),
            details: entry.details,
            keys,
        }
    }
}

/// A removed entry, sealed, to be put back while the vault is open. Fit for `storage.session`; it does not bind the
/// vault to keep anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedEntry(pub Vec<u8>);

/// An open vault. Dropping it wipes its keys.
///
/// Each method that changes something returns when the change is acknowledged by the storage. After an error the vault is as
/// it was, or, where the storage failed in the last step, may turn out to have changed when it is read next.
pub struct UnlockedVault<S, C> {
    storage: S,
    clock: C,
    vault_key: Key,
    manifest_key: Key,
    entry_key: Key,
    identity_key: Key,
    head: Head,
    findings: Findings,
    strays: Vec<String>,
    /// Among the strays, what the head replaced for certain.
    dead: Vec<String>,
    marks: Sorted<EntryId, Vec<Mark>>,
    /// The table of own keys as it is in the storage.
    written_own_keys: Option<Vec<u8>>,
    /// After a failure nobody knows what the storage kept.
    must_load: bool,
}

/// What many calls wait for is boxed: each would have the code of all of it otherwise.
type Later<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// Makes a vault where there is none, with a slot for the passphrase and one for the recovery code, which
    /// is shown to the person this once.
    ///
    /// # Errors
    /// [`VaultError::Exists`] where there is any record of a vault, readable or not.
    pub async fn create(
        storage: S,
        clock: C,
        passphrase: &Secret<Vec<u8>>,
        cost: KdfCost,
    ) -> Result<(Self, RecoveryCode), VaultError> {
        if !storage.names(PREFIX).await?.is_empty() {
            return Err(VaultError::Exists);
        }
        let vault = crypto::make_random()?;
        let vault_key = crypto::make_key()?;
        let code = RecoveryCode::make()?;
        let slots = vec![
            DatedSlot {
                slot: Slot::make_for_passphrase(&vault, &vault_key, passphrase, cost)?,
                changed_at: 1,
            },
            DatedSlot {
                slot: Slot::make_for_recovery(&vault, &vault_key, &code)?,
                changed_at: 1,
            },
        ];
        let record = RecordId::make(&clock)?;
        let manifest = Manifest {
            vault,
            record,
            slots,
            revision: 1,
            created_ms: clock.unix_ms(),
            own_keys_key: crypto::make_random()?,
            ancestors: Vec::new(),
            items: Sorted::new(),
        };
        let bytes = manifest.seal(&crypto::derive_key(&vault_key, Purpose::Manifest))?;
        storage.set(&[(record.manifest_name(), bytes)]).await?;
        let vault = Self::load(storage, clock, vault_key).await?;
        Ok((vault, code))
    }

    /// Opens the vault with what the person has. Takes as long as Argon2id does.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`], [`VaultError::Newer`], [`VaultError::RolledBack`], [`VaultError::Gone`].
    pub async fn unlock(
        storage: S,
        clock: C,
        opener: &Opener<'_>,
        rollback: Rollback<'_>,
    ) -> Result<Self, VaultError> {
        let manifests = load::read_manifests(&storage).await?;
        if manifests.is_empty() {
            return Err(VaultError::Gone);
        }
        let (_, vault_key, slot) = unwrap_vault_key(&manifests, opener)?;
        drop(manifests);
        let vault = Self::load(storage, clock, vault_key).await?;
        // An old manifest that was left over, or put back, must not bring an old passphrase to life.
        if vault
            .head
            .manifest
            .slots
            .iter()
            .all(|dated| dated.slot != slot)
        {
            return Err(VaultError::CannotOpen);
        }
        match rollback {
            Rollback::Refuse(Some(anchor)) if !vault.is_at(anchor) => Err(VaultError::RolledBack),
            _ => Ok(vault),
        }
    }

    /// Opens the vault as another background of the same session had it open.
    ///
    /// # Errors
    /// As [`UnlockedVault::unlock`]; the vault is then to be locked.
    pub async fn resume(storage: S, clock: C, state: &SessionState) -> Result<Self, VaultError> {
        let (seen, vault_key) = state.parse().ok_or(VaultError::CannotOpen)?;
        let vault = Self::load(storage, clock, vault_key).await?;
        if seen.is_in(&vault.head) {
            Ok(vault)
        } else {
            Err(VaultError::RolledBack)
        }
    }

    async fn load(storage: S, clock: C, vault_key: Key) -> Result<Self, VaultError> {
        let loaded = load::load(&storage, &clock, &vault_key).await?;
        let mut vault = UnlockedVault {
            manifest_key: crypto::derive_key(&vault_key, Purpose::Manifest),
            entry_key: crypto::derive_key(&vault_key, Purpose::Entry),
            identity_key: crypto::derive_key(&vault_key, Purpose::Identity),
            storage,
            clock,
            vault_key,
            head: loaded.head,
            findings: loaded.findings,
            strays: loaded.strays,
            dead: loaded.dead,
            marks: Sorted::new(),
            written_own_keys: None,
            must_load: false,
        };
        vault.read_marks().await?;
        vault.written_own_keys = vault
            .storage
            .get(&[OWN_KEYS.to_owned()])
            .await?
            .pop()
            .flatten();
        vault.write_own_keys().await;
        Ok(vault)
    }

    /// Closes the vault and wipes its keys. What a caller took out of it is the caller's to drop before.
    pub fn lock(self) {}

    /// What was found besides the vault when it was read last.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// How the vault can be opened.
    pub fn slots(&self) -> impl Iterator<Item = SlotKind> {
        self.head.manifest.slots.iter().map(|dated| dated.slot.kind)
    }

    /// When it was made, in Unix milliseconds.
    pub fn created_ms(&self) -> u64 {
        self.head.manifest.created_ms
    }

    /// The table of all own keys, also those that people made up: for while the vault is open, in memory only.
    pub fn own_keys(&self) -> Vec<u8> {
        fingerprint::make_table(
            &self.head.manifest.own_keys_key,
            self.marks.iter().flat_map(|(_, marks)| marks),
            Rows::All,
        )
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.head.manifest.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.head.manifest.items.len() == 0
    }
}

impl<S, C> core::fmt::Debug for UnlockedVault<S, C> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("UnlockedVault([REDACTED])")
    }
}

/// The vault's identifier and key, from the slots of any manifest, and the slot that gave it.
pub(super) fn unwrap_vault_key(
    manifests: &[(RecordId, Vec<u8>)],
    opener: &Opener<'_>,
) -> Result<([u8; 16], Key, Slot), VaultError> {
    let mut tried: Vec<Slot> = Vec::new();
    for (_, bytes) in manifests {
        let clear = match Clear::parse(bytes) {
            Ok(clear) => clear,
            Err(VaultError::Newer) => return Err(VaultError::Newer),
            Err(_) => continue,
        };
        for slot in clear.slots {
            if tried.contains(&slot) {
                continue;
            }
            match slot.open(&clear.vault, opener) {
                Ok(Some(vault_key)) => return Ok((clear.vault, vault_key, slot)),
                Ok(None) => continue,
                Err(VaultError::NoMemory) => return Err(VaultError::NoMemory),
                Err(_) => tried.push(slot),
            }
            if tried.len() == MOST_STRETCHINGS {
                return Err(VaultError::CannotOpen);
            }
        }
    }
    Err(VaultError::CannotOpen)
}
