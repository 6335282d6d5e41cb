//! Rules of the house that a program can check.

use crate::detect::findings;
use keyward::detect::Severity;
use std::fs;
use std::path::{Path, PathBuf};

/// The files under a folder of the package that end so.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it is part of the package") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                files.push(path);
            }
        }
    }
    assert!(
        !files.is_empty(),
        "{folder} has files that end with {ending}"
    );
    files
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("it is text")
}

#[test]
fn modules_begin_with_what_they_are_for() {
    for path in files("src", ".rs") {
        assert!(
            text(&path).starts_with("//!"),
            "{} has no doc of its module",
            path.display()
        );
    }
}

#[test]
fn the_scanner_has_no_unsafe_no_floats_and_nothing_that_panics_by_name() {
    // What is lowered in the build script and in tests may.
    let elsewhere = ["lower.rs", "pattern.rs", "emit.rs"];
    for path in files("src/detect", ".rs") {
        if elsewhere.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        let text = text(&path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in [
            "unsafe ",
            "f64",
            "f32",
            ".unwrap()",
            ".expect(",
            "panic!(",
            "unreachable!(",
            "todo!(",
            "alloc::",
        ] {
            assert!(!code.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Example keys are broken up, so that no scanner on the way stops the repository; ours is one.
#[test]
fn no_file_of_detectors_holds_a_whole_key() {
    for path in files("src/detect/detectors", ".toml") {
        let text = text(&path);
        for finding in findings(&text) {
            let line = text[..finding.start].lines().count();
            assert!(
                finding.severity < Severity::Certain,
                "{}:{line}: {}",
                path.display(),
                finding.id()
            );
        }
    }
}
