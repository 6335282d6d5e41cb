//! What comes in and goes out in numbers.

use keyward::message::vault::{Plain, Standing, Taken};
use keyward::message::{GuardSettings, Loss, Mode, Reason, Rule, SiteMode, sites};
use keyward::origin::HttpsOrigin;

use super::*;

#[test]
fn sealed_records_go_out_and_in() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let stored = store(&mut keeper, "work", "made-up-key-1").unwrap();
    let exported = ask(&mut keeper, PageRequest::ExportSealed {}).unwrap();
    let PageReply::Sealed { file } = exported else {
        panic!("{exported:?}");
    };
    let import = |file: &str| PageRequest::ImportSealed {
        file: file.to_owned(),
    };
    assert_eq!(
        ask(&mut keeper, import(&file)).map(drop),
        Err(Refusal::Exists)
    );
    let other = World::default();
    let mut there = other.background();
    assert_eq!(
        ask(&mut there, import("not Base64")).map(drop),
        Err(Refusal::NoText)
    );
    assert_eq!(
        ask(&mut there, import("AAAA")).map(drop),
        Err(Refusal::CannotOpen)
    );
    ask(&mut there, import(&file)).unwrap();
    assert_eq!(unlock(&mut there, RIGHT), Ok(()));
    assert_eq!(
        key(&mut there, &stored.entry).as_deref(),
        Ok("made-up-key-1")
    );
}

fn candidate(name: &str, key: &str) -> Plain {
    Plain {
        details: Details {
            name: name.to_owned(),
            ..Details::default()
        },
        origins: Vec::new(),
        key: bytes(key),
        notes: bytes(""),
        earlier: Vec::new(),
        created_ms: None,
        key_changed_ms: None,
    }
}

fn preview(keeper: &mut TestKeeper<'_>, of: &[(&str, &str)]) -> Result<Vec<Standing>, Refusal> {
    let candidates = of.iter().map(|(name, key)| candidate(name, key));
    let candidates = candidates.collect();
    match ask(keeper, PageRequest::ImportPreview { candidates })? {
        PageReply::Preview { standings } => Ok(standings),
        other => panic!("{other:?}"),
    }
}

fn take(keeper: &mut TestKeeper<'_>, chosen: &[u32]) -> Result<(u32, u32), Refusal> {
    let chosen = chosen.to_vec();
    match ask(keeper, PageRequest::ImportTake { chosen })? {
        PageReply::Taken(Taken { stored, left }) => Ok((stored, left)),
        other => panic!("{other:?}"),
    }
}

/// Names and keys, sorted by name.
fn plain(reply: Result<PageReply, Refusal>) -> Result<Vec<(String, String)>, Refusal> {
    match reply? {
        PageReply::Plain { entries, .. } => {
            let entries = entries.iter().map(|entry| {
                let key = entry.key.text()?.expose().clone();
                Ok((entry.details.name.clone(), key))
            });
            let mut entries = entries.collect::<Result<Vec<_>, Refusal>>()?;
            entries.sort();
            Ok(entries)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_preview_waits_for_the_choice() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let stored = store(&mut keeper, "have", "have-this-key").unwrap();
    let long = "x".repeat(70_000);
    let of = [
        ("one", "new-key-1"),
        ("two", "have-this-key"),
        ("three", "new-key-1"),
        ("four", "new-key-4"),
        ("five", &long),
        ("six", ""),
    ];
    let known = Standing::Stored {
        entry: stored.entry,
        current: true,
    };
    assert_eq!(
        preview(&mut keeper, &of).unwrap(),
        [
            Standing::New,
            known,
            Standing::Twice { place: 0 },
            Standing::New,
            Standing::Unfit,
            Standing::Unfit
        ]
    );
    // Nothing was stored by it, and nothing is on the disk.
    assert_eq!(entries(&mut keeper).unwrap().len(), 1);
    // Another background takes it; what cannot be stored is left, and so is what is not there.
    let mut next = world.background();
    assert_eq!(take(&mut next, &[0, 1, 2, 4, 99]), Ok((1, 3)));
    assert_eq!(entries(&mut next).unwrap().len(), 2);
    // Once.
    assert_eq!(take(&mut next, &[3]), Err(Refusal::NoPreview));
}

#[test]
fn a_preview_ends() {
    /// What happens between the preview and the choice.
    type Happening = fn(&World, &mut TestKeeper<'_>);
    let cases: [(&str, Happening, Refusal); 4] = [
        (
            "dropped",
            |_, keeper| drop(ask(keeper, PageRequest::ImportDrop {}).unwrap()),
            Refusal::NoPreview,
        ),
        (
            "locked and opened again",
            |_, keeper| {
                run(keeper.lock()).unwrap();
                unlock(keeper, RIGHT).unwrap();
            },
            Refusal::NoPreview,
        ),
        (
            "locked",
            |_, keeper| run(keeper.lock()).unwrap(),
            Refusal::Locked,
        ),
        (
            "too late",
            |world, _| world.clock.pass(16 * MINUTE_MS),
            Refusal::Locked,
        ),
    ];
    for (what, happen, refusal) in cases {
        let world = World::with_vault();
        let mut keeper = world.background();
        preview(&mut keeper, &[("one", "new-key-1")]).unwrap();
        happen(&world, &mut keeper);
        assert_eq!(take(&mut keeper, &[0]), Err(refusal), "{what}");
        let session = world.session.records.borrow();
        assert!(!session.contains_key("keeper.batch"), "{what}");
    }
    // Another one takes its place.
    let world = World::with_vault();
    let mut keeper = world.background();
    preview(&mut keeper, &[("one", "new-key-1")]).unwrap();
    preview(&mut keeper, &[("two", "new-key-2")]).unwrap();
    assert_eq!(take(&mut keeper, &[0]), Ok((1, 0)));
    assert_eq!(entries(&mut keeper).unwrap()[0].details.name, "two");
}

#[test]
fn a_preview_that_the_session_does_not_keep() {
    let world = World::with_vault();
    let mut keeper = world.background();
    entries(&mut keeper).unwrap();
    world.session.quota_bytes.set(Some(300));
    let refused = preview(&mut keeper, &[("one", &"k".repeat(400))]);
    assert_eq!(refused, Err(Refusal::Full));
    assert_eq!(take(&mut keeper, &[0]), Err(Refusal::NoPreview));
    // More than a session takes at all.
    world.session.quota_bytes.set(None);
    let key = "k".repeat(60_000);
    let many: Vec<_> = (0..80).map(|_| ("one", key.as_str())).collect();
    assert_eq!(preview(&mut keeper, &many), Err(Refusal::TooMany));
}

#[test]
fn entries_go_out_with_their_keys() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let stored = store(&mut keeper, "work", "made-up-key-1").unwrap();
    store(&mut keeper, "home", "made-up-key-2").unwrap();
    let all = || PageRequest::ExportAll {};
    let expected = [("home", "made-up-key-2"), ("work", "made-up-key-1")]
        .map(|(name, key)| (name.to_owned(), key.to_owned()));
    assert_eq!(plain(ask(&mut keeper, all())).unwrap(), expected);

    let entry = stored.entry.clone();
    let exported = ask(&mut keeper, PageRequest::ExportEntry { entry }).unwrap();
    let PageReply::Entry(exported) = exported else {
        panic!("{exported:?}");
    };
    assert_eq!(exported.key.text().unwrap().expose(), "made-up-key-1");
    assert_eq!(exported.notes.text().unwrap().expose(), "a note");
    let lines = entries(&mut keeper).unwrap();
    let used: Vec<_> = lines
        .iter()
        .map(|line| line.last_use_ms.is_some())
        .collect();
    assert_eq!(used, [false, true]);

    run(keeper.lock()).unwrap();
    assert_eq!(plain(ask(&mut keeper, all())), Err(Refusal::Locked));
}

/// A vault without its manifest does not open; its entries do, with the passphrase of another manifest or none at all.
#[test]
fn what_is_left_of_a_damaged_vault() {
    let world = World::with_vault();
    let mut keeper = world.background();
    store(&mut keeper, "work", "made-up-key-1").unwrap();
    store(&mut keeper, "home", "made-up-key-2").unwrap();
    run(keeper.lock()).unwrap();
    // One entry is damaged.
    {
        let mut records = world.disk.records.borrow_mut();
        let mut of_entries = records
            .iter_mut()
            .filter(|(name, _)| name.starts_with("vault.entry."));
        let (_, record) = of_entries.next().expect("two entries are stored");
        let last = record.len() - 1;
        record[last] ^= 1;
    }
    let mut keeper = world.background();
    let rescue = |passphrase: &str| PageRequest::RescueEntries {
        passphrase: bytes(passphrase),
    };
    let reply = ask(&mut keeper, rescue(RIGHT));
    let Ok(PageReply::Plain { lost, .. }) = &reply else {
        panic!("{reply:?}");
    };
    assert_eq!(*lost, 1);
    assert_eq!(plain(reply).unwrap().len(), 1);
    assert!(!keeper.is_open());

    // A wrong passphrase counts here too.
    for wait in [false, false, true] {
        let tried = ask(&mut keeper, rescue("wrong")).map(drop);
        assert_eq!(tried, Err(Refusal::CannotOpen));
        assert_eq!(state(&mut keeper).next_try_ms.is_some(), wait);
    }
    assert_eq!(
        ask(&mut keeper, rescue(RIGHT)).map(drop),
        Err(Refusal::TooSoon)
    );
    assert_eq!(unlock(&mut keeper, RIGHT), Err(Refusal::TooSoon));
}

#[test]
fn a_vault_is_removed_with_all_that_was_noted_about_it() {
    let world = World::with_vault();
    let mut keeper = world.background();
    store(&mut keeper, "work", "made-up-key-1").unwrap();
    for _ in 0..3 {
        run(keeper.lock()).unwrap();
        assert_eq!(unlock(&mut keeper, "wrong"), Err(Refusal::CannotOpen));
    }
    ask(&mut keeper, PageRequest::RemoveVault {}).unwrap();
    assert_eq!(state(&mut keeper).presence, Presence::Absent);
    assert_eq!(state(&mut keeper).next_try_ms, None);
    assert!(world.disk.names_with("vault").is_empty());
    assert!(!world.disk.records.borrow().contains_key("keeper.anchor"));
    assert!(session_is_empty(&world));
    assert!(ask(&mut keeper, create(RIGHT)).is_ok());
    assert!(entries(&mut keeper).unwrap().is_empty());
}

#[test]
fn a_passphrase_that_is_weak_for_certain() {
    let world = World::default();
    let mut keeper = world.background();
    let refused = ask(&mut keeper, create("x7~Qé🔑vb")).map(drop);
    assert_eq!(refused, Err(Refusal::WeakPassphrase));
    ask(&mut keeper, create("x7~Qé🔑vbß")).unwrap();
    let change = PageRequest::ChangePassphrase {
        passphrase: bytes("short"),
    };
    let refused = ask(&mut keeper, change).map(drop);
    assert_eq!(refused, Err(Refusal::WeakPassphrase));
}

/// Sites are seen from both sides, each once.
#[test]
fn sites_from_both_sides() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let stored = store(&mut keeper, "work", "made-up-key-1").unwrap();
    for origin in ["https://b.example", "https://a.example"] {
        let request = PageRequest::ApproveOrigin {
            entry: stored.entry.clone(),
            origin: HttpsOrigin::parse(origin).unwrap(),
        };
        ask(&mut keeper, request).unwrap();
    }
    let rule = |origin: &str| Rule {
        origin: origin.to_owned(),
        detector: "deepseek.api-key".to_owned(),
        reason: Reason::TestKey,
        created_ms: 1,
    };
    let settings = GuardSettings {
        off: Vec::new(),
        sites: vec![SiteMode {
            origin: "https://b.example".to_owned(),
            mode: Mode::Off,
        }],
        rules: vec![rule("http://c.example"), rule("https://b.example")],
        sending: false,
        unwatched: Vec::new(),
        sign: false,
        harmless: Vec::new(),
        loss: Loss::None,
    };
    let sites = sites::join(&settings, &entries(&mut keeper).unwrap());
    let seen: Vec<_> = sites
        .iter()
        .map(|site| {
            let names: Vec<_> = site.entries.iter().map(|(_, name)| name.as_str()).collect();
            (site.origin.as_str(), site.mode, site.rules.len(), names)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("http://c.example", Mode::On, 1, vec![]),
            ("https://a.example", Mode::On, 0, vec!["work"]),
            ("https://b.example", Mode::Off, 1, vec!["work"]),
        ]
    );
}
