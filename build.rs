//! Lowers the detectors to constant tables; see `src/detect/lower.rs` and `src/detect/emit.rs`.

#[path = "src/detect/emit.rs"]
mod emit;
#[path = "src/detect/hash.rs"]
mod hash;
#[path = "src/detect/lists.rs"]
mod lists;
#[path = "src/detect/lower.rs"]
#[allow(dead_code, reason = "the tests read what the build script does not")]
mod lower;

use std::{env, fs, path::Path, process};

const DETECTORS: &str = "src/detect/detectors";

fn main() {
    for path in [
        DETECTORS,
        "src/detect/emit.rs",
        "src/detect/hash.rs",
        "src/detect/lists.rs",
        "src/detect/lower.rs",
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
        Ok(catalogue) => {
            let out = env::var_os("OUT_DIR").expect("cargo gives OUT_DIR to build scripts");
            fs::write(Path::new(&out).join("tables.rs"), emit::tables(&catalogue))
                .expect("OUT_DIR can be written");
        }
        Err(errors) => {
            for error in errors {
                println!("cargo::error={error}");
            }
            process::exit(1);
        }
    }
}
