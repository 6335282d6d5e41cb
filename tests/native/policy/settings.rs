//! What is on and off where, what of it is stored, and what of it is shown.

use super::*;

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
fn the_sign_is_off_until_it_is_switched_on_and_never_where_there_is_no_origin() {
    let mut policy = policy();
    assert!(!policy.sign());
    let (_, effects) = policy.set_sign(true).expect("nothing stands against it");
    assert_eq!(effects, [Effect::SaveSettings]);
    assert!(policy.state(&here(), NOW_MS).sign);
    assert!(policy.guard_settings(NOW_MS).sign);
    assert!(!policy.state(&place(1, "d", "null"), NOW_MS).sign);
    let stored = serde_json::to_string(&policy.settings().stored()).expect("plain data");
    let read: StoredSettings = serde_json::from_str(&stored).expect("it was stored");
    let read = Settings::read(read).expect("it is whole");
    assert!(Policy::new(read, Session::default(), Loss::None).sign());
}
