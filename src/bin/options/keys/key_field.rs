//! The field for a key, and what the detectors say about what stands in it.
//!
//! It takes several lines, since keys come wrapped and as PEM blocks, and shows dots. What stands in it is read when it is
//! looked at and when it is sent, and kept nowhere.

use gloo::timers::callback::Timeout;
use keyward::message::transfer::Questioned;
use keyward::message::vault::Bytes;
use keyward::secret::Secret;
use keyward::web::doubt::{doubt_words, named, removed_words};
use keyward::web::extension::{text, text_with};
use keyward::web::transfer;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;
use crate::element::{self, button, classed, el, part, put, value};

/// How long after a key press it is looked at.
const PAUSE_MS: u32 = 150;

/// A field for a key.
#[derive(Clone, Copy)]
pub(super) struct KeyField {
    pub(super) id: &'static str,
    /// What was said last about what stands in it.
    pub(super) looked: Signal<Option<Questioned>>,
    /// Of whom the person says that it is.
    pub(super) provider: ReadSignal<String>,
    pause: Signal<Option<Timeout>>,
    /// Counts changes: what was said of an earlier text is not shown for a later one.
    turn: Signal<u32>,
}

impl KeyField {
    pub(super) fn new(id: &'static str, provider: ReadSignal<String>) -> Self {
        let field = KeyField {
            id,
            looked: create_signal(None),
            provider,
            pause: create_signal(None),
            turn: create_signal(0),
        };
        create_effect(move || {
            provider.track();
            field.look_soon();
        });
        field
    }

    /// The field with its switch, and what is said.
    pub(super) fn view(self, app: App, label: &str) -> View {
        let shown = create_signal(false);
        let class = move || Some(if shown.get() { "mono" } else { "mono hidden" }.to_owned());
        let changed = move |_| {
            app.writing.set(true);
            self.look_soon();
        };
        let area = el("textarea")
            .id(self.id)
            .attr("rows", "2")
            .attr("autocomplete", "off")
            .attr("autocapitalize", "off")
            // Some browsers send texts elsewhere for that.
            .attr("spellcheck", "false")
            .attr("aria-describedby", "keyAbout")
            .varying("class", class)
            .on("input", changed);
        let pressed = move || Some(shown.get().to_string());
        let show = button("", "vaultShow", move |_| shown.set(!shown.get_untracked()))
            .attr("class", "small")
            .attr("aria-controls", self.id)
            .varying("aria-pressed", pressed);
        let label = el("label").attr("for", self.id).text(label);
        let about = part(move || self.looked.with(|looked| looked.as_ref().map(about)).into());
        let status = el("div").id("keyAbout").attr("role", "status");
        let field = classed("div", "field")
            .with(label)
            .with(classed("div", "secret").with(area).with(show));
        View::from(vec![field.into(), status.with(about).into()])
    }

    /// What stands in it.
    pub(super) fn read(self) -> Bytes {
        Bytes(Secret::new(value(self.id).into_bytes()))
    }

    /// Looks at what stands in it now. `None` where nothing does, or nothing can be said.
    pub(super) async fn look(self) -> Option<Questioned> {
        let key = self.read();
        let turn = self.turn.get_untracked();
        // EXPOSE: only whether there is anything.
        let is_empty = key.0.expose().iter().all(u8::is_ascii_whitespace);
        let looked = match is_empty {
            true => None,
            false => {
                let provider = self.provider.get_clone_untracked();
                transfer::question(&key, provider.trim()).await.ok()
            }
        };
        if self.turn.is_alive()
            && self.turn.get_untracked() == turn
            && self.looked.get_clone_untracked() != looked
        {
            self.looked.set(looked.clone());
        }
        looked
    }

    pub(super) fn clear(self) {
        element::clear(self.id);
        put(self.looked, None);
    }

    fn look_soon(self) {
        self.turn.set(self.turn.get_untracked() + 1);
        self.pause.set(Some(Timeout::new(PAUSE_MS, move || {
            spawn_local(async move { drop(self.look().await) });
        })));
    }
}

fn about(looked: &Questioned) -> View {
    let mut lines: Vec<View> = Vec::new();
    let words = match looked.providers.as_slice() {
        [] => text("optionsLooksLikeNone"),
        [one] => text_with("optionsLooksLike", &[one]),
        many => text_with("optionsLooksLikeSome", &[&named(many)]),
    };
    lines.push(classed("p", "note").words(&words).into());
    if !looked.removed.is_empty() {
        let words = text_with("optionsRemovedWillBe", &[&removed_words(&looked.removed)]);
        lines.push(classed("p", "note").words(&words).into());
    }
    let doubts = looked.doubts.iter();
    lines.extend(doubts.map(|doubt| classed("p", "warning").words(&doubt_words(doubt)).into()));
    View::from(lines)
}
