//! The life of keys: asks the issuer when the person wants it, and says what came of it.
//!
//! Which request, what an answer says and what is noted is in `keyward::life` and `keyward::keeper`.

use keyward::life::check::{self, Reading, Verdict};
use keyward::life::exposure;
use keyward::message::Refusal;
use keyward::message::life::{self, PageRequest, Told};
use keyward::message::vault::Bytes;
use keyward::origin::WebOrigin;
use keyward::policy::Hold;
use keyward::vault::log::Kind;
use keyward::vault::row_of;
use keyward::web::clock::now_ms;
use keyward::web::extension;
use keyward::web::js::{from_js, member};
use keyward::web::permission;
use keyward::web::reminders;
use keyward::web::request::{self, NoAnswer};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{Background, js};

/// Rings when the next key is due.
pub(crate) const ALARM: &str = "life";

#[derive(Serialize)]
struct LifeError {
    error: life::Refusal,
}

impl Background {
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
            PageRequest::LifeSummary {} => Ok(js(&self.life.get())),
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
        self.fills_locked().await;
        answered.unwrap_or_else(|error| js(&LifeError { error }))
    }

    async fn check_key(&self, entry: &str, earlier: usize) -> Result<Told, life::Refusal> {
        // Others may use the vault while the issuer takes its time.
        let question = self.vault.keeper().await.question(entry, earlier).await?;
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
        let mut keeper = self.vault.keeper().await;
        let told = keeper.note_check(&question, reading).await;
        self.vault.after(keeper.is_open());
        drop(keeper);
        // A refusal of an old key closes what it was exposed by.
        self.life_show(true).await;
        Ok(told)
    }

    /// A frame has let something through and says which keys of the person's own were in it: an exposure, noted at once. While
    /// the vault is locked it waits, by the rows of the table that the frame has, for the vault to be opened.
    pub(crate) async fn life_exposed(&self, answer: &JsValue, place: &str) {
        if let Ok(keys) = from_js::<Vec<Bytes>>(&member(answer, "own")) {
            self.life_expose(exposure::Kind::LetThrough, &keys, place)
                .await;
        }
    }

    /// Keys, of which some may be the person's own, went to a place.
    pub(crate) async fn life_expose(&self, kind: exposure::Kind, keys: &[Bytes], place: &str) {
        let table = self.own_keys().await;
        let rows = keys
            .iter()
            .filter_map(|key| row_of(&table, &key.text().ok()?));
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            self.vault.keeper().await.expose(kind, &rows, place).await;
            self.life_show(true).await;
        }
    }

    /// Has the icon say what is to be done, and reminds the person of what came due. After a change of the open vault it is
    /// counted anew, which counts as a use.
    pub(crate) async fn life_show(&self, has_changed: bool) {
        let now_ms = now_ms();
        let (summary, is_news) = {
            let mut keeper = self.vault.keeper().await;
            let summary = keeper.sum_up(has_changed).await;
            self.vault.after(keeper.is_open());
            let is_news = reminders::is_on().await && keeper.take_news(&summary).await;
            (summary, is_news)
        };
        let shown = life::Summary {
            exposed: summary.exposed,
            overdue: summary.overdue(now_ms),
        };
        if self.life.replace(shown) != shown || !has_changed {
            let label = if shown == life::Summary::default() {
                ""
            } else {
                "!"
            };
            let _ = extension::set_badge_everywhere(label, &self.life_title()).await;
        }
        let _ = match summary.next_ms(now_ms) {
            Some(at_ms) => extension::set_alarm(ALARM, at_ms),
            None => extension::clear_alarm(ALARM),
        };
        if is_news {
            let words = extension::text_with("lifeNotice", &[&shown.overdue.to_string()]);
            // Without the permission there is nobody to tell.
            let _ = extension::notify(ALARM, &extension::text("lifeNoticeTitle"), &words);
        }
    }

    /// Records what became of a hold, behind everything that waits for the vault. Nothing of a private window is recorded.
    pub(crate) fn log_hold(&self, kind: Kind, hold: Option<&Hold>) {
        let Some(hold) = hold.filter(|hold| !hold.private).cloned() else {
            return;
        };
        spawn_local(async move {
            let place = hold.origin.as_ref().map(WebOrigin::to_string);
            let detail = hold.detectors.join(" ");
            if let Some(background) = super::background() {
                let mut keeper = background.vault.keeper().await;
                let place = place.unwrap_or_default();
                keeper.log(kind, "", &place, &detail).await;
            }
        });
    }

    /// What the icon says where no tab has anything of its own.
    pub(crate) fn life_title(&self) -> String {
        let life::Summary { exposed, overdue } = self.life.get();
        match (exposed, overdue) {
            (0, 0) => extension::text("actionTitle"),
            (0, _) => extension::text("actionTitleDue"),
            _ => extension::text("actionTitleExposed"),
        }
    }
}
