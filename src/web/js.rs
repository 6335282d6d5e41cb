//! Our types to plain JavaScript objects and back.
//!
//! A format of `serde` of our own, since `serde-wasm-bindgen` words its errors: that brought the formatting of numbers
//! and of every expected type with it, 60 KB of the background's module (November 2026). An error here says nothing but
//! that the form is wrong.
//!
//! The form: structs are objects, `None` is `null`, a variant without fields is its name, a variant with fields is an
//! object with its name under `type`. Bytes, which are secrets here, are arrays of numbers; reading them overwrites the array.

mod read;
mod write;

use js_sys::Reflect;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

/// Where a variant with fields has its name.
const TYPE: &str = "type";

/// The value does not have the form of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value has another form")]
pub struct FormError;

/// Into a plain object.
///
/// # Errors
/// [`FormError`] for what the format has no form for, such as numbers above 2^53; a bug, for our types.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, FormError> {
    value.serialize(write::Writer)
}

/// From a plain object. Members that the type does not have are ignored.
///
/// # Errors
/// [`FormError`] for anything of another form.
pub fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, FormError> {
    T::deserialize(read::Reader(value.clone()))
}

/// A member of an object that a browser or a script gave; `undefined` where there is none.
pub fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Overwrites all arrays of numbers in a message of ours that has been sent.
pub fn wipe(value: &JsValue) {
    if let Some(array) = value.dyn_ref::<js_sys::Array>() {
        let length = array.length();
        if array.get(0).as_f64().is_some() {
            array.fill(&JsValue::from(0), 0, length);
        } else {
            array.iter().for_each(|item| wipe(&item));
        }
    } else if let Some(object) = value.dyn_ref::<js_sys::Object>() {
        js_sys::Object::values(object)
            .iter()
            .for_each(|member| wipe(&member));
    }
}
