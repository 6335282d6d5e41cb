//! What things are called in the person's language.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::extension::{language, text, text_with};
use super::kinds;
use crate::message::{OWN_KEY_ID, Outcome, Reason, Road};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locales: &str, options: &Object) -> DateTimeFormat;

    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, date: &Date) -> String;
}

/// A kind of key, such as "DeepSeek API key". A detector that this version does not know gives its id. Needs
/// [`kinds::load`].
pub fn key(detector: &str) -> String {
    if detector == OWN_KEY_ID {
        return text("kindOwn");
    }
    match kinds::known().named(detector) {
        Some(one) => text_with(
            "kindOfProvider",
            &[one.provider.name, &text(&kind_key(one.kind))],
        ),
        None => detector.to_owned(),
    }
}

/// Several kinds, each once.
pub fn kinds(detectors: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in detectors.iter().map(|detector| key(detector)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// How something was about to reach a site.
pub fn road(road: Road) -> String {
    text(match road {
        Road::Paste => "roadPaste",
        Road::Drop => "roadDrop",
        Road::Typed => "roadTyped",
        Road::Enter => "roadEnter",
        Road::Click => "roadClick",
        Road::Submit => "roadSubmit",
        Road::File => "roadFile",
        Road::Sending => "roadSending",
        Road::Address => "roadAddress",
    })
}

/// How a finding ended.
pub fn outcome(outcome: Outcome) -> String {
    text(match outcome {
        Outcome::Waiting => "outcomeWaiting",
        Outcome::KeptOut => "outcomeKeptOut",
        Outcome::Redacted => "outcomeRedacted",
        Outcome::Variable => "outcomeVariable",
        Outcome::LetThroughOnce => "outcomeLetThroughOnce",
        Outcome::LetThroughAlways => "outcomeLetThroughAlways",
        Outcome::PassedByRule => "outcomePassedByRule",
        Outcome::PassedWhileOff => "outcomePassedWhileOff",
        Outcome::PageChanged => "outcomePageChanged",
        Outcome::SeenLeaving => "outcomeSeenLeaving",
        Outcome::Stopped => "outcomeStopped",
    })
}

/// Why something was let through; the person's own words as they are.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::TestKey => text("reasonTestKey"),
        Reason::Revoked => text("reasonRevoked"),
        Reason::FalseAlarm => text("reasonFalseAlarm"),
        Reason::SiteNeedsIt => text("reasonSiteNeedsIt"),
        Reason::Other { words } => words.clone(),
    }
}

/// The time of day.
pub fn time(ms: u64) -> String {
    formatted(ms, &[("timeStyle", "short")])
}

/// The day.
pub fn day(ms: u64) -> String {
    formatted(ms, &[("dateStyle", "medium")])
}

/// The time of day, with the day before it where that is not today.
pub fn moment(ms: u64, now_ms: u64) -> String {
    if day(ms) == day(now_ms) {
        time(ms)
    } else {
        formatted(ms, &[("dateStyle", "medium"), ("timeStyle", "short")])
    }
}

fn formatted(ms: u64, styles: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (name, style) in styles {
        // Setting a member of a fresh plain object cannot fail.
        let _ = Reflect::set(
            &options,
            &JsValue::from_str(name),
            &JsValue::from_str(style),
        );
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "below 2^53 for the next 280000 years"
    )]
    let date = Date::new(&JsValue::from_f64(ms as f64));
    DateTimeFormat::new(&language(), &options).format(&date)
}

/// `api-key` has its name under `kindApiKey`.
fn kind_key(kind: &str) -> String {
    let mut key = String::from("kind");
    for part in kind.split('-') {
        let mut letters = part.chars();
        key.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        key.push_str(letters.as_str());
    }
    key
}
