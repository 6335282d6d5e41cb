//! Why something about the vault came to nothing, and what to do.

use crate::message::vault::Refusal;
use crate::web::extension::text;

/// In words. For [`Refusal::CannotOpen`] those of a passphrase; for a code, see [`words_of_code`].
pub fn words(refusal: Refusal) -> String {
    text(match refusal {
        Refusal::Locked => "vaultProblemLocked",
        Refusal::NoVault => "vaultProblemNoVault",
        Refusal::CannotOpen => "vaultProblemPassphrase",
        Refusal::NoFactor => "vaultProblemNoFactor",
        Refusal::TooSoon => "vaultProblemTooSoon",
        Refusal::Newer => "vaultProblemNewer",
        Refusal::Older => "vaultProblemOlder",
        Refusal::Exists => "vaultProblemExists",
        Refusal::NoRecoveryCode => "vaultProblemNoRecoveryCode",
        Refusal::NoPassphrase => "vaultProblemNoPassphrase",
        Refusal::WeakPassphrase => "vaultProblemWeakPassphrase",
        Refusal::NoPreview => "vaultProblemNoPreview",
        Refusal::NoSuchEntry => "vaultProblemNoSuchEntry",
        Refusal::Changed => "vaultProblemChanged",
        Refusal::Duplicate => "vaultProblemDuplicate",
        Refusal::NoKey => "vaultProblemNoKey",
        Refusal::NoText => "vaultProblemNoText",
        Refusal::TooLong => "vaultProblemTooLong",
        Refusal::TooMany => "vaultProblemTooMany",
        Refusal::NoMemory => "vaultProblemNoMemory",
        Refusal::Full => "vaultProblemFull",
        Refusal::Failed => "vaultProblemFailed",
    })
}

/// As [`words`], where a recovery code was given.
pub fn words_of_code(refusal: Refusal) -> String {
    match refusal {
        Refusal::CannotOpen => text("vaultProblemCode"),
        Refusal::NoPassphrase => text("vaultProblemNoRecoveryCode"),
        refusal => words(refusal),
    }
}
