//! The texts of refusals, oddities and doubts.

use keyward::approve::Oddity;
use keyward::fill::Refusal;
use keyward::fill::doubt::Doubt;
use keyward::web::extension::{text, text_with};
use keyward::web::js::to_js;

/// The name of a refusal, as messages have it.
pub(crate) fn id(refusal: Refusal) -> String {
    let name = to_js(&refusal).ok().and_then(|name| name.as_string());
    name.unwrap_or_default()
}

/// Why nothing was filled, and what to do. Each refusal has its text under `refusal` and its name.
pub(crate) fn refusal(refusal: Refusal) -> String {
    let id = id(refusal);
    let (first, rest) = id.split_at(id.len().min(1));
    text(&format!("refusal{}{rest}", first.to_ascii_uppercase()))
}

pub(crate) fn oddity(oddity: &Oddity) -> String {
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
        // Both are of one build.
        _ => String::new(),
    }
}

pub(crate) fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Exposed => text("doubtExposed"),
        Doubt::FirstHere => text("doubtFirstHere"),
        Doubt::LabelledForOther { provider } => text_with("doubtLabelledForOther", &[provider]),
        Doubt::InAddress => text("doubtInAddress"),
        Doubt::Replaces => text("doubtReplaces"),
        Doubt::Readable => text("doubtReadable"),
        Doubt::InText => text("doubtInText"),
        // Both are of one build.
        _ => String::new(),
    }
}
