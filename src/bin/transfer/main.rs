//! The module for files: `keyward::transfer` for the pages that load it.
//!
//! It has no access to the vault and to the browser: what it reads and writes passes through the page that loaded it, as
//! messages of the background (`keyward::message`).

use js_sys::Uint8Array;
use keyward::message::transfer::{FileError, Found};
use keyward::message::vault::{Bytes, Plain};
use keyward::secret::{Secret, scrub_stack};
use keyward::transfer::{self, Kinds};
use keyward::web::answer::answer;
use keyward::web::js::{from_js, to_js};
use keyward::web::vault::BrowserClock;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// Wipes all memory that is given back.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// The background's answer to `exportAll`.
#[derive(Deserialize)]
struct Exported {
    entries: Vec<Plain>,
}

/// The module that has the detectors.
#[wasm_bindgen]
extern "C" {
    type Question;

    #[wasm_bindgen(method)]
    fn find(this: &Question, name: &str, asked: &JsValue) -> JsValue;

    #[wasm_bindgen(method, js_name = isProvider)]
    fn is_provider(this: &Question, name: &str) -> bool;
}

impl Kinds for Question {
    fn find(&self, name: &str, key: &Secret<String>) -> Found {
        #[derive(Serialize)]
        struct Asked {
            key: Bytes,
        }
        let key = Bytes::of_text(key);
        // It overwrites the message as it reads it.
        let found = to_js(&Asked { key }).map(|asked| Question::find(self, name, &asked));
        let found = found.and_then(|found| from_js(&found));
        // A key that is not looked at is one of no known kind.
        found.unwrap_or_default()
    }

    fn is_provider(&self, name: &str) -> bool {
        Question::is_provider(self, name)
    }
}

/// Reads a file; the passphrase is for a backup, and `question` the module of this name. Answers with a `ReadFile`, or `{error}`.
#[wasm_bindgen(js_name = readFile)]
pub fn read_file(file: Vec<u8>, passphrase: Option<Vec<u8>>, question: JsValue) -> JsValue {
    let (file, passphrase) = (Secret::new(file), passphrase.map(Secret::new));
    let kinds: &Question = question.unchecked_ref();
    // EXPOSE: read here; what it holds becomes secrets again.
    answer(transfer::read(file.expose(), passphrase.as_ref(), kinds))
}

/// Writes a backup of what the background answered to `exportAll` or to a rescue. Answers with a `Uint8Array`, or `{error}`.
#[wasm_bindgen(js_name = writeBackup)]
pub fn write_backup(exported: JsValue, passphrase: Vec<u8>) -> JsValue {
    let passphrase = Secret::new(passphrase);
    let written = from_js::<Exported>(&exported)
        .map_err(|_| FileError::Failed)
        .and_then(|exported| transfer::write_backup(exported.entries, &passphrase, &BrowserClock));
    match written {
        Ok(file) => {
            scrub_stack();
            Uint8Array::from(file.as_slice()).into()
        }
        Err(error) => answer::<()>(Err(error)),
    }
}

/// Writes what the background answered to `exportEntry` for a tool. Answers with `{text}`, bytes as an array, or `{error}`.
#[wasm_bindgen(js_name = writeEntry)]
pub fn write_entry(exported: JsValue, form: JsValue) -> JsValue {
    #[derive(Serialize)]
    struct Written {
        text: Bytes,
    }
    let written = match (from_js::<Plain>(&exported), from_js(&form)) {
        (Ok(plain), Ok(form)) => transfer::write_entry(plain, form),
        _ => Err(FileError::Failed),
    };
    answer(written.map(|text| Written { text }))
}

fn main() {}
