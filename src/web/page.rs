//! What every page of the extension does first.

use wasm_bindgen::JsCast;
use web_sys::{Document, FocusOptions, HtmlElement, HtmlInputElement, Window};

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

/// What a field holds; empty where there is no such field. Not for secrets.
pub fn value(id: &str) -> String {
    let field = document().get_element_by_id(id);
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.map_or_else(String::new, |field| field.value())
}

/// Gives the focus to an element, if it is there; answers whether it is.
pub fn focus(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// Gives the focus to an element, if it is there, and leaves the page where it is: what stands at the top is what the
/// person has to read first.
pub fn focus_in_place(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    element.is_some_and(|element| element.focus_with_options(&options).is_ok())
}

/// The element that has the focus, if it has a name.
pub fn focused() -> Option<String> {
    let id = document().active_element()?.id();
    (!id.is_empty()).then_some(id)
}

/// Gives the focus to the first of these elements that is there.
pub fn focus_first(ids: &[String]) {
    // Where none is there, the focus stays where it is.
    let _ = ids.iter().any(|id| focus(id));
}
