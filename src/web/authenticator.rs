//! Second factors, for a page: asking the browser for a security key or for the device itself.
//!
//! For a page in a tab: the browser's question takes the focus, and a popup that loses it closes.

use js_sys::Promise;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::extension::own_origin;
use super::js::{from_js, member, to_js};
use crate::message::vault::{Bytes, Factor, FactorOutput, FactorState, TRANSPORTS};
use crate::secret::Secret;

// By its place in the package: the glue stands in `wasm/`.
#[wasm_bindgen(raw_module = "../authenticator.js")]
extern "C" {
    #[wasm_bindgen(js_name = enrol)]
    fn enrol_by(asked: &JsValue) -> Promise;

    #[wasm_bindgen(js_name = ask)]
    fn ask_by(asked: &JsValue) -> Promise;
}

/// Why there is no output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The person broke off, or no authenticator answered in time.
    Nothing,
    /// It is enrolled already.
    Known,
    /// It has no pseudo-random function, or does not verify its person.
    Unable,
    /// The browser does not let an extension ask.
    NotHere,
}

#[derive(Serialize)]
struct Asked<'a> {
    name: &'a str,
    input: &'a [u8],
    known: Vec<Known<'a>>,
}

#[derive(Serialize)]
struct Known<'a> {
    credential: &'a [u8],
    transports: Vec<&'static str>,
}

#[derive(Deserialize)]
struct Made {
    credential: Vec<u8>,
    transports: Vec<String>,
    able: bool,
    output: Option<Bytes>,
}

#[derive(Deserialize)]
struct Given {
    credential: Vec<u8>,
    output: Option<Bytes>,
}

/// Whether the browser lets an extension ask at all. Firefox refuses a page of an extension its own name (153, November 2026), and
/// any name but its own would be shared with a site.
pub fn is_possible() -> bool {
    own_origin().is_ok_and(|origin| origin.starts_with("chrome-extension:"))
}

/// Enrols an authenticator, which the browser and the authenticator show under `name`; answers with its ways too, one bit each.
/// Authenticators that give no output as they are enrolled are asked once more.
///
/// # Errors
/// A [`Trouble`]; nothing of it is kept by the browser for later use, but an authenticator that is [`Trouble::Unable`] may keep a
/// credential that serves nothing.
pub async fn enrol(state: &FactorState, name: &str) -> Result<(FactorOutput, u8), Trouble> {
    let made: Made = answer(enrol_by(&asked(state, name))).await?;
    if !made.able {
        return Err(Trouble::Unable);
    }
    let transports = bits(&made.transports);
    let given = match made.output {
        Some(output) => FactorOutput {
            credential: Bytes(Secret::new(made.credential)),
            output,
        },
        None => {
            let only = Factor {
                credential: made.credential,
                transports,
                made_ms: 0,
            };
            ask(&FactorState {
                input: state.input.clone(),
                factors: vec![only],
            })
            .await?
        }
    };
    Ok((given, transports))
}

/// Asks any of those that are enrolled.
///
/// # Errors
/// A [`Trouble`].
pub async fn ask(state: &FactorState) -> Result<FactorOutput, Trouble> {
    let given: Given = answer(ask_by(&asked(state, ""))).await?;
    let output = given.output.ok_or(Trouble::Unable)?;
    Ok(FactorOutput {
        credential: Bytes(Secret::new(given.credential)),
        output,
    })
}

fn asked(state: &FactorState, name: &str) -> JsValue {
    let known = state.factors.iter().map(|factor| Known {
        credential: &factor.credential,
        transports: names(factor.transports),
    });
    let asked = Asked {
        name,
        input: &state.input,
        known: known.collect(),
    };
    to_js(&asked).expect("texts and bytes have a form")
}

async fn answer<T: serde::de::DeserializeOwned>(promise: Promise) -> Result<T, Trouble> {
    let answer = JsFuture::from(promise).await;
    let answer = answer.map_err(|_| Trouble::NotHere)?;
    match member(&answer, "problem").as_string().as_deref() {
        None => from_js(&answer).map_err(|_| Trouble::Unable),
        Some("InvalidStateError") => Err(Trouble::Known),
        Some("ConstraintError" | "NotSupportedError") => Err(Trouble::Unable),
        Some("NotAllowedError" | "AbortError" | "TimeoutError") => Err(Trouble::Nothing),
        Some(_) => Err(Trouble::NotHere),
    }
}

fn names(bits: u8) -> Vec<&'static str> {
    let named = TRANSPORTS.iter().enumerate();
    let named = named.filter(|(place, _)| bits >> place & 1 == 1);
    named.map(|(_, name)| *name).collect()
}

fn bits(names: &[String]) -> u8 {
    let places = names
        .iter()
        .filter_map(|name| TRANSPORTS.iter().position(|known| known == name));
    places.fold(0, |bits, place| bits | 1 << place)
}
