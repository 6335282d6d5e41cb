//! The module that looks at files, for the background: text of pages never comes into the module that holds keys.
//!
//! `extension/files.js` calls the exports below, one [`Look`] for each file that is being looked at, and
//! `extension/requests.js` [`leaving`] for requests.

use js_sys::{Array, Object, Reflect, Uint8Array};
use keyward::files::{self, Need, Report, request};
use wasm_bindgen::prelude::*;

/// The look at one file.
#[wasm_bindgen]
pub struct Look(files::Look);

#[wasm_bindgen]
impl Look {
    /// At a file on its way to a page of this origin.
    #[wasm_bindgen(constructor)]
    pub fn new(origin: &str) -> Look {
        Look(files::Look::new(origin))
    }

    /// Takes the next piece; answers whether it needs the one after it.
    pub fn push(&mut self, piece: &[u8]) -> bool {
        self.0.push(piece) == Need::More
    }

    /// What was found: `{found: [[entry, detector]], edits: [[start, end, bytes]] or null, unread}`.
    pub fn finish(self) -> Result<JsValue, JsValue> {
        let Report {
            found,
            edits,
            unread,
        } = self.0.finish();
        let found: Array = found
            .iter()
            .map(|found| Array::of2(&found.entry.as_str().into(), &found.detector.into()))
            .collect();
        let edits = edits.map_or(JsValue::NULL, |edits| {
            let edits: Array = edits
                .iter()
                .map(|edit| {
                    // An array of numbers crosses to a frame in both browsers.
                    let bytes = Array::from(&Uint8Array::from(&edit.bytes[..]));
                    Array::of3(
                        &(edit.start as f64).into(),
                        &(edit.end as f64).into(),
                        &bytes,
                    )
                })
                .collect();
            edits.into()
        });
        let report = Object::new();
        Reflect::set(&report, &"found".into(), &found)?;
        Reflect::set(&report, &"edits".into(), &edits)?;
        Reflect::set(&report, &"unread".into(), &unread.into())?;
        Ok(report.into())
    }
}

/// What a request gives away: `[[detector, own key or null]]` of the keys that are not at home at the origin that it goes to.
#[wasm_bindgen]
pub fn leaving(to: &str, texts: Vec<String>, own: &[u8]) -> Array {
    request::leaving(to, &texts, own)
        .into_iter()
        .map(|key| Array::of2(&key.detector.into(), &key.own.into()))
        .collect()
}

fn main() {}
