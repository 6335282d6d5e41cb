//! The life of keys: asks the issuer when the person wants it, and says what came of it.
//!
//! Which request, what an answer says and what is noted is in `keyward::life` and `keyward::keeper`.

use std::cell::Cell;

use keyward::keeper::Question;
use keyward::life::check::{self, Reading, Verdict};
use keyward::life::exposure;
use keyward::life::watch;
use keyward::message::Refusal;
use keyward::message::between::{LIFE_ALARM, ToGuard};
use keyward::message::life::{self, PageRequest, Told};
use keyward::message::vault::Bytes;
use keyward::vault::row_of;
use keyward::web::clock::now_ms;
use keyward::web::extension;
use keyward::web::permission;
use keyward::web::reminders;
use keyward::web::request::{self, NoAnswer};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::{Desk, js, keeping, tell_guard};

thread_local! {
    /// Until then nobody is asked without the person.
    static PAUSED_UNTIL_MS: Cell<u64> = const { Cell::new(0) };
}

#[derive(Serialize)]
struct LifeError {
    error: life::Refusal,
}

impl Desk {
    /// What pages ask about the life of keys.
    pub(crate) async fn life_page(&self, request: PageRequest) -> Result<JsValue, Refusal> {
        let answered = match request {
            PageRequest::CheckKey { entry, earlier } => {
                self.check_key(&entry, earlier).await.map(|told| js(&told))
            }
            PageRequest::ReadLog {} => {
                let mut keeper = self.vault.keeper().await;
                let logged = keeper.read_log().await;
                self.vault.after(keeper.is_open());
                logged.map(|logged| js(&logged)).map_err(Into::into)
            }
            PageRequest::LifeSummary {} => Ok(js(&self.summary().await)),
            PageRequest::KeyLives {} => {
                let mut keeper = self.vault.keeper().await;
                let lives = keeper.lives().await;
                self.vault.after(keeper.is_open());
                lives.map(|lives| js(&lives))
            }
            request => {
                let mut keeper = self.vault.keeper().await;
                let life = keeper.change_life(request).await;
                self.vault.after(keeper.is_open());
                drop(keeper);
                self.life_show(true).await;
                life.map(|life| js(&life))
            }
        };
        self.say_locked().await;
        answered.unwrap_or_else(|error| js(&LifeError { error }))
    }

    async fn check_key(&self, entry: &str, earlier: usize) -> Result<Told, life::Refusal> {
        let question = self.vault.keeper().await.question(entry, earlier).await?;
        let reading = ask_issuer(&question).await?;
        let mut keeper = self.vault.keeper().await;
        let told = keeper.note_check(&question, reading).await;
        self.vault.after(keeper.is_open());
        drop(keeper);
        // A refusal of an old key closes what it was exposed by.
        self.life_show(true).await;
        Ok(told)
    }

    /// Asks the issuer that is to be asked by now, where the person has switched that on: one each time that the alarm of the open vault
    /// rings. It is no use of the vault.
    pub(crate) async fn life_watch(&self) {
        if now_ms() < PAUSED_UNTIL_MS.get() {
            return;
        }
        let question = {
            let mut keeper = self.vault.keeper().await;
            let Some(entry) = keeper.watched().await else {
                return;
            };
            let asked = keeper.unused(async |keeper| keeper.question(&entry, 0).await);
            asked.await
        };
        // What cannot be asked, or not be noted, is not asked by the minute.
        PAUSED_UNTIL_MS.set(now_ms() + watch::PERIOD_MS);
        let Ok(question) = question else { return };
        let Ok(reading) = ask_issuer(&question).await else {
            return;
        };
        let mut keeper = self.vault.keeper().await;
        let told = keeper
            .unused(async |keeper| keeper.note_check(&question, reading).await)
            .await;
        self.vault.after(keeper.is_open());
        drop(keeper);
        if told.kept {
            PAUSED_UNTIL_MS.set(0);
        }
        self.life_show(true).await;
    }

    /// Keys, of which some may be the person's own, went to a place: an exposure of these, noted at once. While
    /// the vault is locked it waits, by the rows of the table that the frame has, for the vault to be opened.
    pub(crate) async fn life_expose(&self, kind: exposure::Kind, keys: &[Bytes], place: &str) {
        let table = keeping::read_own_keys().await;
        let rows = keys
            .iter()
            .filter_map(|key| row_of(&table, &key.text().ok()?));
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            self.vault.keeper().await.expose(kind, &rows, place).await;
            self.life_show(true).await;
        }
    }

    async fn summary(&self) -> life::Summary {
        match self.life.get() {
            Some(summary) => summary,
            None => self.life_count(false).await,
        }
    }

    /// Has the icon say what is to be done, and reminds the person of what came due. After a change of the open vault it is
    /// counted anew.
    pub(crate) async fn life_show(&self, has_changed: bool) {
        let before = self.life.get();
        let summary = self.life_count(has_changed).await;
        if before != Some(summary) || !has_changed {
            tell_guard(&ToGuard::Icon { summary }).await;
        }
    }

    async fn life_count(&self, has_changed: bool) -> life::Summary {
        let now_ms = now_ms();
        let (summary, is_news) = {
            let mut keeper = self.vault.keeper().await;
            let summary = keeper
                .unused(async |keeper| keeper.sum_up(has_changed).await)
                .await;
            self.vault.after(keeper.is_open());
            let is_news = reminders::is_on().await && keeper.take_news(&summary).await;
            (summary, is_news)
        };
        let shown = life::Summary {
            exposed: summary.exposed,
            overdue: summary.overdue(now_ms),
            low: summary.low,
        };
        self.life.set(Some(shown));
        let _ = match summary.next_ms(now_ms) {
            Some(at_ms) => extension::set_alarm(LIFE_ALARM, at_ms),
            None => extension::clear_alarm(LIFE_ALARM),
        };
        if is_news {
            let words = extension::text_with("lifeNotice", &[&shown.overdue.to_string()]);
            // Without the permission there is nobody to tell.
            let _ = extension::notify(LIFE_ALARM, &extension::text("lifeNoticeTitle"), &words);
        }
        shown
    }
}

/// Asks, without the vault: others may use it while the issuer takes its time.
async fn ask_issuer(question: &Question) -> Result<Reading, life::Refusal> {
    let check = question.check;
    // Without it the browser would ask the host as a web page does, which reads nothing and sends the key all the same.
    if !permission::has(&check.permission()).await.unwrap_or(false) {
        return Err(life::Refusal::NotAllowed);
    }
    let headers = check.headers(&question.key);
    let url = check.url();
    let answer = request::get(&url, &headers, check::PATIENCE_MS, check::MOST_BYTES).await;
    drop(headers);
    let reading: Reading = match &answer {
        Ok(answer) => check.read(&check::Answer {
            status: answer.status,
            retry_after: answer.retry_after.as_deref(),
            body: &answer.body,
            is_whole: answer.is_whole,
        }),
        Err(NoAnswer::Unreached) => Verdict::Unreached.into(),
        Err(NoAnswer::Late) => Verdict::Late.into(),
    };
    Ok(reading)
}
