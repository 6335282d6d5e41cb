//! Storing what a frame holds: the keys, and the window that asks about them.
//!
//! What is kept, for how long, and what becomes of it is in `keyward::keeper`. Whose hold it is and what the frame is told is
//! the guard's (`src/bin/background/storing.rs`).

use keyward::detect;
use keyward::message::Refusal;
use keyward::message::between::{HELD_ALARM, HoldOrigin, Kept, ToGuard};
use keyward::message::store::{Ended, HeldKey, Instead, KeyLine, Named, PageRequest, Question};
use keyward::message::vault::{self, PageReply};
use keyward::web::between::ask_guard;
use keyward::web::extension;
use wasm_bindgen::JsValue;

use super::{Desk, VaultError, born, js, keeping};

impl Desk {
    /// A frame wants to have stored what it holds.
    pub(crate) async fn keep_held(&self, hold: &str, keys: &[HeldKey]) -> Result<JsValue, Refusal> {
        let until_ms = self.vault.keep_held(hold, keys).await;
        if let Ok(until_ms) = until_ms {
            // Without it they are forgotten at the next look.
            let _ = extension::set_alarm(HELD_ALARM, until_ms);
        }
        js(&Kept {
            kept: until_ms.is_ok(),
        })
    }

    /// What the window asks.
    pub(crate) async fn store_page(&self, request: PageRequest) -> Result<JsValue, Refusal> {
        let answered = match request {
            PageRequest::StorePending { hold } => self
                .store_question(hold)
                .await
                .map(|question| js(&question)),
            PageRequest::StoreKeys {
                hold,
                details,
                instead,
                names,
                into,
            } => {
                let before = keeping::read_own_keys().await;
                let stored = match &into {
                    Some(entry) => self.vault.replace_by_held(&hold, entry).await,
                    None => self.vault.store_held(&hold, details).await,
                };
                self.own_keys_may_differ(before).await;
                self.life_show(true).await;
                match stored {
                    Ok(()) => Ok(js(&self.say_stored(hold, Some(instead), names).await)),
                    Err(refusal) => Err(refusal),
                }
            }
            PageRequest::StoreDecline { hold } => {
                self.vault.forget_held(&hold).await;
                Ok(js(&self.say_stored(hold, None, Vec::new()).await))
            }
        };
        answered.unwrap_or_else(|error| js(&VaultError { error }))
    }

    async fn store_question(&self, hold: String) -> Result<Question, vault::Refusal> {
        let presence = match self.vault.page(vault::PageRequest::VaultState {}).await? {
            PageReply::State(state) => state.presence,
            _ => return Err(vault::Refusal::Failed),
        };
        let keys = self.vault.held(&hold).await?;
        let birth = born::of(&hold).await;
        let born = match &birth {
            Some(birth) => Some(self.born_question(birth, &keys).await),
            None => None,
        };
        let origin = match birth {
            Some(birth) => Some(birth.origin),
            None => {
                let origin = ask_guard::<HoldOrigin>(&ToGuard::HoldOrigin { hold }).await;
                origin.ok().and_then(|answer| answer.origin)
            }
        };
        let line = |(detector, known): (u16, Option<String>)| KeyLine {
            detector: detect::id(detector).to_owned(),
            known,
        };
        Ok(Question {
            origin,
            presence,
            keys: keys.into_iter().map(line).collect(),
            born,
        })
    }

    async fn say_stored(
        &self,
        hold: String,
        instead: Option<Instead>,
        names: Vec<Option<Named>>,
    ) -> Ended {
        if let Some(birth) = born::of(&hold).await {
            self.born_ended(birth, instead.is_some()).await;
            // The page waits for nothing.
            return Ended { delivered: true };
        }
        let request = ToGuard::Stored {
            hold,
            instead,
            names,
        };
        let told = ask_guard(&request).await;
        told.unwrap_or(Ended { delivered: false })
    }
}
