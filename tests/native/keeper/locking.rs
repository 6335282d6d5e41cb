//! What survives the death of a background, and what locks the vault.

use keyward::keeper::TICK_MS;
use keyward::origin::HttpsOrigin;
use keyward::vault::lock::Signal;

use super::*;

#[test]
fn made_once_and_open_after_the_death_of_the_background() {
    let world = World::default();
    let mut keeper = world.background();
    assert_eq!(state(&mut keeper).presence, Presence::Absent);
    assert_eq!(entries(&mut keeper), Err(Refusal::NoVault));
    assert_eq!(unlock(&mut keeper, RIGHT), Err(Refusal::NoVault));
    assert_eq!(
        ask(&mut keeper, create("")).map(drop),
        Err(Refusal::NoPassphrase)
    );
    let created = ask(&mut keeper, create(RIGHT)).unwrap();
    let PageReply::Recovery { recovery } = created else {
        panic!("{created:?}");
    };
    assert_eq!(
        ask(&mut keeper, create(RIGHT)).map(drop),
        Err(Refusal::Exists)
    );
    let stored = store(&mut keeper, "work", "made-up-key-1").unwrap();

    let mut next = world.background();
    assert!(run(next.wake()));
    assert_eq!(state(&mut next).presence, Presence::Open);
    assert_eq!(
        key(&mut next, &stored.entry).as_deref(),
        Ok("made-up-key-1")
    );

    ask(&mut next, PageRequest::LockVault {}).unwrap();
    assert!(session_is_empty(&world));
    for keeper in [&mut next, &mut world.background()] {
        assert_eq!(state(keeper).presence, Presence::Locked);
        assert!(state(keeper).has_recovery);
        assert_eq!(entries(keeper), Err(Refusal::Locked));
        assert_eq!(key(keeper, &stored.entry), Err(Refusal::Locked));
    }
    assert_eq!(unlock(&mut next, "wrong"), Err(Refusal::CannotOpen));
    assert_eq!(unlock(&mut next, RIGHT), Ok(()));
    assert_eq!(
        key(&mut next, &stored.entry).as_deref(),
        Ok("made-up-key-1")
    );

    // The code opens it too, however it is typed; a slip in it costs no try.
    ask(&mut next, PageRequest::LockVault {}).unwrap();
    let typed = recovery.text().unwrap().expose().to_lowercase();
    let with_code = |code: &str| PageRequest::UnlockWithRecovery {
        code: bytes(code),
        accept_older: false,
    };
    for _ in 0..5 {
        let slip = ask(&mut next, with_code(&typed[1..])).map(drop);
        assert_eq!(slip, Err(Refusal::NoRecoveryCode));
    }
    assert!(ask(&mut next, with_code(&typed)).is_ok());
    assert_eq!(state(&mut next).presence, Presence::Open);
}

#[test]
fn what_locks() {
    /// What happens, and whether the vault is open afterwards.
    type Happening = fn(&World, &mut TestKeeper<'_>);
    let cases: [(&str, Happening, bool); 9] = [
        (
            "14 minutes without use",
            |world, keeper| world.pass_minutes(keeper, 14),
            true,
        ),
        (
            "15 minutes without use",
            |world, keeper| world.pass_minutes(keeper, 15),
            false,
        ),
        (
            "use in between",
            |world, keeper| {
                world.pass_minutes(keeper, 14);
                entries(keeper).unwrap();
                world.pass_minutes(keeper, 14);
            },
            true,
        ),
        (
            "questions that are no use",
            |world, keeper| {
                world.pass_minutes(keeper, 14);
                state(keeper);
                world.pass_minutes(keeper, 1);
            },
            false,
        ),
        (
            "fields that ask whether a key may be filled",
            |world, keeper| {
                world.pass_minutes(keeper, 14);
                let origin = HttpsOrigin::parse("https://a.example").unwrap();
                assert!(!run(keeper.is_approved(&origin)));
                world.pass_minutes(keeper, 1);
            },
            false,
        ),
        (
            "a gap: the machine slept",
            |world, keeper| {
                world.clock.pass(6 * MINUTE_MS);
                run(keeper.wake());
            },
            false,
        ),
        (
            "a late alarm",
            |world, keeper| {
                world.clock.pass(TICK_MS + 4 * MINUTE_MS);
                run(keeper.wake());
            },
            true,
        ),
        (
            "the screen",
            |_, keeper| run(keeper.signal(Signal::ScreenLocked)),
            false,
        ),
        (
            "the shortcut",
            |_, keeper| run(keeper.signal(Signal::Asked)),
            false,
        ),
    ];
    let world = World::with_vault();
    for (what, happen, is_open) in cases {
        let mut keeper = world.background();
        if !run(keeper.wake()) {
            unlock(&mut keeper, RIGHT).unwrap();
        }
        entries(&mut keeper).unwrap();
        happen(&world, &mut keeper);
        assert_eq!(keeper.is_open(), is_open, "{what}");
        assert_eq!(session_is_empty(&world), !is_open, "{what}");
        assert_eq!(run(world.background().wake()), is_open, "{what}, later");
    }
}

/// A background that wakes up too late locks before it answers, also when it had died long before.
#[test]
fn late_wakings_lock_before_they_answer() {
    let world = World::with_vault();
    world.clock.pass(16 * MINUTE_MS);
    assert_eq!(entries(&mut world.background()), Err(Refusal::Locked));
    assert!(session_is_empty(&world));
}

#[test]
fn policy_is_kept() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let set = |minutes, with_screen| PageRequest::SetLockPolicy {
        minutes,
        with_screen,
    };
    assert_eq!(
        (state(&mut keeper).minutes, state(&mut keeper).with_screen),
        (Some(15), true)
    );
    // What is asked, what it becomes.
    for (asked, minutes) in [
        (Some(30), Some(30)),
        (Some(0), Some(1)),
        (Some(u32::MAX), Some(24 * 60)),
        (None, None),
    ] {
        ask(&mut keeper, set(asked, false)).unwrap();
        for keeper in [&mut keeper, &mut world.background()] {
            assert_eq!(state(keeper).minutes, minutes);
            assert!(!state(keeper).with_screen);
        }
    }
    run(keeper.signal(Signal::ScreenLocked));
    world.pass_minutes(&mut keeper, 60);
    assert!(keeper.is_open());
    ask(&mut keeper, set(Some(30), true)).unwrap();
    assert!(!keeper.is_open());
    // A damaged policy is the strict one.
    world
        .disk
        .records
        .borrow_mut()
        .insert("keeper.policy".into(), vec![0, 0]);
    let mut next = world.background();
    assert_eq!(
        (state(&mut next).minutes, state(&mut next).with_screen),
        (Some(15), true)
    );
}

/// A session that does not forget is asked again; until it has, nothing is open in this background.
#[test]
fn a_session_that_does_not_forget() {
    let world = World::with_vault();
    let mut keeper = world.background();
    entries(&mut keeper).unwrap();
    let next_step = world.session.steps.get() + 1;
    world.session.fault.set(Some((next_step, Fault::Fail)));
    // The removal fails; the state is emptied instead.
    assert_eq!(run(keeper.lock()), Ok(()));
    assert_eq!(entries(&mut keeper), Err(Refusal::Locked));
    assert_eq!(
        entries(&mut world.background()).map(drop),
        Err(Refusal::Locked)
    );
}

/// By the open vault only, also after the death of the background, and by the very origin.
#[test]
fn where_a_key_may_be_filled() {
    let origin = |text: &str| HttpsOrigin::parse(text).unwrap();
    let world = World::with_vault();
    let mut keeper = world.background();
    if !run(keeper.wake()) {
        unlock(&mut keeper, RIGHT).unwrap();
    }
    let stored = store(&mut keeper, "approved", "made-up-key-9").unwrap();
    let approve = PageRequest::ApproveOrigin {
        entry: stored.entry,
        origin: origin("https://tool.example"),
    };
    ask(&mut keeper, approve).unwrap();
    for keeper in [&mut keeper, &mut world.background()] {
        assert!(run(keeper.is_approved(&origin("https://tool.example"))));
        assert!(!run(
            keeper.is_approved(&origin("https://tool.example:8443"))
        ));
        assert!(!run(keeper.is_approved(&origin("https://other.example"))));
    }
    ask(&mut keeper, PageRequest::LockVault {}).unwrap();
    assert!(!run(keeper.is_approved(&origin("https://tool.example"))));
}
