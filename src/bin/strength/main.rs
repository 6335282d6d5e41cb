//! The module that estimates how strong a new passphrase is: 1.7 MB of word lists, loaded by a page while one is being made.

use js_sys::Array;
use keyward::secret::{Secret, scrub_stack};
use keyward::vault::strength;
use keyward::web::js::to_js;
use wasm_bindgen::prelude::*;

/// Wipes all memory that is given back: the estimate takes the passphrase to pieces.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Estimates a passphrase, in UTF-8. `known` are words that must not count. Answers with a `vault::strength::Judgement`.
#[wasm_bindgen]
pub fn judge(passphrase: Vec<u8>, known: Array) -> JsValue {
    let passphrase = Secret::new(passphrase);
    let known: Vec<String> = known.iter().filter_map(|word| word.as_string()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let judgement = strength::judge(&passphrase, &known);
    drop(passphrase);
    scrub_stack();
    // Numbers and names always have a form; `null` would be taken for a module that failed.
    to_js(&judgement).unwrap_or(JsValue::NULL)
}

fn main() {}
