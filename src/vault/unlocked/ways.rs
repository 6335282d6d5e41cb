//! Changing the ways into the open vault: passphrase, second factors, recovery code.
//!
//! A vault has one slot for its passphrase or, where second factors are enrolled, one for each of them and none for the passphrase
//! alone. These are always written together, with one date, so that no older one among them outlives the others when the states of two
//! writers are merged.

use super::UnlockedVault;
use super::write::Change;
use crate::secret::Secret;
use crate::vault::factor::{Factor, MOST_FACTORS};
use crate::vault::manifest::DatedSlot;
use crate::vault::slot::{KdfCost, Slot, SlotKind};
use crate::vault::{Clock, RecoveryCode, Storage, VaultError};

/// A change of the ways into the vault.
#[derive(Debug)]
pub enum Ways {
    /// Another passphrase.
    Passphrase {
        /// The new one.
        passphrase: Secret<Vec<u8>>,
        /// For it.
        cost: KdfCost,
    },
    /// Another recovery code.
    RecoveryCode,
    /// A further second factor: from now on a passphrase opens the vault only with one that is enrolled.
    AddFactor {
        /// The present one.
        passphrase: Secret<Vec<u8>>,
        /// The new one.
        factor: Factor,
        /// What it gives.
        output: Secret<Vec<u8>>,
    },
    /// One less. With the last one the passphrase opens the vault alone.
    RemoveFactor {
        /// The present one.
        passphrase: Secret<Vec<u8>>,
        /// Which.
        credential: Vec<u8>,
    },
}

/// A factor, and what it gave when it was enrolled.
type Kept = (Factor, Secret<Vec<u8>>);

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// The second factors that are enrolled, the first one first.
    pub fn factors(&self) -> impl Iterator<Item = &Factor> {
        let slots = self.head.manifest.slots.iter();
        slots.filter_map(|dated| {
            dated
                .slot
                .enrolled
                .as_ref()
                .map(|enrolled| &enrolled.factor)
        })
    }

    /// Takes another passphrase instead of the present one; second factors stay, and need not be at hand. What was copied from the
    /// storage before still opens with the old one.
    ///
    /// # Errors
    /// [`VaultError::NoMemory`]; those of the storage.
    pub async fn change_passphrase(
        &mut self,
        passphrase: Secret<Vec<u8>>,
        cost: KdfCost,
    ) -> Result<(), VaultError> {
        let ways = Ways::Passphrase { passphrase, cost };
        self.change_ways(ways).await.map(drop)
    }

    /// Makes a new recovery code; the one before opens nothing any more.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn renew_recovery_code(&mut self) -> Result<RecoveryCode, VaultError> {
        let code = self.change_ways(Ways::RecoveryCode).await?;
        Ok(code.expect("a code is made where it is asked for"))
    }

    /// Changes the ways into the vault; gives the recovery code where another is made.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`] for another passphrase than the present one, and for an output that is none; [`VaultError::TooMany`] for more
    /// factors than [`MOST_FACTORS`], [`VaultError::Changed`] for one that is enrolled already, [`VaultError::NoSuchEntry`] for one
    /// that is not; [`VaultError::NoMemory`]; those of the storage.
    pub async fn change_ways(&mut self, ways: Ways) -> Result<Option<RecoveryCode>, VaultError> {
        self.refresh().await?;
        let (slots, code) = self.made(ways)?;
        let slots = self.with_slots(slots);
        self.write(Change {
            slots: Some(slots),
            ..Change::default()
        })
        .await?;
        Ok(code)
    }

    fn made(&self, ways: Ways) -> Result<(Vec<Slot>, Option<RecoveryCode>), VaultError> {
        let mut factors = self.kept()?;
        let (passphrase, cost) = match ways {
            Ways::RecoveryCode => {
                let code = RecoveryCode::make()?;
                let vault = &self.head.manifest.vault;
                let slot = Slot::make_for_recovery(vault, &self.vault_key, &code)?;
                return Ok((vec![slot], Some(code)));
            }
            Ways::Passphrase { passphrase, cost } => (passphrase, cost),
            Ways::AddFactor {
                passphrase,
                factor,
                output,
            } => {
                if factors.len() >= MOST_FACTORS {
                    return Err(VaultError::TooMany);
                }
                let is_same = |(known, _): &Kept| known.credential == factor.credential;
                if factors.iter().any(is_same) {
                    return Err(VaultError::Changed);
                }
                factors.push((factor.checked()?, output));
                let cost = self.check(&passphrase)?;
                (passphrase, cost)
            }
            Ways::RemoveFactor {
                passphrase,
                credential,
            } => {
                let before = factors.len();
                factors.retain(|(known, _)| known.credential != credential);
                if factors.len() == before {
                    return Err(VaultError::NoSuchEntry);
                }
                let cost = self.check(&passphrase)?;
                (passphrase, cost)
            }
        };
        Ok((self.make_slots(&passphrase, cost, factors)?, None))
    }

    /// The factors with what they gave when they were enrolled.
    fn kept(&self) -> Result<Vec<Kept>, VaultError> {
        let manifest = &self.head.manifest;
        let mut kept = Vec::new();
        for dated in &manifest.slots {
            let output = dated.slot.kept_output(&manifest.vault, &self.vault_key)?;
            if let (Some(enrolled), Some(output)) = (&dated.slot.enrolled, output) {
                kept.push((enrolled.factor.clone(), output));
            }
        }
        Ok(kept)
    }

    /// The cost of the present passphrase, if this is it.
    fn check(&self, passphrase: &Secret<Vec<u8>>) -> Result<KdfCost, VaultError> {
        for dated in &self.head.manifest.slots {
            let (SlotKind::Passphrase(cost) | SlotKind::PassphraseAndFactor(cost)) =
                dated.slot.kind
            else {
                continue;
            };
            let vault = &self.head.manifest.vault;
            if dated.slot.takes(vault, &self.vault_key, passphrase)? == Some(true) {
                return Ok(cost);
            }
        }
        Err(VaultError::CannotOpen)
    }

    fn make_slots(
        &self,
        passphrase: &Secret<Vec<u8>>,
        cost: KdfCost,
        factors: Vec<Kept>,
    ) -> Result<Vec<Slot>, VaultError> {
        let (vault, vault_key) = (&self.head.manifest.vault, &self.vault_key);
        if factors.is_empty() {
            return Ok(vec![Slot::make_for_passphrase(
                vault, vault_key, passphrase, cost,
            )?]);
        }
        let slots = factors.into_iter().map(|(factor, output)| {
            Slot::make_for_factor(vault, vault_key, passphrase, cost, factor, &output)
        });
        slots.collect()
    }

    /// The slots, with these in the place of all that are for the recovery code, or of all that are not.
    fn with_slots(&self, new: Vec<Slot>) -> Vec<DatedSlot> {
        let for_recovery = new.iter().any(|slot| slot.kind.is_recovery());
        let changed_at = self.head.manifest.revision + 1;
        let mut slots: Vec<DatedSlot> = new
            .into_iter()
            .map(|slot| DatedSlot { slot, changed_at })
            .collect();
        for dated in &self.head.manifest.slots {
            match (dated.slot.kind.is_recovery(), for_recovery) {
                (true, false) => slots.push(dated.clone()),
                (false, true) => slots.insert(slots.len() - 1, dated.clone()),
                _ => {}
            }
        }
        slots
    }
}
