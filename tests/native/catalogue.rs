//! The detectors' own texts, read by the code that `build.rs` uses.

use crate::lower::Catalogue;
use std::fs;
use std::sync::LazyLock;

/// Every detector of the build under test.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/detect/detectors");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is part of the package")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    let files: Vec<_> = paths
        .iter()
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(path).expect("it can be read"),
            )
        })
        .collect();
    crate::lower::read(&files).unwrap_or_else(|errors| panic!("{errors:#?}"))
});
