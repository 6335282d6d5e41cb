//! What is odd about a fill.

use keyward::fill::doubt::{Doubt, EntryFacts, doubts};

use super::*;

#[test]
fn doubts_about_a_fill() {
    const PROVIDERS: [&str; 4] = ["DeepSeek", "OpenAI", "xAI", "Hugging Face"];
    let deepseek = EntryFacts {
        provider: "DeepSeek",
        exposed: false,
        used_here: true,
    };
    let labelled = |label: &str| with(|field| field.label = label.into());
    let openai = || Doubt::LabelledForOther {
        provider: "OpenAI".into(),
    };
    let cases: Vec<(&str, Field, EntryFacts, Vec<Doubt>)> = vec![
        ("none", field(), deepseek, vec![]),
        (
            "first time",
            field(),
            EntryFacts {
                used_here: false,
                ..deepseek
            },
            vec![Doubt::FirstHere],
        ),
        (
            "exposed",
            field(),
            EntryFacts {
                exposed: true,
                used_here: false,
                ..deepseek
            },
            vec![Doubt::Exposed, Doubt::FirstHere],
        ),
        (
            "for another",
            labelled("OpenAI API Key"),
            deepseek,
            vec![openai()],
        ),
        (
            "for both",
            labelled("OpenAI or DeepSeek key"),
            deepseek,
            vec![],
        ),
        (
            "part of a word",
            labelled("OpenAIish key"),
            deepseek,
            vec![],
        ),
        ("too short a name", labelled("xAI key"), deepseek, vec![]),
        (
            "no provider",
            labelled("OpenAI API Key"),
            EntryFacts {
                provider: "",
                ..deepseek
            },
            vec![],
        ),
        (
            "address",
            with(|field| field.in_address = true),
            deepseek,
            vec![Doubt::InAddress],
        ),
        (
            "full",
            with(|field| field.has_text = true),
            deepseek,
            vec![Doubt::Replaces],
        ),
        (
            "readable",
            with(|field| field.kind = "text".into()),
            deepseek,
            vec![Doubt::Readable],
        ),
        (
            "textarea",
            with(|field| field.element = Element::Textarea),
            deepseek,
            vec![Doubt::InText],
        ),
    ];
    for (name, field, entry, expected) in cases {
        assert_eq!(doubts(&field, entry, PROVIDERS), expected, "{name}");
    }
}
