//! Writing a change: new records, then the manifest that refers to them, then away with what they replace.

use super::{Later, UnlockedVault};
use crate::vault::crypto;
use crate::vault::entry::{self, Entry, Keys};
use crate::vault::fingerprint::{self, Rows};
use crate::vault::load::Head;
use crate::vault::manifest::{DatedSlot, Item, MOST_ENTRIES};
use crate::vault::record::{EntryId, OWN_KEYS, RecordId};
use crate::vault::sorted::Sorted;
use crate::vault::{Clock, Storage, VaultError};

/// Records that nothing refers to are removed after this time: another writer may be about to refer to a younger one.
const STRAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What one writing changes.
#[derive(Default)]
pub(super) struct Change {
    pub(super) put: Vec<(Entry, Keys)>,
    pub(super) remove: Vec<EntryId>,
    pub(super) slots: Option<Vec<DatedSlot>>,
}
impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// Writes a change: new records, the manifest, and then away with what it replaces.
    pub(super) fn write(&mut self, change: Change) -> Later<'_, Result<(), VaultError>> {
        Box::pin(self.write_now(change))
    }

    async fn write_now(&mut self, change: Change) -> Result<(), VaultError> {
        let vault = self.head.manifest.vault;
        let mut manifest = self.head.manifest.clone();
        manifest.record = RecordId::make(&self.clock)?;
        manifest.revision += 1;
        manifest.add_ancestors(&self.head.sources);
        let mut replaced = self.dead.clone();
        replaced.extend(
            self.head
                .sources
                .iter()
                .map(|(record, _)| record.manifest_name()),
        );
        let mut marks = self.marks.clone();
        let mut records: Vec<(String, Vec<u8>)> = self.head.unwritten.iter().cloned().collect();
        for (mut entry, keys) in change.put {
            let (id, record) = (entry.id, RecordId::make(&self.clock)?);
            entry.revision = self.revision(id).max(entry.revision) + 1;
            let bytes = entry::seal(&vault, record, &self.entry_key, &entry, &keys)?;
            let digest = crypto::digest(&bytes);
            let item = Item {
                record,
                digest,
                revision: entry.revision,
                changed_at: manifest.revision,
            };
            let old = manifest.items.insert(id, item);
            replaced.extend(old.map(|old| old.record.entry_name(id)));
            records.push((record.entry_name(id), bytes));
            marks.insert(id, entry.marks);
        }
        for id in change.remove {
            let old = manifest.items.remove(&id);
            replaced.extend(old.map(|old| old.record.entry_name(id)));
            marks.remove(&id);
        }
        if let Some(slots) = change.slots {
            manifest.slots = slots;
        }
        if manifest.items.len() > MOST_ENTRIES {
            return Err(VaultError::TooMany);
        }
        let bytes = manifest.seal(&self.manifest_key)?;
        if !records.is_empty()
            && let Err(error) = self.storage.set(&records).await
        {
            // Half of them may be there; nothing refers to them. A full storage gets its room back.
            let names: Vec<String> = records.into_iter().map(|(name, _)| name).collect();
            let _ = self.storage.remove(&names).await;
            return Err(error.into());
        }
        if let Err(error) = self
            .storage
            .set(&[(manifest.record.manifest_name(), bytes)])
            .await
        {
            self.must_load = true;
            return Err(error.into());
        }
        let source = (manifest.record, manifest.revision);
        self.head = Head {
            manifest,
            sources: vec![source],
            unwritten: Sorted::new(),
        };
        self.marks = marks;
        self.dead = Vec::new();
        self.sweep(replaced).await;
        self.write_own_keys().await;
        Ok(())
    }

    /// Removes what nothing refers to any more. What cannot be removed now is tried again later.
    async fn sweep(&mut self, replaced: Vec<String>) {
        self.strays.extend(replaced.iter().cloned());
        let now_ms = self.clock.unix_ms();
        let old = self.strays.iter().filter(|name| {
            let record = RecordId::parse_manifest_name(name)
                .or(RecordId::parse_entry_name(name).map(|(_, record)| record));
            replaced.contains(name)
                || record.is_some_and(|record| record.unix_ms().saturating_add(STRAY_MS) < now_ms)
        });
        let old: Vec<String> = old.cloned().collect();
        if self.storage.remove(&old).await.is_ok() {
            self.strays.retain(|name| !old.contains(name));
        }
    }

    /// Brings the table that is readable while locked up to date. Not part of a change: where it fails, it is done the next time.
    pub(super) async fn write_own_keys(&mut self) {
        let key = &self.head.manifest.own_keys_key;
        let table = fingerprint::make_table(
            key,
            self.marks.iter().flat_map(|(_, marks)| marks),
            Rows::Strong,
        );
        if self.written_own_keys.as_ref() != Some(&table)
            && self
                .storage
                .set(&[(OWN_KEYS.to_owned(), table.clone())])
                .await
                .is_ok()
        {
            self.written_own_keys = Some(table);
        }
    }
}

/// The table of own keys as it can be read while the vault is locked; empty where there is none.
///
/// # Errors
/// Those of the storage.
pub async fn read_own_keys(storage: &impl Storage) -> Result<Vec<u8>, VaultError> {
    Ok(storage
        .get(&[OWN_KEYS.to_owned()])
        .await?
        .pop()
        .flatten()
        .unwrap_or_default())
}
