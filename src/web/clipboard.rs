//! The clipboard: a key is put there by a page, and the background empties it some time after.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;
use super::extension::object;
use crate::secret::Secret;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "offscreen"], js_name = createDocument, catch)]
    fn offscreen_create_document(options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "offscreen"], js_name = closeDocument, catch)]
    fn offscreen_close_document() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
    fn clipboard_write_text(text: &str) -> Result<Promise, JsValue>;
}

/// What is written: a clipboard with no text at all cannot be made by all ways.
const EMPTY: &str = " ";

/// Puts a text on the clipboard, from a page in which the person has just pressed something.
///
/// # Errors
/// [`WebError::Refused`] where the browser does not let it.
pub async fn write(text: &Secret<String>) -> Result<(), WebError> {
    // EXPOSE: onto the clipboard, as the person asked.
    JsFuture::from(clipboard_write_text(text.expose())?).await?;
    Ok(())
}

/// Overwrites the clipboard, whatever is on it: to compare would take the permission to read it.
///
/// # Errors
/// [`WebError::Refused`] where the browser does not let it.
pub async fn empty() -> Result<(), WebError> {
    // A service worker has no clipboard: Chromium gives it a document that nobody sees for that. Firefox's event page has
    // one, and no such call.
    let options = object([
        ("url", "clipboard.html".into()),
        ("reasons", Array::of1(&"CLIPBOARD".into()).into()),
        (
            "justification",
            "takes a copied key off the clipboard again".into(),
        ),
    ]);
    let Ok(created) = offscreen_create_document(&options) else {
        JsFuture::from(clipboard_write_text(EMPTY)?).await?;
        return Ok(());
    };
    // It has run its script when it is there.
    JsFuture::from(created).await?;
    JsFuture::from(offscreen_close_document()?).await?;
    Ok(())
}
