//! Storing what the guard holds in the vault, as the person asks for in the notice.
//!
//! [`FrameRequest::StoreHeld`] is the one message in which a held key leaves its frame. It goes to the background, where the
//! guard looks whose hold it is and hands it on unread to the vault, which keeps the keys for some minutes; the page that
//! asks about them, like every other, sees none of them.

use serde::{Deserialize, Serialize};

use super::vault::{Bytes, Details, Presence};

/// From a frame to the background.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FrameRequest {
    /// The person wants to store what is held; is decided in the extension's window.
    StoreHeld {
        /// As `held` was answered.
        hold: String,
        /// Each once, in the order in which the notice lists them: [`HeldKey`]s, of which this leaves the keys where they are.
        keys: Vec<HeldKind>,
    },
}

/// From a frame to the background, about keys that are at home in the page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BornRequest {
    /// New keys of these kinds stand in the page, or were copied by it. Answered with [`Offered`].
    BornSeen {
        /// Numbers of the detectors that found them, one for each key.
        detectors: Vec<u16>,
    },
    /// The person wants to store keys that are at home in the page; is decided in the extension's window.
    StoreBorn {
        /// Each once.
        keys: Vec<HeldKey>,
        /// Whose account it seems to be; may be empty.
        account: String,
    },
}

/// The answer to `bornSeen`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offered {
    /// Numbers of the detectors whose keys are worth an offer here.
    pub offer: Vec<u16>,
    /// What is new, in words; a frame has the names of no keys. Empty where nothing is.
    pub title: String,
}

/// What kind of key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldKind {
    /// Number of the detector that found it.
    pub detector: u16,
}

/// A key as it stands in the page's text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldKey {
    /// Number of the detector that found it.
    pub detector: u16,
    /// UTF-8. It is cleaned before it is stored.
    pub key: Bytes,
}

/// What takes the keys' place in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Instead {
    /// That something was taken out.
    Redact,
    /// The name of an environment variable.
    Variable,
}

/// A variable that the person named otherwise than the detector does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// As the detector has it.
    pub usual: String,
    /// As the person wrote it: letters, digits and `_`.
    pub own: String,
}

impl Named {
    /// Where the person's name is another, and one that programs could read a variable by.
    pub fn of(usual: &str, own: &str) -> Option<Named> {
        let fits = |(at, byte): (usize, u8)| {
            byte == b'_' || byte.is_ascii_alphabetic() || at > 0 && byte.is_ascii_digit()
        };
        let is_name = !own.is_empty() && own.bytes().enumerate().all(fits);
        (is_name && own != usual && !usual.is_empty()).then(|| Named {
            usual: usual.to_owned(),
            own: own.to_owned(),
        })
    }
}

/// From the background to one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FramePush {
    /// What the person said to storing.
    Stored {
        /// As `held` was answered.
        hold: String,
        /// `None` where nothing is stored: the notice asks on.
        instead: Option<Instead>,
        /// One for each key that the frame sent, in its order, or none at all.
        names: Vec<Option<Named>>,
        /// As in [`super::FramePush::Release`].
        until_ms: u64,
    },
    /// What the person said to storing keys that are at home in the page.
    BornEnded {
        /// Whether they are stored.
        stored: bool,
    },
}

/// From the window to the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PageRequest {
    /// What is to be stored?
    StorePending {
        /// From the address of the window.
        hold: String,
    },
    /// The person said yes.
    StoreKeys {
        /// From the address of the window.
        hold: String,
        /// One for each key of the question, in its order.
        details: Vec<Details>,
        /// In the page.
        instead: Instead,
        /// One for each key, for [`Instead::Variable`].
        names: Vec<Option<Named>>,
        /// The entry whose key the only one takes the place of, where it is one that is at home.
        #[serde(default)]
        into: Option<String>,
    },
    /// The person said no.
    StoreDecline {
        /// From the address of the window.
        hold: String,
    },
}

/// The answer to `storePending`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Where they were held; `None` for an opaque origin, and where the page is gone.
    pub origin: Option<String>,
    /// Of the vault.
    pub presence: Presence,
    /// What is held.
    pub keys: Vec<KeyLine>,
    /// For keys that are at home in the page.
    pub born: Option<Born>,
}

/// What is asked besides about keys that are at home where they were seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Born {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Whose account it seems to be; may be empty.
    pub account: String,
    /// Whose place a single key can take; none as long as the vault is locked.
    pub predecessors: Vec<Predecessor>,
}

/// An entry whose key a new one can take the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Predecessor {
    /// Its identifier.
    pub entry: String,
    /// As the person calls it.
    pub name: String,
    /// Whether its rotation is under way and waits for the new key.
    pub is_waiting: bool,
}

/// A held key, without the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyLine {
    /// Identifier of the detector that found it.
    pub detector: String,
    /// Name of the entry that has it already; only known while the vault is open.
    pub known: Option<String>,
}

/// The answer to `storeKeys`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// Whether the page took what comes in place of the keys. They are stored in either case.
    pub delivered: bool,
}
