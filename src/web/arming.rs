//! When a button that gives a key away can be pressed: once the window has been in front and visible without a break for half a second.
//! Somebody who was typing or clicking when the window came up cannot press it by accident, or by the page's design.

use gloo::events::EventListener;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::VisibilityState;

use super::{clock, page};

const ARMING_MS: i32 = 500;

/// A signal that is true while the button may be pressed. To be called once, for the lifetime of the page.
pub fn armed() -> ReadSignal<bool> {
    let armed = create_signal(false);
    // Counts what breaks the wait, so that an earlier wait cannot end a later one.
    let turn = create_signal(0_u32);
    let look = move || {
        armed.set(false);
        turn.set(turn.get_untracked() + 1);
        if !in_front() {
            return;
        }
        let mine = turn.get_untracked();
        spawn_local(async move {
            clock::sleep(ARMING_MS).await;
            if turn.get_untracked() == mine && in_front() {
                armed.set(true);
            }
        });
    };
    let (window, document) = (page::window(), page::document());
    for (target, event) in [
        (window.as_ref(), "focus"),
        (window.as_ref(), "blur"),
        (document.as_ref(), "visibilitychange"),
    ] as [(&web_sys::EventTarget, &str); 3]
    {
        // For the lifetime of the page.
        EventListener::new(target, event, move |_| look()).forget();
    }
    look();
    *armed
}

fn in_front() -> bool {
    let document = page::document();
    document.visibility_state() == VisibilityState::Visible && document.has_focus().unwrap_or(false)
}
