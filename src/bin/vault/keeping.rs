//! The vault: one caller at a time, alarms, the clipboard, and what filling needs of it.
//!
//! What is decided, and every answer to a page, is in `keyward::keeper`.

use std::cell::Cell;

use keyward::fill;
use keyward::keeper::{Keeper, TICK_MS};
use keyward::life::exposure::is_exposed;
use keyward::life::record::{FIELD, Record};
use keyward::message::between::{CLIPBOARD_ALARM, TICK_ALARM};
use keyward::message::store::HeldKey;
use keyward::message::vault::{Details, PageReply, PageRequest, Refusal};
use keyward::origin::HttpsOrigin;
use keyward::secret::{Secret, scrub_stack};
use keyward::vault::lock::Signal;
use keyward::vault::log::Kind;
use keyward::vault::{EntryId, Keys};
use keyward::web::extension;
use keyward::web::storage::Area;
use keyward::web::turn::{Exclusive, Held};
use keyward::web::vault::{BrowserClock, Records};

pub(crate) type BrowserKeeper = Keeper<Records, Records, BrowserClock>;

/// The vault.
pub(crate) struct Vault {
    keeper: Exclusive<BrowserKeeper>,
    /// Whether the alarm is set, as far as this background knows.
    ticking: Cell<Option<bool>>,
    /// It was locked, and nobody has asked since.
    locked: Cell<bool>,
}

impl Default for Vault {
    fn default() -> Self {
        let (disk, session) = (Records(Area::Local), Records(Area::Session));
        Vault {
            keeper: Exclusive::new(Keeper::new(disk, session, BrowserClock)),
            ticking: Cell::default(),
            locked: Cell::default(),
        }
    }
}

/// What filling needs.
impl Vault {
    /// All entries; `None` where there is no vault, [`fill::Refusal::Locked`] where it has to be unlocked.
    pub(crate) async fn lines(&self) -> Result<Option<Vec<Line>>, fill::Refusal> {
        let mut keeper = self.keeper().await;
        let entries = match keeper.vault().await {
            Ok(vault) => vault.entries().await.map_err(Refusal::from),
            Err(refusal) => Err(refusal),
        };
        match entries {
            Ok(entries) => Ok(Some(entries.into_iter().map(Line::from).collect())),
            Err(Refusal::NoVault) => Ok(None),
            Err(_) => Err(fill::Refusal::Locked),
        }
    }

    /// Adds an origin to those of an entry.
    pub(crate) async fn approve(
        &self,
        entry: &str,
        origin: &HttpsOrigin,
    ) -> Result<(), fill::Refusal> {
        let id = entry_id(entry)?;
        let approved = self.keeper().await.approve(id, origin).await;
        approved.map_err(|refusal| match refusal {
            Refusal::Locked | Refusal::NoVault | Refusal::CannotOpen => fill::Refusal::Locked,
            _ => fill::Refusal::NotStored,
        })
    }

    /// Whether any entry may be filled into an origin, as far as the vault is open.
    pub(crate) async fn is_approved(&self, origin: &HttpsOrigin) -> bool {
        self.keeper().await.is_approved(origin).await
    }

    /// The origins of an entry.
    pub(crate) async fn origins(&self, entry: &str) -> Result<Vec<HttpsOrigin>, fill::Refusal> {
        let id = entry_id(entry)?;
        let mut keeper = self.keeper().await;
        let vault = keeper.vault().await.map_err(|_| fill::Refusal::Locked)?;
        let entry = vault
            .entry(id)
            .await
            .map_err(|_| fill::Refusal::NotApproved)?;
        Ok(Line::from(entry).origins)
    }

    /// The key of an entry, to be sent at once and dropped.
    pub(crate) async fn key(&self, entry: &str) -> Result<Secret<String>, fill::Refusal> {
        let id = entry_id(entry)?;
        let mut keeper = self.keeper().await;
        let vault = keeper.vault().await.map_err(|_| fill::Refusal::Locked)?;
        let Keys { key, .. } = vault
            .keys(id)
            .await
            .map_err(|_| fill::Refusal::NotApproved)?;
        Ok(key)
    }

    /// Notes where it was filled. What cannot be noted is filled all the same.
    pub(crate) async fn note_use(&self, entry: &str, origin: &HttpsOrigin) {
        if let Ok(id) = entry_id(entry) {
            let mut keeper = self.keeper().await;
            let noted = keeper.change(async move |vault| vault.note_use(id, origin.as_str()).await);
            let _ = noted.await;
            keeper.log(Kind::Filled, entry, origin.as_str(), "").await;
        }
    }
}

/// What storing needs.
impl Vault {
    /// Keeps the keys of a hold; answers until when.
    pub(crate) async fn keep_held(&self, hold: &str, keys: &[HeldKey]) -> Result<u64, Refusal> {
        self.keeper().await.keep_held(hold, keys).await
    }

    /// The detectors of the keys that are kept, and the names of the entries that have them already, as far as that is known.
    pub(crate) async fn held(&self, hold: &str) -> Result<Vec<(u16, Option<String>)>, Refusal> {
        let mut keeper = self.keeper().await;
        let keys = keeper.held(hold).await?;
        let names = match keeper.names_of(&keys).await {
            Ok(names) => names,
            Err(Refusal::Locked | Refusal::NoVault) => keys.iter().map(|_| None).collect(),
            Err(refusal) => return Err(refusal),
        };
        Ok(keys.iter().map(|held| held.detector).zip(names).collect())
    }

    /// Stores what is kept.
    pub(crate) async fn store_held(
        &self,
        hold: &str,
        details: Vec<Details>,
    ) -> Result<(), Refusal> {
        let mut keeper = self.keeper().await;
        let stored = keeper.store_held(hold, details).await;
        self.after(keeper.is_open());
        stored
    }

    /// Stores the only key that is kept in the place of an entry's.
    pub(crate) async fn replace_by_held(&self, hold: &str, entry: &str) -> Result<(), Refusal> {
        let mut keeper = self.keeper().await;
        let replaced = keeper.replace_by_held(hold, entry).await;
        self.after(keeper.is_open());
        replaced
    }

    pub(crate) async fn forget_held(&self, hold: &str) {
        self.keeper().await.forget_held(hold).await;
    }

    pub(crate) async fn forget_old_held(&self) {
        self.keeper().await.forget_old_held().await;
    }
}

impl Vault {
    /// Answers a page.
    pub(crate) async fn page(&self, request: PageRequest) -> Result<PageReply, Refusal> {
        let reply = {
            let mut keeper = self.keeper().await;
            let reply = keeper.answer(request).await;
            self.after(keeper.is_open());
            reply
        };
        if let Ok(PageReply::Copy { until_ms, .. }) = &reply {
            extension::set_alarm(CLIPBOARD_ALARM, *until_ms).map_err(|_| Refusal::Failed)?;
        }
        reply
    }

    /// The background woke up, or an alarm rang.
    pub(crate) async fn wake(&self) {
        let is_open = self.keeper().await.wake().await;
        self.after(is_open);
    }

    /// Something happened that may lock the vault.
    pub(crate) async fn signal(&self, signal: Signal) {
        let mut keeper = self.keeper().await;
        keeper.signal(signal).await;
        self.after(keeper.is_open());
    }

    /// Whether it was locked since the last call.
    pub(crate) fn take_locked(&self) -> bool {
        self.locked.take()
    }

    pub(crate) async fn keeper(&self) -> Held<'_, BrowserKeeper> {
        self.keeper.mine().await
    }

    /// Keeps the alarm as long as the vault is open; without it the vault is locked at the next waking. While it is locked,
    /// nothing of it stays on the stack.
    pub(crate) fn after(&self, is_open: bool) {
        if !is_open {
            scrub_stack();
        }
        let was_open = self.ticking.replace(Some(is_open));
        if was_open == Some(true) && !is_open {
            self.locked.set(true);
        }
        if was_open != Some(is_open) {
            let _ = match is_open {
                true => extension::set_repeating_alarm(TICK_ALARM, TICK_MS),
                false => extension::clear_alarm(TICK_ALARM),
            };
        }
    }
}

/// An entry, without its key.
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) origins: Vec<HttpsOrigin>,
    /// Where it was filled last.
    pub(crate) used_at: Option<HttpsOrigin>,
    /// Whether its key went where it does not belong.
    pub(crate) exposed: bool,
}

impl From<keyward::vault::Entry> for Line {
    fn from(entry: keyward::vault::Entry) -> Self {
        let used_at = entry.last_use().map(|last_use| last_use.origin.as_str());
        let present = entry.identity(0).unwrap_or_default();
        let exposed = is_exposed(&Record::parse(entry.field(FIELD)), &present);
        Line {
            id: entry.id().to_string(),
            exposed,
            used_at: used_at.and_then(|origin| HttpsOrigin::parse(origin).ok()),
            // What is no origin is none that anything could be filled into.
            origins: entry
                .details
                .origins
                .iter()
                .filter_map(|origin| HttpsOrigin::parse(origin).ok())
                .collect(),
            name: entry.details.name,
            provider: entry.details.provider,
        }
    }
}

fn entry_id(text: &str) -> Result<EntryId, fill::Refusal> {
    EntryId::parse(text).ok_or(fill::Refusal::NotApproved)
}

/// The table of the person's own keys, as it can be read while the vault is locked.
pub(crate) async fn read_own_keys() -> Vec<u8> {
    let table = keyward::vault::read_own_keys(&Records(Area::Local)).await;
    table.unwrap_or_default()
}
