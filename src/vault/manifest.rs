//! The manifest: one sealed record that says which records make up the vault, and carries the key slots in clear.
//!
//! It names every entry's record with its SHA-256, and counts entries and revisions; so a record that was removed, added,
//! swapped for another or replaced by an older one is seen. Its clear part, the slots among it, is its associated data.
//! Each writing of the vault ends with a new manifest under a new name; only then is the old one removed.

use super::VaultError;
use super::bytes::{Reader, Writer};
use super::crypto::{self, KEY_BYTES, Key};
use super::record::{EntryId, RecordId};
use super::slot::{MOST_SLOTS, Slot};
use super::sorted::{Sorted, sort};

const MAGIC: &[u8; 4] = b"KWVM";
/// The version of the format that is written; see `docs/vault-format.md`.
pub(super) const FORMAT: u8 = 1;
/// How many of the manifests before it a manifest remembers.
pub(super) const MOST_ANCESTORS: usize = 32;
/// Entries that a vault may hold.
pub(super) const MOST_ENTRIES: usize = 4096;

/// Where an entry is, and which state of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) record: RecordId,
    /// SHA-256 of the record.
    pub(super) digest: [u8; 32],
    /// Counts the changes of the entry, from 1.
    pub(super) revision: u32,
    /// The revision of the vault that wrote this state.
    pub(super) changed_at: u64,
}

/// A slot and the revision of the vault that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DatedSlot {
    pub(super) slot: Slot,
    pub(super) changed_at: u64,
}

/// A manifest that can be read without a key.
pub(super) struct Clear<'a> {
    pub(super) vault: [u8; 16],
    pub(super) record: RecordId,
    pub(super) slots: Vec<Slot>,
    /// The bytes up to here, which the sealed part is bound to.
    associated: &'a [u8],
    sealed: &'a [u8],
}

impl<'a> Clear<'a> {
    /// # Errors
    /// [`VaultError::Newer`] for a format of a later version.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, VaultError> {
        let mut reader = Reader::new(bytes);
        if reader.raw(4)? != MAGIC {
            return Err(VaultError::CannotOpen);
        }
        match reader.u8()? {
            FORMAT => {}
            0 => return Err(VaultError::CannotOpen),
            _ => return Err(VaultError::Newer),
        }
        let (vault, record) = (reader.array()?, RecordId(reader.array()?));
        let count = usize::from(reader.u8()?);
        if count == 0 || count > MOST_SLOTS {
            return Err(VaultError::CannotOpen);
        }
        let slots = (0..count)
            .map(|_| Slot::read(&mut reader))
            .collect::<Result<_, _>>()?;
        let sealed = reader.rest();
        Ok(Clear {
            vault,
            record,
            slots,
            associated: &bytes[..bytes.len() - sealed.len()],
            sealed,
        })
    }
}

/// What a manifest says.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    pub(super) vault: [u8; 16],
    pub(super) record: RecordId,
    pub(super) slots: Vec<DatedSlot>,
    /// Counts the writings of the vault, from 1.
    pub(super) revision: u64,
    pub(super) created_ms: u64,
    /// The key of the fingerprints. It stands in clear in [`super::record::OWN_KEYS`] too.
    pub(super) own_keys_key: [u8; KEY_BYTES],
    /// Manifests that this one takes the place of, with their revisions, newest first.
    pub(super) ancestors: Vec<(RecordId, u64)>,
    pub(super) items: Sorted<EntryId, Item>,
}

impl Manifest {
    /// Notes that this state follows `older` ones.
    pub(super) fn add_ancestors(&mut self, older: &[(RecordId, u64)]) {
        self.ancestors.extend_from_slice(older);
        sort(&mut self.ancestors, |one, other| {
            (one.1, one.0) > (other.1, other.0)
        });
        self.ancestors.dedup();
        self.ancestors.truncate(MOST_ANCESTORS);
    }

    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub(super) fn seal(&self, key: &Key) -> Result<Vec<u8>, VaultError> {
        let mut clear = Writer::new();
        clear
            .raw(MAGIC)
            .u8(FORMAT)
            .raw(&self.vault)
            .raw(&self.record.0);
        clear.u8(u8::try_from(self.slots.len()).expect("a vault has eight slots at most"));
        for dated in &self.slots {
            dated.slot.write(&mut clear);
        }
        let mut body = Writer::new();
        body.u64(self.revision)
            .u64(self.created_ms)
            .raw(&self.own_keys_key);
        for dated in &self.slots {
            body.u64(dated.changed_at);
        }
        body.length(self.ancestors.len());
        for (record, revision) in &self.ancestors {
            body.raw(&record.0).u64(*revision);
        }
        body.length(self.items.len()).u64(self.count_revisions());
        for (entry, item) in self.items.iter() {
            body.raw(&entry.0)
                .raw(&item.record.0)
                .raw(&item.digest)
                .u32(item.revision)
                .u64(item.changed_at);
        }
        let mut bytes = clear.done().to_vec();
        let sealed = crypto::seal(key, &bytes, &body.done_padded())?;
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    /// Opens the manifest that stands under the name of `record`.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`], [`VaultError::Newer`].
    pub(super) fn open(bytes: &[u8], record: RecordId, key: &Key) -> Result<Self, VaultError> {
        let clear = Clear::parse(bytes)?;
        let body = crypto::open(key, clear.associated, clear.sealed)?;
        if clear.record != record {
            return Err(VaultError::CannotOpen);
        }
        let mut reader = Reader::new_padded(&body)?;
        let (revision, created_ms, own_keys_key) = (reader.u64()?, reader.u64()?, reader.array()?);
        let mut slots = Vec::with_capacity(clear.slots.len());
        for slot in clear.slots {
            slots.push(DatedSlot {
                slot,
                changed_at: reader.u64()?,
            });
        }
        let mut ancestors = Vec::new();
        for _ in 0..reader.count(24)? {
            ancestors.push((RecordId(reader.array()?), reader.u64()?));
        }
        let count = reader.count(76)?;
        let revisions = reader.u64()?;
        let mut items = Sorted::new();
        for _ in 0..count {
            let entry = EntryId(reader.array()?);
            if items.last().is_some_and(|(last, _)| *last >= entry) {
                return Err(VaultError::CannotOpen);
            }
            let (record, digest) = (RecordId(reader.array()?), reader.array()?);
            items.insert(
                entry,
                Item {
                    record,
                    digest,
                    revision: reader.u32()?,
                    changed_at: reader.u64()?,
                },
            );
        }
        reader.done()?;
        let manifest = Manifest {
            vault: clear.vault,
            record,
            slots,
            revision,
            created_ms,
            own_keys_key,
            ancestors,
            items,
        };
        if manifest.count_revisions() != revisions {
            Err(VaultError::CannotOpen)
        } else {
            Ok(manifest)
        }
    }

    fn count_revisions(&self) -> u64 {
        self.items
            .iter()
            .map(|(_, item)| u64::from(item.revision))
            .sum()
    }
}
