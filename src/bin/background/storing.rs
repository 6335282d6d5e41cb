//! Storing what a frame holds in the vault: taking the keys, the window that asks, the word to the frame.
//!
//! What is kept, for how long, and what becomes of it is in `keyward::keeper`.

use keyward::detect;
use keyward::message::store::{
    Ended, FramePush, FrameRequest, HeldKey, Instead, KeyLine, Named, PageRequest, Question,
};
use keyward::message::vault::{self, PageReply};
use keyward::message::{FrameReply, Refusal};
use keyward::origin::WebOrigin;
use keyward::policy::Place;
use keyward::web::clock::now_ms;
use keyward::web::extension;
use keyward::web::js::from_js;
use wasm_bindgen::JsValue;

use super::{Background, DOCUMENT_PATIENCE_MS, VaultError, born, js};

/// Forgets held keys whose time is up.
pub(crate) const HELD_ALARM: &str = "held";

impl Background {
    /// A frame wants to have stored what it holds.
    pub(crate) async fn store_message(
        &self,
        place: Place,
        message: &JsValue,
    ) -> Result<JsValue, Refusal> {
        let (hold, keys) = match from_js(message).map_err(|_| Refusal::NotUnderstood)? {
            FrameRequest::StoreHeld { hold, keys } => (hold, keys),
            FrameRequest::BornSeen { detectors } => return born::seen(&place, &detectors).await,
            FrameRequest::StoreBorn { keys, account } => {
                return self.store_born(place, keys, &account).await;
            }
        };
        let is_held = |key: &HeldKey| {
            key.detector < detect::detectors() && {
                let policy = self.policy.borrow();
                let held = policy.held_in(&place, &hold);
                held.is_ok_and(|held| {
                    held.detectors
                        .iter()
                        .any(|id| *id == detect::id(key.detector))
                })
            }
        };
        if !keys.iter().all(is_held) {
            return Err(Refusal::UnknownHold);
        }
        let until_ms = self.vault.keep_held(&hold, &keys).await;
        let until_ms = until_ms.map_err(|_| Refusal::NotStored)?;
        // Without it they are forgotten at the next look.
        let _ = extension::set_alarm(HELD_ALARM, until_ms);
        let opened = self.open_window("store", hold.clone()).await.is_ok();
        if !opened {
            self.vault.forget_held(&hold).await;
        }
        js(&FrameReply::Opened { opened })
    }

    /// What the window asks.
    pub(crate) async fn store_page(&self, request: PageRequest) -> Result<JsValue, Refusal> {
        let answered = match request {
            PageRequest::StorePending { hold } => self
                .store_question(&hold)
                .await
                .map(|question| js(&question)),
            PageRequest::StoreKeys {
                hold,
                details,
                instead,
                names,
                into,
            } => {
                let before = self.own_keys().await;
                let stored = match &into {
                    Some(entry) => self.vault.replace_by_held(&hold, entry).await,
                    None => self.vault.store_held(&hold, details).await,
                };
                self.own_keys_may_differ(before).await;
                self.life_show(true).await;
                match stored {
                    Ok(()) => {
                        let delivered = self.say_stored(&hold, Some(instead), names).await;
                        Ok(js(&Ended { delivered }))
                    }
                    Err(refusal) => Err(refusal),
                }
            }
            PageRequest::StoreDecline { hold } => {
                self.vault.forget_held(&hold).await;
                let delivered = self.say_stored(&hold, None, Vec::new()).await;
                Ok(js(&Ended { delivered }))
            }
        };
        answered.unwrap_or_else(|error| js(&VaultError { error }))
    }

    async fn store_question(&self, hold: &str) -> Result<Question, vault::Refusal> {
        let presence = match self.vault.page(vault::PageRequest::VaultState {}).await? {
            PageReply::State(state) => state.presence,
            _ => return Err(vault::Refusal::Failed),
        };
        let keys = self.vault.held(hold).await?;
        let birth = born::of(hold).await;
        let born = match &birth {
            Some(birth) => Some(self.born_question(birth, &keys).await),
            None => None,
        };
        let policy = self.policy.borrow();
        let origin = policy.hold(hold).and_then(|hold| hold.origin.as_ref());
        let origin = origin.map(WebOrigin::to_string);
        let line = |(detector, known): (u16, Option<String>)| KeyLine {
            detector: detect::id(detector).to_owned(),
            known,
        };
        Ok(Question {
            origin: birth.map(|birth| birth.origin).or(origin),
            presence,
            keys: keys.into_iter().map(line).collect(),
            born,
        })
    }

    /// Tells the frame, and closes the window where it took that.
    async fn say_stored(
        &self,
        hold: &str,
        instead: Option<Instead>,
        names: Vec<Option<Named>>,
    ) -> bool {
        if let Some(birth) = born::of(hold).await {
            self.born_ended(birth, instead.is_some()).await;
            // The page waits for nothing.
            return true;
        }
        let held = self.policy.borrow().hold(hold).cloned();
        let Some(held) = held else { return false };
        let push = FramePush::Stored {
            hold: hold.to_owned(),
            instead,
            names,
            until_ms: now_ms() + u64::from(DOCUMENT_PATIENCE_MS.unsigned_abs()),
        };
        let delivered = self.tell(held.tab, &held.document, &push).await;
        if delivered {
            let effects = self.policy.borrow_mut().window_left(hold);
            self.carry_out_quietly(effects).await;
        }
        delivered
    }

    /// A window was closed; what it was to store is forgotten.
    pub(crate) async fn store_window_closed(&self, window: i32) {
        self.born_window_closed(window).await;
        let hold = self.policy.borrow().asked_in(window);
        if let Some(hold) = hold {
            self.vault.forget_held(&hold).await;
        }
    }
}
