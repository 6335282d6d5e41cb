//! A field for what nobody is to read over the person's shoulder, with a switch that shows it. Pasting works, and so does a
//! password manager's filling.

use sycamore::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use crate::message::vault::Bytes;
use crate::secret::Secret;
use crate::web::extension::{text, text_with};
use crate::web::page::{self, document};
use crate::web::passphrase;
use crate::web::view::{self, Text};

/// What the field is called.
#[derive(Clone, Copy, Debug)]
pub struct SecretField {
    /// Its name in the page.
    pub id: &'static str,
    /// Key of the text above it.
    pub label: &'static str,
    /// As HTML has it: `current-password`, `new-password`, `off`.
    pub autocomplete: &'static str,
    /// Names of the elements that say more about it; may be empty.
    pub described_by: &'static str,
}

/// The field with its switch. `changed` is called at each change.
///
/// # Security
/// Never checked for spelling: some browsers send texts elsewhere for that, once the field shows them.
pub fn view(field: SecretField, changed: impl FnMut() + 'static) -> View {
    let SecretField {
        id,
        label,
        autocomplete,
        described_by,
    } = field;
    let mut changed = changed;
    let shown = create_signal(false);
    let caps_lock = create_signal(false);
    let look = move |event: KeyboardEvent| caps_lock.set(event.get_modifier_state("CapsLock"));
    let caps_lock = view::words(move || match caps_lock.get() {
        true => text("vaultCapsLock"),
        false => String::new(),
    });
    let show = text_with("vaultShowOf", &[&text(label)]);
    view! {
        div(class="field") {
            label(r#for=id) { (Text { key: label }) }
            div(class="secret") {
                input(
                    r#type=if shown.get() { "text" } else { "password" },
                    id=id,
                    autocomplete=autocomplete,
                    prop:spellcheck=false,
                    autocapitalize="off",
                    aria-describedby=described_by,
                    on:input=move |_: web_sys::Event| changed(),
                    on:keydown=look,
                    on:keyup=look,
                )
                button(
                    r#type="button",
                    class="small",
                    aria-controls=id,
                    aria-label=show,
                    aria-pressed=if shown.get() { "true" } else { "false" },
                    on:click=move |_: web_sys::MouseEvent| shown.set(!shown.get_untracked()),
                ) { (Text { key: "vaultShow" }) }
            }
            p(class="note", role="status") { (caps_lock) }
        }
    }
}

/// What the field holds, as [`passphrase::of_text`] has it. Empty where there is no such field.
pub fn read(id: &str) -> Bytes {
    let typed = input(id).map_or_else(String::new, |input| input.value());
    passphrase::of_text(&Secret::new(typed))
}

/// Empties the field.
pub fn clear(id: &str) {
    if let Some(input) = input(id) {
        input.set_value("");
    }
}

/// Goes to the field, with all of it selected: what is typed next takes its place.
pub fn focus(id: &str) {
    page::focus(id);
    if let Some(input) = input(id) {
        input.select();
    }
}

fn input(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
