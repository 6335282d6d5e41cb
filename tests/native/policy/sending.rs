//! What pages send of their own accord.

use super::*;

#[test]
fn tokens_of_pages_pass_and_keys_do_not() {
    let answer = policy().frame(&here(), FrameRequest::Sending {}, "h".into(), NOW_MS);
    let Ok((FrameReply::Sending { passing }, effects)) = answer else {
        panic!("answered with {answer:?}");
    };
    assert_eq!(effects, []);
    for (id, passes) in [
        ("jwt.token", true),
        ("generic.assignment", true),
        (DEEPSEEK, false),
        (GITHUB, false),
        ("private-key.pem", false),
        (OWN_KEY_ID, false),
    ] {
        assert_eq!(passing.contains(&number(id)), passes, "{id}");
    }
}

#[test]
fn the_switch_is_kept() {
    let mut policy = policy();
    assert!(!policy.settings().sending());
    let (_, effects) = policy.set_sending(true).expect("can be set");
    // The scripts first: a browser that does not run them is no switch that is on.
    assert_eq!(
        effects,
        [
            Effect::Sending {
                on: true,
                unwatched: vec![]
            },
            Effect::SaveSettings
        ]
    );
    let stored = policy.settings().stored();
    let settings = Settings::read(stored).expect("as it was written");
    assert!(settings.sending());
    assert!(policy.guard_settings(NOW_MS).sending);
}

#[test]
fn a_site_is_excepted_and_taken_back() {
    let mut policy = policy();
    policy.set_sending(true).expect("can be set");
    let excepted = |policy: &Policy| policy.guard_settings(NOW_MS).unwatched;
    assert_eq!(
        policy.site(Some(&here()), false, NOW_MS).sending,
        Some(true)
    );
    for _ in 0..2 {
        let (_, effects) = policy.set_sending_here(SITE, false).expect("a site");
        let unwatched = vec![SITE.to_owned()];
        assert_eq!(
            effects[0],
            Effect::Sending {
                on: true,
                unwatched
            }
        );
    }
    assert_eq!(excepted(&policy), [SITE]);
    assert_eq!(
        policy.site(Some(&here()), false, NOW_MS).sending,
        Some(false)
    );
    let read = Settings::read(policy.settings().stored()).expect("as it was written");
    assert_eq!(read.unwatched(), [SITE]);
    policy.set_sending_here(SITE, true).expect("a site");
    assert!(excepted(&policy).is_empty());
    assert_eq!(
        policy.set_sending_here("null", false),
        Err(Refusal::NotRememberable)
    );
}

#[test]
fn what_a_worker_sends_is_judged_as_what_its_page_sends() {
    let mut policy = policy();
    let keys = [(number(DEEPSEEK), false), (number("jwt.token"), false)];
    let asked =
        |policy: &Policy, place: &Place, keys: &[(u16, bool)]| policy.leaving(place, keys, NOW_MS);
    assert!(asked(&policy, &here(), &keys).is_empty(), "not switched on");
    policy.set_sending(true).expect("can be set");
    assert_eq!(asked(&policy, &here(), &keys), [number(DEEPSEEK)]);
    // What is in the person's vault is none of a page's own tokens.
    let own = [(number("jwt.token"), true), (OWN_KEY, true)];
    assert_eq!(
        asked(&policy, &here(), &own),
        [number("jwt.token"), OWN_KEY]
    );
    let opaque = place(1, "d", "null");
    assert_eq!(asked(&policy, &opaque, &keys), [number(DEEPSEEK)]);
    policy.set_detector_on(DEEPSEEK, false).expect("a detector");
    assert!(asked(&policy, &here(), &keys).is_empty(), "switched off");
    policy.set_detector_on(DEEPSEEK, true).expect("a detector");
    policy
        .set_mode(SITE, SetMode::Off, false, NOW_MS)
        .expect("a site");
    assert!(
        asked(&policy, &here(), &keys).is_empty(),
        "the guard is off"
    );
    policy
        .set_mode(SITE, SetMode::On, false, NOW_MS)
        .expect("a site");
    policy.set_sending_here(SITE, false).expect("a site");
    assert!(asked(&policy, &here(), &keys).is_empty(), "excepted");
}

#[test]
fn what_left_is_noted_and_the_icon_tells_until_the_person_looks() {
    let mut policy = policy();
    let gone = |policy: &mut Policy, outcome| {
        policy.gone(&here(), &[number(DEEPSEEK)], outcome, "h".into(), NOW_MS)
    };
    let badge = Effect::Badge { tab: 1 };
    let told = [Effect::SaveSession, badge.clone()];
    assert_eq!(gone(&mut policy, Outcome::SeenLeaving), told);
    assert_eq!(gone(&mut policy, Outcome::Stopped), told);
    assert_eq!(outcomes(&policy), [Outcome::Stopped, Outcome::SeenLeaving]);
    assert_eq!(
        (policy.holds(1), policy.untold(1), policy.untold(2)),
        (0, 2, 0)
    );
    let stored = policy.session().stored();
    let session = Session::read(stored).expect("as it was written");
    let mut policy = Policy::new(Settings::default(), session, Loss::None);
    assert_eq!(policy.untold(1), 2);
    assert!(policy.told(2).is_empty());
    assert_eq!(policy.told(1), [Effect::SaveSession, badge]);
    assert_eq!(policy.untold(1), 0);
}
