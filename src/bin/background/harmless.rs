//! What a frame let through and the person said is no key.
//!
//! The values go on unread to the vault's module, which hashes (`src/bin/vault/harmless.rs`); the rows that come back are kept with
//! the settings, so that frames get them whether the vault is open or not.

use keyward::message::between::HarmlessRows;
use keyward::policy::Rows;
use keyward::web::between::{hand_to_vault, with_value};
use keyward::web::js::{from_js, member};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::Background;

impl Background {
    /// The rows of the values in a frame's answer to a release; `None` where that module failed.
    pub(crate) async fn harmless_rows(&self, answer: &JsValue) -> Option<Rows> {
        #[derive(Serialize)]
        struct Salt {
            salt: Vec<u8>,
        }
        let salt = self.policy.borrow().harmless_salt();
        let salt = Salt {
            salt: salt.map(Vec::from).unwrap_or_default(),
        };
        let message = with_value("harmless", "values", &member(answer, "values"), &salt)?;
        let answered = hand_to_vault(&message).await.ok()?;
        let HarmlessRows {
            salt,
            detectors,
            rows,
        } = from_js(&answered).ok()?;
        Rows::read(&salt, &detectors, &rows)
    }
}
