//! Opening: tries, older states, another passphrase.

use super::*;

#[test]
fn wrong_passphrases_are_slowed_down() {
    let world = World::with_vault();
    let mut keeper = world.background();
    run(keeper.lock()).unwrap();
    // The wait after each wrong try.
    for wait_ms in [0, 0, 1000, 2000] {
        assert_eq!(unlock(&mut keeper, "wrong"), Err(Refusal::CannotOpen));
        let now_ms = now(&world);
        let next_ms = state(&mut keeper).next_try_ms;
        assert_eq!(next_ms.is_some(), wait_ms > 0);
        if let Some(next_ms) = next_ms {
            let left_ms = next_ms.abs_diff(now_ms);
            assert!(left_ms.abs_diff(wait_ms) < 100, "{left_ms} for {wait_ms}");
            // Also the right one, and for a background that knows of nothing.
            assert_eq!(unlock(&mut keeper, RIGHT), Err(Refusal::TooSoon));
            assert_eq!(
                unlock(&mut world.background(), RIGHT),
                Err(Refusal::TooSoon)
            );
            world.clock.pass(wait_ms);
        }
    }
    assert_eq!(unlock(&mut keeper, RIGHT), Ok(()));
    assert_eq!(state(&mut keeper).next_try_ms, None);
    // The count begins anew.
    run(keeper.lock()).unwrap();
    assert_eq!(unlock(&mut keeper, "wrong"), Err(Refusal::CannotOpen));
    assert_eq!(state(&mut keeper).next_try_ms, None);
}

/// A try is on the disk before it is made, so that ending the background in the middle saves none.
#[test]
fn tries_are_counted_before_they_are_made() {
    let world = World::with_vault();
    run(world.background().lock()).unwrap();
    let counted = || world.disk.records.borrow().get("keeper.tries").cloned();
    for _ in 0..3 {
        let before = counted();
        let passphrase = Secret::new(b"wrong".to_vec());
        let opener = keyward::vault::Opener::Passphrase(&passphrase);
        let mut dying = world.background();
        let mut trying = Box::pin(dying.unlock(&opener, false));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        while counted() == before {
            assert!(trying.as_mut().poll(&mut context).is_pending());
        }
    }
    assert_eq!(
        unlock(&mut world.background(), RIGHT),
        Err(Refusal::TooSoon)
    );
}

/// Records put back from an old copy are refused by the anchor, until the person says that this is meant.
#[test]
fn an_older_vault_is_refused_until_it_is_accepted() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let old = world.disk.records.borrow().clone();
    store(&mut keeper, "work", "made-up-key-1").unwrap();
    run(keeper.lock()).unwrap();
    world
        .disk
        .records
        .borrow_mut()
        .retain(|name, _| name == "keeper.anchor");
    let put_back = old
        .into_iter()
        .filter(|(name, _)| name.starts_with("vault."));
    world.disk.records.borrow_mut().extend(put_back);
    let mut keeper = world.background();
    for _ in 0..5 {
        // Which is no wrong passphrase.
        assert_eq!(unlock(&mut keeper, RIGHT), Err(Refusal::Older));
    }
    let accepted = PageRequest::UnlockVault {
        passphrase: bytes(RIGHT),
        accept_older: true,
    };
    ask(&mut keeper, accepted).unwrap();
    assert!(entries(&mut keeper).unwrap().is_empty());
    run(keeper.lock()).unwrap();
    assert_eq!(unlock(&mut keeper, RIGHT), Ok(()));
}

#[test]
fn passphrase_and_code_are_replaced() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let change = PageRequest::ChangePassphrase {
        passphrase: bytes("battery staple"),
    };
    ask(&mut keeper, change).unwrap();
    let renewed = ask(&mut keeper, PageRequest::RenewRecoveryCode {}).unwrap();
    let PageReply::Recovery { recovery } = renewed else {
        panic!("{renewed:?}");
    };
    run(keeper.lock()).unwrap();
    assert_eq!(unlock(&mut keeper, RIGHT), Err(Refusal::CannotOpen));
    assert_eq!(unlock(&mut keeper, "battery staple"), Ok(()));
    run(keeper.lock()).unwrap();
    let with_code = PageRequest::UnlockWithRecovery {
        code: recovery,
        accept_older: false,
    };
    assert!(ask(&mut keeper, with_code).is_ok());
}

/// By what pages send: enrolled with the present passphrase only, asked for from then on, recorded, and counted when it is wrong.
#[test]
fn second_factors() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let given = |byte: u8| FactorOutput {
        credential: Bytes(Secret::new(vec![byte; 16])),
        output: Bytes(Secret::new(vec![byte; 32])),
    };
    let add = |keeper: &mut TestKeeper<'_>, passphrase, byte| {
        let request = PageRequest::AddFactor {
            passphrase: bytes(passphrase),
            factor: given(byte),
            transports: 8,
        };
        ask(keeper, request).map(drop)
    };
    assert_eq!(add(&mut keeper, "wrong", 1), Err(Refusal::CannotOpen));
    assert!(!state(&mut keeper).needs_factor);
    assert_eq!(add(&mut keeper, RIGHT, 1), Ok(()));
    assert!(state(&mut keeper).needs_factor);
    run(keeper.lock()).unwrap();
    assert_eq!(add(&mut keeper, RIGHT, 2), Err(Refusal::Locked));
    assert!(state(&mut keeper).needs_factor);
    let Ok(PageReply::Factors(factors)) = ask(&mut keeper, PageRequest::FactorState {}) else {
        panic!("no factors");
    };
    let [factor] = &factors.factors[..] else {
        panic!("{factors:?}");
    };
    assert_eq!((&factor.credential, factor.transports), (&vec![1; 16], 8));
    assert_eq!(factor.made_ms.abs_diff(now(&world)) / MINUTE_MS, 0);

    let unlock_with = |keeper: &mut TestKeeper<'_>, passphrase, byte| {
        let request = PageRequest::UnlockWithFactor {
            passphrase: bytes(passphrase),
            factor: given(byte),
            accept_older: false,
        };
        ask(keeper, request).map(drop)
    };
    assert_eq!(unlock(&mut keeper, RIGHT), Err(Refusal::CannotOpen));
    assert_eq!(
        unlock_with(&mut keeper, "wrong", 1),
        Err(Refusal::CannotOpen)
    );
    assert_eq!(unlock_with(&mut keeper, RIGHT, 2), Err(Refusal::CannotOpen));
    // Each of them was a try.
    assert_eq!(unlock_with(&mut keeper, RIGHT, 1), Err(Refusal::TooSoon));
    world.clock.pass(MINUTE_MS);
    assert_eq!(unlock_with(&mut keeper, RIGHT, 1), Ok(()));
    let logged = run(keeper.read_log()).unwrap();
    let secured = keyward::vault::log::Kind::Secured;
    let count = |kind| logged.events.iter().filter(|one| one.kind == kind).count();
    assert_eq!(count(secured), 1);
    let remove = PageRequest::RemoveFactor {
        passphrase: bytes(RIGHT),
        credential: Bytes(Secret::new(vec![1; 16])),
    };
    assert!(ask(&mut keeper, remove).is_ok());
    run(keeper.lock()).unwrap();
    assert_eq!(unlock(&mut keeper, RIGHT), Ok(()));
}
