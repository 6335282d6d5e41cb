//! Exposures that are noted at once, and what may be said of all keys while the vault is locked.

use crate::keeper::Keeper;
use crate::life::exposure::{self, Kind};
use crate::life::record::{FIELD, Identity, Record};
use crate::life::reminder::Summary;
use crate::life::rotation;
use crate::life::watch;
use crate::message::vault::Refusal;
use crate::own_keys::ROW_BYTES;
use crate::vault::{Clock, Entry, EntryId, Storage, log};

/// In the session; locking leaves it: exposures that wait for the vault to be opened.
const PENDING: &str = "life.pending";
/// On the disk, in plain.
const SUMMARY: &str = "life.summary";
/// On the disk: when the person was reminded last.
const REMINDED: &str = "life.reminded";
/// More do not wait: the oldest are enough to have a key replaced.
const MOST_PENDING_BYTES: usize = 16 * 1024;

/// One that waits: when, how, of which row, where.
type Waiting = (u64, Kind, [u8; ROW_BYTES], String);

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// Keys of these rows of the table of own keys went to a place. Noted with their entries by [`Keeper::sum_up`], as soon as
    /// the vault is open.
    pub async fn expose(&mut self, kind: Kind, rows: &[[u8; ROW_BYTES]], place: &str) {
        let at_ms = self.clock.unix_ms();
        let mut bytes = self.stored_pending().await;
        for row in rows {
            bytes.extend_from_slice(&at_ms.to_be_bytes());
            bytes.push(kind.code());
            bytes.extend_from_slice(row);
            let length = u16::try_from(place.len()).unwrap_or(0);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(&place.as_bytes()[..usize::from(length)]);
        }
        self.log(log::Kind::Exposed, "", place, "").await;
        if bytes.len() <= MOST_PENDING_BYTES {
            // A session without room: the window has said what it means to let a key through.
            let _ = self.session.set(&[(PENDING.to_owned(), bytes)]).await;
        }
    }

    async fn stored_pending(&self) -> Vec<u8> {
        let stored = self.read(&self.session, PENDING).await;
        stored.ok().flatten().unwrap_or_default()
    }

    /// What may be said of all keys; `anew` counts it in the open vault, with what waits noted first.
    pub async fn sum_up(&mut self, anew: bool) -> Summary {
        if anew {
            match self.count().await {
                Ok(summary) => {
                    let record = (SUMMARY.to_owned(), summary.to_bytes());
                    // A disk without room: the next change tries again.
                    let _ = self.disk.set(&[record]).await;
                    return summary;
                }
                Err(Refusal::NoVault) => {
                    let _ = self.disk.remove(&[SUMMARY.to_owned()]).await;
                    return Summary::default();
                }
                Err(_) => {}
            }
        }
        let stored = self.read(&self.disk, SUMMARY).await.ok().flatten();
        let mut summary = Summary::parse(&stored.unwrap_or_default());
        if !self.stored_pending().await.is_empty() {
            summary.exposed = summary.exposed.max(1);
        }
        summary
    }

    /// Whether keys came due that the person was not reminded of, which they are now.
    pub async fn take_news(&mut self, summary: &Summary) -> bool {
        let now_ms = self.clock.unix_ms();
        let reminded = self.read(&self.disk, REMINDED).await.ok().flatten();
        let reminded = reminded.and_then(|bytes| bytes.try_into().ok());
        let reminded_ms = reminded.map_or(0, u64::from_be_bytes);
        let is_news = summary.is_news(reminded_ms, now_ms);
        if is_news {
            let record = (REMINDED.to_owned(), now_ms.to_be_bytes().to_vec());
            let _ = self.disk.set(&[record]).await;
        }
        is_news
    }

    async fn count(&mut self) -> Result<Summary, Refusal> {
        let mut entries = self.vault().await?.entries().await?;
        let waiting = parse(&self.stored_pending().await);
        if !waiting.is_empty() {
            for entry in &entries {
                self.note_waiting(entry, &waiting).await?;
            }
            // Noted twice is better than not at all.
            let _ = self.session.remove(&[PENDING.to_owned()]).await;
            entries = self.vault().await?.entries().await?;
        }
        let (mut exposed, mut low) = (0, 0);
        let mut due_ms = Vec::new();
        for entry in &entries {
            let record = Record::parse(entry.field(FIELD));
            let present = entry.identity(0).unwrap_or_default();
            exposed += u32::from(exposure::is_exposed(&record, &present));
            low += u32::from(!watch::alerts(&record, &present).is_empty());
            let (_, due) = rotation::due(record.period_days, entry.key_changed_ms(), 0);
            due_ms.extend(due);
        }
        Ok(Summary::new(exposed, low, due_ms))
    }

    async fn note_waiting(&mut self, entry: &Entry, waiting: &[Waiting]) -> Result<(), Refusal> {
        let of_entry = waiting.iter().filter_map(|(at_ms, kind, row, place)| {
            // Where the key may be filled it is no leak.
            if entry.details.origins.contains(place) {
                return None;
            }
            let identity = entry.identity(entry.place_of_row(row)?)?;
            Some((*at_ms, *kind, identity, place.clone()))
        });
        let of_entry: Vec<(u64, Kind, Identity, String)> = of_entry.collect();
        if of_entry.is_empty() {
            return Ok(());
        }
        let id: EntryId = entry.id();
        self.change(async move |vault| {
            let change = |entry: &Entry, before: Option<&[u8]>| {
                let mut record = Record::parse(before);
                let present = entry.identity(0).unwrap_or_default();
                for (at_ms, kind, identity, place) in &of_entry {
                    exposure::note(&mut record, &present, *identity, *at_ms, *kind, place);
                }
                record.to_bytes()
            };
            vault.change_field(id, FIELD, change).await.map(drop)
        })
        .await
    }
}

fn parse(mut bytes: &[u8]) -> Vec<Waiting> {
    let mut all = Vec::new();
    while let Some((at_ms, rest)) = bytes.split_first_chunk()
        && let Some(([code], rest)) = rest.split_first_chunk()
        && let Some(kind) = Kind::of_code(*code)
        && let Some((row, rest)) = rest.split_first_chunk()
        && let Some((length, rest)) = rest.split_first_chunk()
        && let Some((place, rest)) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
    {
        let place = String::from_utf8_lossy(place).into_owned();
        all.push((u64::from_be_bytes(*at_ms), kind, *row, place));
        bytes = rest;
    }
    all
}
