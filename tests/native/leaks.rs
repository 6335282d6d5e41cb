//! Keys that were let through: noted at once, with the vault open or locked; and what may be said of all keys while it is locked.

#![allow(clippy::unwrap_used)]

use keyward::life::exposure::{Kind, Standing};
use keyward::life::reminder::Summary;
use keyward::message::life::Exposure;
use keyward::message::vault::PageRequest;
use keyward::secret::Secret;
use keyward::vault::row_of;

use crate::keeper::{RIGHT, TestKeeper, World, ask, bytes, entries, store, unlock};
use crate::vault::run;

const SITE: &str = "https://chat.example";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

fn made_up(number: u8) -> String {
    format!("sk-{number:02x}{}", "0f1e2d3c4b5a69788796a5b4c3d2e1")
}

/// As a frame would say it: by the table that is readable while the vault is locked.
fn let_out(world: &World, keeper: &mut TestKeeper<'_>, key: &str, place: &str) {
    let_out_as(Kind::LetThrough, world, keeper, key, place);
}

fn let_out_as(kind: Kind, world: &World, keeper: &mut TestKeeper<'_>, key: &str, place: &str) {
    let table = run(keyward::vault::read_own_keys(&world.disk)).unwrap();
    let row = row_of(&table, &Secret::from(key)).unwrap();
    run(keeper.expose(kind, &[row], place));
}

fn exposures(keeper: &mut TestKeeper<'_>, entry: &str) -> Vec<Exposure> {
    let lives = run(keeper.lives()).unwrap();
    let life = lives.into_iter().find(|life| life.entry == entry);
    life.unwrap().exposures
}

/// A page may send a key with every request, and a file be chosen again and again.
#[test]
fn what_is_seen_again_and_again_is_noted_once_for_each_way_and_place() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = store(&mut keeper, "leaked", &made_up(1)).unwrap().entry;
    for kind in [Kind::SeenLeaving, Kind::InFile] {
        for place in [SITE, SITE, "https://board.example", SITE] {
            let_out_as(kind, &world, &mut keeper, &made_up(1), place);
            run(keeper.sum_up(true));
        }
        // Also where they wait together.
        let_out_as(kind, &world, &mut keeper, &made_up(1), SITE);
        let_out_as(kind, &world, &mut keeper, &made_up(1), SITE);
        run(keeper.sum_up(true));
    }
    let noted = exposures(&mut keeper, &entry);
    let noted: Vec<_> = noted
        .iter()
        .map(|it| (it.kind, it.place.as_str()))
        .collect();
    let board = "https://board.example";
    assert_eq!(
        noted,
        [
            (Kind::SeenLeaving, SITE),
            (Kind::SeenLeaving, board),
            (Kind::InFile, SITE),
            (Kind::InFile, board)
        ]
    );
    // After it was dismissed, it is news.
    dismiss(&mut keeper, &entry, 1);
    let_out_as(Kind::SeenLeaving, &world, &mut keeper, &made_up(1), SITE);
    run(keeper.sum_up(true));
    assert_eq!(exposures(&mut keeper, &entry).len(), 5);
}

fn dismiss(keeper: &mut TestKeeper<'_>, entry: &str, number: u32) {
    let dismiss = keyward::message::life::PageRequest::DismissExposure {
        entry: entry.to_owned(),
        number,
        reason: "made up".to_owned(),
    };
    run(keeper.change_life(dismiss)).unwrap();
}

#[test]
fn a_leak_is_noted_with_its_entry_and_with_no_other() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let leaked = store(&mut keeper, "leaked", &made_up(1)).unwrap().entry;
    let other = store(&mut keeper, "other", &made_up(2)).unwrap().entry;
    assert_eq!(run(keeper.sum_up(true)).exposed, 0);
    // As it may stand in a text: wrapped.
    let wrapped = format!("{}\n  {}", &made_up(1)[..20], &made_up(1)[20..]);
    let_out(&world, &mut keeper, &wrapped, SITE);
    assert_eq!(run(keeper.sum_up(true)).exposed, 1);
    let noted = exposures(&mut keeper, &leaked);
    assert_eq!(noted.len(), 1);
    assert_eq!(
        (noted[0].kind, noted[0].place.as_str()),
        (Kind::LetThrough, SITE)
    );
    assert_eq!(noted[0].standing, Standing::Open);
    assert!(exposures(&mut keeper, &other).is_empty());
    // Once is once.
    run(keeper.sum_up(true));
    assert_eq!(exposures(&mut keeper, &leaked).len(), 1);
    // Text that only looks like a key is that of no entry.
    let table = run(keyward::vault::read_own_keys(&world.disk)).unwrap();
    for text in [&made_up(3), "", "sk-", &made_up(1)[1..]] {
        assert_eq!(row_of(&table, &Secret::from(text)), None, "{text}");
    }
    assert_eq!(
        row_of(&table[..10], &Secret::from(made_up(1).as_str())),
        None
    );
}

#[test]
fn where_a_key_may_be_filled_it_is_no_leak_and_an_earlier_key_is_its_own() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = store(&mut keeper, "tool", &made_up(1)).unwrap().entry;
    let approve = PageRequest::ApproveOrigin {
        entry: entry.clone(),
        origin: keyward::origin::HttpsOrigin::parse(SITE).unwrap(),
    };
    ask(&mut keeper, approve).unwrap();
    let_out(&world, &mut keeper, &made_up(1), SITE);
    assert_eq!(run(keeper.sum_up(true)).exposed, 0);
    let seen = entries(&mut keeper).unwrap()[0].revision;
    let replace = PageRequest::ReplaceKey {
        entry: entry.clone(),
        seen,
        key: bytes(&made_up(2)),
    };
    ask(&mut keeper, replace).unwrap();
    let_out(
        &world,
        &mut keeper,
        &made_up(1),
        "https://elsewhere.example",
    );
    assert_eq!(run(keeper.sum_up(true)).exposed, 1);
    // The entry has another key already: what is left is to see the old one dead.
    assert_eq!(
        exposures(&mut keeper, &entry)[0].standing,
        Standing::Replaced
    );
}

#[test]
fn with_the_vault_locked_it_is_said_at_once_and_noted_when_it_opens() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = store(&mut keeper, "leaked", &made_up(1)).unwrap().entry;
    run(keeper.sum_up(true));
    ask(&mut keeper, PageRequest::LockVault {}).unwrap();
    let_out(&world, &mut keeper, &made_up(1), SITE);
    assert_eq!(run(keeper.sum_up(true)).exposed, 1);
    // Also by the next background.
    let mut keeper = world.background();
    assert_eq!(run(keeper.sum_up(false)).exposed, 1);
    unlock(&mut keeper, RIGHT).unwrap();
    assert_eq!(run(keeper.sum_up(true)).exposed, 1);
    assert_eq!(exposures(&mut keeper, &entry)[0].place, SITE);
    // What is said while it is locked names nothing.
    let stored = run(keyward::vault::Storage::get(
        &world.disk,
        &["life.summary".to_owned()],
    ));
    let stored = stored.unwrap().pop().flatten().unwrap();
    assert_eq!(stored.len(), 4 + 4 + 8, "{stored:?}");
    ask(&mut keeper, PageRequest::RemoveVault {}).unwrap();
    assert_eq!(run(keeper.sum_up(true)), Summary::default());
}

#[test]
fn reminders_survive_every_jump_of_the_clock() {
    let summary = Summary::new(0, 3, vec![30 * DAY_MS, 10 * DAY_MS, 20 * DAY_MS]);
    assert_eq!(Summary::parse(&summary.to_bytes()), summary);
    assert_eq!(summary.overdue(9 * DAY_MS), 0);
    assert_eq!(summary.next_ms(9 * DAY_MS), Some(10 * DAY_MS));
    assert_eq!(summary.overdue(10 * DAY_MS), 1);
    assert_eq!(summary.next_ms(10 * DAY_MS), Some(20 * DAY_MS));
    assert_eq!(summary.next_ms(30 * DAY_MS), None);
    assert!(summary.is_news(0, 10 * DAY_MS));
    // Once for each.
    assert!(!summary.is_news(10 * DAY_MS, 19 * DAY_MS));
    assert!(summary.is_news(10 * DAY_MS, 25 * DAY_MS));
    // The clock ran ahead, reminded of everything, and went back: what is due later is news then.
    assert!(!summary.is_news(999 * DAY_MS, 15 * DAY_MS));
    assert!(summary.is_news(15 * DAY_MS, 20 * DAY_MS));
    // As earlier versions wrote it.
    let mut earlier = 2_u32.to_be_bytes().to_vec();
    earlier.extend((10 * DAY_MS).to_be_bytes());
    assert_eq!(
        Summary::parse(&earlier),
        Summary::new(2, 0, vec![10 * DAY_MS])
    );
    for damaged in [&b""[..], &[1, 2, 3], &[0; 9], &[255; 100]] {
        // Anything is read as something, without a panic.
        let read = Summary::parse(damaged);
        assert!(read.overdue(DAY_MS) <= 13);
    }
}

#[test]
fn who_was_reminded_is_not_reminded_again_by_the_next_background() {
    let world = World::with_vault();
    let mut keeper = world.background();
    store(&mut keeper, "old", &made_up(1)).unwrap();
    let summary = run(keeper.sum_up(true));
    assert!(!run(keeper.take_news(&summary)));
    world.clock.pass(91 * DAY_MS);
    // The machine slept, and the vault is locked.
    let mut keeper = world.background();
    let summary = run(keeper.sum_up(false));
    assert!(run(keeper.take_news(&summary)));
    assert!(!run(keeper.take_news(&summary)));
    let mut keeper = world.background();
    let summary = run(keeper.sum_up(false));
    assert!(!run(keeper.take_news(&summary)));
}
