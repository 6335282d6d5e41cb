//! Keys that are held to be stored: for how long they are kept, and what becomes of them.

#![allow(clippy::unwrap_used)]

use keyward::keeper::{HELD_MS, LONGEST_HELD_BYTES, MOST_HELD};
use keyward::message::store::HeldKey;
use keyward::message::vault::{Details, Refusal};

use crate::keeper::{
    MINUTE_MS, RIGHT, World, bytes, entries, key, session_is_empty, store, unlock,
};
use crate::vault::run;

const HOLD: &str = "a hold";

fn held(detector: u16, text: &str) -> HeldKey {
    HeldKey {
        detector,
        key: bytes(text),
    }
}

fn named(name: &str) -> Details {
    Details {
        name: name.to_owned(),
        ..Details::default()
    }
}

#[test]
fn stored_with_what_is_said_about_it() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let keys = [held(3, " made-up-key-one "), held(7, "made-up-key-two")];
    run(keeper.keep_held(HOLD, &keys)).unwrap();
    // It outlives the background.
    let mut keeper = world.background();
    let kept = run(keeper.held(HOLD)).unwrap();
    assert_eq!(
        kept.iter().map(|held| held.detector).collect::<Vec<_>>(),
        [3, 7]
    );
    run(keeper.store_held(HOLD, vec![named("one"), named("two")])).unwrap();
    let stored = entries(&mut keeper).unwrap();
    let names: Vec<_> = stored.iter().map(|line| &line.details.name).collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!(
        key(&mut keeper, &stored[0].entry).unwrap(),
        "made-up-key-one"
    );
    assert_eq!(run(keeper.held(HOLD)).unwrap_err(), Refusal::NoSuchEntry);
}

#[test]
fn what_is_stored_already_is_named_and_stays() {
    let world = World::with_vault();
    let mut keeper = world.background();
    store(&mut keeper, "known", "made-up-key-one").unwrap();
    let keys = [held(3, "made-up-key-one"), held(3, "made-up-key-two")];
    let names = run(keeper.names_of(&keys)).unwrap();
    assert_eq!(names, [Some("known".to_owned()), None]);
    run(keeper.keep_held(HOLD, &keys)).unwrap();
    run(keeper.store_held(HOLD, vec![named("again"), named("new")])).unwrap();
    let stored = entries(&mut keeper).unwrap();
    let names: Vec<_> = stored.iter().map(|line| &line.details.name).collect();
    assert_eq!(names, ["known", "new"]);
}

#[test]
fn kept_while_the_vault_is_opened_and_not_beyond_its_locking() {
    let world = World::with_vault();
    let mut keeper = world.background();
    run(keeper.lock()).unwrap();
    run(keeper.keep_held(HOLD, &[held(3, "made-up-key-one")])).unwrap();
    let refused = run(keeper.store_held(HOLD, vec![named("one")]));
    assert_eq!(refused, Err(Refusal::Locked));
    unlock(&mut keeper, RIGHT).unwrap();
    assert_eq!(run(keeper.held(HOLD)).unwrap().len(), 1);
    run(keeper.lock()).unwrap();
    assert_eq!(run(keeper.held(HOLD)).unwrap_err(), Refusal::NoSuchEntry);
    assert!(session_is_empty(&world));
}

#[test]
fn forgotten_when_its_time_is_up() {
    let world = World::default();
    let mut keeper = world.background();
    run(keeper.keep_held(HOLD, &[held(3, "made-up-key-one")])).unwrap();
    run(keeper.keep_held("another", &[held(3, "made-up-key-two")])).unwrap();
    // The clock of these tests goes on at each look.
    world.clock.pass(HELD_MS - MINUTE_MS);
    run(keeper.forget_old_held());
    assert_eq!(run(keeper.held(HOLD)).unwrap().len(), 1);
    world.clock.pass(MINUTE_MS);
    assert_eq!(run(keeper.held(HOLD)).unwrap_err(), Refusal::NoSuchEntry);
    run(keeper.forget_old_held());
    assert!(session_is_empty(&world));
}

#[test]
fn declined_is_forgotten_at_once() {
    let world = World::default();
    let mut keeper = world.background();
    run(keeper.keep_held(HOLD, &[held(3, "made-up-key-one")])).unwrap();
    run(keeper.forget_held(HOLD));
    assert!(session_is_empty(&world));
}

#[test]
fn no_more_and_no_longer_than_anybody_stores() {
    let world = World::default();
    let mut keeper = world.background();
    let many: Vec<_> = (0..=MOST_HELD).map(|_| held(3, "made-up")).collect();
    let long = [held(3, &"k".repeat(LONGEST_HELD_BYTES + 1))];
    assert_eq!(run(keeper.keep_held(HOLD, &[])), Err(Refusal::TooMany));
    assert_eq!(run(keeper.keep_held(HOLD, &many)), Err(Refusal::TooMany));
    assert_eq!(run(keeper.keep_held(HOLD, &long)), Err(Refusal::TooLong));
    run(keeper.keep_held(HOLD, &many[1..])).unwrap();
    let details = vec![named("only one")];
    assert_eq!(
        run(keeper.store_held(HOLD, details)),
        Err(Refusal::NoSuchEntry)
    );
}
