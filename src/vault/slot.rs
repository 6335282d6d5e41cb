//! Key slots: each wraps the vault key for one way of opening the vault, as LUKS does. A passphrase can be changed
//! without sealing every entry anew, and a forgotten one is not the end.

use std::time::Duration;

use super::bytes::{Reader, Writer};
use super::crypto::{self, KEY_BYTES, Key, NONCE_BYTES, SALT_BYTES, TAG_BYTES};
use super::factor::{Enrolled, Factor, combine};
use super::{Clock, RecoveryCode, VaultError};
use crate::secret::Secret;

/// Bytes of a wrapped vault key with its nonce.
pub(super) const WRAPPED_BYTES: usize = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
/// Slots that a vault may have.
pub(super) const MOST_SLOTS: usize = 8;

const KIND_PASSPHRASE: u8 = 1;
const KIND_RECOVERY: u8 = 2;
const KIND_PASSPHRASE_AND_FACTOR: u8 = 3;

/// What is sealed in a slot: the vault key, and what its factor gives.
const WRAPPED: &[u8] = b"keyward/1/slot";
const KEPT: &[u8] = b"keyward/1/slot/kept";

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
    /// With the passphrase, stretched at this cost, and what a second factor gives.
    PassphraseAndFactor(KdfCost),
}

impl SlotKind {
    /// A vault has slots for the recovery code, and all others, which are written together.
    pub(super) fn is_recovery(self) -> bool {
        self == SlotKind::Recovery
    }
}

/// What a person has to open the vault.
#[derive(Debug)]
pub enum Opener<'a> {
    /// UTF-8, in Unicode's normalisation form C.
    Passphrase(&'a Secret<Vec<u8>>),
    /// The recovery code.
    Recovery(&'a RecoveryCode),
    /// The passphrase, and what a second factor gave.
    PassphraseAndFactor {
        /// As above.
        passphrase: &'a Secret<Vec<u8>>,
        /// Which factor.
        credential: &'a [u8],
        /// The result of its pseudo-random function: 32 bytes.
        output: &'a Secret<Vec<u8>>,
    },
}

/// One key slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) kind: SlotKind,
    /// Of the kind that has one.
    pub(super) enrolled: Option<Enrolled>,
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
            None,
            &Opener::Passphrase(passphrase),
        )
    }

    /// Wraps the vault key for a passphrase and a second factor together.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`] where the output has not the length of one.
    pub(super) fn make_for_factor(
        vault: &[u8; 16],
        vault_key: &Key,
        passphrase: &Secret<Vec<u8>>,
        cost: KdfCost,
        factor: Factor,
        output: &Secret<Vec<u8>>,
    ) -> Result<Self, VaultError> {
        let credential = factor.credential.clone();
        Self::make(
            vault,
            vault_key,
            SlotKind::PassphraseAndFactor(cost),
            Some(factor),
            &Opener::PassphraseAndFactor {
                passphrase,
                credential: &credential,
                output,
            },
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
            None,
            &Opener::Recovery(code),
        )
    }

    fn make(
        vault: &[u8; 16],
        vault_key: &Key,
        kind: SlotKind,
        factor: Option<Factor>,
        opener: &Opener<'_>,
    ) -> Result<Self, VaultError> {
        let salt = crypto::make_random()?;
        let mut slot = Slot {
            kind,
            enrolled: factor.map(Enrolled::new),
            salt,
            wrapped: [0; WRAPPED_BYTES],
        };
        let key = slot
            .derive_key(vault, opener)?
            .expect("the opener is of the slot's kind");
        let kept = slot.associated(KEPT, vault);
        if let (Opener::PassphraseAndFactor { output, .. }, Some(enrolled)) =
            (opener, &mut slot.enrolled)
        {
            enrolled.keep(&kept, vault_key, output)?;
        }
        // EXPOSE: the vault key is sealed here under the key of the slot.
        let associated = slot.associated(WRAPPED, vault);
        let wrapped = crypto::seal(&key, &associated, vault_key.expose())?;
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
        match self.derive_key(vault, opener)? {
            Some(key) => self.unwrap(vault, &key).map(Some),
            None => Ok(None),
        }
    }

    fn unwrap(&self, vault: &[u8; 16], key: &Key) -> Result<Key, VaultError> {
        let vault_key = crypto::open(key, &self.associated(WRAPPED, vault), &self.wrapped)?;
        Ok(Secret::filled(|bytes: &mut [u8; KEY_BYTES]| {
            bytes.copy_from_slice(&vault_key)
        }))
    }

    /// Whether this is the passphrase of the slot, with what its factor gave when it was enrolled; `None` where the slot is opened
    /// without one.
    ///
    /// # Errors
    /// [`VaultError::NoMemory`].
    pub(super) fn takes(
        &self,
        vault: &[u8; 16],
        vault_key: &Key,
        passphrase: &Secret<Vec<u8>>,
    ) -> Result<Option<bool>, VaultError> {
        let output = self.kept_output(vault, vault_key)?;
        let opener = match (&self.enrolled, &output) {
            (Some(enrolled), Some(output)) => Opener::PassphraseAndFactor {
                passphrase,
                credential: &enrolled.factor.credential,
                output,
            },
            _ => Opener::Passphrase(passphrase),
        };
        match self.open(vault, &opener) {
            Ok(opened) => Ok(opened.map(|_| true)),
            Err(VaultError::CannotOpen) => Ok(Some(false)),
            Err(error) => Err(error),
        }
    }

    /// What its factor gave when it was enrolled.
    ///
    /// # Errors
    /// [`VaultError::CannotOpen`].
    pub(super) fn kept_output(
        &self,
        vault: &[u8; 16],
        vault_key: &Key,
    ) -> Result<Option<Secret<Vec<u8>>>, VaultError> {
        let associated = self.associated(KEPT, vault);
        self.enrolled
            .as_ref()
            .map(|enrolled| enrolled.output(&associated, vault_key))
            .transpose()
    }

    fn derive_key(&self, vault: &[u8; 16], opener: &Opener<'_>) -> Result<Option<Key>, VaultError> {
        Ok(match (self.kind, opener) {
            (SlotKind::Passphrase(cost), Opener::Passphrase(passphrase)) => {
                Some(self.stretch(cost, passphrase)?)
            }
            // The code has 125 bits of randomness: there is nothing to stretch.
            (SlotKind::Recovery, Opener::Recovery(code)) => Some(crypto::derive(
                code.material(),
                &self.salt,
                b"keyward/1/recovery",
            )),
            (
                SlotKind::PassphraseAndFactor(cost),
                Opener::PassphraseAndFactor {
                    passphrase,
                    credential,
                    output,
                },
            ) if self.is_of(credential) => {
                let stretched = self.stretch(cost, passphrase)?;
                Some(combine(&stretched, output, &self.salt, vault, credential)?)
            }
            _ => None,
        })
    }

    fn is_of(&self, credential: &[u8]) -> bool {
        self.enrolled
            .as_ref()
            .is_some_and(|enrolled| enrolled.factor.credential == credential)
    }

    fn stretch(&self, cost: KdfCost, passphrase: &Secret<Vec<u8>>) -> Result<Key, VaultError> {
        // EXPOSE: goes into Argon2id.
        crypto::stretch(
            passphrase.expose(),
            &self.salt,
            cost.memory_kib,
            cost.passes,
        )
    }

    /// What is sealed in a slot belongs to this vault, this kind of slot, this cost, this factor and this salt.
    fn associated(&self, label: &[u8], vault: &[u8; 16]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.raw(label).raw(vault);
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
            SlotKind::PassphraseAndFactor(cost) => {
                writer
                    .u8(KIND_PASSPHRASE_AND_FACTOR)
                    .u32(cost.memory_kib)
                    .u32(cost.passes);
            }
        }
        if let Some(enrolled) = &self.enrolled {
            enrolled.write_head(writer);
        }
        writer.raw(&self.salt);
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        self.write_head(writer);
        if let Some(enrolled) = &self.enrolled {
            enrolled.write_kept(writer);
        }
        writer.raw(&self.wrapped);
    }

    /// # Errors
    /// [`VaultError::CannotOpen`].
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, VaultError> {
        let cost = |reader: &mut Reader<'_>| KdfCost::new(reader.u32()?, reader.u32()?);
        let (kind, mut enrolled) = match reader.u8()? {
            KIND_PASSPHRASE => (SlotKind::Passphrase(cost(reader)?), None),
            KIND_RECOVERY => (SlotKind::Recovery, None),
            KIND_PASSPHRASE_AND_FACTOR => {
                let kind = SlotKind::PassphraseAndFactor(cost(reader)?);
                (kind, Some(Enrolled::read_head(reader)?))
            }
            _ => return Err(VaultError::CannotOpen),
        };
        let salt = reader.array()?;
        if let Some(enrolled) = &mut enrolled {
            enrolled.read_kept(reader)?;
        }
        Ok(Slot {
            kind,
            enrolled,
            salt,
            wrapped: reader.array()?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn bytes_of(slot: &Slot) -> Vec<u8> {
        let mut writer = Writer::new();
        slot.write(&mut writer);
        writer.done().to_vec()
    }

    fn read(bytes: &[u8]) -> Result<Slot, VaultError> {
        let mut reader = Reader::new(bytes);
        let slot = Slot::read(&mut reader)?;
        reader.done()?;
        Ok(slot)
    }

    fn factor(credential: &[u8]) -> Factor {
        Factor {
            credential: credential.to_vec(),
            transports: 1,
            made_ms: 1_700_000_000_000,
        }
    }

    /// A slot of a factor: opened by both, by neither alone, not by another factor's output, and not once any bit but those of
    /// the kept output is another, which the manifest watches over.
    #[test]
    fn passphrase_and_factor() {
        let (vault, vault_key) = ([7; 16], crypto::make_key().unwrap());
        let passphrase = Secret::new(b"a passphrase".to_vec());
        let [output, other] = [1, 2].map(|byte| Secret::new(vec![byte; 32]));
        let of = |credential: &[u8], output: &Secret<Vec<u8>>| {
            let factor = factor(credential);
            let cost = KdfCost::LEAST;
            Slot::make_for_factor(&vault, &vault_key, &passphrase, cost, factor, output).unwrap()
        };
        let (slot, twin) = (of(b"one", &output), of(b"two", &other));
        assert_eq!(read(&bytes_of(&slot)), Ok(slot.clone()));
        type Bytes = Secret<Vec<u8>>;
        let by = |slot: &Slot, passphrase: &Bytes, credential: &[u8], output: &Bytes| {
            let opener = Opener::PassphraseAndFactor {
                passphrase,
                credential,
                output,
            };
            let opened = slot.open(&vault, &opener)?;
            // EXPOSE: compared.
            Ok(opened.map(|key| key.expose() == vault_key.expose()))
        };
        assert_eq!(by(&slot, &passphrase, b"one", &output), Ok(Some(true)));
        assert_eq!(by(&twin, &passphrase, b"two", &other), Ok(Some(true)));
        // No factor, or that of another slot.
        assert!(matches!(
            slot.open(&vault, &Opener::Passphrase(&passphrase)),
            Ok(None)
        ));
        assert_eq!(by(&slot, &passphrase, b"two", &other), Ok(None));
        let refused = Err(VaultError::CannotOpen);
        assert_eq!(by(&slot, &passphrase, b"one", &other), refused);
        let wrong = Secret::new(b"a passphrasf".to_vec());
        assert_eq!(by(&slot, &wrong, b"one", &output), refused);
        for length in [0, 31, 33] {
            let short = Secret::new(vec![1; length]);
            assert_eq!(by(&slot, &passphrase, b"one", &short), refused);
        }
        // One slot's wrapped key under the other's head, also where the output is the same.
        let same = of(b"two", &output);
        let mut swapped = slot.clone();
        swapped.enrolled.as_mut().unwrap().factor = factor(b"two");
        assert_eq!(by(&swapped, &passphrase, b"two", &output), refused);
        let mut swapped = slot.clone();
        swapped.wrapped = same.wrapped;
        assert_eq!(by(&swapped, &passphrase, b"one", &output), refused);
        // The slot taken for one of a passphrase alone.
        let mut lowered = slot.clone();
        (lowered.kind, lowered.enrolled) = (SlotKind::Passphrase(KdfCost::LEAST), None);
        assert!(
            lowered
                .open(&vault, &Opener::Passphrase(&passphrase))
                .is_err()
        );
        // What was kept is the output, and the passphrase is known by it.
        // EXPOSE: compared.
        assert_eq!(
            slot.kept_output(&vault, &vault_key)
                .unwrap()
                .unwrap()
                .expose(),
            output.expose()
        );
        assert_eq!(slot.takes(&vault, &vault_key, &passphrase), Ok(Some(true)));
        assert_eq!(slot.takes(&vault, &vault_key, &wrong), Ok(Some(false)));

        let opener = Opener::PassphraseAndFactor {
            passphrase: &passphrase,
            credential: b"one",
            output: &output,
        };
        let key = slot.derive_key(&vault, &opener).unwrap().unwrap();
        let bytes = bytes_of(&slot);
        let kept = bytes.len() - 2 * WRAPPED_BYTES..bytes.len() - WRAPPED_BYTES;
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let flipped = read(&flipped);
            if kept.contains(&(bit / 8)) {
                let flipped = flipped.unwrap();
                assert!(
                    flipped.kept_output(&vault, &vault_key).is_err(),
                    "bit {bit}"
                );
                continue;
            }
            let opened = flipped.and_then(|slot| slot.unwrap(&vault, &key));
            assert!(opened.is_err(), "bit {bit}");
        }
    }

    /// Every bit of a passphrase slot, flipped, is refused. The stretched key is derived once: flips of
    /// cost and salt change the associated data even under the same key.
    #[test]
    fn flipped_bits() {
        let (vault, vault_key) = ([7; 16], crypto::make_key().unwrap());
        let passphrase = Secret::new(b"a passphrase".to_vec());
        let slot =
            Slot::make_for_passphrase(&vault, &vault_key, &passphrase, KdfCost::LEAST).unwrap();
        let key = slot
            .derive_key(&vault, &Opener::Passphrase(&passphrase))
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
