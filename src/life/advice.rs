//! What is good about the keys and the vault, what is not, and how good all of it is together.
//!
//! Every line is one that the person can mend, so that the score can reach 100. Half a point is none: a score of 100 says that
//! nothing is left to do.

use super::rotation::Due;

/// While any key is known to have gone where it does not belong, nothing else makes up for it.
const MOST_WITH_EXPOSURE: u32 = 50;
/// The longest time without use after which a vault that locks is well set.
const LONGEST_MINUTES: u32 = 30;
/// How much of the whole the entries are, in per cent; the vault is the rest.
const SHARE_OF_ENTRIES: u32 = 60;

/// What advice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Whether the key went where it does not belong.
    Exposure,
    /// Whether its issuer still takes it.
    Alive,
    /// Whether it is replaced in time.
    Age,
    /// Whether it is used by one tool only.
    Sharing,
    /// Whether a forgotten passphrase loses everything.
    Recovery,
    /// Whether a broken disk loses everything.
    Backup,
    /// Whether the vault locks after a time without use.
    LockTime,
    /// Whether it locks with the screen.
    ScreenLock,
    /// Whether more than the passphrase is needed to open it.
    SecondFactor,
}

impl Topic {
    fn weight(self) -> u32 {
        match self {
            Topic::Exposure => 4,
            Topic::Alive | Topic::Age | Topic::Sharing | Topic::ScreenLock => 2,
            Topic::Recovery | Topic::Backup | Topic::LockTime | Topic::SecondFactor => 3,
        }
    }
}

/// One line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// About what.
    pub topic: Topic,
    /// Whether it is as it should be.
    pub is_good: bool,
}

/// What is looked at in an entry.
#[derive(Clone, Copy, Debug)]
pub struct EntryFacts {
    /// Whether any exposure is open.
    pub is_exposed: bool,
    /// Whether the issuer refused the present key.
    pub is_dead: bool,
    /// How it stands to its period.
    pub due: Due,
    /// How many origins it may be filled into.
    pub origins: usize,
    /// Since when it has its present key.
    pub key_changed_ms: u64,
}

/// What is looked at in the vault.
#[derive(Clone, Copy, Debug)]
pub struct VaultFacts {
    /// Whether there is a recovery code.
    pub has_recovery: bool,
    /// After how many minutes it locks; `None` for with the browser only.
    pub minutes: Option<u32>,
    /// Whether it locks with the screen.
    pub with_screen: bool,
    /// When a backup was written last.
    pub backup_ms: Option<u64>,
    /// Whether a second factor is set; `None` where there can be none.
    pub second_factor: Option<bool>,
}

/// What can be said about an entry, the gravest first.
pub fn of_entry(facts: &EntryFacts) -> [Advice; 4] {
    [
        (Topic::Exposure, !facts.is_exposed),
        (Topic::Alive, !facts.is_dead),
        // Without a period nobody is reminded, and a key that nobody looks at grows old.
        (Topic::Age, matches!(facts.due, Due::Later | Due::Soon)),
        (Topic::Sharing, facts.origins <= 1),
    ]
    .map(|(topic, is_good)| Advice { topic, is_good })
}

/// What can be said about the vault.
pub fn of_vault(vault: &VaultFacts, entries: &[EntryFacts]) -> Vec<Advice> {
    let newest_ms = entries.iter().map(|entry| entry.key_changed_ms).max();
    let is_saved = match (newest_ms, vault.backup_ms) {
        (None, _) => true,
        (Some(newest_ms), Some(backup_ms)) => backup_ms >= newest_ms,
        (Some(_), None) => false,
    };
    let is_short = vault
        .minutes
        .is_some_and(|minutes| minutes <= LONGEST_MINUTES);
    let mut lines = vec![
        (Topic::Recovery, vault.has_recovery),
        (Topic::Backup, is_saved),
        (Topic::LockTime, is_short),
        (Topic::ScreenLock, vault.with_screen),
    ];
    lines.extend(
        vault
            .second_factor
            .map(|is_set| (Topic::SecondFactor, is_set)),
    );
    let advice = lines
        .into_iter()
        .map(|(topic, is_good)| Advice { topic, is_good });
    advice.collect()
}

/// How good all of it is: 0 to 100, and 100 only where every line is good.
pub fn score(vault: &VaultFacts, entries: &[EntryFacts]) -> u32 {
    let of_vault = share(&of_vault(vault, entries));
    let of_entries: Vec<Advice> = entries.iter().flat_map(of_entry).collect();
    let of_entries = share(&of_entries);
    let (got, whole) = (
        SHARE_OF_ENTRIES * of_entries + (100 - SHARE_OF_ENTRIES) * of_vault,
        100 * PARTS,
    );
    let score = got * 100 / whole;
    match entries.iter().any(|entry| entry.is_exposed) {
        true => score.min(MOST_WITH_EXPOSURE),
        false => score,
    }
}

/// Of how many parts a share is.
const PARTS: u32 = 10_000;

/// How much of it is good; all of nothing is. Rounded down, so that it is all only where everything is good.
fn share(lines: &[Advice]) -> u32 {
    let sum = |lines: &mut dyn Iterator<Item = &Advice>| -> u64 {
        lines.map(|line| u64::from(line.topic.weight())).sum()
    };
    let whole = sum(&mut lines.iter());
    let good = sum(&mut lines.iter().filter(|line| line.is_good));
    match (good * u64::from(PARTS)).checked_div(whole) {
        Some(share) => u32::try_from(share).unwrap_or(PARTS),
        None => PARTS,
    }
}
