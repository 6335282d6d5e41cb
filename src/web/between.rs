//! Asking the other module of the background, by `extension/modules.js`.

use js_sys::Promise;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::asked::{Asked, Waiting};
use super::error::WebError;
use super::js::{FormError, from_js, to_js};
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
pub fn ask_vault<T: DeserializeOwned>(request: &ToVault) -> Asked<T, WebError> {
    asked(to_js(request).map(|request| to_vault(&request)))
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
pub fn ask_guard<T: DeserializeOwned>(request: &ToGuard) -> Asked<T, WebError> {
    asked(to_js(request).map(|request| to_guard(&request)))
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

fn asked<T: DeserializeOwned>(sent: Result<Promise, FormError>) -> Asked<T, WebError> {
    Asked::new(waiting(sent), |answer| Ok(from_js(&answer?)?))
}

#[inline(never)]
fn waiting(sent: Result<Promise, FormError>) -> Waiting {
    Box::pin(async move { Ok(JsFuture::from(sent?).await?) })
}
