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
        [Effect::Sending { on: true }, Effect::SaveSettings]
    );
    let stored = policy.settings().stored();
    let settings = Settings::read(stored).expect("as it was written");
    assert!(settings.sending());
    assert!(policy.guard_settings(NOW_MS).sending);
}
