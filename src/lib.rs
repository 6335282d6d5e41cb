//! Keyward keeps API keys where they belong.
//!
//! | module | what |
//! | --- | --- |
//! | [`detect`] | text to findings; all of it that a frame carries |
//! | `origin` | web origins: parsing, comparing, showing |
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

pub mod detect;
#[cfg(feature = "std")]
pub mod origin;
