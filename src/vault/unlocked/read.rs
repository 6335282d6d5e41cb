//! Reading the open vault, and seeing what another writer wrote.

use super::seen::Seen;
use super::{Known, Later, UnlockedVault};
use crate::secret::Secret;
use crate::vault::crypto;
use crate::vault::entry::{Entry, Keys, Sealed};
use crate::vault::fingerprint;
use crate::vault::load;
use crate::vault::manifest::Item;
use crate::vault::record::{EntryId, MANIFEST_PREFIX, RecordId};
use crate::vault::sorted::{Sorted, sort};
use crate::vault::{Clock, Storage, VaultError};

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// All entries, without their keys, sorted by name.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`] where a record was changed since the vault was opened.
    pub async fn entries(&mut self) -> Result<Vec<Entry>, VaultError> {
        let mut tries = 0;
        let mut entries = loop {
            self.refresh().await?;
            tries += 1;
            match self.read_entries().await {
                Err(VaultError::CannotOpen) if tries < load::MOST_TRIES => self.must_load = true,
                entries => break entries?,
            }
        };
        sort(&mut entries, |one, other| {
            (&one.details.name, one.id) < (&other.details.name, other.id)
        });
        Ok(entries)
    }

    /// One entry without its keys.
    ///
    /// # Errors
    /// [`VaultError::NoSuchEntry`].
    pub async fn entry(&mut self, id: EntryId) -> Result<Entry, VaultError> {
        let bytes = self.read(id).await?;
        self.sealed(&bytes, id)?
            .open_details(&self.entry_key, self.revision(id))
    }

    /// The keys and notes of one entry. Drop them soon.
    ///
    /// # Errors
    /// [`VaultError::NoSuchEntry`].
    pub async fn keys(&mut self, id: EntryId) -> Result<Keys, VaultError> {
        let bytes = self.read(id).await?;
        self.sealed(&bytes, id)?.open_keys(&self.entry_key)
    }

    /// Where this key is stored already, as the present or an earlier key of an entry. Blanks and invisible
    /// characters do not count.
    pub fn find(&self, key: &Secret<String>) -> Option<Known> {
        let identity = fingerprint::make_identity(&self.identity_key, key);
        let places = self.marks.iter().flat_map(|(entry, marks)| {
            marks
                .iter()
                .enumerate()
                .map(|(place, mark)| (*entry, place, mark))
        });
        let found = places.filter(|(_, _, mark)| crypto::equal(&mark.identity, &identity));
        let known = found.map(|(entry, place, _)| Known {
            entry,
            is_current: place == 0,
        });
        known.max_by_key(|known| known.is_current)
    }

    pub(super) fn item(&self, id: EntryId) -> Result<&Item, VaultError> {
        self.head
            .manifest
            .items
            .get(&id)
            .ok_or(VaultError::NoSuchEntry)
    }

    pub(super) fn revision(&self, id: EntryId) -> u32 {
        self.head
            .manifest
            .items
            .get(&id)
            .map_or(0, |item| item.revision)
    }

    pub(super) fn sealed<'a>(
        &self,
        bytes: &'a [u8],
        id: EntryId,
    ) -> Result<Sealed<'a>, VaultError> {
        Sealed::parse(bytes, &self.head.manifest.vault, id, self.item(id)?.record)
    }

    /// The record of an entry, as it is now. Between the look at the manifest and the reading another writer may
    /// have replaced it: then both are done again.
    pub(super) fn read(&mut self, id: EntryId) -> Later<'_, Result<Vec<u8>, VaultError>> {
        Box::pin(self.read_now(id))
    }

    async fn read_now(&mut self, id: EntryId) -> Result<Vec<u8>, VaultError> {
        let mut tries = 0;
        loop {
            self.refresh().await?;
            tries += 1;
            match load::read_item(&self.storage, &self.head, id).await {
                Err(VaultError::CannotOpen) if tries < load::MOST_TRIES => self.must_load = true,
                bytes => return bytes,
            }
        }
    }

    pub(super) async fn read_entries(&self) -> Result<Vec<Entry>, VaultError> {
        let records = load::read_items(&self.storage, &self.head).await?;
        let mut entries = Vec::with_capacity(records.len());
        for (id, bytes) in records {
            let sealed = self.sealed(&bytes, id)?;
            entries.push(sealed.open_details(&self.entry_key, self.revision(id))?);
        }
        Ok(entries)
    }

    pub(super) async fn read_marks(&mut self) -> Result<(), VaultError> {
        let entries = self.read_entries().await?;
        self.marks = Sorted::new();
        for entry in entries {
            self.marks.insert(entry.id, entry.marks);
        }
        Ok(())
    }

    /// Sees what another writer wrote since.
    pub(super) fn refresh(&mut self) -> Later<'_, Result<(), VaultError>> {
        Box::pin(self.refresh_now())
    }

    async fn refresh_now(&mut self) -> Result<(), VaultError> {
        let names = self.storage.names(MANIFEST_PREFIX).await?;
        let sources = &self.head.sources;
        let is_source = |name: &String| {
            RecordId::parse_manifest_name(name)
                .is_some_and(|record| sources.iter().any(|(source, _)| *source == record))
        };
        let all_there = names.iter().filter(|name| is_source(name)).count() == sources.len();
        let none_new = names
            .iter()
            .all(|name| is_source(name) || self.strays.contains(name));
        if all_there && none_new && !self.must_load {
            return Ok(());
        }
        let seen = Seen::of(&self.head);
        let loaded = load::load(&self.storage, &self.clock, &self.vault_key).await?;
        if !seen.is_in(&loaded.head) {
            return Err(VaultError::RolledBack);
        }
        (self.head, self.findings) = (loaded.head, loaded.findings);
        (self.strays, self.dead) = (loaded.strays, loaded.dead);
        // Until the marks are those of this head.
        self.must_load = true;
        self.read_marks().await?;
        self.must_load = false;
        Ok(())
    }
}
