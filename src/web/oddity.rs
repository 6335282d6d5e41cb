//! What is odd about an origin, in the person's language.

use super::extension::{text, text_with};
use super::kinds;
use crate::approve::{Home, Oddity, oddities};
use crate::origin::HttpsOrigin;

/// What is odd about an origin, traps first: against the homes of all providers and what is approved already. Needs
/// [`kinds::load`].
pub fn of(origin: &HttpsOrigin, approved: &[HttpsOrigin]) -> Vec<Oddity> {
    let homes = kinds::known().providers().flat_map(|one| {
        let provider = one.name;
        let patterns = one.homes.split_whitespace();
        patterns.map(move |pattern| Home { provider, pattern })
    });
    oddities(origin, homes, approved)
}

/// In a sentence.
pub fn words(oddity: &Oddity) -> String {
    match oddity {
        Oddity::LooksLikeHome { provider, host } => {
            text_with("oddityLooksLikeHome", &[host, provider])
        }
        Oddity::LooksLikeApproved { host } => text_with("oddityLooksLikeApproved", &[host]),
        Oddity::MixedScripts { label } => text_with("oddityMixedScripts", &[label]),
        Oddity::LooksLatin { label, looks_like } => {
            text_with("oddityLooksLatin", &[label, looks_like])
        }
        Oddity::OddCharacters { label } => text_with("oddityOddCharacters", &[label]),
        Oddity::Undecodable { label } => text_with("oddityUndecodable", &[label]),
        Oddity::NamesProvider {
            provider,
            misspelled: false,
        } => text_with("oddityNamesProvider", &[provider]),
        Oddity::NamesProvider {
            provider,
            misspelled: true,
        } => text_with("oddityMisspellsProvider", &[provider]),
        Oddity::SharedSuffix { suffix } => text_with("odditySharedSuffix", &[suffix]),
        Oddity::IpAddress => text("oddityIpAddress"),
        Oddity::LocalName => text("oddityLocalName"),
        Oddity::Port { port } => text_with("oddityPort", &[&port.to_string()]),
    }
}
