//! What the modules of the background and of the pages share of the browser.
//!
//! The bindings to `chrome.*` are written by hand: the crates that offer them are stale, and this extension needs few.
//! Both browsers have the name `chrome` and give promises under manifest version 3.
//!
//! Nothing here decides anything, and nothing here is exported to JavaScript: exports stand in the binaries only.

pub mod answer;
pub mod arming;
pub mod asked;
pub mod authenticator;
pub mod backup;
pub mod between;
pub mod clipboard;
pub mod clock;
pub mod doubt;
pub mod element;
pub mod error;
pub mod extension;
pub mod file;
pub mod forms;
pub mod js;
pub mod kinds;
pub mod message;
pub mod module;
pub mod oddity;
pub mod page;
pub mod passphrase;
pub mod permission;
pub mod reminders;
pub mod request;
pub mod scripts;
pub mod settle;
pub mod storage;
pub mod strength;
pub mod transfer;
pub mod trouble;
pub mod turn;
pub mod vault;
pub mod verdict;
pub mod view;
pub mod window;
pub mod words;
