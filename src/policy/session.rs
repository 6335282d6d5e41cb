//! What is true until the browser closes: holds, the last findings, modes of private windows. Never written to the disk.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::settings::{Modes, StoredSite};
use super::{Place, SettingsError};
use crate::message::{Finding, Mode, Outcome, Reason, Road};
use crate::origin::WebOrigin;

/// In one hold.
pub(super) const MAX_DETECTORS: usize = 64;
/// In one tab. A page that provokes more only pushes out its own.
const MAX_HOLDS_PER_TAB: usize = 32;
/// Last findings kept.
const MAX_RECENT: usize = 50;

/// Something that a frame stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its name.
    pub id: String,
    /// Where.
    pub tab: i32,
    /// In which frame.
    pub frame: i64,
    /// In which document.
    pub document: String,
    /// `None` for an opaque origin.
    pub origin: Option<WebOrigin>,
    /// By which road.
    pub road: Road,
    /// Which kinds.
    pub detectors: Vec<String>,
    /// Whether the tab is in a private window.
    pub private: bool,
    /// The window that asks about it, if one is open.
    pub window: Option<i32>,
}

impl Hold {
    pub(super) fn new(id: String, place: &Place, road: Road, detectors: Vec<String>) -> Self {
        Self {
            id,
            tab: place.tab,
            frame: place.frame,
            document: place.document.clone(),
            origin: place.origin.web().cloned(),
            road,
            detectors,
            private: place.private,
            window: None,
        }
    }

    /// Whether its values could be remembered: they are in the page's text, and a detector found them.
    pub(super) fn can_harmless(&self) -> bool {
        self.can_always() && self.road != Road::File && !self.detectors.is_empty()
    }

    /// Whether a rule could be made of it.
    pub(super) fn can_always(&self) -> bool {
        self.origin.is_some() && !self.private
    }
}

/// Holds, last findings, modes of private windows.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Oldest first.
    holds: Vec<Hold>,
    /// Newest first.
    recent: VecDeque<Entry>,
    private_modes: Modes,
    /// Tabs that a key left without being held, or was stopped in without a question, once for each time; until the person
    /// has looked at the tab's popup.
    unseen: Vec<i32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    hold: String,
    private: bool,
    finding: Finding,
}

/// The stored form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredSession {
    holds: Vec<StoredHold>,
    recent: Vec<Entry>,
    private_modes: Vec<StoredSite>,
    #[serde(default)]
    unseen: Vec<i32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredHold {
    id: String,
    tab: i32,
    frame: i64,
    document: String,
    origin: Option<String>,
    road: Road,
    detectors: Vec<String>,
    private: bool,
    window: Option<i32>,
}

impl Session {
    /// Reads the stored form.
    ///
    /// # Errors
    /// Where it has an origin that is not one. The caller goes on with an empty session, in which nothing is let through.
    pub fn read(stored: StoredSession) -> Result<Self, SettingsError> {
        let hold = |hold: StoredHold| {
            let origin = hold.origin.as_deref().map(WebOrigin::parse).transpose();
            Ok(Hold {
                origin: origin.map_err(|_| SettingsError::Damaged)?,
                id: hold.id,
                tab: hold.tab,
                frame: hold.frame,
                document: hold.document,
                road: hold.road,
                detectors: hold.detectors,
                private: hold.private,
                window: hold.window,
            })
        };
        Ok(Self {
            holds: stored
                .holds
                .into_iter()
                .map(hold)
                .collect::<Result<_, _>>()?,
            recent: stored.recent.into(),
            private_modes: Modes::read(stored.private_modes)?,
            unseen: stored.unseen,
        })
    }

    /// The stored form.
    pub fn stored(&self) -> StoredSession {
        let hold = |hold: &Hold| StoredHold {
            id: hold.id.clone(),
            tab: hold.tab,
            frame: hold.frame,
            document: hold.document.clone(),
            origin: hold.origin.as_ref().map(WebOrigin::to_string),
            road: hold.road,
            detectors: hold.detectors.clone(),
            private: hold.private,
            window: hold.window,
        };
        StoredSession {
            holds: self.holds.iter().map(hold).collect(),
            recent: self.recent.iter().cloned().collect(),
            private_modes: self.private_modes.stored(),
            unseen: self.unseen.clone(),
        }
    }

    /// Newest first; those of private windows only where one asks.
    pub(super) fn recent(&self, private: bool) -> Vec<Finding> {
        self.recent
            .iter()
            .filter(|entry| private || !entry.private)
            .map(|entry| entry.finding.clone())
            .collect()
    }

    /// Notes what was found, and keeps it as a hold if it waits. Answers with holds that had to make room.
    pub(super) fn add(&mut self, hold: Hold, outcome: Outcome, now_ms: u64) -> Vec<Hold> {
        let finding = Finding {
            origin: hold.origin.as_ref().map(WebOrigin::to_string),
            road: hold.road,
            detectors: hold.detectors.clone(),
            found_ms: now_ms,
            outcome,
            reason: None,
        };
        self.recent.push_front(Entry {
            hold: hold.id.clone(),
            private: hold.private,
            finding,
        });
        self.recent.truncate(MAX_RECENT);
        let mut dropped = Vec::new();
        if outcome == Outcome::Waiting {
            while self.count(hold.tab) >= MAX_HOLDS_PER_TAB {
                let oldest = self
                    .holds
                    .iter()
                    .find(|other| other.tab == hold.tab)
                    .map(|other| other.id.clone());
                dropped.extend(oldest.and_then(|oldest| self.take(&oldest, Outcome::KeptOut)));
            }
            self.holds.push(hold);
        }
        dropped
    }

    /// Has the tab's icon tell of something that needs no answer.
    pub(super) fn tell(&mut self, tab: i32) {
        if self.unseen.len() < MAX_RECENT {
            self.unseen.push(tab);
        }
    }

    /// The person looks at it. Answers whether there was anything.
    pub(super) fn told(&mut self, tab: i32) -> bool {
        let before = self.unseen.len();
        self.unseen.retain(|&other| other != tab);
        self.unseen.len() != before
    }

    pub(super) fn untold(&self, tab: i32) -> usize {
        self.unseen.iter().filter(|&&other| other == tab).count()
    }

    pub(super) fn hold(&self, id: &str) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.id == id)
    }

    /// Takes a hold out and notes how it ended.
    pub(super) fn take(&mut self, id: &str, outcome: Outcome) -> Option<Hold> {
        let index = self.holds.iter().position(|hold| hold.id == id)?;
        self.settle(id, outcome);
        Some(self.holds.remove(index))
    }

    pub(super) fn settle(&mut self, id: &str, outcome: Outcome) {
        for entry in self.recent.iter_mut().filter(|entry| entry.hold == id) {
            entry.finding.outcome = outcome;
        }
    }

    pub(super) fn explain(&mut self, id: &str, reason: &Reason) {
        for entry in self.recent.iter_mut().filter(|entry| entry.hold == id) {
            entry.finding.reason = Some(reason.clone());
        }
    }

    pub(super) fn take_document(&mut self, tab: i32, document: &str) -> Vec<Hold> {
        let of_document = |hold: &&Hold| hold.tab == tab && hold.document == document;
        let ids: Vec<String> = self
            .holds
            .iter()
            .filter(of_document)
            .map(|hold| hold.id.clone())
            .collect();
        ids.iter()
            .filter_map(|id| self.take(id, Outcome::KeptOut))
            .collect()
    }

    pub(super) fn documents(&self, tab: i32) -> Vec<String> {
        let mut documents: Vec<String> = Vec::new();
        for hold in self.holds.iter().filter(|hold| hold.tab == tab) {
            if !documents.contains(&hold.document) {
                documents.push(hold.document.clone());
            }
        }
        documents
    }

    pub(super) fn count(&self, tab: i32) -> usize {
        self.holds.iter().filter(|hold| hold.tab == tab).count()
    }

    pub(super) fn set_window(&mut self, id: &str, window: i32) -> bool {
        let hold = self.holds.iter_mut().find(|hold| hold.id == id);
        hold.map(|hold| hold.window = Some(window)).is_some()
    }

    pub(super) fn take_window(&mut self, id: &str) -> Option<i32> {
        let hold = self.holds.iter_mut().find(|hold| hold.id == id);
        hold?.window.take()
    }

    pub(super) fn hold_of_window(&self, window: i32) -> Option<String> {
        self.holds
            .iter()
            .find(|hold| hold.window == Some(window))
            .map(|hold| hold.id.clone())
    }

    pub(super) fn mode(&self, origin: &WebOrigin, now_ms: u64) -> Option<Mode> {
        self.private_modes.get(origin, now_ms)
    }

    /// Unlike in the settings, `On` is kept too: it has to win over what the settings say.
    pub(super) fn set_mode(&mut self, origin: WebOrigin, mode: Mode) {
        self.private_modes.insert(origin, mode);
    }

    pub(super) fn expire(&mut self, now_ms: u64) -> bool {
        self.private_modes.expire(now_ms)
    }

    pub(super) fn next_end(&self, now_ms: u64) -> Option<u64> {
        self.private_modes.next_end(now_ms)
    }
}
