//! The recovery code, which is shown once.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::message::vault::Bytes;
use crate::secret::Secret;
use crate::web::clipboard;
use crate::web::extension::text;
use crate::web::page;
use crate::web::view::{self, Text};

/// The check that the person has kept the code.
pub const KEPT: &str = "recoveryKept";

/// The code with what can be done with it. `done` is called when the person says that it is kept; until then the page asks
/// before it is left.
///
/// # Security
/// The one secret that stands in the text of a page: it is there to be written down. It goes with the view.
pub fn view(code: &Bytes, done: impl Fn() + 'static) -> View {
    let code = Rc::new(code.text().unwrap_or_else(|_| Secret::from("")));
    // EXPOSE: shown to the person, on paper too.
    let shown = code.expose().clone();
    let kept = create_signal(false);
    let said = create_signal("");
    let done: Signal<Rc<dyn Fn()>> = create_signal(Rc::new(done));
    let leaving = EventListener::new_with_options(
        &page::window(),
        "beforeunload",
        EventListenerOptions::enable_prevent_default(),
        |event| event.prevent_default(),
    );
    // Goes with the view.
    let leaving = create_signal(Some(leaving));
    let copy = move |_: web_sys::MouseEvent| {
        let code = Rc::clone(&code);
        spawn_local(async move {
            let written = clipboard::write(&code).await.is_ok();
            let words = match written {
                true => "vaultRecoveryCopied",
                false => "vaultRecoveryNotCopied",
            };
            view::put(said, words);
        });
    };
    // Without a printer nothing happens, and the person sees that.
    let print = |_: web_sys::MouseEvent| drop(page::window().print());
    let press = move |_: web_sys::MouseEvent| {
        leaving.set(None);
        (done.get_clone_untracked())();
    };
    let name = text("vaultRecoveryCode");
    let said = view::words(move || match said.get() {
        "" => String::new(),
        said => text(said),
    });
    view! {
        section(class="recovery", aria-labelledby="recoveryTitle") {
            h2(id="recoveryTitle", tabindex="-1") { (Text { key: "vaultRecoveryTitle" }) }
            p { (Text { key: "vaultRecoveryAbout" }) }
            output(id="recoveryCode", class="code", aria-label=name) { (shown) }
            p(class="note") { (Text { key: "vaultRecoveryWhere" }) }
            div(class="actions") {
                button(r#type="button", id="recoveryCopy", on:click=copy) { (Text { key: "vaultRecoveryCopy" }) }
                button(r#type="button", id="recoveryPrint", on:click=print) { (Text { key: "vaultRecoveryPrint" }) }
            }
            p(class="note", role="status") { (said) }
            label(class="choice") {
                input(
                    r#type="checkbox",
                    id=KEPT,
                    prop:checked=kept.get(),
                    on:change=move |_: web_sys::Event| kept.set(!kept.get_untracked()),
                )
                span { (Text { key: "vaultRecoveryKept" }) }
            }
            div(class="actions") {
                button(r#type="button", id="recoveryDone", class="primary", disabled=!kept.get(), on:click=press) {
                    (Text { key: "vaultRecoveryDone" })
                }
            }
        }
    }
}
