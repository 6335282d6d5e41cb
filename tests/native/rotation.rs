//! Rotation and exposures: due in time, a guide that can be left and taken up at every step, and nothing closed that was not
//! seen to be over.

#![allow(clippy::unwrap_used)]

use keyward::life::check::Verdict;
use keyward::life::exposure::{self, Kind, Standing};
use keyward::life::record::Record;
use keyward::life::rotation::{self, Due, Event, Step, advance, due, step};
use keyward::message::life::{EntryLife, PageRequest as Life};
use keyward::message::vault::{PageRequest, Refusal};

use crate::keeper::{TestKeeper, World, ask, bytes, entries, store};
use crate::vault::run;

const DAY: u64 = 24 * 60 * 60 * 1000;
const OLD: [u8; 16] = [1; 16];
const NEW: [u8; 16] = [2; 16];

#[test]
fn due_by_the_day() {
    let start = 1000 * DAY;
    for (days, after, expected) in [
        (None, 0, Due::Later),
        (None, 75, Due::Later),
        (None, 76, Due::Soon),
        (None, 89, Due::Soon),
        (None, 90, Due::Overdue),
        (None, 10_000, Due::Overdue),
        (Some(0), 10_000, Due::Never),
        (Some(4), 2, Due::Later),
        (Some(4), 3, Due::Soon),
        (Some(4), 4, Due::Overdue),
        (Some(rotation::MOST_DAYS), 3000, Due::Later),
    ] {
        let (state, at) = due(days, start, start + after * DAY);
        assert_eq!(state, expected, "{days:?} after {after}");
        let period = days.unwrap_or(rotation::DEFAULT_DAYS);
        assert_eq!(at, (period > 0).then(|| start + u64::from(period) * DAY));
    }
    // A clock that was set back, or to the end of time.
    assert_eq!(due(None, start, 0).0, Due::Later);
    assert_eq!(due(None, u64::MAX, 0).0, Due::Later);
    assert_eq!(due(None, 0, u64::MAX).0, Due::Overdue);
}

/// What happens in a guide, with the step after it.
enum Deed {
    Click(Event),
    Replace,
    Check(Verdict),
}

fn walk(deeds: &[(Deed, Option<Step>)]) -> Record {
    let (mut record, mut present) = (Record::default(), OLD);
    for (number, (deed, expected)) in deeds.iter().enumerate() {
        match deed {
            Deed::Click(event) => advance(&mut record, present, 7, *event),
            Deed::Replace => present = NEW,
            Deed::Check(verdict) => record.note_check(OLD, 8, (*verdict).into()),
        }
        // The background dies after each step: what comes back is what was stored.
        record = Record::parse(Some(&record.to_bytes()));
        let now = record.rotation.as_ref();
        let now = now.map(|rotation| step(&record, rotation, &present));
        assert_eq!(now, *expected, "after deed {number}");
    }
    record
}

#[test]
fn the_guide_ends_with_the_proven_death_of_the_old_key() {
    use Deed::{Check, Click, Replace};
    walk(&[
        (Click(Event::Begin), Some(Step::OpenPage)),
        (Click(Event::Opened), Some(Step::StoreNew)),
        (Replace, Some(Step::MoveUses)),
        (Click(Event::Moved), Some(Step::DeleteOld)),
        (Click(Event::Deleted), Some(Step::ProveDead)),
        // The person said so, the provider did not.
        (Check(Verdict::Alive), Some(Step::ProveDead)),
        (Check(Verdict::Strange), Some(Step::ProveDead)),
        (Check(Verdict::Unreached), Some(Step::ProveDead)),
        (Check(Verdict::NotKnown), Some(Step::ProveDead)),
        (Check(Verdict::RateLimited), Some(Step::ProveDead)),
        (Check(Verdict::Dead), Some(Step::Done)),
        (Check(Verdict::Late), Some(Step::Done)),
        // A provider that takes it again after all.
        (Check(Verdict::Alive), Some(Step::ProveDead)),
        (Check(Verdict::Dead), Some(Step::Done)),
        (Click(Event::Leave), None),
    ]);
}

#[test]
fn every_step_can_be_left_gone_back_from_and_done_elsewhere() {
    use Deed::{Check, Click, Replace};
    walk(&[
        (Click(Event::Moved), None),
        (Click(Event::Begin), Some(Step::OpenPage)),
        // A page that shows an older step sends what does not fit.
        (Click(Event::Deleted), Some(Step::OpenPage)),
        (Click(Event::Believed), Some(Step::OpenPage)),
        (Click(Event::Begin), Some(Step::OpenPage)),
        (Click(Event::Leave), None),
        (Click(Event::Leave), None),
        (Click(Event::Begin), Some(Step::OpenPage)),
        // Replaced without the guide.
        (Replace, Some(Step::MoveUses)),
        (Click(Event::Begin), Some(Step::MoveUses)),
        (Click(Event::Moved), Some(Step::DeleteOld)),
        (Click(Event::Back), Some(Step::MoveUses)),
        (Click(Event::Moved), Some(Step::DeleteOld)),
        (Click(Event::Deleted), Some(Step::ProveDead)),
        (Click(Event::Back), Some(Step::DeleteOld)),
        (Click(Event::Deleted), Some(Step::ProveDead)),
        (Click(Event::Believed), Some(Step::Believed)),
        (Click(Event::Back), Some(Step::ProveDead)),
        (Click(Event::Believed), Some(Step::Believed)),
        // Proof is more than belief.
        (Check(Verdict::Dead), Some(Step::Done)),
        // The next one.
        (Click(Event::Begin), Some(Step::OpenPage)),
    ]);
    // Each cut at each length goes on where it was, for every beginning of the way.
    let way = [Event::Begin, Event::Opened, Event::Back, Event::Opened];
    for end in 0..=way.len() {
        let mut record = Record::default();
        way[..end]
            .iter()
            .for_each(|event| advance(&mut record, OLD, 1, *event));
        advance(&mut record, OLD, 2, Event::Begin);
        assert_eq!(record.rotation.unwrap().old, OLD);
    }
}

#[test]
fn an_exposure_is_open_until_replaced_and_dead_or_dismissed() {
    let mut record = Record::default();
    exposure::note(
        &mut record,
        &OLD,
        OLD,
        5,
        Kind::LetThrough,
        "https://chat.example",
    );
    let look = |record: &Record, present| {
        let record = Record::parse(Some(&record.to_bytes()));
        exposure::standing(&record, &record.exposures[0], present)
    };
    assert_eq!(look(&record, &OLD), Standing::Open);
    assert_eq!(look(&record, &NEW), Standing::Replaced);
    assert!(exposure::is_exposed(&record, &NEW));
    for verdict in [
        Verdict::Strange,
        Verdict::Late,
        Verdict::Trouble,
        Verdict::NotKnown,
        Verdict::Alive,
    ] {
        record.note_check(OLD, 6, verdict.into());
        assert_eq!(look(&record, &NEW), Standing::Replaced, "{verdict:?}");
    }
    // That the new key is dead says nothing about the old one.
    record.note_check(NEW, 7, Verdict::Dead.into());
    assert_eq!(look(&record, &NEW), Standing::Replaced);
    record.note_check(OLD, 8, Verdict::Dead.into());
    assert_eq!(look(&record, &OLD), Standing::Dead);
    assert_eq!(look(&record, &NEW), Standing::Mended);
    assert!(!exposure::is_exposed(&record, &NEW));

    exposure::note(&mut record, &NEW, NEW, 9, Kind::ByHand, "");
    for reason in ["", "  "] {
        exposure::dismiss(&mut record, &NEW, 10, 2, reason);
        assert!(exposure::is_exposed(&record, &NEW), "without a reason");
    }
    exposure::dismiss(&mut record, &NEW, 10, 2, "a test key");
    assert!(!exposure::is_exposed(&record, &NEW));
    exposure::dismiss(&mut record, &NEW, 11, 1, "it is mended already");
    assert!(record.exposures[0].dismissed.is_none());
}

#[test]
fn open_exposures_and_their_keys_outlive_many_others() {
    let mut record = Record::default();
    exposure::note(&mut record, &OLD, OLD, 1, Kind::InFile, &"ä".repeat(1000));
    assert!(record.exposures[0].place.len() <= exposure::MOST_TEXT_BYTES);
    record.note_check(OLD, 2, Verdict::Alive.into());
    for number in 0..100 {
        exposure::note(&mut record, &NEW, NEW, 3, Kind::ByHand, "");
        exposure::dismiss(&mut record, &NEW, 4, number + 2, "no matter");
        record.note_check(
            [u8::try_from(number).unwrap() + 100; 16],
            5,
            Verdict::Dead.into(),
        );
    }
    assert!(record.exposures.len() <= 32);
    assert_eq!(record.exposures[0].number, 1);
    assert!(record.key(&OLD).is_some());
    assert!(record.keys.len() <= 33);
}

fn life(keeper: &mut TestKeeper<'_>, request: Life) -> EntryLife {
    run(keeper.change_life(request)).unwrap()
}

#[test]
fn kept_with_the_entry_across_the_death_of_the_background() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = store(&mut keeper, "made up", "made-up-key-1")
        .unwrap()
        .entry;
    let id = || entry.clone();
    let rotate = |event| Life::Rotate { entry: id(), event };
    assert_eq!(run(keeper.lives()).unwrap()[0].due, Due::Later);
    world.clock.pass(89 * DAY);
    // The vault was locked by then.
    crate::keeper::unlock(&mut keeper, crate::keeper::RIGHT).unwrap();
    assert_eq!(run(keeper.lives()).unwrap()[0].due, Due::Soon);
    let shown = life(
        &mut keeper,
        Life::SetPeriod {
            entry: id(),
            days: Some(30),
        },
    );
    assert_eq!((shown.due, shown.period_days), (Due::Overdue, Some(30)));
    let shown = life(
        &mut keeper,
        Life::MarkExposed {
            entry: id(),
            place: "a forum".to_owned(),
        },
    );
    assert_eq!(shown.exposures[0].standing, Standing::Open);
    assert_eq!(
        life(&mut keeper, rotate(Event::Begin)).step,
        Some(Step::OpenPage)
    );

    let mut keeper = world.background();
    let shown = life(&mut keeper, rotate(Event::Opened));
    assert_eq!((shown.step, shown.old), (Some(Step::StoreNew), Some(0)));
    let seen = entries(&mut keeper).unwrap()[0].revision;
    let new = PageRequest::ReplaceKey {
        entry: id(),
        seen,
        key: bytes("made-up-key-2"),
    };
    ask(&mut keeper, new).unwrap();
    let shown = run(keeper.lives()).unwrap().remove(0);
    assert_eq!((shown.step, shown.old), (Some(Step::MoveUses), Some(1)));
    // The new key is as old as it is.
    assert_eq!(shown.due, Due::Later);
    assert_eq!(shown.exposures[0].standing, Standing::Replaced);
    // The old one is kept sealed until its death is proven, or the person forgets it.
    let seen = entries(&mut keeper).unwrap()[0].revision;
    ask(
        &mut keeper,
        PageRequest::ForgetEarlierKeys { entry: id(), seen },
    )
    .unwrap();
    let shown = run(keeper.lives()).unwrap().remove(0);
    assert_eq!((shown.step, shown.old), (Some(Step::MoveUses), None));
    let dismissed = Life::DismissExposure {
        entry: id(),
        number: 1,
        reason: "deleted".to_owned(),
    };
    assert_eq!(
        life(&mut keeper, dismissed).exposures[0].standing,
        Standing::Dismissed
    );

    ask(&mut keeper, PageRequest::LockVault {}).unwrap();
    assert!(run(keeper.change_life(rotate(Event::Leave))).is_err());
    assert_eq!(entries(&mut keeper).unwrap_err(), Refusal::Locked);
}
