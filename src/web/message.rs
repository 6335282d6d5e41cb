//! Asking the background, from a page.

use js_sys::Promise;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::error::WebError;
use super::js::{from_js, member, to_js};
use super::settle::{self, Settled};
use crate::message::{PageRequest, Refusal};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = sendMessage, catch)]
    fn runtime_send_message(message: &JsValue) -> Result<Promise, JsValue>;
}

/// A background that starts cold answers in 40 ms; one that does not answer in this time has failed.
const PATIENCE_MS: i32 = 5000;

/// Sends a request and waits for the answer.
///
/// # Errors
/// The refusal of the background; [`Refusal::Failed`] where it does not answer, or in no known form.
pub async fn ask<T: DeserializeOwned>(request: &PageRequest) -> Result<T, Refusal> {
    let answer = send(request).await.map_err(|_| Refusal::Failed)?;
    let error = member(&answer, "error");
    if !error.is_undefined() {
        return Err(from_js(&error).unwrap_or(Refusal::Failed));
    }
    from_js(&answer).map_err(|_| Refusal::Failed)
}

async fn send(request: &PageRequest) -> Result<JsValue, WebError> {
    let answer = runtime_send_message(&to_js(request)?)?;
    match settle::within(answer, PATIENCE_MS).await {
        Settled::Fulfilled(answer) if answer.is_object() => Ok(answer),
        _ => Err(WebError::Refused),
    }
}
