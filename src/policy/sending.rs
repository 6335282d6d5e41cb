//! What a page may send of its own accord.
//!
//! A page that is loaded sends credentials of its own all day: the token of its session, that of its form, a password that was
//! typed to sign in. None of it is a key of the person's that goes astray, and a guard that asked about it would be switched off.
//! So what is recognised by a word beside it, or is a token by its form alone, passes on this road. It is still held on
//! the others, where a person has it in hand; and what is in the person's vault is held on all.

use super::{Decision, Effect, Hold, Place, Policy, id_of, session};
use crate::detect;
use crate::message::{Outcome, Refusal, Road};
use crate::origin::WebOrigin;

/// How the ids begin of what passes: what is recognised by its surroundings, which a login form has, and tokens that a page got
/// from its server.
const PASSES: [&str; 6] = [
    "generic.",
    "database.ado-password",
    "jwt.",
    "openai.session-token",
    "coder.session-token",
    "gitlab.session-cookie",
];

/// Numbers of the detectors whose findings pass.
pub(super) fn passing() -> Vec<u16> {
    (0..)
        .zip(detect::ids())
        .filter(|(_, id)| PASSES.iter().any(|begin| id.starts_with(begin)))
        .map(|(number, _)| number)
        .collect()
}

impl Policy {
    /// Of the keys in a request, those that a person has to be asked about or to know of, each detector once. `keys` are detectors and
    /// whether the key is the person's own.
    pub fn leaving(&self, place: &Place, keys: &[(u16, bool)], now_ms: u64) -> Vec<u16> {
        let state = self.state(place, now_ms);
        let is_excepted = |origin| self.settings.is_unwatched(origin);
        if !self.settings.sending() || !state.on || place.origin.web().is_some_and(is_excepted) {
            return Vec::new();
        }
        let passing = passing();
        let mut left = Vec::new();
        for (detector, own) in keys {
            let passes = state.allowed.contains(detector) || !own && passing.contains(detector);
            if !passes && let Err(place) = left.binary_search(detector) {
                left.insert(place, *detector);
            }
        }
        left.truncate(session::MAX_DETECTORS);
        left
    }

    /// A key left without being held, or was stopped with nobody there to ask: noted, and the icon of the tab tells of it. Nothing
    /// of it is decided any more.
    pub fn gone(
        &mut self,
        place: &Place,
        detectors: &[u16],
        outcome: Outcome,
        fresh: String,
        now_ms: u64,
    ) -> Vec<Effect> {
        let ids = detectors.iter().map(|&number| id_of(number).to_owned());
        let hold = Hold::new(fresh, place, Road::Sending, ids.collect());
        self.session.add(hold, outcome, now_ms);
        self.session.tell(place.tab);
        vec![Effect::SaveSession, Effect::Badge { tab: place.tab }]
    }

    /// The person has the tab's popup before them.
    pub fn told(&mut self, tab: i32) -> Vec<Effect> {
        match self.session.told(tab) {
            true => vec![Effect::SaveSession, Effect::Badge { tab }],
            false => Vec::new(),
        }
    }

    /// Has what a site sends of its own accord be watched, or not. The page has to be loaded again.
    ///
    /// # Errors
    /// [`Refusal::NotRememberable`] for an opaque origin.
    pub fn set_sending_here(&mut self, origin: &str, on: bool) -> Decision<()> {
        let origin = WebOrigin::parse(origin).map_err(|_| Refusal::NotRememberable)?;
        self.settings.set_unwatched(&origin, !on);
        Ok(((), vec![self.sending(), Effect::SaveSettings]))
    }

    pub(super) fn sending(&self) -> Effect {
        Effect::Sending {
            on: self.settings.sending(),
            unwatched: self.settings.unwatched(),
        }
    }
}
