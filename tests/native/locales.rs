//! The texts of the extension's own pages: there in every language, with the same values put in, and none for nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::Value;

/// Keys that begin so belong to the manifest, the background and the pages; the guard has the others.
const OWN: &str = "(?:popup|confirm|road|outcome|reason|action|extension|fill|refusal|oddity|doubt|menu|command|store|vault|life|log|welcome|selftest|options)";

/// Keys and the names of what is put in.
fn texts(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let path = format!("extension/_locales/{language}/messages.json");
    let file = fs::read_to_string(&path).expect("each language has its file");
    let messages: BTreeMap<String, Value> = serde_json::from_str(&file).expect("an object");
    messages
        .into_iter()
        .map(|(key, message)| {
            let text = message["message"]
                .as_str()
                .expect("each message has a text");
            assert!(!text.trim().is_empty(), "{language}: {key} is empty");
            let names = Regex::new(r"\$([A-Z]+)\$").expect("a pattern");
            let used: BTreeSet<String> = names
                .captures_iter(text)
                .map(|found| found[1].to_lowercase())
                .collect();
            let declared: BTreeSet<String> = message["placeholders"]
                .as_object()
                .into_iter()
                .flat_map(|placeholders| placeholders.keys().map(|name| name.to_lowercase()))
                .collect();
            assert_eq!(used, declared, "{language}: {key}");
            (key, used)
        })
        .collect()
}

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}

#[test]
fn every_language_has_every_text() {
    let english = texts("en");
    for language in ["de", "zh_CN"] {
        assert_eq!(texts(language), english, "{language}");
    }
}

#[test]
fn every_text_is_used_and_every_used_text_is_there() {
    let mut used = fs::read_to_string("manifest.json").expect("the manifest");
    sources(Path::new("src/bin"), &mut used);
    sources(Path::new("src/web"), &mut used);
    let background = fs::read_to_string("extension/background.js").expect("the script");
    used.push_str(&background.replace('\'', "\""));
    // Each refusal has the text of its name.
    let refusals = fs::read_to_string("src/fill.rs").expect("the refusals");
    let refusal = Regex::new(r"#\[error\([^)]*\)\]\s+(\w+),").expect("a pattern");
    let refusals = refusal
        .captures_iter(&refusals)
        .map(|found| format!("\"refusal{}\"", &found[1]));
    used.extend(refusals);
    let name = Regex::new(&format!(r#"(?:"|__MSG_)({OWN}[A-Z][0-9A-Za-z]*?)(?:"|__)"#))
        .expect("a pattern");
    let used: BTreeSet<String> = name
        .captures_iter(&used)
        .map(|found| found[1].to_owned())
        .collect();
    let own = Regex::new(&format!("^{OWN}[A-Z]")).expect("a pattern");
    let there: BTreeSet<String> = texts("en")
        .into_keys()
        .filter(|key| own.is_match(key))
        .collect();
    assert!(there.len() > 50, "the pattern finds the texts");
    assert_eq!(used, there);
}

/// What the browsers' stores and the packages take at most.
#[test]
fn name_and_description_fit() {
    for language in ["en", "de", "zh_CN"] {
        let path = format!("extension/_locales/{language}/messages.json");
        let file = fs::read_to_string(&path).expect("each language has its file");
        let messages: Value = serde_json::from_str(&file).expect("an object");
        for (key, most) in [("extensionName", 75), ("extensionDescription", 132)] {
            let text = messages[key]["message"].as_str().expect("a text");
            assert!(text.chars().count() <= most, "{language}: {key}");
        }
    }
}
