//! The fields of the rows.

use std::rc::Rc;

use js_sys::{Function, Reflect};
use keyward::web::element::{El, button, classed, el, said};
use keyward::web::extension::text;
use keyward::web::js::member;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement};

use crate::roads::{Kind, Road, Way};
use crate::watch::{Watch, item_of};

/// The field of a road, with what is called what.
pub(crate) fn view(watch: &Rc<Watch>, road: &'static Road) -> View {
    let id = format!("at-{}", road.id);
    let label = |tag: &'static str| said(tag, road.title);
    let of_input = |input: El| {
        classed("div", "field")
            .with(label("label").attr("for", &id))
            .with(input.id(&id))
    };
    let named = |element: El| {
        classed("div", "field")
            .with(label("span"))
            .with(element.id(&id))
    };
    match road.way {
        Way::Paste(Kind::Input(kind)) => of_input(input(kind)),
        Way::Paste(Kind::Area) | Way::Drop | Way::Piece | Way::TakeFile => of_input(area()),
        Way::Paste(Kind::Editable(value)) => named(editable(road).attr("contenteditable", value)),
        Way::PasteMarkup => named(editable(road).attr("contenteditable", "true")),
        Way::Paste(Kind::Shadow | Kind::ClosedShadow) => named(el("div")),
        Way::Paste(Kind::EditContext) => named(editable(road).attr("tabindex", "0")),
        Way::Paste(Kind::Drawn) => {
            // As editors of code have it: a control that nobody sees above what is drawn.
            let drawn = classed("div", "code-editor").with(el("pre").attr("aria-hidden", "true"));
            let control = input_area(&id).attr("aria-label", &text(road.title));
            classed("div", "field")
                .with(label("span"))
                .with(drawn.with(control))
        }
        Way::Enter => of_input(area()).with(fill(watch, road)),
        Way::Click => {
            let send = button("", "selftestSend", |_| {}).attr("data-send", "");
            of_input(area()).with(classed("div", "actions").with(fill(watch, road)).with(send))
        }
        Way::Submit => {
            let send = said("button", "selftestSubmitNow")
                .attr("type", "submit")
                .attr("data-send", "");
            el("form").attr("novalidate", "").with(
                of_input(input("text"))
                    .with(classed("div", "actions").with(fill(watch, road)).with(send)),
            )
        }
        Way::SubmitHidden => {
            let hidden = el("input").attr("type", "hidden").id(&id);
            let send = said("button", "selftestSubmitNow")
                .attr("type", "submit")
                .attr("data-send", "");
            el("form").attr("novalidate", "").with(
                classed("div", "field")
                    .with(label("span"))
                    .with(hidden)
                    .with(classed("div", "actions").with(fill(watch, road)).with(send)),
            )
        }
        Way::ChooseFile => of_input(el("input").attr("type", "file").flag("multiple", true)),
        Way::Send(_) => classed("div", "field").with(label("span")),
    }
    .into()
}

fn input(kind: &str) -> El {
    el("input")
        .attr("type", kind)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
}

fn area() -> El {
    el("textarea")
        .attr("rows", "2")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
}

fn input_area(id: &str) -> El {
    area().id(id)
}

fn editable(road: &Road) -> El {
    classed("div", "editable")
        .attr("role", "textbox")
        .attr("aria-multiline", "true")
        .attr("aria-label", &text(road.title))
        .attr("spellcheck", "false")
}

/// The button by which the page puts the key into its own field, as "insert" buttons do.
fn fill(watch: &Rc<Watch>, road: &'static Road) -> El {
    let key = watch.key.clone();
    button("", "selftestFill", move |_| {
        write(road, &key);
        if let Some(field) = target_of(road).and_then(|field| field.dyn_into::<HtmlElement>().ok())
        {
            // What cannot have the focus has none.
            let _ = field.focus();
        }
    })
    .attr("data-fill", "")
}

/// What only exists once the page is there.
pub(crate) fn finish(watch: &Watch) {
    for row in &watch.rows {
        let Some(field) = page::document().get_element_by_id(&format!("at-{}", row.road.id)) else {
            continue;
        };
        match row.road.way {
            Way::Paste(Kind::Shadow) => in_shadow(&field, row.road, "open"),
            Way::Paste(Kind::ClosedShadow) => in_shadow(&field, row.road, "closed"),
            Way::Paste(Kind::EditContext) => edit_context(&field),
            Way::Paste(Kind::Drawn) => draw(&field),
            _ => {}
        }
    }
}

/// Whether this browser has such a thing.
pub(crate) fn is_there(road: &Road) -> bool {
    road.way != Way::Paste(Kind::EditContext) || has_class("EditContext")
}

fn has_class(name: &str) -> bool {
    member(&page::window(), name).is_function()
}

/// Makes an object of a class of the browser's.
pub(crate) fn make(class: &str, arguments: &js_sys::Array) -> Option<JsValue> {
    let class: Function = member(&page::window(), class).dyn_into().ok()?;
    Reflect::construct(&class, arguments).ok()
}

/// Calls a method.
pub(crate) fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = member(object, name).dyn_into().ok()?;
    let arguments: js_sys::Array = arguments.iter().collect();
    Reflect::apply(&method, object, &arguments).ok()
}

/// An object with these members.
pub(crate) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in members {
        // Setting a member of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// Where inputs in shadow roots are found again: the page itself sees no closed one.
const INSIDE: &str = "inside";

fn in_shadow(host: &Element, road: &Road, mode: &str) {
    let init = object(&[("mode", mode.into())]);
    let Some(root) = call(host, "attachShadow", &[init]) else {
        return;
    };
    let document = page::document();
    let (Ok(style), Ok(input)) = (
        document.create_element("link"),
        document.create_element("input"),
    ) else {
        return;
    };
    for (element, name, value) in [
        (&style, "rel", "stylesheet"),
        (&style, "href", "pages.css"),
        (&input, "type", "text"),
        (&input, "autocomplete", "off"),
        (&input, "aria-label", &text(road.title)),
    ] {
        // Plain names cannot fail.
        let _ = element.set_attribute(name, value);
    }
    call(&root, "append", &[style.into(), input.clone().into()]);
    // A property of ours on an element of ours.
    let _ = Reflect::set(host, &INSIDE.into(), &input);
}

fn edit_context(field: &Element) {
    if let Some(context) = make("EditContext", &js_sys::Array::new()) {
        let _ = Reflect::set(field, &"editContext".into(), &context);
    }
}

/// Shows below a control what is in it.
fn draw(control: &Element) {
    let Some(drawn) = control.previous_element_sibling() else {
        return;
    };
    let shown = control.clone();
    let draw = move |_: &Event| {
        let text = member(&shown, "value").as_string().unwrap_or_default();
        drawn.set_text_content(Some(&text));
    };
    gloo::events::EventListener::new(control, "input", draw).forget();
}

/// The element that events of a road happen at.
pub(crate) fn target_of(road: &Road) -> Option<Element> {
    let field = page::document().get_element_by_id(&format!("at-{}", road.id));
    match road.way {
        Way::Paste(Kind::Shadow | Kind::ClosedShadow) => {
            member(&field?.into(), INSIDE).dyn_into().ok()
        }
        Way::Click => item_of(road)?.query_selector("[data-send]").ok().flatten(),
        Way::Submit | Way::SubmitHidden => item_of(road)?.query_selector("form").ok().flatten(),
        _ => field,
    }
}

/// Writes into the field of a road that sends, and tells the page so, as its own script does.
pub(crate) fn write(road: &Road, text: &str) {
    let Some(field) = page::document().get_element_by_id(&format!("at-{}", road.id)) else {
        return;
    };
    // A field takes any text.
    let _ = Reflect::set(&field, &"value".into(), &text.into());
    let init = object(&[("bubbles", true.into())]);
    let event = make("Event", &js_sys::Array::of2(&"input".into(), &init));
    if let Some(event) = event.and_then(|event| event.dyn_into().ok()) {
        // Nobody throws.
        let _ = field.dispatch_event(&event);
    }
}

/// What the field of a road that sends holds.
pub(crate) fn texts(road: &Road) -> String {
    let field = page::document().get_element_by_id(&format!("at-{}", road.id));
    let field = field.map_or(JsValue::NULL, JsValue::from);
    member(&field, "value").as_string().unwrap_or_default()
}
