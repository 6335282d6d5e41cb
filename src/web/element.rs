//! Elements of the page, made by calls: what `view!` would write out anew at each place is compiled once here, and a page of so
//! many parts stays small.
//!
//! Attributes, properties and children that change are effects of the scope in which the element is made, as in `view!`.

use super::extension::text;
use super::js::member;
use super::page;
pub use super::view::put;
use sycamore::prelude::*;
use sycamore::web::{HtmlNode, ViewHtmlNode, ViewNode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

/// An element that is being made.
pub struct El(HtmlNode);

/// An element of this kind.
#[inline(never)]
pub fn el(tag: &'static str) -> El {
    El(HtmlNode::create_element(tag.into()))
}

/// A part of a picture.
#[inline(never)]
pub fn svg(tag: &'static str) -> El {
    El(HtmlNode::create_element_ns(
        "http://www.w3.org/2000/svg",
        tag.into(),
    ))
}

/// `<tag class="class">`.
#[inline(never)]
pub fn classed(tag: &'static str, class: &str) -> El {
    el(tag).attr("class", class)
}

/// An element with a text of `_locales` in it.
#[inline(never)]
pub fn said(tag: &'static str, key: &str) -> El {
    el(tag).text(key)
}

/// The extension's sign and name, at the head of a page.
#[inline(never)]
pub fn brand() -> El {
    let sign = el("img")
        .attr("src", "icons/keyward.svg")
        .attr("alt", "")
        .attr("width", "22")
        .attr("height", "22");
    classed("p", "brand")
        .with(sign)
        .with(said("span", "optionsTitle"))
}

/// A quiet line below or beside something.
#[inline(never)]
pub fn note(key: &str) -> El {
    classed("p", "note").text(key)
}

/// A button that submits nothing.
pub fn button(id: &str, label: &str, press: impl FnMut(Event) + 'static) -> El {
    pressed(id, label, Box::new(press))
}

#[inline(never)]
fn pressed(id: &str, label: &str, press: Box<dyn FnMut(Event)>) -> El {
    let button = el("button").attr("type", "button").text(label);
    let button = if id.is_empty() { button } else { button.id(id) };
    button.listen("click", press)
}

/// The button that submits a form.
#[inline(never)]
pub fn submit(id: &str, label: &str) -> El {
    let button = classed("button", "primary").attr("type", "submit");
    button.id(id).text(label)
}

/// A form that is handled here; `send` is called when it is submitted.
pub fn form(class: &str, mut send: impl FnMut() + 'static) -> El {
    let form = classed("form", class).attr("novalidate", "");
    form.on("submit", move |event| {
        event.prevent_default();
        send();
    })
}

/// A field with its label above it.
#[inline(never)]
pub fn field(id: &str, label: &str, input: El) -> El {
    let label = el("label").attr("for", id).text(label);
    classed("div", "field").with(label).with(input.id(id))
}

/// A field for one line of text that shows and changes a signal.
#[inline(never)]
pub fn line(value: Signal<String>) -> El {
    let input = el("input").attr("type", "text").attr("autocomplete", "off");
    input.attr("spellcheck", "false").bound(value)
}

/// A check box or radio button in a line with its label.
pub fn choice(kind: &str, id: &str, label: &str, input: impl FnOnce(El) -> El) -> El {
    let box_ = input(el("input").attr("type", kind).id(id));
    let label = said("span", label);
    classed("label", "choice").with(box_).with(label)
}

/// What happened, for eye and ear: an alert where there is something, nothing otherwise.
#[inline(never)]
pub fn problem(id: &str, words: Signal<String>) -> El {
    let line = classed("p", "missing").attr("role", "alert");
    line.id(id).varying_words(move || words.get_clone())
}

/// A way, in Latin letters from left to right, and not hyphenated.
#[inline(never)]
pub fn way(words: &str) -> El {
    el("bdi").attr("dir", "ltr").words(words)
}

/// A part that is made again whenever a signal changes that it reads.
pub fn part(make: impl FnMut() -> View + 'static) -> View {
    super::view::part(make)
}

impl El {
    /// Its name in the page.
    pub fn id(self, id: &str) -> Self {
        self.attr("id", id)
    }

    /// An attribute that stays.
    #[inline(never)]
    pub fn attr(self, name: &str, value: &str) -> Self {
        // Plain names cannot fail.
        let _ = self.element().set_attribute(name, value);
        self
    }

    /// A boolean attribute that stays.
    #[inline(never)]
    pub fn flag(self, name: &str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// An attribute that changes; `None` takes it away.
    pub fn varying(
        self,
        name: &'static str,
        value: impl FnMut() -> Option<String> + 'static,
    ) -> Self {
        vary(self.element().clone(), name, Box::new(value));
        self
    }

    /// A boolean attribute that changes.
    pub fn when(self, name: &'static str, mut on: impl FnMut() -> bool + 'static) -> Self {
        self.varying(name, move || on().then(String::new))
    }

    /// A property that changes, such as `checked`.
    pub fn property(self, name: &'static str, value: impl FnMut() -> JsValue + 'static) -> Self {
        set_property(self.element().clone(), name, Box::new(value));
        self
    }

    /// Whether a check box or radio button is on.
    pub fn checked(self, mut on: impl FnMut() -> bool + 'static) -> Self {
        self.property("checked", move || on().into())
    }

    /// Shows and changes a signal.
    #[inline(never)]
    pub fn bound(self, value: Signal<String>) -> Self {
        let changed = move |event: Event| {
            if value.is_alive() {
                value.set(value_of(&event));
            }
        };
        self.property("value", move || value.get_clone().into())
            .on("input", changed)
    }

    /// Calls when something happens to it.
    pub fn on(self, event: &'static str, handler: impl FnMut(Event) + 'static) -> Self {
        self.listen(event, Box::new(handler))
    }

    #[inline(never)]
    fn listen(mut self, event: &'static str, handler: Box<dyn FnMut(Event)>) -> Self {
        self.0.set_event_handler(event.into(), handler);
        self
    }

    /// A text of `_locales`; none for an empty key.
    #[inline(never)]
    pub fn text(self, key: &str) -> Self {
        if key.is_empty() {
            return self;
        }
        self.words(&text(key))
    }

    /// Words as they are.
    #[inline(never)]
    pub fn words(mut self, words: &str) -> Self {
        self.0.append_view(View::from(words.to_owned()));
        self
    }

    /// Words that change.
    pub fn varying_words(self, words: impl FnMut() -> String + 'static) -> Self {
        self.with(super::view::words(words))
    }

    /// A child.
    pub fn with(self, child: impl Into<View>) -> Self {
        self.append(child.into())
    }

    #[inline(never)]
    fn append(mut self, child: View) -> Self {
        self.0.append_view(child);
        self
    }

    fn element(&self) -> &Element {
        self.0.as_web_sys().unchecked_ref()
    }
}

impl From<El> for View {
    fn from(element: El) -> View {
        View::from_node(element.0)
    }
}

/// What the field of an event holds now.
#[inline(never)]
pub fn value_of(event: &Event) -> String {
    let target = event.target().map_or(JsValue::NULL, JsValue::from);
    member(&target, "value").as_string().unwrap_or_default()
}

/// Whether the check box of an event is on now.
#[inline(never)]
pub fn is_checked(event: &Event) -> bool {
    let target = event.target().map_or(JsValue::NULL, JsValue::from);
    member(&target, "checked").as_bool().unwrap_or(false)
}

/// What the field of this name holds; empty where there is none.
#[inline(never)]
pub fn value(id: &str) -> String {
    let element = page::document().get_element_by_id(id);
    let element = element.map_or(JsValue::NULL, JsValue::from);
    member(&element, "value").as_string().unwrap_or_default()
}

/// Empties the field of this name.
pub fn clear(id: &str) {
    write(id, "");
}

/// Gives the focus to an element once what is being drawn is there.
pub fn focus_soon(id: &'static str) {
    spawn_local(async move {
        page::focus(id);
    });
}

/// Writes into the field of this name.
#[inline(never)]
pub fn write(id: &str, text: &str) {
    if let Some(element) = page::document().get_element_by_id(id) {
        // A field takes any text.
        let _ = js_sys::Reflect::set(&element, &"value".into(), &text.into());
    }
}

#[inline(never)]
fn vary(element: Element, name: &'static str, mut value: Box<dyn FnMut() -> Option<String>>) {
    create_effect(move || {
        // Plain names cannot fail.
        let _ = match value() {
            Some(value) => element.set_attribute(name, &value),
            None => element.remove_attribute(name),
        };
    });
}

#[inline(never)]
fn set_property(element: Element, name: &'static str, mut value: Box<dyn FnMut() -> JsValue>) {
    create_effect(move || {
        let value = value();
        // Writing an equal text would move the caret.
        if member(&element, name) != value {
            // A property of an element that takes it.
            let _ = js_sys::Reflect::set(&element, &JsValue::from_str(name), &value);
        }
    });
}
