//! What the extension's pages say to the background about the vault.
//!
//! Passphrases, codes and keys travel as [`Bytes`]: an array of numbers, which both sides overwrite, where a text of
//! JavaScript could not be. A frame has no message here, and none must be added.

mod bytes;
mod entry;
mod factor;
mod refusal;
mod reply;
mod request;

pub use bytes::Bytes;
pub use entry::{Details, EarlierKey, EntryLine, Plain, Removed, Stored};
pub use factor::{Factor, FactorOutput, FactorRequest, FactorState, TRANSPORTS};
pub use refusal::Refusal;
pub use reply::{PageReply, Presence, Standing, Taken, VaultState};
pub use request::PageRequest;
