//! One entry: its key, what is said about it, where it may be filled.

use std::rc::Rc;

use keyward::message::vault::{EntryLine, PageRequest};
use keyward::web::clock::now_ms;
use keyward::web::extension::text_with;
use keyward::web::forms::problem;
use keyward::web::page;
use keyward::web::words;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{PANEL, list, replace, secret};
use crate::app::{App, Told, name};
use crate::approving;
use crate::check;
use crate::element::{El, button, classed, el, said, way};
use crate::place;

pub(crate) fn view(app: App, line: &EntryLine) -> View {
    let back = said("a", "optionsBack")
        .attr("href", "#keys")
        .attr("class", "back");
    let title = el("h2").id(PANEL).attr("tabindex", "-1").words(name(line));
    let edit = said("a", "optionsEdit")
        .attr("class", "button small")
        .attr("href", &place::of_edit(&line.entry))
        .id("edit");
    let removed = line.clone();
    let remove = button("remove", "optionsDelete", move |_| remove(app, &removed))
        .attr("class", "small danger");
    let actions = classed("div", "tools").with(edit).with(remove);
    let head = classed("div", "between").with(title).with(actions);
    View::from(vec![
        back.into(),
        head.into(),
        secret::view(app, line),
        facts(line),
        check::view(line),
        approving::of_entry(app, line),
        replace::view(app, line),
        secret::tools(app, line),
    ])
}

/// What is said about the key.
fn facts(line: &EntryLine) -> View {
    let details = &line.details;
    let mut list = classed("dl", "facts");
    for (label, value) in [
        ("optionsProvider", &details.provider),
        ("optionsOwner", &details.owner),
        ("optionsScope", &details.scope),
        ("optionsPurpose", &details.purpose),
    ] {
        if !value.is_empty() {
            list = fact(list, label, el("dd").words(value));
        }
    }
    if !details.variable.is_empty() {
        let code = el("code").words(&details.variable);
        list = fact(list, "optionsVariable", el("dd").with(code));
    }
    list = fact(list, "optionsCreated", day(line.created_ms));
    if line.key_changed_ms != line.created_ms {
        list = fact(list, "optionsKeyChanged", day(line.key_changed_ms));
    }
    let used = match (line.last_use_ms, line.last_use_at.as_deref()) {
        (None, _) => said("dd", "optionsNeverUsed"),
        (Some(ms), at) => {
            let moment = words::moment(ms, now_ms());
            match at {
                None | Some("") => el("dd").words(&text_with("optionsUsedByCopy", &[&moment])),
                Some(at) => el("dd").words(&format!("{moment} · ")).with(way(at)),
            }
        }
    };
    fact(list, "optionsLastUse", used).into()
}

fn day(ms: u64) -> El {
    el("dd").words(&words::day(ms))
}

fn fact(list: El, label: &str, value: El) -> El {
    list.with(el("div").with(said("dt", label)).with(value))
}

/// Deletes it; undone from the line at the bottom, and from the list until the vault is locked.
fn remove(app: App, line: &EntryLine) {
    let (entry, seen, name) = (line.entry.clone(), line.revision, name(line).to_owned());
    spawn_local(async move {
        let request = PageRequest::RemoveEntry {
            entry: entry.clone(),
            seen,
        };
        if let Err(refusal) = app.ask::<keyward::web::forms::Done>(&request).await {
            return app.tell(problem::words(refusal));
        }
        let words = text_with("optionsDeleted", &[&name]);
        app.removed
            .update(|removed| removed.insert(0, (entry.clone(), name.clone())));
        place::go("#keys");
        app.refresh().await;
        let undo = Rc::new(move || list::put_back(app, entry.clone(), name.clone()));
        app.told.set(Some(Told {
            words,
            undo: Some(undo),
        }));
        // The way back is one key away.
        page::focus("undo");
    });
}
