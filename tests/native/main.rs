//! All native tests.

#[path = "../../src/own_keys/hash.rs"]
mod hash;
#[path = "../../src/detect/lists.rs"]
mod lists;
#[allow(dead_code, reason = "the tests read what the build script does not")]
#[path = "../../src/detect/lower.rs"]
mod lower;
#[allow(dead_code, reason = "the tests read what the build script does not")]
#[path = "../../src/detect/pattern.rs"]
mod pattern;

mod advice;
mod approve;
mod assignment;
mod catalogue;
mod chunks;
mod deepseek;
mod detect;
mod files;
mod fill;
mod held;
mod keeper;
mod kinds;
mod leaks;
mod life;
mod locales;
mod log;
mod lowering;
mod message;
mod oracle;
mod origin;
mod own_hash;
mod policy;
mod random;
mod replace;
mod report;
mod request;
mod rotation;
mod sending;
mod texts;
mod tidy;
mod transfer;
mod vault;
