//! What the extension's pages say to the background about the life of a key. Frames have no message here.

use serde::{Deserialize, Serialize};

use super::vault;
use crate::life::amount::Amount;
use crate::life::check::{Balance, Verdict};
use crate::life::exposure::{self, Standing};
use crate::life::record;
use crate::life::rotation::{Due, Event, Step};
use crate::life::watch::Alert;
use crate::vault::log::{self, Kind};

/// From a page to the background. `entry` is an entry's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PageRequest {
    /// The person wants its issuer asked whether a key is still taken. Answered with [`Told`], after 15 seconds at most.
    CheckKey {
        /// Which.
        entry: String,
        /// Which of its keys: 0 for the present one, 1 for the one before, and so on.
        earlier: usize,
    },
    /// What is known of all entries. Answered with a list of [`EntryLife`].
    KeyLives {},
    /// What may be said with the vault locked, too. Answered with [`Summary`].
    LifeSummary {},
    /// What was recorded. Answered with [`Logged`].
    ReadLog {},
    /// After how many days a key is to be replaced; 0 for never, `None` for as most. Answered with [`EntryLife`].
    SetPeriod {
        /// Which.
        entry: String,
        /// At most ten years.
        days: Option<u16>,
    },
    /// What is to be watched of what is left. Answered with [`EntryLife`].
    SetWatch {
        /// Which.
        entry: String,
        /// Whether its issuer is asked by the hour while the vault is open; the page has asked for the permission.
        is_hourly: bool,
        /// What is too little.
        low: Option<Amount>,
    },
    /// Something happens to a rotation. Answered with [`EntryLife`].
    Rotate {
        /// Which.
        entry: String,
        /// What.
        event: Event,
    },
    /// The person has put the new key in a place where the old one was used, or has not after all. Answered with [`EntryLife`].
    TickPlace {
        /// Which.
        entry: String,
        /// An origin, or the person's own words.
        place: String,
        /// Whether it is there.
        done: bool,
    },
    /// The person knows that the present key went where it does not belong. Answered with [`EntryLife`].
    MarkExposed {
        /// Which.
        entry: String,
        /// Where, in their words; may be empty.
        place: String,
    },
    /// It does not matter. Answered with [`EntryLife`].
    DismissExposure {
        /// Which.
        entry: String,
        /// Which of its exposures.
        number: u32,
        /// Why, in the person's words; nothing happens without.
        reason: String,
    },
}

/// What may be said with the vault locked, too: numbers, and no names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Entries with an open exposure.
    pub exposed: u32,
    /// Entries that are due.
    pub overdue: u32,
    /// Entries of which too little is left, or that fall faster than ever.
    #[serde(default)]
    pub low: u32,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Logged {
    /// Newest first.
    pub events: Vec<LoggedEvent>,
    /// Whether something is missing, was changed, or cannot be read.
    pub is_damaged: bool,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedEvent {
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// What.
    pub kind: Kind,
    /// Identifier of the entry that it is about; empty for none.
    pub entry: String,
    /// Where; empty for nowhere.
    pub place: String,
    /// Ids of detectors, a verdict, or nothing.
    pub detail: String,
}

impl From<log::Event> for LoggedEvent {
    fn from(event: log::Event) -> Self {
        let log::Event {
            at_ms,
            kind,
            entry,
            place,
            detail,
        } = event;
        LoggedEvent {
            at_ms,
            kind,
            entry,
            place,
            detail,
        }
    }
}

/// How a check came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// What the answer said.
    pub verdict: Verdict,
    /// What is left, where the issuer tells.
    pub balances: Vec<Balance>,
    /// After how many seconds it may be asked again, where it said so.
    pub retry_s: Option<u32>,
}

impl From<record::Checked> for Checked {
    fn from(checked: record::Checked) -> Self {
        let record::Checked {
            at_ms,
            verdict,
            balances,
            retry_s,
        } = checked;
        Checked {
            at_ms,
            verdict,
            balances,
            retry_s,
        }
    }
}

/// The answer to `checkKey`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// How it came out.
    pub checked: Checked,
    /// Whether it was noted; where the vault was locked meanwhile, it was not.
    pub kept: bool,
}

/// What is known of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyLife {
    /// The last check, if there was one.
    pub checked: Option<Checked>,
    /// When its issuer was last seen to take it.
    pub alive_ms: Option<u64>,
    /// When its issuer said that it is dead, and nothing else since.
    pub dead_ms: Option<u64>,
}

impl From<&record::KeyLife> for KeyLife {
    fn from(key: &record::KeyLife) -> Self {
        KeyLife {
            checked: Some(key.checked.clone().into()),
            alive_ms: key.alive_ms,
            dead_ms: key.dead_ms,
        }
    }
}

/// What is known of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryLife {
    /// Its identifier.
    pub entry: String,
    /// The present key first, then the earlier ones.
    pub keys: Vec<KeyLife>,
    /// The period that the person set.
    pub period_days: Option<u16>,
    /// How it stands to its period.
    pub due: Due,
    /// When it is due, in milliseconds since 1970; `None` for never.
    pub due_ms: Option<u64>,
    /// Oldest first.
    pub exposures: Vec<Exposure>,
    /// The step of the rotation that is under way, or over and not left.
    pub step: Option<Step>,
    /// Which of `keys` is being replaced by it; `None` where the vault has forgotten it.
    pub old: Option<usize>,
    /// Where the new key is already, as the person ticked it off.
    pub places: Vec<String>,
    /// What was left at each check, oldest first.
    pub points: Vec<Point>,
    /// Whether its issuer is asked by the hour.
    pub is_hourly: bool,
    /// What is too little.
    pub low: Option<Amount>,
    /// What there is to be warned of.
    pub alerts: Vec<Alert>,
}

/// What was left at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// How much.
    pub balance: Balance,
}

impl From<&record::Point> for Point {
    fn from(point: &record::Point) -> Self {
        Point {
            at_ms: point.at_ms,
            balance: point.balance.clone(),
        }
    }
}

/// A time when a key went where it does not belong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// Names it within its entry.
    pub number: u32,
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// What happened.
    pub kind: exposure::Kind,
    /// Where; may be empty.
    pub place: String,
    /// Where it stands.
    pub standing: Standing,
    /// Why it was dismissed, where it was.
    pub reason: Option<String>,
}

/// Why a request came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Refusal {
    /// The vault is locked.
    #[error("the vault is locked")]
    Locked,
    /// There is none.
    #[error("there is no vault")]
    NoVault,
    /// No entry has this identifier, or it has not so many keys.
    #[error("no such key")]
    NoSuchKey,
    /// Nothing is known to ask the provider by.
    #[error("no check for this provider")]
    NoCheck,
    /// The provider's check is not for this kind of key.
    #[error("no check for this kind of key")]
    OtherKind,
    /// The person has not allowed the provider's host.
    #[error("the host is not allowed")]
    NotAllowed,
    /// The vault could not be read, or anything else failed.
    #[error("it failed")]
    Failed,
}

impl From<vault::Refusal> for Refusal {
    fn from(refusal: vault::Refusal) -> Self {
        match refusal {
            vault::Refusal::Locked => Refusal::Locked,
            vault::Refusal::NoVault => Refusal::NoVault,
            vault::Refusal::NoSuchEntry => Refusal::NoSuchKey,
            _ => Refusal::Failed,
        }
    }
}
