//! The browser's two memories: on the disk, and until the browser closes.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "onChanged"], js_name = addListener)]
    fn add_change_listener(listener: &js_sys::Function);

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

    #[wasm_bindgen(method, catch, js_name = get)]
    fn get_all(this: &StorageArea, keys: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = remove)]
    fn remove_all(this: &StorageArea, keys: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, getter, js_name = getKeys)]
    fn has_get_keys(this: &StorageArea) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = getKeys)]
    fn get_keys(this: &StorageArea) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, getter, js_name = setAccessLevel)]
    fn has_set_access_level(this: &StorageArea) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = setAccessLevel)]
    fn set_access_level(this: &StorageArea, level: &Object) -> Result<Promise, JsValue>;
}

/// Which memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// On the disk, in plain: settings and ciphertext only, never a secret and never the text of a page.
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

    /// All keys.
    ///
    /// # Errors
    /// As [`Area::load`].
    pub async fn keys(self) -> Result<Vec<String>, WebError> {
        // Chromium has `getKeys` since 130, Firefox since 143; before, everything has to be read for it.
        let names = if self.with_area(StorageArea::has_get_keys).is_function() {
            JsFuture::from(self.with(StorageArea::get_keys)?).await?
        } else {
            let all = self.with(|area| area.get_all(&JsValue::NULL))?;
            Object::keys(JsFuture::from(all).await?.unchecked_ref::<Object>()).into()
        };
        Ok(Array::from(&names)
            .iter()
            .filter_map(|name| name.as_string())
            .collect())
    }

    /// The values under these keys in one reading.
    ///
    /// # Errors
    /// As [`Area::load`].
    pub async fn load_all(self, keys: &[String]) -> Result<Vec<Option<JsValue>>, WebError> {
        let names = array_of(keys);
        let items = JsFuture::from(self.with(|area| area.get_all(&names))?).await?;
        keys.iter()
            .map(|key| {
                let value = Reflect::get(&items, &JsValue::from_str(key))?;
                Ok((!value.is_undefined()).then_some(value))
            })
            .collect()
    }

    /// Stores values in one writing.
    ///
    /// # Errors
    /// As [`Area::store`]; [`WebError::Full`] where there is no room.
    pub async fn store_all(self, values: &[(String, JsValue)]) -> Result<(), WebError> {
        let items = Object::new();
        for (key, value) in values {
            Reflect::set(&items, &JsValue::from_str(key), value)?;
        }
        JsFuture::from(self.with(|area| area.set(&items))?).await?;
        Ok(())
    }

    /// Removes what is under these keys.
    ///
    /// # Errors
    /// As [`Area::store`].
    pub async fn remove_all(self, keys: &[String]) -> Result<(), WebError> {
        let names: Array = array_of(keys).unchecked_into();
        JsFuture::from(self.with(|area| area.remove_all(&names))?).await?;
        Ok(())
    }

    /// Says once more what the browser does anyway: content scripts do not get at this memory. Firefox has no way to
    /// change it, and no call for it.
    ///
    /// # Errors
    /// [`WebError::Refused`] where the browser refuses.
    pub async fn close_to_content_scripts(self) -> Result<(), WebError> {
        if self
            .with_area(StorageArea::has_set_access_level)
            .is_function()
        {
            let level = Object::new();
            Reflect::set(
                &level,
                &JsValue::from_str("accessLevel"),
                &JsValue::from_str("TRUSTED_CONTEXTS"),
            )?;
            JsFuture::from(self.with(|area| area.set_access_level(&level))?).await?;
        }
        Ok(())
    }

    fn with_area<T>(self, look: impl FnOnce(&StorageArea) -> T) -> T {
        match self {
            Self::Local => LOCAL.with(look),
            Self::Session => SESSION.with(look),
        }
    }

    fn with(
        self,
        call: impl FnOnce(&StorageArea) -> Result<Promise, JsValue>,
    ) -> Result<Promise, JsValue> {
        self.with_area(call)
    }
}

fn array_of(keys: &[String]) -> JsValue {
    keys.iter()
        .map(|key| JsValue::from_str(key))
        .collect::<Array>()
        .into()
}

/// Calls with the name of the area (`local`, `session`) and the names that have changed there, whoever changed them. For the
/// lifetime of the page.
pub fn on_change(mut changed: impl FnMut(&str, &[String]) + 'static) {
    let listener = move |changes: JsValue, area: JsValue| {
        let names = Object::keys(changes.unchecked_ref::<Object>());
        let names: Vec<String> = names.iter().filter_map(|name| name.as_string()).collect();
        changed(&area.as_string().unwrap_or_default(), &names);
    };
    let listener = Closure::<dyn FnMut(JsValue, JsValue)>::new(listener);
    add_change_listener(listener.as_ref().unchecked_ref());
    listener.forget();
}
