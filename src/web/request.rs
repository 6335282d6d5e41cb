//! The one kind of request that leaves the extension: a reading one, to a fixed host, without anything of the browser's.

use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::js::member;
use crate::secret::Secret;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch, catch)]
    fn fetch(url: &str, options: &Object) -> Result<Promise, JsValue>;

    type Response;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Response) -> u16;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Response) -> Headers;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Response) -> Option<Stream>;

    type Headers;
    #[wasm_bindgen(method)]
    fn get(this: &Headers, name: &str) -> Option<String>;

    type Stream;
    #[wasm_bindgen(method, js_name = getReader, catch)]
    fn reader(this: &Stream) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(ms: u32) -> JsValue;
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The body, or its beginning; what is not UTF-8 is replaced.
    pub body: String,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nobody answered, the connection ended, the answer led elsewhere, or the browser forbids the request.
    Unreached,
    /// It took too long.
    Late,
}

/// Asks. Cookies and the like stay here, nothing is stored, a redirection is not followed: the key in the headers goes to the
/// host of `url` and nowhere else. At most `most_bytes` of the body are read.
///
/// # Errors
/// [`NoAnswer`].
///
/// # Security
/// The headers become texts of JavaScript, which cannot be overwritten: the browser takes them in no other form.
pub async fn get(
    url: &str,
    headers: &[(&str, Secret<String>)],
    patience_ms: u32,
    most_bytes: usize,
) -> Result<Answer, NoAnswer> {
    answered(url, headers, patience_ms, most_bytes)
        .await
        .map_err(|error| {
            let name = member(&error, "name").as_string();
            match name.as_deref() {
                Some("TimeoutError") => NoAnswer::Late,
                _ => NoAnswer::Unreached,
            }
        })
}

async fn answered(
    url: &str,
    headers: &[(&str, Secret<String>)],
    patience_ms: u32,
    most_bytes: usize,
) -> Result<Answer, JsValue> {
    let sent = Object::new();
    for (name, value) in headers {
        // EXPOSE: sent to the host that the request is for.
        set(&sent, name, &JsValue::from_str(value.expose()))?;
    }
    let options = Object::new();
    for (name, value) in [
        ("credentials", "omit"),
        ("redirect", "error"),
        ("cache", "no-store"),
        ("referrerPolicy", "no-referrer"),
    ] {
        set(&options, name, &value.into())?;
    }
    set(&options, "headers", &sent)?;
    set(&options, "signal", &abort_after(patience_ms))?;
    let response: Response = JsFuture::from(fetch(url, &options)?)
        .await?
        .unchecked_into();
    let (body, is_whole) = read(&response, most_bytes).await?;
    Ok(Answer {
        status: response.status(),
        retry_after: response.headers().get("retry-after"),
        body: String::from_utf8_lossy(&body).into_owned(),
        is_whole,
    })
}

async fn read(response: &Response, most_bytes: usize) -> Result<(Vec<u8>, bool), JsValue> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else {
        return Ok((body, true));
    };
    let reader = stream.reader()?;
    loop {
        let piece = JsFuture::from(reader.read()?).await?;
        let Ok(bytes) = member(&piece, "value").dyn_into::<Uint8Array>() else {
            return Ok((body, true));
        };
        body.extend(bytes.to_vec());
        if body.len() > most_bytes {
            body.truncate(most_bytes);
            // What is left is not waited for.
            let _ = reader.cancel()?;
            return Ok((body, false));
        }
    }
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(drop)
}
