//! All native tests.

#[path = "../../src/detect/lists.rs"]
mod lists;
#[path = "../../src/detect/lower.rs"]
#[allow(dead_code, reason = "the tests read what the build script does not")]
mod lower;

mod approve;
mod catalogue;
mod detect;
mod fill;
mod fill_flow;
mod origin;
mod policy;
