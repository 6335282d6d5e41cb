//! What is said about a key that was looked at (`keyward::transfer`), in words.

use super::extension::{text, text_with};
use crate::message::transfer::Doubt;
use crate::message::vault::Removed;

/// More providers are not named.
const MOST_NAMED: usize = 4;

/// What is odd about a key.
pub fn doubt_words(doubt: &Doubt) -> String {
    match doubt {
        Doubt::OtherProvider { providers } => text_with("optionsDoubtOther", &[&named(providers)]),
        Doubt::NotOfProvider => text("optionsDoubtProvider"),
        Doubt::BlanksInside => text("optionsDoubtBlanks"),
        Doubt::Short => text("optionsDoubtShort"),
    }
}

/// What is taken away from a key, in words.
pub fn removed_words(removed: &[Removed]) -> String {
    let words: Vec<String> = removed
        .iter()
        .map(|removed| {
            text(match removed {
                Removed::Blanks => "optionsRemovedBlanks",
                Removed::Quotes => "optionsRemovedQuotes",
                Removed::Bearer => "optionsRemovedBearer",
                Removed::LineBreaks => "optionsRemovedLineBreaks",
                Removed::Invisible => "optionsRemovedInvisible",
            })
        })
        .collect();
    words.join(", ")
}

/// The first of these names.
pub fn named(providers: &[String]) -> String {
    let mut words = providers[..providers.len().min(MOST_NAMED)].join(", ");
    if providers.len() > MOST_NAMED {
        words.push_str(", …");
    }
    words
}
