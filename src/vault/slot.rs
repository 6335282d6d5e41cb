//! Key slots: each wraps the vault key for one way of opening the vault, as LUKS does. A passphrase can be changed
//! without sealing every entry anew, and a forgotten one is not the end.

use std::time::Duration;

use super::bytes::{Reader, Writer};
use super::crypto::{self, KEY_BYTES, Key, NONCE_BYTES, SALT_BYTES, TAG_BYTES};
use super::{Clock, RecoveryCode, VaultError};
use crate::secret::Secret;

/// Bytes of a wrapped vault key with its nonce.
const WRAPPED_BYTES: usize = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
/// Slots that a vault may have.
pub(super) const MOST_SLOTS: usize = 8;

const KIND_PASSPHRASE: u8 = 1;
const KIND_RECOVERY: u8 = 2;
/// Passphrase and the PRF of a security key together. Written by no version yet; a vault that has one is newer.
const KIND_PASSPHRASE_AND_PRF: u8 = 3;

/// The cost of Argon2id for a passphrase. Only costs within the bounds exist.
///
/// # Security
/// The bounds below keep a changed record from making guesses cheap; those above keep it from making the
/// background work for minutes or run out of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfCost {
    memory_kib: u32,
    passes: u32,
}

impl KdfCost {
    /// 64 MiB, three passes: the second recommended choice of RFC 9106, section 4, with one lane, since the modules have one thread.
    pub const LEAST: KdfCost = KdfCost {
        memory_kib: 64 * 1024,
        passes: 3,
    };
    /// Some ten seconds on a slow machine.
    pub const MOST: KdfCost = KdfCost {
        memory_kib: 256 * 1024,
        passes: 64,
    };
    /// What a new vault aims at.
    pub const AIM: Duration = Duration::from_millis(500);

    /// # Errors
    /// [`VaultError::CannotOpen`] outside the bounds.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, VaultError> {
        let memory_fits = (Self::LEAST.memory_kib..=Self::MOST.memory_kib).contains(&memory_kib);
        let passes_fit = (Self::LEAST.passes..=Self::MOST.passes).contains(&passes);
        if memory_fits && passes_fit {
            Ok(KdfCost { memory_kib, passes })
        } else {
            Err(VaultError::CannotOpen)
        }
    }

    /// The cost that takes about [`KdfCost::AIM`] on this machine: the memory of [`KdfCost::LEAST`], which Wasm
    /// memory never gives back, and as many passes as fit. Derives once to measure.
    ///
    /// # Errors
    /// [`VaultError::NoMemory`].
    pub fn calibrate(clock: &impl Clock) -> Result<Self, VaultError> {
        let least = Self::LEAST;
        let start = clock.monotonic();
        crypto::stretch(
            b"calibration",
            &[0; SALT_BYTES],
            least.memory_kib,
            least.passes,
        )?;
        let taken = clock
            .monotonic()
            .saturating_sub(start)
            .max(Duration::from_millis(1));
        let passes = Self::AIM.as_micros() * u128::from(least.passes) / taken.as_micros();
        let passes = u32::try_from(passes)
            .unwrap_or(u32::MAX)
            .clamp(least.passes, Self::MOST.passes);
        Ok(KdfCost { passes, ..least })
    }

    /// Memory in KiB.
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub fn passes(self) -> u32 {
        self.passes
    }
}

/// How a slot is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// With the passphrase, stretched at this cost.
    Passphrase(KdfCost),
    /// With the recovery code.
    Recovery,
}

/// What a person has to open the vault.
#[derive(Debug)]
pub enum Opener<'a> {
    /// UTF-8, in Unicode's normalisation form C.
    Passphrase(&'a Secret<Vec<u8>>),
    /// The recovery code.
    Recovery(&'a RecoveryCode),
}

/// One key slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) kind: SlotKind,
    salt: [u8; SALT_BYTES],
    wrapped: [u8; WRAPPED_BYTES],
}

impl Slot {
    /// Wraps the vault key for a passphrase.
    pub(super) fn make_for_passphrase(
        vault: &[u8; 16],
        vault_key: &Key,
        passphrase: &Secret<Vec<u8>>,
        cost: KdfCost,
    ) -> Result<Self, VaultError> {
        Self::make(
            vault,
            vault_key,
            SlotKind::Passphrase(cost),
            &Opener::Passphrase(passphrase),
        )
    }

    /// Wraps the vault key for a recovery code.
    pub(super) fn make_for_recovery(
        vault: &[u8; 16],
        vault_key: &Key,
        code: &RecoveryCode,
    ) -> Result<Self, VaultError> {
        Self::make(
            vault,
            vault_key,
            SlotKind::Recovery,
            &Opener::Recovery(code),
        )
    }

    fn make(
        vault: &[u8; 16],
        vault_key: &Key,
        kind: SlotKind,
        opener: &Opener<'_>,
    ) -> Result<Self, VaultError> {
        let salt = crypto::make_random()?;
        let mut slot = Slot {
            kind,
            salt,
            wrapped: [0; WRAPPED_BYTES],
        };
        let key = slot
            .derive_key(opener)?
            .expect("the opener is of the slot's kind");
        // EXPOSE: the vault key is sealed here under the key of the slot.
        let wrapped = crypto::seal(&key, &slot.associated(vault), vault_key.expose())?;
        slot.wrapped.copy_from_slice(&wrapped);
        Ok(slot)
    }

    /// The vault key, or `None` where the slot is opened by something else.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`], [`VaultError::NoMemory`].
    pub(super) fn open(
        &self,
        vault: &[u8; 16],
        opener: &Opener<'_>,
    ) -> Result<Option<Key>, VaultError> {
        match self.derive_key(opener)? {
            Some(key) => self.unwrap(vault, &key).map(Some),
            None => Ok(None),
        }
    }

    fn unwrap(&self, vault: &[u8; 16], key: &Key) -> Result<Key, VaultError> {
        let vault_key = crypto::open(key, &self.associated(vault), &self.wrapped)?;
        Ok(Secret::filled(|bytes: &mut [u8; KEY_BYTES]| {
            bytes.copy_from_slice(&vault_key)
        }))
    }

    fn derive_key(&self, opener: &Opener<'_>) -> Result<Option<Key>, VaultError> {
        Ok(match (self.kind, opener) {
            (SlotKind::Passphrase(cost), Opener::Passphrase(passphrase)) => {
                // EXPOSE: goes into Argon2id.
                Some(crypto::stretch(
                    passphrase.expose(),
                    &self.salt,
                    cost.memory_kib,
                    cost.passes,
                )?)
            }
            // The code has 125 bits of randomness: there is nothing to stretch.
            (SlotKind::Recovery, Opener::Recovery(code)) => Some(crypto::derive(
                code.material(),
                &self.salt,
                b"keyward/1/recovery",
            )),
            _ => None,
        })
    }

    /// The wrapped key belongs to this vault, this kind of slot, this cost and this salt.
    fn associated(&self, vault: &[u8; 16]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.raw(b"keyward/1/slot").raw(vault);
        self.write_head(&mut writer);
        writer.done().to_vec()
    }

    fn write_head(&self, writer: &mut Writer) {
        match self.kind {
            SlotKind::Passphrase(cost) => {
                writer
                    .u8(KIND_PASSPHRASE)
                    .u32(cost.memory_kib)
                    .u32(cost.passes);
            }
            SlotKind::Recovery => {
                writer.u8(KIND_RECOVERY);
            }
        }
        writer.raw(&self.salt);
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        self.write_head(writer);
        writer.raw(&self.wrapped);
    }

    /// # Errors
    /// [`VaultError::Newer`] for the kinds of later versions, [`VaultError::CannotOpen`] for anything else that is wrong.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, VaultError> {
        let kind = match reader.u8()? {
            KIND_PASSPHRASE => SlotKind::Passphrase(KdfCost::new(reader.u32()?, reader.u32()?)?),
            KIND_RECOVERY => SlotKind::Recovery,
            KIND_PASSPHRASE_AND_PRF => return Err(VaultError::Newer),
            _ => return Err(VaultError::CannotOpen),
        };
        Ok(Slot {
            kind,
            salt: reader.array()?,
            wrapped: reader.array()?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Every bit of a passphrase slot, flipped, is refused. The stretched key is derived once: flips of
    /// cost and salt change the associated data even under the same key.
    #[test]
    fn flipped_bits() {
        let (vault, vault_key) = ([7; 16], crypto::make_key().unwrap());
        let passphrase = Secret::new(b"a passphrase".to_vec());
        let slot =
            Slot::make_for_passphrase(&vault, &vault_key, &passphrase, KdfCost::LEAST).unwrap();
        let key = slot
            .derive_key(&Opener::Passphrase(&passphrase))
            .unwrap()
            .unwrap();
        assert_eq!(
            slot.unwrap(&vault, &key).unwrap().expose(),
            vault_key.expose()
        );
        let mut writer = Writer::new();
        slot.write(&mut writer);
        let bytes = writer.done();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let mut reader = Reader::new(&flipped);
            let opened = Slot::read(&mut reader).and_then(|slot| {
                reader.done()?;
                slot.unwrap(&vault, &key)
            });
            assert!(opened.is_err(), "bit {bit}");
        }
    }
}
