//! The vault as the background keeps it. Here is what these tests share: a browser with its memories and its clock.

#![allow(clippy::unwrap_used)]

mod entries;
mod locking;
mod moving;
mod opening;

use std::time::Duration;

use keyward::keeper::Keeper;
use keyward::message::vault::{
    Bytes, Details, EntryLine, FactorOutput, PageReply, PageRequest, Presence, Refusal, Stored,
    VaultState,
};
use keyward::secret::Secret;

use crate::vault::memory::{Fault, HandClock, MemoryStorage};
use crate::vault::run;

pub(crate) const MINUTE_MS: u64 = 60 * 1000;
pub(crate) const RIGHT: &str = "correct horse";

pub(crate) type TestKeeper<'a> = Keeper<&'a MemoryStorage, &'a MemoryStorage, &'a HandClock>;

/// A browser: its disk, its session, its clock.
pub(crate) struct World {
    pub(crate) disk: MemoryStorage,
    session: MemoryStorage,
    pub(crate) clock: HandClock,
}

impl Default for World {
    fn default() -> Self {
        let clock = HandClock::default();
        // A slow machine: new vaults get the least cost.
        clock.tick.set(Duration::from_secs(2));
        World {
            disk: MemoryStorage::default(),
            session: MemoryStorage::default(),
            clock,
        }
    }
}

impl World {
    /// A background that was just started.
    pub(crate) fn background(&self) -> TestKeeper<'_> {
        Keeper::new(&self.disk, &self.session, &self.clock)
    }

    /// As it is now, apart from it: one that costs many openings serves many tests.
    pub(crate) fn copy(&self) -> World {
        let clock = HandClock::default();
        clock.unix_ms.set(self.clock.unix_ms.get());
        clock.monotonic.set(self.clock.monotonic.get());
        clock.tick.set(self.clock.tick.get());
        World {
            disk: self.disk.revived(),
            session: self.session.revived(),
            clock,
        }
    }

    /// The browser was closed.
    pub(crate) fn forget_session(&self) {
        self.session.records.borrow_mut().clear();
    }

    /// With a vault, which is open.
    pub(crate) fn with_vault() -> Self {
        let world = World::default();
        let mut keeper = world.background();
        let created = ask(&mut keeper, create(RIGHT));
        assert!(matches!(created, Ok(PageReply::Recovery { .. })));
        world
    }

    /// As many minutes with a waking in each, as the alarm does it.
    fn pass_minutes(&self, keeper: &mut TestKeeper<'_>, minutes: u64) {
        for _ in 0..minutes {
            self.clock.pass(MINUTE_MS);
            run(keeper.wake());
        }
    }
}

pub(crate) fn bytes(text: &str) -> Bytes {
    Bytes(Secret::new(text.as_bytes().to_vec()))
}

pub(crate) fn ask(keeper: &mut TestKeeper<'_>, request: PageRequest) -> Result<PageReply, Refusal> {
    run(keeper.answer(request))
}

fn create(passphrase: &str) -> PageRequest {
    PageRequest::CreateVault {
        passphrase: bytes(passphrase),
    }
}

pub(crate) fn unlock(keeper: &mut TestKeeper<'_>, passphrase: &str) -> Result<(), Refusal> {
    let request = PageRequest::UnlockVault {
        passphrase: bytes(passphrase),
        accept_older: false,
    };
    ask(keeper, request).map(drop)
}

fn state(keeper: &mut TestKeeper<'_>) -> VaultState {
    match ask(keeper, PageRequest::VaultState {}) {
        Ok(PageReply::State(state)) => state,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn store(keeper: &mut TestKeeper<'_>, name: &str, key: &str) -> Result<Stored, Refusal> {
    let request = PageRequest::StoreEntry {
        details: Details {
            name: name.to_owned(),
            ..Details::default()
        },
        key: bytes(key),
        notes: bytes("a note"),
    };
    match ask(keeper, request)? {
        PageReply::Stored(stored) => Ok(stored),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn entries(keeper: &mut TestKeeper<'_>) -> Result<Vec<EntryLine>, Refusal> {
    match ask(keeper, PageRequest::Entries {})? {
        PageReply::Entries(entries) => Ok(entries),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn key(keeper: &mut TestKeeper<'_>, entry: &str) -> Result<String, Refusal> {
    let entry = entry.to_owned();
    match ask(keeper, PageRequest::RevealKey { entry })? {
        PageReply::Revealed { key, .. } => Ok(key.text()?.expose().clone()),
        other => panic!("{other:?}"),
    }
}

/// Whether the session holds anything of the vault.
pub(crate) fn session_is_empty(world: &World) -> bool {
    world.session.records.borrow().is_empty()
}

fn now(world: &World) -> u64 {
    keyward::vault::Clock::unix_ms(&&world.clock)
}
