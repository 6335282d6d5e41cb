//! Files for a page: previews of what is imported, backups, settings of tools. The module that reads and writes is loaded at the
//! first call.
//!
//! Keys go from that module to the background and back through arrays that are overwritten; the page's own module never has
//! them, but for what it shows: the text of [`export`].

use js_sys::{Array, Reflect, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::error::WebError;
use super::js::{from_js, member, to_js, wipe};
use super::message::{ask_vault, ask_vault_as_is};
use super::module;
use crate::message::transfer::{FileError, Form, Line, Questioned, Source};
use crate::message::vault::{Bytes, PageRequest, Refusal, Standing};

#[wasm_bindgen]
extern "C" {
    type Transfer;

    #[wasm_bindgen(method, catch, js_name = readFile)]
    fn read_file(
        this: &Transfer,
        file: &Uint8Array,
        passphrase: Option<&Uint8Array>,
        question: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = writeBackup)]
    fn write_backup(
        this: &Transfer,
        exported: &JsValue,
        passphrase: &Uint8Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = writeEntry)]
    fn write_entry(this: &Transfer, exported: &JsValue, form: &JsValue)
    -> Result<JsValue, JsValue>;

    type Question;

    #[wasm_bindgen(method, catch, js_name = holdsKey)]
    fn holds_key(this: &Question, text: &str) -> Result<bool, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn question(this: &Question, asked: &JsValue, provider: &str) -> Result<JsValue, JsValue>;
}

/// Why nothing came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// With the file, or with the module.
    File(FileError),
    /// With the vault.
    Vault(Refusal),
}

/// What a file had, to choose from. The background keeps it with the keys until [`take`], `ImportDrop`, another preview or the
/// vault's locking.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What the file is.
    pub source: Source,
    /// In the order of the file, each with how the vault stands to it.
    pub lines: Vec<(Line, Standing)>,
    /// Lines or items without anything that could be a key.
    pub skipped: u32,
}

impl Preview {
    /// The places to choose at first.
    pub fn chosen(&self) -> impl Iterator<Item = u32> {
        (0..)
            .zip(&self.lines)
            .filter_map(|(place, (line, standing))| {
                (line.chosen && *standing == Standing::New).then_some(place)
            })
    }
}

/// Reads a file and compares it with the vault, which has to be open. `file` is overwritten. For a backup the first call is
/// answered with [`FileError::NeedsPassphrase`]; the file has to be read from the disk again for the second.
///
/// # Errors
/// A [`Problem`].
pub async fn preview(file: &Uint8Array, passphrase: Option<&Bytes>) -> Result<Preview, Problem> {
    #[derive(Deserialize)]
    struct Shown {
        source: Source,
        lines: Vec<Line>,
        skipped: u32,
    }
    #[derive(Deserialize)]
    struct Standings {
        standings: Vec<Standing>,
    }
    let (module, kinds) = (load().await, load_question().await);
    let read = module.and_then(|module| {
        let kinds = kinds?;
        let module: &Transfer = module.unchecked_ref();
        let passphrase = passphrase.map(array_of);
        let read = module.read_file(file, passphrase.as_ref(), &kinds);
        passphrase.as_ref().map(wipe_array);
        answered(read)
    });
    wipe_array(file);
    let read = read?;
    let shown = from_js::<Shown>(&read);
    let message = named("importPreview");
    // On a fresh plain object.
    let _ = Reflect::set(&message, &"candidates".into(), &member(&read, "candidates"));
    let compared = ask_vault_as_is(&message).await;
    wipe(&message);
    let compared = compared.map_err(Problem::Vault)?;
    let (Ok(shown), Ok(Standings { standings })) = (shown, from_js(&compared)) else {
        return Err(Problem::File(FileError::Failed));
    };
    Ok(Preview {
        source: shown.source,
        lines: shown.lines.into_iter().zip(standings).collect(),
        skipped: shown.skipped,
    })
}

/// Writes all entries into a backup in the age format: the bytes of the file.
///
/// # Errors
/// A [`Problem`].
pub async fn backup(passphrase: &Bytes) -> Result<Uint8Array, Problem> {
    let exported = ask_vault_as_is(&named("exportAll")).await;
    written(exported.map_err(Problem::Vault)?, passphrase).await
}

/// Writes what can still be read of a vault that does not open into a backup: the bytes of the file, how many entries are in it,
/// and how many records could not be read. `request` is [`PageRequest::RescueEntries`] or [`PageRequest::RescueWithRecovery`].
///
/// # Errors
/// A [`Problem`].
pub async fn rescue(
    request: &PageRequest,
    passphrase: &Bytes,
) -> Result<(Uint8Array, usize, usize), Problem> {
    #[derive(Deserialize)]
    struct Lost {
        lost: usize,
    }
    let message = to_js(request).map_err(|_| Problem::File(FileError::Failed))?;
    let exported = ask_vault_as_is(&message).await.map_err(Problem::Vault)?;
    let saved = Array::from(&member(&exported, "entries")).length() as usize;
    let lost = from_js::<Lost>(&exported).map_or(0, |answer| answer.lost);
    let file = written(exported, passphrase).await?;
    Ok((file, saved, lost))
}

/// One entry in the words of a tool, with its key in clear.
///
/// # Errors
/// A [`Problem`].
pub async fn export(entry: String, form: Form) -> Result<Bytes, Problem> {
    let module = load().await?;
    let module: &Transfer = module.unchecked_ref();
    let form = to_js(&form).map_err(|_| Problem::File(FileError::Failed))?;
    let message = to_js(&PageRequest::ExportEntry { entry });
    let message = message.map_err(|_| Problem::File(FileError::Failed))?;
    let exported = ask_vault_as_is(&message).await.map_err(Problem::Vault)?;
    let written = answered(module.write_entry(&exported, &form));
    wipe(&exported);
    from_js(&member(&written?, "text")).map_err(|_| Problem::File(FileError::Failed))
}

/// Looks at a key that was typed or pasted, for the provider that the person named; empty for none.
///
/// # Errors
/// [`Problem::File`] where the module cannot be loaded.
pub async fn question(key: &Bytes, provider: &str) -> Result<Questioned, Problem> {
    let module = load_question().await?;
    let module: &Question = module.unchecked_ref();
    let asked = js_sys::Object::new();
    let key = to_js(key).map_err(|_| Problem::File(FileError::Failed))?;
    // On a fresh plain object.
    let _ = Reflect::set(&asked, &"key".into(), &key);
    let questioned = answered(module.question(&asked, provider));
    wipe(&asked);
    from_js(&questioned?).map_err(|_| Problem::File(FileError::Failed))
}

/// Whether any detector finds something in a text.
///
/// # Errors
/// [`Problem::File`] where the module cannot be loaded.
pub async fn holds_key(text: &str) -> Result<bool, Problem> {
    let module = load_question().await?;
    let module: &Question = module.unchecked_ref();
    module
        .holds_key(text)
        .map_err(|_| Problem::File(FileError::Failed))
}

/// Stores what the person chose. See [`PageRequest::ImportTake`].
///
/// # Errors
/// A [`Refusal`]; [`Refusal::NoPreview`] where the vault was locked meanwhile.
pub async fn take(chosen: Vec<u32>) -> Result<crate::message::vault::Taken, Refusal> {
    ask_vault(&PageRequest::ImportTake { chosen }).await
}

async fn written(exported: JsValue, passphrase: &Bytes) -> Result<Uint8Array, Problem> {
    let module = load().await;
    let written = module.and_then(|module| {
        let module: &Transfer = module.unchecked_ref();
        let passphrase = array_of(passphrase);
        let written = module.write_backup(&exported, &passphrase);
        wipe_array(&passphrase);
        answered(written)
    });
    wipe(&exported);
    written?
        .dyn_into()
        .map_err(|_| Problem::File(FileError::Failed))
}

async fn load() -> Result<JsValue, Problem> {
    let loaded = module::load("transfer").await;
    loaded.map_err(|_: WebError| Problem::File(FileError::Failed))
}

/// The detectors, which reading a file asks, too.
async fn load_question() -> Result<JsValue, Problem> {
    let loaded = module::load("question").await;
    loaded.map_err(|_: WebError| Problem::File(FileError::Failed))
}

/// An answer of the module that is no error.
fn answered(answer: Result<JsValue, JsValue>) -> Result<JsValue, Problem> {
    let answer = answer.unwrap_or(JsValue::NULL);
    if !answer.is_object() {
        return Err(Problem::File(FileError::Failed));
    }
    let error = member(&answer, "error");
    if error.is_undefined() {
        Ok(answer)
    } else {
        Err(Problem::File(from_js(&error).unwrap_or(FileError::Failed)))
    }
}

fn named(r#type: &str) -> JsValue {
    let message = js_sys::Object::new();
    // On a fresh plain object.
    let _ = Reflect::set(&message, &"type".into(), &r#type.into());
    message.into()
}

fn array_of(bytes: &Bytes) -> Uint8Array {
    // EXPOSE: goes into the module's memory; the caller overwrites this copy.
    Uint8Array::from(bytes.0.expose().as_slice())
}

fn wipe_array(array: &Uint8Array) {
    array.fill(0, 0, array.length());
}
