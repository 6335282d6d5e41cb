//! Exposures: times when a key went, or may have gone, where it does not belong.
//!
//! One stays open until another key has taken its place *and* its issuer has said that it is dead; or until the person
//! dismisses it, with a reason. Which of these holds is worked out anew each time, so that nothing has to be remembered to be
//! closed.

use serde::{Deserialize, Serialize};

use super::record::{Identity, Record};

/// Exposures of one entry; of more, those that are closed go first, then the oldest.
const MOST: usize = 32;
/// Bytes of a place or a reason.
pub const MOST_TEXT_BYTES: usize = 256;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The person let it through where the guard had held it.
    LetThrough,
    /// It was seen leaving.
    SeenLeaving,
    /// It was found in a file that went somewhere.
    InFile,
    /// The person knows of it.
    ByHand,
}

/// In the order of their codes, which never change.
const KINDS: [Kind; 4] = [
    Kind::LetThrough,
    Kind::SeenLeaving,
    Kind::InFile,
    Kind::ByHand,
];

impl Kind {
    /// As it is stored.
    pub(crate) fn code(self) -> u8 {
        let place = KINDS.iter().position(|kind| *kind == self);
        place
            .and_then(|place| u8::try_from(place).ok())
            .expect("all kinds are in the table")
    }

    /// Reads what [`Kind::code`] gave.
    pub(crate) fn of_code(code: u8) -> Option<Kind> {
        KINDS.get(usize::from(code)).copied()
    }
}

/// An exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Names it within its entry; counts from 1 and is not used again.
    pub number: u32,
    /// Which key.
    pub identity: Identity,
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// What happened.
    pub kind: Kind,
    /// Where: an origin, or the person's words; may be empty.
    pub place: String,
    /// When the person dismissed it, and why.
    pub dismissed: Option<(u64, String)>,
}

/// Where an exposure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// The key is in use.
    Open,
    /// Another took its place; whether it is dead has not been seen.
    Replaced,
    /// Its issuer refuses it, and the entry still has it.
    Dead,
    /// Replaced and dead.
    Mended,
    /// The person said why it does not matter.
    Dismissed,
}

impl Standing {
    /// Whether something is left to do.
    pub fn is_open(self) -> bool {
        matches!(self, Standing::Open | Standing::Replaced | Standing::Dead)
    }
}

/// Where an exposure stands. `present` is the entry's key now.
pub fn standing(record: &Record, exposure: &Exposure, present: &Identity) -> Standing {
    if exposure.dismissed.is_some() {
        return Standing::Dismissed;
    }
    let key = record.key(&exposure.identity);
    let is_dead = key.is_some_and(|key| key.dead_ms.is_some());
    match (exposure.identity != *present, is_dead) {
        (true, true) => Standing::Mended,
        (true, false) => Standing::Replaced,
        (false, true) => Standing::Dead,
        (false, false) => Standing::Open,
    }
}

/// Whether any exposure of an entry is open.
pub fn is_exposed(record: &Record, present: &Identity) -> bool {
    record
        .exposures
        .iter()
        .any(|exposure| standing(record, exposure, present).is_open())
}

/// Notes one of a key; `present` is the entry's key now.
pub fn note(
    record: &mut Record,
    present: &Identity,
    identity: Identity,
    at_ms: u64,
    kind: Kind,
    place: &str,
) {
    let is_known = |known: &Exposure| {
        (known.identity, known.kind, known.place.as_str()) == (identity, kind, place)
            && standing(record, known, present).is_open()
    };
    // Seen by a program, which sees it again and again; what a person does counts each time.
    if matches!(kind, Kind::SeenLeaving | Kind::InFile) && record.exposures.iter().any(is_known) {
        return;
    }
    let number = record
        .exposures
        .iter()
        .map(|exposure| exposure.number)
        .max();
    let number = number.unwrap_or(0).saturating_add(1);
    if record.exposures.len() >= MOST {
        let closed = record
            .exposures
            .iter()
            .position(|exposure| !standing(record, exposure, present).is_open());
        record.exposures.remove(closed.unwrap_or(0));
    }
    record.exposures.push(Exposure {
        number,
        identity,
        at_ms,
        kind,
        place: shortened(place),
        dismissed: None,
    });
}

/// Dismisses one. Without a reason, or where it is not open, nothing happens.
pub fn dismiss(record: &mut Record, present: &Identity, now_ms: u64, number: u32, reason: &str) {
    let reason = shortened(reason.trim());
    let place = record
        .exposures
        .iter()
        .position(|exposure| exposure.number == number);
    let Some(place) = place.filter(|_| !reason.is_empty()) else {
        return;
    };
    if standing(record, &record.exposures[place], present).is_open() {
        record.exposures[place].dismissed = Some((now_ms, reason));
    }
}

/// As much of a text as is kept, of whole characters.
pub(super) fn shortened(text: &str) -> String {
    let mut end = text.len().min(MOST_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
