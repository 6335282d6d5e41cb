//! When keys are to be replaced: what is due, what is under way, and all the others with their periods.

use keyward::life::rotation::{DEFAULT_DAYS, Due};
use keyward::message::life::PageRequest;
use keyward::web::element::{El, classed, el, field, form, line, part, said, value_of};
use keyward::web::extension::{text, text_with};
use keyward::web::words;
use sycamore::prelude::*;

use crate::app::{App, Known, of_guide};

/// The periods that are offered, in days; 0 is never.
const PERIODS: [u16; 6] = [30, 60, 90, 180, 365, 0];

pub(crate) fn view(app: App) -> View {
    let due = part(move || {
        let mut known = app.known.get_clone();
        known.retain(|known| is_due(known) || is_running(known));
        known.sort_by_key(|known| known.life.due_ms);
        match known.is_empty() {
            true => App::none("lifeDueNone"),
            false => {
                let items: Vec<View> = known.iter().map(item).collect();
                classed("ul", "rows").id("dueList").with(items).into()
            }
        }
    });
    View::from(vec![
        classed("section", "card")
            .attr("aria-labelledby", "dueTitle")
            .with(said("h2", "lifeDueTitle").id("dueTitle"))
            .with(due)
            .into(),
        all(app),
    ])
}

fn is_due(known: &Known) -> bool {
    matches!(known.life.due, Due::Soon | Due::Overdue)
}

/// Whether a guide was begun and is not at its end.
fn is_running(known: &Known) -> bool {
    known.life.step.is_some_and(|step| !step.is_end())
}

fn item(known: &Known) -> View {
    let (label, of) = match is_running(known) {
        true => ("lifeGoOn", "lifeGoOnOf"),
        false => ("lifeReplace", "lifeReplaceOf"),
    };
    let class = match known.life.due {
        Due::Overdue => "warning",
        _ => "note",
    };
    let replace = said("a", label)
        .attr("class", "button small primary")
        .attr("href", &of_guide(&known.line.entry))
        .attr("aria-label", &text_with(of, &[known.name()]));
    let mut item = el("li")
        .with(classed("p", "name").words(known.name()))
        .with(classed("p", class).words(&when(known)));
    if is_running(known) {
        item = item.with(classed("p", "note").text("lifeRunning"));
    }
    item.with(classed("div", "tools").with(replace)).into()
}

fn when(known: &Known) -> String {
    let Some(due_ms) = known.life.due_ms else {
        return text("lifeNeverDue");
    };
    let key = match known.life.due {
        Due::Overdue => "lifeOverdue",
        Due::Soon => "lifeDueSoon",
        _ => "lifeDue",
    };
    text_with(key, &[&words::day(due_ms)])
}

/// All keys, each with its period and the way to say that it went somewhere.
fn all(app: App) -> View {
    // What is being typed outlives the drawing of the list, and so does what was opened.
    let open = create_signal(String::new());
    let place = create_signal(String::new());
    let list = part(move || {
        let known = app.known.get_clone();
        let items: Vec<View> = known
            .iter()
            .map(|known| row(app, known, open, place))
            .collect();
        match items.is_empty() {
            true => App::none("lifeNoKeys"),
            false => classed("ul", "rows").id("allKeys").with(items).into(),
        }
    });
    classed("section", "card")
        .attr("aria-labelledby", "allTitle")
        .with(said("h2", "lifeAll").id("allTitle"))
        .with(list)
        .into()
}

fn row(app: App, known: &Known, open: Signal<String>, place: Signal<String>) -> View {
    let entry = known.line.entry.clone();
    let me = entry.clone();
    let toggle = move |event: web_sys::Event| {
        let details = event
            .target()
            .map_or(wasm_bindgen::JsValue::NULL, Into::into);
        let is_open = keyward::web::js::member(&details, "open").as_bool() == Some(true);
        if is_open && open.get_clone_untracked() != me {
            place.set(String::new());
            open.set(me.clone());
        }
    };
    let was_open = open.with_untracked(|open| *open == entry);
    let guide = said("a", "lifeReplace")
        .attr("class", "button small")
        .attr("href", &of_guide(&entry))
        .attr("aria-label", &text_with("lifeReplaceOf", &[known.name()]));
    let inside = classed("div", "inside")
        .with(period(app, known))
        .with(marking(app, known, place))
        .with(classed("div", "tools").with(guide));
    let details = el("details")
        .flag("open", was_open)
        .on("toggle", toggle)
        .with(el("summary").words(known.name()))
        .with(classed("p", "note").words(&when(known)))
        .with(inside);
    el("li").with(details).into()
}

fn period(app: App, known: &Known) -> El {
    let entry = known.line.entry.clone();
    let chosen = known.life.period_days.unwrap_or(DEFAULT_DAYS);
    let mut periods = PERIODS.to_vec();
    if !periods.contains(&chosen) {
        periods.insert(0, chosen);
    }
    let options: Vec<View> = periods
        .into_iter()
        .map(|days| {
            let words = match days {
                0 => text("lifeNever"),
                days => text_with("lifeDays", &[&days.to_string()]),
            };
            let option = el("option").attr("value", &days.to_string());
            option.flag("selected", days == chosen).words(&words).into()
        })
        .collect();
    let changed = move |event: web_sys::Event| {
        if let Ok(days) = value_of(&event).parse() {
            let request = PageRequest::SetPeriod {
                entry: entry.clone(),
                days: Some(days),
            };
            app.change(request, text("lifePeriodSet"));
        }
    };
    let select = el("select").on("change", changed).with(options);
    field(
        &format!("period-{}", known.line.entry),
        "lifePeriod",
        select,
    )
}

/// The person knows that a key went somewhere.
fn marking(app: App, known: &Known, place: Signal<String>) -> El {
    let entry = known.line.entry.clone();
    let send = move || {
        let request = PageRequest::MarkExposed {
            entry: entry.clone(),
            place: place.get_clone_untracked().trim().to_owned(),
        };
        place.set(String::new());
        app.change(request, text("lifeMarked"));
    };
    let id = format!("place-{}", known.line.entry);
    let press = said("button", "lifeMark")
        .attr("type", "submit")
        .attr("class", "small danger mark");
    form("marking", send)
        .with(field(
            &id,
            "lifeMarkWhere",
            line(place).attr("maxlength", "200"),
        ))
        .with(classed("div", "tools").with(press))
}
