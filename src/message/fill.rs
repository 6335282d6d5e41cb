//! What is said about filling.
//!
//! The key is in one message only, [`Write`], which goes from the background to one document and is no enum's variant, so
//! that no list of messages, log or comparison ever holds it.

use serde::{Deserialize, Serialize};

pub use crate::fill::ask::Past;
use crate::fill::field::Field;
use crate::fill::{Refusal, Trigger};
use crate::origin::HttpsOrigin;

/// From a frame to the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FrameRequest {
    /// The answer to [`FramePush::FillLook`]. A message of its own, since only messages have a sender that the browser
    /// vouches for.
    FillHere {
        /// Which question.
        ask: String,
        /// What has the focus.
        field: Option<Field>,
        /// Whether the frame has the keyboard.
        in_front: bool,
        /// When a person last put the focus somewhere in it, in milliseconds since 1970.
        touched_ms: u64,
        /// The origins around it, from its parent to the page.
        ancestors: Vec<String>,
    },
}

/// From a frame to the background, about the small sign in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SignRequest {
    /// The person is in a field: is the sign to be shown? Answered with [`Sign`].
    SignHere {},
    /// The person pressed it: the window opens.
    SignPressed {},
}

/// Whether the sign is shown: it is switched on, and the open vault has a key that is approved for the frame's origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sign {
    /// Decided anew for each field that a person goes to.
    pub shown: bool,
}

/// From the background to frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FramePush {
    /// To every frame of a tab: which field has the focus?
    FillLook {
        /// The name of the ask, by which the frame holds the field.
        ask: String,
    },
    /// To one document: the field again. Answered with a [`Field`], or `null` where it is not held.
    FillAgain {
        /// Of the ask.
        ask: String,
    },
}

/// From the background to one document: what is to be written. Answered with a [`Written`].
///
/// # Security
/// No `Debug`, no `Clone`, no `Deserialize`: it holds the key and lives for one call.
#[expect(missing_debug_implementations, reason = "it holds the key")]
#[derive(Serialize)]
#[serde(tag = "type", rename = "fillWrite", rename_all = "camelCase")]
pub struct Write<'a> {
    /// Of the ask.
    pub ask: &'a str,
    /// The facts that were judged: the frame writes only if they hold still.
    pub field: &'a Field,
    /// What is written.
    pub key: &'a str,
    /// In milliseconds since 1970: a frame that gets it later writes nothing. By then the person has been told that the
    /// page did not answer.
    pub until_ms: u64,
}

/// What became of a [`Write`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Written {
    /// It stands in the field.
    Filled,
    /// The field is not what it was a moment ago, or not held.
    Changed,
    /// The page did not let it stand.
    NotTaken,
}

/// From a page of the extension to the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PageRequest {
    /// The person asks in the popup. Answered with [`Asked`] when the window is open.
    Fill {
        /// The tab in front.
        tab_id: i32,
        /// The entry that was chosen there.
        entry: Option<String>,
    },
    /// What the window is about. Answered with [`Question`].
    FillPending {
        /// From the address of the window.
        ask: String,
    },
    /// Approves the origin in the window for one more entry. Answered with [`Question`].
    FillApprove {
        /// From the address of the window.
        ask: String,
        /// Which.
        entry: String,
    },
    /// The person confirms. Answered with [`Ended`].
    FillConfirm {
        /// From the address of the window.
        ask: String,
        /// Which.
        entry: String,
    },
    /// The person says no. Answered with [`Ended`].
    FillDecline {
        /// From the address of the window.
        ask: String,
    },
    /// The last fills since the browser was opened. Answered with a list of [`Past`], newest first.
    FillRecent {},
}

/// The answer to `fill`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The name of the ask; the window is open for it.
    pub ask: String,
}

/// The answer to `fillConfirm` and `fillDecline`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// Why nothing was filled; `None` where it was.
    pub refused: Option<Refusal>,
}

/// The answer to `fillPending` and `fillApprove`.
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time, on its way to a page"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Question {
    /// Nothing can be filled.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// There is no vault yet.
    NoVault,
    /// The vault has to be unlocked first.
    Locked {
        /// Where it is to be filled.
        origin: HttpsOrigin,
    },
    /// It is for the person to say.
    Open {
        /// What.
        open: Open,
    },
}

/// What the person is asked. What is odd about it is worked out by the page, which has the detectors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// Where.
    pub origin: HttpsOrigin,
    /// How it was asked for.
    pub trigger: Trigger,
    /// What kind of field.
    pub field: Field,
    /// The entries to choose from: those that are approved here first.
    pub entries: Vec<Choice>,
    /// The entry that was chosen before.
    pub chosen: Option<String>,
    /// All origins that any entry is approved for.
    pub approved: Vec<HttpsOrigin>,
}

/// One entry to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Its identifier.
    pub entry: String,
    /// What the person calls it.
    pub name: String,
    /// Who issues the key; empty where it is not known.
    pub provider: String,
    /// Whether it is approved for the origin.
    pub approved: bool,
    /// Whether an exposure is on record that no rotation followed.
    pub exposed: bool,
    /// Whether it was filled here before.
    pub used_here: bool,
}
