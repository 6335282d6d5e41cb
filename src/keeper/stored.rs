//! The keeper's own small records. None of them is secret.

use std::time::Duration;

use crate::vault::lock::{self, LockPolicy};

/// Wrong passphrases in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tries {
    failures: u32,
    /// When the last one was told, in milliseconds since 1970.
    pub(super) last_ms: u64,
    /// `last_ms` before the try that is being made; not stored.
    before_ms: u64,
}

impl Tries {
    /// Until when another has to wait, if it has to.
    pub(super) fn next_ms(&self, now_ms: u64) -> Option<u64> {
        let wait_ms = to_ms(lock::wait_after(self.failures));
        // A clock that was set back must not keep anybody out for longer than the wait.
        let next_ms = self.last_ms.saturating_add(wait_ms);
        (next_ms > now_ms && next_ms <= now_ms.saturating_add(wait_ms)).then_some(next_ms)
    }

    /// Counts one before it is known how it ends.
    pub(super) fn begin(&mut self, now_ms: u64) {
        self.failures = self.failures.saturating_add(1);
        (self.before_ms, self.last_ms) = (self.last_ms, now_ms);
    }

    /// It was none.
    pub(super) fn take_back(&mut self) {
        self.failures = self.failures.saturating_sub(1);
        self.last_ms = self.before_ms;
    }

    pub(super) fn to_bytes(self) -> Vec<u8> {
        [
            &self.failures.to_be_bytes()[..],
            &self.last_ms.to_be_bytes(),
        ]
        .concat()
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (failures, last_ms) = bytes.split_first_chunk()?;
        Some(Tries {
            failures: u32::from_be_bytes(*failures),
            last_ms: u64::from_be_bytes(last_ms.try_into().ok()?),
            before_ms: 0,
        })
    }
}

/// When the vault was used last, and when the time was looked at last, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) last_use_ms: u64,
    pub(super) last_tick_ms: u64,
}

impl Times {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        [
            self.last_use_ms.to_be_bytes(),
            self.last_tick_ms.to_be_bytes(),
        ]
        .concat()
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (last_use_ms, last_tick_ms) = bytes.split_first_chunk()?;
        Some(Times {
            last_use_ms: u64::from_be_bytes(*last_use_ms),
            last_tick_ms: u64::from_be_bytes(last_tick_ms.try_into().ok()?),
        })
    }
}

/// Minutes (0 for no time), then whether it locks with the screen.
pub(super) fn policy_to_bytes(policy: LockPolicy) -> Vec<u8> {
    let mut bytes = policy.timeout().map_or(0, minutes).to_be_bytes().to_vec();
    bytes.push(policy.locks_with_screen().into());
    bytes
}

pub(super) fn parse_policy(bytes: &[u8]) -> Option<LockPolicy> {
    let (minutes, rest) = bytes.split_first_chunk()?;
    let with_screen = match rest {
        [0] => false,
        [1] => true,
        _ => return None,
    };
    Some(make_policy(
        Some(u32::from_be_bytes(*minutes)).filter(|minutes| *minutes > 0),
        with_screen,
    ))
}

/// Within the bounds of [`LockPolicy::new`].
pub(super) fn make_policy(minutes: Option<u32>, with_screen: bool) -> LockPolicy {
    let timeout = minutes.map(|minutes| Duration::from_secs(60 * u64::from(minutes)));
    LockPolicy::new(timeout, with_screen)
}

pub(super) fn minutes(timeout: Duration) -> u32 {
    u32::try_from(timeout.as_secs() / 60).unwrap_or(u32::MAX)
}

fn to_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
