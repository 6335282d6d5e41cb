//! A module for `tests/wasm/vault.mjs`, which searches its memory: a vault over a storage in memory, and what a background does with it.
//!
//! As in the background, the allocator wipes what it frees and the stack is scrubbed after locking.
#![allow(clippy::unwrap_used, missing_docs)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use keyward::secret::{Secret, scrub_stack};
use keyward::vault::{
    Clock, Details, KdfCost, Keys, Opener, Rollback, Storage, StorageError, UnlockedVault,
};

#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

#[derive(Default)]
struct Records(RefCell<BTreeMap<String, Vec<u8>>>);

impl Storage for Records {
    async fn names(&self, prefix: &str) -> Result<Vec<String>, StorageError> {
        Ok(self
            .0
            .borrow()
            .keys()
            .filter(|name| name.starts_with(prefix))
            .cloned()
            .collect())
    }
    async fn get(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StorageError> {
        Ok(names
            .iter()
            .map(|name| self.0.borrow().get(name).cloned())
            .collect())
    }
    async fn set(&self, records: &[(String, Vec<u8>)]) -> Result<(), StorageError> {
        self.0.borrow_mut().extend(records.iter().cloned());
        Ok(())
    }
    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        names
            .iter()
            .for_each(|name| drop(self.0.borrow_mut().remove(name)));
        Ok(())
    }
}

struct NoClock;

impl Clock for NoClock {
    fn unix_ms(&self) -> u64 {
        1_790_000_000_000
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// What an open vault leaves in memory: itself, and what was read out of it.
type Open = (UnlockedVault<&'static Records, NoClock>, Keys, Details);

thread_local! {
    static RECORDS: &'static Records = Box::leak(Box::default());
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
}

/// A buffer of so many bytes for the next call; wiped when that took it.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        *input = vec![0; length];
        input.as_mut_ptr()
    })
}

fn take_input() -> Secret<Vec<u8>> {
    Secret::new(INPUT.with_borrow_mut(std::mem::take))
}

/// Makes a vault with the passphrase in the input.
#[unsafe(no_mangle)]
pub extern "C" fn create() {
    let records = RECORDS.with(|records| *records);
    let (vault, code) = run(UnlockedVault::create(
        records,
        NoClock,
        &take_input(),
        KdfCost::LEAST,
    ))
    .unwrap();
    drop((vault, code));
}

/// Opens it with the passphrase in the input.
#[unsafe(no_mangle)]
pub extern "C" fn unlock() {
    let records = RECORDS.with(|records| *records);
    let passphrase = take_input();
    let opener = Opener::Passphrase(&passphrase);
    let vault = run(UnlockedVault::unlock(
        records,
        NoClock,
        &opener,
        Rollback::Refuse(None),
    ))
    .unwrap();
    let keys = Keys::new(Secret::from(""), Secret::from(""));
    OPEN.set(Some((vault, keys, Details::default())));
}

/// Stores the key in the input, gives it another one and the first one back, reads the entry, and keeps what it read.
#[unsafe(no_mangle)]
pub extern "C" fn store() {
    // EXPOSE: cut into the fields of an entry; the input is `key|name|notes`.
    let input = take_input();
    let text = std::str::from_utf8(input.expose()).unwrap();
    let [key, name, notes] = text.split('|').collect::<Vec<_>>()[..] else {
        panic!()
    };
    OPEN.with_borrow_mut(|open| {
        let (vault, keys, details) = open.as_mut().unwrap();
        let new = Details {
            name: name.to_owned(),
            ..Details::default()
        };
        let id = run(vault.add(new, Keys::new(Secret::from(key), Secret::from(notes)))).unwrap();
        let seen = run(vault.replace_key(id, 1, Secret::from("another-key")))
            .unwrap()
            .revision();
        run(vault.replace_key(id, seen, Secret::from(key))).unwrap();
        run(vault.note_use(id, "https://a.example")).unwrap();
        *keys = run(vault.keys(id)).unwrap();
        *details = run(vault.entry(id)).unwrap().details;
    });
}

/// Puts the session state into the input's place and says how long it is; the vault key is its end.
#[unsafe(no_mangle)]
pub extern "C" fn session() -> usize {
    OPEN.with_borrow(|open| {
        let state = open.as_ref().unwrap().0.session_state();
        // EXPOSE: the test has to know what it searches for.
        INPUT.with_borrow_mut(|input| input.clone_from(state.bytes().expose()));
    });
    INPUT.with_borrow(Vec::len)
}

#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    INPUT.with_borrow(|input| input.as_ptr())
}

/// Locks as the background does.
#[unsafe(no_mangle)]
pub extern "C" fn lock() {
    drop(take_input());
    if let Some((vault, keys, details)) = OPEN.take() {
        drop((keys, details));
        vault.lock();
    }
    scrub_stack();
}

fn main() {}
