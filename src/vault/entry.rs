//! Entries: one stored key with its history and what the person says about it.
//!
//! An entry's record has two sealed parts: the details, which lists and searches need, and the keys with the notes, which
//! are opened only to fill, copy, show or export. Nothing in the details gives a key away.

use core::fmt;

use super::VaultError;
use super::bytes::{Reader, Writer};
use super::crypto::{self, Key};
use super::manifest::FORMAT;
use super::record::{EntryId, RecordId};
use crate::own_keys::ROW_BYTES;
use crate::secret::Secret;

const MAGIC: &[u8; 4] = b"KWVE";
/// Bytes of a key: room for a private key with its chain, no more.
pub const MOST_KEY_BYTES: usize = 64 * 1024;
/// Bytes of the notes.
pub const MOST_NOTES_BYTES: usize = 64 * 1024;
/// Bytes of every other text.
pub const MOST_TEXT_BYTES: usize = 1024;
/// Approved origins of one entry.
pub const MOST_ORIGINS: usize = 64;
/// Earlier keys of one entry; the oldest is dropped for a new one.
pub const MOST_EARLIER: usize = 16;

/// What the person says about a key. No part of it is the key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// How the person calls it.
    pub name: String,
    /// Who issues the key, by the name that the detectors use; empty where it is not known.
    pub provider: String,
    /// Whose key, or of which account.
    pub owner: String,
    /// What it may do, in the person's words.
    pub scope: String,
    /// What it is for, in the person's words.
    pub purpose: String,
    /// The environment variable that programs read it from.
    pub variable: String,
    /// Origins that it may be filled into, in ASCII as the browser serialises them. Checked by who adds them.
    pub origins: Vec<String>,
}

impl fmt::Debug for Details {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Details([REDACTED])")
    }
}

/// When and where a key was filled, copied or exported last.
#[derive(Clone, PartialEq, Eq)]
pub struct LastUse {
    /// Unix time in milliseconds.
    pub unix_ms: u64,
    /// The origin, or empty for a use without one.
    pub origin: String,
}

/// By what a key is recognised. Sealed with the details.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// HMAC of the key under a key that is derived from the vault key.
    pub(super) identity: [u8; 16],
    /// The row for the table of own keys.
    pub(super) row: Option<[u8; ROW_BYTES]>,
    /// Whether the key is made by a machine, so that its row may stand where it can be read while locked.
    pub(super) strong: bool,
}

/// An entry without its keys.
#[derive(Clone)]
pub struct Entry {
    pub(super) id: EntryId,
    pub(super) revision: u32,
    /// What the person says about it.
    pub details: Details,
    pub(super) created_ms: u64,
    pub(super) changed_ms: u64,
    pub(super) key_changed_ms: u64,
    pub(super) last_use: Option<LastUse>,
    /// Of the key, then of the earlier keys.
    pub(super) marks: Vec<Mark>,
    /// Fields of other parts of the program and of later versions, by number; kept as they are.
    pub(super) more: Vec<(u16, Vec<u8>)>,
}

impl Entry {
    /// Names the entry in every call of the vault.
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// Counts its changes. Whoever changes an entry says which revision was seen.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// When it was stored, in Unix milliseconds.
    pub fn created_ms(&self) -> u64 {
        self.created_ms
    }

    /// When anything of it was changed last, in Unix milliseconds.
    pub fn changed_ms(&self) -> u64 {
        self.changed_ms
    }

    /// Since when it has its present key, in Unix milliseconds: what rotation counts from.
    pub fn key_changed_ms(&self) -> u64 {
        self.key_changed_ms
    }

    /// The last use, if there was one.
    pub fn last_use(&self) -> Option<&LastUse> {
        self.last_use.as_ref()
    }

    /// A field that another part of the program keeps in the entry; see `unlocked/field.rs`.
    pub fn field(&self, number: u16) -> Option<&[u8]> {
        let field = self.more.iter().find(|(other, _)| *other == number);
        field.map(|(_, bytes)| bytes.as_slice())
    }

    /// The keyed fingerprint of its key (0), of the one before that (1), and so on. It names a key and gives nothing of it
    /// away; not for pages all the same.
    pub fn identity(&self, earlier: usize) -> Option<[u8; 16]> {
        self.marks.get(earlier).map(|mark| mark.identity)
    }

    /// Which of its keys a row of the table of own keys stands for: 0 is the present one.
    pub fn place_of_row(&self, row: &[u8; ROW_BYTES]) -> Option<usize> {
        self.marks
            .iter()
            .position(|mark| mark.row.as_ref() == Some(row))
    }

    /// How many earlier keys it has.
    pub fn earlier_count(&self) -> usize {
        self.marks.len().saturating_sub(1)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Entry({}, [REDACTED])", self.id)
    }
}

/// A key that an entry had before.
#[derive(Debug)]
pub struct EarlierKey {
    /// The key.
    pub key: Secret<String>,
    /// When another took its place, in Unix milliseconds.
    pub replaced_ms: u64,
}

/// The secret part of an entry.
#[derive(Debug)]
pub struct Keys {
    /// The key as it is now.
    pub key: Secret<String>,
    /// Those before it, newest first.
    pub earlier: Vec<EarlierKey>,
    /// Notes, which people put secrets into.
    pub notes: Secret<String>,
}

impl Keys {
    /// A key without history.
    pub fn new(key: Secret<String>, notes: Secret<String>) -> Self {
        Keys {
            key,
            earlier: Vec::new(),
            notes,
        }
    }
}

/// Refuses what would not fit.
///
/// # Errors
/// [`VaultError::TooLong`], [`VaultError::NoKey`].
pub(super) fn check_sizes(details: &Details, keys: &Keys) -> Result<(), VaultError> {
    let Details {
        name,
        provider,
        owner,
        scope,
        purpose,
        variable,
        origins,
    } = details;
    let texts = [name, provider, owner, scope, purpose, variable];
    let texts_fit = texts
        .into_iter()
        .chain(origins)
        .all(|text| text.len() <= MOST_TEXT_BYTES);
    // EXPOSE: lengths only.
    let (key_bytes, notes_bytes) = (keys.key.expose().len(), keys.notes.expose().len());
    if key_bytes == 0 {
        return Err(VaultError::NoKey);
    }
    let fits = texts_fit
        && origins.len() <= MOST_ORIGINS
        && key_bytes <= MOST_KEY_BYTES
        && notes_bytes <= MOST_NOTES_BYTES;
    if fits {
        Ok(())
    } else {
        Err(VaultError::TooLong)
    }
}

/// Seals an entry as the record `record`.
pub(super) fn seal(
    vault: &[u8; 16],
    record: RecordId,
    key: &Key,
    entry: &Entry,
    keys: &Keys,
) -> Result<Vec<u8>, VaultError> {
    let mut head = Writer::new();
    head.raw(MAGIC)
        .u8(FORMAT)
        .raw(vault)
        .raw(&entry.id.0)
        .raw(&record.0);
    let mut bytes = head.done().to_vec();
    let details = crypto::seal(
        key,
        &associated(&bytes, b"details"),
        &write_details(entry).done_padded(),
    )?;
    let keys = crypto::seal(
        key,
        &associated(&bytes, b"keys"),
        &write_keys(keys).done_padded(),
    )?;
    bytes.extend_from_slice(
        &u32::try_from(details.len())
            .expect("the details are limited")
            .to_be_bytes(),
    );
    bytes.extend_from_slice(&details);
    bytes.extend_from_slice(&keys);
    Ok(bytes)
}

/// A record whose sealed parts have not been opened.
pub(super) struct Sealed<'a> {
    head: &'a [u8],
    id: EntryId,
    details: &'a [u8],
    keys: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// Reads the record that stands under the name made of `vault`, `id` and `record`.
    pub(super) fn parse(
        bytes: &'a [u8],
        vault: &[u8; 16],
        id: EntryId,
        record: RecordId,
    ) -> Result<Self, VaultError> {
        let mut reader = Reader::new(bytes);
        let right = reader.raw(4)? == MAGIC
            && reader.u8()? == FORMAT
            && reader.raw(16)? == vault
            && reader.raw(16)? == id.0
            && reader.raw(16)? == record.0;
        if !right {
            return Err(VaultError::CannotOpen);
        }
        let details = reader.bytes()?;
        Ok(Sealed {
            head: &bytes[..53],
            id,
            details,
            keys: reader.rest(),
        })
    }

    /// The entry without its keys.
    pub(super) fn open_details(&self, key: &Key, revision: u32) -> Result<Entry, VaultError> {
        let text = crypto::open(key, &associated(self.head, b"details"), self.details)?;
        read_details(Reader::new_padded(&text)?, self.id, revision)
    }

    /// The keys.
    pub(super) fn open_keys(&self, key: &Key) -> Result<Keys, VaultError> {
        let text = crypto::open(key, &associated(self.head, b"keys"), self.keys)?;
        read_keys(Reader::new_padded(&text)?)
    }
}

fn associated(head: &[u8], part: &[u8]) -> Vec<u8> {
    [b"keyward/1/entry/", part, b"/", head].concat()
}

/// What the person says, as the details begin with it.
pub(super) fn write_said(details: &Details) -> Writer {
    let Details {
        name,
        provider,
        owner,
        scope,
        purpose,
        variable,
        origins,
    } = details;
    let mut writer = Writer::new();
    for text in [name, provider, owner, scope, purpose, variable] {
        writer.text(text);
    }
    writer.length(origins.len());
    for origin in origins {
        writer.text(origin);
    }
    writer
}

/// Reads what [`write_said`] wrote.
pub(super) fn read_said(reader: &mut Reader<'_>) -> Result<Details, VaultError> {
    let mut details = Details::default();
    let Details {
        name,
        provider,
        owner,
        scope,
        purpose,
        variable,
        origins,
    } = &mut details;
    for text in [name, provider, owner, scope, purpose, variable] {
        *text = reader.text()?.to_owned();
    }
    for _ in 0..reader.count(4)? {
        origins.push(reader.text()?.to_owned());
    }
    Ok(details)
}

fn write_details(entry: &Entry) -> Writer {
    let mut writer = write_said(&entry.details);
    writer
        .u64(entry.created_ms)
        .u64(entry.changed_ms)
        .u64(entry.key_changed_ms);
    match &entry.last_use {
        None => writer.u8(0),
        Some(last_use) => writer.u8(1).u64(last_use.unix_ms).text(&last_use.origin),
    };
    writer.length(entry.marks.len());
    for mark in &entry.marks {
        writer.raw(&mark.identity);
        match (&mark.row, mark.strong) {
            (None, _) => writer.u8(0),
            (Some(row), false) => writer.u8(1).raw(row),
            (Some(row), true) => writer.u8(2).raw(row),
        };
    }
    writer.length(entry.more.len());
    for (number, bytes) in &entry.more {
        writer.u16(*number).bytes(bytes);
    }
    writer
}

fn read_details(mut reader: Reader<'_>, id: EntryId, revision: u32) -> Result<Entry, VaultError> {
    let details = read_said(&mut reader)?;
    let (created_ms, changed_ms, key_changed_ms) = (reader.u64()?, reader.u64()?, reader.u64()?);
    let last_use = match reader.u8()? {
        0 => None,
        1 => Some(LastUse {
            unix_ms: reader.u64()?,
            origin: reader.text()?.to_owned(),
        }),
        _ => return Err(VaultError::CannotOpen),
    };
    let mut marks = Vec::new();
    for _ in 0..reader.count(17)? {
        let identity = reader.array()?;
        let (row, strong) = match reader.u8()? {
            0 => (None, false),
            1 => (Some(reader.array()?), false),
            2 => (Some(reader.array()?), true),
            _ => return Err(VaultError::CannotOpen),
        };
        marks.push(Mark {
            identity,
            row,
            strong,
        });
    }
    let mut more: Vec<(u16, Vec<u8>)> = Vec::new();
    for _ in 0..reader.count(6)? {
        let number = reader.u16()?;
        if more.last().is_some_and(|(last, _)| *last >= number) {
            return Err(VaultError::CannotOpen);
        }
        more.push((number, reader.bytes()?.to_vec()));
    }
    reader.done()?;
    Ok(Entry {
        id,
        revision,
        details,
        created_ms,
        changed_ms,
        key_changed_ms,
        last_use,
        marks,
        more,
    })
}

pub(super) fn write_keys(keys: &Keys) -> Writer {
    let mut writer = Writer::new();
    // EXPOSE: written into a buffer that is sealed and wiped.
    writer
        .text(keys.key.expose())
        .text(keys.notes.expose())
        .length(keys.earlier.len());
    for earlier in &keys.earlier {
        // EXPOSE: as above.
        writer.u64(earlier.replaced_ms).text(earlier.key.expose());
    }
    writer
}

pub(super) fn read_keys(mut reader: Reader<'_>) -> Result<Keys, VaultError> {
    let (key, notes) = (Secret::from(reader.text()?), Secret::from(reader.text()?));
    let mut earlier = Vec::new();
    for _ in 0..reader.count(12)? {
        earlier.push(EarlierKey {
            replaced_ms: reader.u64()?,
            key: Secret::from(reader.text()?),
        });
    }
    reader.done()?;
    Ok(Keys {
        key,
        earlier,
        notes,
    })
}
