//! The one place where a `JsValue` becomes an error of ours.

use wasm_bindgen::JsValue;

/// What the browser refused or answered.
///
/// # Security
/// Carries no message of the browser: those can name pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebError {
    /// A call of the browser threw, or its promise was rejected.
    #[error("the browser refused")]
    Refused,
    /// There is no room left in a storage.
    #[error("the storage is full")]
    Full,
    /// The browser gave something of another form than it documents.
    #[error("the browser answered in an unknown form")]
    Form,
}

impl From<JsValue> for WebError {
    fn from(error: JsValue) -> Self {
        // Both browsers tell it by a message only, each by its own; both have this word.
        let message = super::js::member(&error, "message").as_string();
        // By its bytes: the tables of `to_lowercase` are 4 KB, the search for a text 3 KB.
        const FULL: &[u8] = b"quota";
        let is_full = message.is_some_and(|message| {
            let mut windows = message.as_bytes().windows(FULL.len());
            windows.any(|word| word.eq_ignore_ascii_case(FULL))
        });
        if is_full { Self::Full } else { Self::Refused }
    }
}

impl From<super::js::FormError> for WebError {
    fn from(_: super::js::FormError) -> Self {
        Self::Form
    }
}
