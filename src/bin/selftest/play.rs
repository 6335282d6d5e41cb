//! All that a script can try, tried: each road with a text without a key, and then with the made-up one.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use crate::fields::{self, call, make, object, target_of};
use crate::roads::{Road, Way};
use crate::sends;
use crate::watch::{Heard, NOTHING, Outcome, Row, Watch};

/// Tries every row, in one turn: the first key makes the guard ask, and while it asks it keeps out whatever else comes.
pub(crate) fn all(watch: &Rc<Watch>) {
    for row in &watch.rows {
        match row.road.way {
            // The guard leaves alone what a script hands over: a page has that already.
            Way::ChooseFile | Way::TakeFile => {}
            _ if matches!(row.outcome.get_untracked(), Outcome::Unable | Outcome::Off) => {}
            _ => row.outcome.set(try_one(watch, *row)),
        }
    }
}

fn try_one(watch: &Watch, row: Row) -> Outcome {
    let heard = |text: &str| {
        watch.heard.set(Heard::Silence);
        match row.road.way {
            Way::Send(way) => {
                if sends::reaches(row.road, way, text) {
                    watch.heard.set(match text {
                        NOTHING => Heard::Nothing,
                        _ => Heard::Key,
                    });
                }
            }
            _ => act(row.road, text),
        }
        watch.heard.get()
    };
    let plain = heard(NOTHING);
    let key = heard(&watch.key);
    match (plain, key) {
        (_, Heard::Key) => Outcome::Through,
        (Heard::Silence, _) => Outcome::Strict,
        _ => Outcome::Held,
    }
}

/// What a person would do, as events of a script, at which the guard looks, too.
fn act(road: &Road, text: &str) {
    let Some(target) = target_of(road) else {
        return;
    };
    let sends = matches!(
        road.way,
        Way::Enter | Way::Click | Way::Submit | Way::SubmitHidden
    );
    if sends {
        fields::write(road, text);
    }
    let event = match road.way {
        Way::Paste(_) => pasted("text/plain", text),
        // No word as long as a key of the person's own: until it is known which these are, such a text waits, and in this page it is
        // never known.
        Way::PasteMarkup => pasted("text/html", &format!("<a href= \"?{text}\" >docs</a>")),
        Way::Drop => {
            let data = transfer("text/plain", text);
            event("DragEvent", "drop", &[("dataTransfer", data)])
        }
        Way::Piece => event(
            "InputEvent",
            "beforeinput",
            &[("inputType", "insertText".into()), ("data", text.into())],
        ),
        Way::Enter => event("KeyboardEvent", "keydown", &[("key", "Enter".into())]),
        Way::Click => {
            call(&target, "click", &[]);
            None
        }
        Way::Submit | Way::SubmitHidden => {
            call(&target, "requestSubmit", &[]);
            None
        }
        Way::ChooseFile | Way::TakeFile | Way::Send(_) => None,
    };
    if let Some(event) = event {
        // Nobody throws.
        let _ = target.dispatch_event(&event);
    }
    if sends {
        fields::write(road, "");
    }
}

/// A `DataTransfer` with a text.
fn transfer(kind: &str, text: &str) -> JsValue {
    let data = make("DataTransfer", &Array::new()).unwrap_or_default();
    call(&data, "setData", &[kind.into(), text.into()]);
    data
}

fn pasted(kind: &str, text: &str) -> Option<Event> {
    let data = transfer(kind, text);
    // Firefox knows the last two only.
    let members = [
        ("clipboardData", data),
        ("dataType", kind.into()),
        ("data", text.into()),
    ];
    event("ClipboardEvent", "paste", &members)
}

fn event(class: &str, kind: &str, members: &[(&str, JsValue)]) -> Option<Event> {
    let mut all = members.to_vec();
    for name in ["bubbles", "cancelable", "composed"] {
        all.push((name, true.into()));
    }
    make(class, &Array::of2(&kind.into(), &object(&all)))?
        .dyn_into()
        .ok()
}
