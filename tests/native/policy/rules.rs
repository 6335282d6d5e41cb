//! Letting through, once and always.

use super::*;

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
