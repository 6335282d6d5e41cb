//! Own keys are recognised anywhere in a text, whatever their shape, and nothing else is.

use keyward::own_keys::{HEAD_BYTES, OwnKeys, ROW_BYTES};
use keyward::vault::{UnlockedVault, read_own_keys};

use super::memory::{HandClock, MemoryStorage};
use super::{keys, make_vault, named, new_entry, run, secret};

/// A generator for keys and texts; xorshift, so that every run is the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..length)
            .map(|_| alphabet[(self.next() % alphabet.len() as u64) as usize])
            .collect()
    }
}

const HEX: &str = "0123456789abcdef";
const BASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The table of a vault with these keys: all of them, and the one that can be read while locked.
fn tables(of: &[String]) -> (Vec<u8>, Vec<u8>) {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = make_vault(&storage, &clock, "one");
    let results = run(vault.add_all(of.iter().map(|key| new_entry("", key)).collect())).unwrap();
    assert!(results.iter().all(Result::is_ok));
    (vault.own_keys(), run(read_own_keys(&storage)).unwrap())
}

fn find(table: &[u8], text: &str) -> Vec<String> {
    let table = OwnKeys::parse(table).unwrap();
    table
        .matches(text.as_bytes())
        .map(|span| text[span].to_owned())
        .collect()
}

#[test]
fn found_anywhere() {
    let mut random = Random(1);
    let pem_body =
        random.text(BASE, 64) + "\n" + &random.text(BASE, 64) + "\n" + &random.text(BASE, 40);
    let of = vec![
        format!("sk-{}", random.text(HEX, 32)),
        format!("sk-{}", random.text(HEX, 32)),
        random.text(BASE, 20),
        random.text(BASE, 164),
        format!("-----BEGIN PRIVATE KEY-----\n{pem_body}\n-----END PRIVATE KEY-----\n"),
        "ünïcode-🔑-".to_owned() + &random.text(BASE, 30),
        "hunter2hunter2".to_owned(),
        "12345678".to_owned(),
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
    ];
    let (table, _) = tables(&of);
    assert_eq!(OwnKeys::parse(&table).unwrap().len(), of.len());
    for key in &of {
        let trimmed = key.trim_end();
        for (before, after) in [
            ("", ""),
            (" ", "\n"),
            ("x", "x"),
            ("\"", "\","),
            ("🔑", "é"),
            ("key=", "&b=1"),
            ("\u{200b}", "\u{ad}"),
        ] {
            let text = format!("{before}{trimmed}{after}");
            let found = find(&table, &text);
            assert_eq!(found, [trimmed], "{text:?}");
        }
        // Wrapped, spaced, strewn with what cannot be seen: the span holds the key from its first to its last character.
        for filler in ["\n", "\r\n    ", "\u{200b}", "\u{2060}\u{ad}", " "] {
            let strewn: String = trimmed
                .chars()
                .flat_map(|character| filler.chars().chain([character]))
                .collect();
            let found = find(&table, &format!("before{strewn}behind"));
            assert_eq!(
                found,
                [strewn.trim_start_matches(|c: char| filler.contains(c))],
                "{key:?} with {filler:?}"
            );
        }
        // A key that lost a character is none.
        let short: String = trimmed.chars().skip(1).collect();
        if trimmed.len() <= 128 && !trimmed.starts_with("aaa") {
            assert_eq!(find(&table, &short), [""; 0], "{key:?}");
        }
    }
    // Of a long key that is cut, the middle is found, to where the text ends.
    assert_eq!(find(&table, &of[3][10..150]), [&of[3][10..150]]);
    let all = of.join(" and ");
    assert_eq!(find(&table, &all).len(), of.len());
    assert_eq!(find(&table, ""), [""; 0]);
}

/// What people made up can be guessed; it is recognised only while the vault is open.
#[test]
fn locked_table_holds_machine_made_keys_only() {
    let mut random = Random(2);
    for (key, strong) in [
        (format!("sk-{}", random.text(HEX, 32)), true),
        (random.text(HEX, 64), true),
        (random.text(BASE, 24), true),
        ("3f2c9a1e-7b64-4d0a-9c1e-5a7b8c9d0e1f".to_owned(), true),
        (
            "correct horse battery staple and more words".to_owned(),
            false,
        ),
        ("Summer2026Summer2026!".to_owned(), false),
        (
            "postgres://admin:hunter2@db.internal.example:5432/orders".to_owned(),
            false,
        ),
        (random.text(BASE, 12), false),
        ("aB3".repeat(6), false),
    ] {
        let (open, locked) = tables(std::slice::from_ref(&key));
        assert_eq!(find(&open, &key).len(), 1, "{key}");
        assert_eq!(find(&locked, &key).len(), usize::from(strong), "{key}");
        assert_eq!(locked.len(), HEAD_BYTES + usize::from(strong) * ROW_BYTES);
    }
    let mut random = Random(3);
    let many: Vec<String> = (0..2000).map(|_| random.text(HEX, 32)).collect();
    let (_, locked) = tables(&many);
    assert!(
        OwnKeys::parse(&locked).unwrap().len() >= 1960,
        "{}",
        OwnKeys::parse(&locked).unwrap().len()
    );
}

/// The locked table follows the entries: earlier keys stay in it, removed entries leave it; keys of under eight
/// characters have no row.
#[test]
fn table_follows_the_entries() {
    let mut random = Random(4);
    let [first, second] = [random.text(HEX, 40), random.text(HEX, 40)];
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = make_vault(&storage, &clock, "one");
    let id = run(vault.add(named(""), keys(&first))).unwrap();
    run(vault.add(named(""), keys("1234567"))).unwrap();
    let found = |text: &str| find(&run(read_own_keys(&storage)).unwrap(), text).len();
    assert_eq!((found(&first), found(&second)), (1, 0));
    run(vault.replace_key(id, 1, secret(&second))).unwrap();
    assert_eq!((found(&first), found(&second)), (1, 1));
    run(vault.forget_earlier(id, 2)).unwrap();
    assert_eq!((found(&first), found(&second)), (0, 1));
    // Somebody took the table away or changed it: it is made anew when the vault is opened.
    for junk in [vec![], vec![1, 2, 3]] {
        storage
            .records
            .borrow_mut()
            .insert("vault.own-keys".into(), junk);
        let opened = run(UnlockedVault::resume(
            &storage,
            &clock,
            &vault.session_state(),
        ))
        .unwrap();
        drop(opened);
        assert_eq!((found(&first), found(&second)), (0, 1));
    }
    run(vault.remove(id, 3)).unwrap();
    assert_eq!((found(&first), found(&second)), (0, 0));
    assert_eq!(OwnKeys::parse(&vault.own_keys()).unwrap().len(), 0);
}

#[test]
fn malformed_tables() {
    let mut random = Random(5);
    let (table, _) = tables(&(0..20).map(|_| random.text(BASE, 40)).collect::<Vec<_>>());
    for length in 0..table.len() {
        let whole = length >= HEAD_BYTES && (length - HEAD_BYTES).is_multiple_of(ROW_BYTES);
        assert_eq!(
            OwnKeys::parse(&table[..length]).is_some(),
            whole,
            "{length}"
        );
    }
    let text = random.text(BASE, 4000);
    for _ in 0..20_000 {
        let mut noise = table.clone();
        for _ in 0..1 + random.next() % 4 {
            let place = (random.next() % noise.len() as u64) as usize;
            noise[place] = random.next() as u8;
        }
        if let Some(table) = OwnKeys::parse(&noise) {
            table.matches(text.as_bytes()).for_each(drop);
        }
    }
    // Text that is no UTF-8 and text of fillers only.
    let parsed = OwnKeys::parse(&table).unwrap();
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..3000)
            .map(|_| [0xe2, 0x80, 0x8b, 0xc2, 0xad, b'a', b' ', 0xff][(random.next() % 8) as usize])
            .collect();
        parsed.matches(&bytes).for_each(drop);
    }
}

/// 200 keys over a megabyte of text without any: nothing is found, and it takes no longer per byte than over a short text.
/// The bound is far above what it takes, for a machine that is busy; `scripts/bench` measures.
#[test]
fn nothing_found_and_linear() {
    let mut random = Random(6);
    let of: Vec<String> = (0..200)
        .map(|_| format!("sk-{}", random.text(HEX, 32)))
        .collect();
    let (table, _) = tables(&of);
    let parsed = OwnKeys::parse(&table).unwrap();
    let near = format!("sk-{} ", random.text(HEX, 32));
    for text in [
        random.text(BASE, 1 << 20),
        near.repeat(30_000),
        "a".repeat(1 << 20),
        " \u{200b}".repeat(1 << 18),
    ] {
        let start = std::time::Instant::now();
        assert_eq!(parsed.matches(text.as_bytes()).count(), 0);
        assert!(
            start.elapsed().as_secs() < 20,
            "{:?} for {} bytes",
            start.elapsed(),
            text.len()
        );
    }
}
