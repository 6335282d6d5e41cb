//! The page on which a person, or the test suite, sees what the guard stops in this browser: each kind of field, each road.
//!
//! No content script runs in pages of extensions, so this page loads the guard's own script, the same file that runs on sites,
//! *behind* its first listeners: those see what is offered, the ones at each row see what came past the guard. What is between
//! the two is the guard, whole, and nothing of it is known here.
//!
//! A *road* is one way by which a key comes into a page or leaves it; a *row* is a road as it stands on this page, with its
//! outcome. By script each is tried twice: with a text without a key, which must pass, and with the made-up one. What the guard takes
//! from a person's own hand only (files) is tried by hand. The functions by which pages send are replaced here, *below* the guard,
//! by ones that only note that they were reached: no key leaves this page, whatever becomes of the test.

mod fields;
mod here;
mod play;
mod roads;
mod sends;
mod watch;

use std::rc::Rc;

use keyward::message::{GuardSettings, PageRequest};
use keyward::secret::Secret;
use keyward::web::clipboard;
use keyward::web::element::{button, classed, el, note, put, said};
use keyward::web::extension::{self, text, text_with};
use keyward::web::file;
use keyward::web::js::member;
use keyward::web::message::ask;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::roads::{GROUPS, Group};
use crate::watch::{Outcome, Row, Watch};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

/// Shows the page.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("selftestTitle");
    let settings: Option<GuardSettings> = ask(&PageRequest::GuardSettings {}).await.ok();
    let sending = settings.is_some_and(|settings| settings.sending);
    let own = extension::own_origin().unwrap_or_default();
    let is_firefox = own.starts_with("moz-");
    let made: Rc<std::cell::OnceCell<Rc<Watch>>> = Rc::default();
    let place = Rc::clone(&made);
    sycamore::render_to(
        move || {
            // Of the shape of DeepSeek's; nobody issued it, and each time it is another.
            let key = format!("sk-{}", random_uuid().replace('-', ""));
            let watch = Rc::new(Watch::new(key, sending));
            let view = view(&watch, is_firefox, sending);
            place.set(watch).ok();
            view
        },
        &root,
    );
    let watch = made.get().expect("it was made just now");
    fields::finish(watch);
    watch.listen_before();
    let loaded = sends::load_guard(sending).await;
    watch.listen_behind();
    put(watch.ready, Some(loaded));
}

fn view(watch: &Rc<Watch>, is_firefox: bool, sending: bool) -> View {
    let header = el("header")
        .with(
            el("img")
                .attr("src", "icons/keyward.svg")
                .attr("alt", "")
                .attr("width", "48")
                .attr("height", "48"),
        )
        .with(said("h1", "selftestTitle"))
        .with(classed("p", "lead").text("selftestLead"));
    let mut parts: Vec<View> = vec![header.into(), begin(watch)];
    parts.extend(GROUPS.iter().map(|group| section(watch, group, sending)));
    parts.push(here::view(is_firefox, sending));
    View::from(parts)
}

/// The made-up key, and the buttons that are about all rows.
fn begin(watch: &Rc<Watch>) -> View {
    let told = create_signal("");
    let key = watch.key.clone();
    let copy = move |_| {
        let key = Secret::new(key.clone());
        spawn_local(async move {
            put(
                told,
                match clipboard::write(&key).await {
                    Ok(()) => "selftestCopied",
                    Err(_) => "selftestNotCopied",
                },
            );
        });
    };
    let key = watch.key.clone();
    let save = move |_| file::save_text("made-up.env", &format!("DEEPSEEK_API_KEY={key}\n"));
    let run = {
        let watch = Rc::clone(watch);
        move |_| {
            told.set("");
            play::all(&watch);
        }
    };
    let report = {
        let watch = Rc::clone(watch);
        move |_| {
            let report = Secret::new(report(&watch));
            spawn_local(async move {
                put(
                    told,
                    match clipboard::write(&report).await {
                        Ok(()) => "selftestReported",
                        Err(_) => "selftestNotCopied",
                    },
                );
            });
        }
    };
    let ready = watch.ready;
    let words = move || match (told.get(), ready.get()) {
        (_, Some(false)) => text("selftestNoGuard"),
        ("", _) => String::new(),
        (key, _) => text(key),
    };
    let rows = watch.rows.clone();
    let summary = move || summary(&rows);
    let run = button("run", "selftestRun", run)
        .attr("class", "primary")
        .when("disabled", move || ready.get().is_none());
    classed("section", "card")
        .attr("aria-labelledby", "beginTitle")
        .with(said("h2", "selftestKey").id("beginTitle"))
        .with(said("p", "selftestKeyAbout"))
        .with(
            el("p").with(
                el("code")
                    .id("key")
                    .attr("class", "code")
                    .attr("dir", "ltr")
                    .words(&watch.key),
            ),
        )
        .with(
            classed("div", "actions")
                .with(run)
                .with(button("copy", "selftestCopy", copy))
                .with(button("save", "selftestSave", save))
                .with(button("report", "selftestReport", report)),
        )
        .with(note("selftestRunAbout"))
        .with(
            classed("p", "summary")
                .id("summary")
                .attr("role", "status")
                .varying_words(summary),
        )
        .with(
            classed("p", "note")
                .id("told")
                .attr("role", "status")
                .varying_words(words),
        )
        .into()
}

fn section(watch: &Rc<Watch>, group: &Group, sending: bool) -> View {
    let rows = watch.rows.iter().filter(|row| row.road.group == group.name);
    let rows: Vec<View> = rows.map(|row| item(watch, *row)).collect();
    let title = format!("group-{}", group.name);
    let about = match (group.name, sending) {
        ("sends", false) => classed("p", "warning").text("selftestSendsOff").with(
            el("span")
                .words(" ")
                .with(said("a", "selftestToOptions").attr("href", "options.html#guard")),
        ),
        _ => note(group.about),
    };
    el("section")
        .attr("aria-labelledby", &title)
        .with(said("h2", group.title).id(&title))
        .with(about)
        .with(classed("ul", "rows").with(rows))
        .into()
}

fn item(watch: &Rc<Watch>, row: Row) -> View {
    let outcome = row.outcome;
    let words = classed("p", "outcome")
        .varying("data-is", move || Some(outcome.get().name().to_owned()))
        .varying_words(move || text(outcome.get().words()));
    el("li")
        .attr("data-row", row.road.id)
        .varying("data-outcome", move || {
            Some(outcome.get().name().to_owned())
        })
        .with(fields::view(watch, row.road))
        .with(words)
        .into()
}

/// How many were held, of those that were tried.
fn summary(rows: &[Row]) -> String {
    let outcomes: Vec<Outcome> = rows.iter().map(|row| row.outcome.get()).collect();
    let count = |wanted: &[Outcome]| outcomes.iter().filter(|one| wanted.contains(one)).count();
    let held = count(&[Outcome::Held]);
    let failed = count(&[Outcome::Through, Outcome::Strict]);
    let left = count(&[Outcome::Untried]);
    match (held + failed, failed) {
        (0, _) => String::new(),
        (tried, 0) => text_with("selftestAllHeld", &[&tried.to_string(), &left.to_string()]),
        (tried, failed) => text_with("selftestFailed", &[&failed.to_string(), &tried.to_string()]),
    }
}

/// What came of it, to be sent to somebody: a line for each row.
fn report(watch: &Watch) -> String {
    let navigator = member(&page::window(), "navigator");
    let browser = member(&navigator, "userAgent").as_string();
    let browser = browser.unwrap_or_default();
    let mut lines = vec![format!("{} · {browser}", text("selftestTitle"))];
    let line = |row: &Row| {
        let outcome = text(row.outcome.get_untracked().words());
        format!("{}: {outcome}", text(row.road.title))
    };
    lines.extend(watch.rows.iter().map(line));
    lines.push(String::new());
    lines.join("\n")
}

fn main() {}
