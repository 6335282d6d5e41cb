//! The keys: the list with its search, and beside it the entry or the form that is open.

mod entry;
mod form;
mod key_field;
mod list;
mod replace;
mod secret;

use keyward::message::vault::EntryLine;
use keyward::web::extension::text;
use keyward::web::page;
use sycamore::prelude::*;

use crate::app::App;
use crate::element::{classed, note, part, said};
use crate::place::{Panel, Section};

/// The title of what stands beside the list.
pub(crate) const PANEL: &str = "panelTitle";

/// What stands beside the list, with the entry as it was when it was opened.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    New,
    Entry(EntryLine),
    Edit(EntryLine),
    Gone,
}

pub(crate) fn view(app: App) -> View {
    let open = create_signal(Open::Nothing);
    let panel = create_signal(Panel::Nothing);
    create_effect(move || {
        let place = app.place.get_clone();
        let entries = app.entries.with(Vec::len);
        // Elsewhere, and while the vault is locked over a form, it stays as it is.
        if place.section != Section::Keys {
            return;
        }
        let is_new = panel.get_clone_untracked() != place.panel;
        if app.writing.get_untracked() && !is_new {
            return;
        }
        if is_new {
            panel.set(place.panel.clone());
            app.writing.set(false);
            app.site.set(String::new());
        }
        let found = |id: &str| app.entry(id);
        let next = match &place.panel {
            Panel::Nothing => Open::Nothing,
            Panel::New => Open::New,
            Panel::Entry(id) => found(id).map_or(Open::Gone, Open::Entry),
            Panel::Edit(id) => found(id).map_or(Open::Gone, Open::Edit),
        };
        let next = match next {
            // Nothing is known yet, or no more.
            Open::Gone if entries == 0 => Open::Nothing,
            next => next,
        };
        if open.get_clone_untracked() != next {
            // What is drawn anew has the focus that it had.
            let focused = page::focused();
            open.set(next);
            if !is_new && let Some(id) = focused {
                page::focus_in_place(&id);
            }
        }
    });
    let class = move || {
        let is_list = matches!(app.place.with(|place| place.panel.clone()), Panel::Nothing);
        Some(if is_list { "split" } else { "split one" }.to_owned())
    };
    let beside = part(move || match open.get_clone() {
        Open::Nothing => nothing(app),
        Open::Gone => classed("div", "empty").with(note("optionsKeyGone")).into(),
        Open::New => form::new(app),
        Open::Entry(line) => entry::view(app, &line),
        Open::Edit(line) => form::edit(app, line),
    });
    classed("div", "split")
        .varying("class", class)
        .with(list::view(app))
        .with(classed("div", "panel").with(beside))
        .into()
}

/// Goes to the title of what is beside the list, or to the list where there is nothing. False where neither is there.
pub(crate) fn focus_panel() -> bool {
    page::focus_in_place(PANEL) || page::focus_in_place(list::SEARCH)
}

/// Asks before what is being written goes.
pub(crate) fn may_leave() -> bool {
    let asked = page::window().confirm_with_message(&text("optionsDiscard"));
    // Where the browser shows no questions, the page keeps what is written.
    asked.unwrap_or(false)
}

fn nothing(app: App) -> View {
    part(move || match app.entries.with(Vec::is_empty) {
        true => View::default(),
        false => classed("div", "empty wide")
            .with(said("p", "optionsChooseKey"))
            .into(),
    })
}
