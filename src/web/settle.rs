//! Promises with a limit of time.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::clock;

/// How a promise ended.
#[derive(Clone, Debug)]
pub enum Settled {
    /// It was fulfilled.
    Fulfilled(JsValue),
    /// It was rejected.
    Rejected,
    /// Neither, in time.
    Late,
}

/// Waits for a promise, but not for longer than `ms`. Chromium never answers a message to a document that is gone.
pub async fn within(promise: Promise, ms: i32) -> Settled {
    // A mark that no other code can fulfil a promise with.
    let late = JsValue::from(js_sys::Object::new());
    let mark = late.clone();
    let limit = wasm_bindgen_futures::future_to_promise(async move {
        clock::sleep(ms).await;
        Ok(mark)
    });
    match JsFuture::from(Promise::race(&Array::of2(&promise, &limit))).await {
        Ok(value) if value == late => Settled::Late,
        Ok(value) => Settled::Fulfilled(value),
        Err(_) => Settled::Rejected,
    }
}
