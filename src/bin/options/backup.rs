//! Taking the keys out and in: a module of its own (`src/bin/backup`), loaded when the person goes there first.

use js_sys::{Object, Promise, Reflect};
use keyward::web::module;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, spawn_local};
use web_sys::HtmlElement;

use crate::app::App;
use crate::element::{el, note, part, put};
use crate::place::Section;

const ROOT: &str = "backupSection";

#[wasm_bindgen]
extern "C" {
    type Backup;

    #[wasm_bindgen(method, catch)]
    fn make(this: &Backup, root: &HtmlElement, host: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn look(this: &Backup, is_open: bool, is_shown: bool) -> Result<(), JsValue>;
}

pub(crate) fn view(app: App) -> View {
    let failed = create_signal(false);
    let loaded: Signal<Option<JsValue>> = create_signal(None);
    spawn_local(async move {
        match load(app).await {
            Some(module) => put(loaded, Some(module)),
            None => put(failed, true),
        }
    });
    create_effect(move || {
        let (is_open, is_shown) = (app.is_open(), app.section() == Section::Backup);
        if let Some(module) = loaded.get_clone() {
            // One that trapped stays as it is.
            let _ = module.unchecked_ref::<Backup>().look(is_open, is_shown);
        }
    });
    let failed = part(move || match failed.get() {
        true => note("popupFailed").into(),
        false => View::default(),
    });
    View::from(vec![el("div").id(ROOT).into(), failed])
}

/// Loads it and has it make its part of the page.
async fn load(app: App) -> Option<JsValue> {
    let module = module::load("backup").await.ok()?;
    let root = page::document().get_element_by_id(ROOT)?;
    let made = module
        .unchecked_ref::<Backup>()
        .make(root.unchecked_ref(), &host(app)?);
    made.ok()?;
    Some(module)
}

/// What it asks of the page. For the lifetime of the page.
fn host(app: App) -> Option<JsValue> {
    let tell = Closure::<dyn FnMut(String)>::new(move |words| app.tell(words));
    let unlocked = Closure::<dyn FnMut() -> Promise>::new(move || {
        future_to_promise(async move { Ok(app.unlocked().await.into()) })
    });
    let refresh = Closure::<dyn FnMut() -> Promise>::new(move || {
        future_to_promise(async move {
            app.refresh().await;
            Ok(JsValue::UNDEFINED)
        })
    });
    let name_of = Closure::<dyn FnMut(String) -> JsValue>::new(move |entry: String| {
        app.name_of(&entry)
            .map_or(JsValue::UNDEFINED, JsValue::from)
    });
    let host = Object::new();
    for (name, call) in [
        ("tell", tell.into_js_value()),
        ("unlocked", unlocked.into_js_value()),
        ("refresh", refresh.into_js_value()),
        ("nameOf", name_of.into_js_value()),
    ] {
        Reflect::set(&host, &JsValue::from_str(name), &call).ok()?;
    }
    Some(host.into())
}
