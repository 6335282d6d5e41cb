//! Drives the built packages in real browsers.
fn main() {}
