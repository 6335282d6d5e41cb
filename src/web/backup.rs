//! When a backup was written last, so that advice can say whether it is time for another. On the disk, in plain: a time and
//! nothing else.

use wasm_bindgen::JsValue;

use super::error::WebError;
use super::storage::Area;

const NAME: &str = "backupMs";

/// Notes that one was written.
///
/// # Errors
/// [`WebError::Refused`] where the browser does not store it.
pub async fn note(at_ms: u64) -> Result<(), WebError> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "below 2^53 for the next 280000 years"
    )]
    let value = JsValue::from_f64(at_ms as f64);
    Area::Local.store(NAME, &value).await
}

/// When one was written last, in milliseconds since 1970; `None` where none is known of.
pub async fn last_ms() -> Option<u64> {
    let value = Area::Local.load(NAME).await.ok()??.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and checked"
    )]
    (value >= 0.0 && value.fract() == 0.0).then_some(value as u64)
}
