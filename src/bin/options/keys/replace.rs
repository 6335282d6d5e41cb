//! Giving an entry another key, and forgetting those that it had.

use keyward::message::transfer::Doubt;
use keyward::message::vault::{EntryLine, PageRequest, Stored};
use keyward::web::doubt::removed_words;
use keyward::web::extension::{text, text_with};
use keyward::web::forms::problem;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::key_field::KeyField;
use crate::app::{App, Told, name};
use crate::element::{self, button, classed, form, note, part, put, said};

const KEY: &str = "nextKey";

pub(super) fn view(app: App, entry: &EntryLine) -> View {
    let provider = create_signal(entry.details.provider.clone());
    let key = KeyField::new(KEY, *provider);
    let told = create_signal(String::new());
    let doubted: Signal<Vec<Doubt>> = create_signal(Vec::new());
    let line = entry.clone();
    let send = move || spawn_local(replace(app, line.clone(), key, doubted, told));
    let label = move || {
        let is_doubted = doubted.with(|doubts| !doubts.is_empty());
        text(if is_doubted {
            "optionsReplaceAnyway"
        } else {
            "optionsReplaceNow"
        })
    };
    let press = classed("button", "primary")
        .attr("type", "submit")
        .id("replace");
    let form = form("writing", send)
        .with(key.view(app, "optionsNextKey"))
        .with(element::problem("replaceProblem", told))
        .with(classed("div", "actions").with(press.varying_words(label)));
    classed("details", "more")
        .id("replacing")
        .with(said("summary", "optionsReplace"))
        .with(note("optionsReplaceAbout"))
        .with(form)
        .with(forgetting(app, entry))
        .into()
}

async fn replace(
    app: App,
    entry: EntryLine,
    key: KeyField,
    doubted: Signal<Vec<Doubt>>,
    told: Signal<String>,
) {
    let looked = key.look().await;
    let doubts = looked.map(|looked| looked.doubts).unwrap_or_default();
    if !doubted.is_alive() {
        return;
    }
    if !doubts.is_empty() && doubted.get_clone_untracked() != doubts {
        doubted.set(doubts);
        return told.set(text("optionsDoubted"));
    }
    told.set(String::new());
    let request = PageRequest::ReplaceKey {
        entry: entry.entry.clone(),
        seen: entry.revision,
        key: key.read(),
    };
    match app.ask::<Stored>(&request).await {
        Ok(stored) if stored.duplicate => {
            let called = app.name_of(&stored.entry).unwrap_or_default();
            put(told, text_with("optionsDuplicate", &[&called]));
        }
        Ok(stored) => {
            key.clear();
            app.writing.set(false);
            app.refresh().await;
            app.tell(match stored.removed.is_empty() {
                true => text_with("optionsReplaced", &[name(&entry)]),
                false => text_with(
                    "optionsReplacedWithout",
                    &[name(&entry), &removed_words(&stored.removed)],
                ),
            });
            page::focus_in_place(super::PANEL);
        }
        Err(refusal) => put(told, problem::words(refusal)),
    }
}

/// Cannot be undone, so it is asked twice.
fn forgetting(app: App, entry: &EntryLine) -> View {
    if entry.earlier == 0 {
        return View::default();
    }
    let asked = create_signal(false);
    let count = entry.earlier.to_string();
    let line = entry.clone();
    part(move || {
        let kept = classed("p", "note").words(&text_with("optionsEarlierKept", &[&count]));
        if !asked.get() {
            let ask = button("forget", "optionsForget", move |_| {
                asked.set(true);
                page::focus("forgetNot");
            });
            let ask = ask.attr("class", "small");
            return classed("div", "between").with(kept).with(ask).into();
        }
        let request = (line.entry.clone(), line.revision);
        let words = text_with("optionsForgotten", &[name(&line)]);
        let forget = button("forgetNow", "optionsForgetNow", move |_| {
            let (entry, seen) = request.clone();
            let told = Told {
                words: words.clone(),
                undo: None,
            };
            app.change_and_tell(PageRequest::ForgetEarlierKeys { entry, seen }, told);
        });
        let keep = button("forgetNot", "optionsForgetNot", move |_| {
            asked.set(false);
            page::focus("forget");
        });
        classed("div", "sure")
            .with(classed("p", "warning").text("optionsForgetAbout"))
            .with(
                classed("div", "actions")
                    .with(forget.attr("class", "danger"))
                    .with(keep),
            )
            .into()
    })
}
