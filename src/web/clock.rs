//! The time of day, and waiting.

use js_sys::{Date, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: i32) -> JsValue;
}

/// In milliseconds since 1970. The person can set it; no security may rest on it alone.
pub fn now_ms() -> u64 {
    // Dates are whole numbers far below 2^53.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "after 1970, below 2^53"
    )]
    let now = Date::now().max(0.0) as u64;
    now
}

/// A promise that is fulfilled with `undefined` after a time. The background may die before; nothing that matters may
/// wait for it there for longer than some seconds.
pub fn after(ms: i32) -> Promise {
    Promise::new(&mut |resolve, _reject| {
        set_timeout(&resolve, ms);
    })
}

/// Waits.
pub async fn sleep(ms: i32) {
    // A promise of `setTimeout` is never rejected.
    let _ = JsFuture::from(after(ms)).await;
}
