//! The form for a new key, and for what is said about one.

use keyward::message::transfer::Doubt;
use keyward::message::vault::{Bytes, Details, EntryLine, PageRequest, Refusal, Stored};
use keyward::secret::Secret;
use keyward::web::doubt::removed_words;
use keyward::web::extension::{text, text_with};
use keyward::web::forms::problem;
use keyward::web::kinds;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::PANEL;
use super::key_field::KeyField;
use super::secret::Revealed;
use crate::app::{App, name};
use crate::element::{self, classed, el, field, form, line, note, part, put, said, value};
use crate::place;

const KEY: &str = "newKey";
const NOTES: &str = "notes";

/// What the person says about a key, as it is being written.
#[derive(Clone, Copy)]
struct Writing {
    app: App,
    name: Signal<String>,
    provider: Signal<String>,
    owner: Signal<String>,
    scope: Signal<String>,
    purpose: Signal<String>,
    variable: Signal<String>,
    problem: Signal<String>,
    working: Signal<bool>,
}

impl Writing {
    fn new(app: App, details: &Details) -> Self {
        Writing {
            app,
            name: create_signal(details.name.clone()),
            provider: create_signal(details.provider.clone()),
            owner: create_signal(details.owner.clone()),
            scope: create_signal(details.scope.clone()),
            purpose: create_signal(details.purpose.clone()),
            variable: create_signal(details.variable.clone()),
            problem: create_signal(String::new()),
            working: create_signal(false),
        }
    }

    fn details(self) -> Details {
        let text = |signal: Signal<String>| signal.with_untracked(|text| text.trim().to_owned());
        Details {
            name: text(self.name),
            provider: text(self.provider),
            owner: text(self.owner),
            scope: text(self.scope),
            purpose: text(self.purpose),
            variable: text(self.variable),
        }
    }

    fn fields(self) -> View {
        let names = providers();
        let options: Vec<View> = names
            .iter()
            .map(|name| el("option").attr("value", name).into())
            .collect();
        let provider = line(self.provider).attr("list", "providers");
        let fields = classed("div", "fields")
            .with(field("name", "optionsName", line(self.name)))
            .with(field("provider", "optionsProvider", provider))
            .with(field("owner", "optionsOwner", line(self.owner)))
            .with(field(
                "variable",
                "optionsVariable",
                line(self.variable).attr("class", "mono"),
            ))
            .with(field("scope", "optionsScope", line(self.scope)))
            .with(field("purpose", "optionsPurpose", line(self.purpose)));
        let list = el("datalist").id("providers").with(options);
        View::from(vec![fields.into(), list.into()])
    }

    fn actions(self, label: impl FnMut() -> String + 'static, back: &str) -> View {
        let cancel = said("a", "optionsCancel").attr("class", "button");
        let app = self.app;
        let cancel = cancel
            .attr("href", back)
            .on("click", move |_| app.writing.set(false));
        let send = classed("button", "primary")
            .attr("type", "submit")
            .id("save");
        let send = send
            .when("disabled", move || self.working.get())
            .varying_words(label);
        classed("div", "actions").with(send).with(cancel).into()
    }

    fn notes() -> element::El {
        el("textarea")
            .attr("rows", "3")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
    }

    fn failed(self, words: String, focus: &str) {
        put(self.working, false);
        put(self.problem, words);
        page::focus(focus);
    }
}

/// The form for a new key: the key first, since it says most of the rest.
pub(super) fn new(app: App) -> View {
    let writing = Writing::new(app, &Details::default());
    let key = KeyField::new(KEY, *writing.provider);
    let doubted: Signal<Vec<Doubt>> = create_signal(Vec::new());
    let duplicate = create_signal(None);
    fill_in(writing, key);
    let send = move || {
        if writing.working.get_untracked() {
            return;
        }
        writing.working.set(true);
        writing.problem.set(String::new());
        duplicate.set(None);
        spawn_local(store(writing, key, doubted, duplicate));
    };
    let label = move || {
        let is_doubted = doubted.with(|doubts| !doubts.is_empty());
        text(if is_doubted {
            "optionsStoreAnyway"
        } else {
            "optionsStore"
        })
    };
    let known = part(move || match duplicate.get_clone() {
        None => View::default(),
        Some(entry) => known(app, &entry),
    });
    let form = form("writing", send)
        .on("input", move |_| app.writing.set(true))
        .with(key.view(app, "optionsPasteKey"))
        .with(chips(writing, key))
        .with(known)
        .with(writing.fields())
        .with(field(NOTES, "optionsNotes", Writing::notes()))
        .with(element::problem("formProblem", writing.problem))
        .with(writing.actions(label, "#keys"));
    let back = said("a", "optionsBack")
        .attr("href", "#keys")
        .attr("class", "back");
    element::focus_soon(KEY);
    View::from(vec![
        back.into(),
        said("h2", "optionsNewKey")
            .id(PANEL)
            .attr("tabindex", "-1")
            .into(),
        form.into(),
    ])
}

/// An entry has the key already.
fn known(app: App, entry: &str) -> View {
    let called = app.name_of(entry).unwrap_or_default();
    let words = text_with("optionsDuplicate", &[&called]);
    let link = said("a", "optionsDuplicateShow")
        .attr("href", &place::of_entry(entry))
        .on("click", move |_| app.writing.set(false));
    classed("p", "warning")
        .id("duplicate")
        .attr("role", "alert")
        .words(&words)
        .words(" ")
        .with(link)
        .into()
}

/// What the detectors filled in, and may exchange as long as the person has not changed it.
#[derive(Clone, Default)]
struct Ours {
    provider: String,
    variable: String,
}

/// Fills in what the detectors know, where the person has written nothing of their own.
fn fill_in(writing: Writing, key: KeyField) {
    let ours = create_signal(Ours::default());
    create_effect(move || {
        let Some(looked) = key.looked.get_clone() else {
            return;
        };
        let before = ours.get_clone_untracked();
        let next = Ours {
            // Of several the person chooses.
            provider: match looked.providers.as_slice() {
                [one] => one.clone(),
                _ => String::new(),
            },
            variable: looked.variable,
        };
        ours.set(next.clone());
        exchange(writing.name, &before.provider, &next.provider);
        exchange(writing.variable, &before.variable, &next.variable);
        exchange(writing.provider, &before.provider, &next.provider);
    });
}

fn exchange(signal: Signal<String>, before: &str, next: &str) {
    if signal.with_untracked(|now| now == before && now != next) {
        signal.set(next.to_owned());
    }
}

/// The providers that a key may be of, to choose from.
fn chips(writing: Writing, key: KeyField) -> View {
    part(move || {
        let looked = key.looked.get_clone();
        let providers = looked.map(|looked| looked.providers).unwrap_or_default();
        if providers.len() < 2 || !writing.provider.with(String::is_empty) {
            return View::default();
        }
        let buttons: Vec<View> = providers
            .into_iter()
            .map(|provider| {
                let shown = provider.clone();
                let choose = move |_| {
                    exchange(writing.name, "", &provider);
                    writing.provider.set(provider.clone());
                    page::focus("name");
                };
                let button = element::button("", "", choose).attr("class", "small");
                button.words(&shown).into()
            })
            .collect();
        classed("div", "tools")
            .id("chips")
            .attr("role", "group")
            .attr("aria-label", &text("optionsProvider"))
            .with(buttons)
            .into()
    })
}

async fn store(
    writing: Writing,
    key: KeyField,
    doubted: Signal<Vec<Doubt>>,
    duplicate: Signal<Option<String>>,
) {
    let app = writing.app;
    let looked = key.look().await;
    let doubts = looked.map(|looked| looked.doubts).unwrap_or_default();
    if !doubted.is_alive() {
        return;
    }
    if !doubts.is_empty() && doubted.get_clone_untracked() != doubts {
        doubted.set(doubts);
        return writing.failed(text("optionsDoubted"), "save");
    }
    doubted.set(doubts);
    let mut details = writing.details();
    if details.name.is_empty() {
        details.name = match details.provider.is_empty() {
            true => text("optionsUnnamed"),
            false => details.provider.clone(),
        };
    }
    let request = PageRequest::StoreEntry {
        details,
        key: key.read(),
        notes: Bytes(Secret::new(value(NOTES).into_bytes())),
    };
    match app.ask::<Stored>(&request).await {
        Ok(stored) if stored.duplicate => {
            // The vault may have been opened for this, after which the list is to be read.
            app.refresh().await;
            put(duplicate, Some(stored.entry));
            put(writing.working, false);
            page::focus(KEY);
        }
        Ok(stored) => {
            key.clear();
            element::clear(NOTES);
            app.writing.set(false);
            app.refresh().await;
            app.tell(match stored.removed.is_empty() {
                true => text("optionsStored"),
                false => text_with("optionsStoredWithout", &[&removed_words(&stored.removed)]),
            });
            place::go(&place::of_entry(&stored.entry));
        }
        Err(refusal) => {
            let focus = match refusal {
                Refusal::NoKey => KEY,
                _ => "save",
            };
            writing.failed(problem::words(refusal), focus);
        }
    }
}

/// The form for what is said about an entry.
pub(super) fn edit(app: App, entry: EntryLine) -> View {
    let writing = Writing::new(app, &entry.details);
    let seen = create_signal(entry.revision);
    let has_notes = create_signal(false);
    let title = text_with("optionsEditOf", &[name(&entry)]);
    let back = place::of_entry(&entry.entry);
    let id = entry.entry.clone();
    let send = move || {
        if writing.working.get_untracked() {
            return;
        }
        writing.working.set(true);
        writing.problem.set(String::new());
        let notes = has_notes
            .get_untracked()
            .then(|| Bytes(Secret::new(value(NOTES).into_bytes())));
        let request = PageRequest::EditEntry {
            entry: id.clone(),
            seen: seen.get_untracked(),
            details: writing.details(),
            notes,
        };
        let id = id.clone();
        spawn_local(async move {
            match app.ask::<keyward::web::forms::Done>(&request).await {
                Ok(_) => {
                    element::clear(NOTES);
                    app.writing.set(false);
                    app.refresh().await;
                    app.tell_text("optionsSaved");
                    place::go(&place::of_entry(&id));
                }
                Err(refusal) => {
                    if refusal == Refusal::Changed {
                        // Whoever presses again has read that.
                        app.refresh().await;
                        let now = app.entry(&id).map(|line| line.revision);
                        put(seen, now.unwrap_or_default());
                    }
                    writing.failed(problem::words(refusal), "save");
                }
            }
        });
    };
    let notes = Writing::notes().when("disabled", move || !has_notes.get());
    let form = form("writing", send)
        .on("input", move |_| app.writing.set(true))
        .with(writing.fields())
        .with(field(NOTES, "optionsNotes", notes))
        .with(note("optionsNotesAbout"))
        .with(element::problem("formProblem", writing.problem))
        .with(writing.actions(|| text("optionsSave"), &back));
    spawn_local(load_notes(app, entry.entry, has_notes));
    View::from(vec![
        said("a", "optionsBack")
            .attr("href", &back)
            .attr("class", "back")
            .into(),
        el("h2")
            .id(PANEL)
            .attr("tabindex", "-1")
            .words(&title)
            .into(),
        form.into(),
    ])
}

/// Notes are sealed with the key: they come with it, and it is dropped here.
async fn load_notes(app: App, entry: String, has_notes: Signal<bool>) {
    let Ok(revealed) = app.ask::<Revealed>(&PageRequest::RevealKey { entry }).await else {
        return;
    };
    let Ok(notes) = revealed.notes.text() else {
        return;
    };
    // EXPOSE: into the field, for the person to change.
    element::write(NOTES, notes.expose());
    put(has_notes, true);
}

/// The names of all providers, each once.
fn providers() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for keyward::kinds::Provider { name, .. } in kinds::known().providers() {
        if let Err(at) = names.binary_search(&name)
            && !name.is_empty()
        {
            names.insert(at, name);
        }
    }
    names
}
