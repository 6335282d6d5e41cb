//! Texts that are saved as files, and times as files have them.
//!
//! What is saved goes through a `blob:` address that lives as long as the click: nothing of it stands in the page.

use gloo::timers::callback::Timeout;
use js_sys::{Array, Date};
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement, Url};

use super::page;

/// By then each browser has taken its copy.
const GONE_MS: u32 = 60_000;

/// Saves a text that is no secret under a name, as the browser saves downloads.
pub fn save_text(name: &str, text: &str) {
    let parts = Array::of1(&text.into());
    let Ok(blob) = Blob::new_with_str_sequence(&parts) else {
        return;
    };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else {
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
