//! What a person does with a vault.

use std::time::Duration;

use keyward::vault::{
    Anchor, Details, KdfCost, Known, Opener, Presence, RecoveryCode, RemovedEntry, Rollback,
    SessionState, SlotKind, UnlockedVault, VaultError, export_raw, import_raw, look, read_own_keys,
    rescue,
};

use super::memory::{HandClock, MemoryStorage};
use super::{keys, make_vault, named, new_entry, passphrase, run, secret, snapshot};

type Vault<'a> = UnlockedVault<&'a MemoryStorage, &'a HandClock>;

fn create<'a>(storage: &'a MemoryStorage, clock: &'a HandClock) -> (Vault<'a>, RecoveryCode) {
    make_vault(storage, clock, "correct horse")
}

fn unlock<'a>(
    storage: &'a MemoryStorage,
    clock: &'a HandClock,
    text: &str,
) -> Result<Vault<'a>, VaultError> {
    let passphrase = passphrase(text);
    run(UnlockedVault::unlock(
        storage,
        clock,
        &Opener::Passphrase(&passphrase),
        Rollback::Refuse(None),
    ))
}

#[test]
fn made_locked_and_opened() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    assert_eq!(run(look(&storage)), Ok(Presence::Absent));
    assert_eq!(
        unlock(&storage, &clock, "correct horse").map(drop),
        Err(VaultError::Gone)
    );
    let (mut vault, code) = create(&storage, &clock);
    let details = Details {
        name: "work".into(),
        provider: "DeepSeek".into(),
        owner: "team".into(),
        scope: "all models".into(),
        purpose: "tests".into(),
        variable: "DEEPSEEK_API_KEY".into(),
        origins: vec![
            "https://chat.example".into(),
            "https://tool.example:8443".into(),
        ],
    };
    let mut new = keys("sk-not-a-real-key");
    new.notes = secret("a note");
    let id = run(vault.add(details.clone(), new)).unwrap();
    vault.lock();
    assert_eq!(
        run(look(&storage)),
        Ok(Presence::Locked {
            has_recovery: true,
            has_factor: false
        })
    );
    assert_eq!(
        unlock(&storage, &clock, "correct horse ").map(drop),
        Err(VaultError::CannotOpen)
    );

    let mut vault = unlock(&storage, &clock, "correct horse").unwrap();
    let entry = run(vault.entry(id)).unwrap();
    assert!(
        entry.details == details
            && entry.revision() == 1
            && entry.last_use().is_none()
            && entry.earlier_count() == 0
    );
    let keys = run(vault.keys(id)).unwrap();
    assert_eq!(
        (keys.key.expose().as_str(), keys.notes.expose().as_str()),
        ("sk-not-a-real-key", "a note")
    );
    vault.lock();

    let typed = code
        .to_text()
        .expose()
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o")
        .replace('1', "l");
    let code = RecoveryCode::parse(&typed).unwrap();
    let vault = run(UnlockedVault::unlock(
        &storage,
        &clock,
        &Opener::Recovery(&code),
        Rollback::Refuse(None),
    ))
    .unwrap();
    assert_eq!(
        vault.slots().collect::<Vec<_>>(),
        [SlotKind::Passphrase(KdfCost::LEAST), SlotKind::Recovery]
    );
    let (other_storage, other_clock) = (MemoryStorage::default(), HandClock::default());
    let (_, other_code) = create(&other_storage, &other_clock);
    let opener = Opener::Recovery(&other_code);
    let opened = run(UnlockedVault::unlock(
        &storage,
        &clock,
        &opener,
        Rollback::Refuse(None),
    ));
    assert_eq!(opened.map(drop), Err(VaultError::CannotOpen));
}

#[test]
fn keys_and_their_history() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = create(&storage, &clock);
    let id = run(vault.add(named("one"), keys("first-key"))).unwrap();
    let find = |vault: &Vault<'_>, key: &str| {
        vault
            .find(&secret(key))
            .map(|known| (known.entry == id, known.is_current))
    };
    assert_eq!(
        run(vault.add(named("twice"), keys(" first-\u{200b}key\n"))),
        Err(VaultError::Duplicate(id))
    );
    let entry = run(vault.replace_key(id, 1, secret("second-key"))).unwrap();
    assert_eq!((entry.revision(), entry.earlier_count()), (2, 1));
    assert_eq!(find(&vault, "first-key"), Some((true, false)));
    assert_eq!(find(&vault, "second-key"), Some((true, true)));
    assert_eq!(find(&vault, "third-key"), None);
    assert_eq!(
        run(vault.replace_key(id, 2, secret("second-key"))).map(drop),
        Err(VaultError::Duplicate(id))
    );
    // Back to the first: it is no earlier key any more.
    let entry = run(vault.replace_key(id, 2, secret("first-key"))).unwrap();
    let all = run(vault.keys(id)).unwrap();
    assert_eq!(all.key.expose(), "first-key");
    assert_eq!(
        all.earlier
            .iter()
            .map(|earlier| earlier.key.expose().as_str())
            .collect::<Vec<_>>(),
        ["second-key"]
    );
    assert!(entry.earlier_count() == 1 && entry.key_changed_ms() >= all.earlier[0].replaced_ms);
    let entry = run(vault.forget_earlier(id, entry.revision())).unwrap();
    assert_eq!(
        (entry.earlier_count(), find(&vault, "second-key")),
        (0, None)
    );
    // Sixteen earlier keys are kept.
    let mut seen = entry.revision();
    for number in 0..20 {
        seen = run(vault.replace_key(id, seen, secret(&format!("key-{number}"))))
            .unwrap()
            .revision();
    }
    assert_eq!(run(vault.keys(id)).unwrap().earlier.len(), 16);
    assert_eq!(
        (find(&vault, "key-2"), find(&vault, "key-3")),
        (None, Some((true, false)))
    );
    assert_eq!(
        run(vault.add(named("old again"), keys("key-5"))).map(drop),
        Ok(())
    );
    let found = vault.find(&secret("key-5")).unwrap();
    assert!(
        matches!(
            found,
            Known {
                is_current: true,
                ..
            }
        ) && found.entry != id
    );
}

#[test]
fn removed_and_put_back() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = create(&storage, &clock);
    let id = run(vault.add(named("one"), keys("first-key"))).unwrap();
    run(vault.add(named("two"), keys("another-key"))).unwrap();
    let before = run(snapshot(&mut vault));
    let removed = run(vault.remove(id, 1)).unwrap();
    assert_eq!(vault.len(), 1);
    assert_eq!(run(vault.keys(id)).map(drop), Err(VaultError::NoSuchEntry));
    assert_eq!(run(vault.put_back(&removed)), Ok(id));
    assert_eq!(run(snapshot(&mut vault)), before);
    assert_eq!(
        run(vault.put_back(&removed)),
        Err(VaultError::Duplicate(id))
    );
    let seen = run(vault.entry(id)).unwrap().revision();
    run(vault.remove(id, seen)).unwrap();
    for bit in 0..removed.0.len() * 8 {
        let mut flipped = removed.0.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            run(vault.put_back(&RemovedEntry(flipped))).is_err(),
            "bit {bit}"
        );
    }
}

#[test]
fn many_at_once() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = create(&storage, &clock);
    let id = run(vault.add(named("one"), keys("first-key"))).unwrap();
    let steps = storage.steps.get();
    let new =
        ["second-key", "first-key", "third-key", "second-key", ""].map(|key| new_entry(key, key));
    let results = run(vault.add_all(new.into())).unwrap();
    assert!(results[0].is_ok() && results[2].is_ok());
    let second = *results[0].as_ref().unwrap();
    let refused = [results[1], results[3], results[4]];
    assert_eq!(
        refused,
        [
            VaultError::Duplicate(id),
            VaultError::Duplicate(second),
            VaultError::NoKey
        ]
        .map(Err)
    );
    assert_eq!(vault.len(), 3);
    // Two entries, a manifest, the old one gone, the table of own keys untouched (made-up keys are not in it).
    assert_eq!(storage.steps.get() - steps, 4);
}

#[test]
fn sizes_are_limited() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = create(&storage, &clock);
    let long = |bytes: usize| "x".repeat(bytes);
    let origins = |count: usize| {
        (0..count)
            .map(|number| format!("https://{number}.example"))
            .collect::<Vec<_>>()
    };
    for (details, keys, expected) in [
        (named(&long(1024)), keys("a-key-1"), Ok(())),
        (
            named(&long(1025)),
            keys("a-key-2"),
            Err(VaultError::TooLong),
        ),
        (
            Details {
                origins: origins(64),
                ..named("")
            },
            keys("a-key-3"),
            Ok(()),
        ),
        (
            Details {
                origins: origins(65),
                ..named("")
            },
            keys("a-key-4"),
            Err(VaultError::TooLong),
        ),
        (named(""), keys(&long(64 * 1024)), Ok(())),
        (
            named(""),
            keys(&long(64 * 1024 + 1)),
            Err(VaultError::TooLong),
        ),
        (named(""), keys(""), Err(VaultError::NoKey)),
    ] {
        assert_eq!(run(vault.add(details, keys)).map(drop), expected);
    }
}

/// The background's death: the next one goes on with what is in the session store.
#[test]
fn resumed_from_the_session() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = create(&storage, &clock);
    run(vault.add(named("one"), keys("first-key"))).unwrap();
    let state = vault.session_state();
    let lines = run(snapshot(&mut vault));
    vault.lock();
    let bytes = state.bytes().expose().clone();
    let mut vault = run(UnlockedVault::resume(&storage, &clock, &state)).unwrap();
    assert_eq!(run(snapshot(&mut vault)), lines);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let state = SessionState::from_bytes(keyward::secret::Secret::new(flipped));
        assert!(
            run(UnlockedVault::resume(&storage, &clock, &state)).is_err(),
            "bit {bit}"
        );
    }
    for length in [0, 1, bytes.len() - 1] {
        let state =
            SessionState::from_bytes(keyward::secret::Secret::new(bytes[..length].to_vec()));
        assert_eq!(
            run(UnlockedVault::resume(&storage, &clock, &state)).map(drop),
            Err(VaultError::CannotOpen)
        );
    }
}

/// All records put back to an older state together: seen by the session, and by an anchor that was kept elsewhere.
#[test]
fn whole_store_rolled_back() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = create(&storage, &clock);
    run(vault.add(named("one"), keys("first-key"))).unwrap();
    let (old, old_anchor) = (storage.revived(), vault.anchor());
    run(vault.add(named("two"), keys("second-key"))).unwrap();
    let (state, anchor) = (vault.session_state(), vault.anchor());
    vault.lock();
    let open = |storage: &MemoryStorage, anchor: &Anchor, accept: bool| {
        let passphrase = passphrase("correct horse");
        let rollback = if accept {
            Rollback::Accept
        } else {
            Rollback::Refuse(Some(anchor))
        };
        run(UnlockedVault::unlock(
            storage,
            &clock,
            &Opener::Passphrase(&passphrase),
            rollback,
        ))
        .map(|vault| vault.len())
    };
    assert_eq!(open(&storage, &anchor, false), Ok(2));
    assert_eq!(open(&storage, &old_anchor, false), Ok(2));
    assert_eq!(open(&old, &old_anchor, false), Ok(1));
    assert_eq!(open(&old, &anchor, false), Err(VaultError::RolledBack));
    assert_eq!(open(&old, &anchor, true), Ok(1));
    assert_eq!(
        run(UnlockedVault::resume(&old, &clock, &state)).map(drop),
        Err(VaultError::RolledBack)
    );
    // An anchor that is not of this vault says nothing.
    let mut forged = anchor.clone();
    forged.0[20] ^= 1;
    assert_eq!(open(&old, &forged, false), Ok(1));
    // While it is open, too.
    let mut vault = run(UnlockedVault::resume(&storage, &clock, &state)).unwrap();
    *storage.records.borrow_mut() = old.records.borrow().clone();
    assert_eq!(run(vault.entries()).map(drop), Err(VaultError::RolledBack));
    storage.records.borrow_mut().clear();
    assert_eq!(
        run(vault.add(named("x"), keys("third-key"))).map(drop),
        Err(VaultError::Gone)
    );
    assert!(storage.records.borrow().is_empty());
    // An anchor of long ago, of which no ancestor is remembered any more.
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = create(&storage, &clock);
    let (state, anchor) = (vault.session_state(), vault.anchor());
    for number in 0..40 {
        run(vault.add(named("many"), keys(&format!("key-{number}")))).unwrap();
    }
    vault.lock();
    assert_eq!(open(&storage, &anchor, false), Ok(40));
    assert!(run(UnlockedVault::resume(&storage, &clock, &state)).is_ok());
}

/// A vault that cannot be read is not written over, can be taken away as it is, and gives up what can be read.
#[test]
fn unreadable_vault() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, code) = create(&storage, &clock);
    let kept = run(vault.add(named("kept"), keys("first-key"))).unwrap();
    let lost = run(vault.add(named("lost"), keys("second-key"))).unwrap();
    vault.lock();
    let whole = run(export_raw(&storage)).unwrap();
    let name = storage
        .names_with(&format!("vault.entry.{lost}"))
        .pop()
        .unwrap();
    storage.records.borrow_mut().get_mut(&name).unwrap()[100] ^= 1;
    let damaged = storage.records.borrow().clone();
    assert_eq!(
        unlock(&storage, &clock, "correct horse").map(drop),
        Err(VaultError::CannotOpen)
    );
    let made = run(UnlockedVault::create(
        &storage,
        &clock,
        &passphrase("new"),
        KdfCost::LEAST,
    ));
    assert_eq!(made.map(drop), Err(VaultError::Exists));
    assert_eq!(run(import_raw(&storage, &whole)), Err(VaultError::Exists));
    let rescued = run(rescue(&storage, &Opener::Recovery(&code))).unwrap();
    assert_eq!((rescued.entries.len(), rescued.lost), (1, 1));
    let (entry, keys) = &rescued.entries[0];
    assert!(entry.id() == kept && entry.details.name == "kept" && keys.key.expose() == "first-key");
    let raw = run(export_raw(&storage)).unwrap();
    assert_eq!(*storage.records.borrow(), damaged);

    let elsewhere = MemoryStorage::default();
    run(import_raw(&elsewhere, &raw)).unwrap();
    assert_eq!(*elsewhere.records.borrow(), damaged);
    let elsewhere = MemoryStorage::default();
    run(import_raw(&elsewhere, &whole)).unwrap();
    assert_eq!(
        unlock(&elsewhere, &clock, "correct horse").unwrap().len(),
        2
    );
    for length in 0..whole.len() {
        let elsewhere = MemoryStorage::default();
        assert!(run(import_raw(&elsewhere, &whole[..length])).is_err());
        assert!(elsewhere.records.borrow().is_empty());
    }
    // Without any manifest.
    for name in storage.names_with("vault.manifest.") {
        storage.records.borrow_mut().remove(&name);
    }
    assert_eq!(run(look(&storage)), Ok(Presence::Unreadable));
    let made = run(UnlockedVault::create(
        &storage,
        &clock,
        &passphrase("new"),
        KdfCost::LEAST,
    ));
    assert_eq!(made.map(drop), Err(VaultError::Exists));
}

#[test]
fn calibrated_cost() {
    for (taken_ms, passes) in [
        (0, 64),
        (20, 64),
        (100, 15),
        (286, 5),
        (300, 5),
        (301, 4),
        (500, 3),
        (10_000, 3),
    ] {
        let clock = HandClock::default();
        clock.tick.set(Duration::from_millis(taken_ms));
        let cost = KdfCost::calibrate(&clock).unwrap();
        assert_eq!(
            (cost.memory_kib(), cost.passes()),
            (64 * 1024, passes),
            "{taken_ms} ms"
        );
    }
    for (memory_kib, passes, right) in [
        (64 * 1024, 3, true),
        (64 * 1024 - 1, 3, false),
        (64 * 1024, 2, false),
        (256 * 1024, 64, true),
        (256 * 1024 + 1, 64, false),
        (256 * 1024, 65, false),
        (u32::MAX, u32::MAX, false),
        (0, 0, false),
    ] {
        assert_eq!(
            KdfCost::new(memory_kib, passes).is_ok(),
            right,
            "{memory_kib} {passes}"
        );
    }
}

#[test]
fn recovery_code_checks_itself() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (_, code) = create(&storage, &clock);
    let text = code.to_text().expose().clone();
    assert_eq!((text.len(), text.matches('-').count()), (34, 6));
    let plain: Vec<char> = text.chars().filter(|character| *character != '-').collect();
    let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let parses =
        |characters: &[char]| RecoveryCode::parse(&characters.iter().collect::<String>()).is_ok();
    assert!(parses(&plain));
    for place in 0..plain.len() {
        for other in alphabet.chars().filter(|other| *other != plain[place]) {
            let mut slip = plain.clone();
            slip[place] = other;
            assert!(!parses(&slip), "one wrong character");
            // And the next two wrong with it.
            for more in 1..3.min(plain.len() - place) {
                slip[place + more] = if slip[place + more] == 'Q' { 'R' } else { 'Q' };
                assert!(!parses(&slip), "{} wrong characters", more + 1);
            }
        }
        for other in place + 1..plain.len() {
            let mut swapped = plain.clone();
            swapped.swap(place, other);
            assert_eq!(
                parses(&swapped),
                plain[place] == plain[other],
                "two swapped"
            );
        }
        let mut short = plain.clone();
        short.remove(place);
        assert!(!parses(&short));
    }
    for wrong in ["", "-", "U", &format!("{text}0"), &"0".repeat(10_000), "é"] {
        assert_eq!(
            RecoveryCode::parse(wrong).map(drop),
            Err(VaultError::NoRecoveryCode),
            "{wrong:.40}"
        );
    }
}

/// Nothing secret is in what is printed for a person who looks for a bug.
#[test]
fn secrets_do_not_print() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, code) = create(&storage, &clock);
    let mut new = keys("canary-key");
    new.notes = secret("canary-note");
    let id = run(vault.add(
        Details {
            owner: "canary-owner".into(),
            ..named("canary-name")
        },
        new,
    ))
    .unwrap();
    let (entry, keys) = (run(vault.entry(id)).unwrap(), run(vault.keys(id)).unwrap());
    let passphrase = passphrase("canary-passphrase");
    let texts = [
        format!("{vault:?}"),
        format!("{entry:?}"),
        format!("{:?}", entry.details),
        format!("{keys:?}"),
        format!("{code:?}"),
        format!("{:?}", vault.session_state()),
        format!("{:?}", Opener::Passphrase(&passphrase)),
    ];
    for text in texts {
        assert!(
            text.contains("[REDACTED]") && !text.contains("canary"),
            "{text}"
        );
    }
    // And nothing of it is in the storage in clear.
    for (name, bytes) in storage.records.borrow().iter() {
        assert!(!name.contains("canary"));
        assert!(
            !bytes.windows(6).any(|window| window == b"canary"),
            "{name}"
        );
    }
    assert!(!run(read_own_keys(&storage)).unwrap().is_empty());
}
