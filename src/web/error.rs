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
    /// The browser gave something of another form than it documents.
    #[error("the browser answered in an unknown form")]
    Form,
}

impl From<JsValue> for WebError {
    fn from(_: JsValue) -> Self {
        Self::Refused
    }
}

impl From<super::js::FormError> for WebError {
    fn from(_: super::js::FormError) -> Self {
        Self::Form
    }
}
