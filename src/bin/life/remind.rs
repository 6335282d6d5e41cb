//! Reminders by notification, which the browser lets an extension show only if the person says so.

use keyward::web::element::{classed, el, is_checked, put, said};
use keyward::web::extension::text;
use keyward::web::{permission, reminders};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;

pub(crate) fn view(app: App) -> View {
    let is_on = create_signal(false);
    spawn_local(async move {
        let allowed = permission::has_part(reminders::PERMISSION).await;
        let wanted = reminders::is_on().await && allowed.unwrap_or(false);
        put(is_on, wanted);
    });
    let changed = move |event: web_sys::Event| {
        let wanted = is_checked(&event);
        // In the turn of the click: later the browser would not ask.
        let asked = wanted.then(|| permission::request_part(reminders::PERMISSION));
        spawn_local(async move {
            let allowed = match asked {
                None => true,
                Some(Ok(asked)) => asked.await.unwrap_or(false),
                Some(Err(_)) => false,
            };
            let is_set = allowed && reminders::set(wanted).await.is_ok();
            // A switch that shows what is not so would be worse than none.
            put(is_on, !wanted);
            put(is_on, if is_set { wanted } else { !wanted });
            app.told.set(match (is_set, wanted) {
                (true, true) => text("lifeRemindOn"),
                (true, false) => text("lifeRemindOff"),
                (false, _) => text("lifeRemindNot"),
            });
        });
    };
    let box_ = el("input")
        .attr("type", "checkbox")
        .id("remind")
        .checked(move || is_on.get())
        .on("change", changed);
    let choice = classed("label", "choice")
        .with(box_)
        .with(said("span", "lifeRemind"));
    classed("section", "card")
        .attr("aria-labelledby", "remindTitle")
        .with(said("h2", "lifeRemindTitle").id("remindTitle"))
        .with(choice)
        .with(classed("p", "note").text("lifeRemindAbout"))
        .into()
}
