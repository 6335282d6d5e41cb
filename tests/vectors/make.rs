//! Makes the pinned vault of a new version of the format: `cargo run --example make-vector -- tests/vectors/vault-N`.
//!
//! A vector is never made again: what was released must be readable for ever. See `tests/native/vault/pinned.rs`.
#![allow(clippy::unwrap_used)]

#[allow(
    dead_code,
    reason = "of the storage in memory only a part is needed here"
)]
#[path = "../native/vault/memory.rs"]
mod memory;

use keyward::secret::Secret;
use keyward::vault::{Details, KdfCost, Keys, UnlockedVault, export_raw};
use memory::{HandClock, MemoryStorage};

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("usage: make-vector PATH");
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let passphrase = Secret::new("correct horse, bät🔑".as_bytes().to_vec());
    let cost = KdfCost::new(80 * 1024, 4).unwrap();
    let (mut one, code) = run(UnlockedVault::create(&storage, &clock, &passphrase, cost)).unwrap();
    let key = |text: &str| Keys::new(Secret::from(text), Secret::from("notes of it"));
    let named = |name: &str| Details {
        name: name.to_owned(),
        ..Details::default()
    };
    let details = Details {
        provider: "DeepSeek".into(),
        owner: "team".into(),
        scope: "all models".into(),
        purpose: "a vector".into(),
        variable: "DEEPSEEK_API_KEY".into(),
        origins: vec![
            "https://chat.example".into(),
            "https://tool.example:8443".into(),
        ],
        ..named("first")
    };
    let first = run(one.add(
        details,
        key(&["sk-", "0a1b2c3d4e5f", "60718293a4b5c6d7e8f9"].concat()),
    ))
    .unwrap();
    run(one.replace_key(
        first,
        1,
        Secret::from(
            ["sk-", "f9e8d7c6b5a4", "39281706f5e4d3c2b1a0"]
                .concat()
                .as_str(),
        ),
    ))
    .unwrap();
    run(one.note_use(first, "https://chat.example")).unwrap();
    run(one.add(named("zweiter ü🔑"), key("made up by a person"))).unwrap();
    // Two writers that did not see each other, as the format has them merged.
    let before = storage.records.borrow().clone();
    let mut other = run(UnlockedVault::resume(
        &storage,
        &clock,
        &one.session_state(),
    ))
    .unwrap();
    run(one.add(named("of one writer"), key("key of one writer"))).unwrap();
    let of_one = std::mem::replace(&mut *storage.records.borrow_mut(), before);
    run(other.add(named("of the other"), key("key of the other"))).unwrap();
    let manifest = |name: &String| name.starts_with("vault.manifest.");
    let of_one: Vec<_> = of_one
        .into_iter()
        .filter(|(name, _)| manifest(name) || name.contains(".entry."))
        .collect();
    storage.records.borrow_mut().extend(of_one);
    std::fs::write(format!("{path}.kwvx"), run(export_raw(&storage)).unwrap()).unwrap();
    std::fs::write(
        format!("{path}.code"),
        format!("{}\n", code.to_text().expose()),
    )
    .unwrap();
}
