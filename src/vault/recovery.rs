//! The recovery code: what opens the vault when the passphrase is forgotten. Shown once, to be printed or written down.
//!
//! 28 characters in groups of four, `7K3M-…`: 25 random ones (125 bits) and three check characters of a Reed-Solomon
//! code over GF(32), which tells every slip in up to three characters, and every two that changed places. The
//! alphabet leaves out I, L, O and U; on reading, case, blanks and hyphens do not count, and I, L, O are read as 1, 1, 0.

use zeroize::Zeroize;

use super::{VaultError, crypto};
use crate::secret::Secret;

/// Characters that are random.
const RANDOM_CHARACTERS: usize = 25;
/// Characters that check the others.
const CHECK_CHARACTERS: usize = 3;
/// Characters of a code without hyphens.
const CHARACTERS: usize = RANDOM_CHARACTERS + CHECK_CHARACTERS;
/// Characters between two hyphens.
const GROUP: usize = 4;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code, complete and with the right check characters.
#[derive(Debug)]
pub struct RecoveryCode(Secret<[u8; CHARACTERS]>);

impl RecoveryCode {
    /// Draws a new one.
    pub(super) fn make() -> Result<Self, VaultError> {
        let code = Secret::try_filled(|characters: &mut [u8; CHARACTERS]| {
            let (random, check) = characters.split_at_mut(RANDOM_CHARACTERS);
            crypto::fill_random(random)?;
            for symbol in random.iter_mut() {
                *symbol %= 32;
            }
            check.copy_from_slice(&check_symbols(random));
            for symbol in characters {
                *symbol = ALPHABET[usize::from(*symbol)];
            }
            Ok::<(), VaultError>(())
        })?;
        Ok(RecoveryCode(code))
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`VaultError::NoRecoveryCode`] where a character is missing, too many or mistyped. This says nothing about any vault.
    pub fn parse(typed: &str) -> Result<Self, VaultError> {
        let mut symbols = [0; CHARACTERS];
        let mut count = 0;
        for character in typed
            .chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
        {
            if count == CHARACTERS {
                symbols.zeroize();
                return Err(VaultError::NoRecoveryCode);
            }
            symbols[count] = match character.to_ascii_uppercase() {
                'O' => 0,
                'I' | 'L' => 1,
                character => match ALPHABET
                    .iter()
                    .position(|known| char::from(*known) == character)
                {
                    Some(symbol) => symbol as u8,
                    None => return Err(VaultError::NoRecoveryCode),
                },
            };
            count += 1;
        }
        let right = count == CHARACTERS
            && symbols[RANDOM_CHARACTERS..] == check_symbols(&symbols[..RANDOM_CHARACTERS]);
        let code = Secret::filled(|characters: &mut [u8; CHARACTERS]| {
            for (character, symbol) in characters.iter_mut().zip(symbols) {
                *character = ALPHABET[usize::from(symbol)];
            }
        });
        symbols.zeroize();
        if right {
            Ok(RecoveryCode(code))
        } else {
            Err(VaultError::NoRecoveryCode)
        }
    }

    /// The code as it is shown and printed, in groups of four.
    pub fn to_text(&self) -> Secret<String> {
        let mut text = String::with_capacity(CHARACTERS + CHARACTERS / GROUP);
        // EXPOSE: the code is shown to the person, once; the text is a secret itself.
        for (place, character) in self.0.expose().iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(*character));
        }
        Secret::new(text)
    }

    /// What a key is derived from: the 28 characters in upper case without hyphens.
    pub(super) fn material(&self) -> &[u8] {
        // EXPOSE: goes into the derivation of the slot's key.
        self.0.expose()
    }
}

/// The remainder of the random symbols, as a polynomial, by `(x - a)(x - a²)(x - a³)`, `a` being the root `x` of
/// `x⁵ + x² + 1`: any two codes differ in four characters at least.
fn check_symbols(random: &[u8]) -> [u8; CHECK_CHARACTERS] {
    const GENERATOR: [u8; CHECK_CHARACTERS] = generator();
    let mut remainder = [0; CHECK_CHARACTERS];
    for symbol in random {
        let lead = symbol ^ remainder[0];
        for place in 0..CHECK_CHARACTERS {
            let next = if place + 1 < CHECK_CHARACTERS {
                remainder[place + 1]
            } else {
                0
            };
            remainder[place] = next ^ multiply(lead, GENERATOR[place]);
        }
    }
    remainder
}

/// The generator's coefficients below the leading one, highest first.
const fn generator() -> [u8; CHECK_CHARACTERS] {
    let (first, second, third) = (2, 4, 8);
    let pairs = multiply(first, second) ^ multiply(first, third) ^ multiply(second, third);
    [
        first ^ second ^ third,
        pairs,
        multiply(multiply(first, second), third),
    ]
}

/// Multiplies in GF(32). Branches on its operands: they are symbols of a code that is on the screen at this moment.
const fn multiply(one: u8, other: u8) -> u8 {
    let (mut one, mut other, mut product) = (one, other, 0);
    while other != 0 {
        if other & 1 == 1 {
            product ^= one;
        }
        one <<= 1;
        if one & 0x20 != 0 {
            one ^= 0x25;
        }
        other >>= 1;
    }
    product
}
