//! Advice about keys and vault, and its score.

use keyward::life::advice::{self, EntryFacts, Topic, VaultFacts};
use keyward::life::exposure::{self, Kind};
use keyward::life::record::Record;
use keyward::life::rotation::{self, Due, Event};

const GOOD_ENTRY: EntryFacts = EntryFacts {
    is_exposed: false,
    is_dead: false,
    due: Due::Later,
    origins: 1,
    key_changed_ms: 1000,
};

const GOOD_VAULT: VaultFacts = VaultFacts {
    has_recovery: true,
    minutes: Some(15),
    with_screen: true,
    backup_ms: Some(1000),
    second_factor: Some(true),
};

#[test]
fn everything_good_is_a_hundred_and_nothing_else_is() {
    assert_eq!(advice::score(&GOOD_VAULT, &[]), 100);
    assert_eq!(advice::score(&GOOD_VAULT, &[GOOD_ENTRY; 300]), 100);
    // Where there can be no second factor, none is missing.
    let without = VaultFacts {
        second_factor: None,
        ..GOOD_VAULT
    };
    assert_eq!(advice::score(&without, &[GOOD_ENTRY]), 100);
    let vaults = [
        VaultFacts {
            has_recovery: false,
            ..GOOD_VAULT
        },
        VaultFacts {
            minutes: None,
            ..GOOD_VAULT
        },
        VaultFacts {
            minutes: Some(31),
            ..GOOD_VAULT
        },
        VaultFacts {
            with_screen: false,
            ..GOOD_VAULT
        },
        VaultFacts {
            backup_ms: None,
            ..GOOD_VAULT
        },
        VaultFacts {
            backup_ms: Some(999),
            ..GOOD_VAULT
        },
        VaultFacts {
            second_factor: Some(false),
            ..GOOD_VAULT
        },
    ];
    for vault in vaults {
        assert!(advice::score(&vault, &[GOOD_ENTRY]) < 100, "{vault:?}");
        let bad = advice::of_vault(&vault, &[GOOD_ENTRY]);
        assert_eq!(
            bad.iter().filter(|line| !line.is_good).count(),
            1,
            "{vault:?}"
        );
    }
    let entries = [
        EntryFacts {
            is_exposed: true,
            ..GOOD_ENTRY
        },
        EntryFacts {
            is_dead: true,
            ..GOOD_ENTRY
        },
        EntryFacts {
            due: Due::Overdue,
            ..GOOD_ENTRY
        },
        EntryFacts {
            due: Due::Never,
            ..GOOD_ENTRY
        },
        EntryFacts {
            origins: 2,
            ..GOOD_ENTRY
        },
    ];
    for entry in entries {
        // One bad line among many good ones is seen.
        let mut all = vec![GOOD_ENTRY; 300];
        all.push(entry);
        assert!(advice::score(&GOOD_VAULT, &all) < 100, "{entry:?}");
        let bad = advice::of_entry(&entry);
        assert_eq!(
            bad.iter().filter(|line| !line.is_good).count(),
            1,
            "{entry:?}"
        );
    }
}

#[test]
fn nothing_makes_up_for_a_leak_and_every_bad_line_costs() {
    let exposed = EntryFacts {
        is_exposed: true,
        ..GOOD_ENTRY
    };
    let mut all = vec![GOOD_ENTRY; 300];
    all.push(exposed);
    assert_eq!(advice::score(&GOOD_VAULT, &all), 50);
    let worst = EntryFacts {
        is_exposed: true,
        is_dead: true,
        due: Due::Overdue,
        origins: 9,
        key_changed_ms: 1000,
    };
    let bare = VaultFacts {
        has_recovery: false,
        minutes: None,
        with_screen: false,
        backup_ms: None,
        second_factor: Some(false),
    };
    assert_eq!(advice::score(&bare, &[worst]), 0);
}

#[test]
fn an_empty_vault_needs_no_backup() {
    let vault = VaultFacts {
        backup_ms: None,
        ..GOOD_VAULT
    };
    let is_good = |entries: &[EntryFacts]| {
        let lines = advice::of_vault(&vault, entries);
        lines
            .iter()
            .any(|line| line.topic == Topic::Backup && line.is_good)
    };
    assert!(is_good(&[]));
    assert!(!is_good(&[GOOD_ENTRY]));
}

#[test]
fn places_are_ticked_off_once_and_go_with_their_rotation() {
    let mut record = Record::default();
    // Nothing is under way.
    rotation::tick(&mut record, "https://a.example", true);
    assert!(record.rotation.is_none());
    rotation::advance(&mut record, [1; 16], 1000, Event::Begin);
    for place in ["https://a.example", "programs", "https://a.example"] {
        rotation::tick(&mut record, place, true);
    }
    rotation::tick(&mut record, "programs", false);
    let places = |record: &Record| record.rotation.clone().expect("begun").places;
    assert_eq!(places(&record), ["https://a.example"]);
    exposure::note(&mut record, &[1; 16], [1; 16], 1000, Kind::ByHand, "");
    let read = Record::parse(Some(&record.to_bytes()));
    assert_eq!(read, record);
    // More than anybody uses are not kept.
    for number in 0..1000 {
        rotation::tick(&mut record, &format!("https://{number}.example"), true);
    }
    assert!(places(&record).len() <= 64);
    rotation::advance(&mut record, [1; 16], 2000, Event::Leave);
    rotation::advance(&mut record, [1; 16], 3000, Event::Begin);
    assert!(places(&record).is_empty());
}
