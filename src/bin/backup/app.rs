//! What the section asks of the page that it is on.

use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use js_sys::Promise;
use keyward::web::extension::text;

#[wasm_bindgen]
extern "C" {
    /// The page (`src/bin/options/backup.rs`).
    pub type Host;

    #[wasm_bindgen(method)]
    fn tell(this: &Host, words: &str);

    #[wasm_bindgen(method)]
    fn unlocked(this: &Host) -> Promise;

    #[wasm_bindgen(method)]
    fn refresh(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = nameOf)]
    fn name_of(this: &Host, entry: &str) -> Option<String>;
}

/// The page, as the section's parts know it.
#[derive(Clone, Copy)]
pub(crate) struct App {
    host: Signal<JsValue>,
    /// Whether the vault is open and shown.
    pub(crate) is_open: Signal<bool>,
    /// Whether the person is in this section.
    pub(crate) is_shown: Signal<bool>,
}

impl App {
    pub(crate) fn new(host: JsValue) -> Self {
        App {
            host: create_signal(host),
            is_open: create_signal(false),
            is_shown: create_signal(false),
        }
    }

    /// Waits until the person has opened the vault in the page's dialog; false where they did not.
    pub(crate) async fn unlocked(self) -> bool {
        let answer = JsFuture::from(self.host().unlocked()).await;
        answer.is_ok_and(|is_open| is_open == true)
    }

    /// Has the page look at the vault again.
    pub(crate) async fn refresh(self) {
        // Never rejected.
        let _ = JsFuture::from(self.host().refresh()).await;
    }

    /// Says what happened, by a text of `_locales`.
    pub(crate) fn tell_text(self, key: &str) {
        self.host().tell(&text(key));
    }

    /// The name of an entry, to be shown.
    pub(crate) fn name_of(self, entry: &str) -> Option<String> {
        self.host().name_of(entry)
    }

    fn host(self) -> Host {
        self.host.get_clone_untracked().unchecked_into()
    }
}
