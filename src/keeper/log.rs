//! The log: what is recorded of what the keeper does, and reading it.

use super::{Keeper, Later};
use crate::message::life::{Logged, LoggedEvent};
use crate::message::vault::{PageReply, PageRequest, Refusal};
use crate::vault::log::{self, Event, Kind, Open};
use crate::vault::{Clock, Storage};

/// In the session: the segment that is being written. Locking removes it with all the others.
const OPEN: &str = "keeper.log";
/// More are not sent to a page; they are in the log all the same.
const MOST_READ: usize = 20_000;

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// Records an event. What cannot be recorded has happened all the same.
    pub fn log<'a>(
        &'a mut self,
        kind: Kind,
        entry: &'a str,
        place: &'a str,
        detail: &'a str,
    ) -> Later<'a, ()> {
        Box::pin(self.record(Event {
            at_ms: self.clock.unix_ms(),
            kind,
            entry: entry.to_owned(),
            place: place.to_owned(),
            detail: detail.to_owned(),
        }))
    }

    async fn record(&mut self, event: Event) {
        let stored = self.read(&self.session, OPEN).await.ok().flatten();
        let before = stored.as_deref().and_then(Open::parse);
        let number = before.as_ref().map(Open::number);
        let appended = log::append(&self.disk, before, &event).await;
        if let Ok(Some(open)) = appended
            && Some(open.number()) != number
        {
            // EXPOSE: goes into the session, which is memory and closed to content scripts.
            let mut record = [(OPEN.to_owned(), open.to_bytes().expose().clone())];
            // Without room the next event begins a segment of its own.
            let _ = self.session.set(&record).await;
            zeroize::Zeroize::zeroize(&mut record[0].1);
        }
    }

    /// All that was recorded, newest first.
    ///
    /// # Errors
    /// Those of the vault.
    pub async fn read_log(&mut self) -> Result<Logged, Refusal> {
        let read = self.vault().await?.read_log().await?;
        let events = read.events.into_iter().rev().take(MOST_READ);
        Ok(Logged {
            events: events.map(LoggedEvent::from).collect(),
            is_damaged: read.is_damaged,
        })
    }
}

/// What is recorded of a page's request that was carried out, and of which entry.
pub(super) fn of_request(request: &PageRequest) -> Option<(Kind, String)> {
    Some(match request {
        PageRequest::StoreEntry { .. } | PageRequest::ImportTake { .. } => {
            (Kind::Stored, String::new())
        }
        PageRequest::PutBackEntry { entry } => (Kind::Stored, entry.clone()),
        PageRequest::ReplaceKey { entry, .. } => (Kind::Replaced, entry.clone()),
        PageRequest::RemoveEntry { entry, .. } | PageRequest::ForgetEarlierKeys { entry, .. } => {
            (Kind::Removed, entry.clone())
        }
        PageRequest::RevealKey { entry } | PageRequest::CopyKey { entry } => {
            (Kind::Shown, entry.clone())
        }
        PageRequest::ExportEntry { entry } => (Kind::Exported, entry.clone()),
        PageRequest::ExportAll {} | PageRequest::ExportSealed {} => (Kind::Exported, String::new()),
        PageRequest::ChangePassphrase { .. }
        | PageRequest::RenewRecoveryCode {}
        | PageRequest::AddFactor { .. }
        | PageRequest::RemoveFactor { .. }
        | PageRequest::SetLockPolicy { .. } => (Kind::Secured, String::new()),
        _ => return None,
    })
}

/// The entry that a request made.
pub(super) fn made(reply: &PageReply) -> &str {
    match reply {
        PageReply::Stored(stored) => &stored.entry,
        _ => "",
    }
}
