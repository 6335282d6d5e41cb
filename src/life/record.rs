//! What is kept of a key's life: sealed with the entry's details, as the field [`FIELD`] of its record (`docs/vault-format.md`).
//!
//! The bytes are parts behind each other: a tag (u8), a length (u32, big-endian), the content. Parts of an unknown tag are
//! kept as they are, so that a version which does not know them does not lose them. Keys are named by their *identity*, a
//! keyed fingerprint that the vault makes: it outlives the key and gives nothing of it away.

use super::amount::Amount;
use super::check::{Balance, Reading, Verdict};
use super::exposure::{Exposure, Kind};
use super::rotation::{Rotation, Ticked};
use super::watch::Watch;

/// The number of the field in an entry's record.
pub const FIELD: u16 = 1;
/// Keys that anything is remembered of: the present one and the earlier ones that a vault keeps, with room for those that an
/// exposure still names.
const MOST_KEYS: usize = 32;
/// Points of the balance's curve.
const MOST_POINTS: usize = 180;

const PERIOD: u8 = 1;
const KEY: u8 = 2;
const POINT: u8 = 3;
const EXPOSURE: u8 = 4;
const ROTATION: u8 = 5;
/// Of the rotation before it.
const PLACE: u8 = 6;
const WATCH: u8 = 7;

/// The keyed fingerprint of a key.
pub type Identity = [u8; 16];

/// What is kept of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// After how many days the key is to be replaced, where the person set it.
    pub period_days: Option<u16>,
    /// What is known of its keys, the one that was checked last first.
    pub keys: Vec<KeyLife>,
    /// What was left at each check, oldest first.
    pub points: Vec<Point>,
    /// When a key went where it does not belong, oldest first.
    pub exposures: Vec<Exposure>,
    /// The rotation that is under way, or over and not left.
    pub rotation: Option<Rotation>,
    /// What the person wants to be watched.
    pub watch: Option<Watch>,
    /// Parts of later versions.
    rest: Vec<(u8, Vec<u8>)>,
}

/// What is known of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLife {
    /// Which.
    pub identity: Identity,
    /// The last check.
    pub checked: Checked,
    /// When its issuer was last seen to take it.
    pub alive_ms: Option<u64>,
    /// When its issuer said that it is dead, and nothing else since.
    pub dead_ms: Option<u64>,
}

/// A check and how it came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// What the answer said.
    pub verdict: Verdict,
    /// What was left.
    pub balances: Vec<Balance>,
    /// After how many seconds it could be asked again.
    pub retry_s: Option<u32>,
}

/// What was left at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// How much.
    pub balance: Balance,
}

impl Record {
    /// What is known of a key.
    pub fn key(&self, identity: &Identity) -> Option<&KeyLife> {
        self.keys.iter().find(|key| key.identity == *identity)
    }

    /// Notes a check. What was seen before stays known where this one saw nothing: only a verdict about the key replaces
    /// another.
    pub fn note_check(&mut self, identity: Identity, at_ms: u64, reading: Reading) {
        let before = self.keys.iter().position(|key| key.identity == identity);
        let before = before.map(|place| self.keys.remove(place));
        let (mut alive_ms, mut dead_ms) =
            before.map_or((None, None), |key| (key.alive_ms, key.dead_ms));
        if reading.verdict.is_alive() {
            (alive_ms, dead_ms) = (Some(at_ms), None);
        } else if reading.verdict == Verdict::Dead {
            // The first time is the one that counts.
            dead_ms = dead_ms.or(Some(at_ms));
        }
        for balance in &reading.balances {
            self.points.push(Point {
                at_ms,
                balance: balance.clone(),
            });
        }
        if self.points.len() > MOST_POINTS {
            // What is long ago is kept in less detail, rather than not at all. Two by two: an issuer may tell two currencies.
            let (mut number, half) = (0, MOST_POINTS / 2);
            self.points.retain(|_| {
                number += 1;
                number > half || (number - 1) % 4 < 2
            });
        }
        let Reading {
            verdict,
            balances,
            retry_s,
        } = reading;
        self.keys.insert(
            0,
            KeyLife {
                identity,
                checked: Checked {
                    at_ms,
                    verdict,
                    balances,
                    retry_s,
                },
                alive_ms,
                dead_ms,
            },
        );
        if self.keys.len() > MOST_KEYS {
            // What an exposure waits for is not forgotten before it.
            let is_named = |key: &KeyLife| {
                let mut identities = self.exposures.iter().map(|exposure| exposure.identity);
                identities.any(|identity| identity == key.identity)
            };
            let unnamed = self.keys.iter().rposition(|key| !is_named(key));
            self.keys.remove(unnamed.unwrap_or(MOST_KEYS));
        }
    }

    /// Reads what [`Record::to_bytes`] wrote. `None` stands for none at all; what is not in the form is a bug, since it was
    /// sealed, and counts as an empty record rather than as a vault that does not open.
    pub fn parse(bytes: Option<&[u8]>) -> Self {
        bytes
            .and_then(|bytes| read(&mut Reader(bytes)))
            .unwrap_or_default()
    }

    /// As it is sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut part = |tag: u8, content: &[u8]| {
            bytes.push(tag);
            put_bytes(&mut bytes, content);
        };
        if let Some(days) = self.period_days {
            part(PERIOD, &days.to_be_bytes());
        }
        for key in &self.keys {
            part(KEY, &write_key(key));
        }
        for point in &self.points {
            let mut content = point.at_ms.to_be_bytes().to_vec();
            put_balance(&mut content, &point.balance);
            part(POINT, &content);
        }
        for exposure in &self.exposures {
            part(EXPOSURE, &write_exposure(exposure));
        }
        if let Some(rotation) = &self.rotation {
            part(ROTATION, &write_rotation(rotation));
            for place in &rotation.places {
                part(PLACE, place.as_bytes());
            }
        }
        if let Some(watch) = &self.watch {
            let mut content = vec![u8::from(watch.is_hourly)];
            content.extend(watch.low.iter().flat_map(|low| low.as_str().bytes()));
            part(WATCH, &content);
        }
        for (tag, content) in &self.rest {
            part(*tag, content);
        }
        bytes
    }
}

fn read(reader: &mut Reader<'_>) -> Option<Record> {
    let mut record = Record::default();
    while !reader.0.is_empty() {
        let tag = reader.u8()?;
        let content = reader.bytes()?;
        let mut part = Reader(content);
        match tag {
            PERIOD => record.period_days = Some(u16::from_be_bytes(part.array()?)),
            KEY => record.keys.push(read_key(&mut part)?),
            POINT => record.points.push(Point {
                at_ms: part.u64()?,
                balance: part.balance()?,
            }),
            EXPOSURE => record.exposures.push(read_exposure(&mut part)?),
            ROTATION => record.rotation = Some(read_rotation(&mut part)?),
            PLACE => {
                let place = std::str::from_utf8(part.0).ok()?.to_owned();
                part.0 = &[];
                record.rotation.as_mut()?.places.push(place);
            }
            WATCH => {
                let is_hourly = part.u8()? == 1;
                let low = std::str::from_utf8(part.0).ok()?;
                part.0 = &[];
                record.watch = Some(Watch {
                    is_hourly,
                    low: Amount::parse(low),
                });
            }
            _ => {
                record.rest.push((tag, content.to_vec()));
                continue;
            }
        }
        part.0.is_empty().then_some(())?;
    }
    Some(record)
}

fn write_key(key: &KeyLife) -> Vec<u8> {
    let mut bytes = key.identity.to_vec();
    bytes.extend(key.checked.at_ms.to_be_bytes());
    bytes.push(code_of(key.checked.verdict));
    bytes.extend(key.checked.retry_s.unwrap_or(u32::MAX).to_be_bytes());
    for time in [key.alive_ms, key.dead_ms] {
        bytes.extend(time.unwrap_or(0).to_be_bytes());
    }
    for balance in &key.checked.balances {
        put_balance(&mut bytes, balance);
    }
    bytes
}

fn read_key(part: &mut Reader<'_>) -> Option<KeyLife> {
    let identity = part.array()?;
    let (at_ms, verdict, retry_s) = (part.u64()?, part.u8()?, u32::from_be_bytes(part.array()?));
    let time = |ms: u64| (ms > 0).then_some(ms);
    let (alive_ms, dead_ms) = (time(part.u64()?), time(part.u64()?));
    let mut balances = Vec::new();
    while !part.0.is_empty() {
        balances.push(part.balance()?);
    }
    Some(KeyLife {
        identity,
        checked: Checked {
            at_ms,
            verdict: verdict_of(verdict)?,
            balances,
            retry_s: (retry_s != u32::MAX).then_some(retry_s),
        },
        alive_ms,
        dead_ms,
    })
}

fn write_exposure(exposure: &Exposure) -> Vec<u8> {
    let mut bytes = exposure.number.to_be_bytes().to_vec();
    bytes.extend(exposure.identity);
    bytes.extend(exposure.at_ms.to_be_bytes());
    bytes.push(exposure.kind.code());
    put_bytes(&mut bytes, exposure.place.as_bytes());
    if let Some((at_ms, reason)) = &exposure.dismissed {
        bytes.extend(at_ms.to_be_bytes());
        put_bytes(&mut bytes, reason.as_bytes());
    }
    bytes
}

fn read_exposure(part: &mut Reader<'_>) -> Option<Exposure> {
    Some(Exposure {
        number: u32::from_be_bytes(part.array()?),
        identity: part.array()?,
        at_ms: part.u64()?,
        kind: Kind::of_code(part.u8()?)?,
        place: part.text()?.to_owned(),
        dismissed: match part.0.is_empty() {
            true => None,
            false => Some((part.u64()?, part.text()?.to_owned())),
        },
    })
}

fn write_rotation(rotation: &Rotation) -> Vec<u8> {
    let Ticked {
        opened,
        moved,
        deleted,
        believed,
    } = rotation.ticked;
    let mut bytes = rotation.old.to_vec();
    bytes.extend(rotation.started_ms.to_be_bytes());
    bytes.extend([opened, moved, deleted, believed].map(u8::from));
    bytes
}

fn read_rotation(part: &mut Reader<'_>) -> Option<Rotation> {
    let (old, started_ms) = (part.array()?, part.u64()?);
    let [opened, moved, deleted, believed] = part.array::<4>()?.map(|byte| byte == 1);
    Some(Rotation {
        old,
        started_ms,
        ticked: Ticked {
            opened,
            moved,
            deleted,
            believed,
        },
        places: Vec::new(),
    })
}

/// In the order of their codes, which never changes.
const VERDICTS: [Verdict; 10] = [
    Verdict::Alive,
    Verdict::NoBalance,
    Verdict::Limited,
    Verdict::RateLimited,
    Verdict::Dead,
    Verdict::NotKnown,
    Verdict::Trouble,
    Verdict::Strange,
    Verdict::Unreached,
    Verdict::Late,
];

fn code_of(verdict: Verdict) -> u8 {
    let place = VERDICTS.iter().position(|other| *other == verdict);
    place
        .and_then(|place| u8::try_from(place).ok())
        .expect("all verdicts are in the table")
}

fn verdict_of(code: u8) -> Option<Verdict> {
    VERDICTS.get(usize::from(code)).copied()
}

fn put_bytes(bytes: &mut Vec<u8>, content: &[u8]) {
    let length = u32::try_from(content.len()).expect("parts are limited long before 4 GiB");
    bytes.extend(length.to_be_bytes());
    bytes.extend_from_slice(content);
}

fn put_balance(bytes: &mut Vec<u8>, balance: &Balance) {
    put_bytes(bytes, balance.currency.as_bytes());
    put_bytes(bytes, balance.total.as_str().as_bytes());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn balance(&mut self) -> Option<Balance> {
        Some(Balance {
            currency: self.text()?.to_owned(),
            total: Amount::parse(self.text()?)?,
        })
    }
}
