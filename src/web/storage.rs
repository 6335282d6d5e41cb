//! The browser's two memories: on the disk, and until the browser closes.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;

#[wasm_bindgen]
extern "C" {
    type StorageArea;

    #[wasm_bindgen(thread_local_v2, js_namespace = ["chrome", "storage"], js_name = local)]
    static LOCAL: StorageArea;

    #[wasm_bindgen(thread_local_v2, js_namespace = ["chrome", "storage"], js_name = session)]
    static SESSION: StorageArea;

    #[wasm_bindgen(method, catch)]
    fn get(this: &StorageArea, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn set(this: &StorageArea, items: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn remove(this: &StorageArea, key: &str) -> Result<Promise, JsValue>;
}

/// Which memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// On the disk, in plain: settings only, never a secret and never the text of a page.
    Local,
    /// In memory only, closed to content scripts; survives the death of the background, not that of the browser.
    Session,
}

impl Area {
    /// The value under a key as it is stored; `None` where there is none.
    ///
    /// # Errors
    /// [`WebError::Refused`] where the browser cannot read its own store.
    pub async fn load(self, key: &str) -> Result<Option<JsValue>, WebError> {
        let items = JsFuture::from(self.with(|area| area.get(key))?).await?;
        let value = Reflect::get(&items, &JsValue::from_str(key))?;
        Ok((!value.is_undefined()).then_some(value))
    }

    /// Stores a value as it is.
    ///
    /// # Errors
    /// [`WebError::Refused`] where the browser does not store it, for lack of room or otherwise.
    pub async fn store(self, key: &str, value: &JsValue) -> Result<(), WebError> {
        let items = Object::new();
        Reflect::set(&items, &JsValue::from_str(key), value)?;
        JsFuture::from(self.with(|area| area.set(&items))?).await?;
        Ok(())
    }

    /// Removes what is under a key, if anything.
    ///
    /// # Errors
    /// As [`Area::store`].
    pub async fn remove(self, key: &str) -> Result<(), WebError> {
        JsFuture::from(self.with(|area| area.remove(key))?).await?;
        Ok(())
    }

    fn with(
        self,
        call: impl FnOnce(&StorageArea) -> Result<Promise, JsValue>,
    ) -> Result<Promise, JsValue> {
        match self {
            Self::Local => LOCAL.with(call),
            Self::Session => SESSION.with(call),
        }
    }
}
