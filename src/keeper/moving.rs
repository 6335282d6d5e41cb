//! What comes in and goes out in numbers: imports, backups, what is left of a vault that does not open.

use super::Keeper;
use super::answer::entry_id;
use crate::message::vault::{PageReply, Plain, Refusal, Standing, Taken};
use crate::vault::{self, Clock, NewEntry, Opener, Storage, VaultError};

/// Sealed; forgotten with all else in the session when the vault locks.
const BATCH: &str = "keeper.batch";
/// Bytes of the keys and texts of a batch: the session has room for 10 MB, as Base64 and with all else in it.
const MOST_BATCH_BYTES: usize = 4 * 1024 * 1024;

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    pub(super) async fn preview(&mut self, candidates: Vec<Plain>) -> Result<PageReply, Refusal> {
        let batch = candidates.into_iter().map(Plain::into_new);
        let batch = batch.collect::<Result<Vec<NewEntry>, Refusal>>()?;
        let vault = self.vault().await?;
        let sealed = vault.seal_batch(&batch)?;
        if sealed.len() > MOST_BATCH_BYTES {
            return Err(Refusal::TooMany);
        }
        let standings = vault.compare(&batch).into_iter().map(standing);
        let standings = standings.collect();
        drop(batch);
        let stored = self.session.set(&[(BATCH.to_owned(), sealed)]).await;
        stored.map_err(VaultError::Storage)?;
        Ok(PageReply::Preview { standings })
    }

    pub(super) async fn take(&mut self, chosen: Vec<u32>) -> Result<PageReply, Refusal> {
        self.vault().await?;
        let sealed = self.read(&self.session, BATCH).await?;
        let sealed = sealed.ok_or(Refusal::NoPreview)?;
        let stored = self.change(async move |vault| {
            let mut place = 0;
            let mut batch = vault.open_batch(&sealed)?;
            batch.retain(|_| {
                place += 1;
                chosen.contains(&(place - 1))
            });
            vault.add_all(batch).await
        });
        let results = stored.await?;
        self.drop_batch().await;
        let stored = results.iter().filter(|result| result.is_ok()).count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(PageReply::Taken(Taken {
            stored: count(stored),
            left: count(results.len() - stored),
        }))
    }

    /// What cannot be removed is sealed, and forgotten when the vault locks.
    pub(super) async fn drop_batch(&mut self) {
        let _ = self.session.remove(&[BATCH.to_owned()]).await;
    }

    pub(super) async fn export_one(&mut self, entry: &str) -> Result<PageReply, Refusal> {
        let id = entry_id(entry)?;
        let vault = self.vault().await?;
        let entry = vault.entry(id).await?;
        let keys = vault.keys(id).await?;
        // A use that cannot be noted must not keep the person from the key.
        let noted = self.change(async move |vault| vault.note_use(id, "").await);
        let _ = noted.await;
        Ok(PageReply::Entry(Box::new(Plain::of(&(entry, keys).into()))))
    }

    pub(super) async fn export_all(&mut self) -> Result<PageReply, Refusal> {
        let entries = self.vault().await?.all().await?;
        Ok(plain(entries, 0))
    }

    /// Reads what can be read without opening the vault.
    pub(super) async fn rescue(&mut self, opener: &Opener<'_>) -> Result<PageReply, Refusal> {
        self.begin_try().await?;
        let rescued = vault::rescue(&self.disk, opener).await;
        self.end_try(rescued.as_ref().err()).await;
        let rescued = rescued?;
        Ok(plain(rescued.entries, rescued.lost))
    }

    /// Removes the vault and all that was noted about it.
    pub(super) async fn remove_vault(&mut self) -> Result<(), Refusal> {
        self.lock().await?;
        vault::remove(&self.disk).await?;
        // What it says can never be read again.
        let _ = vault::log::remove_log(&self.disk).await;
        self.tries = super::Tries::default();
        self.save_tries().await;
        let _ = self.disk.remove(&[super::ANCHOR.to_owned()]).await;
        Ok(())
    }
}

fn plain(entries: Vec<(vault::Entry, vault::Keys)>, lost: usize) -> PageReply {
    let entries = entries.into_iter().map(NewEntry::from);
    PageReply::Plain {
        entries: entries.map(|new| Plain::of(&new)).collect(),
        lost,
    }
}

fn standing(standing: vault::Standing) -> Standing {
    match standing {
        vault::Standing::New => Standing::New,
        vault::Standing::Stored(known) => Standing::Stored {
            entry: known.entry.to_string(),
            current: known.is_current,
        },
        vault::Standing::Twice(place) => Standing::Twice {
            place: u32::try_from(place).unwrap_or(u32::MAX),
        },
        vault::Standing::Unfit => Standing::Unfit,
    }
}
