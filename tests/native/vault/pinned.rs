//! Vaults of every released format, which every later version opens. The files are never edited.

use keyward::own_keys::OwnKeys;
use keyward::secret::Secret;
use keyward::vault::{
    Factor, KdfCost, Keys, Opener, RecoveryCode, Rollback, SlotKind, UnlockedVault, Ways,
    import_raw, read_own_keys,
};

use super::memory::{HandClock, MemoryStorage};
use super::{passphrase, run, snapshot};

/// Version 1: written by two writers at once, so it has two manifests, which are merged.
#[test]
fn vault_1() {
    let file = include_bytes!("../../vectors/vault-1.kwvx");
    let code = RecoveryCode::parse(include_str!("../../vectors/vault-1.code")).unwrap();
    let passphrase = passphrase("correct horse, bät🔑");
    let [first, replaced] = [
        ["sk-", "0a1b2c3d4e5f", "60718293a4b5c6d7e8f9"].concat(),
        ["sk-", "f9e8d7c6b5a4", "39281706f5e4d3c2b1a0"].concat(),
    ];
    for opener in [Opener::Passphrase(&passphrase), Opener::Recovery(&code)] {
        let (storage, clock) = (MemoryStorage::default(), HandClock::default());
        run(import_raw(&storage, file)).unwrap();
        let mut vault = run(UnlockedVault::unlock(
            &storage,
            &clock,
            &opener,
            Rollback::Refuse(None),
        ))
        .unwrap();
        let cost = KdfCost::new(80 * 1024, 4).unwrap();
        assert_eq!(
            vault.slots().collect::<Vec<_>>(),
            [SlotKind::Passphrase(cost), SlotKind::Recovery]
        );
        assert!(vault.findings().merged && vault.findings().strays == 0);
        let lines = run(snapshot(&mut vault));
        let first_line = format!(
            "first team [\"https://chat.example\", \"https://tool.example:8443\"] [{first:?}] {replaced} notes of it 1 Some(\"https://chat.example\")"
        );
        let expected = [
            first_line.as_str(),
            "of one writer  [] [] key of one writer notes of it 0 None",
            "of the other  [] [] key of the other notes of it 0 None",
            "zweiter ü🔑  [] [] made up by a person notes of it 0 None",
        ];
        assert_eq!(lines, expected);
        let entry = &run(vault.entries()).unwrap()[0];
        let details = &entry.details;
        assert_eq!(
            [&details.scope, &details.purpose, &details.variable],
            ["all models", "a vector", "DEEPSEEK_API_KEY"]
        );
        // The fingerprints are of this version too: both keys that a machine made, and no other.
        let table = run(read_own_keys(&storage)).unwrap();
        let table = OwnKeys::parse(&table).unwrap();
        let text = format!("{first} {replaced} made up by a person key of one writer");
        assert_eq!(table.matches(text.as_bytes()).count(), 2);
    }
}

/// What the two factors of `vault-2` give.
fn of_factor(name: &str) -> Secret<Vec<u8>> {
    let byte = u8::try_from(name.len()).unwrap();
    Secret::new((0..32).map(|place| place ^ byte).collect())
}

const FACTORS: [&str; 2] = ["first factor", "second factor, elsewhere"];

/// Version 1 with second factors: opened by either with the passphrase, and by the code.
#[test]
fn vault_2() {
    let file = include_bytes!("../../vectors/vault-2.kwvx");
    let code = RecoveryCode::parse(include_str!("../../vectors/vault-2.code")).unwrap();
    let passphrase = passphrase("correct horse, bät🔑");
    let outputs = FACTORS.map(of_factor);
    let mut openers = vec![Opener::Recovery(&code)];
    openers.extend(FACTORS.iter().zip(&outputs).map(|(name, output)| {
        Opener::PassphraseAndFactor {
            passphrase: &passphrase,
            credential: name.as_bytes(),
            output,
        }
    }));
    let open = |opener: &Opener<'_>| {
        let (storage, clock) = (MemoryStorage::default(), HandClock::default());
        run(import_raw(&storage, file)).unwrap();
        let opened = UnlockedVault::unlock(&storage, &clock, opener, Rollback::Refuse(None));
        run(opened).map(|mut vault| {
            let cost = SlotKind::PassphraseAndFactor(KdfCost::LEAST);
            let kinds: Vec<_> = vault.slots().collect();
            assert_eq!(kinds, [cost, cost, SlotKind::Recovery]);
            let of: Vec<Factor> = vault.factors().cloned().collect();
            assert_eq!(of, FACTORS.map(factor_of));
            run(snapshot(&mut vault))
        })
    };
    for opener in openers {
        let lines = open(&opener).unwrap();
        let line = "only  [] [] made up by a person notes of it 0 None";
        assert_eq!(lines, [line], "{opener:?}");
    }
    assert!(open(&Opener::Passphrase(&passphrase)).is_err());
}

fn factor_of(name: &str) -> Factor {
    Factor {
        credential: name.as_bytes().to_vec(),
        transports: u8::try_from(name.len()).unwrap(),
        made_ms: 1_790_000_000_000 + name.len() as u64,
    }
}

/// As the pinned one was made, once.
#[test]
#[ignore = "a vector is never made again"]
fn vault_2_is_made() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let passphrase = passphrase("correct horse, bät🔑");
    let made = UnlockedVault::create(&storage, &clock, &passphrase, KdfCost::LEAST);
    let (mut vault, code) = run(made).unwrap();
    let keys = Keys::new(
        Secret::from("made up by a person"),
        Secret::from("notes of it"),
    );
    run(vault.add(super::named("only"), keys)).unwrap();
    for name in FACTORS {
        let ways = Ways::AddFactor {
            passphrase: super::passphrase("correct horse, bät🔑"),
            factor: factor_of(name),
            output: of_factor(name),
        };
        run(vault.change_ways(ways)).unwrap();
    }
    // EXPOSE: of a vault that holds nothing.
    let code = format!("{}\n", code.to_text().expose());
    let path = "tests/vectors/vault-2";
    assert!(!std::fs::exists(format!("{path}.kwvx")).unwrap());
    std::fs::write(
        format!("{path}.kwvx"),
        run(keyward::vault::export_raw(&storage)).unwrap(),
    )
    .unwrap();
    std::fs::write(format!("{path}.code"), code).unwrap();
}
