//! What a person typed, as secret bytes.

use js_sys::JsString;
use web_sys::HtmlInputElement;

use crate::message::vault::Bytes;
use crate::secret::Secret;

/// The text of a field as a passphrase, and the field empty. In Unicode's normalisation form C, since systems differ in how
/// they write what is typed: `docs/vault-format.md` asks for it.
///
/// # Security
/// The browser keeps what was typed in texts of its own, which cannot be wiped; nothing here adds one that outlives the call's
/// garbage.
pub fn of_field(field: &HtmlInputElement) -> Bytes {
    let typed = field.value();
    field.set_value("");
    of_text(&Secret::new(typed))
}

/// As [`of_field`], for a text.
pub fn of_text(typed: &Secret<String>) -> Bytes {
    // EXPOSE: the browser normalises it; what comes back is a secret again.
    let typed = JsString::from(typed.expose().as_str());
    let normal = typed.normalize("NFC");
    Bytes(Secret::new(String::from(normal).into_bytes()))
}
