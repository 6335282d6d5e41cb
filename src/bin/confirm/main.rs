//! The window in which a key is let through or filled, and the only place where one is.
//!
//! It belongs to the extension: no page can draw over it, click in it or read it. What a page can do is to have it opened
//! where the person is about to click or to press a key, so that letting through takes a press at a time when the window
//! has been seen for a while ([`arming`]), and keeping out is what Enter and Escape do.

mod arming;
mod fill;
mod question;
mod store;

use keyward::message::{PageRequest, PendingReply, Refusal};
use keyward::web::message::ask;
use keyward::web::page;
use keyward::web::view::Text;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Shows the page.
#[wasm_bindgen]
pub async fn show() {
    if let Some(ask) = page::parameter("fill") {
        return fill::show(&page::prepare("fillTitle"), ask).await;
    }
    if let Some(hold) = page::parameter("store") {
        return store::show(&page::prepare("storeTitle"), hold).await;
    }
    let root = page::prepare("confirmTitle");
    let hold = page::parameter("hold").unwrap_or_default();
    let pending: Result<PendingReply, Refusal> =
        ask(&PageRequest::Pending { hold: hold.clone() }).await;
    sycamore::render_to(
        move || match pending {
            Ok(pending) => question::view(hold, &pending),
            Err(Refusal::Failed) => nothing("confirmFailed", ""),
            Err(_) => nothing("confirmNothing", "confirmNothingAbout"),
        },
        &root,
    );
    // Whichever of the two is there: what Enter does without looking must be harmless.
    page::focus_in_place("keepOut");
    page::focus_in_place("close");
}

/// In place of a question.
fn nothing(title: &'static str, about: &'static str) -> View {
    view! {
        h1 { (Text { key: title }) }
        (if about.is_empty() { View::default() } else { view! { p { (Text { key: about }) } } })
        (close_button())
    }
}

fn close_button() -> View {
    view! {
        div(class="actions") {
            button(r#type="button", id="close", on:click=|_| close()) { (Text { key: "confirmClose" }) }
        }
    }
}

/// Closing the window counts as a no, as long as there is a question.
fn close() {
    spawn_local(async {
        // Where the browser does not close it, the person does.
        let _ = keyward::web::extension::close_own_window().await;
    });
}

fn main() {}
