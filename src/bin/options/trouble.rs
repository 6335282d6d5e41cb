//! Why nothing came of a file, in plain words.

use keyward::message::transfer::FileError;
use keyward::web::extension::text;
use keyward::web::forms::problem;
use keyward::web::transfer::Problem;

/// What failed, and what to do.
pub(crate) fn words(trouble: Problem) -> String {
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
