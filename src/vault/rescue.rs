//! What can still be done with a vault that does not open: take its records away as they are, and read what entries can be read.

use super::bytes::{Reader, Writer};
use super::crypto;
use super::entry::{Entry, Keys, Sealed};
use super::load;
use super::record::{ENTRY_PREFIX, EntryId, PREFIX, RecordId};
use super::sorted::{Sorted, sort};
use super::unlocked::unwrap_vault_key;
use super::{Opener, Storage, VaultError};

const MAGIC: &[u8; 4] = b"KWVX";
const FORMAT: u8 = 1;

/// All records of the vault in one file, sealed as they are; needs no passphrase.
///
/// # Errors
/// Those of the storage.
pub async fn export_raw(storage: &impl Storage) -> Result<Vec<u8>, VaultError> {
    let mut names = storage.names(PREFIX).await?;
    sort(&mut names, |one, other| one < other);
    let records = storage.get(&names).await?;
    let present: Vec<_> = names
        .iter()
        .zip(records)
        .filter_map(|(name, bytes)| Some((name, bytes?)))
        .collect();
    let mut writer = Writer::new();
    writer.raw(MAGIC).u8(FORMAT).length(present.len());
    for (name, bytes) in present {
        writer.text(name).bytes(&bytes);
    }
    Ok(writer.done().to_vec())
}

/// Puts the records of [`export_raw`] back where there is no vault.
///
/// # Errors
/// [`VaultError::Exists`] where there is anything of a vault; [`VaultError::CannotOpen`] where the file is none of ours.
pub async fn import_raw(storage: &impl Storage, file: &[u8]) -> Result<(), VaultError> {
    let mut reader = Reader::new(file);
    if reader.raw(4)? != MAGIC {
        return Err(VaultError::CannotOpen);
    }
    if reader.u8()? != FORMAT {
        return Err(VaultError::Newer);
    }
    let mut records: Vec<(String, Vec<u8>)> = Vec::new();
    for _ in 0..reader.count(8)? {
        let (name, bytes) = (reader.text()?, reader.bytes()?);
        if !name.starts_with(PREFIX)
            || records
                .last()
                .is_some_and(|(last, _)| last.as_str() >= name)
        {
            return Err(VaultError::CannotOpen);
        }
        records.push((name.to_owned(), bytes.to_vec()));
    }
    reader.done()?;
    if !storage.names(PREFIX).await?.is_empty() {
        return Err(VaultError::Exists);
    }
    // Names sort manifests behind entries, so that a manifest appears when its records are there.
    Ok(storage.set(&records).await?)
}

/// Removes every record of a vault, whatever its state. What it held is gone.
///
/// # Errors
/// Those of the storage; part of it may be there still.
pub async fn remove(storage: &impl Storage) -> Result<(), VaultError> {
    Ok(storage.remove(&storage.names(PREFIX).await?).await?)
}

/// Entries that could be read out of a damaged vault.
#[derive(Debug)]
pub struct Rescued {
    /// Of each entry the newest state that is whole. One that was removed before may be among them.
    pub entries: Vec<(Entry, Keys)>,
    /// Records that could not be read.
    pub lost: usize,
}

/// Reads every entry record by itself, without asking a manifest which belong to the vault. Writes nothing.
///
/// # Errors
/// [`VaultError::CannotOpen`] where no slot gives a key.
pub async fn rescue(storage: &impl Storage, opener: &Opener<'_>) -> Result<Rescued, VaultError> {
    let manifests = load::read_manifests(storage).await?;
    let (vault, vault_key, _) = unwrap_vault_key(&manifests, opener)?;
    let entry_key = crypto::derive_key(&vault_key, crypto::Purpose::Entry);
    let mut newest: Sorted<EntryId, (RecordId, Entry, Keys)> = Sorted::new();
    let mut lost = 0;
    for name in storage.names(ENTRY_PREFIX).await? {
        let bytes = storage
            .get(std::slice::from_ref(&name))
            .await?
            .pop()
            .flatten();
        let opened =
            RecordId::parse_entry_name(&name)
                .zip(bytes)
                .and_then(|((id, record), bytes)| {
                    let sealed = Sealed::parse(&bytes, &vault, id, record).ok()?;
                    Some((
                        id,
                        record,
                        sealed.open_details(&entry_key, 1).ok()?,
                        sealed.open_keys(&entry_key).ok()?,
                    ))
                });
        match opened {
            None => lost += 1,
            Some((id, record, entry, keys)) => {
                if newest.get(&id).is_none_or(|(known, _, _)| *known < record) {
                    newest.insert(id, (record, entry, keys));
                }
            }
        }
    }
    Ok(Rescued {
        entries: newest
            .into_values()
            .map(|(_, entry, keys)| (entry, keys))
            .collect(),
        lost,
    })
}
