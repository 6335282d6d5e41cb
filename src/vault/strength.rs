//! How strong a new passphrase is, by the guesses that it takes: no rules of composition.
//!
//! The estimate knows lists of words of more than a megabyte, so it is a module of its own (`src/bin/strength`), which pages load
//! when a passphrase is made. What can be said without them is said by whoever takes the passphrase, too: [`is_short`].

use serde::{Deserialize, Serialize};
use zxcvbn::feedback::{Feedback, Suggestion, Warning};

use crate::secret::Secret;

/// The least score that a new passphrase has.
pub const LEAST_SCORE: u8 = 3;
/// Whatever its characters, a shorter one takes fewer guesses than [`LEAST_SCORE`] asks for: the estimate counts ten for each
/// character that it can say nothing about, and a few more than 10^8 are asked for.
pub const LEAST_CHARACTERS: usize = 9;
/// Characters beyond which the estimate does not look; what is that long is strong if its beginning is.
const MOST_CHARACTERS: usize = 100;

/// What the estimate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// From 0 (guessed at once) to 4.
    pub score: u8,
    /// What is weak about it and what would help, the most telling first; may be empty.
    pub advice: Vec<Advice>,
}

impl Judgement {
    /// Whether a vault can have it.
    pub fn is_enough(&self) -> bool {
        self.score >= LEAST_SCORE
    }
}

/// What is to be said about a passphrase. What people read is in `_locales`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Advice {
    /// One of the passwords that are tried first, or near one.
    Common,
    /// Keys of the keyboard in a row.
    Keyboard,
    /// A character or group that is repeated.
    Repeated,
    /// Characters that follow each other, such as `abc` or `6543`.
    Sequence,
    /// A year or a date.
    Date,
    /// A word by itself.
    Word,
    /// A name.
    Name,
    /// Capitals and look-alike characters hardly help.
    Disguise,
    /// Add a word or two; uncommon ones are better.
    MoreWords,
    /// A few words that do not belong together do, without digits and signs.
    UseWords,
}

impl Advice {
    /// All of them.
    pub const ALL: [Advice; 10] = [
        Advice::Common,
        Advice::Keyboard,
        Advice::Repeated,
        Advice::Sequence,
        Advice::Date,
        Advice::Word,
        Advice::Name,
        Advice::Disguise,
        Advice::MoreWords,
        Advice::UseWords,
    ];
}

/// `known` are words that an attacker would try first, such as the person's name.
pub fn judge(passphrase: &Secret<Vec<u8>>, known: &[&str]) -> Judgement {
    // EXPOSE: looked at here; the estimate keeps parts of it until it returns, in memory that is wiped when it is freed.
    let Ok(text) = core::str::from_utf8(passphrase.expose()) else {
        return Judgement {
            score: 0,
            advice: Vec::new(),
        };
    };
    let end = text
        .char_indices()
        .nth(MOST_CHARACTERS)
        .map_or(text.len(), |(at, _)| at);
    let estimate = zxcvbn::zxcvbn(&text[..end], known);
    Judgement {
        score: u8::from(estimate.score()),
        advice: estimate.feedback().map(advice).unwrap_or_default(),
    }
}

/// Whether it is weak for certain, by its length alone.
pub fn is_short(passphrase: &Secret<Vec<u8>>) -> bool {
    // EXPOSE: counted here. Each byte but those that continue a character begins one.
    let begins = |byte: &&u8| **byte & 0xc0 != 0x80;
    passphrase.expose().iter().filter(begins).count() < LEAST_CHARACTERS
}

fn advice(feedback: &Feedback) -> Vec<Advice> {
    let mut advice = Vec::new();
    advice.extend(feedback.warning().map(of_warning));
    for suggestion in feedback.suggestions() {
        let said = of_suggestion(*suggestion);
        if !advice.contains(&said) {
            advice.push(said);
        }
    }
    advice
}

fn of_warning(warning: Warning) -> Advice {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess
        | Warning::ShortKeyboardPatternsAreEasyToGuess => Advice::Keyboard,
        Warning::RepeatsLikeAaaAreEasyToGuess
        | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => Advice::Repeated,
        Warning::SequencesLikeAbcAreEasyToGuess => Advice::Sequence,
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => Advice::Date,
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => Advice::Common,
        Warning::AWordByItselfIsEasyToGuess => Advice::Word,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => Advice::Name,
    }
}

fn of_suggestion(suggestion: Suggestion) -> Advice {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases
        | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => Advice::UseWords,
        Suggestion::AddAnotherWordOrTwo => Advice::MoreWords,
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
        | Suggestion::ReversedWordsArentMuchHarderToGuess
        | Suggestion::PredictableSubstitutionsDontHelpVeryMuch => Advice::Disguise,
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => Advice::Keyboard,
        Suggestion::AvoidRepeatedWordsAndCharacters => Advice::Repeated,
        Suggestion::AvoidSequences => Advice::Sequence,
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Advice::Date,
    }
}
