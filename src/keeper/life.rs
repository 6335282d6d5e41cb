//! The life of keys: what an issuer is to be asked, and what is noted of the answer.

mod pending;

use super::Keeper;
use super::answer::entry_id;
use crate::life::check::{self, Check, Reading};
use crate::life::exposure::{self, Kind};
use crate::life::record::{FIELD, Identity, Record};
use crate::life::rotation::{self, MOST_DAYS};
use crate::life::watch::{self, Watch};
use crate::message::life::{
    Checked, EntryLife, Exposure, KeyLife, PageRequest, Point, Refusal, Told,
};
use crate::secret::Secret;
use crate::vault::{Clock, Entry, EntryId, Storage, log};

/// What an issuer is to be asked, with the key. To be dropped as soon as it is sent.
#[derive(Debug)]
pub struct Question {
    /// By which request.
    pub check: &'static Check,
    /// The key that it is about.
    pub key: Secret<String>,
    entry: EntryId,
    identity: Identity,
}

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// What is to be asked about a key of an entry: its present one (0) or an earlier one. Who asks holds no vault meanwhile.
    ///
    /// # Errors
    /// [`Refusal::NoCheck`], [`Refusal::OtherKind`], [`Refusal::NoSuchKey`]; those of the vault.
    pub async fn question(&mut self, entry: &str, earlier: usize) -> Result<Question, Refusal> {
        let id = entry_id(entry)?;
        let vault = self.vault().await?;
        let entry = vault.entry(id).await.map_err(failed)?;
        let check = check::of_provider(&entry.details.provider).ok_or(Refusal::NoCheck)?;
        let identity = entry.identity(earlier).ok_or(Refusal::NoSuchKey)?;
        let mut keys = vault.keys(id).await.map_err(failed)?;
        let key = match earlier.checked_sub(1) {
            None => keys.key,
            Some(place) if place < keys.earlier.len() => keys.earlier.swap_remove(place).key,
            Some(_) => return Err(Refusal::NoSuchKey),
        };
        if !check.is_for(&key) {
            return Err(Refusal::OtherKind);
        }
        Ok(Question {
            check,
            key,
            entry: id,
            identity,
        })
    }

    /// Notes what the answer said, with the entry. Where the vault was locked meanwhile it is told and not noted.
    pub async fn note_check(&mut self, asked: &Question, reading: Reading) -> Told {
        let at_ms = self.clock.unix_ms();
        let checked = Checked {
            at_ms,
            verdict: reading.verdict,
            balances: reading.balances.clone(),
            retry_s: reading.retry_s,
        };
        let (id, identity) = (asked.entry, asked.identity);
        let noted = self.change(async move |vault| {
            let change = |_: &Entry, before: Option<&[u8]>| {
                let mut record = Record::parse(before);
                record.note_check(identity, at_ms, reading);
                record.to_bytes()
            };
            vault.change_field(id, FIELD, change).await
        });
        let kept = noted.await.is_ok();
        let verdict = format!("{:?}", checked.verdict);
        self.log(log::Kind::Checked, &id.to_string(), "", &verdict)
            .await;
        Told { checked, kept }
    }

    /// The entry whose issuer is to be asked now, without the person: one at a time. Counts as no use.
    pub async fn watched(&mut self) -> Option<String> {
        let now_ms = self.clock.unix_ms();
        let entries = self
            .unused(async |keeper| keeper.vault().await.ok()?.entries().await.ok())
            .await?;
        let is_due = |entry: &&Entry| {
            let record = Record::parse(entry.field(FIELD));
            entry
                .identity(0)
                .is_some_and(|present| watch::is_due(&record, &present, now_ms))
        };
        entries
            .iter()
            .find(is_due)
            .map(|entry| entry.id().to_string())
    }

    /// Does something that is no use of the vault's, which locks as if it had not been done.
    pub async fn unused<T>(&mut self, run: impl AsyncFnOnce(&mut Self) -> T) -> T {
        self.load().await;
        let last_use_ms = self.times.last_use_ms;
        let done = run(self).await;
        if self.is_open {
            self.times.last_use_ms = last_use_ms;
            self.save_times().await;
        }
        done
    }

    /// What is known of all entries.
    ///
    /// # Errors
    /// Those of the vault.
    pub async fn lives(&mut self) -> Result<Vec<EntryLife>, Refusal> {
        let now_ms = self.clock.unix_ms();
        let entries = self.vault().await?.entries().await;
        let entries = entries.map_err(failed)?;
        Ok(entries.iter().map(|entry| life_of(entry, now_ms)).collect())
    }

    /// Does what a page asks about one entry, but for checks and lists.
    ///
    /// # Errors
    /// Those of the vault.
    pub async fn change_life(&mut self, request: PageRequest) -> Result<EntryLife, Refusal> {
        let (PageRequest::SetPeriod { entry, .. }
        | PageRequest::SetWatch { entry, .. }
        | PageRequest::Rotate { entry, .. }
        | PageRequest::TickPlace { entry, .. }
        | PageRequest::MarkExposed { entry, .. }
        | PageRequest::DismissExposure { entry, .. }
        | PageRequest::CheckKey { entry, .. }) = &request
        else {
            return Err(Refusal::Failed);
        };
        let id = entry_id(entry)?;
        let recorded = match &request {
            PageRequest::MarkExposed { place, .. } => Some((log::Kind::Exposed, place.clone())),
            PageRequest::DismissExposure { .. } => Some((log::Kind::Dismissed, String::new())),
            _ => None,
        };
        let now_ms = self.clock.unix_ms();
        let changed = self.change(async move |vault| {
            let change = |entry: &Entry, before: Option<&[u8]>| {
                let mut record = Record::parse(before);
                if let Some(present) = entry.identity(0) {
                    apply(&mut record, present, now_ms, request);
                }
                record.to_bytes()
            };
            vault.change_field(id, FIELD, change).await
        });
        let changed = changed.await?;
        if let Some((kind, place)) = recorded {
            self.log(kind, &id.to_string(), &place, "").await;
        }
        Ok(life_of(&changed, now_ms))
    }
}

fn apply(record: &mut Record, present: Identity, now_ms: u64, request: PageRequest) {
    match request {
        PageRequest::SetPeriod { days, .. } => {
            record.period_days = days.map(|days| days.min(MOST_DAYS));
        }
        PageRequest::SetWatch { is_hourly, low, .. } => {
            record.watch = Some(Watch { is_hourly, low });
        }
        PageRequest::Rotate { event, .. } => rotation::advance(record, present, now_ms, event),
        PageRequest::TickPlace { place, done, .. } => rotation::tick(record, &place, done),
        PageRequest::MarkExposed { place, .. } => {
            exposure::note(record, &present, present, now_ms, Kind::ByHand, &place);
        }
        PageRequest::DismissExposure { number, reason, .. } => {
            exposure::dismiss(record, &present, now_ms, number, &reason);
        }
        PageRequest::CheckKey { .. }
        | PageRequest::KeyLives {}
        | PageRequest::LifeSummary {}
        | PageRequest::ReadLog {} => {}
    }
}

fn failed(error: crate::vault::VaultError) -> Refusal {
    crate::message::vault::Refusal::from(error).into()
}

fn life_of(entry: &Entry, now_ms: u64) -> EntryLife {
    let record = Record::parse(entry.field(FIELD));
    let identities: Vec<Identity> = (0..=entry.earlier_count())
        .map_while(|place| entry.identity(place))
        .collect();
    let known = |identity: &Identity| {
        record
            .key(identity)
            .map_or_else(KeyLife::default, KeyLife::from)
    };
    let present = identities.first().copied().unwrap_or_default();
    let exposures = record.exposures.iter().map(|exposure| Exposure {
        number: exposure.number,
        at_ms: exposure.at_ms,
        kind: exposure.kind,
        place: exposure.place.clone(),
        standing: exposure::standing(&record, exposure, &present),
        reason: exposure
            .dismissed
            .as_ref()
            .map(|(_, reason)| reason.clone()),
    });
    let (due, due_ms) = rotation::due(record.period_days, entry.key_changed_ms(), now_ms);
    let running = record.rotation.as_ref();
    EntryLife {
        entry: entry.id().to_string(),
        keys: identities.iter().map(known).collect(),
        period_days: record.period_days,
        due,
        due_ms,
        exposures: exposures.collect(),
        step: running.map(|running| rotation::step(&record, running, &present)),
        old: running.and_then(|running| {
            identities
                .iter()
                .position(|identity| *identity == running.old)
        }),
        places: running.map_or_else(Vec::new, |running| running.places.clone()),
        points: record.points.iter().map(Point::from).collect(),
        is_hourly: record.watch.as_ref().is_some_and(|watch| watch.is_hourly),
        low: record.watch.as_ref().and_then(|watch| watch.low.clone()),
        alerts: watch::alerts(&record, &present),
    }
}
