//! The log of what happened: sealed to a public key of the vault, so that it is written while the vault is locked and read only
//! while it is open.
//!
//! Events are sealed in *segments*, one for each time that the vault was open or locked in one run of the browser. A segment has a
//! key of its own, agreed with the vault's public key (X25519), so that a year is read in a second; its events are
//! numbered, and it names the digest of the segment before it. `docs/vault-format.md` has the bytes.
//!
//! Invariants: what is in an event is chosen by [`Event`], which has no field for a key. Events of one segment cannot be
//! removed, changed or put into another order without that being seen, nor can a segment between two others; what was recorded
//! last can be cut off by whoever can write the profile, as it can be kept from being recorded.

use x25519_dalek::{PublicKey, StaticSecret};

use super::UnlockedVault;
use crate::secret::Secret;
use crate::vault::crypto::{self, Key, Purpose};
use crate::vault::{Clock, Storage, VaultError};

/// The vault's public key.
const PUBLIC: &str = "log.key";
/// Followed by the number of the segment, in ten digits.
const SEGMENT: &str = "log.segment.";
const VERSION: u8 = 1;
/// Version, number, time, public key of the segment, digest of the segment before.
const HEAD_BYTES: usize = 1 + 4 + 8 + 32 + 32;
/// A segment that is as long gets a successor.
const MOST_BYTES: usize = 48 * 1024;
/// Texts of an event are padded to a multiple of this, so that their lengths say little.
const PADDING: usize = 32;
/// How long events are kept.
pub const KEPT_MS: u64 = 365 * 24 * 60 * 60 * 1000;
/// Of a place or a detail.
const MOST_TEXT_BYTES: usize = 200;

/// What happened. The codes never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
pub enum Kind {
    /// The vault was opened.
    Unlocked = 1,
    /// It was locked.
    Locked = 2,
    /// It was tried with what does not open it.
    WrongTry = 3,
    /// A key was filled.
    Filled = 4,
    /// The guard held something.
    Held = 5,
    /// What was held did not go on, or not as it was.
    KeptOut = 6,
    /// What was held went on.
    LetThrough = 7,
    /// A key of the vault was let through, or was marked as leaked.
    Exposed = 8,
    /// A leak was dismissed.
    Dismissed = 9,
    /// An origin was approved for a key.
    Approved = 10,
    /// That was taken back.
    Withdrawn = 11,
    /// An issuer was asked about a key.
    Checked = 12,
    /// A key was stored.
    Stored = 13,
    /// It was replaced.
    Replaced = 14,
    /// It was removed.
    Removed = 15,
    /// It was shown or copied.
    Shown = 16,
    /// Keys were written into a file.
    Exported = 17,
    /// The ways into the vault were changed.
    Secured = 18,
}

/// In the order of their codes.
pub const KINDS: [Kind; 18] = [
    Kind::Unlocked,
    Kind::Locked,
    Kind::WrongTry,
    Kind::Filled,
    Kind::Held,
    Kind::KeptOut,
    Kind::LetThrough,
    Kind::Exposed,
    Kind::Dismissed,
    Kind::Approved,
    Kind::Withdrawn,
    Kind::Checked,
    Kind::Stored,
    Kind::Replaced,
    Kind::Removed,
    Kind::Shown,
    Kind::Exported,
    Kind::Secured,
];

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// What.
    pub kind: Kind,
    /// Identifier of the entry that it is about; empty for none.
    pub entry: String,
    /// An origin, or nothing.
    pub place: String,
    /// The kinds of keys, a verdict, or nothing.
    pub detail: String,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// Oldest first.
    pub events: Vec<Event>,
    /// Whether something is missing, changed, or cannot be read.
    pub is_damaged: bool,
}

/// The segment that is being written, without its bytes. Whoever has it reads this segment and no other: for the session only.
#[derive(Debug)]
pub struct Open {
    number: u32,
    key: Key,
}

impl Open {
    /// Which segment.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// To be kept in the session.
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut bytes = Vec::with_capacity(36);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        // EXPOSE: from one secret into another.
        bytes.extend_from_slice(self.key.expose());
        Secret::new(bytes)
    }

    /// Reads what [`Open::to_bytes`] wrote.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        let key: [u8; 32] = rest.try_into().ok()?;
        Some(Open {
            number: u32::from_be_bytes(*number),
            key: Secret::new(key),
        })
    }
}

/// Records an event, in the segment that is open or in a new one. Where there is no vault nothing is recorded, and `None` given.
///
/// # Errors
/// Those of the storage; [`VaultError::NoRandomness`].
pub async fn append(
    disk: &impl Storage,
    open: Option<Open>,
    event: &Event,
) -> Result<Option<Open>, VaultError> {
    let known = open
        .as_ref()
        .map_or_else(String::new, |open| name(open.number));
    let mut records = disk.get(&[PUBLIC.to_owned(), known]).await?;
    let segment = records.pop().flatten();
    let Some(public) = records.pop().flatten() else {
        return Ok(None);
    };
    let (open, mut bytes) = match (open, segment) {
        (Some(open), Some(bytes)) if bytes.len() < MOST_BYTES => (open, bytes),
        _ => begin(disk, &public, event.at_ms).await?,
    };
    let associated = associated(&bytes, sealed_of(&bytes).count());
    let sealed = crypto::seal(&open.key, &associated, &write(event))?;
    bytes.extend_from_slice(&u16::try_from(sealed.len()).unwrap_or(0).to_be_bytes());
    bytes.extend_from_slice(&sealed);
    disk.set(&[(name(open.number), bytes)]).await?;
    Ok(Some(open))
}

/// A segment without events, behind the last one; what is older than a year goes.
async fn begin(
    disk: &impl Storage,
    public: &[u8],
    now_ms: u64,
) -> Result<(Open, Vec<u8>), VaultError> {
    let public: [u8; 32] = public.try_into().map_err(|_| VaultError::CannotOpen)?;
    let numbers = numbers(disk).await?;
    let last = numbers.last().copied();
    let before = match last {
        Some(last) => disk.get(&[name(last)]).await?.pop().flatten(),
        None => None,
    };
    prune(disk, &numbers, now_ms).await?;
    let own = Secret::new(crypto::make_random::<32>()?);
    let secret = secret_of(&own);
    let ephemeral = PublicKey::from(&secret);
    let key = agree(&secret, &public, ephemeral.as_bytes(), &public);
    let number = last.map_or(0, |last| last.saturating_add(1));
    let mut head = Vec::with_capacity(HEAD_BYTES);
    head.push(VERSION);
    head.extend_from_slice(&number.to_be_bytes());
    head.extend_from_slice(&now_ms.to_be_bytes());
    head.extend_from_slice(ephemeral.as_bytes());
    head.extend_from_slice(&before.map_or([0; 32], |before| crypto::digest(&before)));
    Ok((Open { number, key }, head))
}

/// Removes segments all of whose events are too old: those behind which an old one begins.
async fn prune(disk: &impl Storage, numbers: &[u32], now_ms: u64) -> Result<(), VaultError> {
    for pair in numbers.windows(2) {
        let next = disk.get(&[name(pair[1])]).await?.pop().flatten();
        let began_ms = next.as_deref().and_then(began_ms).unwrap_or(u64::MAX);
        if began_ms.saturating_add(KEPT_MS) > now_ms {
            break;
        }
        disk.remove(&[name(pair[0])]).await?;
    }
    Ok(())
}

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// Puts the public key where it is found while the vault is locked, if it is not there as it should be.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn write_log_key(&self) -> Result<(), VaultError> {
        let public = PublicKey::from(&self.log_secret()).to_bytes().to_vec();
        let stored = self
            .storage
            .get(&[PUBLIC.to_owned()])
            .await?
            .pop()
            .flatten();
        if stored.as_ref() != Some(&public) {
            self.storage.set(&[(PUBLIC.to_owned(), public)]).await?;
        }
        Ok(())
    }

    /// All events that can be read.
    ///
    /// # Errors
    /// Those of the storage. What is damaged is told by [`Events::is_damaged`].
    pub async fn read_log(&self) -> Result<Events, VaultError> {
        let secret = self.log_secret();
        let public = PublicKey::from(&secret).to_bytes();
        let mut read = Events::default();
        let mut before: Option<(u32, [u8; 32])> = None;
        let now_ms = self.clock.unix_ms();
        for number in numbers(&self.storage).await? {
            let bytes = self.storage.get(&[name(number)]).await?.pop().flatten();
            let bytes = bytes.unwrap_or_default();
            let linked = bytes.get(HEAD_BYTES - 32..HEAD_BYTES).unwrap_or_default();
            let fits = match before {
                Some((last, digest)) => last.checked_add(1) == Some(number) && linked == digest,
                // What is older than a year was removed, and nothing else.
                None => {
                    let began_ms = began_ms(&bytes).unwrap_or(u64::MAX);
                    number == 0 || began_ms.saturating_add(KEPT_MS) <= now_ms
                }
            };
            let all = read_segment(&secret, &public, number, &bytes, &mut read.events);
            read.is_damaged |= !fits || all.is_none();
            before = Some((number, crypto::digest(&bytes)));
        }
        Ok(read)
    }

    fn log_secret(&self) -> StaticSecret {
        secret_of(&crypto::derive_key(&self.vault_key, Purpose::Log))
    }
}

/// Removes all of it.
///
/// # Errors
/// Those of the storage.
pub async fn remove_log(disk: &impl Storage) -> Result<(), VaultError> {
    let mut names: Vec<String> = numbers(disk).await?.into_iter().map(name).collect();
    names.push(PUBLIC.to_owned());
    Ok(disk.remove(&names).await?)
}

/// `None` where anything of it cannot be read; what can is added to the events.
fn read_segment(
    secret: &StaticSecret,
    public: &[u8; 32],
    number: u32,
    bytes: &[u8],
    events: &mut Vec<Event>,
) -> Option<()> {
    let head = bytes.get(..HEAD_BYTES)?;
    let ephemeral: &[u8; 32] = head[13..45].try_into().ok()?;
    if head[0] != VERSION || head[1..5] != number.to_be_bytes() {
        return None;
    }
    let key = agree(secret, ephemeral, ephemeral, public);
    for (count, sealed) in sealed_of(bytes).enumerate() {
        let text = crypto::open(&key, &associated(bytes, count), sealed?).ok()?;
        // One of a later version is left out, and no damage.
        events.extend(parse(&text));
    }
    Some(())
}

/// The sealed events of a segment; `None` for what is cut off in the middle, and nothing behind that.
fn sealed_of(segment: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = segment.get(HEAD_BYTES..).unwrap_or_default();
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let sealed = rest.split_first_chunk().and_then(|(length, behind)| {
            behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))
        });
        rest = sealed.map_or(&[], |(_, behind)| behind);
        Some(sealed.map(|(sealed, _)| sealed))
    })
}

/// Binds an event to its segment and its place there.
fn associated(segment: &[u8], count: usize) -> Vec<u8> {
    let mut bytes = segment[..HEAD_BYTES.min(segment.len())].to_vec();
    bytes.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    bytes
}

/// The key of a segment, between its own key pair and the vault's.
fn agree(secret: &StaticSecret, other: &[u8; 32], ephemeral: &[u8; 32], public: &[u8; 32]) -> Key {
    let shared = secret.diffie_hellman(&PublicKey::from(*other));
    let salt = [&ephemeral[..], &public[..]].concat();
    crypto::derive(shared.as_bytes(), &salt, b"keyward/1/log/segment")
}

fn secret_of(bytes: &Key) -> StaticSecret {
    // EXPOSE: from one secret into another, which wipes itself, too.
    StaticSecret::from(*bytes.expose())
}

fn write(event: &Event) -> Vec<u8> {
    let mut bytes = vec![event.kind as u8];
    bytes.extend_from_slice(&event.at_ms.to_be_bytes());
    for text in [&event.entry, &event.place, &event.detail] {
        let text = shortened(text);
        bytes.push(u8::try_from(text.len()).unwrap_or(0));
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(PADDING), 0);
    bytes
}

fn parse(bytes: &[u8]) -> Option<Event> {
    let (kind, rest) = bytes.split_first()?;
    let (at_ms, mut rest) = rest.split_first_chunk()?;
    let mut text = || {
        let (length, behind) = rest.split_first()?;
        let (text, behind) = behind.split_at_checked(usize::from(*length))?;
        rest = behind;
        String::from_utf8(text.to_vec()).ok()
    };
    Some(Event {
        kind: *KINDS.get(usize::from(kind.checked_sub(1)?))?,
        at_ms: u64::from_be_bytes(*at_ms),
        entry: text()?,
        place: text()?,
        detail: text()?,
    })
}

fn shortened(text: &str) -> &str {
    let mut end = text.len().min(MOST_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn name(number: u32) -> String {
    format!("{SEGMENT}{number:010}")
}

/// In their order.
async fn numbers(disk: &impl Storage) -> Result<Vec<u32>, VaultError> {
    let names = disk.names(SEGMENT).await?;
    let mut numbers: Vec<u32> = names
        .iter()
        .filter_map(|name| name.strip_prefix(SEGMENT)?.parse().ok())
        .collect();
    crate::vault::sorted::sort(&mut numbers, |one, other| one < other);
    Ok(numbers)
}

fn began_ms(segment: &[u8]) -> Option<u64> {
    let bytes = segment.get(5..13)?.try_into().ok()?;
    Some(u64::from_be_bytes(bytes))
}
