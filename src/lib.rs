//! Keyward keeps API keys where they belong.
//!
//! | module | what |
//! | --- | --- |
//! | [`detect`] | text to findings; all of it that a frame carries |
//! | `origin` | web origins: parsing, comparing, showing |
//! | `approve` | which origins a key may be filled into, and what is odd about one |
//! | `exchange` | the files that keys come from and go into |
//! | `files` | what is in files, on their way to a page |
//! | `fill` | what is filled where: refusals and grants |
//! | `own_keys` | the person's own keys, recognised by fingerprints |
//! | `secret` | values that must not show |
//! | `vault` | the encrypted store of keys |
//! | `keeper` | the vault as the background keeps it: open or locked, and when |
//! | `kinds` | what pages call the kinds of keys |
//! | `life` | whether a key is still taken, when it is due, where it went |
//! | `message` | what the contexts say to each other |
//! | `policy` | what the guard does where, what is held, who may let it through |
//! | `transfer` | keys on their way into the vault and out of it, from files and into files |
//! | `web` | what the background and the pages share of the browser |
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "std")]
pub mod approve;
pub mod detect;
#[cfg(feature = "std")]
pub mod exchange;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "std")]
pub mod fill;
#[cfg(feature = "vault")]
pub mod keeper;
#[cfg(feature = "std")]
pub mod kinds;
#[cfg(feature = "vault")]
pub mod life;
#[cfg(feature = "std")]
pub mod message;
#[cfg(feature = "std")]
pub mod origin;
#[cfg(feature = "own-keys")]
pub mod own_keys;
#[cfg(feature = "std")]
pub mod policy;
#[cfg(feature = "vault")]
pub mod secret;
#[cfg(feature = "vault")]
pub mod transfer;
#[cfg(feature = "vault")]
pub mod vault;
#[cfg(feature = "web")]
pub mod web;
