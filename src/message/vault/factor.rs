//! Second factors, as pages and background speak of them.

use serde::{Deserialize, Serialize};

use super::Bytes;

/// What a second factor gave.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FactorOutput {
    /// Which factor.
    pub credential: Bytes,
    /// The result of its pseudo-random function, 32 bytes: opens the vault together with the passphrase.
    pub output: Bytes,
}

/// What the page about factors asks besides: the members of [`PageRequest`](super::PageRequest) of these names. Apart, so that the
/// modules of other pages do not have what writes them.
#[derive(Debug, Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FactorRequest {
    /// Which there are.
    FactorState {},
    /// Opens the vault.
    UnlockWithFactor {
        /// As it was given.
        passphrase: Bytes,
        /// What the factor gave.
        factor: FactorOutput,
        /// The person was told that the vault is older than it was, and wants it so.
        accept_older: bool,
    },
    /// Enrols one.
    AddFactor {
        /// The present one.
        passphrase: Bytes,
        /// Of the new factor.
        factor: FactorOutput,
        /// As [`Factor`] has it.
        transports: u8,
    },
    /// Removes one.
    RemoveFactor {
        /// The present one.
        passphrase: Bytes,
        /// Which.
        credential: Bytes,
    },
}

/// One that is enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Factor {
    /// As the authenticator named it.
    pub credential: Vec<u8>,
    /// How it can be reached: a bit for each of [`TRANSPORTS`], the lowest for the first.
    pub transports: u8,
    /// When it was enrolled, in milliseconds since 1970.
    pub made_ms: u64,
}

/// The answer to `factorState`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FactorState {
    /// What the function of each of them is asked for.
    pub input: Vec<u8>,
    /// Two at most.
    pub factors: Vec<Factor>,
}

/// WebAuthn's names of the ways to an authenticator. The order never changes: vaults have bits for them.
pub const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "internal", "hybrid", "smart-card"];
