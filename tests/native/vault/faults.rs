//! The background dies, or the storage fails or is full, at each step of each writing: what was acknowledged is there.

use keyward::vault::{
    Details, KdfCost, Opener, Presence, RecoveryCode, RemovedEntry, Rollback, SessionState,
    StorageError, UnlockedVault, VaultError, look,
};

use super::memory::{Fault, HandClock, MemoryStorage};
use super::{keys, make_vault, named, new_entry, passphrase, run, secret, snapshot};

type Vault<'a> = UnlockedVault<&'a MemoryStorage, &'a HandClock>;

/// One run's surroundings: a vault that was made before, so that Argon2id runs once.
struct Made {
    storage: MemoryStorage,
    clock: HandClock,
    session: SessionState,
}

fn make() -> Made {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (vault, _) = make_vault(&storage, &clock, "correct horse");
    let session = vault.session_state();
    vault.lock();
    Made {
        storage,
        clock,
        session,
    }
}

const OPERATIONS: usize = 64;

/// What the operations hand on to each other.
#[derive(Default)]
struct Carried {
    removed: Option<RemovedEntry>,
}

/// The operation with this number: all kinds of changes, over and over.
async fn operate(
    vault: &mut Vault<'_>,
    number: usize,
    carried: &mut Carried,
) -> Result<(), VaultError> {
    let entries = vault.entries().await?;
    let pick = entries.get(number % entries.len().max(1));
    let Some(entry) = pick.filter(|_| number >= 4) else {
        return vault
            .add(
                named(&format!("entry {number}")),
                keys(&format!("key-number-{number}")),
            )
            .await
            .map(drop);
    };
    match number % 8 {
        0 => vault
            .add(
                named(&format!("entry {number}")),
                keys(&format!("key-number-{number}")),
            )
            .await
            .map(drop),
        1 => {
            let details = Details {
                owner: format!("owner {number}"),
                ..entry.details.clone()
            };
            vault
                .edit(entry.id(), entry.revision(), details, Some(secret("notes")))
                .await
                .map(drop)
        }
        2 => vault
            .replace_key(
                entry.id(),
                entry.revision(),
                secret(&format!("replaced-{number}")),
            )
            .await
            .map(drop),
        3 => vault
            .note_use(entry.id(), "https://a.example")
            .await
            .map(drop),
        4 => {
            carried.removed = Some(vault.remove(entry.id(), entry.revision()).await?);
            Ok(())
        }
        5 => vault
            .put_back(carried.removed.as_ref().unwrap())
            .await
            .map(drop),
        6 => {
            let new = (0..3).map(|part| {
                new_entry(
                    &format!("many {number}.{part}"),
                    &format!("many-{number}-{part}"),
                )
            });
            vault.add_all(new.collect()).await.map(drop)
        }
        _ => vault.renew_recovery_code().await.map(drop),
    }
}

/// Runs operations until one fails; says how many were acknowledged.
fn operate_all(vault: &mut Vault<'_>) -> usize {
    let mut carried = Carried::default();
    (0..OPERATIONS)
        .take_while(|number| run(operate(vault, *number, &mut carried)).is_ok())
        .count()
}

/// What the vault holds after each operation, and the steps that all take together.
fn expect(made: &Made) -> (Vec<Vec<String>>, usize) {
    let storage = made.storage.revived();
    let mut vault = run(UnlockedVault::resume(&storage, &made.clock, &made.session)).unwrap();
    let mut carried = Carried::default();
    let mut snapshots = vec![run(snapshot(&mut vault))];
    for number in 0..OPERATIONS {
        run(operate(&mut vault, number, &mut carried)).unwrap();
        snapshots.push(run(snapshot(&mut vault)));
    }
    (snapshots, storage.steps.get())
}

fn check_steps(fault: Fault, every: usize) {
    let made = make();
    let (snapshots, steps) = expect(&made);
    assert!(steps >= 200, "only {steps} steps");
    for step in (1..=steps).step_by(every) {
        let storage = made.storage.revived();
        let mut vault = run(UnlockedVault::resume(&storage, &made.clock, &made.session)).unwrap();
        // The table of own keys was up to date: opening wrote nothing.
        assert_eq!(storage.steps.get(), 0);
        storage.fault.set(Some((step, fault)));
        let acknowledged = operate_all(&mut vault);
        let allowed = &snapshots[acknowledged..(acknowledged + 2).min(snapshots.len())];
        if matches!(fault, Fault::Fail | Fault::FailAfter) {
            let now = run(snapshot(&mut vault));
            assert!(
                allowed.contains(&now),
                "step {step} of {fault:?}, same background: {now:#?}"
            );
        }
        drop(vault);

        let storage = storage.revived();
        let mut vault = run(UnlockedVault::resume(&storage, &made.clock, &made.session)).unwrap();
        let now = run(snapshot(&mut vault));
        assert!(
            allowed.contains(&now),
            "step {step} of {fault:?}: {now:#?} is none of {allowed:#?}"
        );
        assert!(!vault.findings().merged);
        // It goes on from there, and a day later nothing is left over.
        run(vault.add(named("after"), keys("after-the-fault"))).unwrap();
        made.clock.pass(25 * 60 * 60 * 1000);
        run(vault.add(named("a day after"), keys("a-day-after-the-fault"))).unwrap();
        assert_eq!(run(vault.entries()).unwrap().len(), now.len() + 2);
        drop(vault);
        let mut vault = run(UnlockedVault::resume(&storage, &made.clock, &made.session)).unwrap();
        assert_eq!(run(vault.entries()).unwrap().len(), now.len() + 2);
        assert_eq!(
            vault.findings().strays,
            0,
            "step {step} of {fault:?}: {:?}",
            storage.names_with("vault.")
        );
    }
}

#[test]
fn dies_at_every_step() {
    check_steps(Fault::Die, 1);
}

#[test]
fn tears_at_every_step() {
    check_steps(Fault::Tear, 1);
}

#[test]
fn fails_at_steps() {
    check_steps(Fault::Fail, 3);
}

#[test]
fn fails_after_steps() {
    check_steps(Fault::FailAfter, 3);
}

/// Every quota from what is there up to what all operations need, in steps of a few bytes.
#[test]
fn storage_is_full() {
    let made = make();
    let (snapshots, _) = expect(&made);
    let bytes = |storage: &MemoryStorage| -> usize {
        storage
            .records
            .borrow()
            .iter()
            .map(|(name, bytes)| name.len() + bytes.len())
            .sum()
    };
    let start = bytes(&made.storage);
    let mut refused = 0;
    for quota in (start..start + 24_000).step_by(97) {
        let storage = made.storage.revived();
        let mut vault = run(UnlockedVault::resume(&storage, &made.clock, &made.session)).unwrap();
        storage.quota_bytes.set(Some(quota));
        let acknowledged = operate_all(&mut vault);
        if acknowledged == OPERATIONS {
            continue;
        }
        refused += 1;
        let again = run(operate(&mut vault, acknowledged, &mut Carried::default()));
        if acknowledged % 8 != 5 {
            assert_eq!(again, Err(VaultError::Storage(StorageError::Full)));
        }
        drop(vault);
        let storage = storage.revived();
        let mut vault = run(UnlockedVault::resume(&storage, &made.clock, &made.session)).unwrap();
        assert_eq!(
            run(snapshot(&mut vault)),
            snapshots[acknowledged],
            "quota {quota}"
        );
        // Removing makes room: it needs a manifest's length of it, no more.
        if let Some(entry) = run(vault.entries()).unwrap().first() {
            let manifest: usize = storage
                .names_with("vault.manifest.")
                .iter()
                .map(|name| name.len() + storage.records.borrow()[name].len())
                .max()
                .unwrap();
            storage.quota_bytes.set(Some(bytes(&storage) + manifest));
            run(vault.remove(entry.id(), entry.revision())).unwrap();
        }
    }
    assert!(refused > 100, "the quota bit {refused} times");
}

/// A death while a vault is made leaves nothing, or a vault that opens; and one in a change of the passphrase a vault that
/// opens with one of the two.
#[test]
fn dies_while_slots_are_written() {
    for fault in [Fault::Die, Fault::Tear] {
        for step in 1.. {
            let (storage, clock) = (MemoryStorage::default(), HandClock::default());
            storage.fault.set(Some((step, fault)));
            let made = run(UnlockedVault::create(
                &storage,
                &clock,
                &passphrase("one"),
                KdfCost::LEAST,
            ));
            let done = storage.steps.get() < step;
            let made = made.map(drop);
            let revived = storage.revived();
            match run(look(&revived)).unwrap() {
                Presence::Absent => assert!(made.is_err()),
                // A manifest of which half was written. It cannot be told from a damaged vault, so it is not written over.
                Presence::Unreadable => assert!(made.is_err() && fault == Fault::Tear),
                _ => {
                    let passphrase = passphrase("one");
                    let opener = Opener::Passphrase(&passphrase);
                    run(UnlockedVault::unlock(
                        &revived,
                        &clock,
                        &opener,
                        Rollback::Refuse(None),
                    ))
                    .unwrap();
                }
            }
            if done {
                break;
            }
        }
    }
    let made = make();
    for step in 1.. {
        let storage = made.storage.revived();
        let mut vault = run(UnlockedVault::resume(&storage, &made.clock, &made.session)).unwrap();
        storage.fault.set(Some((step, Fault::Tear)));
        let changed = run(vault.change_passphrase(passphrase("two"), KdfCost::LEAST));
        let (storage, done) = (storage.revived(), storage.steps.get() < step);
        let opens = |text: &str| {
            let passphrase = passphrase(text);
            let opener = Opener::Passphrase(&passphrase);
            run(UnlockedVault::unlock(
                &storage,
                &made.clock,
                &opener,
                Rollback::Refuse(None),
            ))
            .is_ok()
        };
        let (old, new) = (opens("correct horse"), opens("two"));
        assert!(
            old != new && (new || changed.is_err()),
            "step {step}: old {old}, new {new}"
        );
        if done {
            break;
        }
    }
}

/// A new recovery code takes the place of the one before.
#[test]
fn recovery_code_is_renewed() {
    let made = make();
    let mut vault = run(UnlockedVault::resume(
        &made.storage,
        &made.clock,
        &made.session,
    ))
    .unwrap();
    let old = run(vault.renew_recovery_code()).unwrap();
    let new = run(vault.renew_recovery_code()).unwrap();
    drop(vault);
    let opens = |code: &RecoveryCode| {
        run(UnlockedVault::unlock(
            &made.storage,
            &made.clock,
            &Opener::Recovery(code),
            Rollback::Refuse(None),
        ))
        .map(drop)
    };
    assert_eq!(opens(&old), Err(VaultError::CannotOpen));
    assert_eq!(opens(&new), Ok(()));
}
