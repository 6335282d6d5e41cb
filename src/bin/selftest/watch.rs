//! What is offered to a row, and what came past the guard: the outcome of each.
//!
//! Everything that a person does is heard twice. First on the window, by listeners that are older than the guard's; then at the
//! row, where a page has its own. A key that is heard first and not at the row was held.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Array;
use keyward::web::clock;
use keyward::web::element::put;
use keyward::web::js::member;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, File, FileList};

use crate::fields;
use crate::roads::{ROADS, Road, Way};

/// A text without a key, which the guard has to leave alone. It stands in addresses, too.
pub(crate) const NOTHING: &str = "nothing-of-note";

/// What is heard of: what takes text or files in, and what sends.
const HEARD: [&str; 8] = [
    "paste",
    "drop",
    "beforeinput",
    "keydown",
    "click",
    "submit",
    "input",
    "change",
];

/// What became of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Not tried yet.
    Untried,
    /// It was stopped, and what has no key was not.
    Held,
    /// The row got it.
    Through,
    /// What has no key was stopped, too.
    Strict,
    /// This browser has no such thing.
    Unable,
    /// It is switched off in the options.
    Off,
}

impl Outcome {
    /// For style sheets and tests.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Outcome::Untried => "untried",
            Outcome::Held => "held",
            Outcome::Through => "through",
            Outcome::Strict => "strict",
            Outcome::Unable => "unable",
            Outcome::Off => "off",
        }
    }

    /// A text of `_locales`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Outcome::Untried => "selftestUntried",
            Outcome::Held => "selftestHeld",
            Outcome::Through => "selftestThrough",
            Outcome::Strict => "selftestStrict",
            Outcome::Unable => "selftestUnable",
            Outcome::Off => "selftestOff",
        }
    }
}

/// A road as it stands on the page.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) road: &'static Road,
    pub(crate) outcome: Signal<Outcome>,
}

/// What a row heard of since it was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Silence,
    /// [`NOTHING`].
    Nothing,
    Key,
}

/// What all rows have in common.
pub(crate) struct Watch {
    /// The made-up key.
    pub(crate) key: String,
    pub(crate) rows: Vec<Row>,
    /// Whether the guard's script is there; `None` until it is known.
    pub(crate) ready: Signal<Option<bool>>,
    pub(crate) heard: Cell<Heard>,
}

impl Watch {
    pub(crate) fn new(key: String, sending: bool) -> Self {
        let row = |road: &'static Road| {
            let outcome = match road.way {
                Way::Send(_) if !sending => Outcome::Off,
                _ if !fields::is_there(road) => Outcome::Unable,
                _ => Outcome::Untried,
            };
            Row {
                road,
                outcome: create_signal(outcome),
            }
        };
        Watch {
            key,
            rows: ROADS.iter().map(row).collect(),
            ready: create_signal(None),
            heard: Cell::new(Heard::Silence),
        }
    }

    /// Before the guard is there.
    pub(crate) fn listen_before(self: &Rc<Self>) {
        let early = EventListenerOptions::run_in_capture_phase();
        // The guard stops a press at its beginning.
        for kind in HEARD.into_iter().chain(["pointerdown"]) {
            let watch = Rc::clone(self);
            let offered = move |event: &Event| watch.offered(event);
            EventListener::new_with_options(&page::window(), kind, early, offered).forget();
        }
    }

    /// Behind the guard.
    pub(crate) fn listen_behind(self: &Rc<Self>) {
        let may_prevent = EventListenerOptions::enable_prevent_default();
        for row in &self.rows {
            let Some(item) = item_of(row.road) else {
                continue;
            };
            let row = *row;
            for kind in HEARD {
                let watch = Rc::clone(self);
                let came = move |event: &Event| watch.came(row, event);
                EventListener::new_with_options(&item, kind, may_prevent, came).forget();
            }
            // Who does not take what is dragged in gets nothing dropped.
            if row.road.way == Way::TakeFile {
                let take = |event: &Event| event.prevent_default();
                EventListener::new_with_options(&item, "dragover", may_prevent, take).forget();
            }
        }
    }

    /// Something happens, of which the guard has heard nothing yet. Only what a person does: what is done by script has its
    /// outcome in the same turn.
    fn offered(self: &Rc<Self>, event: &Event) {
        if !event.is_trusted() {
            return;
        }
        let row = self.row_of(event);
        if matches!(event.type_().as_str(), "pointerdown" | "keydown") {
            self.empty_others(row);
        }
        let Some(row) = row else {
            return;
        };
        let files = files_of(event);
        if !files.is_empty() {
            let watch = Rc::clone(self);
            spawn_local(async move {
                if watch.is_in(files).await {
                    held(row);
                }
            });
        } else if texts_of(row, event).contains(&self.key) {
            spawn_local(async move {
                // Behind the turn of the event.
                clock::sleep(0).await;
                held(row);
            });
        }
    }

    /// Takes the key out of the fields that were tried before: a button sends what stands near it, for all that the guard knows.
    fn empty_others(&self, row: Option<Row>) {
        let row = row.map(|row| row.road.id);
        for other in &self.rows {
            if Some(other.road.id) != row
                && other.road.group == "out"
                && fields::texts(other.road).contains(&self.key)
            {
                fields::write(other.road, "");
            }
        }
    }

    /// It came past the guard.
    fn came(self: &Rc<Self>, row: Row, event: &Event) {
        let is_link = event.type_() == "click" && link_of(event).is_some();
        let takes_files = row.road.way == Way::TakeFile && event.type_() == "drop";
        if event.type_() == "submit" || is_link || takes_files {
            event.prevent_default();
        }
        let files = files_of(event);
        if !files.is_empty() {
            let watch = Rc::clone(self);
            spawn_local(async move {
                if watch.is_in(files).await {
                    put(row.outcome, Outcome::Through);
                }
            });
            return;
        }
        let text = texts_of(row, event);
        if text.contains(&self.key) {
            self.heard.set(Heard::Key);
            put(row.outcome, Outcome::Through);
        } else if text.contains(NOTHING) && self.heard.get() == Heard::Silence {
            self.heard.set(Heard::Nothing);
        }
    }

    fn row_of(&self, event: &Event) -> Option<Row> {
        let id = event.composed_path().iter().find_map(|node| {
            let element: Element = node.dyn_into().ok()?;
            element.get_attribute("data-row")
        })?;
        self.rows.iter().find(|row| row.road.id == id).copied()
    }

    /// Whether any of these files has the key. One that cannot be read has none.
    async fn is_in(&self, files: Vec<File>) -> bool {
        for file in files {
            let text = JsFuture::from(file.text()).await.ok();
            let text = text.and_then(|text| text.as_string());
            if text.is_some_and(|text| text.contains(&self.key)) {
                return true;
            }
        }
        false
    }
}

/// What once went through is not made good by what is held later.
fn held(row: Row) {
    if row.outcome.is_alive() && row.outcome.get_untracked() != Outcome::Through {
        row.outcome.set(Outcome::Held);
    }
}

/// The list's item that a road stands in.
pub(crate) fn item_of(road: &Road) -> Option<Element> {
    let selector = format!("[data-row={}]", road.id);
    page::document().query_selector(&selector).ok().flatten()
}

/// All text that an event brings or sends, as the page reads it.
fn texts_of(row: Row, event: &Event) -> String {
    let kind = event.type_();
    match kind.as_str() {
        "paste" | "drop" => ["text/plain", "text/html"]
            .map(|kind| data_of(event, kind))
            .join("\n"),
        "beforeinput" => member(event, "data").as_string().unwrap_or_default(),
        "keydown" if member(event, "key") == "Enter" => fields::texts(row.road),
        "pointerdown" | "click" => match link_of(event) {
            Some(link) => link,
            None if row.road.group == "out" && is_sender(event) => fields::texts(row.road),
            None => String::new(),
        },
        "submit" => fields::texts(row.road),
        _ => String::new(),
    }
}

/// Where the link leads that was clicked.
fn link_of(event: &Event) -> Option<String> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.get_attribute("data-link")?;
    element.get_attribute("href")
}

/// Whether the button is one that sends; others fill the fields.
fn is_sender(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|element: Element| element.has_attribute("data-send"))
}

fn transfer_of(event: &Event) -> JsValue {
    let clipboard = member(event, "clipboardData");
    if clipboard.is_object() {
        return clipboard;
    }
    member(event, "dataTransfer")
}

fn data_of(event: &Event, kind: &str) -> String {
    let transfer = transfer_of(event);
    let Ok(read) = member(&transfer, "getData").dyn_into::<js_sys::Function>() else {
        return String::new();
    };
    let data = read.call1(&transfer, &kind.into());
    data.ok()
        .and_then(|data| data.as_string())
        .unwrap_or_default()
}

/// The files that an event brings.
fn files_of(event: &Event) -> Vec<File> {
    let files = match event.type_().as_str() {
        "paste" | "drop" => member(&transfer_of(event), "files"),
        "input" | "change" => {
            let target = event.target().map_or(JsValue::NULL, JsValue::from);
            member(&target, "files")
        }
        _ => return Vec::new(),
    };
    match files.dyn_into::<FileList>() {
        Ok(files) => Array::from(&files)
            .iter()
            .filter_map(|file| file.dyn_into().ok())
            .collect(),
        Err(_) => Vec::new(),
    }
}
