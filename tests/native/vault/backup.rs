//! Backups: read back by the vault, by the `age` crate and by Debian's `age` program, and the other way round.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use keyward::secret::Secret;
use keyward::vault::backup::{self, BackupError};
use keyward::vault::{Details, NewEntry, UnlockedVault};

use super::memory::{HandClock, MemoryStorage};
use super::{keys, make_vault, named, passphrase, run, secret, snapshot};

type Vault<'a> = UnlockedVault<&'a MemoryStorage, &'a HandClock>;

fn fill(vault: &mut Vault<'_>) {
    let details = Details {
        provider: "DeepSeek".into(),
        owner: "team \"A\"".into(),
        variable: "DEEPSEEK_API_KEY".into(),
        origins: vec!["https://chat.example".into()],
        ..named("ünïcode 🔑")
    };
    let mut first = keys("first\\key'\"");
    first.notes = secret("a note\nof two lines");
    let id = run(vault.add(details, first)).unwrap();
    run(vault.replace_key(id, 1, secret("second-key"))).unwrap();
    let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    run(vault.add(named("pem"), keys(pem))).unwrap();
}

/// A backup of a vault, and what is in that vault.
fn back_up(clock: &HandClock, text: &str) -> (Vec<u8>, Vec<String>) {
    let storage = MemoryStorage::default();
    let (mut vault, _) = make_vault(&storage, clock, "one");
    fill(&mut vault);
    let entries: Vec<NewEntry> = run(vault.all())
        .unwrap()
        .into_iter()
        .map(Into::into)
        .collect();
    (
        backup::write(&entries, &passphrase(text), 16, &clock).unwrap(),
        run(snapshot(&mut vault)),
    )
}

#[test]
fn read_back() {
    let clock = HandClock::default();
    let (file, lines) = back_up(&clock, "backup passphrase");
    assert_eq!(
        backup::read(&file, &passphrase("another")).map(drop),
        Err(BackupError::CannotOpen)
    );
    assert_eq!(
        backup::read(b"", &passphrase("")).map(drop),
        Err(BackupError::NotABackup)
    );
    clock.pass(1_000_000);
    let storage = MemoryStorage::default();
    let (mut vault, _) = make_vault(&storage, &clock, "two");
    let new = backup::read(&file, &passphrase("backup passphrase")).unwrap();
    let dates: Vec<_> = new
        .iter()
        .map(|new| (new.created_ms.unwrap(), new.key_changed_ms.unwrap()))
        .collect();
    assert!(run(vault.add_all(new)).unwrap().iter().all(Result::is_ok));
    assert_eq!(run(snapshot(&mut vault)), lines);
    let mut restored: Vec<_> = run(vault.entries())
        .unwrap()
        .iter()
        .map(|entry| (entry.created_ms(), entry.key_changed_ms()))
        .collect();
    restored.sort_unstable();
    let mut dates = dates;
    dates.sort_unstable();
    assert_eq!(restored, dates);
    // A second time everything is there already.
    let new = backup::read(&file, &passphrase("backup passphrase")).unwrap();
    assert!(run(vault.add_all(new)).unwrap().iter().all(Result::is_err));
}

/// The `age` crate opens what is written, and what it writes is opened, whatever the length of the text.
#[test]
fn age_crate() {
    let (file, _) = back_up(&HandClock::default(), "backup passphrase");
    let identity = age::scrypt::Identity::new("backup passphrase".to_owned().into());
    let mut text = String::new();
    let decryptor = age::Decryptor::new(&file[..]).unwrap();
    decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.starts_with("{\n  \"keyward_backup\": 1,"), "{text}");
    assert!(text.contains("second-key") && text.contains("a note\\nof two lines"));

    // Empty, one chunk, exactly one and two, and a byte more. The text is no backup; that it gets so far shows that it opened.
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
        let mut recipient = age::scrypt::Recipient::new("other passphrase".to_owned().into());
        recipient.set_work_factor(2);
        let encryptor =
            age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
                .unwrap();
        let document = format!(
            "{{\"keyward_backup\":2,\"filler\":\"{}\"}}",
            "x".repeat(length)
        );
        let mut file = Vec::new();
        let mut writer = encryptor.wrap_output(&mut file).unwrap();
        writer.write_all(document.as_bytes()).unwrap();
        writer.finish().unwrap();
        assert_eq!(
            backup::read(&file, &passphrase("other passphrase")).map(drop),
            Err(BackupError::Newer),
            "{length}"
        );
        assert_eq!(
            backup::read(&file, &passphrase("wrong")).map(drop),
            Err(BackupError::CannotOpen),
            "{length}"
        );
    }
    // A file for a key instead of a passphrase.
    let recipient = age::x25519::Identity::generate().to_public();
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            .unwrap();
    let mut file = Vec::new();
    encryptor.wrap_output(&mut file).unwrap().finish().unwrap();
    assert_eq!(
        backup::read(&file, &passphrase("any")).map(drop),
        Err(BackupError::NotABackup)
    );
}

/// Runs Debian's `age` on a terminal of its own, where it asks for the passphrase.
fn run_age(arguments: &str, typed: &str) {
    let status = Command::new("age").arg("--version").output();
    assert!(
        status.is_ok(),
        "the program `age` is missing: scripts/setup installs it (Debian's package `age`)"
    );
    let mut script = Command::new("script")
        .args([
            "--quiet",
            "--return",
            "--command",
            &format!("age {arguments}"),
            "/dev/null",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`script` is part of every Debian");
    let mut terminal = script.stdin.take().unwrap();
    terminal.write_all(typed.as_bytes()).unwrap();
    // The terminal stays open until `age` is done with it.
    let mut said = String::new();
    script
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    drop(terminal);
    assert!(script.wait().unwrap().success(), "age {arguments}: {said}");
}

fn scratch(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("backup-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

#[test]
fn age_program() {
    let (file, _) = back_up(&HandClock::default(), "backup passphrase");
    let (sealed, opened) = (scratch("keyward.age"), scratch("keyward.json"));
    std::fs::write(&sealed, &file).unwrap();
    run_age(
        &format!(
            "--decrypt --output {} {}",
            opened.display(),
            sealed.display()
        ),
        "backup passphrase\n",
    );
    let text = std::fs::read_to_string(&opened).unwrap();
    assert!(
        text.contains("\"key\": \"second-key\"") && text.contains("\"name\": \"ünïcode 🔑\""),
        "{text}"
    );

    // And back, as it is and armoured.
    for (option, name) in [("", "program.age"), ("--armor", "armoured.age")] {
        let again = scratch(name);
        let arguments = format!(
            "--encrypt --passphrase {option} --output {} {}",
            again.display(),
            opened.display()
        );
        run_age(&arguments, "another passphrase\nanother passphrase\n");
        let file = std::fs::read(&again).unwrap();
        let new = backup::read(&file, &passphrase("another passphrase")).unwrap();
        assert_eq!(new.len(), 2);
        assert!(
            new.iter()
                .any(|new| new.keys.key.expose() == "second-key" && new.keys.earlier.len() == 1)
        );
    }
    std::fs::remove_dir_all(sealed.parent().unwrap()).unwrap();
}

#[test]
fn work_factor() {
    for (taken_ms, log_n) in [(1, 18), (31, 18), (32, 17), (62, 17), (63, 16), (5_000, 16)] {
        let clock = HandClock::default();
        clock.tick.set(Duration::from_millis(taken_ms));
        assert_eq!(backup::calibrate(&clock), Ok(log_n), "{taken_ms} ms");
    }
    // Whatever is asked for, it is not written below the floor.
    let file = backup::write(&[], &Secret::new(b"x".to_vec()), 1, &HandClock::default()).unwrap();
    assert!(String::from_utf8_lossy(&file).contains(" 16\n"));
}
