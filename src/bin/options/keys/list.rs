//! The list of keys: found by words, in an order.

use keyward::message::vault::{EntryLine, PageRequest};
use keyward::web::clock::now_ms;
use keyward::web::extension::{text, text_with};
use keyward::web::page;
use keyward::web::words;
use sycamore::prelude::*;

use crate::app::{App, Told, name};
use crate::element::{button, classed, el, note, part, said, value_of};
use crate::place::{self, Panel};

pub(crate) const SEARCH: &str = "search";

/// The orders in which keys can be.
const ORDERS: [(&str, &str); 4] = [
    ("name", "optionsByName"),
    ("provider", "optionsByProvider"),
    ("used", "optionsByUse"),
    ("created", "optionsByCreation"),
];

pub(crate) fn view(app: App) -> View {
    let search = create_signal(String::new());
    let order = create_signal("name".to_owned());
    let has_any = create_selector(move || app.entries.with(|entries| !entries.is_empty()));
    let found = create_memo(move || {
        let words = search.get_clone().to_lowercase();
        let mut found: Vec<EntryLine> = app.entries.get_clone();
        found.retain(|line| words.split_whitespace().all(|word| has(line, word)));
        sorted(found, &order.get_clone())
    });
    let tools = part(move || match has_any.get() {
        false => View::default(),
        true => tools(search, order),
    });
    let rows = part(move || {
        let found = found.get_clone();
        if !found.is_empty() {
            let rows: Vec<View> = found.iter().map(|line| row(app, line)).collect();
            return classed("ul", "rows")
                .attr("aria-label", &text("optionsKeys"))
                .with(rows)
                .into();
        }
        match has_any.get_untracked() {
            true => none_found(search),
            false => empty(),
        }
    });
    let count = move || {
        let (all, shown) = (app.entries.with(Vec::len), found.with(Vec::len));
        match search.with(|words| words.trim().is_empty()) {
            true => String::new(),
            false => text_with("optionsFound", &[&shown.to_string(), &all.to_string()]),
        }
    };
    let add = part(move || match has_any.get() {
        false => View::default(),
        true => add_link().attr("id", "add").into(),
    });
    classed("div", "list")
        .with(add)
        .with(tools)
        .with(
            classed("p", "note")
                .attr("role", "status")
                .varying_words(count),
        )
        .with(rows)
        .with(removed(app))
        .into()
}

fn tools(search: Signal<String>, order: Signal<String>) -> View {
    let field = el("input")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("placeholder", &text("optionsSearchHint"))
        .attr("aria-label", &text("optionsSearch"))
        .id(SEARCH)
        .bound(search);
    let options: Vec<View> = ORDERS
        .into_iter()
        .map(|(value, label)| said("option", label).attr("value", value).into())
        .collect();
    let orders = el("select")
        .id("order")
        .attr("aria-label", &text("optionsOrder"))
        .with(options)
        .on("change", move |event| order.set(value_of(&event)));
    classed("div", "tools").with(field).with(orders).into()
}

fn row(app: App, line: &EntryLine) -> View {
    let id = line.entry.clone();
    let current = move || {
        let is_open = app.place.with(|place| match &place.panel {
            Panel::Entry(entry) | Panel::Edit(entry) => *entry == id,
            Panel::Nothing | Panel::New => false,
        });
        is_open.then(|| "true".to_owned())
    };
    let about = [&line.details.provider, &line.details.owner];
    let about: Vec<&str> = about
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty() && *part != name(line))
        .collect();
    let used = match line.last_use_ms {
        Some(ms) => words::moment(ms, now_ms()),
        None => text("optionsNeverUsed"),
    };
    let first = classed("span", "name").words(name(line));
    let second = classed("span", "note").words(&about.join(" · "));
    let time = classed("span", "note when").words(&used);
    let link = el("a")
        .attr("href", &place::of_entry(&line.entry))
        .id(&row_id(&line.entry))
        .varying("aria-current", current)
        .with(first)
        .with(time)
        .with(second);
    el("li").with(link).into()
}

/// The name of an entry's row in the page.
pub(crate) fn row_id(entry: &str) -> String {
    format!("row-{entry}")
}

fn add_link() -> crate::element::El {
    classed("a", "button primary")
        .attr("href", place::NEW)
        .text("optionsAdd")
}

fn empty() -> View {
    let import = said("a", "optionsEmptyImport").attr("href", "#backup");
    classed("div", "empty")
        .with(said("h2", "optionsEmpty"))
        .with(note("optionsEmptyAbout"))
        .with(classed("div", "actions").with(add_link().id("add")))
        .with(el("p").with(import))
        .into()
}

fn none_found(search: Signal<String>) -> View {
    let clear = button("clearSearch", "optionsClearSearch", move |_| {
        search.set(String::new());
        page::focus(SEARCH);
    });
    classed("div", "empty")
        .with(said("p", "optionsNoneFound"))
        .with(clear.attr("class", "small"))
        .into()
}

/// What was deleted since the vault was opened.
fn removed(app: App) -> View {
    part(move || {
        let removed = app.removed.get_clone();
        if removed.is_empty() {
            return View::default();
        }
        let items: Vec<View> = removed
            .into_iter()
            .map(|(entry, name)| {
                let label = text_with("optionsPutBackOf", &[&name]);
                let shown = el("span").words(&name);
                let press = move |_| put_back(app, entry.clone(), name.clone());
                let back = button("", "optionsPutBack", press)
                    .attr("class", "small")
                    .attr("aria-label", &label);
                classed("li", "between").with(shown).with(back).into()
            })
            .collect();
        classed("details", "more")
            .with(said("summary", "optionsRemoved"))
            .with(note("optionsRemovedAbout"))
            .with(el("ul").with(items))
            .into()
    })
}

/// Undoes a deletion.
pub(crate) fn put_back(app: App, entry: String, name: String) {
    let told = Told {
        words: text_with("optionsIsBack", &[&name]),
        undo: None,
    };
    let address = place::of_entry(&entry);
    app.removed
        .update(|removed| removed.retain(|(id, _)| *id != entry));
    app.change_and_tell(PageRequest::PutBackEntry { entry }, told);
    place::go(&address);
}

fn has(line: &EntryLine, word: &str) -> bool {
    let details = &line.details;
    let texts = [
        &details.name,
        &details.provider,
        &details.owner,
        &details.variable,
        &details.scope,
        &details.purpose,
    ];
    let mut texts = texts.into_iter().chain(&line.origins);
    texts.any(|text| text.to_lowercase().contains(word))
}

/// In the order that the person chose. By hand: a sort of the standard library is compiled anew for each type, 5 KB each.
fn sorted(found: Vec<EntryLine>, order: &str) -> Vec<EntryLine> {
    let mut rows: Vec<(String, EntryLine)> = Vec::with_capacity(found.len());
    for line in found {
        let key = key(&line, order);
        let at = rows.partition_point(|(other, _)| *other <= key);
        rows.insert(at, (key, line));
    }
    rows.into_iter().map(|(_, line)| line).collect()
}

/// What is compared.
fn key(line: &EntryLine, order: &str) -> String {
    let name = name(line).to_lowercase();
    // The latest first, and what has no time behind all others.
    let backwards = |ms: u64| format!("{:020} {name}", u64::MAX - ms);
    match order {
        "provider" => format!("{} {name}", line.details.provider.to_lowercase()),
        "used" => backwards(line.last_use_ms.unwrap_or(0)),
        "created" => backwards(line.created_ms),
        _ => name,
    }
}
