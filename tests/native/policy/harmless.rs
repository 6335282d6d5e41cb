//! Values that are no keys.

use super::*;
use keyward::own_keys::OwnKeys;
use keyward::policy::{Rows, Salt};
use keyward::secret::Secret;
use keyward::vault::row_under;

const SALT: Salt = [7; 32];
const VALUE: &str = "0123-this-is-no-key-4567";

/// What the vault's module makes of a value.
fn rows(policy: &Policy, value: &str) -> Rows {
    let salt = policy.harmless_salt().unwrap_or(SALT);
    let row = row_under(&salt, &Secret::new(value.to_owned())).expect("long enough");
    Rows {
        salt,
        rows: vec![(number(DEEPSEEK), row)],
    }
}

/// The person says that a value is no key.
fn say(policy: &mut Policy, place: &Place, id: &str, scope: Scope) -> (Answered, Vec<Effect>) {
    hold(policy, place, &[DEEPSEEK], id);
    let release = policy.agree(id, scope, None).expect("is held");
    let rows = rows(policy, VALUE);
    policy.released_with(release, true, Some(&rows), NOW_MS)
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
    let sound = rows(&policy, VALUE);
    let of = |number| Rows {
        rows: vec![(number, sound.rows[0].1)],
        ..sound.clone()
    };
    let refused = [
        // The module that makes rows failed, or the value was too short.
        None,
        Some(Rows {
            rows: Vec::new(),
            ..sound.clone()
        }),
        // A frame may say anything.
        Some(of(number(GITHUB))),
        Some(of(u16::MAX)),
    ];
    for rows in refused {
        hold(&mut policy, &here(), &[DEEPSEEK], "h3");
        let release = policy.agree("h3", Scope::Harmless, None).expect("is held");
        let (answered, effects) = policy.released_with(release, true, rows.as_ref(), NOW_MS);
        assert_eq!(answered, Answered::NotRemembered);
        assert!(!effects.contains(&Effect::SaveSettings));
        assert!(policy.guard_settings(NOW_MS).harmless.is_empty());
    }
}

#[test]
fn rows_of_another_salt_are_not_mixed_with_those_that_are_there() {
    let mut policy = policy();
    say(&mut policy, &here(), "h1", Scope::Harmless);
    let other = Rows {
        salt: [8; 32],
        ..rows(&policy, "4567-neither-is-this-0123")
    };
    hold(&mut policy, &here(), &[DEEPSEEK], "h2");
    let release = policy.agree("h2", Scope::Harmless, None).expect("is held");
    let (answered, _) = policy.released_with(release, true, Some(&other), NOW_MS);
    assert_eq!(answered, Answered::NotRemembered);
    assert!(passes(&policy, SITE));
    assert_eq!(policy.guard_settings(NOW_MS).harmless.len(), 1);
}

#[test]
fn rows_are_read_whole_or_not_at_all() {
    let read = Rows::read(&[7; 32], &[1, 2], &[3; 32]).expect("is sound");
    assert_eq!(read.rows, [(1, [3; 16]), (2, [3; 16])]);
    for (salt, detectors, rows) in [(31, 2, 32), (32, 1, 32), (32, 2, 31), (32, 0, 16)] {
        let odd = Rows::read(&vec![7; salt], &vec![1; detectors], &vec![3; rows]);
        assert_eq!(odd, None);
    }
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
