//! The log: the last 90 days in a picture, all events with filter and search, and taking them out.

use std::rc::Rc;

use keyward::life::report::{self, Line};
use keyward::message::life::{Logged, LoggedEvent, PageRequest};
use keyward::vault::log::KINDS;
use keyward::web::clock::now_ms;
use keyward::web::element::{button, classed, el, field, line, part, put, said, value_of, way};
use keyward::web::extension::{text, text_with};
use keyward::web::message::ask_life;
use keyward::web::{file, words};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;

/// More are not drawn at once.
const MOST_SHOWN: usize = 200;
/// Steps of a bar's height; see life.css.
const STEPS: u32 = 10;

pub(crate) fn view(app: App) -> View {
    let logged: Signal<Option<Rc<Logged>>> = create_signal(None);
    let trouble = create_signal(String::new());
    let load = move || {
        spawn_local(async move {
            match ask_life::<Logged>(&PageRequest::ReadLog {}).await {
                Ok(read) => put(logged, Some(Rc::new(read))),
                Err(refusal) => put(trouble, crate::words_of(refusal)),
            }
        });
    };
    let content = part(move || match logged.get_clone() {
        None => {
            let show = button("showLog", "logShow", move |_| load());
            classed("div", "tools").with(show).into()
        }
        Some(logged) => shown(app, &logged),
    });
    classed("section", "card log")
        .attr("aria-labelledby", "logTitle")
        .with(said("h2", "logTitle").id("logTitle"))
        .with(classed("p", "note").text("logAbout"))
        .with(content)
        .with(keyward::web::element::problem("readProblem", trouble))
        .into()
}

fn shown(app: App, logged: &Rc<Logged>) -> View {
    let kind = create_signal(String::new());
    let search = create_signal(String::new());
    let damaged = match logged.is_damaged {
        true => classed("p", "missing")
            .id("damaged")
            .text("logIsDamaged")
            .into(),
        false => View::default(),
    };
    let mut choice = el("select").on("change", move |event| kind.set(value_of(&event)));
    choice = choice.with(el("option").attr("value", "").text("logAll"));
    for of in KINDS {
        let name = report::name_of(of);
        let option = el("option").attr("value", name).words(&words_of(name));
        choice = choice.with(option);
    }
    let find = line(search).attr("type", "search");
    let rows = {
        let logged = Rc::clone(logged);
        part(move || {
            let found = found(app, &logged, &kind.get_clone(), &search.get_clone());
            let count = found.len();
            let items: Vec<View> = found.iter().take(MOST_SHOWN).map(row).collect();
            let about = match count {
                0 => text("logNone"),
                count if count > MOST_SHOWN => {
                    text_with("logMore", &[&count.to_string(), &MOST_SHOWN.to_string()])
                }
                count => text_with("logCount", &[&count.to_string()]),
            };
            let about = classed("p", "note").attr("role", "status").words(&about);
            View::from(vec![
                about.into(),
                classed("ul", "rows events").with(items).into(),
            ])
        })
    };
    let save = |id: &'static str, label: &'static str, kind_of_file: &'static str| {
        let logged = Rc::clone(logged);
        button(id, label, move |_| {
            let found = found(
                app,
                &logged,
                &kind.get_clone_untracked(),
                &search.get_clone_untracked(),
            );
            let lines: Vec<Line<'_>> = found
                .iter()
                .map(|(event, name)| Line { event, name })
                .collect();
            let written = match kind_of_file {
                "csv" => report::csv(&lines, file::time),
                _ => report::json(&lines, file::time),
            };
            file::save_text(
                &format!("keyward-log-{}.{kind_of_file}", file::day(now_ms())),
                &written,
            );
        })
    };
    let tools = classed("div", "tools")
        .with(save("logCsv", "logCsv", "csv"))
        .with(save("logJson", "logJson", "json"));
    let filters = classed("div", "fields")
        .with(field("logKind", "logKind", choice))
        .with(field("logSearch", "logSearch", find));
    View::from(vec![
        damaged,
        picture(logged),
        filters.into(),
        rows,
        tools.into(),
    ])
}

/// Those that are looked for, each with the name of its entry.
fn found(app: App, logged: &Logged, kind: &str, search: &str) -> Vec<(LoggedEvent, String)> {
    let wanted = report::kind_named(kind);
    let search = search.to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let of_kind = logged
        .events
        .iter()
        .filter(|event| wanted.is_none_or(|kind| event.kind == kind));
    of_kind
        .filter_map(|event| {
            let name = match event.entry.as_str() {
                "" => String::new(),
                entry => app
                    .entry(entry)
                    .map_or_else(|| text("logGone"), |known| known.name().to_owned()),
            };
            let line = Line { event, name: &name };
            let is_found = line.matches(&words, &words_of(report::name_of(event.kind)));
            is_found.then(|| (event.clone(), name))
        })
        .collect()
}

fn row((event, name): &(LoggedEvent, String)) -> View {
    let what = words_of(report::name_of(event.kind));
    let mut head = classed("span", "name").words(&what);
    if !name.is_empty() {
        head = head.words(&format!(" · {name}"));
    }
    let mut about = classed("span", "note").words(&words::moment(event.at_ms, now_ms()));
    if !event.place.is_empty() {
        about = about.words(" · ").with(way(&event.place));
    }
    if !event.detail.is_empty() {
        about = about.words(" · ").with(way(&event.detail));
    }
    el("li").with(head).with(about).into()
}

/// A bar for each day, and in words how many there were.
fn picture(logged: &Logged) -> View {
    let times = logged.events.iter().map(|event| event.at_ms);
    let counts = report::by_day(times, now_ms(), file::offset_ms());
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let whole: u32 = counts.iter().sum();
    let bars: Vec<View> = counts
        .iter()
        .map(|count| {
            let step = match count {
                0 => 0,
                count => (count * STEPS / most).max(1),
            };
            classed("span", &format!("h{step}")).into()
        })
        .collect();
    let label = text_with("logPicture", &[&whole.to_string(), &most.to_string()]);
    let bars = classed("div", "bars")
        .attr("role", "img")
        .attr("aria-label", &label)
        .with(bars);
    let figure = el("figure").with(bars);
    figure
        .with(said("figcaption", "logPictureAbout").attr("class", "note"))
        .into()
}

/// A kind of event in the person's words.
fn words_of(name: &str) -> String {
    text(match name {
        "unlocked" => "logUnlocked",
        "locked" => "logLocked",
        "wrongTry" => "logWrongTry",
        "filled" => "logFilled",
        "held" => "logHeld",
        "keptOut" => "logKeptOut",
        "letThrough" => "logLetThrough",
        "exposed" => "logExposed",
        "dismissed" => "logDismissed",
        "approved" => "logApproved",
        "withdrawn" => "logWithdrawn",
        "checked" => "logChecked",
        "stored" => "logStored",
        "replaced" => "logReplaced",
        "removed" => "logRemoved",
        "shown" => "logShown",
        "exported" => "logExported",
        _ => "logSecured",
    })
}
