//! Which hosts the person has allowed the extension to ask.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;
use super::js::member;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getManifest)]
    fn runtime_get_manifest() -> JsValue;

    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = contains, catch)]
    fn permissions_contains(permissions: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = request, catch)]
    fn permissions_request(permissions: &Object) -> Result<Promise, JsValue>;
}

/// Whether a host is allowed; `origins` is a pattern such as `https://api.example/*`.
///
/// # Errors
/// [`WebError::Refused`] where the browser does not say.
pub async fn has(origins: &str) -> Result<bool, WebError> {
    let answer = JsFuture::from(permissions_contains(&of(origins)?)?).await?;
    Ok(answer.as_bool().unwrap_or(false))
}

/// Asks the person for a host, which has to happen in the turn of their click: so the call is made at once, and only its
/// answer is waited for. True where it is allowed, also from before.
///
/// # Errors
/// [`WebError::Refused`] outside a click, or for a host that is not in the manifest.
pub fn request(
    origins: &str,
) -> Result<impl Future<Output = Result<bool, WebError>> + use<>, WebError> {
    let asked = permissions_request(&of(origins)?)?;
    Ok(async move {
        let answer = JsFuture::from(asked).await?;
        Ok(answer.as_bool().unwrap_or(false))
    })
}

/// The parts of the browser that watching over what pages send takes: those of them that this browser's manifest has.
pub fn of_sending() -> Array {
    let names = ["scripting", "webRequest", "webRequestBlocking"].map(JsValue::from);
    let known = member(&runtime_get_manifest(), "optional_permissions");
    let known = Array::from(&known);
    names
        .into_iter()
        .filter(|name| known.includes(name, 0))
        .collect()
}

/// Asks the person for all that watching over what pages send takes, in the turn of their click.
///
/// # Errors
/// As [`request`].
pub fn request_scripts() -> Result<impl Future<Output = Result<bool, WebError>>, WebError> {
    let permissions = of("<all_urls>")?;
    Reflect::set(&permissions, &"permissions".into(), &of_sending())?;
    let asked = permissions_request(&permissions)?;
    Ok(async move {
        let answer = JsFuture::from(asked).await?;
        Ok(answer.as_bool().unwrap_or(false))
    })
}

/// As [`request`], for a part of the browser such as `notifications`.
///
/// # Errors
/// As [`request`].
pub fn request_part(
    part: &str,
) -> Result<impl Future<Output = Result<bool, WebError>> + use<>, WebError> {
    let asked = permissions_request(&with("permissions", part)?)?;
    Ok(async move {
        let answer = JsFuture::from(asked).await?;
        Ok(answer.as_bool().unwrap_or(false))
    })
}

/// As [`has`], for a part of the browser.
///
/// # Errors
/// As [`has`].
pub async fn has_part(part: &str) -> Result<bool, WebError> {
    let answer = JsFuture::from(permissions_contains(&with("permissions", part)?)?).await?;
    Ok(answer.as_bool().unwrap_or(false))
}

fn of(origins: &str) -> Result<Object, WebError> {
    with("origins", origins)
}

fn with(member: &str, value: &str) -> Result<Object, WebError> {
    let permissions = Object::new();
    let list = Array::of1(&value.into());
    Reflect::set(&permissions, &member.into(), &list)?;
    Ok(permissions)
}
