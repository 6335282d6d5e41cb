//! The scripts that run in pages only where the person switched them on.

use js_sys::{Array, Object, Promise, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;
use super::js::{member, to_js};
use super::permission;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "scripting"], js_name = registerContentScripts, catch)]
    fn register_content_scripts(scripts: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "scripting"], js_name = updateContentScripts, catch)]
    fn update_content_scripts(scripts: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "scripting"], js_name = unregisterContentScripts, catch)]
    fn unregister_content_scripts(filter: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "scripting"], js_name = getRegisteredContentScripts, catch)]
    fn get_registered_content_scripts() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = remove, catch)]
    fn permissions_remove(permissions: &Object) -> Result<Promise, JsValue>;
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Script<'a> {
    id: &'static str,
    js: Vec<&'static str>,
    world: &'static str,
    matches: Vec<&'static str>,
    exclude_matches: &'a [String],
    run_at: &'static str,
    all_frames: bool,
    match_origin_as_fallback: bool,
}

/// The two halves of what watches over the page's own sending (`extension/page`).
const SENDING: [(&str, &str, &str); 2] = [
    ("sending", "sending.js", "ISOLATED"),
    ("sending-page", "sending-page.js", "MAIN"),
];

/// Has the scripts run in pages that are loaded from now on, but not on the sites of `unwatched` (origins), also after the browser
/// was closed. Those that run already go on.
///
/// # Errors
/// [`WebError::Refused`] without the permission.
pub async fn register_sending(unwatched: &[String]) -> Result<(), WebError> {
    let exclude: Vec<String> = unwatched.iter().map(|origin| pattern(origin)).collect();
    let known = JsFuture::from(get_registered_content_scripts()?).await?;
    let known: Vec<String> = Array::from(&known)
        .iter()
        .filter_map(|script| member(&script, "id").as_string())
        .collect();
    let (scripts, changed) = (Array::new(), Array::new());
    for (id, file, world) in SENDING {
        let script = Script {
            id,
            js: vec![file],
            world,
            matches: vec!["<all_urls>"],
            exclude_matches: &exclude,
            run_at: "document_start",
            all_frames: true,
            match_origin_as_fallback: true,
        };
        let script = to_js(&script).map_err(|_| WebError::Form)?;
        match known.iter().any(|known| known == id) {
            true => changed.push(&script),
            false => scripts.push(&script),
        };
    }
    if changed.length() > 0 {
        JsFuture::from(update_content_scripts(&changed)?).await?;
    }
    if scripts.length() > 0 {
        JsFuture::from(register_content_scripts(&scripts)?).await?;
    }
    Ok(())
}

/// Has them run no more, and gives the permission back that they needed.
///
/// # Errors
/// [`WebError::Refused`] where the browser does not do it.
pub async fn unregister_sending() -> Result<(), WebError> {
    JsFuture::from(unregister_content_scripts(&Object::new())?).await?;
    let permissions = Object::new();
    // The sites are those of the content script in Firefox, which would go with them.
    let names = permission::of_sending();
    Reflect::set(&permissions, &"permissions".into(), &names)?;
    JsFuture::from(permissions_remove(&permissions)?).await?;
    Ok(())
}

/// All pages of a site. Firefox's patterns have no ports, so that those of one host are one site here.
fn pattern(origin: &str) -> String {
    let (scheme, host) = origin.split_once(':').unwrap_or(("https", origin));
    let host = host.trim_start_matches('/');
    let port = host.rsplit_once(':');
    let host = match port {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    format!("{scheme}://{host}/*")
}
