//! One after the other, in the order of asking.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A queue. Handlers of messages run interleaved; what must not, waits for its turn.
#[derive(Debug, Default)]
pub struct Turns {
    last: RefCell<Option<Promise>>,
}

/// The turn is over when this is dropped.
#[must_use]
#[derive(Debug)]
pub struct Turn {
    end: Option<Function>,
}

impl Turns {
    /// Waits for those who asked before.
    pub async fn mine(&self) -> Turn {
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

/// Something that one caller at a time has to itself, across what it waits for.
#[derive(Debug)]
pub struct Exclusive<T> {
    turns: Turns,
    value: RefCell<Option<T>>,
}

/// It is given back when this is dropped.
#[must_use]
#[derive(Debug)]
pub struct Held<'a, T> {
    // Taken out, since a `RefCell` must not stay borrowed across an await.
    value: Option<T>,
    from: &'a Exclusive<T>,
    // Dropped last: the next caller finds the value in its place.
    _turn: Turn,
}

impl<T> Exclusive<T> {
    /// Which.
    pub fn new(value: T) -> Self {
        Exclusive {
            turns: Turns::default(),
            value: RefCell::new(Some(value)),
        }
    }

    /// As [`Turns::mine`].
    pub async fn mine(&self) -> Held<'_, T> {
        let turn = self.turns.mine().await;
        Held {
            value: self.value.take(),
            from: self,
            _turn: turn,
        }
    }
}

impl<T> std::ops::Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("taken out in its own turn")
    }
}

impl<T> std::ops::DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("taken out in its own turn")
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        self.from.value.replace(self.value.take());
    }
}
