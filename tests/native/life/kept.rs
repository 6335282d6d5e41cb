//! What is kept of checks with an entry.

use super::*;

pub(super) fn stored(keeper: &mut TestKeeper<'_>, provider: &str, key: &str) -> String {
    let details = Details {
        name: "made up".to_owned(),
        provider: provider.to_owned(),
        ..Details::default()
    };
    let request = PageRequest::StoreEntry {
        details,
        key: bytes(&key.replace('|', "")),
        notes: bytes(""),
    };
    match ask(keeper, request) {
        Ok(PageReply::Stored(stored)) => stored.entry,
        other => panic!("{other:?}"),
    }
}

fn told(keeper: &mut TestKeeper<'_>, entry: &str, earlier: usize, status: u16, body: &str) -> Told {
    let question = run(keeper.question(entry, earlier)).unwrap();
    let reading = question.check.read(&Answer {
        status,
        retry_after: None,
        body,
        is_whole: true,
    });
    run(keeper.note_check(&question, reading))
}

const DEAD: &str =
    r#"{"error":{"message":"Authentication Fails (no such user)","type":"authentication_error"}}"#;
const ALIVE: &str =
    r#"{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"8.50"}]}"#;

#[test]
fn what_was_seen_is_kept_with_the_entry_and_only_the_issuer_changes_it() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = stored(&mut keeper, "DeepSeek", KEYS[0].1);
    let known = |keeper: &mut TestKeeper<'_>| run(keeper.lives()).unwrap()[0].clone();
    assert!(known(&mut keeper).keys[0].checked.is_none());
    assert!(told(&mut keeper, &entry, 0, 200, ALIVE).kept);
    let first = known(&mut keeper).keys[0].clone();
    assert_eq!(
        first.checked.clone().unwrap().balances[0].total.as_str(),
        "8.50"
    );
    assert!(first.alive_ms.is_some());
    // A network that lies says nothing about the key.
    world.clock.pass(1000);
    told(&mut keeper, &entry, 0, 401, "<html>");
    let second = known(&mut keeper).keys[0].clone();
    assert_eq!(second.checked.unwrap().verdict, Verdict::Strange);
    assert_eq!((second.alive_ms, second.dead_ms), (first.alive_ms, None));
    told(&mut keeper, &entry, 0, 401, DEAD);
    assert!(known(&mut keeper).keys[0].dead_ms.is_some());
    // The new key is another: nothing of the old one is said of it.
    let seen = entries(&mut keeper).unwrap()[0].revision;
    let new = "sk-|00112233445566778899aabbccddeeff".replace('|', "");
    let replace = PageRequest::ReplaceKey {
        entry: entry.clone(),
        seen,
        key: bytes(&new),
    };
    ask(&mut keeper, replace).unwrap();
    let third = known(&mut keeper);
    assert_eq!(third.keys.len(), 2);
    assert!(third.keys[0].checked.is_none());
    assert!(third.keys[1].dead_ms.is_some());
    // And the old one can still be asked about.
    let question = run(keeper.question(&entry, 1)).unwrap();
    assert_eq!(*question.key.expose(), KEYS[0].1.replace('|', ""));
    assert_eq!(key(&mut keeper, &entry).unwrap(), new);
    // It outlives background and locking.
    let mut keeper = world.background();
    assert_eq!(known(&mut keeper), third);
    ask(&mut keeper, PageRequest::LockVault {}).unwrap();
    assert_eq!(run(keeper.lives()).unwrap_err(), Refusal::Locked);
    unlock(&mut keeper, crate::keeper::RIGHT).unwrap();
    assert_eq!(known(&mut keeper), third);
}

#[test]
fn a_vault_that_locks_meanwhile_is_not_written_to() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = stored(&mut keeper, "DeepSeek", KEYS[0].1);
    let question = run(keeper.question(&entry, 0)).unwrap();
    ask(&mut keeper, PageRequest::LockVault {}).unwrap();
    let told = run(keeper.note_check(&question, Verdict::Alive.into()));
    assert!(!told.kept);
    assert_eq!(told.checked.verdict, Verdict::Alive);
    assert_eq!(
        run(keeper.question(&entry, 0)).unwrap_err(),
        Refusal::Locked
    );
    unlock(&mut keeper, crate::keeper::RIGHT).unwrap();
    assert!(run(keeper.lives()).unwrap()[0].keys[0].checked.is_none());
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let unknown = stored(&mut keeper, "Nobody", "made-up-1");
    let secret = stored(&mut keeper, "Stripe", "whsec_|madeup");
    let right = stored(&mut keeper, "deepseek", KEYS[0].1);
    for (entry, earlier, refusal) in [
        (unknown.as_str(), 0, Refusal::NoCheck),
        (&secret, 0, Refusal::OtherKind),
        (&right, 1, Refusal::NoSuchKey),
        ("nothing", 0, Refusal::NoSuchKey),
    ] {
        assert_eq!(
            run(keeper.question(entry, earlier)).unwrap_err(),
            refusal,
            "{entry}"
        );
    }
    let question = run(keeper.question(&right, 0)).unwrap();
    assert!(!format!("{question:?}").contains("0f1e2d3c"));
}

#[test]
fn records_are_read_as_they_were_written_and_keep_what_they_do_not_know() {
    let mut record = Record::default();
    record.period_days = Some(30);
    record.note_check([7; 16], 1000, read("DeepSeek", 200, ALIVE));
    record.note_check([8; 16], 2000, Verdict::RateLimited.into());
    let mut bytes = record.to_bytes();
    assert_eq!(Record::parse(Some(&bytes)), record);
    // A part of a later version.
    bytes.extend([200, 0, 0, 0, 3, 1, 2, 3]);
    let later = Record::parse(Some(&bytes));
    assert_eq!(later.keys, record.keys);
    assert_eq!(later.to_bytes(), bytes);
    for end in 1..bytes.len() {
        // Any beginning of it is read as something or as nothing, without a panic.
        Record::parse(Some(&bytes[..end]));
    }
    for number in 0..1000 {
        record.note_check([9; 16], number, read("DeepSeek", 200, ALIVE));
    }
    assert!(
        record.to_bytes().len() < 16 * 1024,
        "{}",
        record.to_bytes().len()
    );
}
