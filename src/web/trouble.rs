//! Why nothing came of a file, in plain words.

use super::extension::text;
use super::forms::problem;
use super::transfer::Problem;
use crate::message::transfer::FileError;

/// What failed, and what to do.
pub fn words(trouble: Problem) -> String {
    let error = match trouble {
        Problem::Vault(refusal) => return problem::words(refusal),
        Problem::File(error) => error,
    };
    text(match error {
        FileError::Unknown => "optionsFileUnknown",
        FileError::Encrypted => "optionsFileEncrypted",
        FileError::Archive => "optionsFileArchive",
        FileError::Damaged => "optionsFileDamaged",
        FileError::TooLarge => "optionsFileTooLarge",
        FileError::NeedsPassphrase => "optionsFileNeedsPassphrase",
        FileError::CannotOpen => "optionsFileCannotOpen",
        FileError::Newer => "optionsFileNewer",
        FileError::TooCostly => "optionsFileTooCostly",
        _ => "optionsFileFailed",
    })
}
