//! What is put right in a key, what is asked, and when the vault locks.

use std::time::Duration;

use keyward::vault::lock::{
    Decision, LockPolicy, LockReason, Signal, decide, has_slept, wait_after,
};
use keyward::vault::{Doubt, Removed, clean, question};

use super::secret;

#[test]
fn cleaned_keys() {
    use Removed::{Bearer, Blanks, Invisible, LineBreaks, Quotes};
    let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\nBBBB\n-----END PRIVATE KEY-----\n";
    for (raw, key, removed) in [
        ("plain-key", "plain-key", &[][..]),
        ("  plain-key\t", "plain-key", &[Blanks]),
        ("plain-key\n", "plain-key", &[LineBreaks]),
        ("plain-key \r\n", "plain-key", &[LineBreaks]),
        ("\"plain-key\"", "plain-key", &[Quotes]),
        ("'plain-key',", "plain-key", &[Quotes]),
        (" \"plain-key\";\n", "plain-key", &[Quotes, LineBreaks]),
        ("“plain-key”", "plain-key", &[Quotes]),
        ("„plain-key“", "plain-key", &[Quotes]),
        ("`plain-key`", "plain-key", &[Quotes]),
        ("Bearer plain-key", "plain-key", &[Bearer]),
        (
            "Authorization: Bearer plain-key",
            "plain-key",
            &[Blanks, Bearer],
        ),
        (
            "'authorization: bearer plain-key'",
            "plain-key",
            &[Blanks, Quotes, Bearer],
        ),
        ("plain-\nkey", "plain-key", &[LineBreaks]),
        ("plain-  \r\n    key", "plain-key", &[LineBreaks]),
        ("plain\u{200b}-\u{ad}key\u{feff}", "plain-key", &[Invisible]),
        ("plain\0-\u{7f}key", "plain-key", &[Invisible]),
        ("two words", "two words", &[]),
        ("Bearer", "Bearer", &[]),
        ("\"", "\"", &[]),
        ("\"\"", "", &[Quotes]),
        ("", "", &[]),
        (" \u{200b}\n", "", &[LineBreaks, Invisible]),
        (
            "\"'Bearer  “plain-key”'\"",
            "plain-key",
            &[Blanks, Quotes, Bearer],
        ),
        (pem, pem, &[LineBreaks]),
        (&pem.replace('\n', " \r\n"), pem, &[LineBreaks]),
    ] {
        let cleaned = clean(raw);
        assert_eq!(cleaned.key.expose(), key, "{raw:?}");
        assert_eq!(cleaned.removed, removed, "{raw:?}");
        // What is clean stays as it is.
        assert_eq!(clean(key).key.expose(), key, "{raw:?} twice");
    }
}

#[test]
fn questions() {
    let check = |key: &str, provider: &str, found: &[&str], expected: &[Doubt]| {
        let found = found.iter().map(|name| (*name).to_owned()).collect();
        let doubts = question(
            &secret(key),
            provider,
            |_| found,
            |provider| provider != "Unheard Of",
        );
        assert_eq!(doubts, expected, "{key} of {provider}");
    };
    check("some-long-key", "DeepSeek", &["DeepSeek"], &[]);
    check("some-long-key", "deepseek", &["Alibaba", "DeepSeek"], &[]);
    check(
        "some-long-key",
        "DeepSeek",
        &["OpenAI"],
        &[Doubt::OtherProvider(vec!["OpenAI".into()])],
    );
    check("some-long-key", "DeepSeek", &[], &[Doubt::NotOfProvider]);
    check("some-long-key", "Unheard Of", &[], &[]);
    check("some-long-key", "", &["OpenAI"], &[]);
    check("some long key", "", &[], &[Doubt::BlanksInside]);
    check("-----BEGIN PRIVATE KEY-----\nAAAA\n", "", &[], &[]);
    check(
        "short",
        "DeepSeek",
        &[],
        &[Doubt::NotOfProvider, Doubt::Short],
    );
}

#[test]
fn locking() {
    const MINUTE: u64 = 60_000;
    let (policy, never) = (LockPolicy::default(), LockPolicy::new(None, false));
    let now = 1_790_000_000_000;
    for (policy, signal, since_use, since_tick, expected) in [
        (
            policy,
            Signal::Tick,
            0,
            0,
            Decision::WaitUntil(Some(now + 15 * MINUTE)),
        ),
        (
            policy,
            Signal::Tick,
            15 * MINUTE - 1,
            0,
            Decision::WaitUntil(Some(now + 1)),
        ),
        (
            policy,
            Signal::Tick,
            15 * MINUTE,
            0,
            Decision::Lock(LockReason::Unused),
        ),
        (
            policy,
            Signal::Tick,
            500 * MINUTE,
            0,
            Decision::Lock(LockReason::Unused),
        ),
        (
            never,
            Signal::Tick,
            500 * MINUTE,
            0,
            Decision::WaitUntil(None),
        ),
        (
            policy,
            Signal::Asked,
            0,
            0,
            Decision::Lock(LockReason::Asked),
        ),
        (
            never,
            Signal::Asked,
            0,
            0,
            Decision::Lock(LockReason::Asked),
        ),
        (
            policy,
            Signal::Slept,
            0,
            0,
            Decision::Lock(LockReason::Slept),
        ),
        (
            never,
            Signal::Slept,
            0,
            0,
            Decision::Lock(LockReason::Slept),
        ),
        (
            policy,
            Signal::ScreenLocked,
            0,
            0,
            Decision::Lock(LockReason::ScreenLocked),
        ),
        (never, Signal::ScreenLocked, 0, 0, Decision::WaitUntil(None)),
    ] {
        assert_eq!(
            decide(policy, signal, now, now - since_use, now - since_tick),
            expected,
            "{signal:?} {since_use}"
        );
    }
    // A clock that is set right by a minute does not lock; one that was set back by hours does, whatever the timeout.
    assert_eq!(
        decide(never, Signal::Tick, now - MINUTE, now, now),
        Decision::WaitUntil(None)
    );
    assert_eq!(
        decide(never, Signal::Tick, now - 3 * MINUTE, now, now),
        Decision::Lock(LockReason::ClockWentBack)
    );
    assert_eq!(
        decide(policy, Signal::Tick, now - 3 * MINUTE, 0, now),
        Decision::Lock(LockReason::ClockWentBack)
    );
    assert!(
        has_slept(now, now + 5 * MINUTE)
            && !has_slept(now, now + 4 * MINUTE)
            && !has_slept(now, now - MINUTE)
    );
    let bounds = |seconds| {
        LockPolicy::new(Some(Duration::from_secs(seconds)), true)
            .timeout()
            .map(|time| time.as_secs())
    };
    assert_eq!(
        (bounds(1), bounds(300), bounds(1_000_000)),
        (Some(60), Some(300), Some(86_400))
    );
}

#[test]
fn wrong_passphrases_wait() {
    let waits: Vec<u64> = (0..12)
        .map(|failures| wait_after(failures).as_secs())
        .collect();
    assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(wait_after(u32::MAX).as_secs(), 60);
}
