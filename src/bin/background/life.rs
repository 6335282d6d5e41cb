//! The life of keys: asks the issuer when the person wants it, and says what came of it.
//!
//! Which request, what an answer says and what is noted is in `keyward::life` and `keyward::keeper`.

use keyward::life::check::{self, Reading, Verdict};
use keyward::message::Refusal;
use keyward::message::life::{self, PageRequest, Told};
use keyward::web::permission;
use keyward::web::request::{self, NoAnswer};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::{Background, js};

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
        Ok(told)
    }
}
