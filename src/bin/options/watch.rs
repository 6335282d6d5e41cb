//! What the page listens to: changes of the browser's storage and of its own address.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use keyward::web::clock;
use keyward::web::page;
use keyward::web::storage;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;

/// One change of the vault writes several records, one after the other.
const PAUSE_MS: i32 = 60;

/// Looks again at what has changed: the vault, the guard's settings, what happened. For the lifetime of the page.
pub(crate) fn storage(app: App) {
    let waits = Rc::new(Cell::new(false));
    storage::on_change(move |area, names| {
        let is_vaults = |name: &String| match area {
            "local" => name.starts_with("vault.") || name == "keeper.policy",
            // Opened or locked. The times of its uses change there too, by looking.
            "session" => name == "keeper.open",
            _ => false,
        };
        let is_vaults = names.iter().any(is_vaults);
        let is_there = |wanted: &str| names.iter().any(|name| name == wanted);
        if area == "local" && (is_there("settings") || is_there("settingsLost")) {
            spawn_local(app.read_guard());
        }
        if area == "session" && (is_there("session") || is_there("fills")) {
            app.happened.set(app.happened.get_untracked() + 1);
        }
        if is_vaults && !waits.replace(true) {
            let waits = Rc::clone(&waits);
            spawn_local(async move {
                clock::sleep(PAUSE_MS).await;
                waits.set(false);
                app.refresh().await;
            });
        }
    });
}

/// Lets the browser ask before the page goes with what is being written. For the lifetime of the page.
pub(crate) fn leaving(app: App) {
    let options = EventListenerOptions::enable_prevent_default();
    let window = page::window();
    EventListener::new_with_options(&window, "beforeunload", options, move |event| {
        if app.writing.get_untracked() {
            event.prevent_default();
        }
    })
    .forget();
}

/// Calls when the address changes behind its `#`. For the lifetime of the page.
pub(crate) fn address(moved: impl FnMut() + 'static) {
    let listener = Closure::<dyn FnMut()>::new(moved);
    page::window()
        .add_event_listener_with_callback("hashchange", listener.as_ref().unchecked_ref())
        .expect("a window takes listeners");
    listener.forget();
}
