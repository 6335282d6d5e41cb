//! A section of the options page in a module of its own: taking the keys out and in.
//!
//! The page loads it when the person goes there first, gives it an element, and says when the vault is opened or locked and when the
//! person comes and goes (`src/bin/options/backup.rs`).

mod app;
mod import;
mod saving;

use std::cell::Cell;

use sycamore::prelude::Signal;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use app::App;

/// Wipes all memory that is given back.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

thread_local! {
    static APP: Cell<Option<App>> = const { Cell::new(None) };
}

/// Makes the section in an element. To be called once.
#[wasm_bindgen]
pub fn make(root: HtmlElement, host: JsValue) {
    sycamore::render_to(
        move || {
            let app = App::new(host);
            APP.set(Some(app));
            saving::view(app)
        },
        &root,
    );
}

/// What has changed on the page.
#[wasm_bindgen]
pub fn look(is_open: bool, is_shown: bool) {
    if let Some(app) = APP.get() {
        set(app.is_open, is_open);
        set(app.is_shown, is_shown);
    }
}

/// Parts are made anew by a change only.
fn set(signal: Signal<bool>, value: bool) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

fn main() {}
