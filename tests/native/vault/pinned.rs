//! Vaults of every released format, which every later version opens. The files are never edited.

use keyward::own_keys::OwnKeys;
use keyward::vault::{
    KdfCost, Opener, RecoveryCode, Rollback, SlotKind, UnlockedVault, import_raw, read_own_keys,
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
