//! Watching what is left: by the hour and never in bursts, warned of when it is low or falls faster than it ever did.

use keyward::keeper::TICK_MS;
use keyward::life::check::Balance;
use keyward::life::record::Identity;
use keyward::life::watch::{Alert, PERIOD_MS, Watch, alerts, is_due, line};
use keyward::message::life::PageRequest as Life;

use super::kept::stored;
use super::*;
use crate::keeper::MINUTE_MS;

const KEY: Identity = [1; 16];
const HOUR: u64 = 60 * 60 * 1000;
const START: u64 = 1_000_000 * HOUR;

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn reading(verdict: Verdict, currency: &str, totals: &[&str]) -> Reading {
    let balances = totals.iter().map(|total| Balance {
        currency: currency.to_owned(),
        total: amount(total),
    });
    Reading {
        verdict,
        balances: balances.collect(),
        retry_s: None,
    }
}

fn watched(low: Option<&str>) -> Record {
    let mut record = Record::default();
    record.watch = Some(Watch {
        is_hourly: true,
        low: low.map(amount),
    });
    record
}

/// A machine that slept for a night, and for a year, asks once.
#[test]
fn asked_by_the_hour_and_once_after_any_sleep() {
    let mut record = watched(None);
    let (mut asked, mut now_ms) = (0, START);
    let mut pass = |record: &mut Record, ms: u64, expected: u32| {
        // The alarm rings each minute, as long as the machine is awake; a sleep is one step.
        now_ms += ms;
        for _ in 0..3 {
            if is_due(record, &KEY, now_ms) {
                asked += 1;
                record.note_check(KEY, now_ms, reading(Verdict::Alive, "CNY", &["1.00"]));
            }
            now_ms += MINUTE_MS;
        }
        assert_eq!(asked, expected, "after {ms} ms");
    };
    pass(&mut record, 0, 1);
    pass(&mut record, HOUR / 2, 1);
    pass(&mut record, HOUR / 2, 2);
    pass(&mut record, 8 * HOUR, 3);
    pass(&mut record, 365 * 24 * HOUR, 4);
    record.watch = None;
    pass(&mut record, 8 * HOUR, 4);
}

#[test]
fn a_clock_that_jumps_asks_once_more_and_goes_on() {
    let mut record = watched(None);
    record.note_check(KEY, START, reading(Verdict::Alive, "CNY", &["1.00"]));
    assert!(!is_due(&record, &KEY, START + PERIOD_MS - 1));
    // A year back.
    let back = START - 365 * 24 * HOUR;
    assert!(is_due(&record, &KEY, back));
    record.note_check(KEY, back, reading(Verdict::Alive, "CNY", &["1.00"]));
    assert!(!is_due(&record, &KEY, back + 1));
    // And forward again, to the end of time.
    assert!(is_due(&record, &KEY, u64::MAX));
    record.note_check(KEY, u64::MAX, reading(Verdict::Alive, "CNY", &["1.00"]));
    assert!(!is_due(&record, &KEY, u64::MAX));
}

#[test]
fn what_an_issuer_refused_is_not_asked_again_by_itself_and_its_wait_is_kept() {
    let mut record = watched(None);
    record.note_check(KEY, START, reading(Verdict::Dead, "CNY", &[]));
    assert!(!is_due(&record, &KEY, START + 100 * HOUR));
    // A network that is gone is asked again in an hour, and not before.
    let mut record = watched(None);
    record.note_check(KEY, START, reading(Verdict::Unreached, "CNY", &[]));
    assert!(!is_due(&record, &KEY, START + PERIOD_MS - 1));
    assert!(is_due(&record, &KEY, START + PERIOD_MS));
    let mut limited = reading(Verdict::RateLimited, "CNY", &[]);
    limited.retry_s = Some(3 * 60 * 60);
    record.note_check(KEY, START, limited);
    assert!(!is_due(&record, &KEY, START + 3 * HOUR - 1));
    assert!(is_due(&record, &KEY, START + 3 * HOUR));
}

#[test]
fn too_little_is_what_the_person_says() {
    for (low, totals, is_low) in [
        (None, vec!["0.00"], false),
        (Some("5"), vec!["5.00"], false),
        (Some("5.00"), vec!["5"], false),
        (Some("5"), vec!["4.999999999"], true),
        (Some("0"), vec!["0.00"], false),
        (Some("0"), vec!["-0.01"], true),
        // Of several it takes all.
        (Some("5"), vec!["0.00", "9.00"], false),
        (Some("5"), vec!["0.00", "1.00"], true),
        // Nothing is known.
        (Some("5"), vec![], false),
    ] {
        let mut record = watched(low);
        record.note_check(KEY, START, reading(Verdict::Alive, "CNY", &totals));
        let expected: &[Alert] = if is_low { &[Alert::Low] } else { &[] };
        assert_eq!(alerts(&record, &KEY), expected, "{low:?} {totals:?}");
    }
}

/// What was left at each hour, and whether the last fall is the fastest.
#[test]
fn faster_than_ever() {
    for (totals, is_fast) in [
        (vec!["10", "9", "8", "7", "6", "4"], true),
        (vec!["10", "9", "8", "7", "6", "5"], false),
        (vec!["10", "5", "4", "3", "2", "0"], false),
        // Too little is known.
        (vec!["10", "9", "8", "7", "0"], false),
        // More money came in.
        (vec!["10", "9", "8", "7", "6", "50"], false),
        (vec!["10", "9", "60", "59", "58", "56.5"], true),
        (
            vec![
                "0.000000005",
                "0.000000004",
                "0.000000004",
                "0.000000004",
                "0.000000004",
                "0.000000002",
            ],
            true,
        ),
        (vec![], false),
    ] {
        let mut record = Record::default();
        for (hour, total) in (0..).zip(&totals) {
            record.note_check(
                KEY,
                START + hour * HOUR,
                reading(Verdict::Alive, "CNY", &[total]),
            );
        }
        assert_eq!(
            alerts(&record, &KEY) == [Alert::Fast],
            is_fast,
            "{totals:?}"
        );
    }
    // Asked twice in a minute, and with a clock that jumped: no rate can be told from that.
    let mut record = Record::default();
    for (hour, total) in (0..).zip(["10", "9", "8", "7", "6"]) {
        record.note_check(
            KEY,
            START + hour * HOUR,
            reading(Verdict::Alive, "CNY", &[total]),
        );
    }
    let last = START + 4 * HOUR;
    record.note_check(
        KEY,
        last + MINUTE_MS,
        reading(Verdict::Alive, "CNY", &["5.5"]),
    );
    assert_eq!(alerts(&record, &KEY), []);
    record.note_check(KEY, START - HOUR, reading(Verdict::Alive, "CNY", &["1"]));
    assert_eq!(alerts(&record, &KEY), []);
}

#[test]
fn long_ago_is_kept_in_less_detail() {
    let mut record = watched(Some("3.50"));
    for hour in 0..2000 {
        record.note_check(
            KEY,
            START + hour * HOUR,
            reading(Verdict::Alive, "CNY", &["5.00", "1.00"]),
        );
    }
    assert!(record.points.len() <= 181, "{} points", record.points.len());
    assert_eq!(record.points.first().unwrap().at_ms, START);
    let totals = |total: &str| {
        record
            .points
            .iter()
            .filter(|point| point.balance.total.as_str() == total)
            .count()
    };
    assert_eq!(totals("5.00"), totals("1.00"));
    let read = Record::parse(Some(&record.to_bytes()));
    assert_eq!(read, record);
}

#[test]
fn the_line_of_a_curve() {
    let (zero, five, ten, less) = (amount("0"), amount("5"), amount("10.00"), amount("-3"));
    for (points, expected) in [
        (
            vec![
                (START, &ten),
                (START + HOUR, &five),
                (START + 4 * HOUR, &zero),
            ],
            "0,0 50,50 200,100",
        ),
        (vec![(START, &zero), (START + HOUR, &zero)], "0,100 200,100"),
        (vec![(START, &ten), (START + HOUR, &less)], "0,0 200,100"),
        (vec![(START, &ten)], ""),
        (vec![(START, &ten), (START, &ten)], ""),
        (vec![], ""),
    ] {
        assert_eq!(line(&points, 200, 100), expected);
    }
}

/// The vault locks in time, however often an issuer is asked meanwhile.
#[test]
fn watching_is_no_use_of_the_vault() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = stored(
        &mut keeper,
        "DeepSeek",
        "sk-0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    );
    assert_eq!(run(keeper.watched()), None);
    let policy = PageRequest::SetLockPolicy {
        minutes: Some(15),
        with_screen: true,
    };
    ask(&mut keeper, policy).unwrap();

    let watch = Life::SetWatch {
        entry: entry.clone(),
        is_hourly: true,
        low: None,
    };
    assert!(run(keeper.change_life(watch)).unwrap().is_hourly);
    let mut minutes = 0;
    while run(keeper.wake()) {
        if let Some(watched) = run(keeper.watched()) {
            assert_eq!(watched, entry);
            let question =
                run(keeper.unused(async |keeper| keeper.question(&watched, 0).await)).unwrap();
            let alive = reading(Verdict::Unreached, "CNY", &[]);
            run(keeper.unused(async |keeper| keeper.note_check(&question, alive).await));
            run(keeper.unused(async |keeper| keeper.sum_up(true).await));
        }
        world.clock.pass(TICK_MS);
        minutes += 1;
        assert!(minutes <= 16, "it stays open");
    }
    assert!(minutes >= 14, "it locked after {minutes} minutes");
    assert_eq!(run(keeper.watched()), None);
}
