//! Trying the guard: a made-up key on the clipboard, and a field to paste it into.

use keyward::secret::Secret;
use keyward::web::clipboard;
use keyward::web::extension::text;
use keyward::web::view::{self, Text};
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

pub(crate) fn view() -> View {
    let told = create_signal("");
    let copy = move |_: web_sys::MouseEvent| {
        spawn_local(async move {
            told.set(match clipboard::write(&Secret::new(line())).await {
                Ok(()) => "welcomeCopied",
                Err(_) => "welcomeNotCopied",
            });
        });
    };
    let told = view::words(move || match told.get() {
        "" => String::new(),
        key => text(key),
    });
    view! {
        section(class="card", aria-labelledby="trialTitle") {
            h2(id="trialTitle") { (Text { key: "welcomeTry" }) }
            p { (Text { key: "welcomeTryAbout" }) }
            ol(class="steps") {
                li {
                    button(r#type="button", id="copyMadeUp", on:click=copy) { (Text { key: "welcomeCopyMadeUp" }) }
                    p(class="note", role="status") { (told) }
                }
                li {
                    div(class="field") {
                        label(r#for="tryField") { (Text { key: "welcomePaste" }) }
                        textarea(id="tryField", rows="4", prop:spellcheck=false, autocomplete="off")
                    }
                }
            }
            p(class="note") { (Text { key: "welcomeTryAfter" }) }
            p { a(href="selftest.html", id="selftest") { (Text { key: "welcomeSelftest" }) } }
        }
    }
}

/// A line of a program with a key of DeepSeek's shape that nobody issued: another one each time.
fn line() -> String {
    let made_up = random_uuid().replace('-', "");
    format!("client = OpenAI(api_key=\"sk-{made_up}\", base_url=\"https://api.deepseek.com\")\n")
}
