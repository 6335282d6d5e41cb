//! Values that are no keys.

use super::*;
use keyward::own_keys::OwnKeys;
use keyward::policy::{Row, Salt};
use keyward::secret::Secret;
use keyward::vault::row_under;

const SALT: Salt = [7; 32];
const VALUE: &str = "0123-this-is-no-key-4567";

fn row(policy: &mut Policy, value: &str) -> Row {
    let salt = policy.harmless_salt(SALT);
    row_under(&salt, &Secret::new(value.to_owned())).expect("long enough")
}

/// The person says that a value is no key.
fn say(policy: &mut Policy, place: &Place, id: &str, scope: Scope) -> (Answered, Vec<Effect>) {
    hold(policy, place, &[DEEPSEEK], id);
    let release = policy.agree(id, scope, None).expect("is held");
    let row = row(policy, VALUE);
    policy.released_with(release, true, &[(number(DEEPSEEK), row)], NOW_MS)
}

/// Whether a frame of an origin lets the value pass.
fn passes(policy: &Policy, origin: &str) -> bool {
    let state = policy.state(&place(1, "d", origin), NOW_MS);
    let table = state.harmless.expect("always told");
    let text = format!("x = {VALUE};");
    OwnKeys::parse(&table).is_some_and(|table| {
        let mut spans = table.matches(text.as_bytes());
        spans.next() == Some(4..4 + VALUE.len()) && spans.next().is_none()
    })
}

#[test]
fn a_value_passes_on_its_site_or_everywhere() {
    for (scope, elsewhere) in [(Scope::HarmlessHere, false), (Scope::Harmless, true)] {
        let mut policy = policy();
        let (answered, effects) = say(&mut policy, &here(), "h1", scope);
        assert_eq!(answered, Answered::LetThrough);
        assert!(effects.contains(&Effect::SaveSettings));
        assert!(passes(&policy, SITE));
        for other in ["https://other.example", "http://chat.example", "null"] {
            assert_eq!(passes(&policy, other), elsewhere, "{other}");
        }
        // The kind of key is asked about as ever.
        assert!(policy.state(&here(), NOW_MS).allowed.is_empty());
    }
}

#[test]
fn it_survives_a_restart_without_the_value_and_is_taken_back() {
    let mut policy = policy();
    say(&mut policy, &here(), "h1", Scope::HarmlessHere);
    let stored = serde_json::to_string(&policy.settings().stored()).expect("is plain data");
    assert!(!stored.contains(VALUE) && !stored.contains("no-key"));
    let read: StoredSettings = serde_json::from_str(&stored).expect("as it was written");
    let settings = Settings::read(read).expect("is sound");
    let mut again = Policy::new(settings, Session::default(), Loss::None);
    assert!(passes(&again, SITE));
    let shown = again.guard_settings(NOW_MS).harmless;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].origin.as_deref(), Some(SITE));
    assert_eq!(shown[0].detector, DEEPSEEK);
    // Of a list that is not as it was shown, nothing.
    for (index, created_ms) in [(1, NOW_MS), (0, NOW_MS - 1)] {
        again
            .withdraw_harmless(index, created_ms)
            .expect("no error");
        assert!(passes(&again, SITE));
    }
    again.withdraw_harmless(0, NOW_MS).expect("is there");
    assert!(!passes(&again, SITE));
}

#[test]
fn nothing_is_remembered_of_private_windows_opaque_origins_and_what_was_not_given() {
    let mut policy = policy();
    let private = Place {
        private: true,
        ..here()
    };
    for (id, place) in [("h1", private), ("h2", place(1, "d", "null"))] {
        hold(&mut policy, &place, &[DEEPSEEK], id);
        assert!(!policy.pending(id).expect("is held").can_harmless);
        assert_eq!(
            policy.agree(id, Scope::Harmless, None).err(),
            Some(Refusal::NotRememberable)
        );
    }
    hold(&mut policy, &here(), &[DEEPSEEK], "h3");
    let release = policy.agree("h3", Scope::Harmless, None).expect("is held");
    let (answered, effects) = policy.released_with(release, true, &[], NOW_MS);
    assert_eq!(answered, Answered::NotRemembered);
    assert!(!effects.contains(&Effect::SaveSettings));
}

#[test]
fn what_is_damaged_is_not_taken() {
    let mut policy = policy();
    say(&mut policy, &here(), "h1", Scope::HarmlessHere);
    let stored = serde_json::to_value(policy.settings().stored()).expect("is plain data");
    for (pointer, value) in [
        ("/harmless/salt", serde_json::json!([1, 2])),
        ("/harmless/salt", serde_json::json!([])),
        ("/harmless/values/0/row", serde_json::json!([1])),
        (
            "/harmless/values/0/origin",
            serde_json::json!("chat.example"),
        ),
        ("/harmless/values/0/detector", serde_json::json!("")),
    ] {
        let mut damaged = stored.clone();
        *damaged.pointer_mut(pointer).expect("is there") = value;
        let read: StoredSettings = serde_json::from_value(damaged).expect("of the same form");
        assert!(Settings::read(read).is_err(), "{pointer}");
    }
}
