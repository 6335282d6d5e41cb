//! A new key that takes the place of an old one, as it is caught on its issuer's page.

use super::Keeper;
use super::answer::entry_id;
use super::held::clean;
use crate::life::record::{FIELD, Record};
use crate::life::rotation::{self, Event, Step};
use crate::message::store::Predecessor;
use crate::message::vault::Refusal;
use crate::vault::log::Kind;
use crate::vault::{Clock, Entry, Storage, VaultError};

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// The entries that a key of this issuer's can take the place of, those first whose rotation waits for it.
    ///
    /// # Errors
    /// Those of the vault.
    pub async fn predecessors(&mut self, issuer: &str) -> Result<Vec<Predecessor>, Refusal> {
        let entries = self.vault().await?.entries().await?;
        let of_issuer = entries
            .iter()
            .filter(|entry| entry.details.provider.eq_ignore_ascii_case(issuer));
        let all = of_issuer.map(|entry| Predecessor {
            entry: entry.id().to_string(),
            name: entry.details.name.clone(),
            is_waiting: is_waiting(entry),
        });
        // Not sorted: a sort that keeps the order of equals is 4 KB.
        let (mut found, others): (Vec<_>, Vec<_>) = all.partition(|one| one.is_waiting);
        found.extend(others);
        Ok(found)
    }

    /// Stores the one key that is kept under this name in the place of an entry's, and forgets it here. A rotation is under way
    /// from then on, so that the old key is not forgotten; one that waits for the key goes on.
    ///
    /// # Errors
    /// [`Refusal::NoSuchEntry`] where there is not exactly one key, or the vault has it already; those of
    /// [`Keeper::held`] and of the vault. It is kept on then.
    pub async fn replace_by_held(&mut self, hold: &str, entry: &str) -> Result<(), Refusal> {
        let id = entry_id(entry)?;
        let held = self.held(hold).await?;
        let [held] = held.as_slice() else {
            return Err(Refusal::NoSuchEntry);
        };
        let key = clean(&held.key)?;
        let now_ms = self.clock.unix_ms();
        if self.vault().await?.find(&key).is_some() {
            return Err(Refusal::NoSuchEntry);
        }
        self.change(async move |vault| {
            let begin = |entry: &Entry, before: Option<&[u8]>| {
                let mut record = Record::parse(before);
                if let Some(present) = entry.identity(0) {
                    for event in [Event::Begin, Event::Opened] {
                        rotation::advance(&mut record, present, now_ms, event);
                    }
                }
                record.to_bytes()
            };
            let begun = vault.change_field(id, FIELD, begin).await?;
            match vault.replace_key(id, begun.revision(), key).await {
                Ok(_) | Err(VaultError::Duplicate(_)) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await?;
        self.log(Kind::Replaced, entry, "", "").await;
        self.forget_held(hold).await;
        Ok(())
    }
}

fn is_waiting(entry: &Entry) -> bool {
    let record = Record::parse(entry.field(FIELD));
    let present = entry.identity(0).unwrap_or_default();
    let step = record
        .rotation
        .as_ref()
        .map(|rotation| rotation::step(&record, rotation, &present));
    matches!(step, Some(Step::OpenPage | Step::StoreNew))
}
