//! Asking the other module of the background, by `extension/modules.js`.

use js_sys::Promise;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;
use super::js::{from_js, to_js};
use crate::message::between::{ToGuard, ToVault};

#[wasm_bindgen(raw_module = "../modules.js")]
extern "C" {
    #[wasm_bindgen(js_name = toVault)]
    fn to_vault(message: &JsValue) -> Promise;

    #[wasm_bindgen(js_name = toGuard)]
    fn to_guard(message: &JsValue) -> Promise;
}

/// Asks the vault's module, and waits for the answer.
///
/// # Errors
/// [`WebError`] where that module failed.
pub async fn ask_vault<T: DeserializeOwned>(request: &ToVault) -> Result<T, WebError> {
    read(hand_to_vault(&to_js(request)?).await)
}

/// As [`ask_vault`], with the message and the answer as they are: what is in them is not for this module.
///
/// # Errors
/// As [`ask_vault`].
pub async fn hand_to_vault(message: &JsValue) -> Result<JsValue, WebError> {
    Ok(JsFuture::from(to_vault(message)).await?)
}

/// Asks the guard's module.
///
/// # Errors
/// As [`ask_vault`].
pub async fn ask_guard<T: DeserializeOwned>(request: &ToGuard) -> Result<T, WebError> {
    let answer = JsFuture::from(to_guard(&to_js(request)?)).await;
    read(answer.map_err(WebError::from))
}

/// A message for [`hand_to_vault`] with a value that this module does not read.
pub fn with_value(
    kind: &str,
    name: &str,
    value: &JsValue,
    rest: &impl Serialize,
) -> Option<JsValue> {
    let message = to_js(rest).ok()?;
    for (name, value) in [("type", &JsValue::from_str(kind)), (name, value)] {
        js_sys::Reflect::set(&message, &JsValue::from_str(name), value).ok()?;
    }
    Some(message)
}

fn read<T: DeserializeOwned>(answer: Result<JsValue, WebError>) -> Result<T, WebError> {
    Ok(from_js(&answer?)?)
}
