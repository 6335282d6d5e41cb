//! The page's half of the page's own sending asks only about texts that may have a key in them (`extension/page/channel.js`): that
//! leaves out no key that would be held.

use std::fs;

use keyward::detect;
use regex::Regex;

/// What is recognised by a word beside it passes on that road (`src/policy/sending.rs`).
const PASSES: [&str; 2] = ["generic.", "database.ado-password"];

#[test]
fn no_key_is_overlooked() {
    let script = fs::read_to_string("extension/page/channel.js").expect("a file of the repository");
    let (_, rest) = script
        .split_once("export const PERHAPS = /")
        .expect("the pattern");
    let (pattern, _) = rest.split_once("/;").expect("its end");
    let perhaps = Regex::new(&pattern.replace(r"\/", "/")).expect("a pattern of both");
    let mut looked = 0;
    let mut overlooked = Vec::new();
    for file in fs::read_dir("src/detect/detectors").expect("the detectors") {
        let file = fs::read_to_string(file.expect("readable").path()).expect("text");
        let provider: toml::Table = file.parse().expect("sound");
        for detector in provider["detector"].as_array().expect("a list") {
            let id = detector["id"].as_str().expect("a text");
            assert!(detect::detector_named(id).is_some());
            if PASSES.iter().any(|passes| id.starts_with(passes)) {
                continue;
            }
            for example in detector["examples"].as_array().expect("a list") {
                let text = example.as_str().expect("a text").replace("<>", "");
                let key = text
                    .split_once('«')
                    .and_then(|(_, rest)| rest.split_once('»'));
                let key = key.map_or(text.as_str(), |(key, _)| key);
                looked += 1;
                if !perhaps.is_match(key) {
                    overlooked.push(format!("{id}: {text}"));
                }
            }
        }
    }
    assert!(looked > 1000, "{looked} examples");
    assert_eq!(overlooked, Vec::<String>::new());
}
