//! What is odd about a fill that may be done: the confirmation shows it, and the person decides.

use super::field::{Element, Field};

/// Something to think about before confirming. The texts are in `_locales`, one each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// The key went where it does not belong before, and should be replaced rather than used.
    Exposed,
    /// Never filled here before.
    FirstHere,
    /// The field is labelled for another provider's key.
    LabelledForOther {
        /// Whose.
        provider: String,
    },
    /// The form puts the key into the address, which browsers and servers keep.
    InAddress,
    /// What stands in the field will be replaced. In fields for more than a line the key is put where the caret is.
    Replaces,
    /// The key will be readable on the screen.
    Readable,
    /// Not a field for one line: what is filled becomes part of a text.
    InText,
}

/// What the confirmation knows of the entry.
#[derive(Clone, Copy, Debug)]
pub struct EntryFacts<'a> {
    /// Its provider's name; empty where it has none.
    pub provider: &'a str,
    /// Whether an exposure is on record that no rotation followed.
    pub exposed: bool,
    /// Whether it was filled into this origin before.
    pub used_here: bool,
}

/// The doubts about filling an entry into a field, gravest first.
pub fn doubts<'a>(
    field: &Field,
    entry: EntryFacts<'_>,
    providers: impl IntoIterator<Item = &'a str>,
) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if entry.exposed {
        doubts.push(Doubt::Exposed);
    }
    if let Some(provider) = labelled_for_other(&field.label, entry.provider, providers) {
        doubts.push(Doubt::LabelledForOther {
            provider: provider.to_owned(),
        });
    }
    if field.in_address {
        doubts.push(Doubt::InAddress);
    }
    if !entry.used_here {
        doubts.push(Doubt::FirstHere);
    }
    if field.has_text && field.element == Element::Input {
        doubts.push(Doubt::Replaces);
    }
    match field.element {
        Element::Input if field.kind != "password" => doubts.push(Doubt::Readable),
        Element::Textarea | Element::Editable => doubts.push(Doubt::InText),
        _ => {}
    }
    doubts
}

/// Names of fewer letters are words.
const SHORTEST_NAME: usize = 4;

fn labelled_for_other<'a>(
    label: &str,
    own: &str,
    providers: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let label = label.to_lowercase();
    if own.is_empty() || label.contains(&own.to_lowercase()) {
        return None;
    }
    providers.into_iter().find(|provider| {
        let name = provider.to_lowercase();
        name.len() >= SHORTEST_NAME && has_word(&label, &name)
    })
}

/// Whether `word` stands in `text` with no letter or digit beside it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    })
}
