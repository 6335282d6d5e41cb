//! Changing entries of the open vault.

use super::write::Change;
use super::{Known, Later, NewEntry, RemovedEntry, UnlockedVault};
use crate::secret::Secret;
use crate::vault::entry::{
    self, Details, EarlierKey, Entry, Keys, LastUse, MOST_EARLIER, Mark, Sealed,
};
use crate::vault::fingerprint;
use crate::vault::load;
use crate::vault::record::{EntryId, RecordId};
use crate::vault::{Clock, Storage, VaultError};

/// What becomes of one entry.
type EntryChange<'a, V> = dyn FnMut(&V, &mut Entry, &mut Keys) -> Result<(), VaultError> + 'a;

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// Stores a new key.
    ///
    /// # Errors
    /// [`VaultError::Duplicate`] where it is the key of an entry now; [`VaultError::TooLong`], [`VaultError::TooMany`],
    /// [`VaultError::NoKey`]; those of the storage.
    pub async fn add(&mut self, details: Details, keys: Keys) -> Result<EntryId, VaultError> {
        self.refresh().await?;
        self.refuse_duplicate(&keys.key, None)?;
        let entry = self.make_entry(details, &keys)?;
        let id = entry.id;
        self.write(Change {
            put: vec![(entry, keys)],
            ..Change::default()
        })
        .await?;
        Ok(id)
    }

    /// Stores several keys in one writing: all or none. Those that are stored already are left out; their places
    /// among the results hold an error.
    ///
    /// # Errors
    /// Those of the storage, and [`VaultError::TooMany`].
    pub async fn add_all(
        &mut self,
        new: Vec<NewEntry>,
    ) -> Result<Vec<Result<EntryId, VaultError>>, VaultError> {
        self.refresh().await?;
        let mut results = Vec::with_capacity(new.len());
        let mut put: Vec<(Entry, Keys)> = Vec::new();
        for NewEntry {
            details,
            keys,
            created_ms,
            key_changed_ms,
        } in new
        {
            let made = self
                .refuse_duplicate(&keys.key, None)
                .and_then(|()| self.make_entry(details, &keys));
            let twin = made.as_ref().ok().and_then(|made| {
                put.iter()
                    .find(|(entry, _)| entry.marks[0].identity == made.marks[0].identity)
                    .map(|(entry, _)| entry.id)
            });
            results.push(match (made, twin) {
                (Err(error), _) => Err(error),
                (Ok(_), Some(twin)) => Err(VaultError::Duplicate(twin)),
                (Ok(mut entry), None) => {
                    entry.created_ms = created_ms.unwrap_or(entry.created_ms);
                    entry.key_changed_ms = key_changed_ms.unwrap_or(entry.key_changed_ms);
                    let id = entry.id;
                    put.push((entry, keys));
                    Ok(id)
                }
            });
        }
        if !put.is_empty() {
            self.write(Change {
                put,
                ..Change::default()
            })
            .await?;
        }
        Ok(results)
    }

    /// Changes what the person says about a key, and the notes if given. `seen` is the revision that the person looked at.
    ///
    /// # Errors
    /// [`VaultError::Changed`] where the entry has another revision by now.
    pub async fn edit(
        &mut self,
        id: EntryId,
        seen: u32,
        details: Details,
        notes: Option<Secret<String>>,
    ) -> Result<Entry, VaultError> {
        self.change_entry(id, Some(seen), |vault, entry, keys| {
            entry.details = details;
            entry.changed_ms = vault.clock.unix_ms();
            if let Some(notes) = notes {
                keys.notes = notes;
            }
            Ok(())
        })
        .await
    }

    /// Gives an entry a new key; the one it had is kept among the earlier ones.
    ///
    /// # Errors
    /// [`VaultError::Changed`], [`VaultError::Duplicate`], [`VaultError::NoKey`].
    pub async fn replace_key(
        &mut self,
        id: EntryId,
        seen: u32,
        key: Secret<String>,
    ) -> Result<Entry, VaultError> {
        self.refresh().await?;
        self.refuse_duplicate(&key, None)?;
        self.change_entry(id, Some(seen), |vault, entry, keys| {
            let now_ms = vault.clock.unix_ms();
            let mark = vault.make_mark(&key);
            // A key that comes back is no earlier key any more.
            if let Some(place) = entry
                .marks
                .iter()
                .position(|known| known.identity == mark.identity)
            {
                entry.marks.remove(place);
                keys.earlier.remove(place - 1);
            }
            let old = core::mem::replace(&mut keys.key, key);
            keys.earlier.insert(
                0,
                EarlierKey {
                    key: old,
                    replaced_ms: now_ms,
                },
            );
            keys.earlier.truncate(MOST_EARLIER);
            entry.marks.insert(0, mark);
            entry.marks.truncate(MOST_EARLIER + 1);
            (entry.changed_ms, entry.key_changed_ms) = (now_ms, now_ms);
            Ok(())
        })
        .await
    }

    /// Forgets the earlier keys of an entry, once they are proven dead.
    ///
    /// # Errors
    /// [`VaultError::Changed`].
    pub async fn forget_earlier(&mut self, id: EntryId, seen: u32) -> Result<Entry, VaultError> {
        self.change_entry(id, Some(seen), |vault, entry, keys| {
            keys.earlier.clear();
            entry.marks.truncate(1);
            entry.changed_ms = vault.clock.unix_ms();
            Ok(())
        })
        .await
    }

    /// Notes that a key was used, at this origin or, where it is empty, at none.
    ///
    /// # Errors
    /// [`VaultError::NoSuchEntry`]; those of the storage.
    pub async fn note_use(&mut self, id: EntryId, origin: &str) -> Result<Entry, VaultError> {
        self.change_entry(id, None, |vault, entry, _| {
            entry.last_use = Some(LastUse {
                unix_ms: vault.clock.unix_ms(),
                origin: origin.to_owned(),
            });
            Ok(())
        })
        .await
    }

    /// Removes an entry. What comes back can be handed to [`UnlockedVault::put_back`].
    ///
    /// # Errors
    /// [`VaultError::Changed`], [`VaultError::NoSuchEntry`].
    pub async fn remove(&mut self, id: EntryId, seen: u32) -> Result<RemovedEntry, VaultError> {
        let removed = RemovedEntry(self.read(id).await?);
        if self.item(id)?.revision != seen {
            return Err(VaultError::Changed);
        }
        self.write(Change {
            remove: vec![id],
            ..Change::default()
        })
        .await?;
        Ok(removed)
    }

    /// Undoes a removal.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`] for what is not a removed entry of this vault; [`VaultError::Duplicate`].
    pub async fn put_back(&mut self, removed: &RemovedEntry) -> Result<EntryId, VaultError> {
        self.refresh().await?;
        let ids = removed.0.get(21..53).ok_or(VaultError::CannotOpen)?;
        let id = EntryId(ids[..16].try_into().expect("the slice has 32 bytes"));
        let record = RecordId(ids[16..].try_into().expect("the slice has 32 bytes"));
        if self.head.manifest.items.contains(&id) {
            return Err(VaultError::Duplicate(id));
        }
        let sealed = Sealed::parse(&removed.0, &self.head.manifest.vault, id, record)?;
        let (entry, keys) = (
            sealed.open_details(&self.entry_key, 0)?,
            sealed.open_keys(&self.entry_key)?,
        );
        self.refuse_duplicate(&keys.key, None)?;
        self.write(Change {
            put: vec![(entry, keys)],
            ..Change::default()
        })
        .await?;
        Ok(id)
    }

    pub(super) async fn change_entry(
        &mut self,
        id: EntryId,
        seen: Option<u32>,
        change: impl FnOnce(&Self, &mut Entry, &mut Keys) -> Result<(), VaultError>,
    ) -> Result<Entry, VaultError> {
        let mut change = Some(change);
        let mut once = |vault: &Self, entry: &mut Entry, keys: &mut Keys| match change.take() {
            Some(change) => change(vault, entry, keys),
            None => Err(VaultError::Changed),
        };
        self.change_entry_by(id, seen, &mut once).await
    }

    fn change_entry_by<'a>(
        &'a mut self,
        id: EntryId,
        seen: Option<u32>,
        change: &'a mut EntryChange<'_, Self>,
    ) -> Later<'a, Result<Entry, VaultError>> {
        Box::pin(self.change_entry_now(id, seen, change))
    }

    async fn change_entry_now(
        &mut self,
        id: EntryId,
        seen: Option<u32>,
        change: &mut EntryChange<'_, Self>,
    ) -> Result<Entry, VaultError> {
        let bytes = self.read(id).await?;
        let item = self.item(id)?;
        if seen.is_some_and(|seen| seen != item.revision) {
            return Err(VaultError::Changed);
        }
        let (mut entry, mut keys) =
            load::open_both(&bytes, &self.head.manifest.vault, id, item, &self.entry_key)?;
        change(self, &mut entry, &mut keys)?;
        entry::check_sizes(&entry.details, &keys)?;
        let mut changed = entry.clone();
        self.write(Change {
            put: vec![(entry, keys)],
            ..Change::default()
        })
        .await?;
        changed.revision = self.revision(id);
        Ok(changed)
    }

    fn make_entry(&self, details: Details, keys: &Keys) -> Result<Entry, VaultError> {
        entry::check_sizes(&details, keys)?;
        let now_ms = self.clock.unix_ms();
        let mut marks = vec![self.make_mark(&keys.key)];
        marks.extend(
            keys.earlier
                .iter()
                .map(|earlier| self.make_mark(&earlier.key)),
        );
        Ok(Entry {
            id: EntryId::make()?,
            revision: 0,
            details,
            created_ms: now_ms,
            changed_ms: now_ms,
            key_changed_ms: now_ms,
            last_use: None,
            marks,
            more: Vec::new(),
        })
    }

    fn make_mark(&self, key: &Secret<String>) -> Mark {
        fingerprint::make_mark(&self.identity_key, &self.head.manifest.own_keys_key, key)
    }

    fn refuse_duplicate(
        &self,
        key: &Secret<String>,
        but: Option<EntryId>,
    ) -> Result<(), VaultError> {
        match self.find(key) {
            Some(Known {
                entry,
                is_current: true,
            }) if Some(entry) != but => Err(VaultError::Duplicate(entry)),
            _ => Ok(()),
        }
    }
}
