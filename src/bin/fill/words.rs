//! The texts of refusals and doubts.

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
