//! The names of records, and the identifiers in them.

use core::fmt;

use super::crypto;
use super::{Clock, VaultError};

/// What the names of all records of a vault begin with.
pub(super) const PREFIX: &str = "vault.";
pub(super) const MANIFEST_PREFIX: &str = "vault.manifest.";
pub(super) const ENTRY_PREFIX: &str = "vault.entry.";
/// The fingerprints that can be read while the vault is locked.
pub(super) const OWN_KEYS: &str = "vault.own-keys";

/// Names an entry for as long as it exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub(super) [u8; 16]);

impl EntryId {
    pub(super) fn make() -> Result<Self, VaultError> {
        crypto::make_random().map(EntryId)
    }

    /// Reads what `Display` writes: 32 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text).map(EntryId)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl fmt::Debug for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

/// Names one record that is written once: 48 bits of Unix time in milliseconds, then 80 random bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct RecordId(pub(super) [u8; 16]);

impl RecordId {
    pub(super) fn make(clock: &impl Clock) -> Result<Self, VaultError> {
        let mut id: [u8; 16] = crypto::make_random()?;
        id[..6].copy_from_slice(&clock.unix_ms().to_be_bytes()[2..]);
        Ok(RecordId(id))
    }

    /// When it was made, by the clock of then.
    pub(super) fn unix_ms(self) -> u64 {
        self.0[..6]
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    pub(super) fn manifest_name(self) -> String {
        format!("{MANIFEST_PREFIX}{}", Hex(&self.0))
    }

    pub(super) fn entry_name(self, entry: EntryId) -> String {
        format!("{ENTRY_PREFIX}{entry}.{}", Hex(&self.0))
    }

    pub(super) fn parse_manifest_name(name: &str) -> Option<Self> {
        parse_hex(name.strip_prefix(MANIFEST_PREFIX)?).map(RecordId)
    }

    pub(super) fn parse_entry_name(name: &str) -> Option<(EntryId, Self)> {
        let (entry, record) = name.strip_prefix(ENTRY_PREFIX)?.split_once('.')?;
        Some((EntryId::parse(entry)?, RecordId(parse_hex(record)?)))
    }
}

struct Hex<'a>(&'a [u8; 16]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.0, formatter)
    }
}

fn write_hex(bytes: &[u8; 16], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes
        .iter()
        .try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

fn parse_hex(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let digits = text.as_bytes();
    if digits.len() != 32
        || !digits
            .iter()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = core::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}
