//! Files that are saved, files that the person chooses, and times as files have them.
//!
//! What is saved goes through a `blob:` address that lives as long as the click: nothing of it stands in the address or in the page.

use gloo::timers::callback::Timeout;
use js_sys::{Array, Date, Promise, Uint8Array};
use sycamore::web::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Event, File, HtmlElement, HtmlInputElement, Url};

use super::element::{classed, el, field};
use super::page;

/// By then each browser has taken its copy.
const GONE_MS: u32 = 60_000;

/// Saves a text that is no secret under a name, as the browser saves downloads.
pub fn save_text(name: &str, text: &str) {
    let parts = Array::of1(&text.into());
    // A blob of a text and its address can always be made.
    if let Ok(blob) = Blob::new_with_str_sequence(&parts) {
        save_blob(name, &blob);
    }
}

/// Saves bytes under a name. They are overwritten.
pub fn save(name: &str, bytes: &Uint8Array) {
    let parts = Array::of1(bytes);
    if let Ok(blob) = Blob::new_with_u8_array_sequence(&parts) {
        save_blob(name, &blob);
    }
    bytes.fill(0, 0, bytes.length());
}

fn save_blob(name: &str, blob: &Blob) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return;
    };
    if let Ok(link) = page::document().create_element("a") {
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
pub fn picker(id: &str, label: &str, kinds: &str, mut take: impl FnMut(File) + 'static) -> View {
    let input = el("input").attr("type", "file");
    let input = match kinds {
        "" => input,
        kinds => input.attr("accept", kinds),
    };
    let changed = move |event: Event| {
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
pub async fn read(file: &File) -> Option<Uint8Array> {
    let read: Promise = file.array_buffer();
    let buffer = JsFuture::from(read).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

/// As [`read`], for a text.
pub async fn read_text(file: &File) -> Option<String> {
    let read: Promise = file.text();
    JsFuture::from(read).await.ok()?.as_string()
}

/// A time in ISO 8601.
pub fn time(ms: u64) -> String {
    date(ms).to_iso_string().as_string().unwrap_or_default()
}

/// The day of a time, as names of files have it: `2026-11-24`.
pub fn day(ms: u64) -> String {
    time(ms).chars().take(10).collect()
}

/// What local time is ahead of UTC now.
pub fn offset_ms() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "some hundred minutes")]
    let minutes = Date::new_0().get_timezone_offset() as i64;
    -minutes * 60_000
}

fn date(ms: u64) -> Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "below 2^53 for the next 280000 years"
    )]
    Date::new(&(ms as f64).into())
}
