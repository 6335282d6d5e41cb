//! The vault while it is open: making, opening, reading and changing it.

mod batch;

use std::pin::Pin;

pub use batch::Standing;

use super::crypto::{self, KEY_BYTES, Key, Purpose};
use super::entry::{self, Details, EarlierKey, Entry, Keys, LastUse, MOST_EARLIER, Mark, Sealed};
use super::fingerprint::{self, Rows};
use super::load::{self, Findings, Head};
use super::manifest::{Clear, DatedSlot, Item, MOST_ANCESTORS, MOST_ENTRIES, Manifest};
use super::record::{EntryId, MANIFEST_PREFIX, OWN_KEYS, PREFIX, RecordId};
use super::slot::{KdfCost, Opener, Slot, SlotKind};
use super::sorted::{Sorted, sort};
use super::{Clock, RecoveryCode, Storage, VaultError};
use crate::secret::Secret;

/// Records that nothing refers to are removed after this time: another writer may be about to refer to a younger one.
const STRAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Passphrases are stretched for this many different slots at most, however many manifests somebody put there.
const MOST_STRETCHINGS: usize = 8;

/// What a background needs to go on with an open vault after its death: the vault key, and which state it saw last.
///
/// # Security
/// These bytes open the vault without a passphrase. They belong into `storage.session`, which is memory, and nowhere
/// else; they are taken out of there when the vault is locked.
#[derive(Debug)]
pub struct SessionState(Secret<Vec<u8>>);

const SESSION_VERSION: u8 = 1;
const SESSION_BYTES: usize = 1 + 16 + 8 + 16 + KEY_BYTES;

impl SessionState {
    /// Takes over what [`SessionState::bytes`] gave. Whether it is right shows when the vault is opened with it.
    pub fn from_bytes(bytes: Secret<Vec<u8>>) -> Self {
        SessionState(bytes)
    }

    /// The bytes for `storage.session`.
    pub fn bytes(&self) -> &Secret<Vec<u8>> {
        &self.0
    }

    fn parse(&self) -> Option<(Seen, Key)> {
        // EXPOSE: the vault key goes from one secret into another.
        let bytes: &[u8; SESSION_BYTES] = self.0.expose().as_slice().try_into().ok()?;
        let (head, key) = bytes.split_last_chunk::<KEY_BYTES>()?;
        let seen = Seen::parse(head.strip_prefix(&[SESSION_VERSION])?)?;
        Some((
            seen,
            Secret::filled(|copy: &mut [u8; KEY_BYTES]| copy.copy_from_slice(key)),
        ))
    }
}

/// Which state of the vault was seen: authenticated bytes to keep in a second place, apart from the records.
///
/// With them it is seen when all records together are put back to an older state, as far as the second place is not put
/// back too; see `docs/vault-format.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor(pub Vec<u8>);

/// What to do where the vault is older than it was.
#[derive(Clone, Copy, Debug)]
pub enum Rollback<'a> {
    /// Refuse it, by this anchor if there is one. An anchor that is not authentic counts as none.
    Refuse(Option<&'a Anchor>),
    /// Open it all the same: the person was told and wants it so.
    Accept,
}

/// A state of the vault: vault, revision, newest manifest.
#[derive(Clone, Copy)]
struct Seen {
    vault: [u8; 16],
    revision: u64,
    record: RecordId,
}

impl Seen {
    const BYTES: usize = 16 + 8 + 16;

    fn of(head: &Head) -> Self {
        Seen {
            vault: head.manifest.vault,
            revision: head.manifest.revision,
            record: head.manifest.record,
        }
    }

    fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(&self.vault);
        bytes[16..24].copy_from_slice(&self.revision.to_be_bytes());
        bytes[24..].copy_from_slice(&self.record.0);
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::BYTES] = bytes.try_into().ok()?;
        let (vault, rest) = bytes.split_first_chunk()?;
        let (revision, record) = rest.split_first_chunk()?;
        Some(Seen {
            vault: *vault,
            revision: u64::from_be_bytes(*revision),
            record: RecordId(record.try_into().ok()?),
        })
    }

    /// Whether `head` is this state or one that came of it.
    fn is_in(self, head: &Head) -> bool {
        let mut history = head.manifest.ancestors.iter().chain(&head.sources);
        self.vault == head.manifest.vault
            && (history.any(|known| *known == (self.record, self.revision))
                || head.manifest.revision >= self.revision.saturating_add(MOST_ANCESTORS as u64))
    }
}

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

/// What becomes of one entry.
type EntryChange<'a, V> = dyn FnMut(&V, &mut Entry, &mut Keys) -> Result<(), VaultError> + 'a;

/// What one writing changes.
#[derive(Default)]
struct Change {
    put: Vec<(Entry, Keys)>,
    remove: Vec<EntryId>,
    slots: Option<Vec<DatedSlot>>,
}

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

    /// For `storage.session`; to be stored anew after each change.
    pub fn session_state(&self) -> SessionState {
        // Reserved at once: growing would leave the key behind.
        let mut bytes = Vec::with_capacity(SESSION_BYTES);
        bytes.push(SESSION_VERSION);
        bytes.extend_from_slice(&Seen::of(&self.head).to_bytes());
        // EXPOSE: the vault key goes into the bytes for the session store, a secret again.
        bytes.extend_from_slice(self.vault_key.expose());
        SessionState(Secret::new(bytes))
    }

    /// For the second place; to be stored anew after each change.
    pub fn anchor(&self) -> Anchor {
        let seen = Seen::of(&self.head).to_bytes();
        Anchor([seen.as_slice(), &self.anchor_tag(&seen)].concat())
    }

    fn anchor_tag(&self, seen: &[u8]) -> [u8; 32] {
        crypto::authenticate(
            &crypto::derive_key(&self.vault_key, Purpose::Anchor),
            &[seen],
        )
    }

    fn is_at(&self, anchor: &Anchor) -> bool {
        let Some((seen, tag)) = anchor.0.split_at_checked(Seen::BYTES) else {
            return true;
        };
        let authentic = crypto::equal(tag, &self.anchor_tag(seen));
        !authentic || Seen::parse(seen).is_none_or(|seen| seen.is_in(&self.head))
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

    /// Takes another passphrase instead of the present one. What was copied from the storage before still opens with
    /// the old one.
    ///
    /// # Errors
    /// [`VaultError::NoMemory`]; those of the storage.
    pub async fn change_passphrase(
        &mut self,
        passphrase: &Secret<Vec<u8>>,
        cost: KdfCost,
    ) -> Result<(), VaultError> {
        self.refresh().await?;
        let slot = Slot::make_for_passphrase(
            &self.head.manifest.vault,
            &self.vault_key,
            passphrase,
            cost,
        )?;
        self.replace_slots(slot).await
    }

    /// Makes a new recovery code; the one before opens nothing any more.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn renew_recovery_code(&mut self) -> Result<RecoveryCode, VaultError> {
        self.refresh().await?;
        let code = RecoveryCode::make()?;
        let slot = Slot::make_for_recovery(&self.head.manifest.vault, &self.vault_key, &code)?;
        self.replace_slots(slot).await?;
        Ok(code)
    }

    async fn replace_slots(&mut self, slot: Slot) -> Result<(), VaultError> {
        let kind = core::mem::discriminant(&slot.kind);
        let mut slots = self.head.manifest.slots.clone();
        slots.retain(|dated| core::mem::discriminant(&dated.slot.kind) != kind);
        slots.push(DatedSlot {
            slot,
            changed_at: self.head.manifest.revision + 1,
        });
        self.write(Change {
            slots: Some(slots),
            ..Change::default()
        })
        .await
    }

    async fn change_entry(
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

    fn item(&self, id: EntryId) -> Result<&Item, VaultError> {
        self.head
            .manifest
            .items
            .get(&id)
            .ok_or(VaultError::NoSuchEntry)
    }

    fn revision(&self, id: EntryId) -> u32 {
        self.head
            .manifest
            .items
            .get(&id)
            .map_or(0, |item| item.revision)
    }

    fn sealed<'a>(&self, bytes: &'a [u8], id: EntryId) -> Result<Sealed<'a>, VaultError> {
        Sealed::parse(bytes, &self.head.manifest.vault, id, self.item(id)?.record)
    }

    /// The record of an entry, as it is now. Between the look at the manifest and the reading another writer may
    /// have replaced it: then both are done again.
    fn read(&mut self, id: EntryId) -> Later<'_, Result<Vec<u8>, VaultError>> {
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

    async fn read_entries(&self) -> Result<Vec<Entry>, VaultError> {
        let records = load::read_items(&self.storage, &self.head).await?;
        let mut entries = Vec::with_capacity(records.len());
        for (id, bytes) in records {
            let sealed = self.sealed(&bytes, id)?;
            entries.push(sealed.open_details(&self.entry_key, self.revision(id))?);
        }
        Ok(entries)
    }

    async fn read_marks(&mut self) -> Result<(), VaultError> {
        let entries = self.read_entries().await?;
        self.marks = Sorted::new();
        for entry in entries {
            self.marks.insert(entry.id, entry.marks);
        }
        Ok(())
    }

    /// Sees what another writer wrote since.
    fn refresh(&mut self) -> Later<'_, Result<(), VaultError>> {
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

    /// Writes a change: new records, the manifest, and then away with what it replaces.
    fn write(&mut self, change: Change) -> Later<'_, Result<(), VaultError>> {
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
    async fn write_own_keys(&mut self) {
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

impl<S, C> core::fmt::Debug for UnlockedVault<S, C> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("UnlockedVault([REDACTED])")
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
