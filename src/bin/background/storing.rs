//! Storing what a frame holds, as far as the guard is concerned: whose hold it is, the window, the word to the frame.
//!
//! The keys go on to the vault's module (`src/bin/vault/storing.rs`) as they came.

use keyward::detect;
use keyward::message::between::{BIRTH, Kept, ToVault};
use keyward::message::store::{Ended, FramePush, FrameRequest, HeldKind, Instead, Named};
use keyward::message::{FrameReply, Refusal};
use keyward::policy::Place;
use keyward::web::between::hand_to_vault;
use keyward::web::clock::now_ms;
use keyward::web::extension::DOCUMENT_PATIENCE_MS;
use keyward::web::js::from_js;
use keyward::web::storage::Area;
use wasm_bindgen::JsValue;

use super::{Background, js, tell_vault};

impl Background {
    /// A frame wants to have stored what it holds.
    pub(crate) async fn store_message(
        &self,
        place: Place,
        message: &JsValue,
    ) -> Result<JsValue, Refusal> {
        let FrameRequest::StoreHeld { hold, keys } =
            from_js(message).map_err(|_| Refusal::NotUnderstood)?;
        let is_held = |key: &HeldKind| {
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
        let kept = hand_to_vault(message).await.ok();
        let kept = kept.and_then(|kept| from_js::<Kept>(&kept).ok());
        if !kept.is_some_and(|kept| kept.kept) {
            return Err(Refusal::NotStored);
        }
        let opened = self.open_window("store", hold.clone()).await.is_ok();
        if !opened {
            tell_vault(&ToVault::ForgetHeld { hold }).await;
        }
        js(&FrameReply::Opened { opened })
    }

    /// Tells the frame, and closes the window where it took that.
    pub(crate) async fn say_stored(
        &self,
        hold: String,
        instead: Option<Instead>,
        names: Vec<Option<Named>>,
    ) -> Ended {
        let held = self.policy.borrow().hold(&hold).cloned();
        let Some(held) = held else {
            return Ended { delivered: false };
        };
        let push = FramePush::Stored {
            hold,
            instead,
            names,
            until_ms: now_ms() + u64::from(DOCUMENT_PATIENCE_MS.unsigned_abs()),
        };
        let delivered = self.tell(held.tab, &held.document, &push).await;
        if delivered {
            let effects = self.policy.borrow_mut().window_left(&held.id);
            self.carry_out_quietly(effects).await;
        }
        Ended { delivered }
    }

    /// A window was closed; what it was to store is forgotten.
    pub(crate) async fn store_window_closed(&self, window: i32) {
        if matches!(Area::Session.load(BIRTH).await, Ok(Some(_))) {
            tell_vault(&ToVault::WindowClosed { window }).await;
        }
        let hold = self.policy.borrow().asked_in(window);
        if let Some(hold) = hold {
            tell_vault(&ToVault::ForgetHeld { hold }).await;
        }
    }
}
