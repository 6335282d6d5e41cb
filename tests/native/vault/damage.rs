//! Every bit of a sealed vault flipped, every record removed, duplicated, swapped, rolled back: seen, and refused.

use keyward::vault::{Opener, RecoveryCode, Rollback, SessionState, UnlockedVault, VaultError};

use super::memory::{HandClock, MemoryStorage};
use super::{keys, make_vault, named, passphrase, run, secret};

/// Records by name.
type Records = std::collections::BTreeMap<String, Vec<u8>>;

struct Sealed {
    storage: MemoryStorage,
    /// The storage before the last change of each entry.
    before: MemoryStorage,
    clock: HandClock,
    session: SessionState,
    code: RecoveryCode,
}

fn seal() -> Sealed {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, code) = make_vault(&storage, &clock, "correct horse");
    let ids = ["a-first-key", "a-second-key", "a-third-key"]
        .map(|key| run(vault.add(named(key), keys(key))).unwrap());
    let before = storage.revived();
    for id in ids {
        run(vault.replace_key(id, 1, secret(&format!("new {id}")))).unwrap();
    }
    let session = vault.session_state();
    vault.lock();
    Sealed {
        storage,
        before,
        clock,
        session,
        code,
    }
}

impl Sealed {
    /// With the vault key, which any slot gives.
    fn resume(&self, storage: &MemoryStorage) -> Result<usize, VaultError> {
        run(UnlockedVault::resume(storage, &self.clock, &self.session)).map(|vault| vault.len())
    }

    /// With the recovery code, so that a flip in any slot is looked at too, without a second of Argon2id each.
    fn unlock(&self, storage: &MemoryStorage) -> Result<usize, VaultError> {
        let opener = Opener::Recovery(&self.code);
        run(UnlockedVault::unlock(
            storage,
            &self.clock,
            &opener,
            Rollback::Refuse(None),
        ))
        .map(|vault| vault.len())
    }

    fn sealed_names(&self) -> Vec<String> {
        let mut names = self.storage.names_with("vault.entry.");
        names.extend(self.storage.names_with("vault.manifest."));
        assert_eq!(names.len(), 4);
        names
    }
}

#[test]
fn every_bit_flipped() {
    let sealed = seal();
    let mut bits = 0;
    for name in sealed.sealed_names() {
        let length = sealed.storage.records.borrow()[&name].len();
        let storage = sealed.storage.revived();
        for bit in 0..length * 8 {
            let flip =
                || storage.records.borrow_mut().get_mut(&name).unwrap()[bit / 8] ^= 1 << (bit % 8);
            flip();
            for opened in [sealed.resume(&storage), sealed.unlock(&storage)] {
                assert!(
                    matches!(opened, Err(VaultError::CannotOpen | VaultError::Newer)),
                    "{name} bit {bit}: {opened:?}"
                );
            }
            flip();
            bits += 1;
        }
        assert_eq!(sealed.unlock(&storage), Ok(3));
    }
    assert!(bits > 10_000, "{bits} bits");
}

/// A few bits of the passphrase's salt and cost, with Argon2id run on them.
#[test]
fn flipped_bits_with_the_passphrase() {
    let sealed = seal();
    let name = sealed.storage.names_with("vault.manifest.").pop().unwrap();
    // The head is 38 bytes; then kind, memory, passes, salt, nonce, wrapped key.
    let slot = 4 + 1 + 16 + 16 + 1;
    for (byte, bit) in [
        (1, 0),
        (4, 7),
        (5, 6),
        (8, 1),
        (8, 7),
        (9, 0),
        (24, 7),
        (25, 3),
        (40, 1),
        (84, 7),
    ] {
        let storage = sealed.storage.revived();
        storage.records.borrow_mut().get_mut(&name).unwrap()[slot + byte] ^= 1 << bit;
        let passphrase = passphrase("correct horse");
        let opener = Opener::Passphrase(&passphrase);
        let opened = run(UnlockedVault::unlock(
            &storage,
            &sealed.clock,
            &opener,
            Rollback::Refuse(None),
        ));
        assert_eq!(
            opened.map(drop),
            Err(VaultError::CannotOpen),
            "byte {byte} of the slot, bit {bit}"
        );
    }
}

#[test]
fn every_length_cut() {
    let sealed = seal();
    for name in sealed.sealed_names() {
        let whole = sealed.storage.records.borrow()[&name].clone();
        for length in 0..whole.len() {
            let storage = sealed.storage.revived();
            storage
                .records
                .borrow_mut()
                .insert(name.clone(), whole[..length].to_vec());
            assert!(sealed.unlock(&storage).is_err(), "{name} cut to {length}");
        }
        let storage = sealed.storage.revived();
        storage
            .records
            .borrow_mut()
            .insert(name.clone(), [&whole[..], &[0]].concat());
        assert!(sealed.unlock(&storage).is_err(), "{name} with a byte more");
    }
}

#[test]
fn records_out_of_place() {
    let sealed = seal();
    let names = sealed.sealed_names();
    let change = |change: &dyn Fn(&mut Records)| {
        let storage = sealed.storage.revived();
        change(&mut storage.records.borrow_mut());
        storage
    };
    for name in &names {
        let removed = change(&|records| drop(records.remove(name)));
        assert!(
            sealed.unlock(&removed).is_err() && sealed.resume(&removed).is_err(),
            "{name} removed"
        );
        for other in names.iter().filter(|other| *other != name) {
            let swapped = change(&|records| {
                let (one, two) = (records[name].clone(), records[other].clone());
                records.insert(name.clone(), two);
                records.insert(other.clone(), one);
            });
            assert!(
                sealed.unlock(&swapped).is_err() && sealed.resume(&swapped).is_err(),
                "{name} and {other} swapped"
            );
            let copied =
                change(&|records| drop(records.insert(name.clone(), records[other].clone())));
            assert!(
                sealed.unlock(&copied).is_err() && sealed.resume(&copied).is_err(),
                "{other} in place of {name}"
            );
        }
    }
    // The older state of an entry in place of the present one, under the name of the present one.
    for name in sealed.storage.names_with("vault.entry.") {
        let entry = &name[..name.rfind('.').unwrap()];
        let old = sealed.before.names_with(entry).pop().unwrap();
        assert_ne!(old, name);
        let bytes = sealed.before.records.borrow()[&old].clone();
        let rolled_back = change(&|records| drop(records.insert(name.clone(), bytes.clone())));
        assert!(sealed.unlock(&rolled_back).is_err(), "{name} rolled back");
    }
    // The older manifest with the present entries; the older manifest with its entries is refused by who saw the present one.
    let old = sealed.before.names_with("vault.manifest.").pop().unwrap();
    let bytes = sealed.before.records.borrow()[&old].clone();
    let rolled_back = change(&|records| {
        records.retain(|name, _| !name.starts_with("vault.manifest."));
        records.insert(old.clone(), bytes.clone());
    });
    assert!(sealed.unlock(&rolled_back).is_err() && sealed.resume(&rolled_back).is_err());
    assert_eq!(sealed.resume(&sealed.before), Err(VaultError::RolledBack));
}

/// What is added is never used, and said: an old manifest, copies under other names, records of another vault.
#[test]
fn records_added() {
    let sealed = seal();
    let other = seal();
    let manifest = sealed.storage.names_with("vault.manifest.").pop().unwrap();
    let entry = sealed.storage.names_with("vault.entry.").pop().unwrap();
    let with = |added: &[(String, Vec<u8>)]| {
        let storage = sealed.storage.revived();
        storage.records.borrow_mut().extend(added.iter().cloned());
        let mut vault = run(UnlockedVault::resume(
            &storage,
            &sealed.clock,
            &sealed.session,
        ))
        .unwrap();
        let entries = run(vault.entries()).unwrap();
        assert!(entries.iter().all(|entry| entry.earlier_count() == 1) && entries.len() == 3);
        (
            vault.findings().strays,
            vault.findings().damaged_manifests,
            vault.findings().old_manifests,
        )
    };
    let take = |storage: &MemoryStorage, prefix: &str| -> Vec<(String, Vec<u8>)> {
        let names = storage.names_with(prefix);
        names
            .iter()
            .map(|name| (name.clone(), storage.records.borrow()[name].clone()))
            .collect()
    };
    let copy = |name: &str| {
        let digit = if name.ends_with('0') { '1' } else { '0' };
        vec![(
            format!("{}{digit}", &name[..name.len() - 1]),
            sealed.storage.records.borrow()[name].clone(),
        )]
    };
    assert_eq!(with(&[]), (0, 0, 0));
    assert_eq!(with(&take(&sealed.before, "vault.manifest.")), (1, 0, 1));
    assert_eq!(
        with(
            &[
                take(&sealed.before, "vault.manifest."),
                take(&sealed.before, "vault.entry.")
            ]
            .concat()
        ),
        (4, 0, 1)
    );
    assert_eq!(with(&copy(&manifest)), (1, 1, 0));
    assert_eq!(with(&copy(&entry)), (1, 0, 0));
    assert_eq!(with(&take(&other.storage, "vault.manifest.")), (1, 1, 0));
    assert_eq!(with(&take(&other.storage, "vault.entry.")), (3, 0, 0));
    assert_eq!(
        with(&[
            ("vault.manifest.".into(), vec![]),
            ("vault.entry.x".into(), vec![1])
        ]),
        (2, 0, 0)
    );
}

/// Noise in place of any record is refused without a panic.
#[test]
fn noise() {
    let sealed = seal();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for name in sealed.sealed_names() {
        let whole = sealed.storage.records.borrow()[&name].clone();
        for _ in 0..2_000 {
            let mut bytes = whole.clone();
            for _ in 0..1 + random() % 8 {
                let place = (random() % bytes.len() as u64) as usize;
                match random() % 4 {
                    0 => bytes[place] = random() as u8,
                    1 => bytes.truncate(place.max(1)),
                    2 => bytes.insert(place, random() as u8),
                    _ => bytes[place..].reverse(),
                }
            }
            if bytes == whole {
                continue;
            }
            let storage = sealed.storage.revived();
            storage.records.borrow_mut().insert(name.clone(), bytes);
            assert!(sealed.unlock(&storage).is_err());
        }
    }
}
