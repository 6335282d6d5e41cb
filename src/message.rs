//! What the contexts say to each other: plain objects with a `type`, defined here and nowhere else. A variant with fields
//! becomes such an object, one without becomes a text (`crate::web::js` has the form).
//!
//! *Frame* is the guard's script in a frame of a page, *page* one of the extension's own pages. The two have separate
//! requests, so that nothing that a frame sends can be taken for the word of a page. Where a request comes from is
//! never in it: the background takes it from the browser.
//!
//! Nothing here has a field for the text of a page, and none must be added.

#[cfg(feature = "vault")]
pub mod between;
pub mod fill;
#[cfg(feature = "vault")]
pub mod life;
#[cfg(feature = "vault")]
pub mod sites;
#[cfg(feature = "vault")]
pub mod store;
#[cfg(feature = "vault")]
pub mod transfer;
#[cfg(feature = "vault")]
pub mod vault;

use serde::{Deserialize, Serialize};

/// How a key was about to reach the page, or to leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Road {
    /// Pasted into a field.
    Paste,
    /// Dropped on a field.
    Drop,
    /// Typed into a field.
    Typed,
    /// Enter was pressed in a field that holds a key.
    Enter,
    /// Something that sends was clicked while a field held a key.
    Click,
    /// A form was submitted.
    Submit,
    /// Chosen, dropped or pasted in a file.
    File,
    /// Sent by the page of its own accord.
    Sending,
    /// In an address that the page goes to or opens.
    Address,
}

/// What a person chose in the notice in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Choice {
    /// Nothing arrives in the page.
    KeepOut,
    /// The text arrives without the key.
    Redact,
    /// The text arrives with the name of an environment variable in place of the key.
    Variable,
}

/// What the guard has to do in a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuardState {
    /// Whether to watch at all.
    pub on: bool,
    /// When a pause ends, in milliseconds since 1970; the frame checks it itself. `None` unless paused.
    pub until_ms: Option<u64>,
    /// Numbers of the detectors whose findings may pass on this origin. Frames know no ids; numbers are of this build.
    pub allowed: Vec<u16>,
    /// The table by which the person's own keys are recognised ([`crate::own_keys`]); `None` leaves the one that the frame has.
    pub own: Option<Vec<u8>>,
    /// The table of values that are no keys here, of the same form; empty where there are none.
    pub harmless: Option<Vec<u8>>,
    /// Whether fields may show the small sign by which a key is asked for ([`fill::SignRequest`]).
    pub sign: bool,
}

/// The number of what no detector found but the table of the person's own keys.
pub const OWN_KEY: u16 = u16::MAX;
/// Its name, where detectors have their lasting ones.
pub const OWN_KEY_ID: &str = "vault.key";

/// From a frame to the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FrameRequest {
    /// What is to be done here?
    GuardState {},
    /// Something was stopped.
    Held {
        /// On its way by.
        road: Road,
        /// Numbers of the detectors that found something.
        detectors: Vec<u16>,
    },
    /// The person asks to let it through; is answered in the extension's window.
    LetThrough {
        /// As [`FrameReply::Held`] named it.
        hold: String,
    },
    /// The person decided in the page.
    Decided {
        /// As [`FrameReply::Held`] named it.
        hold: String,
        /// What.
        choice: Choice,
    },
    /// Which findings may a page send of its own accord?
    Sending {},
}

/// The answers to [`FrameRequest`], in the same order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FrameReply {
    /// To `guardState`.
    State(GuardState),
    /// To `held`.
    Held {
        /// The name of what is held.
        hold: String,
        /// Where this lets all of it pass, nothing is held, and the frame shows no notice.
        state: GuardState,
    },
    /// To `letThrough`.
    Opened {
        /// Whether the window is on the screen.
        opened: bool,
    },
    /// To `decided`.
    Done {},
    /// To `sending`.
    Sending {
        /// Numbers of detectors.
        passing: Vec<u16>,
    },
}

/// From the background to frames, unasked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FramePush {
    /// Something about the guard's state changed, here or elsewhere: the frame asks `guardState` again, at once. Carries
    /// no state, since the background does not know the origins of the frames that it reaches.
    GuardStateChanged {},
    /// The decision on something held.
    Release {
        /// As [`FrameReply::Held`] named it.
        hold: String,
        /// Whether it may pass.
        allow: bool,
        /// In milliseconds since 1970: the frame ignores a decision that arrives later. By then the person has been told
        /// that the page has changed.
        until_ms: u64,
        /// Whether the frame is to answer with the values that pass, since the person said that they are no keys.
        values: bool,
    },
}

/// What the guard does on a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Mode {
    /// Watches.
    On,
    /// Does not watch for a while.
    Paused {
        /// In milliseconds since 1970.
        until_ms: u64,
    },
    /// Does not watch until the person switches it on again.
    Off,
}

/// What a person asks for; how long a pause lasts is not for a page to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SetMode {
    /// [`Mode::On`].
    On,
    /// [`Mode::Paused`], from now on.
    Paused,
    /// [`Mode::Off`].
    Off,
}

/// For how long a key may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// What is held now.
    Once,
    /// Also everything that the same detectors find on the same origin later.
    Always,
    /// Also the same values later: they are no keys.
    Harmless,
    /// Also the same values on the same origin later.
    HarmlessHere,
}

/// Why a key may pass, in the person's judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// A key of a test mode or a made-up one.
    TestKey,
    /// A key that no longer opens anything.
    Revoked,
    /// No key at all.
    FalseAlarm,
    /// The site is there to be given this key.
    SiteNeedsIt,
    /// In the person's own words, 200 characters at most.
    Other {
        /// These.
        words: String,
    },
}

/// From a page to the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PageRequest {
    /// Everything that the popup shows of a tab.
    Site {
        /// The tab in front.
        tab_id: i32,
        /// Whether it is in a private window.
        private: bool,
    },
    /// The switch in the popup. The origin is the one that the popup shows, so that a navigation behind it cannot make
    /// the switch act on another site.
    SetSite {
        /// As [`SiteReply::origin`] gave it.
        origin: String,
        /// To what.
        mode: SetMode,
        /// Whether the tab is in a private window: then nothing is written to the disk.
        private: bool,
    },
    /// Takes back a rule that the person made.
    WithdrawRule {
        /// Of the rule.
        origin: String,
        /// Of the rule.
        detector: String,
    },
    /// Takes back that a value is no key.
    WithdrawHarmless {
        /// Its place in [`GuardSettings::harmless`].
        index: usize,
        /// Of that value.
        created_ms: u64,
    },
    /// Everything that the person set about the guard.
    GuardSettings {},
    /// Switches the small sign in fields on or off, everywhere.
    SetSign {
        /// Off until a person switches it on.
        on: bool,
    },
    /// Switches a detector on or off, everywhere.
    SetDetectorOn {
        /// Its id.
        detector: String,
        /// To what.
        on: bool,
    },
    /// Switches the watch over what pages send of their own accord. The permission for it is asked for by the page.
    SetSending {
        /// To what.
        on: bool,
    },
    /// Has what one site sends of its own accord be watched, or not, while that is watched.
    SetSendingHere {
        /// As [`SiteReply::origin`] gave it.
        origin: String,
        /// To what.
        on: bool,
    },
    /// The last findings.
    Recent {
        /// Those of private windows too.
        private: bool,
    },
    /// The person has read that the settings were lost.
    LossSeen {},
    /// What the confirmation is about.
    Pending {
        /// From the address of the window.
        hold: String,
    },
    /// The person's answer in the confirmation.
    Answer {
        /// From the address of the window.
        hold: String,
        /// Whether it may pass.
        allow: bool,
        /// Only for what may pass.
        scope: Scope,
        /// Required for [`Scope::Always`], welcome for [`Scope::Once`].
        reason: Option<Reason>,
    },
}

/// A rule that lets one kind of key pass on one origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Where.
    pub origin: String,
    /// What.
    pub detector: String,
    /// Why.
    pub reason: Reason,
    /// In milliseconds since 1970.
    pub created_ms: u64,
}

/// A value that the person said is no key. What it is, nobody knows any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HarmlessValue {
    /// Where; `None` is everywhere.
    pub origin: Option<String>,
    /// What it was taken for.
    pub detector: String,
    /// In milliseconds since 1970.
    pub created_ms: u64,
}

/// How a finding ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The person has not decided yet.
    Waiting,
    /// Kept out: by choice, by closing the window, by leaving the page.
    KeptOut,
    /// Arrived without the key.
    Redacted,
    /// Arrived with the name of a variable.
    Variable,
    /// Let through by the person, this time.
    LetThroughOnce,
    /// Let through by the person, with a rule for the next times.
    LetThroughAlways,
    /// Passed by a rule, or because its detector is switched off.
    PassedByRule,
    /// Passed because the guard was off or paused.
    PassedWhileOff,
    /// Was to be let through, but the page had changed.
    PageChanged,
    /// Was seen leaving, where the browser lets nobody stop it.
    SeenLeaving,
    /// Was stopped while there was nobody to ask.
    Stopped,
}

/// Something that was found, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// `None` for an opaque origin.
    pub origin: Option<String>,
    /// By which road.
    pub road: Road,
    /// Which kinds.
    pub detectors: Vec<String>,
    /// In milliseconds since 1970.
    pub found_ms: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was let through, if the person said so.
    pub reason: Option<Reason>,
}

/// What became of the stored settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Loss {
    /// Nothing: they were read.
    None,
    /// They were damaged; the guard is on everywhere, and the damaged value was kept aside.
    KeptAside,
    /// The browser did not give them; the guard is on everywhere, and nothing is written until it does.
    Unavailable,
}

/// The answer to `site`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteReply {
    /// Whether the guard runs in the page in front.
    pub watched: bool,
    /// Of that page; `None` where it is opaque or not watched.
    pub origin: Option<String>,
    /// Of that origin.
    pub mode: Mode,
    /// Of that origin.
    pub rules: Vec<Rule>,
    /// On every site, newest first.
    pub recent: Vec<Finding>,
    /// Whether what the page sends of its own accord is watched; `None` where that is watched nowhere.
    pub sending: Option<bool>,
    /// Of the settings.
    pub loss: Loss,
}

/// The answer to `guardSettings`: what differs from a guard that watches everywhere for everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuardSettings {
    /// Ids of the detectors that are switched off. Ids of an earlier version may be among them.
    pub off: Vec<String>,
    /// Sites with another mode than [`Mode::On`].
    pub sites: Vec<SiteMode>,
    /// Of all sites.
    pub rules: Vec<Rule>,
    /// Whether what pages send of their own accord is watched, too.
    pub sending: bool,
    /// Sites where it is not, all the same.
    pub unwatched: Vec<String>,
    /// Whether fields may show the small sign.
    pub sign: bool,
    /// What the person said is no key, oldest first.
    pub harmless: Vec<HarmlessValue>,
    /// Of the settings.
    pub loss: Loss,
}

/// A site's mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteMode {
    /// Which.
    pub origin: String,
    /// Of it.
    pub mode: Mode,
}

/// The answer to `pending`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingReply {
    /// `None` for an opaque origin.
    pub origin: Option<String>,
    /// Which kinds.
    pub detectors: Vec<String>,
    /// By which road.
    pub road: Road,
    /// Whether [`Scope::Always`] can be chosen: not for opaque origins, and not in private windows.
    pub can_always: bool,
    /// Whether [`Scope::Harmless`] and [`Scope::HarmlessHere`] can be: not where the text cannot be read any more.
    pub can_harmless: bool,
}

/// The answer to `answer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answered {
    /// It was kept out.
    KeptOut,
    /// It passed.
    LetThrough,
    /// It passed, but the rule could not be stored.
    NotRemembered,
    /// The page had changed: nothing passed, and no rule was made.
    PageChanged,
}

/// The answers to [`PageRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PageReply {
    /// To `site`.
    Site(SiteReply),
    /// To `guardSettings`.
    Settings(GuardSettings),
    /// To `recent`.
    Recent(Vec<Finding>),
    /// To `pending`.
    Pending(PendingReply),
    /// To `answer`.
    Answered {
        /// What happened.
        answered: Answered,
    },
    /// To the others.
    Done {},
}

/// Why a request was not answered, as `{error: …}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Refusal {
    /// Not a message of this sender's kind, or not well-formed.
    #[error("message is not understood")]
    NotUnderstood,
    /// The sender is neither one of the extension's pages nor a frame of a tab.
    #[error("sender is not known")]
    UnknownSender,
    /// There is nothing held by that name, or it belongs to another document.
    #[error("nothing is held by that name")]
    UnknownHold,
    /// What is asked cannot be remembered: the origin is opaque or the reason is missing.
    #[error("nothing can be remembered about it")]
    NotRememberable,
    /// The browser did not store it; nothing has changed.
    #[error("settings could not be stored")]
    NotStored,
    /// The background failed; the guard counts as on.
    #[error("background failed")]
    Failed,
}
