//! The vault's storage and clock in a browser.

use std::time::Duration;

use base64ct::{Base64, Encoding};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::clock::now_ms;
use super::error::WebError;
use super::storage::Area;
use crate::keeper::ANCHOR;
use crate::vault::{Clock, Storage, StorageError};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

#[wasm_bindgen(raw_module = "../aside.js")]
extern "C" {
    #[wasm_bindgen(js_name = load)]
    fn load_aside(name: &str) -> Promise;

    #[wasm_bindgen(js_name = store)]
    fn store_aside(name: &str, record: &str) -> Promise;

    #[wasm_bindgen(js_name = remove)]
    fn remove_aside(name: &str) -> Promise;
}

/// Records as Base64 texts in one of the browser's memories: each of the two writes texts as they are, where what it makes of
/// binary values differs. The browser carries out calls in their order.
///
/// The anchor of the vault lies elsewhere (`extension/aside.js`), so that it is not put back with the records; beside them only where the
/// browser has no such place.
#[derive(Clone, Copy, Debug)]
pub struct Records(pub Area);

impl Storage for Records {
    async fn names(&self, prefix: &str) -> Result<Vec<String>, StorageError> {
        let mut names = self.0.keys().await?;
        names.retain(|name| name.starts_with(prefix));
        Ok(names)
    }

    async fn get(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StorageError> {
        let aside = match is_anchor(names) {
            true => JsFuture::from(load_aside(ANCHOR)).await.ok(),
            false => None,
        };
        let values = match aside.filter(JsValue::is_string) {
            Some(value) => vec![Some(value)],
            None => self.0.load_all(names).await?,
        };
        Ok(values
            .into_iter()
            // What is no Base64 is damaged; the vault sees that in what the record does not have.
            .map(|value| Some(Base64::decode_vec(&value?.as_string()?).unwrap_or_default()))
            .collect())
    }

    async fn set(&self, records: &[(String, Vec<u8>)]) -> Result<(), StorageError> {
        if let [(name, bytes)] = records
            && name == ANCHOR
        {
            let stored = store_aside(name, &Base64::encode_string(bytes));
            if JsFuture::from(stored).await.is_ok() {
                return Ok(());
            }
        }
        let values: Vec<(String, JsValue)> = records
            .iter()
            .map(|(name, bytes)| (name.clone(), Base64::encode_string(bytes).into()))
            .collect();
        Ok(self.0.store_all(&values).await?)
    }

    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        if is_anchor(names) {
            // Where there is no such place, nothing is there.
            let _ = JsFuture::from(remove_aside(ANCHOR)).await;
        }
        Ok(self.0.remove_all(names).await?)
    }
}

fn is_anchor(names: &[String]) -> bool {
    matches!(names, [name] if name == ANCHOR)
}

impl From<WebError> for StorageError {
    fn from(error: WebError) -> Self {
        match error {
            WebError::Full => StorageError::Full,
            _ => StorageError::Failed,
        }
    }
}

/// The browser's clocks.
#[derive(Clone, Copy, Debug)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    fn unix_ms(&self) -> u64 {
        now_ms()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs_f64(performance_now().max(0.0) / 1000.0)
    }
}
