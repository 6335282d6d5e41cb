//! What the guard does where, what is held, and who may let it through.

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
            },
            "{origin}"
        );
    }
}

#[test]
fn what_is_held_shows_on_the_icon_and_in_the_list_until_it_is_decided() {
    let mut policy = policy();
    let (state, effects) = hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    assert!(state.on);
    assert_eq!(effects, [Effect::SaveSession, Effect::Badge { tab: 1 }]);
    assert_eq!((policy.holds(1), policy.holds(2)), (1, 0));
    assert_eq!(outcomes(&policy), [Outcome::Waiting]);

    for (index, (choice, outcome)) in [
        (Choice::KeepOut, Outcome::KeptOut),
        (Choice::Redact, Outcome::Redacted),
        (Choice::Variable, Outcome::Variable),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("c{index}");
        hold(&mut policy, &here(), &[DEEPSEEK], &id);
        let decided = FrameRequest::Decided { hold: id, choice };
        let (_, effects) = policy
            .frame(&here(), decided, String::new(), NOW_MS)
            .expect("is held here");
        assert_eq!(effects, [Effect::SaveSession, Effect::Badge { tab: 1 }]);
        assert_eq!(outcomes(&policy).first(), Some(&outcome));
    }
    assert_eq!(policy.holds(1), 1);
}

#[test]
fn a_frame_has_no_say_about_what_another_document_holds() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    let others = [
        place(2, "document-1", SITE),
        place(1, "document-2", SITE),
        Place { frame: 3, ..here() },
    ];
    for other in others {
        for request in [
            FrameRequest::Decided {
                hold: "h1".into(),
                choice: Choice::Redact,
            },
            FrameRequest::LetThrough { hold: "h1".into() },
        ] {
            let refused = policy.frame(&other, request, String::new(), NOW_MS).err();
            assert_eq!(refused, Some(Refusal::UnknownHold), "{other:?}");
        }
    }
    assert_eq!(outcomes(&policy), [Outcome::Waiting]);
}

#[test]
fn lists_that_no_guard_sends_are_refused() {
    let mut policy = policy();
    let many = vec![number(DEEPSEEK); 65];
    let lists = [vec![], vec![u16::MAX - 1], vec![detect::detectors()], many];
    for detectors in lists {
        let request = FrameRequest::Held {
            road: Road::Drop,
            detectors,
        };
        assert_eq!(
            policy.frame(&here(), request, "h".into(), NOW_MS).err(),
            Some(Refusal::NotUnderstood)
        );
    }
    assert!(policy.recent(true).is_empty());
}

#[test]
fn the_window_is_opened_once_and_closing_it_is_a_no() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    let ask = || FrameRequest::LetThrough { hold: "h1".into() };
    let (_, effects) = policy
        .frame(&here(), ask(), String::new(), NOW_MS)
        .expect("is held");
    assert_eq!(effects, [Effect::OpenWindow { hold: "h1".into() }]);
    assert!(policy.window_opened("h1", 70));
    let (_, effects) = policy
        .frame(&here(), ask(), String::new(), NOW_MS)
        .expect("is held");
    assert_eq!(
        effects,
        [Effect::FocusWindow {
            window: 70,
            hold: "h1".into()
        }]
    );

    assert!(policy.window_closed(71).is_empty());
    let keep_out = Effect::KeepOut {
        hold: "h1".into(),
        tab: 1,
        document: "document-1".into(),
    };
    assert_eq!(
        policy.window_closed(70),
        [Effect::SaveSession, Effect::Badge { tab: 1 }, keep_out]
    );
    assert_eq!(outcomes(&policy), [Outcome::KeptOut]);
    assert!(policy.window_closed(70).is_empty());
    assert!(
        !policy.window_opened("h1", 72),
        "a window for a hold that was decided has no question"
    );
}

#[test]
fn deciding_in_the_page_closes_the_window() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    policy.window_opened("h1", 70);
    let decided = FrameRequest::Decided {
        hold: "h1".into(),
        choice: Choice::Redact,
    };
    let (_, effects) = policy
        .frame(&here(), decided, String::new(), NOW_MS)
        .expect("is held");
    let closed = Effect::CloseWindow {
        window: 70,
        hold: "h1".into(),
    };
    assert!(effects.contains(&closed));
}

#[test]
fn letting_through_once_makes_no_rule_and_works_once() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    let (answered, effects) = let_through(&mut policy, "h1", Scope::Once, None);
    assert_eq!(answered, Answered::LetThrough);
    assert!(!effects.contains(&Effect::SaveSettings));
    assert_eq!(outcomes(&policy), [Outcome::LetThroughOnce]);
    assert!(policy.state(&here(), NOW_MS).allowed.is_empty());
    assert_eq!(
        policy.agree("h1", Scope::Once, None).err(),
        Some(Refusal::UnknownHold)
    );
    assert_eq!(policy.pending("h1").err(), Some(Refusal::UnknownHold));
}

#[test]
fn letting_through_always_lets_this_kind_pass_on_this_origin_only() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    let (_, effects) = let_through(&mut policy, "h1", Scope::Always, Some(Reason::SiteNeedsIt));
    assert!(effects.contains(&Effect::SaveSettings));
    assert_eq!(outcomes(&policy), [Outcome::LetThroughAlways]);
    assert_eq!(policy.state(&here(), NOW_MS).allowed, [number(DEEPSEEK)]);
    for other in [
        "http://chat.example",
        "https://chat.example:8443",
        "https://www.chat.example",
        "null",
    ] {
        assert!(
            policy
                .state(&place(1, "d", other), NOW_MS)
                .allowed
                .is_empty(),
            "{other}"
        );
    }

    let (_, effects) = hold(&mut policy, &here(), &[DEEPSEEK], "h2");
    assert_eq!((effects, policy.holds(1)), (vec![Effect::SaveSession], 0));
    assert_eq!(outcomes(&policy).first(), Some(&Outcome::PassedByRule));
    // All of it must be allowed: the other kind is still held.
    hold(&mut policy, &here(), &[DEEPSEEK, GITHUB], "h3");
    assert_eq!(
        (outcomes(&policy).first(), policy.holds(1)),
        (Some(&Outcome::Waiting), 1)
    );

    policy.withdraw(SITE, DEEPSEEK).expect("an origin");
    assert!(policy.state(&here(), NOW_MS).allowed.is_empty());
}

#[test]
fn a_rule_needs_a_reason_and_an_origin() {
    let words = |words: &str| {
        Some(Reason::Other {
            words: words.into(),
        })
    };
    let reasons = [None, words(""), words("  \n"), words(&"x".repeat(201))];
    for reason in reasons {
        let mut policy = policy();
        hold(&mut policy, &here(), &[DEEPSEEK], "h1");
        assert_eq!(
            policy.agree("h1", Scope::Always, reason).err(),
            Some(Refusal::NotRememberable)
        );
        assert_eq!(
            outcomes(&policy),
            [Outcome::Waiting],
            "a refused answer decides nothing"
        );
    }
    let private = Place {
        private: true,
        ..here()
    };
    for place in [place(1, "d", "null"), private] {
        let mut policy = policy();
        hold(&mut policy, &place, &[DEEPSEEK], "h1");
        assert!(!policy.pending("h1").expect("is held").can_always);
        assert_eq!(
            policy
                .agree("h1", Scope::Always, Some(Reason::TestKey))
                .err(),
            Some(Refusal::NotRememberable)
        );
        assert_eq!(
            let_through(&mut policy, "h1", Scope::Once, None).0,
            Answered::LetThrough
        );
    }
}

#[test]
fn a_release_that_does_not_arrive_lets_nothing_through_and_makes_no_rule() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    let release = policy
        .agree("h1", Scope::Always, Some(Reason::TestKey))
        .expect("is held");
    let (answered, effects) = policy.released(release, false, NOW_MS);
    assert_eq!(answered, Answered::PageChanged);
    assert!(!effects.contains(&Effect::SaveSettings));
    assert_eq!(outcomes(&policy), [Outcome::PageChanged]);
    assert!(policy.state(&here(), NOW_MS).allowed.is_empty());
}

#[test]
fn a_document_that_is_gone_takes_its_holds_with_it() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    hold(&mut policy, &here(), &[GITHUB], "h2");
    hold(
        &mut policy,
        &Place {
            frame: 2,
            document: "document-2".into(),
            ..here()
        },
        &[GITHUB],
        "h3",
    );
    policy.window_opened("h2", 70);
    assert_eq!(policy.documents(1), ["document-1", "document-2"]);
    let effects = policy.document_gone(1, "document-1");
    assert_eq!(
        effects,
        [
            Effect::SaveSession,
            Effect::Badge { tab: 1 },
            Effect::CloseWindow {
                window: 70,
                hold: "h2".into()
            }
        ]
    );
    assert_eq!(
        (policy.holds(1), policy.documents(1)),
        (1, vec!["document-2".to_owned()])
    );
    assert!(policy.document_gone(1, "document-1").is_empty());
}

#[test]
fn a_page_that_floods_pushes_out_its_own_holds_only() {
    let mut policy = policy();
    hold(&mut policy, &place(2, "other", SITE), &[DEEPSEEK], "other");
    for index in 0..40 {
        hold(&mut policy, &here(), &[DEEPSEEK], &format!("h{index}"));
    }
    assert_eq!((policy.holds(1), policy.holds(2)), (32, 1));
    assert_eq!(policy.pending("h7").err(), Some(Refusal::UnknownHold));
    assert!(policy.pending("h8").is_ok());
    for index in 40..200 {
        hold(&mut policy, &here(), &[DEEPSEEK], &format!("h{index}"));
    }
    assert_eq!(policy.recent(true).len(), 50);
}

#[test]
fn switching_off_lasts_until_switched_on_and_a_pause_a_quarter_of_an_hour() {
    let mut policy = policy();
    let (_, effects) = policy
        .set_mode(SITE, SetMode::Off, false, NOW_MS)
        .expect("an origin");
    assert_eq!(
        effects,
        [Effect::SaveSettings, Effect::Alarm { at_ms: None }]
    );
    assert!(!policy.state(&here(), NOW_MS + 1000 * PAUSE_MS).on);
    assert!(
        policy
            .state(&place(1, "d", "https://other.example"), NOW_MS)
            .on
    );
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    assert_eq!(
        (outcomes(&policy), policy.holds(1)),
        (vec![Outcome::PassedWhileOff], 0)
    );

    let (_, effects) = policy
        .set_mode(SITE, SetMode::Paused, false, NOW_MS)
        .expect("an origin");
    let end_ms = NOW_MS + PAUSE_MS;
    assert_eq!(
        effects,
        [
            Effect::SaveSettings,
            Effect::Alarm {
                at_ms: Some(end_ms)
            }
        ]
    );
    let state = policy.state(&here(), end_ms - 1);
    assert_eq!((state.on, state.until_ms), (false, Some(end_ms)));
    assert!(
        policy.state(&here(), end_ms).on,
        "the clock ends a pause, also where no alarm rings"
    );
    assert_eq!(
        policy.expire(end_ms),
        [Effect::SaveSettings, Effect::Alarm { at_ms: None }]
    );

    policy
        .set_mode(SITE, SetMode::Off, false, NOW_MS)
        .expect("an origin");
    policy
        .set_mode(SITE, SetMode::On, false, NOW_MS)
        .expect("an origin");
    assert!(policy.state(&here(), NOW_MS).on);
    assert_eq!(
        policy.set_mode("null", SetMode::Off, false, NOW_MS).err(),
        Some(Refusal::NotRememberable)
    );
}

#[test]
fn a_clock_that_is_set_back_ends_a_pause() {
    let mut policy = policy();
    policy
        .set_mode(SITE, SetMode::Paused, false, NOW_MS)
        .expect("an origin");
    assert!(policy.state(&here(), NOW_MS - 1).on);
}

#[test]
fn nothing_of_a_private_window_reaches_the_disk_or_another_window() {
    let mut policy = policy();
    let private = Place {
        private: true,
        ..here()
    };
    let (_, effects) = policy
        .set_mode(SITE, SetMode::Off, true, NOW_MS)
        .expect("an origin");
    assert_eq!(
        effects,
        [
            Effect::SaveSession,
            Effect::TellFrames,
            Effect::Alarm { at_ms: None }
        ]
    );
    assert_eq!(*policy.settings(), Settings::default());
    assert!(!policy.state(&private, NOW_MS).on);
    assert!(policy.state(&here(), NOW_MS).on);
    policy
        .set_mode(SITE, SetMode::Off, false, NOW_MS)
        .expect("an origin");
    policy
        .set_mode(SITE, SetMode::On, true, NOW_MS)
        .expect("an origin");
    assert!(
        policy.state(&private, NOW_MS).on,
        "what is set in a private window wins there"
    );

    hold(&mut policy, &private, &[DEEPSEEK], "h1");
    assert_eq!(
        (policy.recent(false).len(), policy.recent(true).len()),
        (0, 1)
    );
}

#[test]
fn the_popup_sees_its_site_and_says_where_it_cannot() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    let_through(&mut policy, "h1", Scope::Always, Some(Reason::Revoked));
    let site = policy.site(Some(&here()), false, NOW_MS);
    assert_eq!(
        (site.watched, site.origin.as_deref(), site.mode),
        (true, Some(SITE), Mode::On)
    );
    assert_eq!(
        (site.rules.len(), site.recent.len(), site.loss),
        (1, 1, Loss::None)
    );

    let elsewhere = policy.site(Some(&place(1, "d", "https://other.example")), false, NOW_MS);
    assert!(elsewhere.rules.is_empty());
    let opaque = policy.site(Some(&place(1, "d", "null")), false, NOW_MS);
    assert_eq!((opaque.watched, opaque.origin), (true, None));
    let unwatched = policy.site(None, false, NOW_MS);
    assert_eq!((unwatched.watched, unwatched.origin), (false, None));
}

#[test]
fn what_is_stored_comes_back() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK, GITHUB], "h1");
    let words = Reason::Other {
        words: "a key of the workshop".into(),
    };
    let_through(&mut policy, "h1", Scope::Always, Some(words));
    hold(&mut policy, &place(1, "d", "null"), &[GITHUB], "h2");
    policy.window_opened("h2", 70);
    policy
        .set_mode("https://off.example", SetMode::Off, false, NOW_MS)
        .expect("an origin");
    policy
        .set_mode(SITE, SetMode::Paused, true, NOW_MS)
        .expect("an origin");

    let settings = serde_json::to_string(&policy.settings().stored()).expect("plain data");
    let session = serde_json::to_string(&policy.session().stored()).expect("plain data");
    let stored: StoredSettings = serde_json::from_str(&settings).expect("as written");
    let settings = Settings::read(stored).expect("as written");
    let stored: StoredSession = serde_json::from_str(&session).expect("as written");
    let session = Session::read(stored).expect("as written");
    let mut again = Policy::new(settings, session, Loss::None);
    assert_eq!(again.settings(), policy.settings());
    assert_eq!(again.state(&here(), NOW_MS), policy.state(&here(), NOW_MS));
    let private = Place {
        private: true,
        ..here()
    };
    assert_eq!(
        again.state(&private, NOW_MS),
        policy.state(&private, NOW_MS)
    );
    assert_eq!(again.recent(true), policy.recent(true));
    assert_eq!(again.pending("h2"), policy.pending("h2"));
    assert!(!again.window_closed(70).is_empty());
}

#[test]
fn damaged_settings_are_not_taken_in_part() {
    let rule = |origin: &str, detector: &str, reason: &str| {
        format!(
            r#"{{"version":1,"sites":[],"rules":[{{"origin":"{origin}","detector":"{detector}","reason":{reason},"createdMs":1}}]}}"#
        )
    };
    let sound = rule(SITE, DEEPSEEK, r#""testKey""#);
    let read = |text: &str| {
        let stored = serde_json::from_str::<StoredSettings>(text).ok()?;
        Settings::read(stored).ok()
    };
    assert!(read(&sound).is_some());
    for damaged in [
        sound.replace(r#""version":1"#, r#""version":2"#),
        sound.replace(
            r#""sites":[]"#,
            r#""sites":[{"origin":"https://A.example","mode":"off"}]"#,
        ),
        sound.replace(
            r#""sites":[]"#,
            r#""sites":[{"origin":"https://a.example","mode":"of"}]"#,
        ),
        sound.replace(r#""sites":[],"#, ""),
        sound.replace(r#""sites""#, r#""off":["*"],"sites""#),
        rule("null", DEEPSEEK, r#""testKey""#),
        rule("https://chat.example/", DEEPSEEK, r#""testKey""#),
        rule(SITE, "*", r#""testKey""#),
        rule(SITE, DEEPSEEK, r#"{"other":{"words":""}}"#),
        rule(SITE, DEEPSEEK, r#""because""#),
        "[]".into(),
        "null".into(),
    ] {
        assert!(read(&damaged).is_none(), "{damaged}");
    }
}

#[test]
fn a_detector_that_is_off_passes_everywhere() {
    let mut policy = policy();
    let effects = policy.set_detector_on(DEEPSEEK, false);
    assert_eq!(effects, Ok(((), vec![Effect::SaveSettings])));
    // Twice is once.
    policy.set_detector_on(DEEPSEEK, false).expect("a detector");
    assert_eq!(policy.guard_settings(NOW_MS).off, [DEEPSEEK]);
    let opaque = place(1, "document-1", "null");
    for place in [
        here(),
        place(2, "document-2", "http://other.example"),
        opaque,
    ] {
        let state = policy.state(&place, NOW_MS);
        assert!(state.on);
        assert_eq!(state.allowed, [number(DEEPSEEK)]);
    }
    hold(&mut policy, &here(), &[DEEPSEEK], "a");
    hold(&mut policy, &here(), &[DEEPSEEK, GITHUB], "b");
    assert_eq!(outcomes(&policy), [Outcome::Waiting, Outcome::PassedByRule]);
    // With a rule for the same, its number is there once.
    let_through(&mut policy, "b", Scope::Always, Some(Reason::TestKey));
    let mut allowed = vec![number(DEEPSEEK), number(GITHUB)];
    allowed.sort_unstable();
    assert_eq!(policy.state(&here(), NOW_MS).allowed, allowed);

    policy.set_detector_on(DEEPSEEK, true).expect("a detector");
    policy.set_detector_on(GITHUB, true).expect("it is on");
    let settings = policy.guard_settings(NOW_MS);
    assert!(settings.off.is_empty());
    assert_eq!(settings.rules.len(), 2);
    let unknown = policy.set_detector_on("no.such", false);
    assert_eq!(unknown, Err(Refusal::NotUnderstood));
}

/// What a version before had switched off, and this one has no more, can be switched on again.
#[test]
fn detectors_that_are_gone() {
    let stored = r#"{"version":1,"sites":[],"rules":[],"off":["was.there","deepseek.api-key"]}"#;
    let stored: StoredSettings = serde_json::from_str(stored).expect("the stored form");
    let settings = Settings::read(stored).expect("they are sound");
    let mut policy = Policy::new(settings, Session::default(), Loss::None);
    assert_eq!(policy.guard_settings(NOW_MS).off, [DEEPSEEK, "was.there"]);
    assert_eq!(policy.state(&here(), NOW_MS).allowed, [number(DEEPSEEK)]);
    policy.set_detector_on("was.there", true).expect("it can");
    assert_eq!(policy.guard_settings(NOW_MS).off, [DEEPSEEK]);
    let stored = serde_json::to_string(&policy.settings().stored()).expect("plain data");
    assert!(stored.contains(r#""off":["deepseek.api-key"]"#), "{stored}");
}

#[test]
fn settings_show_sites_that_differ() {
    let mut policy = policy();
    let other = "https://other.example";
    policy
        .set_mode(SITE, SetMode::Off, false, NOW_MS)
        .expect("a site");
    policy
        .set_mode(other, SetMode::Paused, false, NOW_MS)
        .expect("a site");
    policy
        .set_mode("https://third.example", SetMode::Off, true, NOW_MS)
        .expect("a site");
    let shown = |now_ms: u64| -> Vec<String> {
        let sites = policy.guard_settings(now_ms).sites;
        sites.into_iter().map(|site| site.origin).collect()
    };
    // Neither what is over nor what belongs to a private window.
    assert_eq!(shown(NOW_MS), [SITE, other]);
    assert_eq!(shown(NOW_MS + PAUSE_MS), [SITE]);
}

#[test]
fn a_window_that_is_done_is_no_answer_when_it_closes() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[DEEPSEEK], "h1");
    policy.window_opened("h1", 70);
    assert_eq!(policy.asked_in(70).as_deref(), Some("h1"));
    let closed = Effect::CloseWindow {
        window: 70,
        hold: "h1".into(),
    };
    assert_eq!(policy.window_left("h1"), [Effect::SaveSession, closed]);
    assert_eq!(policy.window_closed(70), []);
    assert_eq!(policy.holds(1), 1);
    assert!(policy.held_in(&here(), "h1").is_ok());
    // Another frame's document has no such hold.
    let elsewhere = Place {
        document: "another document".into(),
        ..here()
    };
    assert!(policy.held_in(&elsewhere, "h1").is_err());
}

/// What only the vault knows is held and let through as what a detector finds.
#[test]
fn a_key_that_only_the_vault_knows() {
    let mut policy = policy();
    hold(&mut policy, &here(), &[OWN_KEY_ID], "h1");
    assert_eq!(outcomes(&policy), [Outcome::Waiting]);
    let_through(&mut policy, "h1", Scope::Always, Some(Reason::TestKey));
    assert_eq!(policy.state(&here(), NOW_MS).allowed, [OWN_KEY]);
}
