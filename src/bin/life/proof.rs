//! The last step of the guide: the issuer is asked about the old key, and has to refuse it.

use keyward::life::check::{self, Check, Verdict};
use keyward::life::rotation::Event;
use keyward::message::life::{PageRequest, Refusal, Told};
use keyward::web::element::{classed, el, part, put, said};
use keyward::web::extension::{text, text_with};
use keyward::web::message::ask_life;
use keyward::web::{page, permission, verdict};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, Known};
use crate::guide::{TITLE, back, happens, tools};

pub(crate) fn view(app: App, known: &Known) -> Vec<View> {
    let check = check::of_provider(&known.line.details.provider);
    let believe = happens(
        app,
        &known.line.entry,
        "believed",
        "lifeBelieve",
        Event::Believed,
    );
    match (check, known.life.old) {
        (Some(check), Some(old)) => {
            let believing = classed("details", "more")
                .with(said("summary", "lifeCannotProve"))
                .with(classed("p", "note").text("lifeBelieveAbout"))
                .with(tools(vec![believe]));
            let mut parts = asking(app, known, check, old);
            parts.push(believing.into());
            parts
        }
        _ => vec![
            classed("p", "").text("lifeNoProof").into(),
            classed("p", "note").text("lifeBelieveAbout").into(),
            tools(vec![believe, back(app, known)]),
        ],
    }
}

fn asking(app: App, known: &Known, check: &'static Check, old: usize) -> Vec<View> {
    let busy = create_signal(false);
    let told = create_signal(String::new());
    let entry = known.line.entry.clone();
    let press = move |_| {
        if busy.get_untracked() {
            return;
        }
        // In the turn of the click: later the browser would not ask.
        let allowed = permission::request(&check.permission());
        put(busy, true);
        put(told, String::new());
        let entry = entry.clone();
        spawn_local(async move {
            let allowed = match allowed {
                Ok(allowed) => allowed.await.unwrap_or(false),
                Err(_) => false,
            };
            let request = PageRequest::CheckKey {
                entry,
                earlier: old,
            };
            let answer = match allowed {
                true => ask_life::<Told>(&request).await,
                false => Err(Refusal::NotAllowed),
            };
            put(busy, false);
            let words = match &answer {
                Ok(answer) => words_of(check, answer),
                Err(refusal) => verdict::refused(check, *refusal),
            };
            put(told, words);
            app.refresh().await;
            if matches!(&answer, Ok(answer) if answer.checked.verdict == Verdict::Dead) {
                page::focus_in_place(TITLE);
            }
        });
    };
    let label = move || match busy.get() {
        true => text_with("lifeAsking", &[check.host]),
        false => text_with("lifeProve", &[check.host]),
    };
    let press = classed("button", "primary")
        .attr("type", "button")
        .id("prove")
        .varying("aria-disabled", move || {
            busy.get().then(|| "true".to_owned())
        })
        .varying_words(label)
        .on("click", press);
    let status = part(move || match told.get_clone() {
        words if words.is_empty() => View::default(),
        words => classed("p", "warning").words(&words).into(),
    });
    vec![
        classed("p", "")
            .words(&text_with("lifeProveAbout", &[check.host]))
            .into(),
        tools(vec![press, back(app, known)]),
        el("div")
            .attr("role", "status")
            .id("proof")
            .with(status)
            .into(),
    ]
}

/// An old key that is still taken was not deleted, whatever else it may do.
fn words_of(check: &Check, told: &Told) -> String {
    match told.checked.verdict {
        verdict if verdict.is_alive() => text_with("lifeStillAlive", &[check.host]),
        Verdict::Dead if !told.kept => text("lifeNotKept"),
        _ => verdict::words(check, &told.checked),
    }
}
