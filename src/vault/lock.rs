//! When the vault locks, and how long to wait after wrong passphrases: decisions from times, without effects.

use std::time::Duration;

/// How long the vault stays open without use, unless the person says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// What the person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockPolicy {
    timeout: Option<Duration>,
    on_screen_lock: bool,
}

impl LockPolicy {
    /// Locks after `timeout` without use (from one minute up to a day), or, with `None`, with the browser only. A machine that
    /// sleeps always locks it.
    pub fn new(timeout: Option<Duration>, on_screen_lock: bool) -> Self {
        let bounds = (Duration::from_secs(60), Duration::from_secs(24 * 60 * 60));
        LockPolicy {
            timeout: timeout.map(|timeout| timeout.clamp(bounds.0, bounds.1)),
            on_screen_lock,
        }
    }

    /// The chosen time without use.
    pub fn timeout(self) -> Option<Duration> {
        self.timeout
    }

    /// Whether the vault locks with the screen.
    pub fn locks_with_screen(self) -> bool {
        self.on_screen_lock
    }
}

impl Default for LockPolicy {
    fn default() -> Self {
        LockPolicy {
            timeout: Some(DEFAULT_TIMEOUT),
            on_screen_lock: true,
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// An alarm rang, or the background woke up: is it time?
    Tick,
    /// The screen was locked.
    ScreenLocked,
    /// The machine goes to sleep, or has slept.
    Slept,
    /// The person asked for it.
    Asked,
}

/// Why the vault locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockReason {
    /// It was not used for the chosen time.
    Unused,
    /// The clock went back by more than it drifts, so that nobody knows how long it was unused.
    ClockWentBack,
    /// With the screen.
    ScreenLocked,
    /// With the machine.
    Slept,
    /// By the person.
    Asked,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Lock at once.
    Lock(LockReason),
    /// Nothing until then (Unix milliseconds); `None` for nothing by time.
    WaitUntil(Option<u64>),
}

/// How far a clock may go back when it is set right, without a lock.
const DRIFT_MS: u64 = 2 * 60 * 1000;
/// A tick that comes this much too late shows that the machine slept.
const SLEPT_MS: u64 = 5 * 60 * 1000;

/// Decides. `last_use_ms` is when the vault was opened or used last, `last_tick_ms` when this was decided last.
///
/// # Security
/// Timers of a background die with it, and stop while the machine sleeps; so the background asks at each waking
/// before it does anything else.
pub fn decide(
    policy: LockPolicy,
    signal: Signal,
    now_ms: u64,
    last_use_ms: u64,
    last_tick_ms: u64,
) -> Decision {
    let latest = last_use_ms.max(last_tick_ms);
    let reason = match signal {
        Signal::Asked => Some(LockReason::Asked),
        Signal::Slept => Some(LockReason::Slept),
        Signal::ScreenLocked => policy.on_screen_lock.then_some(LockReason::ScreenLocked),
        Signal::Tick => None,
    };
    if let Some(reason) = reason {
        return Decision::Lock(reason);
    }
    if now_ms + DRIFT_MS < latest {
        return Decision::Lock(LockReason::ClockWentBack);
    }
    let Some(timeout) = policy.timeout else {
        return Decision::WaitUntil(None);
    };
    let end_ms = last_use_ms.saturating_add(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX));
    if now_ms >= end_ms {
        Decision::Lock(LockReason::Unused)
    } else {
        Decision::WaitUntil(Some(end_ms))
    }
}

/// Whether a timer that should have rung at `due_ms` tells that the machine slept.
pub fn has_slept(due_ms: u64, now_ms: u64) -> bool {
    now_ms.saturating_sub(due_ms) >= SLEPT_MS
}

/// Wrong passphrases in a row that cost nothing.
const FREE_FAILURES: u32 = 3;
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The wait before the next try after so many wrong passphrases in a row: none after three, then 1 s, doubled each time, a
/// minute at most. It slows down who sits at this browser; who has the file is slowed down by Argon2id alone.
pub fn wait_after(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES) {
        None => Duration::ZERO,
        Some(more) => Duration::from_secs(1 << more.min(6)).min(LONGEST_WAIT),
    }
}
