//! How strong a new passphrase is, for a page. The module that knows is loaded at the first call.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::error::WebError;
use super::js::from_js;
use super::module;
use crate::secret::Secret;
pub use crate::vault::strength::{Advice, Judgement, LEAST_SCORE};

#[wasm_bindgen]
extern "C" {
    type Strength;

    #[wasm_bindgen(method, catch)]
    fn judge(this: &Strength, passphrase: &Uint8Array, known: &Array) -> Result<JsValue, JsValue>;
}

/// Words that are no secret here.
const KNOWN: [&str; 3] = ["keyward", "vault", "passphrase"];

/// Estimates a passphrase. The first call takes as long as 1.7 MB need to be compiled, further ones some milliseconds.
///
/// # Errors
/// [`WebError`] where the module cannot be loaded. Nothing is known of the passphrase then; the caller says so and lets the
/// person try again.
pub async fn judge(passphrase: &Secret<Vec<u8>>) -> Result<Judgement, WebError> {
    let module = module::load("strength").await?;
    let module: &Strength = module.unchecked_ref();
    // EXPOSE: goes into the module's memory, which is wiped as it is given back; this copy is wiped below.
    let bytes = Uint8Array::from(passphrase.expose().as_slice());
    let known: Array = KNOWN.iter().map(|word| JsValue::from_str(word)).collect();
    let judged = module.judge(&bytes, &known);
    bytes.fill(0, 0, bytes.length());
    Ok(from_js(&judged?)?)
}

/// Loads the module, so that it is there when the person has typed.
///
/// # Errors
/// As [`judge`].
pub async fn prepare() -> Result<(), WebError> {
    module::load("strength").await.map(drop)
}
