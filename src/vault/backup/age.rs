//! The part of the age format (age-encryption.org/v1) that a backup needs: one passphrase as the recipient, scrypt; binary and
//! armoured.
//!
//! The `age` crate does all of age in half a megabyte of Wasm; this is a tenth of it. What is read and written is tested against
//! that crate, against Debian's `age` program and with age's public test kit.

use base64ct::{Base64, Base64Unpadded, Encoding};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::AeadInOut};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::BackupError;
use crate::secret::Secret;
use crate::vault::crypto;

const VERSION_LINE: &[u8] = b"age-encryption.org/v1\n";
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT_BYTES: usize = 16;
const FILE_KEY_BYTES: usize = 16;
const NONCE_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
/// Bytes of text in a chunk of the payload.
const CHUNK_BYTES: usize = 64 * 1024;
/// Characters of a full line of a stanza's body and of armour.
const COLUMNS: usize = 64;
/// scrypt's block size; the memory is `128 · r · N` bytes.
const SCRYPT_R: u32 = 8;
/// 1 GiB: what a module can have. `age -p` writes 18.
const MOST_LOG_N: u8 = 20;

type FileKey = Secret<[u8; FILE_KEY_BYTES]>;

/// Encrypts for a passphrase; `log_n` is the work factor.
pub(super) fn encrypt(
    text: &[u8],
    passphrase: &Secret<Vec<u8>>,
    log_n: u8,
) -> Result<Vec<u8>, BackupError> {
    let random =
        |bytes: &mut [u8]| crypto::fill_random(bytes).map_err(|_| BackupError::NoRandomness);
    let file_key: FileKey = Secret::try_filled(|bytes: &mut [u8; FILE_KEY_BYTES]| random(bytes))?;
    let (mut salt, mut nonce) = ([0; SALT_BYTES], [0; NONCE_BYTES]);
    random(&mut salt)?;
    random(&mut nonce)?;
    let wrap_key = stretch(passphrase, &salt, log_n)?;
    // EXPOSE: the file key is sealed under the key of the passphrase.
    let body = seal_chunk(&wrap_key, &[0; 12], file_key.expose());
    let mut file = VERSION_LINE.to_vec();
    let salt = Base64Unpadded::encode_string(&salt);
    file.extend_from_slice(format!("-> scrypt {salt} {log_n}\n").as_bytes());
    file.extend_from_slice(format!("{}\n---", Base64Unpadded::encode_string(&body)).as_bytes());
    let mac = header_mac(&file_key, &file).finalize().into_bytes();
    file.extend_from_slice(format!(" {}\n", Base64Unpadded::encode_string(&mac)).as_bytes());
    file.extend_from_slice(&nonce);
    let key = payload_key(&file_key, &nonce);
    let chunks = text.len().div_ceil(CHUNK_BYTES).max(1);
    for number in 0..chunks {
        let chunk = &text[number * CHUNK_BYTES..text.len().min((number + 1) * CHUNK_BYTES)];
        file.extend_from_slice(&seal_chunk(
            &key,
            &chunk_nonce(number as u64, number + 1 == chunks),
            chunk,
        ));
    }
    Ok(file)
}

/// Decrypts a file, armoured or not.
///
/// # Errors
/// [`BackupError::NotABackup`] for what is not age with a passphrase, [`BackupError::TooCostly`] for a work factor beyond a
/// module's memory, [`BackupError::CannotOpen`] for a wrong passphrase and for damage.
pub(super) fn decrypt(
    file: &[u8],
    passphrase: &Secret<Vec<u8>>,
) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let unarmoured = unarmour(file)?;
    let file = unarmoured.as_deref().unwrap_or(file);
    let header = Header::parse(file)?;
    let file_key = header.unwrap(passphrase)?;
    header.decrypt(file, &file_key)
}

/// A recipient as it stands in the header.
struct Stanza<'a> {
    words: Vec<&'a str>,
    body: Vec<u8>,
}

struct Header<'a> {
    stanzas: Vec<Stanza<'a>>,
    mac: Vec<u8>,
    /// Bytes that the MAC covers.
    covered: usize,
    /// Where the payload begins.
    end: usize,
}

impl<'a> Header<'a> {
    fn parse(file: &'a [u8]) -> Result<Self, BackupError> {
        let mut lines = Lines { file, position: 0 };
        if !file.starts_with(VERSION_LINE) {
            return Err(BackupError::NotABackup);
        }
        lines.next()?;
        let mut stanzas = Vec::new();
        loop {
            let start = lines.position;
            let line = lines.next()?;
            if let Some(mac) = line.strip_prefix("--- ") {
                let mac = decode(mac)?;
                if mac.len() != 32 || stanzas.is_empty() {
                    return Err(BackupError::NotABackup);
                }
                return Ok(Header {
                    stanzas,
                    mac,
                    covered: start + 3,
                    end: lines.position,
                });
            }
            let words: Vec<&str> = line
                .strip_prefix("-> ")
                .ok_or(BackupError::NotABackup)?
                .split(' ')
                .collect();
            let printable = |word: &&str| {
                !word.is_empty() && word.bytes().all(|byte| (33..=126).contains(&byte))
            };
            if !words.iter().all(printable) {
                return Err(BackupError::NotABackup);
            }
            let mut body = Vec::new();
            loop {
                let line = lines.next()?;
                if line.len() > COLUMNS {
                    return Err(BackupError::NotABackup);
                }
                body.extend(decode(line)?);
                if line.len() < COLUMNS {
                    break;
                }
            }
            stanzas.push(Stanza { words, body });
        }
    }

    fn unwrap(&self, passphrase: &Secret<Vec<u8>>) -> Result<FileKey, BackupError> {
        // A passphrase stands alone: a second recipient could know the file without it.
        let [Stanza { words, body }] = &self.stanzas[..] else {
            return Err(BackupError::NotABackup);
        };
        let ["scrypt", salt, log_n] = words[..] else {
            return Err(BackupError::NotABackup);
        };
        let salt: [u8; SALT_BYTES] = decode(salt)?
            .try_into()
            .map_err(|_| BackupError::NotABackup)?;
        let canonical = !log_n.starts_with('0') && log_n.bytes().all(|byte| byte.is_ascii_digit());
        if !canonical || body.len() != FILE_KEY_BYTES + TAG_BYTES {
            return Err(BackupError::NotABackup);
        }
        let log_n = log_n
            .parse()
            .ok()
            .filter(|log_n| *log_n <= MOST_LOG_N)
            .ok_or(BackupError::TooCostly)?;
        let key = open_chunk(&stretch(passphrase, &salt, log_n)?, &[0; 12], body)?;
        Ok(Secret::filled(|bytes: &mut [u8; FILE_KEY_BYTES]| {
            bytes.copy_from_slice(&key)
        }))
    }

    fn decrypt(&self, file: &[u8], file_key: &FileKey) -> Result<Zeroizing<Vec<u8>>, BackupError> {
        header_mac(file_key, &file[..self.covered])
            .verify_slice(&self.mac)
            .map_err(|_| BackupError::CannotOpen)?;
        let (nonce, payload) = file[self.end..]
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(BackupError::CannotOpen)?;
        let key = payload_key(file_key, nonce);
        let mut text = Zeroizing::new(Vec::with_capacity(payload.len()));
        let count = payload.chunks(CHUNK_BYTES + TAG_BYTES).len();
        for (number, chunk) in payload.chunks(CHUNK_BYTES + TAG_BYTES).enumerate() {
            let opened = open_chunk(
                &key,
                &chunk_nonce(number as u64, number + 1 == count),
                chunk,
            )?;
            // Only an empty payload has an empty chunk.
            if opened.is_empty() && number > 0 {
                return Err(BackupError::CannotOpen);
            }
            text.extend_from_slice(&opened);
        }
        if count == 0 {
            Err(BackupError::CannotOpen)
        } else {
            Ok(text)
        }
    }
}

/// Lines of the header, each with its line feed.
struct Lines<'a> {
    file: &'a [u8],
    position: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, BackupError> {
        let rest = &self.file[self.position..];
        let length = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or(BackupError::NotABackup)?;
        self.position += length + 1;
        core::str::from_utf8(&rest[..length]).map_err(|_| BackupError::NotABackup)
    }
}

/// Canonical Base64 without padding.
fn decode(text: &str) -> Result<Vec<u8>, BackupError> {
    let bytes = Base64Unpadded::decode_vec(text).map_err(|_| BackupError::NotABackup)?;
    if Base64Unpadded::encode_string(&bytes) == text {
        Ok(bytes)
    } else {
        Err(BackupError::NotABackup)
    }
}

fn stretch(
    passphrase: &Secret<Vec<u8>>,
    salt: &[u8; SALT_BYTES],
    log_n: u8,
) -> Result<Secret<[u8; 32]>, BackupError> {
    let params = scrypt::Params::new(log_n, SCRYPT_R, 1).map_err(|_| BackupError::TooCostly)?;
    let salt = [SALT_LABEL, salt].concat();
    Secret::try_filled(|bytes: &mut [u8; 32]| {
        // EXPOSE: goes into scrypt.
        scrypt::scrypt(passphrase.expose(), &salt, &params, bytes)
            .map_err(|_| BackupError::TooCostly)
    })
}

fn header_mac(file_key: &FileKey, covered: &[u8]) -> Hmac<Sha256> {
    // EXPOSE: goes into the derivation.
    let key = crypto::derive(file_key.expose(), &[], b"header");
    // EXPOSE: goes into the MAC.
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.expose())
        .expect("HMAC takes keys of every length");
    mac.update(covered);
    mac
}

fn payload_key(file_key: &FileKey, nonce: &[u8; NONCE_BYTES]) -> Secret<[u8; 32]> {
    // EXPOSE: goes into the derivation.
    crypto::derive(file_key.expose(), nonce, b"payload")
}

/// 11 bytes that count the chunks, and one that says which is the last.
fn chunk_nonce(number: u64, is_last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(is_last);
    nonce
}

fn seal_chunk(key: &Secret<[u8; 32]>, nonce: &[u8; 12], text: &[u8]) -> Vec<u8> {
    // EXPOSE: the cipher wipes its copy when it is dropped.
    let cipher = ChaCha20Poly1305::new(key.expose().into());
    let mut sealed = text.to_vec();
    let tag = cipher
        .encrypt_inout_detached(nonce.into(), &[], sealed.as_mut_slice().into())
        .expect("a chunk is far below the limit of ChaCha20-Poly1305");
    sealed.extend_from_slice(&tag);
    sealed
}

fn open_chunk(
    key: &Secret<[u8; 32]>,
    nonce: &[u8; 12],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let (body, tag) = sealed
        .split_last_chunk::<TAG_BYTES>()
        .ok_or(BackupError::CannotOpen)?;
    // EXPOSE: as in `seal_chunk`.
    let cipher = ChaCha20Poly1305::new(key.expose().into());
    let mut text = Zeroizing::new(body.to_vec());
    cipher
        .decrypt_inout_detached(nonce.into(), &[], text.as_mut_slice().into(), tag.into())
        .map_err(|_| BackupError::CannotOpen)?;
    Ok(text)
}

const ARMOUR_BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const ARMOUR_END: &str = "-----END AGE ENCRYPTED FILE-----";

/// The file inside its armour; `None` where there is none. Strict: full lines of 64 columns but for the last, nothing around but blanks.
fn unarmour(file: &[u8]) -> Result<Option<Vec<u8>>, BackupError> {
    let trimmed = file.trim_ascii();
    if !trimmed.starts_with(ARMOUR_BEGIN.as_bytes()) {
        return Ok(None);
    }
    let text = core::str::from_utf8(trimmed).map_err(|_| BackupError::NotABackup)?;
    let mut lines = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line));
    if lines.next() != Some(ARMOUR_BEGIN) || lines.next_back() != Some(ARMOUR_END) {
        return Err(BackupError::NotABackup);
    }
    let lines: Vec<&str> = lines.collect();
    let (last, full) = lines.split_last().ok_or(BackupError::NotABackup)?;
    if full.iter().any(|line| line.len() != COLUMNS) || last.is_empty() || last.len() > COLUMNS {
        return Err(BackupError::NotABackup);
    }
    let encoded = lines.concat();
    let bytes = Base64::decode_vec(&encoded).map_err(|_| BackupError::NotABackup)?;
    if Base64::encode_string(&bytes) == encoded {
        Ok(Some(bytes))
    } else {
        Err(BackupError::NotABackup)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use super::*;

    /// The cases of age's public test kit, from the npm package `cctv-age` that scripts/setup installs.
    fn kit() -> Vec<(String, Vec<u8>)> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/node_modules/cctv-age/index.js"
        );
        let script =
            std::fs::read_to_string(path).expect("the age test kit is missing: run scripts/setup");
        let cases = script.lines().filter_map(|line| {
            let (name, rest) = line
                .strip_prefix("var ")?
                .split_once("_default = __toBinary(\"")?;
            Some((
                name.to_owned(),
                Base64::decode_vec(rest.split_once('"')?.0).unwrap(),
            ))
        });
        cases.collect()
    }

    /// The header of a case and the file behind it.
    fn split(case: &[u8]) -> (BTreeMap<String, String>, Vec<u8>) {
        let at = case.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = core::str::from_utf8(&case[..at]).unwrap();
        let fields: BTreeMap<_, _> = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let file = match fields.get("compressed") {
            Some(_) => miniz_oxide::inflate::decompress_to_vec_zlib(&case[at + 2..]).unwrap(),
            None => case[at + 2..].to_vec(),
        };
        (fields, file)
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn unhex(text: &str) -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    /// Cases with a passphrase are decrypted with it. Those of other recipients are refused as backups; with the file key
    /// that the kit gives, their armour, header and payload are tested all the same. Left out is only what the kit expects
    /// of those other recipients' own stanzas.
    #[test]
    fn public_test_kit() {
        let (mut with_passphrase, mut with_file_key, mut only_refused) = (0, 0, 0);
        for (name, case) in kit() {
            let (fields, file) = split(&case);
            let expect = fields["expect"].as_str();
            let check = |opened: Result<Zeroizing<Vec<u8>>, BackupError>| match (expect, opened) {
                ("success", Ok(text)) => {
                    assert_eq!(hex(&crypto::digest(&text)), fields["payload"], "{name}")
                }
                ("success", Err(error)) => panic!("{name}: {error:?}"),
                (_, opened) => assert!(opened.is_err(), "{name}: expected a {expect}"),
            };
            let passphrase = fields.get("passphrase").cloned().unwrap_or("any".into());
            let passphrase = Secret::new(passphrase.into_bytes());
            if fields.contains_key("passphrase") && !fields.contains_key("identity") {
                check(decrypt(&file, &passphrase));
                with_passphrase += 1;
                continue;
            }
            assert!(decrypt(&file, &passphrase).is_err(), "{name}");
            let of_another_recipient =
                ["x25519", "hybrid", "p256", "tag", "ssh", "mlkem", "stanza"];
            let is_of = |word: &&str| name.starts_with(word) || name.contains(&format!("_{word}"));
            if matches!(expect, "no match")
                || expect == "header failure" && of_another_recipient[..6].iter().any(is_of)
            {
                only_refused += 1;
                continue;
            }
            let Some(file_key) = fields.get("file key") else {
                only_refused += 1;
                continue;
            };
            let file_key: FileKey = Secret::filled(|bytes: &mut [u8; FILE_KEY_BYTES]| {
                bytes.copy_from_slice(&unhex(file_key))
            });
            let opened = unarmour(&file).and_then(|unarmoured| {
                let file = unarmoured.as_deref().unwrap_or(&file);
                Header::parse(file)?.decrypt(file, &file_key)
            });
            check(opened);
            with_file_key += 1;
        }
        assert!(
            with_passphrase >= 20 && with_file_key >= 60,
            "{with_passphrase} {with_file_key} {only_refused}"
        );
    }

    #[test]
    fn every_bit_flipped() {
        let passphrase = Secret::new(b"a passphrase".to_vec());
        let file = encrypt(b"a text", &passphrase, 1).unwrap();
        assert_eq!(decrypt(&file, &passphrase).unwrap().as_slice(), b"a text");
        let work_factor =
            file.iter().position(|byte| *byte == b'\n').unwrap() + 1 + "-> scrypt ".len() + 22 + 1;
        for bit in 0..file.len() * 8 {
            // Some work factors that a flip makes take gigabytes, which is refused, or seconds, which is not tested here.
            if bit / 8 == work_factor {
                continue;
            }
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(decrypt(&flipped, &passphrase).is_err(), "bit {bit}");
        }
        for length in 0..file.len() {
            assert!(
                decrypt(&file[..length], &passphrase).is_err(),
                "cut to {length}"
            );
        }
    }
}
