//! The window in which a key is let through, and the only place where one is.
//!
//! It belongs to the extension: no page can draw over it, click in it or read it. What a page can do is to have it opened
//! where the person is about to click or to press a key, so that letting through takes a press at a time when the window
//! has been seen for a while ([`keyward::web::arming`]), and keeping out is what Enter and Escape do.

mod question;
mod store;

use keyward::message::{PageRequest, PendingReply, Refusal};
use keyward::web::kinds;
use keyward::web::message::ask;
use keyward::web::page;
pub(crate) use keyward::web::{
    arming,
    window::{close, close_button, nothing},
};
use wasm_bindgen::prelude::*;

/// Shows the page.
#[wasm_bindgen]
pub async fn show() {
    kinds::load().await;
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

fn main() {}
