//! What the guard does where, what is held, and who may let it through.

mod harmless;
mod holds;
mod rules;
mod sending;
mod settings;

use keyward::detect;
use keyward::message::{
    Answered, Choice, FrameReply, FrameRequest, GuardState, Loss, Mode, OWN_KEY, OWN_KEY_ID,
    Outcome, Reason, Refusal, Road, Scope, SetMode,
};
use keyward::origin::Origin;
use keyward::policy::{
    Effect, PAUSE_MS, Place, Policy, Session, Settings, StoredSession, StoredSettings,
};

const NOW_MS: u64 = 1_800_000_000_000;
const SITE: &str = "https://chat.example";
const DEEPSEEK: &str = "deepseek.api-key";
const GITHUB: &str = "github.pat";

/// As frames name a detector.
fn number(id: &str) -> u16 {
    if id == OWN_KEY_ID {
        return OWN_KEY;
    }
    detect::detector_named(id).expect("a detector of this build")
}

fn policy() -> Policy {
    Policy::new(Settings::default(), Session::default(), Loss::None)
}

fn place(tab: i32, document: &str, origin: &str) -> Place {
    Place {
        tab,
        frame: 0,
        document: document.into(),
        origin: Origin::of_sender(Some(origin)),
        private: false,
    }
}

fn here() -> Place {
    place(1, "document-1", SITE)
}

/// Holds something; panics where the frame is not answered as it should be.
fn hold(
    policy: &mut Policy,
    place: &Place,
    detectors: &[&str],
    id: &str,
) -> (GuardState, Vec<Effect>) {
    let detectors = detectors.iter().map(|id| number(id)).collect();
    let request = FrameRequest::Held {
        road: Road::Paste,
        detectors,
    };
    match policy.frame(place, request, id.into(), NOW_MS) {
        Ok((FrameReply::Held { hold, state }, effects)) => {
            assert_eq!(hold, id);
            (state, effects)
        }
        other => panic!("held was answered with {other:?}"),
    }
}

fn outcomes(policy: &Policy) -> Vec<Outcome> {
    policy
        .recent(true)
        .iter()
        .map(|finding| finding.outcome)
        .collect()
}

fn let_through(
    policy: &mut Policy,
    id: &str,
    scope: Scope,
    reason: Option<Reason>,
) -> (Answered, Vec<Effect>) {
    let release = policy.agree(id, scope, reason).expect("is held");
    policy.released(release, true, NOW_MS)
}

#[test]
fn every_site_is_watched_and_nothing_passes_at_first() {
    for origin in [SITE, "http://localhost:3000", "null", "file://"] {
        let state = policy().state(&place(1, "d", origin), NOW_MS);
        assert_eq!(
            state,
            GuardState {
                on: true,
                until_ms: None,
                allowed: vec![],
                own: None,
                harmless: Some(Vec::new()),
                sign: false,
            },
            "{origin}"
        );
    }
}
