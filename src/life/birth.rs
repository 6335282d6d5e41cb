//! Keys on the day they are made: on a page of their issuer, which as a rule shows them once.
//!
//! The frame says kinds of keys, and is told which of them are worth an offer there. When the person takes the offer, the keys
//! wait for the extension's window (`keeper::held`), and a [`Birth`] for what the window says of them. Neither a frame nor a
//! page can do more than have that window opened.

use serde::{Deserialize, Serialize};

use crate::detect;
use crate::kinds::Kinds;
use crate::origin::WebOrigin;

/// A page with more keys than that shows a list, and no key that was just made.
pub const MOST_KEYS: usize = 4;
/// The longest account.
const MOST_ACCOUNT_BYTES: usize = 100;

/// The kinds that an issuer makes for a program. Tokens of sessions and the like come and go by themselves.
const KINDS: [&str; 6] = [
    "api-key",
    "access-token",
    "client-secret",
    "private-key",
    "secret",
    "signing-secret",
];

/// Which of the keys on a page of this origin are at home there and made for keeping.
pub fn offered(origin: Option<&WebOrigin>, kinds: Kinds, detectors: &[u16]) -> Vec<u16> {
    let Some(origin) = origin.filter(|origin| origin.is_https() && detectors.len() <= MOST_KEYS)
    else {
        return Vec::new();
    };
    let is_worth = |detector: &u16| {
        let known = (*detector < detect::detectors()).then(|| kinds.named(detect::id(*detector)));
        known.flatten().is_some_and(|kind| {
            KINDS.contains(&kind.kind) && is_home(origin.host(), kind.provider.homes)
        })
    };
    detectors.iter().copied().filter(is_worth).collect()
}

/// Whether a host is one of those homes, as [`crate::kinds::Provider`] has them.
fn is_home(host: &str, homes: &str) -> bool {
    homes.split(' ').any(|home| match home.strip_prefix("*.") {
        Some(home) => host
            .strip_suffix(home)
            .is_some_and(|above| above.is_empty() || above.ends_with('.')),
        None => host == home,
    })
}

/// What a page says of whose account it is, where that is an address of e-mail and nothing else; the person sees it
/// before it is stored.
pub fn account(text: &str) -> &str {
    let text = text.trim();
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|letter| letter.is_alphanumeric() || ".+-_".contains(letter))
    };
    let is_address = text
        .split_once('@')
        .is_some_and(|(name, host)| is_part(name) && is_part(host) && host.contains('.'));
    match is_address && text.len() <= MOST_ACCOUNT_BYTES {
        true => text,
        false => "",
    }
}

/// Keys that wait for the person's word, without the keys. There is one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Birth {
    /// By which the keys are kept.
    pub id: String,
    /// Of the page.
    pub tab: i32,
    /// Of the page.
    pub document: String,
    /// Of the page, as the browser says.
    pub origin: String,
    /// Whose the keys are, as far as the page says.
    pub account: String,
    /// In milliseconds since 1970.
    pub at_ms: u64,
    /// The window that asks.
    pub window: Option<i32>,
}
