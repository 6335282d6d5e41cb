//! The detectors' examples and look-alikes, and what every text has to come to.

use crate::catalogue::CATALOGUE;
use keyward::detect::{self, Finding};

pub fn findings(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    detect::scan_whole(keyward::detect::tables(), text.as_bytes(), |finding| {
        found.push(finding)
    });
    found
}

fn show(text: &str, found: &[Finding]) -> String {
    found
        .iter()
        .map(|finding| {
            format!(
                "{} {}..{} `{}`",
                finding.id(),
                finding.start,
                finding.end,
                &text[finding.start..finding.end]
            )
        })
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn examples_are_found_where_they_are_marked() {
    let mut wrong = Vec::new();
    for detector in &CATALOGUE.detectors {
        for (text, span) in &detector.examples {
            let found = findings(text);
            let spans = found.iter().any(|finding| {
                finding.id() == detector.id && (finding.start..finding.end) == *span
            });
            if !spans {
                wrong.push(format!(
                    "{}: in `{text}` found: {}",
                    detector.id,
                    show(text, &found)
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} examples:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn look_alikes_are_not_found() {
    let mut wrong = Vec::new();
    for detector in &CATALOGUE.detectors {
        for text in &detector.look_alikes {
            let found = findings(text);
            if found.iter().any(|finding| finding.id() == detector.id) {
                wrong.push(format!(
                    "{}: in `{text}` found: {}",
                    detector.id,
                    show(text, &found)
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} look-alikes:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
