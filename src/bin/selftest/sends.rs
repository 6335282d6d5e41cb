//! What pages send with, and the scripts that watch it.
//!
//! Below those scripts, in the place of the browser's own functions, stand ones that note that they were reached, and send nothing.

use std::cell::Cell;

use js_sys::{Array, Function, Object, Promise, Reflect};
use keyward::web::js::member;
use keyward::web::page;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::fields::{call, make, object};
use crate::roads::{Call, Road};
use crate::watch::item_of;

thread_local! {
    static REACHED: Cell<bool> = const { Cell::new(false) };
}

/// Where the functions are, by which pages send: the class on whose prototype, or nothing for those of the window.
const SENDERS: [(&str, &str); 7] = [
    ("", "fetch"),
    ("", "open"),
    ("XMLHttpRequest", "send"),
    ("Navigator", "sendBeacon"),
    ("WebSocket", "send"),
    ("RTCDataChannel", "send"),
    ("HTMLFormElement", "submit"),
];

/// Loads the guard's script, and where that is switched on those of what pages send. Answers whether they are there.
pub(crate) async fn load_guard(sending: bool) -> bool {
    let mut scripts = vec!["guard.js"];
    if sending {
        replace_senders();
        // In this order: the second one asks for the first.
        scripts.extend(["sending.js", "sending-page.js"]);
    }
    for script in scripts {
        if !load(script).await {
            return false;
        }
    }
    true
}

async fn load(name: &str) -> bool {
    let document = page::document();
    let (Ok(script), Some(root)) = (
        document.create_element("script"),
        document.document_element(),
    ) else {
        return false;
    };
    // Plain names cannot fail.
    let _ = script.set_attribute("src", name);
    let loaded = Promise::new(&mut |resolve, reject| {
        for (event, then) in [("load", resolve), ("error", reject)] {
            let _ = script.add_event_listener_with_callback(event, &then);
        }
        let _ = root.append_child(&script);
    });
    JsFuture::from(loaded).await.is_ok()
}

fn replace_senders() {
    let note = Closure::<dyn Fn() -> JsValue>::new(|| {
        REACHED.set(true);
        // As `fetch` gives one, and nobody else looks at it.
        Promise::resolve(&JsValue::UNDEFINED).into()
    });
    let note = note.into_js_value();
    for (class, name) in SENDERS {
        let owner = match class {
            "" => page::window().into(),
            class => member(&member(&page::window(), class), "prototype"),
        };
        if member(&owner, name).is_function() {
            // A method that a page may replace.
            let _ = Reflect::set(&owner, &name.into(), &note);
        }
    }
}

/// Sends a text, and answers whether the browser would have been reached.
pub(crate) fn reaches(road: &Road, way: Call, text: &str) -> bool {
    REACHED.set(false);
    send(road, way, text);
    REACHED.get()
}

fn send(road: &Road, way: Call, text: &str) {
    let window: JsValue = page::window().into();
    match way {
        Call::Fetch => {
            let init = object(&[("method", "POST".into()), ("body", text.into())]);
            let sent = call(&window, "fetch", &["/".into(), init]);
            if let Some(Ok(sent)) = sent.map(|sent| sent.dyn_into::<Promise>()) {
                // What is kept fails, and nobody is to complain of it.
                spawn_local(async move { drop(JsFuture::from(sent).await) });
            }
        }
        Call::Xhr => {
            if let Some(request) = make("XMLHttpRequest", &Array::new()) {
                call(&request, "open", &["POST".into(), "/".into()]);
                call(&request, "send", &[text.into()]);
            }
        }
        Call::Beacon => {
            let navigator = member(&window, "navigator");
            call(&navigator, "sendBeacon", &["/".into(), text.into()]);
        }
        Call::Socket => on_bare("WebSocket", text),
        Call::Channel => on_bare("RTCDataChannel", text),
        Call::Form => {
            let document = page::document();
            let (Ok(form), Ok(input)) = (
                document.create_element("form"),
                document.create_element("input"),
            ) else {
                return;
            };
            // A field takes any text.
            let _ = Reflect::set(&input, &"value".into(), &text.into());
            let _ = form.append_child(&input);
            // One that is in no document is never sent.
            if let Some(item) = item_of(road) {
                let _ = item.append_child(&form);
            }
            call(&form, "submit", &[]);
            form.remove();
        }
        Call::Open => {
            call(&window, "open", &[format!("/?text={text}").into()]);
        }
        Call::Link => follow(road, text),
    }
}

/// Neither has a connection here, and none is needed: the function is all that is asked about.
fn on_bare(class: &str, text: &str) {
    let prototype = member(&member(&page::window(), class), "prototype");
    if let Ok(prototype) = prototype.dyn_into::<Object>() {
        let bare = Object::create(&prototype);
        call(&bare, "send", &[text.into()]);
    }
}

/// A click that reaches the link is as good as followed; the row keeps it from leading anywhere.
fn follow(road: &Road, text: &str) {
    let (Some(item), Ok(link)) = (item_of(road), page::document().create_element("a")) else {
        return;
    };
    for (name, value) in [
        ("href", format!("/?text={text}")),
        ("data-link", String::new()),
    ] {
        // Plain names cannot fail.
        let _ = link.set_attribute(name, &value);
    }
    let reached = Closure::<dyn Fn(JsValue)>::new(|event: JsValue| {
        REACHED.set(true);
        call(&event, "preventDefault", &[]);
    });
    let listener: &Function = reached.as_ref().unchecked_ref();
    let _ = link.add_event_listener_with_callback("click", listener);
    let _ = item.append_child(&link);
    call(&link, "click", &[]);
    link.remove();
}
