//! Decisions without effects: what the guard does on a site, what is held, who may let it through.
//!
//! [`Policy`] is told what happened and answers with a reply and with [`Effect`]s, which the background carries out. It
//! has no clock, no storage and no browser; all of it runs in native tests.
//!
//! Words: a *place* is the document of a frame that sent something, as the browser describes it. A *hold* is something
//! that a frame stopped and that the person has not decided on. A *rule* lets one detector's findings pass on one origin.
//!
//! Invariants:
//! - Nothing is remembered about an opaque origin, and nothing of a private window reaches the disk.
//! - A frame names a hold only if the very same document made it.
//! - Only a page of the extension lets a key through, one hold at a time, and only into the document that asked.
//! - No text of a page is kept: there is no field for it.

mod change;
mod harmless;
mod sending;
mod session;
mod settings;

pub use harmless::{Harmless, Row, Rows, Salt, StoredHarmless};
pub use session::{Hold, Session, StoredSession};
pub use settings::{PAUSE_MS, Settings, SettingsError, StoredSettings};

use crate::detect;
use crate::message::{
    Answered, Choice, Finding, FrameReply, FrameRequest, GuardSettings, GuardState, Loss, Mode,
    OWN_KEY, OWN_KEY_ID, Outcome, PendingReply, Reason, Refusal, Road, Scope, SiteReply,
};
use crate::origin::{Origin, WebOrigin};

/// A document in a frame of a tab, as the browser describes the sender of a message.
#[derive(Clone, Debug)]
pub struct Place {
    /// Whose frame.
    pub tab: i32,
    /// 0 is the page itself.
    pub frame: i64,
    /// Changes with every navigation.
    pub document: String,
    /// As the browser says, never as the page says.
    pub origin: Origin,
    /// Whether the tab is in a private window.
    pub private: bool,
}

/// What the background has to do after a decision, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write the session to the memory that survives the death of the background.
    SaveSession,
    /// Write the settings to the disk, and tell every frame.
    SaveSettings,
    /// Tell every frame that the guard's state has changed.
    TellFrames,
    /// Show on the icon how many holds the tab has.
    Badge {
        /// Which.
        tab: i32,
    },
    /// Open the extension's window for a hold.
    OpenWindow {
        /// Which.
        hold: String,
    },
    /// Bring a window to the front that is open for a hold.
    FocusWindow {
        /// Its number.
        window: i32,
        /// For which hold, if the window should be gone.
        hold: String,
    },
    /// Close a window whose question was answered in the page, and forget what it was to store.
    CloseWindow {
        /// Its number.
        window: i32,
        /// That it asked about.
        hold: String,
    },
    /// Tell the frame that a hold is not let through.
    KeepOut {
        /// Which.
        hold: String,
        /// Where.
        tab: i32,
        /// Nowhere else.
        document: String,
    },
    /// Have the scripts run that watch over what pages send of their own accord, or run no more.
    Sending {
        /// Which.
        on: bool,
        /// Sites where they do not run.
        unwatched: Vec<String>,
    },
    /// Wake up when the next pause ends; `None` where no pause runs.
    Alarm {
        /// In milliseconds since 1970.
        at_ms: Option<u64>,
    },
}

/// A reply, and what has to be done before it is sent.
pub type Decision<T> = Result<(T, Vec<Effect>), Refusal>;

/// What a person agreed to let through: where it goes, and what follows if it arrives.
#[derive(Clone, Debug)]
pub struct Release {
    /// What is let through.
    pub hold: Hold,
    /// For how long; what is to be remembered is so only once the release has arrived.
    scope: Scope,
    /// There whenever `always` is.
    reason: Option<Reason>,
}

/// Everything that is known of sites and of what happens on them.
#[derive(Debug)]
pub struct Policy {
    settings: Settings,
    session: Session,
    loss: Loss,
}

impl Policy {
    /// From what was stored. `loss` says whether `settings` are only the defaults, because the stored ones could not be
    /// read.
    pub fn new(settings: Settings, session: Session, loss: Loss) -> Self {
        Self {
            settings,
            session,
            loss,
        }
    }

    /// To be written to the disk.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// To be written to the memory that survives the background.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Puts back settings that the browser did not store.
    pub fn restore(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Whether settings are missing.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// The person has been told.
    pub fn loss_seen(&mut self) {
        self.loss = Loss::None;
    }

    /// What a frame does. An opaque origin is always watched and nothing passes there by a rule. What a detector finds that
    /// is switched off passes everywhere, as if each site had a rule for it.
    pub fn state(&self, place: &Place, now_ms: u64) -> GuardState {
        let off = self.settings.off();
        let Some(origin) = place.origin.web() else {
            return GuardState {
                on: true,
                until_ms: None,
                allowed: numbers(off),
                own: None,
                harmless: Some(self.settings.harmless().table(None)),
                sign: false,
            };
        };
        let mut allowed = self.settings.allowed(origin);
        allowed.extend_from_slice(off);
        let mode = self.mode(origin, place.private, now_ms);
        GuardState {
            on: mode == Mode::On,
            until_ms: match mode {
                Mode::Paused { until_ms } => Some(until_ms),
                Mode::On | Mode::Off => None,
            },
            allowed: numbers(&allowed),
            own: None,
            harmless: Some(self.settings.harmless().table(Some(origin))),
            sign: self.sign(),
        }
    }

    /// Whether fields may show the small sign.
    pub fn sign(&self) -> bool {
        self.settings.sign()
    }

    /// Answers a frame. `fresh` is a name that no hold has.
    ///
    /// # Errors
    /// [`Refusal::UnknownHold`] where the hold is not of this very document, [`Refusal::NotUnderstood`] for a list of
    /// detectors that no guard sends.
    pub fn frame(
        &mut self,
        place: &Place,
        request: FrameRequest,
        fresh: String,
        now_ms: u64,
    ) -> Decision<FrameReply> {
        match request {
            FrameRequest::GuardState {} => {
                Ok((FrameReply::State(self.state(place, now_ms)), Vec::new()))
            }
            FrameRequest::Held { road, detectors } => {
                self.held(place, road, detectors, fresh, now_ms)
            }
            FrameRequest::LetThrough { hold } => self.let_through(place, hold),
            FrameRequest::Decided { hold, choice } => self.decided(place, &hold, choice),
            FrameRequest::Sending {} => Ok((
                FrameReply::Sending {
                    passing: sending::passing(),
                },
                Vec::new(),
            )),
        }
    }

    /// What the popup shows. `place` is the top frame's document, if the guard runs there.
    pub fn site(&self, place: Option<&Place>, private: bool, now_ms: u64) -> SiteReply {
        let origin = place.and_then(|place| place.origin.web());
        SiteReply {
            watched: place.is_some(),
            origin: origin.map(WebOrigin::to_string),
            mode: origin.map_or(Mode::On, |origin| self.mode(origin, private, now_ms)),
            rules: origin.map_or_else(Vec::new, |origin| self.settings.rules(origin)),
            recent: self.session.recent(private),
            sending: self
                .settings
                .sending()
                .then(|| origin.is_none_or(|origin| !self.settings.is_unwatched(origin))),
            loss: self.loss,
        }
    }

    /// The last findings, newest first; those of private windows only for one.
    pub fn recent(&self, private: bool) -> Vec<Finding> {
        self.session.recent(private)
    }

    /// What rows of values that are no keys are made with so far.
    pub fn harmless_salt(&self) -> Option<Salt> {
        self.settings.harmless().salt()
    }

    /// Everything that the person set.
    pub fn guard_settings(&self, now_ms: u64) -> GuardSettings {
        GuardSettings {
            off: self.settings.off().to_vec(),
            sites: self.settings.site_modes(now_ms),
            rules: self.settings.all_rules(),
            sending: self.settings.sending(),
            unwatched: self.settings.unwatched(),
            sign: self.sign(),
            harmless: self.settings.harmless().all(),
            loss: self.loss,
        }
    }

    /// What the confirmation is about.
    ///
    /// # Errors
    /// [`Refusal::UnknownHold`] where it has been decided already.
    pub fn pending(&self, hold: &str) -> Result<PendingReply, Refusal> {
        let hold = self.session.hold(hold).ok_or(Refusal::UnknownHold)?;
        Ok(PendingReply {
            origin: hold.origin.as_ref().map(WebOrigin::to_string),
            detectors: hold.detectors.clone(),
            road: hold.road,
            can_always: hold.can_always(),
            can_harmless: hold.can_harmless(),
        })
    }

    /// What is held by that name in this very document.
    ///
    /// # Errors
    /// [`Refusal::UnknownHold`].
    pub fn held_in(&self, place: &Place, hold: &str) -> Result<&Hold, Refusal> {
        self.own_hold(place, hold)
    }

    /// What is held by that name, wherever.
    pub fn hold(&self, hold: &str) -> Option<&Hold> {
        self.session.hold(hold)
    }

    /// What a window asks about.
    pub fn asked_in(&self, window: i32) -> Option<String> {
        self.session.hold_of_window(window)
    }

    /// The window about a hold is done, and the hold is not: closing it is no answer any more.
    pub fn window_left(&mut self, hold: &str) -> Vec<Effect> {
        let window = self.session.take_window(hold);
        let hold = hold.to_owned();
        let close = window.map(|window| Effect::CloseWindow { window, hold });
        [Effect::SaveSession].into_iter().chain(close).collect()
    }

    /// The person said no in the confirmation.
    ///
    /// # Errors
    /// [`Refusal::UnknownHold`] where it has been decided already.
    pub fn refuse(&mut self, hold: &str) -> Decision<Answered> {
        let hold = self
            .session
            .take(hold, Outcome::KeptOut)
            .ok_or(Refusal::UnknownHold)?;
        Ok((Answered::KeptOut, keep_out(hold)))
    }

    /// The person said yes in the confirmation. The hold is taken out at once, so that it is let through once only;
    /// the background tries to deliver the release and reports with [`Policy::released`].
    ///
    /// # Errors
    /// [`Refusal::UnknownHold`] where it has been decided already, [`Refusal::NotRememberable`] where a rule is asked
    /// for that cannot be made or has no reason.
    pub fn agree(
        &mut self,
        hold: &str,
        scope: Scope,
        reason: Option<Reason>,
    ) -> Result<Release, Refusal> {
        let found = self.session.hold(hold).ok_or(Refusal::UnknownHold)?;
        let reason = match scope {
            Scope::Harmless | Scope::HarmlessHere => Some(Reason::FalseAlarm),
            Scope::Once | Scope::Always => reason.filter(settings::is_acceptable),
        };
        if scope != Scope::Once && (reason.is_none() || !found.can_always()) {
            return Err(Refusal::NotRememberable);
        }
        // Until the release has arrived, it has not been let through.
        let hold = self
            .session
            .take(hold, Outcome::PageChanged)
            .ok_or(Refusal::UnknownHold)?;
        Ok(Release {
            hold,
            scope,
            reason,
        })
    }

    /// What follows from a release that arrived, or did not.
    pub fn released(
        &mut self,
        release: Release,
        delivered: bool,
        now_ms: u64,
    ) -> (Answered, Vec<Effect>) {
        self.released_with(release, delivered, None, now_ms)
    }

    /// As [`Policy::released`]; `values` are those that passed, for a release that is to remember them as harmless.
    pub fn released_with(
        &mut self,
        release: Release,
        delivered: bool,
        values: Option<&Rows>,
        now_ms: u64,
    ) -> (Answered, Vec<Effect>) {
        let Release {
            hold,
            scope,
            reason,
        } = release;
        let mut effects = vec![Effect::SaveSession, Effect::Badge { tab: hold.tab }];
        if !delivered {
            // The window stays open to say so.
            return (Answered::PageChanged, effects);
        }
        self.session.settle(&hold.id, Outcome::LetThroughOnce);
        if let Some(reason) = reason {
            self.session.explain(&hold.id, &reason);
            match (scope, &hold.origin) {
                (Scope::Always, Some(origin)) => {
                    for detector in &hold.detectors {
                        self.settings.allow(origin, detector, &reason, now_ms);
                    }
                    self.session.settle(&hold.id, Outcome::LetThroughAlways);
                    effects.push(Effect::SaveSettings);
                }
                (Scope::Harmless | Scope::HarmlessHere, Some(origin)) => {
                    let origin = (scope == Scope::HarmlessHere).then_some(origin);
                    let harmless = self.settings.harmless_mut();
                    let known = values
                        .is_some_and(|rows| harmless.add(rows, &hold.detectors, origin, now_ms));
                    if !known {
                        // The window stays open to say so.
                        return (Answered::NotRemembered, effects);
                    }
                    self.session.settle(&hold.id, Outcome::LetThroughAlways);
                    effects.push(Effect::SaveSettings);
                }
                (Scope::Once, _) | (_, None) => {}
            }
        }
        effects.extend(close_window(&hold));
        (Answered::LetThrough, effects)
    }

    /// The window for a hold is open. Answers `false` where the hold was decided meanwhile: then the window has no
    /// question left.
    pub fn window_opened(&mut self, hold: &str, window: i32) -> bool {
        self.session.set_window(hold, window)
    }

    /// A window was closed: if it asked about something, that is a no.
    pub fn window_closed(&mut self, window: i32) -> Vec<Effect> {
        match self.session.hold_of_window(window) {
            Some(hold) => {
                self.session
                    .take(&hold, Outcome::KeptOut)
                    .map_or_else(Vec::new, |hold| {
                        keep_out(Hold {
                            window: None,
                            ..hold
                        })
                    })
            }
            None => Vec::new(),
        }
    }

    /// The documents of a tab that have something held, to be asked whether they are still there.
    pub fn documents(&self, tab: i32) -> Vec<String> {
        self.session.documents(tab)
    }

    /// A document is gone, and what it held with it.
    pub fn document_gone(&mut self, tab: i32, document: &str) -> Vec<Effect> {
        let gone = self.session.take_document(tab, document);
        if gone.is_empty() {
            return Vec::new();
        }
        let mut effects = vec![Effect::SaveSession, Effect::Badge { tab }];
        effects.extend(gone.iter().filter_map(close_window));
        effects
    }

    /// How many holds a tab has.
    pub fn holds(&self, tab: i32) -> usize {
        self.session.count(tab)
    }

    /// How often something left a tab, or was stopped without a question, since the person looked at its popup.
    pub fn untold(&self, tab: i32) -> usize {
        self.session.untold(tab)
    }

    /// Ends the pauses that are over. To be called when the alarm rings and when the background starts: an alarm may come
    /// late or never, so that no answer rests on it.
    pub fn expire(&mut self, now_ms: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.settings.expire(now_ms) {
            effects.push(Effect::SaveSettings);
        }
        if self.session.expire(now_ms) {
            effects.extend([Effect::SaveSession, Effect::TellFrames]);
        }
        effects.push(self.alarm(now_ms));
        effects
    }

    fn mode(&self, origin: &WebOrigin, private: bool, now_ms: u64) -> Mode {
        let own = if private {
            self.session.mode(origin, now_ms)
        } else {
            None
        };
        own.unwrap_or_else(|| self.settings.mode(origin, now_ms))
    }

    fn alarm(&self, now_ms: u64) -> Effect {
        let ends = [
            self.settings.next_end(now_ms),
            self.session.next_end(now_ms),
        ];
        Effect::Alarm {
            at_ms: ends.into_iter().flatten().min(),
        }
    }

    fn held(
        &mut self,
        place: &Place,
        road: Road,
        detectors: Vec<u16>,
        fresh: String,
        now_ms: u64,
    ) -> Decision<FrameReply> {
        if detectors.is_empty()
            || detectors.len() > session::MAX_DETECTORS
            || detectors
                .iter()
                .any(|&number| number >= detect::detectors() && number != OWN_KEY)
        {
            return Err(Refusal::NotUnderstood);
        }
        let state = self.state(place, now_ms);
        let outcome = if !state.on {
            Outcome::PassedWhileOff
        } else if detectors
            .iter()
            .all(|detector| state.allowed.contains(detector))
        {
            Outcome::PassedByRule
        } else {
            Outcome::Waiting
        };
        let ids = detectors.into_iter().map(|number| id_of(number).to_owned());
        let hold = Hold::new(fresh.clone(), place, road, ids.collect());
        let mut effects = vec![Effect::SaveSession];
        for dropped in self.session.add(hold, outcome, now_ms) {
            effects.extend(keep_out(dropped));
        }
        if outcome == Outcome::Waiting {
            effects.push(Effect::Badge { tab: place.tab });
        }
        Ok((FrameReply::Held { hold: fresh, state }, effects))
    }

    fn let_through(&self, place: &Place, hold: String) -> Decision<FrameReply> {
        let found = self.own_hold(place, &hold)?;
        let effect = match found.window {
            Some(window) => Effect::FocusWindow { window, hold },
            None => Effect::OpenWindow { hold },
        };
        Ok((FrameReply::Opened { opened: true }, vec![effect]))
    }

    fn decided(&mut self, place: &Place, hold: &str, choice: Choice) -> Decision<FrameReply> {
        self.own_hold(place, hold)?;
        let outcome = match choice {
            Choice::KeepOut => Outcome::KeptOut,
            Choice::Redact => Outcome::Redacted,
            Choice::Variable => Outcome::Variable,
        };
        let taken = self
            .session
            .take(hold, outcome)
            .ok_or(Refusal::UnknownHold)?;
        let mut effects = vec![Effect::SaveSession, Effect::Badge { tab: place.tab }];
        effects.extend(close_window(&taken));
        Ok((FrameReply::Done {}, effects))
    }

    /// # Security
    /// The same tab, frame and document: one frame must not decide for another.
    fn own_hold(&self, place: &Place, hold: &str) -> Result<&Hold, Refusal> {
        self.session
            .hold(hold)
            .filter(|hold| {
                hold.tab == place.tab
                    && hold.frame == place.frame
                    && hold.document == place.document
            })
            .ok_or(Refusal::UnknownHold)
    }
}

/// The numbers of detectors, of which each frame asks often: the list of names is gone through once.
fn numbers(ids: &[String]) -> Vec<u16> {
    if ids.is_empty() {
        return Vec::new();
    }
    let own = (OWN_KEY, OWN_KEY_ID);
    (0..)
        .zip(detect::ids())
        .chain([own])
        .filter(|(_, id)| ids.iter().any(|known| known == id))
        .map(|(number, _)| number)
        .collect()
}

fn id_of(number: u16) -> &'static str {
    match number {
        OWN_KEY => OWN_KEY_ID,
        number => detect::id(number),
    }
}

fn keep_out(hold: Hold) -> Vec<Effect> {
    let mut effects = vec![Effect::SaveSession, Effect::Badge { tab: hold.tab }];
    effects.extend(close_window(&hold));
    effects.push(Effect::KeepOut {
        hold: hold.id,
        tab: hold.tab,
        document: hold.document,
    });
    effects
}

fn close_window(hold: &Hold) -> Option<Effect> {
    hold.window.map(|window| Effect::CloseWindow {
        window,
        hold: hold.id.clone(),
    })
}
