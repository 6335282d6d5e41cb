//! The vault as the background keeps it: what survives the death of a background, what locks it, and what pages are answered.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use keyward::keeper::{CLIPBOARD_MS, Keeper, TICK_MS};
use keyward::message::vault::{
    Bytes, Details, EntryLine, PageReply, PageRequest, Presence, Refusal, Removed, Stored,
    VaultState,
};
use keyward::origin::HttpsOrigin;
use keyward::secret::Secret;
use keyward::vault::EntryId;
use keyward::vault::lock::Signal;

use crate::vault::memory::{Fault, HandClock, MemoryStorage};
use crate::vault::run;

pub(crate) const MINUTE_MS: u64 = 60 * 1000;
pub(crate) const RIGHT: &str = "correct horse";

pub(crate) type TestKeeper<'a> = Keeper<&'a MemoryStorage, &'a MemoryStorage, &'a HandClock>;

/// A browser: its disk, its session, its clock.
pub(crate) struct World {
    disk: MemoryStorage,
    session: MemoryStorage,
    pub(crate) clock: HandClock,
}

impl Default for World {
    fn default() -> Self {
        let clock = HandClock::default();
        // A slow machine: new vaults get the least cost.
        clock.tick.set(Duration::from_secs(2));
        World {
            disk: MemoryStorage::default(),
            session: MemoryStorage::default(),
            clock,
        }
    }
}

impl World {
    /// A background that was just started.
    pub(crate) fn background(&self) -> TestKeeper<'_> {
        Keeper::new(&self.disk, &self.session, &self.clock)
    }

    /// With a vault, which is open.
    pub(crate) fn with_vault() -> Self {
        let world = World::default();
        let mut keeper = world.background();
        let created = ask(&mut keeper, create(RIGHT));
        assert!(matches!(created, Ok(PageReply::Recovery { .. })));
        world
    }

    /// As many minutes with a waking in each, as the alarm does it.
    fn pass_minutes(&self, keeper: &mut TestKeeper<'_>, minutes: u64) {
        for _ in 0..minutes {
            self.clock.pass(MINUTE_MS);
            run(keeper.wake());
        }
    }
}

pub(crate) fn bytes(text: &str) -> Bytes {
    Bytes(Secret::new(text.as_bytes().to_vec()))
}

pub(crate) fn ask(keeper: &mut TestKeeper<'_>, request: PageRequest) -> Result<PageReply, Refusal> {
    run(keeper.answer(request))
}

fn create(passphrase: &str) -> PageRequest {
    PageRequest::CreateVault {
        passphrase: bytes(passphrase),
    }
}

pub(crate) fn unlock(keeper: &mut TestKeeper<'_>, passphrase: &str) -> Result<(), Refusal> {
    let request = PageRequest::UnlockVault {
        passphrase: bytes(passphrase),
        accept_older: false,
    };
    ask(keeper, request).map(drop)
}

fn state(keeper: &mut TestKeeper<'_>) -> VaultState {
    match ask(keeper, PageRequest::VaultState {}) {
        Ok(PageReply::State(state)) => state,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn store(keeper: &mut TestKeeper<'_>, name: &str, key: &str) -> Result<Stored, Refusal> {
    let request = PageRequest::StoreEntry {
        details: Details {
            name: name.to_owned(),
            ..Details::default()
        },
        key: bytes(key),
        notes: bytes("a note"),
    };
    match ask(keeper, request)? {
        PageReply::Stored(stored) => Ok(stored),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn entries(keeper: &mut TestKeeper<'_>) -> Result<Vec<EntryLine>, Refusal> {
    match ask(keeper, PageRequest::Entries {})? {
        PageReply::Entries(entries) => Ok(entries),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn key(keeper: &mut TestKeeper<'_>, entry: &str) -> Result<String, Refusal> {
    let entry = entry.to_owned();
    match ask(keeper, PageRequest::RevealKey { entry })? {
        PageReply::Revealed { key, .. } => Ok(key.text()?.expose().clone()),
        other => panic!("{other:?}"),
    }
}

/// Whether the session holds anything of the vault.
pub(crate) fn session_is_empty(world: &World) -> bool {
    world.session.records.borrow().is_empty()
}

#[test]
fn made_once_and_open_after_the_death_of_the_background() {
    let world = World::default();
    let mut keeper = world.background();
    assert_eq!(state(&mut keeper).presence, Presence::Absent);
    assert_eq!(entries(&mut keeper), Err(Refusal::NoVault));
    assert_eq!(unlock(&mut keeper, RIGHT), Err(Refusal::NoVault));
    assert_eq!(
        ask(&mut keeper, create("")).map(drop),
        Err(Refusal::NoPassphrase)
    );
    let created = ask(&mut keeper, create(RIGHT)).unwrap();
    let PageReply::Recovery { recovery } = created else {
        panic!("{created:?}");
    };
    assert_eq!(
        ask(&mut keeper, create(RIGHT)).map(drop),
        Err(Refusal::Exists)
    );
    let stored = store(&mut keeper, "work", "made-up-key-1").unwrap();

    let mut next = world.background();
    assert!(run(next.wake()));
    assert_eq!(state(&mut next).presence, Presence::Open);
    assert_eq!(
        key(&mut next, &stored.entry).as_deref(),
        Ok("made-up-key-1")
    );

    ask(&mut next, PageRequest::LockVault {}).unwrap();
    assert!(session_is_empty(&world));
    for keeper in [&mut next, &mut world.background()] {
        assert_eq!(state(keeper).presence, Presence::Locked);
        assert!(state(keeper).has_recovery);
        assert_eq!(entries(keeper), Err(Refusal::Locked));
        assert_eq!(key(keeper, &stored.entry), Err(Refusal::Locked));
    }
    assert_eq!(unlock(&mut next, "wrong"), Err(Refusal::CannotOpen));
    assert_eq!(unlock(&mut next, RIGHT), Ok(()));
    assert_eq!(
        key(&mut next, &stored.entry).as_deref(),
        Ok("made-up-key-1")
    );

    // The code opens it too, however it is typed; a slip in it costs no try.
    ask(&mut next, PageRequest::LockVault {}).unwrap();
    let typed = recovery.text().unwrap().expose().to_lowercase();
    let with_code = |code: &str| PageRequest::UnlockWithRecovery {
        code: bytes(code),
        accept_older: false,
    };
    for _ in 0..5 {
        let slip = ask(&mut next, with_code(&typed[1..])).map(drop);
        assert_eq!(slip, Err(Refusal::NoRecoveryCode));
    }
    assert!(ask(&mut next, with_code(&typed)).is_ok());
    assert_eq!(state(&mut next).presence, Presence::Open);
}

#[test]
fn what_locks() {
    /// What happens, and whether the vault is open afterwards.
    type Happening = fn(&World, &mut TestKeeper<'_>);
    let cases: [(&str, Happening, bool); 8] = [
        (
            "14 minutes without use",
            |world, keeper| world.pass_minutes(keeper, 14),
            true,
        ),
        (
            "15 minutes without use",
            |world, keeper| world.pass_minutes(keeper, 15),
            false,
        ),
        (
            "use in between",
            |world, keeper| {
                world.pass_minutes(keeper, 14);
                entries(keeper).unwrap();
                world.pass_minutes(keeper, 14);
            },
            true,
        ),
        (
            "questions that are no use",
            |world, keeper| {
                world.pass_minutes(keeper, 14);
                state(keeper);
                world.pass_minutes(keeper, 1);
            },
            false,
        ),
        (
            "a gap: the machine slept",
            |world, keeper| {
                world.clock.pass(6 * MINUTE_MS);
                run(keeper.wake());
            },
            false,
        ),
        (
            "a late alarm",
            |world, keeper| {
                world.clock.pass(TICK_MS + 4 * MINUTE_MS);
                run(keeper.wake());
            },
            true,
        ),
        (
            "the screen",
            |_, keeper| run(keeper.signal(Signal::ScreenLocked)),
            false,
        ),
        (
            "the shortcut",
            |_, keeper| run(keeper.signal(Signal::Asked)),
            false,
        ),
    ];
    let world = World::with_vault();
    for (what, happen, is_open) in cases {
        let mut keeper = world.background();
        if !run(keeper.wake()) {
            unlock(&mut keeper, RIGHT).unwrap();
        }
        entries(&mut keeper).unwrap();
        happen(&world, &mut keeper);
        assert_eq!(keeper.is_open(), is_open, "{what}");
        assert_eq!(session_is_empty(&world), !is_open, "{what}");
        assert_eq!(run(world.background().wake()), is_open, "{what}, later");
    }
}

/// A background that wakes up too late locks before it answers, also when it had died long before.
#[test]
fn late_wakings_lock_before_they_answer() {
    let world = World::with_vault();
    world.clock.pass(16 * MINUTE_MS);
    assert_eq!(entries(&mut world.background()), Err(Refusal::Locked));
    assert!(session_is_empty(&world));
}

#[test]
fn policy_is_kept() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let set = |minutes, with_screen| PageRequest::SetLockPolicy {
        minutes,
        with_screen,
    };
    assert_eq!(
        (state(&mut keeper).minutes, state(&mut keeper).with_screen),
        (Some(15), true)
    );
    // What is asked, what it becomes.
    for (asked, minutes) in [
        (Some(30), Some(30)),
        (Some(0), Some(1)),
        (Some(u32::MAX), Some(24 * 60)),
        (None, None),
    ] {
        ask(&mut keeper, set(asked, false)).unwrap();
        for keeper in [&mut keeper, &mut world.background()] {
            assert_eq!(state(keeper).minutes, minutes);
            assert!(!state(keeper).with_screen);
        }
    }
    run(keeper.signal(Signal::ScreenLocked));
    world.pass_minutes(&mut keeper, 60);
    assert!(keeper.is_open());
    ask(&mut keeper, set(Some(30), true)).unwrap();
    assert!(!keeper.is_open());
    // A damaged policy is the strict one.
    world
        .disk
        .records
        .borrow_mut()
        .insert("keeper.policy".into(), vec![0, 0]);
    let mut next = world.background();
    assert_eq!(
        (state(&mut next).minutes, state(&mut next).with_screen),
        (Some(15), true)
    );
}

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

fn now(world: &World) -> u64 {
    keyward::vault::Clock::unix_ms(&&world.clock)
}

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

/// A session that does not forget is asked again; until it has, nothing is open in this background.
#[test]
fn a_session_that_does_not_forget() {
    let world = World::with_vault();
    let mut keeper = world.background();
    entries(&mut keeper).unwrap();
    let next_step = world.session.steps.get() + 1;
    world.session.fault.set(Some((next_step, Fault::Fail)));
    // The removal fails; the state is emptied instead.
    assert_eq!(run(keeper.lock()), Ok(()));
    assert_eq!(entries(&mut keeper), Err(Refusal::Locked));
    assert_eq!(
        entries(&mut world.background()).map(drop),
        Err(Refusal::Locked)
    );
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
