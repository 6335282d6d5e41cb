//! A storage in memory with faults on demand, and a clock that is set by hand.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::task::Poll;
use std::time::Duration;

use keyward::vault::{Clock, Storage, StorageError};

/// What goes wrong at the chosen step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The record is not written and the machine is dead.
    Die,
    /// Half of the record is written and the machine is dead.
    Tear,
    /// The call fails here, after what it did before; the next one works.
    Fail,
    /// As `Fail`, but the record was written all the same.
    FailAfter,
}

/// Records in memory. Every record that is set or removed is a step.
#[derive(Default)]
pub struct MemoryStorage {
    pub records: RefCell<BTreeMap<String, Vec<u8>>>,
    pub steps: Cell<usize>,
    pub fault: Cell<Option<(usize, Fault)>>,
    pub quota_bytes: Cell<Option<usize>>,
    dead: Cell<bool>,
}

impl MemoryStorage {
    /// The same records in a storage without faults.
    pub fn revived(&self) -> MemoryStorage {
        MemoryStorage {
            records: RefCell::new(self.records.borrow().clone()),
            ..MemoryStorage::default()
        }
    }

    pub fn names_with(&self, prefix: &str) -> Vec<String> {
        self.records
            .borrow()
            .keys()
            .filter(|name| name.starts_with(prefix))
            .cloned()
            .collect()
    }

    fn step(&self) -> Option<Fault> {
        self.steps.set(self.steps.get() + 1);
        match self.fault.get() {
            Some((step, fault)) if step == self.steps.get() => {
                self.dead.set(matches!(fault, Fault::Die | Fault::Tear));
                Some(fault)
            }
            _ => None,
        }
    }

    async fn call(&self) -> Result<(), StorageError> {
        // Each call gives the other writer of a test its turn.
        let mut waited = false;
        std::future::poll_fn(|_| match std::mem::replace(&mut waited, true) {
            false => Poll::Pending,
            true => Poll::Ready(()),
        })
        .await;
        if self.dead.get() {
            Err(StorageError::Failed)
        } else {
            Ok(())
        }
    }

    fn bytes(&self) -> usize {
        self.records
            .borrow()
            .iter()
            .map(|(name, bytes)| name.len() + bytes.len())
            .sum()
    }
}

impl Storage for MemoryStorage {
    async fn names(&self, prefix: &str) -> Result<Vec<String>, StorageError> {
        self.call().await?;
        Ok(self.names_with(prefix))
    }

    async fn get(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StorageError> {
        self.call().await?;
        Ok(names
            .iter()
            .map(|name| self.records.borrow().get(name).cloned())
            .collect())
    }

    async fn set(&self, records: &[(String, Vec<u8>)]) -> Result<(), StorageError> {
        self.call().await?;
        let new: usize = records
            .iter()
            .map(|(name, bytes)| name.len() + bytes.len())
            .sum();
        if self
            .quota_bytes
            .get()
            .is_some_and(|quota| self.bytes() + new > quota)
        {
            return Err(StorageError::Full);
        }
        for (name, bytes) in records {
            let fault = self.step();
            let kept = match fault {
                Some(Fault::Die | Fault::Fail) => None,
                Some(Fault::Tear) => Some(&bytes[..bytes.len() / 2]),
                Some(Fault::FailAfter) | None => Some(&bytes[..]),
            };
            if let Some(kept) = kept {
                self.records
                    .borrow_mut()
                    .insert(name.clone(), kept.to_vec());
            }
            if fault.is_some() {
                return Err(StorageError::Failed);
            }
        }
        Ok(())
    }

    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        self.call().await?;
        for name in names {
            match self.step() {
                Some(Fault::FailAfter) => {
                    self.records.borrow_mut().remove(name);
                    return Err(StorageError::Failed);
                }
                Some(_) => return Err(StorageError::Failed),
                None => self.records.borrow_mut().remove(name),
            };
        }
        Ok(())
    }
}

/// Time that passes only when a test says so; each look at the wall clock is a millisecond later than the one before.
pub struct HandClock {
    pub unix_ms: Cell<u64>,
    pub monotonic: Cell<Duration>,
    /// What each look at the monotonic clock adds.
    pub tick: Cell<Duration>,
}

impl Default for HandClock {
    fn default() -> Self {
        let unix_ms = Cell::new(1_790_000_000_000);
        HandClock {
            unix_ms,
            monotonic: Cell::default(),
            tick: Cell::default(),
        }
    }
}

impl HandClock {
    pub fn pass(&self, ms: u64) {
        self.unix_ms.set(self.unix_ms.get() + ms);
    }
}

impl Clock for HandClock {
    fn unix_ms(&self) -> u64 {
        self.pass(1);
        self.unix_ms.get()
    }

    fn monotonic(&self) -> Duration {
        self.monotonic.set(self.monotonic.get() + self.tick.get());
        self.monotonic.get()
    }
}
