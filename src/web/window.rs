//! What the extension's own windows have in common: closing them, and having nothing to ask.

use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::extension::close_own_window;
use super::view::Text;

/// In place of a question. `about` may be empty.
pub fn nothing(title: &'static str, about: &'static str) -> View {
    let about = match about {
        "" => View::default(),
        key => view! { p { (Text { key }) } },
    };
    let close = close_button();
    view! {
        h1 { (Text { key: title }) }
        (about)
        (close)
    }
}

/// The button that closes the window, `#close`.
pub fn close_button() -> View {
    view! {
        div(class="actions") {
            button(r#type="button", id="close", on:click=|_| close()) { (Text { key: "confirmClose" }) }
        }
    }
}

/// Closing the window counts as a no, as long as there is a question.
pub fn close() {
    spawn_local(async {
        // Where the browser does not close it, the person does.
        let _ = close_own_window().await;
    });
}
