//! The life of a key after it was stored: whether its issuer still takes it, when it is due to be replaced, and where it went that
//! it should not have.
//!
//! Words: a *check* asks the issuer, by the one harmless request that its documentation has for it, whether a key is taken; a
//! *verdict* is what was read out of the answer. A key is *dead* only where its issuer said so. The *record* is what is
//! kept of all this, sealed with the entry.
//!
//! Invariants: nothing is claimed that was not seen, so whatever is not understood says nothing about a key. A request goes to
//! an address that stands in [`check`] and nowhere else. No part of a key is in a record, a verdict or an error.
//!
//! Not here: the browser, which asks the person first and carries the request.

pub mod advice;
pub mod amount;
pub mod birth;
pub mod check;
pub mod exposure;
mod json;
pub mod record;
pub mod reminder;
pub mod report;
pub mod rotation;
pub mod watch;
