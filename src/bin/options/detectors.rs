//! The kinds of keys that are found, by provider, each with its switch.
//!
//! A provider's detectors are made when they are looked at: there are hundreds.

use keyward::kinds::{Kind, Provider};
use keyward::message::PageRequest;
use keyward::web::extension::{text, text_with};
use keyward::web::{kinds, words};
use sycamore::prelude::*;
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::element::{choice, classed, el, field, is_checked, line, note, part, said, way};

/// So few are opened at once when they are searched for.
const FEW: usize = 3;

/// A provider with its detectors.
#[derive(Clone, PartialEq)]
struct Group {
    of: Provider,
    detectors: Vec<Kind>,
}

pub(crate) fn view(app: App) -> View {
    let search = create_signal(String::new());
    let only_off = create_signal(false);
    let all = groups();
    let count = kinds::known().all().count().to_string();
    let off = create_selector(move || {
        app.guard
            .with(|guard| guard.as_ref().map(|guard| guard.off.clone()))
            .unwrap_or_default()
    });
    let found = create_memo(move || {
        let words = search.get_clone().to_lowercase();
        let only_off = only_off.get();
        let is_wanted = |group: &&Group| {
            let is_off = |detector: &Kind| off.with(|off| is_in(off, detector.id));
            (!only_off || group.detectors.iter().any(is_off)) && has(group, &words)
        };
        all.iter().filter(is_wanted).cloned().collect::<Vec<_>>()
    });
    let about = move || {
        let (shown, off) = (found.with(Vec::len), off.with(Vec::len));
        text_with(
            "optionsDetectorsCount",
            &[&count, &shown.to_string(), &off.to_string()],
        )
    };
    let list = part(move || {
        let found = found.get_clone();
        if found.is_empty() {
            return classed("div", "empty")
                .with(said("p", "optionsDetectorsNone"))
                .into();
        }
        let is_few = found.len() <= FEW;
        let items: Vec<View> = found
            .into_iter()
            .map(|one| group(app, off, one, is_few))
            .collect();
        classed("ul", "providers").with(items).into()
    });
    let only = choice("checkbox", "onlyOff", "optionsOnlyOff", |input| {
        input
            .checked(move || only_off.get())
            .on("change", move |event| only_off.set(is_checked(&event)))
    });
    let search = line(search).attr("type", "search");
    let tools = classed("div", "joined")
        .with(field("detectorSearch", "optionsDetectorSearch", search))
        .with(only);
    let about = classed("p", "note")
        .attr("role", "status")
        .varying_words(about);
    View::from(vec![tools.into(), about.into(), list])
}

fn group(app: App, off: ReadSignal<Vec<String>>, one: Group, is_open: bool) -> View {
    let open = create_signal(is_open);
    let detectors = one.detectors.clone();
    let count = move || {
        let all = detectors.len();
        let off = off.with(|off| detectors.iter().filter(|one| is_in(off, one.id)).count());
        match off {
            0 => all.to_string(),
            off => text_with("optionsSomeOff", &[&all.to_string(), &off.to_string()]),
        }
    };
    let name = match one.of.name {
        "" => text("optionsAnyProvider"),
        name => name.to_owned(),
    };
    let summary = el("summary")
        .with(classed("span", "name").words(&name))
        .with(classed("span", "note").varying_words(count));
    let content = part(move || match open.get() {
        false => View::default(),
        true => opened(app, off, &one),
    });
    let toggled = move |event: web_sys::Event| {
        let details = event.target().map_or(JsValue::NULL, JsValue::from);
        let is_open = keyward::web::js::member(&details, "open").as_bool();
        if is_open == Some(true) && !open.get_untracked() {
            open.set(true);
        }
    };
    let details = el("details").flag("open", is_open).on("toggle", toggled);
    el("li").with(details.with(summary).with(content)).into()
}

fn opened(app: App, off: ReadSignal<Vec<String>>, group: &Group) -> View {
    let detectors: Vec<View> = group
        .detectors
        .iter()
        .map(|detector| row(app, off, *detector))
        .collect();
    let homes: View = match group.of.homes {
        "" => note("optionsNoHome").into(),
        homes => {
            let homes = homes.replace(' ', ", ");
            classed("p", "note")
                .words(&text("optionsHomes"))
                .words(" ")
                .with(way(&homes))
                .into()
        }
    };
    View::from(vec![
        homes,
        classed("ul", "rows plain").with(detectors).into(),
    ])
}

fn row(app: App, off: ReadSignal<Vec<String>>, detector: Kind) -> View {
    let id = detector.id;
    let element = format!("detector-{id}");
    let severity = text(match detector.severity {
        3 => "optionsCertain",
        2 => "optionsProbable",
        _ => "optionsPossible",
    });
    let about = format!("{severity} · {}", detector.what);
    let changed = move |event: web_sys::Event| {
        let request = PageRequest::SetDetectorOn {
            detector: id.to_owned(),
            on: is_checked(&event),
        };
        app.change_guard(request, None);
    };
    let switch = el("input")
        .attr("type", "checkbox")
        .attr("role", "switch")
        .id(&element)
        .attr("aria-describedby", &format!("{element}-about"))
        .checked(move || off.with(|off| !is_in(off, id)))
        .on("change", changed);
    let name = classed("span", "name").words(&words::key(id));
    let label = classed("label", "choice").with(switch).with(name);
    let code = el("code").words(id);
    let about = classed("p", "note")
        .id(&format!("{element}-about"))
        .with(code)
        .words(" · ")
        .words(&about)
        .words(" ");
    let about = match detector.provider.revoke {
        "" => about,
        revoke => about.with(
            said("a", "optionsRevoke")
                .attr("href", revoke)
                .attr("target", "_blank")
                .attr("rel", "noreferrer"),
        ),
    };
    el("li").with(label).with(about).into()
}

/// All providers that have detectors, sorted by name; those of any provider last.
fn groups() -> Vec<Group> {
    let mut all: Vec<Group> = Vec::new();
    for detector in kinds::known().all() {
        let of = detector.provider;
        let key = |name: &str| (name.is_empty(), name.to_lowercase());
        let at = all.partition_point(|one| key(one.of.name) < key(of.name));
        match all.get_mut(at) {
            Some(one) if one.of.name == of.name => one.detectors.push(detector),
            _ => {
                let detectors = vec![detector];
                all.insert(at, Group { of, detectors });
            }
        }
    }
    all
}

fn has(group: &Group, words: &str) -> bool {
    let has_word = |word: &str| {
        group.of.name.to_lowercase().contains(word)
            || group.of.homes.contains(word)
            || group.detectors.iter().any(|one| one.id.contains(word))
    };
    words.split_whitespace().all(has_word)
}

fn is_in(off: &[String], id: &str) -> bool {
    off.iter().any(|one| one == id)
}
