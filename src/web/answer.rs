//! What the modules answer that pages load about files: `src/bin/transfer`, `src/bin/question`.

use serde::Serialize;
use wasm_bindgen::JsValue;

use super::js::to_js;
use crate::message::transfer::FileError;
use crate::secret::scrub_stack;

/// The value, or `{error}`. Nothing of what it was made from stays on the stack.
pub fn answer<T: Serialize>(result: Result<T, FileError>) -> JsValue {
    #[derive(Serialize)]
    struct Error {
        error: FileError,
    }
    let answered = match result {
        Ok(value) => to_js(&value),
        Err(error) => to_js(&Error { error }),
    };
    scrub_stack();
    // Texts, numbers and bytes always have a form; `null` is taken for a failure.
    answered.unwrap_or(JsValue::NULL)
}
