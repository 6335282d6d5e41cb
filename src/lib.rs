//! Keyward keeps API keys where they belong.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
