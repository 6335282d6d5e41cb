//! The vault as the background keeps it: whether it is open, when it locks, how often a passphrase may be tried, and the
//! answers to what pages ask.
//!
//! The keeper's *disk* has the vault's records and its own small ones (when to lock, wrong tries, the anchor); its
//! *session* is memory that outlives the background and not the browser, and has the vault key while the vault is open. So
//! a background that died goes on where it was.
//!
//! Invariants: whoever asks for the open vault gets it only after the time was looked at. What opens the vault is in the
//! session and nowhere else but in this memory. Locking empties both.
//!
//! Not here: the browser. Alarms, the clipboard and who may ask are the background's.

mod answer;
mod born;
mod factor;
mod held;
mod life;
mod log;
mod moving;
mod stored;

use std::pin::Pin;

use crate::message::vault::{Presence, Refusal, VaultState};
use crate::origin::HttpsOrigin;
use crate::secret::Secret;
use crate::vault::lock::{self, Decision, LockPolicy, Signal};
use crate::vault::log::Kind;
use crate::vault::{
    self, Anchor, Clock, EntryId, KdfCost, Opener, RecoveryCode, RemovedEntry, Rollback,
    SessionState, Storage, UnlockedVault, VaultError,
};
use stored::{Times, Tries};

pub use held::{HELD_MS, LONGEST_HELD_BYTES, MOST_HELD};
pub use life::Question;

/// How often the background has to be woken while the vault is open: by the gaps it is seen that the machine slept.
pub const TICK_MS: u64 = 60 * 1000;
/// How long a copied key stays on the clipboard.
pub const CLIPBOARD_MS: u64 = 30 * 1000;

/// What the names of all records in the session begin with.
const PREFIX: &str = "keeper.";
const OPEN: &str = "keeper.open";
const TIMES: &str = "keeper.times";
/// Followed by an entry's identifier.
const REMOVED: &str = "keeper.removed.";
// On the disk. None begins with the prefix of the vault's own records.
const POLICY: &str = "keeper.policy";
const TRIES: &str = "keeper.tries";
/// What was seen last of the vault, so that an older copy of the records is known for one. Lies apart from them where it can.
pub const ANCHOR: &str = "keeper.anchor";

/// Boxed where it is awaited in many places: each place would have the code of all that it waits for otherwise.
type Later<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Keeps the one vault of a browser.
pub struct Keeper<D, S, C> {
    disk: D,
    session: S,
    clock: C,
    policy: LockPolicy,
    tries: Tries,
    times: Times,
    is_loaded: bool,
    /// Whether the session has what opens the vault.
    is_open: bool,
    /// The session did not forget: it is asked to again before anything else.
    must_forget: bool,
    vault: Option<UnlockedVault<D, C>>,
}

impl<D, S, C> std::fmt::Debug for Keeper<D, S, C> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Keeper([REDACTED])")
    }
}

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// Reads nothing yet.
    pub fn new(disk: D, session: S, clock: C) -> Self {
        Keeper {
            disk,
            session,
            clock,
            policy: LockPolicy::default(),
            tries: Tries::default(),
            times: Times::default(),
            is_loaded: false,
            is_open: false,
            must_forget: false,
            vault: None,
        }
    }

    /// Looks at the time and locks where it is up. To be called at each waking, before anything else, and by the
    /// alarm. Answers whether the vault is open, without touching its key.
    pub fn wake(&mut self) -> Later<'_, bool> {
        Box::pin(async {
            self.signal(Signal::Tick).await;
            self.is_open
        })
    }

    /// Something happened that may lock the vault.
    pub async fn signal(&mut self, signal: Signal) {
        self.load().await;
        if self.is_open {
            self.decide(signal).await;
        }
    }

    /// Locks. After an error the session may still have what opens the vault; the next call tries again.
    ///
    /// # Errors
    /// [`Refusal::Failed`].
    pub async fn lock(&mut self) -> Result<(), Refusal> {
        self.load().await;
        self.close().await;
        match self.must_forget {
            false => Ok(()),
            true => Err(Refusal::Failed),
        }
    }

    /// Whether the vault is open, as of the last call.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// What is to be said about the vault. Counts as no use.
    ///
    /// # Errors
    /// [`Refusal::Failed`] where the storage cannot be read.
    pub async fn state(&mut self) -> Result<VaultState, Refusal> {
        let is_open = self.wake().await;
        let looked = vault::look(&self.disk).await?;
        let (presence, has_recovery, needs_factor) = match looked {
            vault::Presence::Absent => (Presence::Absent, false, false),
            vault::Presence::Locked {
                has_recovery,
                has_factor,
            } => {
                let presence = match is_open {
                    true => Presence::Open,
                    false => Presence::Locked,
                };
                (presence, has_recovery, has_factor)
            }
            vault::Presence::Newer => (Presence::Newer, false, false),
            vault::Presence::Unreadable => (Presence::Unreadable, false, false),
        };
        let findings = self.vault.as_ref().map(UnlockedVault::findings);
        Ok(VaultState {
            presence,
            has_recovery,
            needs_factor,
            next_try_ms: self.tries.next_ms(self.clock.unix_ms()),
            minutes: self.policy.timeout().map(stored::minutes),
            with_screen: self.policy.locks_with_screen(),
            strays: findings.map_or(0, |findings| findings.strays),
            merged: findings.is_some_and(|findings| findings.merged),
        })
    }

    /// Makes a vault, which is then open, at a cost that is measured on this machine.
    ///
    /// # Errors
    /// [`Refusal::Exists`] where there is anything of a vault; [`Refusal::NoPassphrase`], [`Refusal::WeakPassphrase`]; those of the storage.
    pub async fn create(&mut self, passphrase: &Secret<Vec<u8>>) -> Result<RecoveryCode, Refusal> {
        self.load().await;
        refuse_weak(passphrase)?;
        if vault::look(&self.disk).await? != vault::Presence::Absent {
            return Err(Refusal::Exists);
        }
        let cost = KdfCost::calibrate(&self.clock)?;
        let made =
            UnlockedVault::create(self.disk.clone(), self.clock.clone(), passphrase, cost).await;
        let (vault, code) = made?;
        self.opened(vault).await;
        self.log(Kind::Unlocked, "", "", "").await;
        Ok(code)
    }

    /// Opens the vault. A try is counted before it is made, so that ending the background in the middle does not save one.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`], [`Refusal::CannotOpen`], [`Refusal::Older`] and the others of opening.
    pub async fn unlock(&mut self, opener: &Opener<'_>, accept_older: bool) -> Result<(), Refusal> {
        self.begin_try().await?;
        let anchor = self.read(&self.disk, ANCHOR).await?.map(Anchor);
        let rollback = match accept_older {
            true => Rollback::Accept,
            false => Rollback::Refuse(anchor.as_ref()),
        };
        let (disk, clock) = (self.disk.clone(), self.clock.clone());
        let unlocked = UnlockedVault::unlock(disk, clock, opener, rollback).await;
        self.end_try(unlocked.as_ref().err()).await;
        if let Err(VaultError::CannotOpen) = unlocked {
            self.log(Kind::WrongTry, "", "", "").await;
        }
        self.opened(unlocked?).await;
        self.log(Kind::Unlocked, "", "", "").await;
        Ok(())
    }

    /// Counts a try, unless it comes too soon.
    async fn begin_try(&mut self) -> Result<(), Refusal> {
        self.load().await;
        let now_ms = self.clock.unix_ms();
        if self.tries.next_ms(now_ms).is_some() {
            return Err(Refusal::TooSoon);
        }
        self.tries.begin(now_ms);
        self.save_tries().await;
        Ok(())
    }

    /// How the try ended: only a wrong passphrase counts.
    async fn end_try(&mut self, error: Option<&VaultError>) {
        match error {
            None => self.tries = Tries::default(),
            // The wait begins when the person is told.
            Some(VaultError::CannotOpen) => self.tries.last_ms = self.clock.unix_ms(),
            Some(_) => self.tries.take_back(),
        }
        self.save_tries().await;
    }

    /// The open vault, to read from. Counts as a use.
    ///
    /// # Errors
    /// [`Refusal::Locked`], [`Refusal::NoVault`]; those of the storage.
    pub fn vault(&mut self) -> Later<'_, Result<&mut UnlockedVault<D, C>, Refusal>> {
        Box::pin(self.open_vault())
    }

    /// Whether any entry of the open vault may be filled into an origin. Counts as no use: a page that is looked at
    /// must not keep the vault open.
    pub async fn is_approved(&mut self, origin: &HttpsOrigin) -> bool {
        if self.resume().await.is_err() {
            return false;
        }
        let Some(vault) = self.vault.as_mut() else {
            return false;
        };
        let is_here = |entry: &vault::Entry| {
            let mut origins = entry.details.origins.iter();
            origins.any(|one| one == origin.as_str())
        };
        vault
            .entries()
            .await
            .is_ok_and(|entries| entries.iter().any(is_here))
    }

    async fn open_vault(&mut self) -> Result<&mut UnlockedVault<D, C>, Refusal> {
        self.resume().await?;
        self.times.last_use_ms = self.clock.unix_ms();
        self.save_times().await;
        self.vault.as_mut().ok_or(Refusal::Locked)
    }

    /// Takes the vault up as another background of the session had it open.
    fn resume(&mut self) -> Later<'_, Result<(), Refusal>> {
        Box::pin(self.take_up())
    }

    async fn take_up(&mut self) -> Result<(), Refusal> {
        if !self.wake().await {
            return Err(match vault::look(&self.disk).await? {
                vault::Presence::Absent => Refusal::NoVault,
                _ => Refusal::Locked,
            });
        }
        if self.vault.is_none() {
            let state = self.read(&self.session, OPEN).await?;
            let state = SessionState::from_bytes(Secret::new(state.unwrap_or_default()));
            let resumed =
                UnlockedVault::resume(self.disk.clone(), self.clock.clone(), &state).await;
            match resumed {
                Ok(vault) => self.vault = Some(vault),
                Err(error @ VaultError::Storage(_)) => return Err(error.into()),
                Err(error) => {
                    self.close().await;
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Changes the open vault. Counts as a use.
    ///
    /// # Errors
    /// As [`Keeper::vault`], and those of the change.
    pub async fn change<T>(
        &mut self,
        change: impl AsyncFnOnce(&mut UnlockedVault<D, C>) -> Result<T, VaultError>,
    ) -> Result<T, Refusal> {
        let changed = change(self.vault().await?).await;
        self.remember().await;
        changed.map_err(Refusal::from)
    }

    /// Lets an entry be filled into an origin.
    ///
    /// # Errors
    /// As [`Keeper::change`].
    pub async fn approve(&mut self, id: EntryId, origin: &HttpsOrigin) -> Result<(), Refusal> {
        self.change_origins(id, |origins| {
            if !origins.iter().any(|known| known == origin.as_str()) {
                origins.push(origin.as_str().to_owned());
            }
        })
        .await?;
        self.log(Kind::Approved, &id.to_string(), origin.as_str(), "")
            .await;
        Ok(())
    }

    /// Takes that back.
    ///
    /// # Errors
    /// As [`Keeper::change`].
    pub async fn withdraw(&mut self, id: EntryId, origin: &HttpsOrigin) -> Result<(), Refusal> {
        self.change_origins(id, |origins| {
            origins.retain(|known| known != origin.as_str());
        })
        .await?;
        self.log(Kind::Withdrawn, &id.to_string(), origin.as_str(), "")
            .await;
        Ok(())
    }

    async fn change_origins(
        &mut self,
        id: EntryId,
        change: impl FnOnce(&mut Vec<String>),
    ) -> Result<(), Refusal> {
        self.change(async move |vault| {
            let entry = vault.entry(id).await?;
            let mut details = entry.details.clone();
            change(&mut details.origins);
            if details != entry.details {
                vault.edit(id, entry.revision(), details, None).await?;
            }
            Ok(())
        })
        .await
    }

    /// Removes an entry, which can be put back until the vault is locked.
    ///
    /// # Errors
    /// As [`Keeper::change`].
    pub async fn remove(&mut self, id: EntryId, seen: u32) -> Result<(), Refusal> {
        let removed = self
            .change(async move |vault| vault.remove(id, seen).await)
            .await?;
        // Where the session has no room, it cannot be undone; the removal itself was asked for.
        let _ = self.session.set(&[(removed_name(id), removed.0)]).await;
        Ok(())
    }

    /// Undoes that.
    ///
    /// # Errors
    /// [`Refusal::NoSuchEntry`] where nothing is left of it.
    pub async fn put_back(&mut self, id: EntryId) -> Result<(), Refusal> {
        self.vault().await?;
        let removed = self.read(&self.session, &removed_name(id)).await?;
        let removed = RemovedEntry(removed.ok_or(Refusal::NoSuchEntry)?);
        self.change(async move |vault| vault.put_back(&removed).await)
            .await?;
        let _ = self.session.remove(&[removed_name(id)]).await;
        Ok(())
    }

    /// Takes over when to lock.
    ///
    /// # Errors
    /// Those of the storage; nothing has changed then.
    pub async fn set_policy(&mut self, policy: LockPolicy) -> Result<(), Refusal> {
        self.load().await;
        let record = (POLICY.to_owned(), stored::policy_to_bytes(policy));
        self.disk
            .set(&[record])
            .await
            .map_err(VaultError::Storage)?;
        self.policy = policy;
        self.wake().await;
        Ok(())
    }

    async fn decide(&mut self, signal: Signal) {
        let now_ms = self.clock.unix_ms();
        let due_ms = self.times.last_tick_ms.saturating_add(TICK_MS);
        let signal = match signal {
            Signal::Tick if lock::has_slept(due_ms, now_ms) => Signal::Slept,
            signal => signal,
        };
        let Times {
            last_use_ms,
            last_tick_ms,
        } = self.times;
        match lock::decide(self.policy, signal, now_ms, last_use_ms, last_tick_ms) {
            Decision::Lock(_) => self.close().await,
            Decision::WaitUntil(_) => {
                // Each message of a frame comes by here: not each is worth a write.
                if now_ms >= last_tick_ms + TICK_MS / 2 || now_ms < last_tick_ms {
                    self.times.last_tick_ms = now_ms;
                    self.save_times().await;
                }
            }
        }
    }

    /// Reads once what the background before this one left. What cannot be read is as strict as can be, and read again
    /// the next time.
    fn load(&mut self) -> Later<'_, ()> {
        Box::pin(self.read_records())
    }

    async fn read_records(&mut self) {
        if self.must_forget {
            self.forget().await;
        }
        if self.is_loaded {
            return;
        }
        let on_disk = self.disk.get(&[POLICY.to_owned(), TRIES.to_owned()]).await;
        let in_session = self.session.get(&[OPEN.to_owned(), TIMES.to_owned()]).await;
        let (Ok(mut on_disk), Ok(mut in_session)) = (on_disk, in_session) else {
            return;
        };
        let next = |records: &mut Vec<Option<Vec<u8>>>| records.pop().flatten();
        self.tries = next(&mut on_disk)
            .and_then(|bytes| Tries::parse(&bytes))
            .unwrap_or_default();
        self.policy = next(&mut on_disk)
            .and_then(|bytes| stored::parse_policy(&bytes))
            .unwrap_or_default();
        let times = next(&mut in_session).and_then(|bytes| Times::parse(&bytes));
        // What `forget` empties has been forgotten.
        let state = next(&mut in_session)
            .map(Secret::new)
            .filter(|state| !is_empty(state));
        self.is_loaded = true;
        match (state, times) {
            (Some(_), Some(times)) => (self.is_open, self.times) = (true, times),
            (Some(_), None) => self.close().await,
            (None, _) => {}
        }
    }

    /// Takes over a vault that was opened with what the person has.
    async fn opened(&mut self, vault: UnlockedVault<D, C>) {
        let now_ms = self.clock.unix_ms();
        self.times = Times {
            last_use_ms: now_ms,
            last_tick_ms: now_ms,
        };
        // Without it nothing is recorded, and the vault is open all the same.
        let _ = vault.write_log_key().await;
        self.vault = Some(vault);
        (self.is_open, self.must_forget) = (true, false);
        self.save_times().await;
        self.remember().await;
    }

    /// Stores by what this state of the open vault is known again. Where that fails, an older state is known, of which this one
    /// came; in a session without room the vault is open until this background dies.
    fn remember(&mut self) -> Later<'_, ()> {
        Box::pin(self.write_session())
    }

    async fn write_session(&mut self) {
        let Some(vault) = &self.vault else { return };
        let state = vault.session_state();
        // EXPOSE: goes into the session, which is memory and closed to content scripts.
        let mut record = [(OPEN.to_owned(), state.bytes().expose().clone())];
        let _ = self.session.set(&record).await;
        zeroize::Zeroize::zeroize(&mut record[0].1);
        let _ = self
            .disk
            .set(&[(ANCHOR.to_owned(), vault.anchor().0)])
            .await;
    }

    fn close(&mut self) -> Later<'_, ()> {
        Box::pin(self.close_and_forget())
    }

    async fn close_and_forget(&mut self) {
        if let Some(vault) = self.vault.take() {
            vault.lock();
        }
        if self.is_open {
            self.log(Kind::Locked, "", "", "").await;
        }
        self.is_open = false;
        self.forget().await;
    }

    async fn forget(&mut self) {
        let mut names = self.session.names(PREFIX).await.unwrap_or_default();
        if names.is_empty() {
            names = vec![OPEN.to_owned(), TIMES.to_owned()];
        }
        self.must_forget = self.session.remove(&names).await.is_err();
        if self.must_forget {
            // An empty state opens nothing either.
            let emptied = self.session.set(&[(OPEN.to_owned(), Vec::new())]).await;
            self.must_forget = emptied.is_err();
        }
    }

    fn save_times(&self) -> Later<'_, ()> {
        Box::pin(async {
            // Older times lock earlier.
            let record = (TIMES.to_owned(), self.times.to_bytes());
            let _ = self.session.set(&[record]).await;
        })
    }

    fn save_tries(&self) -> Later<'_, ()> {
        Box::pin(async {
            // A disk that is full must not keep anybody out; this background counts on in its memory.
            let record = (TRIES.to_owned(), self.tries.to_bytes());
            let _ = self.disk.set(&[record]).await;
        })
    }

    async fn read(&self, storage: &impl Storage, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let mut records = storage
            .get(&[name.to_owned()])
            .await
            .map_err(VaultError::Storage)?;
        Ok(records.pop().flatten())
    }
}

fn removed_name(id: EntryId) -> String {
    format!("{REMOVED}{id}")
}

/// A new passphrase must be there, and must not be one that is weak for certain; how strong it is, the page says.
fn refuse_weak(passphrase: &Secret<Vec<u8>>) -> Result<(), Refusal> {
    if is_empty(passphrase) {
        Err(Refusal::NoPassphrase)
    } else if vault::strength::is_short(passphrase) {
        Err(Refusal::WeakPassphrase)
    } else {
        Ok(())
    }
}

fn is_empty(secret: &Secret<Vec<u8>>) -> bool {
    // EXPOSE: the length only.
    secret.expose().is_empty()
}
