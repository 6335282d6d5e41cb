//! What a frame let through and the person said is no key: the rows that it is recognised by from now on.

use keyward::detect;
use keyward::message::store::HeldKey;
use keyward::policy::{Hold, Policy, Row, Salt};
use keyward::vault::row_under;
use keyward::web::js::{from_js, member};
use wasm_bindgen::JsValue;

use super::random_uuid;

/// Of the values in a frame's answer to a release, those that the hold was about. They are wiped when this returns.
pub(crate) fn rows(policy: &mut Policy, answer: &JsValue, hold: &Hold) -> Vec<(u16, Row)> {
    let Ok(values) = from_js::<Vec<HeldKey>>(&member(answer, "values")) else {
        return Vec::new();
    };
    let salt = policy.harmless_salt(fresh());
    let row = |value: &HeldKey| {
        let number = value.detector;
        let is_held = number < detect::detectors()
            && hold.detectors.iter().any(|id| id == detect::id(number));
        let row = row_under(&salt, &value.key.text().ok()?)?;
        is_held.then_some((number, row))
    };
    values.iter().filter_map(row).collect()
}

/// 122 random bits, as text.
fn fresh() -> Salt {
    let mut salt = Salt::default();
    let digits = random_uuid().into_bytes();
    for (byte, digit) in salt
        .iter_mut()
        .zip(digits.into_iter().filter(|byte| *byte != b'-'))
    {
        *byte = digit;
    }
    salt
}
