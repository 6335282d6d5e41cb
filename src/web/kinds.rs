//! The kinds of keys, read from the package by a page that names them. See [`crate::kinds`].

use std::cell::Cell;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::kinds::{FILE, Kinds};

#[wasm_bindgen]
extern "C" {
    fn fetch(address: &str) -> Promise;

    type Response;

    #[wasm_bindgen(method, catch)]
    fn text(this: &Response) -> Result<Promise, JsValue>;
}

thread_local! {
    static KNOWN: Cell<Option<Kinds>> = const { Cell::new(None) };
}

/// Reads them, the first time that it is called: some milliseconds. To be awaited before anything is shown that names a
/// kind. Where they cannot be read, kinds go by their lasting names.
pub async fn load() {
    if KNOWN.get().is_none()
        && let Ok(text) = read().await
    {
        KNOWN.set(Some(Kinds::new(text.as_string().unwrap_or_default())));
    }
}

/// Those that were read; none before [`load`].
pub fn known() -> Kinds {
    KNOWN.get().unwrap_or_default()
}

async fn read() -> Result<JsValue, JsValue> {
    let response = JsFuture::from(fetch(FILE)).await?;
    JsFuture::from(response.unchecked_ref::<Response>().text()?).await
}
