//! Several keys at once: what an import had, until the person has chosen; and everything, for a backup.

use super::{Known, NewEntry, UnlockedVault};
use crate::vault::bytes::{Reader, Writer};
use crate::vault::crypto::{self, Purpose};
use crate::vault::entry::{self, Entry, Keys};
use crate::vault::{Clock, EntryId, Storage, VaultError};

/// What is to be said about a key before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be stored.
    New,
    /// The vault has it, now or as an earlier key.
    Stored(Known),
    /// The batch has it before, at this place.
    Twice(usize),
    /// A vault does not take it: see [`VaultError::TooLong`] and [`VaultError::NoKey`].
    Unfit,
}

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// Compares keys with the vault and with each other.
    pub fn compare(&self, batch: &[NewEntry]) -> Vec<Standing> {
        let standing = |(place, new): (usize, &NewEntry)| {
            if entry::check_sizes(&new.details, &new.keys).is_err() {
                return Standing::Unfit;
            }
            if let Some(known) = self.find(&new.keys.key) {
                return Standing::Stored(known);
            }
            // EXPOSE: compared with each other.
            let same = |other: &NewEntry| other.keys.key.expose() == new.keys.key.expose();
            let before = batch[..place].iter().position(same);
            before.map_or(Standing::New, Standing::Twice)
        };
        batch.iter().enumerate().map(standing).collect()
    }

    /// Seals a batch, to be kept in `storage.session` until the person has chosen. It opens as long as the vault has its key.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn seal_batch(&self, batch: &[NewEntry]) -> Result<Vec<u8>, VaultError> {
        let mut writer = Writer::new();
        writer.length(batch.len());
        for new in batch {
            writer.bytes(&entry::write_said(&new.details).done());
            writer.bytes(&entry::write_keys(&new.keys).done());
            writer.u64(new.created_ms.unwrap_or_default());
            writer.u64(new.key_changed_ms.unwrap_or_default());
        }
        let key = crypto::derive_key(&self.vault_key, Purpose::Batch);
        crypto::seal(&key, &self.head.manifest.vault, &writer.done())
    }

    /// Opens what [`UnlockedVault::seal_batch`] sealed.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`].
    pub fn open_batch(&self, sealed: &[u8]) -> Result<Vec<NewEntry>, VaultError> {
        let key = crypto::derive_key(&self.vault_key, Purpose::Batch);
        let text = crypto::open(&key, &self.head.manifest.vault, sealed)?;
        let mut reader = Reader::new(&text);
        let mut batch = Vec::new();
        for _ in 0..reader.count(24)? {
            let mut said = Reader::new(reader.bytes()?);
            let details = entry::read_said(&mut said)?;
            said.done()?;
            let keys = entry::read_keys(Reader::new(reader.bytes()?))?;
            let (created_ms, key_changed_ms) = (reader.u64()?, reader.u64()?);
            batch.push(NewEntry {
                details,
                keys,
                created_ms: Some(created_ms).filter(|ms| *ms > 0),
                key_changed_ms: Some(key_changed_ms).filter(|ms| *ms > 0),
            });
        }
        reader.done()?;
        Ok(batch)
    }

    /// All entries with their keys, sorted by name. Drop them soon.
    ///
    /// # Errors
    /// As [`UnlockedVault::entries`].
    pub async fn all(&mut self) -> Result<Vec<(Entry, Keys)>, VaultError> {
        let entries = self.entries().await?;
        let mut all = Vec::with_capacity(entries.len());
        for entry in entries {
            let id: EntryId = entry.id();
            match self.keys(id).await {
                Ok(keys) => all.push((entry, keys)),
                // Another writer removed it meanwhile.
                Err(VaultError::NoSuchEntry) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }
}
