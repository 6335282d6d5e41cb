//! The log as a person reads it.

#![allow(clippy::unwrap_used)]

use keyward::life::report::{self, DAYS, Line};
use keyward::message::life::LoggedEvent;
use keyward::vault::log::{KINDS, Kind};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const NOW_MS: u64 = 20_000 * DAY_MS + DAY_MS / 2;

fn event(kind: Kind, place: &str, detail: &str) -> LoggedEvent {
    LoggedEvent {
        at_ms: NOW_MS,
        kind,
        entry: "00".repeat(16),
        place: place.to_owned(),
        detail: detail.to_owned(),
    }
}

#[test]
fn every_kind_has_a_name_of_its_own() {
    for kind in KINDS {
        assert_eq!(report::kind_named(report::name_of(kind)), Some(kind));
        // As messages have it.
        let written = serde_json::to_value(kind).unwrap();
        assert_eq!(written, report::name_of(kind));
    }
    assert_eq!(report::kind_named(""), None);
}

#[test]
fn a_day_is_a_day_where_the_person_is() {
    let count = |ms: u64, offset_ms: i64| {
        let counts = report::by_day([ms].into_iter(), NOW_MS, offset_ms);
        assert!(counts.iter().sum::<u32>() <= 1);
        counts.iter().position(|count| *count == 1)
    };
    assert_eq!(count(NOW_MS, 0), Some(DAYS - 1));
    assert_eq!(count(NOW_MS - DAY_MS, 0), Some(DAYS - 2));
    // Noon in Greenwich; half past eleven the evening before is yesterday there, and today in Berlin.
    let evening = 20_000 * DAY_MS - 30 * 60 * 1000;
    assert_eq!(count(evening, 0), Some(DAYS - 2));
    assert_eq!(count(evening, 60 * 60 * 1000), Some(DAYS - 1));
    assert_eq!(count(NOW_MS - 89 * DAY_MS, 0), Some(0));
    for outside in [NOW_MS - 90 * DAY_MS, NOW_MS + DAY_MS, 0, u64::MAX] {
        assert_eq!(count(outside, 0), None, "{outside}");
    }
}

#[test]
fn files_hold_what_is_in_the_log_and_no_formula() {
    let events = [
        event(Kind::Held, "https://chat.example", "deepseek.api-key"),
        event(Kind::Stored, "", "a \"quoted\", \u{1}\\ text"),
        event(Kind::Approved, "=HYPERLINK(1)", ""),
    ];
    let lines: Vec<Line<'_>> = events
        .iter()
        .map(|event| Line {
            event,
            name: "+49 key, \"mine\"",
        })
        .collect();
    let json: serde_json::Value =
        serde_json::from_str(&report::json(&lines, |ms| ms.to_string())).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!(json[0]["place"], "https://chat.example");
    assert_eq!(json[1]["detail"], events[1].detail);
    assert_eq!(json[2]["name"], "+49 key, \"mine\"");
    assert_eq!(json[0]["event"], "held");
    assert_eq!(report::json(&[], |_| String::new()), "[\n]\n");
    let text = report::csv(&lines, |ms| ms.to_string());
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 3);
    assert_eq!(&records[0][3], "https://chat.example");
    assert_eq!(&records[1][4], events[1].detail);
    for record in &records {
        for cell in record {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}

#[test]
fn a_search_looks_everywhere_for_every_word() {
    let event = event(Kind::Filled, "https://chat.example", "x.y");
    let line = Line {
        event: &event,
        name: "Team Key",
    };
    let matches = |words: &[&str]| line.matches(words, "Ausgefüllt");
    assert!(matches(&[]));
    assert!(matches(&["team", "chat.ex"]));
    assert!(matches(&["ausgefüllt", "x.y"]));
    assert!(!matches(&["team", "board"]));
}
