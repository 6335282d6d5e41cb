//! Whether one of a few fixed phrases is in a short text, compared without case.

/// How many bits pick a letter.
const LETTER_BITS: u32 = 5;

/// Phrases of two and more bytes of ASCII, in lower case, and which pairs they begin with: nearly all places of a text
/// are told with one look.
pub struct Phrases {
    first: [u32; 1 << LETTER_BITS],
    phrases: &'static [&'static str],
}

impl Phrases {
    /// Of this list.
    pub const fn new(phrases: &'static [&'static str]) -> Phrases {
        let mut first = [0; 1 << LETTER_BITS];
        let mut index = 0;
        while index < phrases.len() {
            let phrase = phrases[index].as_bytes();
            first[letter(phrase[0])] |= 1 << letter(phrase[1]);
            index += 1;
        }
        Phrases { first, phrases }
    }

    /// Whether one of them is in the text.
    pub fn is_in(&self, text: &[u8]) -> bool {
        text.windows(2).enumerate().any(|(at, pair)| {
            self.first[letter(pair[0])] >> letter(pair[1]) & 1 == 1 && self.begins(text, at)
        })
    }

    /// Whether the text ends with one of them.
    pub fn ends(&self, text: &[u8]) -> bool {
        self.phrases.iter().any(|phrase| {
            text.len()
                .checked_sub(phrase.len())
                .is_some_and(|at| is_at(text, at, phrase))
        })
    }

    #[inline(never)]
    fn begins(&self, text: &[u8], at: usize) -> bool {
        self.phrases.iter().any(|phrase| is_at(text, at, phrase))
    }
}

/// The lower bits, in which the cases of a letter are equal.
const fn letter(byte: u8) -> usize {
    byte as usize & ((1 << LETTER_BITS) - 1)
}

#[inline(never)]
fn is_at(text: &[u8], at: usize, phrase: &str) -> bool {
    text.get(at..at + phrase.len())
        .is_some_and(|part| part.eq_ignore_ascii_case(phrase.as_bytes()))
}
