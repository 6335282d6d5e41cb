//! What the modules of the background say to each other, through `extension/modules.js`, which hands it on unread.
//!
//! The *guard's* module (`src/bin/background`) knows tabs, frames and windows; the *vault's* (`src/bin/vault`) has everything that is secret.
//! No key, and nothing that a person wrote about one, goes from the vault's to the guard's: it would stay in a memory that
//! locking does not wipe. What a frame or a page gave of that kind is handed on as it came ([`Handed`]).

use serde::{Deserialize, Serialize};

use super::life::Summary;
use super::store::{HeldKey, Instead, Named};
use super::vault::Bytes;
use crate::fill::field::Field;
use crate::fill::{Refusal, Trigger};
use crate::life::exposure;
use crate::origin::HttpsOrigin;
use crate::vault::log::Kind;

/// In the session: what the vault's module asks about a key that is at home in a page, as long as its window is open.
pub const BIRTH: &str = "birth";

/// Alarms that are the vault's; every other one is the guard's.
pub const VAULT_ALARMS: [&str; 4] = [TICK_ALARM, CLIPBOARD_ALARM, HELD_ALARM, LIFE_ALARM];
/// Looks at the time while the vault is open.
pub const TICK_ALARM: &str = "vault";
/// Empties the clipboard.
pub const CLIPBOARD_ALARM: &str = "clipboard";
/// Forgets held keys whose time is up.
pub const HELD_ALARM: &str = "held";
/// Rings when the next key is due.
pub const LIFE_ALARM: &str = "life";

/// From the guard's module to the vault's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ToVault {
    /// The background woke up with a vault that may be open. Answered with [`Woken`].
    Woke {},
    /// The guard's module does not know what the icon says. It is told by [`ToGuard::Icon`].
    ShowIcon {},
    /// Something to be recorded.
    Record {
        /// What.
        kind: Kind,
        /// Where; empty for nowhere.
        place: String,
        /// Identifiers of detectors.
        detail: String,
    },
    /// What is kept for a hold is not going to be stored.
    ForgetHeld {
        /// Of the hold.
        hold: String,
    },
    /// A window was closed while there is a [`BIRTH`].
    WindowClosed {
        /// Its number.
        window: i32,
    },
    /// Makes the question for the window that asks about a fill. Answered with a [`super::fill::Question`].
    FillQuestion {
        /// Where.
        origin: HttpsOrigin,
        /// How it was asked for.
        trigger: Trigger,
        /// What kind of field.
        field: Field,
        /// The entry that was chosen before.
        chosen: Option<String>,
    },
    /// Whether any entry of the open vault may be filled into an origin; counts as no use. Answered with a [`super::fill::Sign`].
    IsApproved {
        /// Which.
        origin: HttpsOrigin,
    },
    /// Adds an origin to those of an entry. Answered with a [`super::fill::Ended`].
    Approve {
        /// Which.
        entry: String,
        /// Which.
        origin: HttpsOrigin,
    },
    /// Answered with [`Origins`].
    Origins {
        /// Of which entry.
        entry: String,
    },
    /// Reads a key and sends it to one document. Answered with a [`super::fill::Ended`].
    Write {
        /// Of the ask, whose grant is spent.
        ask: String,
        /// Whose document.
        tab: i32,
        /// It and no other.
        document: String,
        /// As it was judged.
        field: Field,
        /// Whose key.
        entry: String,
    },
    /// Notes where a key was filled.
    NoteUse {
        /// Whose.
        entry: String,
        /// Where.
        origin: HttpsOrigin,
    },
}

/// What frames and pages gave, handed on by the guard's module as it came.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Handed {
    /// As a frame sent it ([`super::store::FrameRequest`]): the hold is its own. Answered with [`Kept`].
    StoreHeld {
        /// The name of the hold.
        hold: String,
        /// With the keys.
        keys: Vec<HeldKey>,
    },
    /// A frame let through what has keys of the person's own in it, or they were seen leaving.
    Exposed {
        /// Which of the two.
        kind: exposure::Kind,
        /// These.
        own: Vec<Bytes>,
        /// Where; empty for what must not be written down.
        place: String,
    },
    /// A frame let through what the person said is no key. Answered with [`HarmlessRows`].
    Harmless {
        /// What rows were made with so far ([`crate::policy::Salt`]); empty where there are none.
        salt: Vec<u8>,
        /// The values.
        values: Vec<HeldKey>,
    },
}

/// From the vault's module to the guard's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ToGuard {
    /// The vault was locked: whatever is asked of it is over.
    VaultLocked {},
    /// Frames have to know of other keys than before.
    OwnKeysChanged {},
    /// What the icon says of keys.
    Icon {
        /// This.
        summary: Summary,
    },
    /// Answered with [`HoldOrigin`].
    HoldOrigin {
        /// Of which hold.
        hold: String,
    },
    /// Tells the frame of a hold what the person said to storing, and closes the window where it took that. Answered with a
    /// [`super::store::Ended`].
    Stored {
        /// Which.
        hold: String,
        /// As in [`super::store::FramePush::Stored`].
        instead: Option<Instead>,
        /// As there.
        names: Vec<Option<Named>>,
    },
}

/// The answer to [`ToVault::Woke`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Woken {
    /// Whether its time was up, so that it was locked now.
    pub locked: bool,
}

/// The answer to [`ToVault::Origins`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origins {
    /// For which it is approved.
    pub origins: Vec<HttpsOrigin>,
    /// Why they are not known.
    pub refused: Option<Refusal>,
}

/// The answer to [`Handed::StoreHeld`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Whether they are kept.
    pub kept: bool,
}

/// The answer to [`Handed::Harmless`]: what the values are recognised by from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HarmlessRows {
    /// What the rows were made with; random where none was given.
    pub salt: Vec<u8>,
    /// Of each value that is long enough for a row, the number of the detector that found it.
    pub detectors: Vec<u16>,
    /// Their rows ([`crate::policy::Row`]), one behind the other.
    pub rows: Vec<u8>,
}

/// The answer to [`ToGuard::HoldOrigin`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldOrigin {
    /// `None` for an opaque origin, and where the hold is gone.
    pub origin: Option<String>,
}

/// The answer where there is nothing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}
