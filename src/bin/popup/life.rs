//! What is to be done about keys, in one line: they leaked, or are due. No names, since it stands here with the vault locked, too.

use keyward::message::life::{PageRequest, Summary};
use keyward::web::message::ask_life;
use keyward::web::view::{self, Text};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub(crate) fn view() -> View {
    let summary = create_signal(Summary::default());
    spawn_local(async move {
        // Where it cannot be read there is nothing to say.
        if let Ok(read) = ask_life(&PageRequest::LifeSummary {}).await {
            view::put(summary, read);
        }
    });
    view::part(move || {
        let Summary {
            exposed,
            overdue,
            low,
        } = summary.get();
        let key = match (exposed, overdue, low) {
            (0, 0, 0) => return View::default(),
            (0, 0, _) => "popupLow",
            (0, _, _) => "popupDue",
            _ => "popupExposed",
        };
        view! {
            p(class="banner", id="leaks") {
                (Text { key })
                " "
                a(href="life.html", target="_blank") { (Text { key: "popupLifeShow" }) }
            }
        }
    })
}
