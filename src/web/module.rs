//! Wasm modules that a page loads only when it needs them.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;

// By its place in the package: the glue stands in `wasm/`.
#[wasm_bindgen(raw_module = "../load.js")]
extern "C" {
    #[wasm_bindgen(js_name = load)]
    fn load_module(name: &str) -> Promise;
}

/// Loads a module of the package, or gives the one that is there.
///
/// # Errors
/// [`WebError::Refused`] where it cannot be loaded.
pub async fn load(name: &str) -> Result<JsValue, WebError> {
    Ok(JsFuture::from(load_module(name)).await?)
}
