//! The vault, over a storage in memory that can die, fail, fill up and tear.

#![allow(clippy::unwrap_used)]

mod backup;
mod basics;
mod damage;
mod factors;
mod faults;
pub mod memory;
mod moving;
mod own_keys;
mod pinned;
mod put_right;
mod writers;

use keyward::secret::Secret;
use keyward::vault::{
    Clock, Details, KdfCost, Keys, NewEntry, RecoveryCode, Storage, UnlockedVault,
};

/// Runs a future that waits for nothing but the storage in memory.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// A new vault with the weakest slot that there is, and its recovery code.
pub fn make_vault<S: Storage, C: Clock>(
    storage: S,
    clock: C,
    words: &str,
) -> (UnlockedVault<S, C>, RecoveryCode) {
    run(UnlockedVault::create(
        storage,
        clock,
        &passphrase(words),
        KdfCost::LEAST,
    ))
    .unwrap()
}

pub fn secret(text: &str) -> Secret<String> {
    Secret::from(text)
}

pub fn passphrase(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

pub fn named(name: &str) -> Details {
    Details {
        name: name.to_owned(),
        ..Details::default()
    }
}

pub fn keys(key: &str) -> Keys {
    Keys::new(secret(key), secret(""))
}

pub fn new_entry(name: &str, key: &str) -> NewEntry {
    NewEntry {
        details: named(name),
        keys: keys(key),
        created_ms: None,
        key_changed_ms: None,
    }
}

/// Everything that a person can see of a vault, without identifiers: what two vaults must agree in.
pub async fn snapshot<S: Storage, C: Clock>(vault: &mut UnlockedVault<S, C>) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in vault.entries().await.unwrap() {
        let keys = vault.keys(entry.id()).await.unwrap();
        let earlier: Vec<_> = keys
            .earlier
            .iter()
            .map(|earlier| earlier.key.expose().clone())
            .collect();
        let last_use = entry.last_use().map(|last_use| last_use.origin.clone());
        let details = &entry.details;
        lines.push(format!(
            "{} {} {:?} {:?} {} {} {:?} {last_use:?}",
            details.name,
            details.owner,
            details.origins,
            earlier,
            keys.key.expose(),
            keys.notes.expose(),
            entry.earlier_count(),
        ));
    }
    lines.sort();
    lines
}
