//! The module that says what kind a key is: the detectors, for the pages that load it.
//!
//! It has no access to the vault and to the browser; what it looks at comes from the page that loaded it, or from the module for
//! files (`src/bin/transfer`) by way of that page.

use keyward::message::transfer::FileError;
use keyward::message::vault::Bytes;
use keyward::transfer::{self, Detectors, Kinds};
use keyward::web::answer::answer;
use keyward::web::js::{from_js, member};
use wasm_bindgen::prelude::*;

/// Wipes all memory that is given back.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Looks at a key (`{key}`) for the provider that the person named. Answers with a `Questioned`, or `{error}`.
#[wasm_bindgen]
pub fn question(asked: JsValue, provider: String) -> JsValue {
    let key = from_js::<Bytes>(&member(&asked, "key")).map_err(|_| FileError::Failed);
    answer(key.and_then(|key| transfer::question(&key, &provider)))
}

/// Whether any detector finds something in a text.
#[wasm_bindgen(js_name = holdsKey)]
pub fn holds_key(text: &str) -> bool {
    transfer::holds_key(text)
}

/// What the detectors say of a key (`{key}`) with a name before it. Answers with a `Found`, or `{error}`.
#[wasm_bindgen]
pub fn find(name: &str, asked: JsValue) -> JsValue {
    let key = from_js::<Bytes>(&member(&asked, "key")).map_err(|_| FileError::Failed);
    let key = key.and_then(|key| key.text().map_err(|_| FileError::Damaged));
    answer(key.map(|key| Detectors.find(name, &key)))
}

/// Whether there are detectors of this provider's keys.
#[wasm_bindgen(js_name = isProvider)]
pub fn is_provider(name: &str) -> bool {
    Detectors.is_provider(name)
}

fn main() {}
