//! Parts of views that keep the pages' modules small.
//!
//! `view!` makes an effect of every call that stands among its children, and compiles the effect anew for each: half a
//! kilobyte for a text that never changes, a whole one for a part that does. So texts are written as [`Text`], which is no
//! call, and parts are made before the view by [`part`] and [`words`], which are compiled once (popup 190 to 168 KB, confirm 367
//! to 336 KB by [`Text`] alone, November 2026).

use sycamore::prelude::Signal;
use sycamore::web::View;

use super::extension::text;

/// A text in the person's language: `p { (Text { key: "…" }) }`.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// As in `_locales`.
    pub key: &'static str,
}

impl From<Text> for View {
    fn from(shown: Text) -> View {
        View::from(text(shown.key))
    }
}

/// A part that is made again whenever a signal changes that it reads.
pub fn part(make: impl FnMut() -> View + 'static) -> View {
    boxed_part(Box::new(make))
}

/// As [`part`], of words only.
pub fn words(make: impl FnMut() -> String + 'static) -> View {
    boxed_words(Box::new(make))
}

/// Sets a signal, if what it belongs to is still on the page: behind an answer that was waited for it may be gone, and
/// setting it would end the page.
pub fn put<T>(signal: Signal<T>, value: T) {
    if signal.is_alive() {
        signal.set(value);
    }
}

#[inline(never)]
fn boxed_part(make: Box<dyn FnMut() -> View>) -> View {
    View::from_dynamic(make)
}

#[inline(never)]
fn boxed_words(make: Box<dyn FnMut() -> String>) -> View {
    View::from_dynamic(make)
}
