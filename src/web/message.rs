//! Asking the background, from a page.

use js_sys::Promise;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::asked::{Asked, Waiting};
use super::error::WebError;
use super::js::{from_js, member, to_js, wipe};
use super::settle::{self, Settled};
use crate::message::{Refusal, life, vault};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = sendMessage, catch)]
    fn runtime_send_message(message: &JsValue) -> Result<Promise, JsValue>;
}

/// A background that starts cold answers in 40 ms; one that does not answer in this time has failed.
const PATIENCE_MS: i32 = 5000;
/// Stretching a passphrase takes half a second, where it was measured; a vault from a fast machine that is opened on a slow
/// one, some more.
const VAULT_PATIENCE_MS: i32 = 60_000;

/// An issuer has 15 seconds to answer; see `life::check`.
const LIFE_PATIENCE_MS: i32 = 25_000;

/// Sends a request of a page (`message::PageRequest`, `message::fill::PageRequest`) and waits for the answer.
///
/// # Errors
/// The refusal of the background; [`Refusal::Failed`] where it does not answer, or in no known form.
pub fn ask<T: DeserializeOwned>(request: &impl Serialize) -> Asked<T, Refusal> {
    asked(request, PATIENCE_MS, |answer| read(answer, Refusal::Failed))
}

/// As [`ask`], about the vault. What was sent is overwritten; so is, by reading it, what comes back.
///
/// # Errors
/// As [`ask`], with [`vault::Refusal::Failed`].
pub fn ask_vault<T: DeserializeOwned>(request: &impl Serialize) -> Asked<T, vault::Refusal> {
    asked(request, VAULT_PATIENCE_MS, |answer| {
        read(answer, vault::Refusal::Failed)
    })
}

/// As [`ask`], about the life of keys.
///
/// # Errors
/// As [`ask`], with [`life::Refusal::Failed`].
pub fn ask_life<T: DeserializeOwned>(request: &life::PageRequest) -> Asked<T, life::Refusal> {
    asked(request, LIFE_PATIENCE_MS, |answer| {
        read(answer, life::Refusal::Failed)
    })
}

/// As [`ask_vault`], for a message and an answer that the page hands on without reading: what is secret in the answer is for the
/// caller to [`wipe`].
///
/// # Errors
/// As [`ask_vault`].
pub async fn ask_vault_as_is(message: &JsValue) -> Result<JsValue, vault::Refusal> {
    let answer = send_message(message, VAULT_PATIENCE_MS).await;
    let answer = answer.map_err(|_| vault::Refusal::Failed)?;
    let error = member(&answer, "error");
    if error.is_undefined() {
        Ok(answer)
    } else {
        Err(from_js(&error).unwrap_or(vault::Refusal::Failed))
    }
}

fn read<T: DeserializeOwned, E: DeserializeOwned + Copy>(
    answer: Result<JsValue, WebError>,
    failed: E,
) -> Result<T, E> {
    let answer = answer.map_err(|_| failed)?;
    let error = member(&answer, "error");
    if !error.is_undefined() {
        return Err(from_js(&error).unwrap_or(failed));
    }
    from_js(&answer).map_err(|_| failed)
}

fn asked<T, E>(
    request: &impl Serialize,
    patience_ms: i32,
    read: fn(Result<JsValue, WebError>) -> Result<T, E>,
) -> Asked<T, E> {
    let answer = sent(to_js(request).map_err(WebError::from), patience_ms);
    Asked::new(answer, read)
}

#[inline(never)]
fn sent(message: Result<JsValue, WebError>, patience_ms: i32) -> Waiting {
    Box::pin(async move { send_message(&message?, patience_ms).await })
}

async fn send_message(message: &JsValue, patience_ms: i32) -> Result<JsValue, WebError> {
    let answer = runtime_send_message(message);
    // Both browsers have taken their copy when the call returns.
    wipe(message);
    match settle::within(answer?, patience_ms).await {
        Settled::Fulfilled(answer) if answer.is_object() => Ok(answer),
        _ => Err(WebError::Refused),
    }
}
