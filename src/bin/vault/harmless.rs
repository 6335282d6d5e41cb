//! Values that are no keys: the rows that frames recognise them by (`keyward::policy::Harmless`), made where the hashing is.

use keyward::message::Refusal;
use keyward::message::between::HarmlessRows;
use keyward::message::store::HeldKey;
use keyward::vault::{make_salt, row_under};
use wasm_bindgen::JsValue;

use super::js;

/// Makes the rows; the values are wiped by who has read them. Needs no vault.
pub(crate) fn rows(salt: Vec<u8>, values: &[HeldKey]) -> Result<JsValue, Refusal> {
    let salt = match salt.len() {
        0 => make_salt().map_err(|_| Refusal::Failed)?,
        _ => salt.try_into().map_err(|_| Refusal::NotUnderstood)?,
    };
    let mut made = HarmlessRows {
        salt: Vec::from(salt),
        detectors: Vec::new(),
        rows: Vec::new(),
    };
    for HeldKey { detector, key } in values {
        let text = key.text().ok();
        if let Some(row) = text.and_then(|text| row_under(&salt, &text)) {
            made.detectors.push(*detector);
            made.rows.extend(row);
        }
    }
    js(&made)
}
