//! What every page of the extension does first.

use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement, Window};

use super::extension::{language, text};

/// The page's window.
///
/// # Panics
/// In the background, which has none.
pub fn window() -> Window {
    web_sys::window().expect("a page has a window")
}

/// The page's document.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// Sets language and title, and gives the element that the view goes into.
pub fn prepare(title: &str) -> HtmlElement {
    let document = document();
    document.set_title(&text(title));
    if let Some(root) = document.document_element() {
        // Setting an attribute with a plain name cannot fail.
        let _ = root.set_attribute("lang", &language());
    }
    let root = document
        .get_element_by_id("page")
        .expect("each page has #page");
    root.set_text_content(None);
    root.unchecked_into()
}

/// A member of the query of the page's address.
pub fn parameter(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    let members = search.strip_prefix('?')?.split('&');
    let mut members = members.filter_map(|member| member.split_once('='));
    members
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Gives the focus to an element, if it is there.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that takes no focus is left alone.
        let _ = element.focus();
    }
}
