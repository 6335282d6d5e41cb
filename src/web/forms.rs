//! Forms about the vault that several pages have: opening it, a new passphrase, the recovery code.
//!
//! Each form asks the background itself or lets its page do so, shows what came of it, and tells its page when it is done.
//! What was typed is read when it is sent and nowhere kept; a field is emptied once it has served.
//!
//! One form of a kind is on a page at a time: their fields have fixed names.

pub mod passphrase;
pub mod problem;
pub mod recovery;
pub mod sealed;
pub mod secret_field;
pub mod unlock;

use std::pin::Pin;

use serde::Deserialize;

/// What a form waits for.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// The answer to what has none.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Done {}
