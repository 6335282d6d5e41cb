//! What pages ask about entries.

use keyward::keeper::CLIPBOARD_MS;
use keyward::message::vault::Removed;
use keyward::origin::HttpsOrigin;
use keyward::vault::EntryId;

use super::*;

#[test]
fn entries_from_storing_to_undoing() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let stored = store(&mut keeper, "work", " \"made-up-key-1\" \n").unwrap();
    assert!(!stored.duplicate);
    assert_eq!(stored.removed, [Removed::Quotes, Removed::LineBreaks]);
    let again = store(&mut keeper, "twice", "made-up-key-1").unwrap();
    assert!(again.duplicate && again.entry == stored.entry);
    assert_eq!(store(&mut keeper, "none", "  "), Err(Refusal::NoKey));

    let entry = || stored.entry.clone();
    let origin = HttpsOrigin::parse("https://tool.example:8443").unwrap();
    let approve = || PageRequest::ApproveOrigin {
        entry: entry(),
        origin: origin.clone(),
    };
    ask(&mut keeper, approve()).unwrap();
    ask(&mut keeper, approve()).unwrap();
    let line = entries(&mut keeper).unwrap().remove(0);
    assert_eq!(line.origins, [origin.as_str()]);
    assert_eq!((line.revision, line.last_use_ms), (2, None));

    let edit = |seen, name: &str| PageRequest::EditEntry {
        entry: entry(),
        seen,
        details: Details {
            name: name.to_owned(),
            ..Details::default()
        },
        notes: None,
    };
    assert_eq!(
        ask(&mut keeper, edit(1, "old")).map(drop),
        Err(Refusal::Changed)
    );
    ask(&mut keeper, edit(2, "home")).unwrap();
    let line = entries(&mut keeper).unwrap().remove(0);
    // An edit leaves the origins.
    assert_eq!(
        (line.details.name.as_str(), line.origins.len()),
        ("home", 1)
    );

    let replace = PageRequest::ReplaceKey {
        entry: entry(),
        seen: 3,
        key: bytes("Bearer made-up-key-2"),
    };
    let PageReply::Stored(replaced) = ask(&mut keeper, replace).unwrap() else {
        panic!("not stored");
    };
    assert_eq!(replaced.removed, [Removed::Bearer]);
    assert_eq!(key(&mut keeper, &entry()).as_deref(), Ok("made-up-key-2"));
    assert_eq!(entries(&mut keeper).unwrap()[0].earlier, 1);

    let before_ms = now(&world);
    let copied = ask(&mut keeper, PageRequest::CopyKey { entry: entry() }).unwrap();
    let PageReply::Copy {
        key: copy,
        until_ms,
    } = copied
    else {
        panic!("{copied:?}");
    };
    assert_eq!(copy.text().unwrap().expose(), "made-up-key-2");
    assert!((until_ms - before_ms).abs_diff(CLIPBOARD_MS) < 100);
    let line = entries(&mut keeper).unwrap().remove(0);
    assert_eq!(line.last_use_at.as_deref(), Some(""));

    let withdraw = PageRequest::WithdrawOrigin {
        entry: entry(),
        origin: origin.clone(),
    };
    ask(&mut keeper, withdraw).unwrap();
    let line = entries(&mut keeper).unwrap().remove(0);
    assert!(line.origins.is_empty());

    let remove = |seen| PageRequest::RemoveEntry {
        entry: entry(),
        seen,
    };
    assert_eq!(ask(&mut keeper, remove(1)).map(drop), Err(Refusal::Changed));
    ask(&mut keeper, remove(line.revision)).unwrap();
    assert!(entries(&mut keeper).unwrap().is_empty());
    // By another background than the one that removed it.
    let mut next = world.background();
    ask(&mut next, PageRequest::PutBackEntry { entry: entry() }).unwrap();
    assert_eq!(key(&mut next, &entry()).as_deref(), Ok("made-up-key-2"));
    let revision = entries(&mut next).unwrap()[0].revision;
    ask(&mut next, remove(revision)).unwrap();
    // Locking ends the time for it.
    run(next.lock()).unwrap();
    unlock(&mut next, RIGHT).unwrap();
    let late = ask(&mut next, PageRequest::PutBackEntry { entry: entry() });
    assert_eq!(late.map(drop), Err(Refusal::NoSuchEntry));
}

#[test]
fn no_such_entry() {
    let world = World::with_vault();
    let mut keeper = world.background();
    for entry in ["", "x", "0123456789abcdef0123456789abcdef"] {
        assert_eq!(
            key(&mut keeper, entry),
            Err(Refusal::NoSuchEntry),
            "{entry}"
        );
    }
    let id = EntryId::parse("0123456789abcdef0123456789abcdef").unwrap();
    assert_eq!(run(keeper.remove(id, 1)), Err(Refusal::NoSuchEntry));
}

/// What the disk does not take has not happened; what is a convenience only does not stand in the way.
#[test]
fn a_full_disk() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let full = world
        .disk
        .records
        .borrow()
        .iter()
        .map(|(name, bytes)| name.len() + bytes.len())
        .sum();
    world.disk.quota_bytes.set(Some(full));
    assert_eq!(
        store(&mut keeper, "work", "made-up-key-1"),
        Err(Refusal::Full)
    );
    assert!(entries(&mut keeper).unwrap().is_empty());
    run(keeper.lock()).unwrap();
    assert_eq!(unlock(&mut keeper, RIGHT), Ok(()));
    let set = PageRequest::SetLockPolicy {
        minutes: None,
        with_screen: false,
    };
    assert_eq!(ask(&mut keeper, set).map(drop), Err(Refusal::Full));
    assert_eq!(state(&mut keeper).minutes, Some(15));
}

/// Neither passphrase nor key is in a message's `Debug`, and on the wire they are numbers.
#[test]
fn secrets_do_not_show() {
    let request = PageRequest::StoreEntry {
        details: Details {
            name: "a name".to_owned(),
            ..Details::default()
        },
        key: bytes("made-up"),
        notes: bytes("a note"),
    };
    let shown = format!("{request:?}{:?}", create("made-up"));
    for secret in ["made-up", "a note", "a name", "109"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let wire = serde_json::to_string(&create("mu")).unwrap();
    assert_eq!(wire, r#"{"type":"createVault","passphrase":[109,117]}"#);
    let read: PageRequest = serde_json::from_str(&wire).unwrap();
    let PageRequest::CreateVault { passphrase } = read else {
        panic!("{read:?}");
    };
    assert_eq!(passphrase.0.expose(), b"mu");
}
