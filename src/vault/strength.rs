//! How strong a new passphrase is, by the guesses that it takes: no rules of composition.
//!
//! The estimate knows lists of words of some hundred kilobytes, so it is called by the one module that makes vaults.

use crate::secret::Secret;

/// The least score that a new passphrase has.
pub const LEAST_SCORE: u8 = 3;
/// Characters beyond which the estimate does not look; what is that long is strong if its beginning is.
const MOST_CHARACTERS: usize = 100;

/// From 0 (guessed at once) to 4. `known` are words that an attacker would try first, such as the person's name.
pub fn score(passphrase: &Secret<Vec<u8>>, known: &[&str]) -> u8 {
    // EXPOSE: looked at here; the estimate keeps parts of it until it returns, in memory that is wiped when it is freed.
    let Ok(text) = core::str::from_utf8(passphrase.expose()) else {
        return 0;
    };
    let end = text
        .char_indices()
        .nth(MOST_CHARACTERS)
        .map_or(text.len(), |(at, _)| at);
    u8::from(zxcvbn::zxcvbn(&text[..end], known).score())
}
