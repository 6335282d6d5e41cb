//! Replacing a key in time: when it is due, and the guide from the provider's page to the proven death of the old key.
//!
//! The guide remembers only what cannot be seen: which key is being replaced, and what the person ticked off. Where it stands follows
//! from that and from the entry itself, so that it can be left at any step, a background can die between any two, and a key
//! that was replaced elsewhere is not asked for again.

use serde::{Deserialize, Serialize};

use super::exposure::shortened;
use super::record::{Identity, Record};

/// The period where the person set none.
pub const DEFAULT_DAYS: u16 = 90;
/// The longest; a key that is older is not looked after.
pub const MOST_DAYS: u16 = 3650;
/// How long before it is due a key is called so.
const SOON_MS: u64 = 14 * DAY_MS;
/// Places that are ticked off one by one.
const MOST_PLACES: usize = 64;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How an entry stands to its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Due {
    /// The person wants no reminder of it.
    Never,
    /// Not for some time.
    Later,
    /// Within two weeks.
    Soon,
    /// It was.
    Overdue,
}

/// How an entry stands, and when it is due in milliseconds since 1970; none where it never is. A clock that went back
/// behind the day of the key makes nothing due.
pub fn due(period_days: Option<u16>, key_changed_ms: u64, now_ms: u64) -> (Due, Option<u64>) {
    let days = period_days.unwrap_or(DEFAULT_DAYS);
    if days == 0 {
        return (Due::Never, None);
    }
    let due_ms = key_changed_ms.saturating_add(u64::from(days) * DAY_MS);
    // A short period would be "soon" from its first day.
    let soon_ms = SOON_MS.min(u64::from(days) * DAY_MS / 4);
    let due = match now_ms {
        now_ms if now_ms >= due_ms => Due::Overdue,
        now_ms if now_ms >= due_ms - soon_ms => Due::Soon,
        _ => Due::Later,
    };
    (due, Some(due_ms))
}

/// A rotation that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The key that is being replaced.
    pub old: Identity,
    /// In milliseconds since 1970.
    pub started_ms: u64,
    /// What the person ticked off.
    pub ticked: Ticked,
    /// The places that the person ticked off: the new key is there. Each once.
    pub places: Vec<String>,
}

/// What only the person knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// They have been on the provider's page.
    pub opened: bool,
    /// The new key is wherever the old one was used.
    pub moved: bool,
    /// The old key was deleted at the provider's.
    pub deleted: bool,
    /// They take their own word for its death, where nobody can be asked.
    pub believed: bool,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// Open the provider's page and make a new key there.
    OpenPage,
    /// Store it in the entry's place.
    StoreNew,
    /// Put it wherever the old one was used.
    MoveUses,
    /// Delete the old one at the provider's.
    DeleteOld,
    /// Ask the provider about the old one, which has to be refused.
    ProveDead,
    /// The old key is dead: its provider said so.
    Done,
    /// The person says that it is dead; nobody else did.
    Believed,
}

impl Step {
    /// Whether nothing is left to do.
    pub fn is_end(self) -> bool {
        matches!(self, Step::Done | Step::Believed)
    }
}

/// What happens to a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// The person begins. One that is under way goes on, unless the key was replaced since and that is over.
    Begin,
    /// They have been on the provider's page.
    Opened,
    /// The new key is wherever it has to be.
    Moved,
    /// The old one was deleted.
    Deleted,
    /// Its death cannot be proven, and they take their word for it.
    Believed,
    /// They go back to the step before.
    Back,
    /// They give it up; or it is over and is not to be shown any more. Keys and what is known of them stay as they are.
    Leave,
}

/// Where a rotation stands. `present` is the entry's key now.
pub fn step(record: &Record, rotation: &Rotation, present: &Identity) -> Step {
    let Ticked {
        opened,
        moved,
        deleted,
        believed,
    } = rotation.ticked;
    let is_replaced = rotation.old != *present;
    let is_dead = record
        .key(&rotation.old)
        .is_some_and(|key| key.dead_ms.is_some());
    match (is_replaced, is_dead) {
        (false, _) if !opened => Step::OpenPage,
        (false, _) => Step::StoreNew,
        (true, _) if !moved => Step::MoveUses,
        (true, true) => Step::Done,
        (true, false) if !deleted => Step::DeleteOld,
        (true, false) if believed => Step::Believed,
        (true, false) => Step::ProveDead,
    }
}

/// Ticks off a place where the old key was used, or takes that back.
pub fn tick(record: &mut Record, place: &str, done: bool) {
    let Some(rotation) = &mut record.rotation else {
        return;
    };
    rotation.places.retain(|known| known != place);
    if done && rotation.places.len() < MOST_PLACES {
        rotation.places.push(shortened(place));
    }
}

/// Lets something happen. What does not fit the step changes nothing: it was sent by a page that showed an older one.
pub fn advance(record: &mut Record, present: Identity, now_ms: u64, event: Event) {
    if event == Event::Begin {
        let is_over = record
            .rotation
            .as_ref()
            .is_none_or(|rotation| step(record, rotation, &present).is_end());
        if is_over {
            record.rotation = Some(Rotation {
                old: present,
                started_ms: now_ms,
                ticked: Ticked::default(),
                places: Vec::new(),
            });
        }
        return;
    }
    let Some(mut rotation) = record.rotation.take() else {
        return;
    };
    let step = step(record, &rotation, &present);
    let ticked = &mut rotation.ticked;
    match (event, step) {
        (Event::Leave, _) => return,
        (Event::Opened, Step::OpenPage) => ticked.opened = true,
        (Event::Moved, Step::MoveUses) => ticked.moved = true,
        (Event::Deleted, Step::DeleteOld) => ticked.deleted = true,
        (Event::Believed, Step::ProveDead) => ticked.believed = true,
        (Event::Back, Step::StoreNew) => ticked.opened = false,
        (Event::Back, Step::DeleteOld | Step::Done) => ticked.moved = false,
        (Event::Back, Step::ProveDead) => ticked.deleted = false,
        (Event::Back, Step::Believed) => ticked.believed = false,
        _ => {}
    }
    record.rotation = Some(rotation);
}
