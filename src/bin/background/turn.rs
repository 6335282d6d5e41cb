//! One after the other, in the order of asking.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A queue. Handlers of messages run interleaved; what must not, waits for its turn.
#[derive(Default)]
pub(crate) struct Turns {
    last: RefCell<Option<Promise>>,
}

/// The turn is over when this is dropped.
#[must_use]
pub(crate) struct Turn {
    end: Option<Function>,
}

impl Turns {
    pub(crate) async fn mine(&self) -> Turn {
        let mut end = None;
        let ended = Promise::new(&mut |resolve, _| end = Some(resolve));
        let before = self.last.replace(Some(ended));
        if let Some(before) = before {
            // Only ever fulfilled, by `Turn::drop`.
            let _ = JsFuture::from(before).await;
        }
        Turn { end }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(end) = &self.end {
            // A resolver of a promise never throws.
            let _ = end.call0(&JsValue::NULL);
        }
    }
}
