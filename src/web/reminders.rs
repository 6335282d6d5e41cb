//! Whether the person wants to be reminded of keys that are due by notifications: off unless they switch it on.

use wasm_bindgen::JsValue;

use super::error::WebError;
use super::storage::Area;

const NAME: &str = "reminders";

/// The part of the browser that notifications need.
pub const PERMISSION: &str = "notifications";

/// Whether they are on.
pub async fn is_on() -> bool {
    let value = Area::Local.load(NAME).await.ok().flatten();
    value.and_then(|value| value.as_bool()).unwrap_or(false)
}

/// Switches them.
///
/// # Errors
/// [`WebError::Refused`] where the browser does not store it.
pub async fn set(on: bool) -> Result<(), WebError> {
    Area::Local.store(NAME, &JsValue::from_bool(on)).await
}
