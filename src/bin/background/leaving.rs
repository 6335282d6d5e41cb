//! Requests that the browser shows to the background (`extension/requests.js`): what is to be asked about them, and what is noted of
//! those that left. Their text never comes here; the person's own keys in it are handed on to the vault unread.
//!
//! `own` has, for each of `detectors`, the key as it stands in the request, where it is the person's own: else nothing.

use js_sys::{Array, Uint8Array};
use keyward::life::exposure::Kind;
use keyward::message::{OWN_KEY, Outcome};
use keyward::origin::{Origin, WebOrigin};
use keyward::policy::Place;
use keyward::web::clock::now_ms;
use wasm_bindgen::prelude::*;

use super::{Background, background, exposed, random_uuid};

/// The table of the person's own keys.
#[wasm_bindgen(js_name = ownKeys)]
pub async fn own_keys() -> Uint8Array {
    let table = match background() {
        Some(background) => background.own_keys().await,
        None => Vec::new(),
    };
    Uint8Array::from(&table[..])
}

/// Numbers of the detectors that a person has to be asked about or to know of. `tab` is -1 where a request is of none.
#[wasm_bindgen]
pub fn leaving(
    tab: i32,
    origin: Option<String>,
    private: bool,
    detectors: Vec<u16>,
    own: Array,
) -> Vec<u16> {
    match background() {
        Some(background) => background.asked(&place(tab, origin, private), &detectors, &own),
        None => vec![OWN_KEY],
    }
}

/// Notes keys that went to the origin `to`, or that were stopped with nobody there to ask.
#[wasm_bindgen]
pub async fn gone(
    tab: i32,
    origin: Option<String>,
    private: bool,
    detectors: Vec<u16>,
    own: Array,
    to: String,
    stopped: bool,
) {
    let Some(background) = background() else {
        return;
    };
    let place = place(tab, origin, private);
    let asked = background.asked(&place, &detectors, &own);
    if asked.is_empty() {
        return;
    }
    let outcome = match stopped {
        true => Outcome::Stopped,
        false => Outcome::SeenLeaving,
    };
    let id = random_uuid();
    let effects = background
        .policy
        .borrow_mut()
        .gone(&place, &asked, outcome, id, now_ms());
    background.carry_out_quietly(effects).await;
    if !stopped {
        // As frames say it: arrays of numbers.
        let keys: Array = own
            .iter()
            .filter_map(|key| key.dyn_into::<Uint8Array>().ok())
            .map(|key| Array::from(&key))
            .collect();
        // Nothing of a private window reaches the disk.
        let to = match (private, WebOrigin::parse(&to)) {
            (false, Ok(to)) => to.to_string(),
            _ => String::new(),
        };
        exposed(&keys, Kind::SeenLeaving, to).await;
    }
}

impl Background {
    fn asked(&self, place: &Place, detectors: &[u16], own: &Array) -> Vec<u16> {
        let keys: Vec<(u16, bool)> = detectors
            .iter()
            .zip(own.iter())
            .map(|(&detector, own)| (detector, !own.is_null()))
            .collect();
        self.policy.borrow().leaving(place, &keys, now_ms())
    }
}

fn place(tab: i32, origin: Option<String>, private: bool) -> Place {
    Place {
        tab,
        frame: 0,
        document: String::new(),
        origin: Origin::of_sender(origin.as_deref()),
        private,
    }
}
