//! Lowers data to constant tables: the detectors (`src/detect/lower.rs`, `src/detect/emit.rs`) and what host names look
//! like (`src/approve/tabulate.rs`).

#[path = "src/detect/emit.rs"]
mod emit;
#[path = "src/detect/lists.rs"]
mod lists;
#[path = "src/detect/lower.rs"]
#[allow(dead_code, reason = "the tests read what the build script does not")]
mod lower;
#[allow(dead_code, reason = "the tests read what the build script does not")]
#[path = "src/detect/pattern.rs"]
mod pattern;
#[path = "src/approve/tabulate.rs"]
mod tabulate;

use std::{env, fs, path::Path, process};

const DETECTORS: &str = "src/detect/detectors";
const SUFFIXES: &str = "src/approve/shared_suffixes.txt";

fn main() {
    lower_detectors();
    lower_names();
}

fn write(name: &str, source: String) {
    let out = env::var_os("OUT_DIR").expect("cargo gives OUT_DIR to build scripts");
    fs::write(Path::new(&out).join(name), source).expect("OUT_DIR can be written");
}

fn lower_names() {
    for path in [
        SUFFIXES,
        "src/approve/tabulate.rs",
        "src/approve/suffix_hash.rs",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let suffixes =
        fs::read_to_string(SUFFIXES).expect("the list of suffixes is part of the package");
    match tabulate::names(&suffixes) {
        Ok(names) => write("names.rs", names),
        Err(error) => {
            println!("cargo::error={SUFFIXES}:{error}");
            process::exit(1);
        }
    }
}

fn lower_detectors() {
    for path in [
        DETECTORS,
        "src/detect/emit.rs",
        "src/detect/lists.rs",
        "src/detect/lower.rs",
        "src/detect/pattern.rs",
        "build.rs",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut paths: Vec<_> = fs::read_dir(DETECTORS)
        .expect("the folder of detectors is part of the package")
        .map(|entry| entry.expect("the folder of detectors can be listed").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    let files: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(path).expect("a detector file can be read"),
            )
        })
        .collect();
    match lower::read(&files) {
        Ok(catalogue) => write("tables.rs", emit::tables(&catalogue)),
        Err(errors) => {
            for error in errors {
                println!("cargo::error={error}");
            }
            process::exit(1);
        }
    }
}
