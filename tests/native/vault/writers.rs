//! Two writers at once, in every order of their calls of the storage: nothing of either is lost.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use keyward::vault::{Details, EntryId, SessionState, UnlockedVault, VaultError};

use super::memory::{HandClock, MemoryStorage};
use super::{keys, make_vault, named, run, secret, snapshot};

type Vault<'a> = UnlockedVault<&'a MemoryStorage, &'a HandClock>;

/// Polls both until both are done, in the order that `turns` says (`false` is the first) and then in any.
fn interleave(turns: &[bool], one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut one_done, mut other_done) = (false, false);
    let mut context = Context::from_waker(Waker::noop());
    for turn in turns
        .iter()
        .copied()
        .chain([false, true].into_iter().cycle())
    {
        if !turn && !one_done {
            one_done = one.as_mut().poll(&mut context) == Poll::Ready(());
        } else if turn && !other_done {
            other_done = other.as_mut().poll(&mut context) == Poll::Ready(());
        } else if one_done && other_done {
            return;
        }
    }
}

/// All orders of `length` turns.
fn orders(length: usize) -> impl Iterator<Item = Vec<bool>> {
    (0..1_u32 << length)
        .map(move |number| (0..length).map(|place| number >> place & 1 == 1).collect())
}

/// What a writer does; the entry is one that both know.
#[derive(Clone, Copy, Debug)]
enum Act {
    Add(&'static str),
    Edit(&'static str),
    Replace(&'static str),
    Remove,
    Use,
    Code,
}

async fn act(vault: &mut Vault<'_>, act: Act, id: EntryId, seen: u32) -> Result<(), VaultError> {
    match act {
        Act::Add(name) => vault
            .add(named(name), keys(&format!("key of {name}")))
            .await
            .map(drop),
        Act::Edit(owner) => {
            let details = Details {
                owner: owner.to_owned(),
                ..named("shared")
            };
            vault
                .edit(
                    id,
                    seen,
                    details,
                    Some(secret(&format!("notes of {owner}"))),
                )
                .await
                .map(drop)
        }
        Act::Replace(key) => vault.replace_key(id, seen, secret(key)).await.map(drop),
        Act::Remove => vault.remove(id, seen).await.map(drop),
        Act::Use => vault.note_use(id, "https://a.example").await.map(drop),
        Act::Code => vault.renew_recovery_code().await.map(drop),
    }
}

fn check(
    first: Act,
    second: Act,
    turns: usize,
    made: &(MemoryStorage, SessionState, EntryId, u32),
) {
    let (made_storage, session, id, seen) = made;
    let mut both_acknowledged = 0;
    for turns in orders(turns) {
        let (storage, clock) = (made_storage.revived(), HandClock::default());
        clock.pass(60_000);
        let mut one = run(UnlockedVault::resume(&storage, &clock, session)).unwrap();
        let mut other = run(UnlockedVault::resume(&storage, &clock, session)).unwrap();
        let (mut one_result, mut other_result) = (Ok(()), Ok(()));
        interleave(
            &turns,
            async { one_result = act(&mut one, first, *id, *seen).await },
            async { other_result = act(&mut other, second, *id, *seen).await },
        );
        both_acknowledged += usize::from(one_result.is_ok() && other_result.is_ok());
        let mut reader = run(UnlockedVault::resume(&storage, &clock, session)).unwrap();
        let lines = run(snapshot(&mut reader));
        let text = lines.join("\n");
        for (this, result, that, that_result) in [
            (first, one_result, second, other_result),
            (second, other_result, first, one_result),
        ] {
            let context =
                format!("{this:?} {result:?}, {that:?} {that_result:?}, turns {turns:?}:\n{text}");
            assert!(
                matches!(
                    result,
                    Ok(()) | Err(VaultError::Changed | VaultError::NoSuchEntry)
                ),
                "{context}"
            );
            let there = match this {
                _ if result.is_err() => true,
                Act::Add(name) => text.contains(&format!("key of {name}")),
                // The later of two edits has the details; the notes of both are kept.
                Act::Edit(owner) => text.contains(&format!("notes of {owner}")),
                Act::Replace(key) => text.contains(key),
                Act::Remove => !text.contains("shared") || that_result.is_ok(),
                Act::Use => text.contains("https://a.example") || matches!(that, Act::Remove),
                Act::Code => true,
            };
            assert!(there, "{context}");
        }
        // The key that both knew is there as long as the entry is.
        assert!(
            !text.contains("shared") || text.contains("shared-key"),
            "{text}"
        );
        // Every writer sees the same, and a later writing makes one manifest of all.
        assert_eq!(run(snapshot(&mut one)), lines);
        assert_eq!(run(snapshot(&mut other)), lines);
        run(other.add(named("later"), keys("a later key"))).unwrap();
        assert_eq!(run(one.entries()).unwrap().len(), lines.len() + 1);
        assert_eq!(storage.names_with("vault.manifest.").len(), 1);
        let again = run(UnlockedVault::resume(&storage, &clock, session)).unwrap();
        assert!(!again.findings().merged);
    }
    // The orders hold both: one sees the other's writing, and neither does.
    assert!(both_acknowledged > 0, "{first:?} and {second:?}");
}

#[test]
fn two_writers_in_every_order() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = make_vault(&storage, &clock, "one");
    let id = run(vault.add(named("shared"), keys("shared-key"))).unwrap();
    let seen = run(vault.entry(id)).unwrap().revision();
    let session = vault.session_state();
    drop(vault);
    let made = (storage, session, id, seen);
    for (first, second, turns) in [
        (Act::Add("A"), Act::Add("B"), 9),
        (Act::Edit("A"), Act::Edit("B"), 9),
        (Act::Replace("new-key-A"), Act::Replace("new-key-B"), 12),
        (Act::Replace("new-key-A"), Act::Edit("B"), 9),
        (Act::Remove, Act::Replace("new-key-B"), 11),
        (Act::Remove, Act::Add("B"), 9),
        (Act::Use, Act::Edit("B"), 9),
        (Act::Code, Act::Replace("new-key-B"), 9),
        (Act::Remove, Act::Use, 9),
    ] {
        check(first, second, turns, &made);
    }
}

/// What a person looked at and what is stored by now are told apart.
#[test]
fn changes_of_stale_entries_are_refused() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut one, _) = make_vault(&storage, &clock, "one");
    let id = run(one.add(named("shared"), keys("shared-key"))).unwrap();
    let mut other = run(UnlockedVault::resume(
        &storage,
        &clock,
        &one.session_state(),
    ))
    .unwrap();
    let seen = run(other.entry(id)).unwrap().revision();
    run(one.replace_key(id, seen, secret("new-key"))).unwrap();
    assert_eq!(
        run(other.edit(id, seen, named("renamed"), None)).map(drop),
        Err(VaultError::Changed)
    );
    assert_eq!(
        run(other.remove(id, seen)).map(drop),
        Err(VaultError::Changed)
    );
    let seen = run(other.entry(id)).unwrap().revision();
    run(other.remove(id, seen)).unwrap();
    assert_eq!(
        run(one.note_use(id, "")).map(drop),
        Err(VaultError::NoSuchEntry)
    );
}
