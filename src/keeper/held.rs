//! Keys that a frame gave to be stored, kept until the person has said how.
//!
//! They lie in the session under names that locking removes with all the others, and for [`HELD_MS`] at most.

use zeroize::Zeroizing;

use super::{Keeper, PREFIX};
use crate::message::store::HeldKey;
use crate::message::vault::{Bytes, Details, Refusal};
use crate::secret::Secret;
use crate::vault::log::Kind;
use crate::vault::{self, Clock, Keys, Storage, VaultError};

/// How long a held key is kept at most: time to make up a passphrase.
pub const HELD_MS: u64 = 5 * 60 * 1000;
/// More keys than that are not held together.
pub const MOST_HELD: usize = 64;
/// A longer key is none that anybody stores; the longest private keys have 13 KB.
pub const LONGEST_HELD_BYTES: usize = 32 * 1024;

/// Followed by the name of the hold.
const HELD: &str = "keeper.held.";

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// Keeps keys under the name of their hold. Answers until when, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`Refusal::TooMany`], [`Refusal::TooLong`]; those of the session.
    pub async fn keep_held(&mut self, hold: &str, keys: &[HeldKey]) -> Result<u64, Refusal> {
        if keys.is_empty() || keys.len() > MOST_HELD {
            return Err(Refusal::TooMany);
        }
        let until_ms = self.clock.unix_ms() + HELD_MS;
        // EXPOSE: lengths only.
        let bytes: usize = keys.iter().map(|held| held.key.0.expose().len() + 6).sum();
        // Of its full length from the start: growing would leave parts of it behind.
        let mut record = Zeroizing::new(Vec::with_capacity(8 + bytes));
        record.extend_from_slice(&until_ms.to_be_bytes());
        for HeldKey { detector, key } in keys {
            // EXPOSE: goes into the session, which is memory and closed to content scripts.
            let key = key.0.expose();
            if key.len() > LONGEST_HELD_BYTES {
                return Err(Refusal::TooLong);
            }
            record.extend_from_slice(&detector.to_be_bytes());
            let length = u32::try_from(key.len()).map_err(|_| Refusal::TooLong)?;
            record.extend_from_slice(&length.to_be_bytes());
            record.extend_from_slice(key);
        }
        let mut records = [(held_name(hold), std::mem::take(&mut *record))];
        let kept = self.session.set(&records).await;
        zeroize::Zeroize::zeroize(&mut records[0].1);
        kept.map_err(VaultError::Storage)?;
        Ok(until_ms)
    }

    /// What is kept.
    ///
    /// # Errors
    /// [`Refusal::NoSuchEntry`] where it has been stored, declined or kept too long, or the vault was locked since.
    pub async fn held(&mut self, hold: &str) -> Result<Vec<HeldKey>, Refusal> {
        let record = self.read(&self.session, &held_name(hold)).await?;
        let record = Zeroizing::new(record.ok_or(Refusal::NoSuchEntry)?);
        let (until_ms, keys) = parse(&record).ok_or(Refusal::NoSuchEntry)?;
        if self.clock.unix_ms() >= until_ms {
            self.forget_held(hold).await;
            return Err(Refusal::NoSuchEntry);
        }
        Ok(keys)
    }

    /// The names of the entries that have these keys already.
    ///
    /// # Errors
    /// [`Refusal::Locked`], [`Refusal::NoVault`]; those of the storage.
    pub async fn names_of(&mut self, keys: &[HeldKey]) -> Result<Vec<Option<String>>, Refusal> {
        let vault = self.vault().await?;
        let mut names = Vec::with_capacity(keys.len());
        for held in keys {
            let known = vault
                .find(&clean(&held.key)?)
                .filter(|known| known.is_current);
            names.push(match known {
                Some(known) => Some(vault.entry(known.entry).await?.details.name),
                None => None,
            });
        }
        Ok(names)
    }

    /// Stores what is kept, each with what the person says about it, and forgets it. What is stored already stays as it is.
    ///
    /// # Errors
    /// Those of [`Keeper::held`] and of the vault; it is kept on then. Those before the one that failed may have been stored:
    /// they are found as stored the next time.
    pub async fn store_held(&mut self, hold: &str, details: Vec<Details>) -> Result<(), Refusal> {
        let keys = self.held(hold).await?;
        if keys.len() != details.len() {
            return Err(Refusal::NoSuchEntry);
        }
        for (held, details) in keys.iter().zip(details) {
            let keys = Keys::new(clean(&held.key)?, Secret::from(""));
            let details = details.with_origins(Vec::new());
            let stored = self.change(async move |vault| match vault.add(details, keys).await {
                Ok(id) => Ok(Some(id)),
                Err(VaultError::Duplicate(_)) => Ok(None),
                Err(error) => Err(error),
            });
            if let Some(id) = stored.await? {
                self.log(Kind::Stored, &id.to_string(), "", "").await;
            }
        }
        self.forget_held(hold).await;
        Ok(())
    }

    /// Forgets what is kept under this name.
    pub async fn forget_held(&mut self, hold: &str) {
        // What the session does not remove now goes with its time.
        let _ = self.session.remove(&[held_name(hold)]).await;
    }

    /// Forgets what has been kept too long, or cannot be read.
    pub async fn forget_old_held(&mut self) {
        let now_ms = self.clock.unix_ms();
        for name in self.session.names(HELD).await.unwrap_or_default() {
            let record = self.read(&self.session, &name).await.ok().flatten();
            let record = Zeroizing::new(record.unwrap_or_default());
            let until_ms = parse(&record).map(|(until_ms, _)| until_ms);
            if until_ms.is_none_or(|until_ms| now_ms >= until_ms) {
                let _ = self.session.remove(&[name]).await;
            }
        }
    }
}

fn held_name(hold: &str) -> String {
    debug_assert!(HELD.starts_with(PREFIX), "locking removes these names");
    format!("{HELD}{hold}")
}

pub(super) fn clean(key: &Bytes) -> Result<Secret<String>, Refusal> {
    let text = key.text()?;
    // EXPOSE: what is left of it is a secret again.
    Ok(vault::clean(text.expose()).key)
}

/// Until when, and the keys.
fn parse(record: &[u8]) -> Option<(u64, Vec<HeldKey>)> {
    let (until_ms, mut rest) = record.split_first_chunk()?;
    let mut keys = Vec::new();
    while !rest.is_empty() {
        let (detector, behind) = rest.split_first_chunk()?;
        let (length, behind) = behind.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (key, behind) = behind.split_at_checked(length)?;
        keys.push(HeldKey {
            detector: u16::from_be_bytes(*detector),
            key: Bytes(Secret::new(key.to_vec())),
        });
        rest = behind;
    }
    Some((u64::from_be_bytes(*until_ms), keys))
}
