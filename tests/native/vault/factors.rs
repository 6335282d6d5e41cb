//! Second factors: what opens a vault that has them, what does not, and that nobody who writes the storage takes the need away.

use keyward::vault::{
    Factor, KdfCost, MOST_FACTORS, Opener, Presence, RecoveryCode, Rollback, SlotKind,
    UnlockedVault, VaultError, Ways, look, look_for_factors,
};

use super::memory::{HandClock, MemoryStorage};
use super::{keys, make_vault, named, passphrase, run};
use keyward::secret::Secret;

type Vault<'a> = UnlockedVault<&'a MemoryStorage, &'a HandClock>;
type Opened = Result<usize, VaultError>;

const RIGHT: &str = "correct horse";
const OTHER: &str = "battery staple";

fn factor(credential: &str) -> Factor {
    Factor {
        credential: credential.as_bytes().to_vec(),
        transports: 1,
        made_ms: 1_700_000_000_000,
    }
}

fn output(byte: u8) -> Secret<Vec<u8>> {
    Secret::new(vec![byte; 32])
}

fn add(vault: &mut Vault<'_>, words: &str, name: &str, byte: u8) -> Result<(), VaultError> {
    let ways = Ways::AddFactor {
        passphrase: passphrase(words),
        factor: factor(name),
        output: output(byte),
    };
    run(vault.change_ways(ways)).map(drop)
}

fn open(storage: &MemoryStorage, opener: &Opener<'_>) -> Opened {
    let clock = HandClock::default();
    let opened = UnlockedVault::unlock(storage, &clock, opener, Rollback::Refuse(None));
    run(opened).map(|vault| vault.len())
}

fn by_passphrase(storage: &MemoryStorage, words: &str) -> Opened {
    open(storage, &Opener::Passphrase(&passphrase(words)))
}

fn by_both(storage: &MemoryStorage, words: &str, credential: &str, byte: u8) -> Opened {
    let (passphrase, output) = (passphrase(words), output(byte));
    let opener = Opener::PassphraseAndFactor {
        passphrase: &passphrase,
        credential: credential.as_bytes(),
        output: &output,
    };
    open(storage, &opener)
}

fn with_key<'a>(storage: &'a MemoryStorage, clock: &'a HandClock) -> (Vault<'a>, RecoveryCode) {
    let (mut vault, code) = make_vault(storage, clock, RIGHT);
    run(vault.add(named("work"), keys("made-up-key-1"))).unwrap();
    (vault, code)
}

const REFUSED: Opened = Err(VaultError::CannotOpen);

#[test]
fn either_of_two_with_the_passphrase_and_the_code_without() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, code) = with_key(&storage, &clock);
    assert_eq!(add(&mut vault, "another", "one", 1), REFUSED.map(drop));
    assert_eq!(by_passphrase(&storage, RIGHT), Ok(1), "nothing has changed");
    add(&mut vault, RIGHT, "one", 1).unwrap();
    assert_eq!(add(&mut vault, RIGHT, "one", 3), Err(VaultError::Changed));
    add(&mut vault, RIGHT, "two", 2).unwrap();
    assert_eq!(add(&mut vault, RIGHT, "three", 3), Err(VaultError::TooMany));
    assert_eq!(vault.factors().count(), MOST_FACTORS);
    vault.lock();
    let presence = Presence::Locked {
        has_recovery: true,
        has_factor: true,
    };
    assert_eq!(run(look(&storage)), Ok(presence));
    let (input, factors) = run(look_for_factors(&storage)).unwrap().unwrap();
    assert_eq!(factors, [factor("one"), factor("two")]);
    assert!(input.starts_with(b"keyward/1/prf") && input.len() == 13 + 16);

    for (credential, byte) in [("one", 1), ("two", 2)] {
        assert_eq!(by_both(&storage, RIGHT, credential, byte), Ok(1));
    }
    assert_eq!(open(&storage, &Opener::Recovery(&code)), Ok(1));
    assert_eq!(by_passphrase(&storage, RIGHT), REFUSED);
    assert_eq!(by_both(&storage, OTHER, "one", 1), REFUSED);
    assert_eq!(by_both(&storage, RIGHT, "one", 2), REFUSED);
    assert_eq!(by_both(&storage, RIGHT, "three", 3), REFUSED);
}

/// The passphrase is changed with the factors elsewhere, and with the last one removed it is enough.
#[test]
fn changed_and_removed() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, code) = with_key(&storage, &clock);
    add(&mut vault, RIGHT, "one", 1).unwrap();
    add(&mut vault, RIGHT, "two", 2).unwrap();
    run(vault.change_passphrase(passphrase(OTHER), KdfCost::LEAST)).unwrap();
    for (credential, byte) in [("one", 1), ("two", 2)] {
        assert_eq!(by_both(&storage, OTHER, credential, byte), Ok(1));
        assert_eq!(by_both(&storage, RIGHT, credential, byte), REFUSED);
    }
    assert_eq!(open(&storage, &Opener::Recovery(&code)), Ok(1));
    let remove = |vault: &mut Vault<'_>, words, credential: &str| {
        let ways = Ways::RemoveFactor {
            passphrase: passphrase(words),
            credential: credential.as_bytes().to_vec(),
        };
        run(vault.change_ways(ways)).map(drop)
    };
    assert_eq!(remove(&mut vault, RIGHT, "one"), REFUSED.map(drop));
    assert_eq!(
        remove(&mut vault, OTHER, "three"),
        Err(VaultError::NoSuchEntry)
    );
    remove(&mut vault, OTHER, "one").unwrap();
    assert_eq!(by_both(&storage, OTHER, "one", 1), REFUSED);
    assert_eq!(by_both(&storage, OTHER, "two", 2), Ok(1));
    assert_eq!(by_passphrase(&storage, OTHER), REFUSED);
    // A new recovery code leaves it.
    let code = run(vault.renew_recovery_code()).unwrap();
    assert_eq!(by_both(&storage, OTHER, "two", 2), Ok(1));
    assert_eq!(open(&storage, &Opener::Recovery(&code)), Ok(1));
    remove(&mut vault, OTHER, "two").unwrap();
    assert_eq!(by_passphrase(&storage, OTHER), Ok(1));
    assert_eq!(by_both(&storage, OTHER, "two", 2), REFUSED);
    assert_eq!(
        vault.slots().collect::<Vec<_>>(),
        [SlotKind::Passphrase(KdfCost::LEAST), SlotKind::Recovery]
    );
}

/// Whoever knows the passphrase and writes the storage, but has not the factor: the manifest from before it was enrolled put back
/// beside the present one, under its name and under a newer one; its slots written into the present one; the factor's slot cut out.
#[test]
fn the_need_cannot_be_taken_away() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, code) = with_key(&storage, &clock);
    let manifest = |storage: &MemoryStorage| {
        let name = storage.names_with("vault.manifest.").pop().unwrap();
        let bytes = storage.records.borrow()[&name].clone();
        (name, bytes)
    };
    let (old_name, old) = manifest(&storage);
    add(&mut vault, RIGHT, "one", 1).unwrap();
    vault.lock();
    let (name, new) = manifest(&storage);
    assert_ne!(old_name, name);
    let opened_by_code = |storage: &MemoryStorage| open(storage, &Opener::Recovery(&code));
    let with = |records: &[(&str, &[u8])]| {
        let changed = storage.revived();
        for (name, bytes) in records {
            let (name, bytes) = ((*name).to_owned(), bytes.to_vec());
            changed.records.borrow_mut().insert(name, bytes);
        }
        changed
    };
    assert_eq!(by_both(&storage, RIGHT, "one", 1), Ok(1));
    let beside = with(&[(&old_name, &old)]);
    assert_eq!(by_passphrase(&beside, RIGHT), REFUSED);
    assert_eq!(by_both(&beside, RIGHT, "one", 1), Ok(1));
    let latest = format!("vault.manifest.{}", "f".repeat(32));
    for (name, bytes) in [(&latest, &old), (&name, &old)] {
        let put = with(&[(name, bytes)]);
        assert_eq!(by_passphrase(&put, RIGHT), REFUSED);
    }
    // magic, version, vault, record; number of slots; slots; what is sealed.
    const HEAD: usize = 4 + 1 + 16 + 16;
    const PASSPHRASE: usize = 1 + 4 + 4 + 16 + 60;
    const RECOVERY: usize = 1 + 16 + 60;
    const FACTOR: usize = 1 + 4 + 4 + 8 + 1 + 4 + 3 + 16 + 60 + 60;
    let slots = |bytes: &[u8], first: usize| bytes[HEAD + 1..HEAD + 1 + first + RECOVERY].to_vec();
    assert_eq!((new[HEAD], new[HEAD + 1]), (2, 3));
    let [old_slots, new_slots] = [slots(&old, PASSPHRASE), slots(&new, FACTOR)];
    let body = &new[HEAD + 1 + FACTOR + RECOVERY..];
    let lowered = [
        (2, old_slots.clone()),
        (3, [&new_slots[..], &old_slots[..PASSPHRASE]].concat()),
        (1, new_slots[FACTOR..].to_vec()),
        (1, old_slots[..PASSPHRASE].to_vec()),
    ];
    for (count, slots) in lowered {
        let bytes = [&new[..HEAD], &[count], &slots, body].concat();
        let changed = with(&[(&name, &bytes)]);
        assert_eq!(by_passphrase(&changed, RIGHT), REFUSED, "{count}");
        // It is seen by who has everything, too.
        assert_eq!(by_both(&changed, RIGHT, "one", 1), REFUSED, "{count}");
        assert_eq!(opened_by_code(&changed), REFUSED, "{count}");
    }
}

/// Each bit of a manifest with factors: refused also where it is not of the slot that is used.
#[test]
fn every_bit_flipped() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, code) = with_key(&storage, &clock);
    add(&mut vault, RIGHT, "one", 1).unwrap();
    add(&mut vault, RIGHT, "two", 2).unwrap();
    vault.lock();
    let name = storage.names_with("vault.manifest.").pop().unwrap();
    let length = storage.records.borrow()[&name].len();
    for bit in 0..length * 8 {
        let flip =
            || storage.records.borrow_mut().get_mut(&name).unwrap()[bit / 8] ^= 1 << (bit % 8);
        flip();
        let opened = open(&storage, &Opener::Recovery(&code));
        assert!(
            matches!(opened, Err(VaultError::CannotOpen | VaultError::Newer)),
            "bit {bit}: {opened:?}"
        );
        flip();
    }
    assert_eq!(open(&storage, &Opener::Recovery(&code)), Ok(1));
}

/// Two writers that did not see each other: one enrols a factor, the other changes an entry, the passphrase, or enrols one too.
/// Nothing of it makes the passphrase alone enough.
#[test]
fn writers_at_once() {
    #[derive(Clone, Copy, Debug)]
    enum Other {
        Entry,
        Passphrase,
        Factor,
    }
    for other in [Other::Entry, Other::Passphrase, Other::Factor] {
        let (storage, clock) = (MemoryStorage::default(), HandClock::default());
        let (mut one, code) = with_key(&storage, &clock);
        let before = storage.records.borrow().clone();
        let mut two = run(UnlockedVault::resume(
            &storage,
            &clock,
            &one.session_state(),
        ))
        .unwrap();
        add(&mut one, RIGHT, "one", 1).unwrap();
        let of_one = std::mem::replace(&mut *storage.records.borrow_mut(), before);
        match other {
            Other::Entry => drop(run(two.add(named("more"), keys("made-up-key-2"))).unwrap()),
            Other::Passphrase => {
                run(two.change_passphrase(passphrase(OTHER), KdfCost::LEAST)).unwrap();
            }
            Other::Factor => add(&mut two, RIGHT, "two", 2).unwrap(),
        }
        let is_new = |(name, _): &(String, Vec<u8>)| name.starts_with("vault.manifest.");
        let of_one: Vec<_> = of_one.into_iter().filter(is_new).collect();
        storage.records.borrow_mut().extend(of_one);
        let count = match other {
            Other::Entry => 2,
            _ => 1,
        };
        assert_eq!(by_both(&storage, RIGHT, "one", 1), Ok(count), "{other:?}");
        assert_eq!(open(&storage, &Opener::Recovery(&code)), Ok(count));
        for words in [RIGHT, OTHER] {
            assert_eq!(by_passphrase(&storage, words), REFUSED, "{other:?}");
        }
        if let Other::Factor = other {
            assert_eq!(by_both(&storage, RIGHT, "two", 2), Ok(count));
        }
    }
}
