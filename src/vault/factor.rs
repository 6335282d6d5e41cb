//! The second factor: a security key or the device itself, which has a pseudo-random function that it computes for its person only
//! (WebAuthn's PRF extension), and what its slot has besides that of a passphrase.

use zeroize::Zeroize;

use super::VaultError;
use super::bytes::{Reader, Writer};
use super::crypto::{self, KEY_BYTES, Key, Purpose, SALT_BYTES};
use super::slot::WRAPPED_BYTES;
use crate::secret::Secret;

/// How many can be enrolled: one to use, and one for when it is lost.
pub const MOST_FACTORS: usize = 2;
/// What a pseudo-random function gives.
pub(super) const OUTPUT_BYTES: usize = 32;
/// WebAuthn's own bound for identifiers of credentials.
const MOST_CREDENTIAL_BYTES: usize = 1023;
/// What the slot's key is derived for, before vault and credential.
const LABEL: &[u8] = b"keyward/1/passphrase-and-factor";

/// A factor that is enrolled. Lies in clear beside the vault: the browser has to be told which credential to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// As the authenticator named it.
    pub credential: Vec<u8>,
    /// How it can be reached, one bit for each way; a hint for the browser's dialog, which the vault does not read.
    pub transports: u8,
    /// When it was enrolled, in Unix milliseconds.
    pub made_ms: u64,
}

/// What the function of the factors of a vault is asked for. One input for all time, so that a slot can be made anew without
/// the factor.
pub fn input(vault: &[u8; 16]) -> Vec<u8> {
    [b"keyward/1/prf".as_slice(), vault].concat()
}

/// A factor in its slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enrolled {
    pub(super) factor: Factor,
    /// Its output, sealed under the vault key: another passphrase can be set while the factor lies elsewhere.
    kept: [u8; WRAPPED_BYTES],
}

impl Enrolled {
    /// Whose output is not kept yet.
    pub(super) fn new(factor: Factor) -> Self {
        Enrolled {
            factor,
            kept: [0; WRAPPED_BYTES],
        }
    }

    /// Keeps the output. `associated` is what its slot is bound to.
    pub(super) fn keep(
        &mut self,
        associated: &[u8],
        vault_key: &Key,
        output: &Secret<Vec<u8>>,
    ) -> Result<(), VaultError> {
        let key = crypto::derive_key(vault_key, Purpose::Factor);
        // EXPOSE: sealed at once.
        let kept = crypto::seal(&key, associated, output.expose())?;
        self.kept = kept.try_into().map_err(|_| VaultError::CannotOpen)?;
        Ok(())
    }

    /// What was kept.
    pub(super) fn output(
        &self,
        associated: &[u8],
        vault_key: &Key,
    ) -> Result<Secret<Vec<u8>>, VaultError> {
        let key = crypto::derive_key(vault_key, Purpose::Factor);
        let mut output = crypto::open(&key, associated, &self.kept)?;
        Ok(Secret::new(core::mem::take(&mut *output)))
    }

    pub(super) fn write_head(&self, writer: &mut Writer) {
        writer
            .u64(self.factor.made_ms)
            .u8(self.factor.transports)
            .bytes(&self.factor.credential);
    }

    pub(super) fn write_kept(&self, writer: &mut Writer) {
        writer.raw(&self.kept);
    }

    pub(super) fn read_head(reader: &mut Reader<'_>) -> Result<Self, VaultError> {
        let (made_ms, transports) = (reader.u64()?, reader.u8()?);
        let credential = reader.bytes()?;
        Factor {
            credential: credential.to_vec(),
            transports,
            made_ms,
        }
        .checked()
        .map(Enrolled::new)
    }

    pub(super) fn read_kept(&mut self, reader: &mut Reader<'_>) -> Result<(), VaultError> {
        self.kept = reader.array()?;
        Ok(())
    }
}

impl Factor {
    /// # Errors
    /// [`VaultError::CannotOpen`] for an identifier that none has.
    pub(super) fn checked(self) -> Result<Self, VaultError> {
        match self.credential.len() {
            1..=MOST_CREDENTIAL_BYTES => Ok(self),
            _ => Err(VaultError::CannotOpen),
        }
    }
}

/// The key of a slot that takes both: neither what is known nor what is had gives any of it alone.
///
/// # Errors
/// [`VaultError::CannotOpen`] for an output that is none.
pub(super) fn combine(
    stretched: &Key,
    output: &Secret<Vec<u8>>,
    salt: &[u8; SALT_BYTES],
    vault: &[u8; 16],
    credential: &[u8],
) -> Result<Key, VaultError> {
    // EXPOSE: both go into the derivation; their copy is wiped.
    let output: &[u8; OUTPUT_BYTES] = output
        .expose()
        .as_slice()
        .try_into()
        .map_err(|_| VaultError::CannotOpen)?;
    let mut material = [0; KEY_BYTES + OUTPUT_BYTES];
    material[..KEY_BYTES].copy_from_slice(stretched.expose());
    material[KEY_BYTES..].copy_from_slice(output);
    let key = crypto::derive(&material, salt, &[LABEL, vault, credential].concat());
    material.zeroize();
    Ok(key)
}
