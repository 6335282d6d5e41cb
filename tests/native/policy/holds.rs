//! What is held, from the report to its end.

use super::*;

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
