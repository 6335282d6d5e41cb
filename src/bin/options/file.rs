//! Files that the person chooses, and files that are saved.
//!
//! What is saved goes through a `blob:` address that lives as long as the click: nothing of it stands in the address or in the
//! page.

use gloo::timers::callback::Timeout;
use js_sys::{Array, Promise, Uint8Array};
pub(crate) use keyward::web::file::{day, save_text};
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, HtmlElement, HtmlInputElement, Url};

use crate::element::{classed, el, field};

/// By then each browser has taken its copy.
const GONE_MS: u32 = 60_000;

/// Saves bytes under a name, as the browser saves downloads. They are overwritten.
pub(crate) fn save(name: &str, bytes: &Uint8Array) {
    let parts = Array::of1(bytes);
    // A blob of bytes and its address can always be made.
    if let Ok(blob) = Blob::new_with_u8_array_sequence(&parts) {
        save_blob(name, &blob);
    }
    bytes.fill(0, 0, bytes.length());
}

fn save_blob(name: &str, blob: &Blob) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return;
    };
    let link = page::document().create_element("a");
    if let Ok(link) = link {
        let link: HtmlElement = link.unchecked_into();
        // Plain names cannot fail.
        let _ = link.set_attribute("href", &address);
        let _ = link.set_attribute("download", name);
        link.click();
    }
    let forget = move || drop(Url::revoke_object_url(&address));
    Timeout::new(GONE_MS, forget).forget();
}

/// A field to choose a file, of these kinds, or of any; the field forgets it at once, so that the same can be chosen again.
pub(crate) fn picker(
    id: &str,
    label: &str,
    kinds: &str,
    mut take: impl FnMut(File) + 'static,
) -> View {
    let input = el("input").attr("type", "file");
    let input = match kinds {
        "" => input,
        kinds => input.attr("accept", kinds),
    };
    let changed = move |event: web_sys::Event| {
        let input = event.target().map(JsCast::unchecked_into);
        let Some(input): Option<HtmlInputElement> = input else {
            return;
        };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            take(file);
            input.set_value("");
        }
    };
    let field = field(id, label, input.on("change", changed));
    classed("div", "picker").with(field).into()
}

/// The bytes of a file; `None` where it cannot be read.
pub(crate) async fn read(file: &File) -> Option<Uint8Array> {
    let read: Promise = file.array_buffer();
    let buffer = JsFuture::from(read).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

/// As [`read`], for a text.
pub(crate) async fn read_text(file: &File) -> Option<String> {
    let read: Promise = file.text();
    JsFuture::from(read).await.ok()?.as_string()
}
