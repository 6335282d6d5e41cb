//! Reading a vault's records: which manifest holds, what two writers at once left behind, what is out of place.
//!
//! Records are never overwritten. A writer sets new entry records, then a manifest under a new name, then removes what that
//! manifest replaces. So after a death at any moment the last complete manifest and all its records are there. Two
//! writers that do not see each other leave two manifests, of which neither is an ancestor of the other; both
//! were acknowledged, so they are merged: see [`merge`].

use super::crypto::{self, Key};
use super::entry::{self, EarlierKey, Entry, Keys, MOST_EARLIER};
use super::manifest::{DatedSlot, Item, MOST_ANCESTORS, Manifest};
use super::record::{ENTRY_PREFIX, EntryId, MANIFEST_PREFIX, RecordId};
use super::slot::MOST_SLOTS;
use super::sorted::{Sorted, sort};
use super::{Clock, Storage, VaultError};

/// The vault as it stands, perhaps merged from more than one manifest.
pub(super) struct Head {
    /// Its `record` is that of the newest manifest that went into it.
    pub(super) manifest: Manifest,
    /// The manifests that went into it, with their revisions.
    pub(super) sources: Vec<(RecordId, u64)>,
    /// Entry records that the merging made and that are not in the storage yet.
    pub(super) unwritten: Sorted<String, Vec<u8>>,
}

impl Head {
    /// Whether a record of this name is part of the vault.
    fn uses(&self, name: &str) -> bool {
        if let Some(record) = RecordId::parse_manifest_name(name) {
            return self.sources.iter().any(|(source, _)| *source == record);
        }
        RecordId::parse_entry_name(name).is_some_and(|(entry, record)| {
            let item = self.manifest.items.get(&entry);
            item.is_some_and(|item| item.record == record)
        })
    }
}

/// What was found besides the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Two writers had written at once; nothing of either was lost.
    pub merged: bool,
    /// Records that the vault knows nothing of: left over by a death in the middle of a writing, or put there. They
    /// are not used, and removed after a day.
    pub strays: usize,
    /// Among them, manifests that are damaged or not of this vault. A writing that died leaves at most one.
    pub damaged_manifests: usize,
    /// Among them, manifests that this vault replaced before: left over, or put back to roll it back.
    pub old_manifests: usize,
}

/// A vault that was read, with everything that lies beside it.
pub(super) struct Loaded {
    pub(super) head: Head,
    pub(super) findings: Findings,
    /// Names of all records that are not part of the head.
    pub(super) strays: Vec<String>,
    /// Among them, the manifests that the head is known to have replaced.
    pub(super) dead: Vec<String>,
}

/// The bytes of every manifest, newest first by name.
pub(super) async fn read_manifests(
    storage: &impl Storage,
) -> Result<Vec<(RecordId, Vec<u8>)>, VaultError> {
    let mut names = storage.names(MANIFEST_PREFIX).await?;
    sort(&mut names, |one, other| one > other);
    let records = storage.get(&names).await?;
    let named = names.iter().zip(records);
    Ok(named
        .filter_map(|(name, bytes)| Some((RecordId::parse_manifest_name(name)?, bytes?)))
        .collect())
}

/// Times that a reading begins again because another writer wrote meanwhile.
pub(super) const MOST_TRIES: usize = 8;

/// Reads and checks everything. A writer that replaces records between two calls of the storage is not taken for damage.
///
/// # Errors
/// [`VaultError::CannotOpen`] where no manifest opens, or a record of the one that holds is missing or not the one it
/// names; [`VaultError::Newer`] where any manifest is of a later version; [`VaultError::Gone`] where there is none.
pub(super) async fn load(
    storage: &impl Storage,
    clock: &impl Clock,
    vault_key: &Key,
) -> Result<Loaded, VaultError> {
    let mut tries = 0;
    loop {
        let before = storage.names(MANIFEST_PREFIX).await?;
        let loaded = load_once(storage, clock, vault_key).await;
        tries += 1;
        let failed = matches!(loaded, Err(VaultError::CannotOpen | VaultError::Gone));
        if !failed || tries == MOST_TRIES || before == storage.names(MANIFEST_PREFIX).await? {
            return loaded;
        }
    }
}

async fn load_once(
    storage: &impl Storage,
    clock: &impl Clock,
    vault_key: &Key,
) -> Result<Loaded, VaultError> {
    let manifest_key = crypto::derive_key(vault_key, crypto::Purpose::Manifest);
    let entry_key = crypto::derive_key(vault_key, crypto::Purpose::Entry);
    let records = read_manifests(storage).await?;
    if records.is_empty() {
        return Err(VaultError::Gone);
    }
    let mut manifests = Vec::new();
    let mut damaged = 0;
    for (record, bytes) in &records {
        match Manifest::open(bytes, *record, &manifest_key) {
            Ok(manifest) => manifests.push(manifest),
            Err(VaultError::Newer) => return Err(VaultError::Newer),
            Err(_) => damaged += 1,
        }
    }
    let readable = manifests.len();
    sort(&mut manifests, |one, other| {
        (one.revision, one.record) > (other.revision, other.record)
    });
    let mut manifests = manifests.into_iter();
    let newest = manifests.next().ok_or(VaultError::CannotOpen)?;
    let source = (newest.record, newest.revision);
    let mut head = Head {
        manifest: newest,
        sources: vec![source],
        unwritten: Sorted::new(),
    };
    let mut dead = Vec::new();
    for other in manifests {
        // A manifest this vault has forgotten is not another writer's of just now: it is ignored like its ancestors.
        let remembered = head
            .manifest
            .ancestors
            .last()
            .is_none_or(|(_, revision)| other.revision > *revision)
            || head.manifest.ancestors.len() < MOST_ANCESTORS;
        let known = head
            .manifest
            .ancestors
            .iter()
            .any(|(record, _)| *record == other.record);
        if other.vault == head.manifest.vault && remembered && !known {
            merge(&mut head, &other, storage, clock, &entry_key).await?;
        } else if known {
            dead.push(other.record.manifest_name());
        }
    }
    read_items(storage, &head).await?;

    let mut strays = Vec::new();
    for prefix in [MANIFEST_PREFIX, ENTRY_PREFIX] {
        let names = storage.names(prefix).await?;
        strays.extend(names.into_iter().filter(|name| !head.uses(name)));
    }
    let findings = Findings {
        merged: head.sources.len() > 1,
        strays: strays.len(),
        damaged_manifests: damaged,
        old_manifests: readable - head.sources.len(),
    };
    Ok(Loaded {
        head,
        findings,
        strays,
        dead,
    })
}

/// Reads the records of all entries, in one call of the storage.
///
/// # Errors
/// [`VaultError::CannotOpen`] where one is missing or not the one that the manifest names.
pub(super) async fn read_items(
    storage: &impl Storage,
    head: &Head,
) -> Result<Vec<(EntryId, Vec<u8>)>, VaultError> {
    let mut names = Vec::with_capacity(head.manifest.items.len());
    for (entry, item) in head.manifest.items.iter() {
        names.push(item.record.entry_name(*entry));
    }
    let stored = storage.get(&names).await?;
    if stored.len() != names.len() {
        return Err(VaultError::CannotOpen);
    }
    let mut records = Vec::with_capacity(names.len());
    for (((entry, item), name), stored) in head.manifest.items.iter().zip(&names).zip(stored) {
        let bytes = stored
            .or_else(|| head.unwritten.get(name).cloned())
            .ok_or(VaultError::CannotOpen)?;
        if crypto::digest(&bytes) != item.digest {
            return Err(VaultError::CannotOpen);
        }
        records.push((*entry, bytes));
    }
    Ok(records)
}

/// Reads one record of the head.
pub(super) async fn read_item(
    storage: &impl Storage,
    head: &Head,
    id: EntryId,
) -> Result<Vec<u8>, VaultError> {
    let item = head
        .manifest
        .items
        .get(&id)
        .ok_or(VaultError::NoSuchEntry)?;
    let name = item.record.entry_name(id);
    let bytes = match head.unwritten.get(&name) {
        Some(bytes) => bytes.clone(),
        None => storage
            .get(&[name])
            .await?
            .pop()
            .flatten()
            .ok_or(VaultError::CannotOpen)?,
    };
    if crypto::digest(&bytes) == item.digest {
        Ok(bytes)
    } else {
        Err(VaultError::CannotOpen)
    }
}

/// Takes into `head` what `other`, an acknowledged state of the same vault, has and it has not.
///
/// What only one of them changed since they parted is as that one has it. An entry that both changed gets the later
/// details, and the other's key among its earlier ones; one that one of them removed and the other changed stays.
async fn merge(
    head: &mut Head,
    other: &Manifest,
    storage: &impl Storage,
    clock: &impl Clock,
    entry_key: &Key,
) -> Result<(), VaultError> {
    let parted_at = parted_at(head, other);
    let mut ids: Vec<EntryId> = other.items.iter().map(|(id, _)| *id).collect();
    let mine = head.manifest.items.iter().map(|(id, _)| *id);
    ids.extend(mine.filter(|id| !other.items.contains(id)));
    let merged_revision = head.manifest.revision.max(other.revision) + 1;
    for id in ids {
        let (mine, theirs) = (head.manifest.items.get(&id), other.items.get(&id));
        match (mine, theirs) {
            (Some(mine), Some(theirs)) if mine.record == theirs.record => {}
            (Some(mine), Some(theirs))
                if mine.changed_at > parted_at && theirs.changed_at > parted_at =>
            {
                let theirs = theirs.clone();
                let (record, bytes, item) = merge_entry(
                    head,
                    id,
                    mine,
                    &theirs,
                    merged_revision,
                    storage,
                    clock,
                    entry_key,
                )
                .await?;
                head.unwritten.insert(record.entry_name(id), bytes);
                head.manifest.items.insert(id, item);
            }
            (_, Some(theirs)) if theirs.changed_at > parted_at => {
                head.manifest.items.insert(id, theirs.clone());
            }
            (Some(mine), None) if mine.changed_at <= parted_at => {
                head.manifest.items.remove(&id);
            }
            _ => {}
        }
    }
    head.manifest.slots = merge_slots(&head.manifest.slots, &other.slots);
    head.manifest.revision = head.manifest.revision.max(other.revision);
    head.sources.push((other.record, other.revision));
    head.manifest.add_ancestors(&other.ancestors);
    Ok(())
}

/// The revision up to which both have the same history; 0 where nothing is known of it, so that everything is kept.
fn parted_at(head: &Head, other: &Manifest) -> u64 {
    let mine = |ancestor: &&(RecordId, u64)| {
        head.manifest.ancestors.contains(ancestor) || head.sources.contains(ancestor)
    };
    other
        .ancestors
        .iter()
        .filter(mine)
        .map(|(_, revision)| *revision)
        .max()
        .unwrap_or(0)
}

#[allow(
    clippy::too_many_arguments,
    reason = "one call, which was cut out of `merge` to be read by itself"
)]
async fn merge_entry(
    head: &Head,
    id: EntryId,
    mine: &Item,
    theirs: &Item,
    changed_at: u64,
    storage: &impl Storage,
    clock: &impl Clock,
    entry_key: &Key,
) -> Result<(RecordId, Vec<u8>, Item), VaultError> {
    let vault = &head.manifest.vault;
    let mine_bytes = read_item(storage, head, id).await?;
    let theirs_bytes = storage
        .get(&[theirs.record.entry_name(id)])
        .await?
        .pop()
        .flatten()
        .ok_or(VaultError::CannotOpen)?;
    let (mut entry, mut keys) = open_both(&mine_bytes, vault, id, mine, entry_key)?;
    let (mut older, mut older_keys) = open_both(&theirs_bytes, vault, id, theirs, entry_key)?;
    if (older.changed_ms, theirs.record) > (entry.changed_ms, mine.record) {
        core::mem::swap(&mut entry, &mut older);
        core::mem::swap(&mut keys, &mut older_keys);
    }
    add_history(&mut entry, &mut keys, older, older_keys);
    let record = RecordId::make(clock)?;
    entry.revision = mine.revision.max(theirs.revision) + 1;
    let bytes = entry::seal(vault, record, entry_key, &entry, &keys)?;
    let item = Item {
        record,
        digest: crypto::digest(&bytes),
        revision: entry.revision,
        changed_at,
    };
    Ok((record, bytes, item))
}

/// Opens a record whole.
pub(super) fn open_both(
    bytes: &[u8],
    vault: &[u8; 16],
    id: EntryId,
    item: &Item,
    entry_key: &Key,
) -> Result<(Entry, Keys), VaultError> {
    let sealed = entry::Sealed::parse(bytes, vault, id, item.record)?;
    Ok((
        sealed.open_details(entry_key, item.revision)?,
        sealed.open_keys(entry_key)?,
    ))
}

/// Adds to an entry the keys and notes that another state of it has and it has not.
fn add_history(entry: &mut Entry, keys: &mut Keys, mut older: Entry, older_keys: Keys) {
    let Keys {
        key,
        earlier,
        notes,
    } = older_keys;
    let others = core::iter::once(EarlierKey {
        key,
        replaced_ms: entry.changed_ms,
    })
    .chain(earlier);
    for (other, mark) in others.zip(core::mem::take(&mut older.marks)) {
        if entry
            .marks
            .iter()
            .all(|known| known.identity != mark.identity)
        {
            keys.earlier.push(other);
            entry.marks.push(mark);
        }
    }
    let uses = [entry.last_use.take(), older.last_use.take()];
    entry.last_use = uses
        .into_iter()
        .flatten()
        .max_by_key(|last_use| last_use.unix_ms);
    entry.key_changed_ms = entry.key_changed_ms.max(older.key_changed_ms);
    keys.earlier.truncate(MOST_EARLIER);
    entry.marks.truncate(MOST_EARLIER + 1);
    // EXPOSE: two notes become one, a secret again.
    if keys.notes.expose() != notes.expose() && !notes.expose().is_empty() {
        let joined = format!("{}\n\n{}", keys.notes.expose(), notes.expose());
        if joined.len() <= entry::MOST_NOTES_BYTES {
            keys.notes = crate::secret::Secret::new(joined);
        }
    }
}

/// Of the recovery code and of what else opens the vault the slots that were written last; of both states where that was at the
/// same revision, but none without a second factor then where the other state asks for one.
fn merge_slots(mine: &[DatedSlot], theirs: &[DatedSlot]) -> Vec<DatedSlot> {
    let mut merged: Vec<DatedSlot> = Vec::new();
    for recovery in [false, true] {
        let all = || {
            mine.iter()
                .chain(theirs)
                .filter(|dated| dated.slot.kind.is_recovery() == recovery)
        };
        let latest = all().map(|dated| dated.changed_at).max();
        let last = || all().filter(|dated| Some(dated.changed_at) == latest);
        let needs_factor = last().any(|dated| dated.slot.enrolled.is_some());
        for dated in last().filter(|dated| dated.slot.enrolled.is_some() == needs_factor) {
            if !merged.contains(dated) && merged.len() < MOST_SLOTS {
                merged.push(dated.clone());
            }
        }
    }
    merged
}
