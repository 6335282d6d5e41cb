//! Keys on their way into the vault and out of it: what a file has, what is written into one, what is odd about a key.
//!
//! This is where the vault's formats and the detectors meet: [`Kinds`]. It runs in modules of its own, what parses files
//! (`src/bin/transfer`) apart from the detectors (`src/bin/question`), and answers in the types of [`crate::message::transfer`].

use crate::detect::{self, Reason};
use crate::message::transfer::{Doubt, FileError, Form, Found, Line, Questioned, ReadFile, Source};
use crate::message::vault::{Bytes, Plain, Removed};
use crate::secret::Secret;
use crate::vault::backup::{self, BackupError};
use crate::vault::export;
use crate::vault::import::{self, Candidate};
use crate::vault::{self, Clock, NewEntry};

/// What the detectors say of keys.
pub trait Kinds {
    /// Of one key. `name` stands before it, as in a file, for the detectors that go by it.
    fn find(&self, name: &str, key: &Secret<String>) -> Found;
    /// Whether there are detectors of this provider's keys.
    fn is_provider(&self, name: &str) -> bool;
}

/// Those of this library.
#[derive(Clone, Copy, Debug)]
pub struct Detectors;

/// Reads a file, whatever its name. The passphrase is for a backup, and only looked at for one.
///
/// # Errors
/// Those of [`FileError`]; [`FileError::NeedsPassphrase`] for a backup without one.
pub fn read(
    file: &[u8],
    passphrase: Option<&Secret<Vec<u8>>>,
    kinds: &impl Kinds,
) -> Result<ReadFile, FileError> {
    if backup::is_backup(file) {
        let passphrase = passphrase.ok_or(FileError::NeedsPassphrase)?;
        return Ok(restored(backup::read(file, passphrase)?));
    }
    let import = import::read(file)?;
    let mut read = ReadFile {
        source: import.source,
        lines: Vec::new(),
        skipped: u32::try_from(import.skipped).unwrap_or(u32::MAX),
        candidates: Vec::new(),
    };
    for mut candidate in import.candidates {
        read.lines.push(line(&mut candidate, kinds));
        read.candidates.push(Plain::of(&candidate.into()));
    }
    Ok(read)
}

/// Writes a backup that the `age` program opens with the passphrase.
///
/// # Errors
/// [`FileError::TooCostly`], [`FileError::Failed`].
pub fn write_backup(
    entries: Vec<Plain>,
    passphrase: &Secret<Vec<u8>>,
    clock: &impl Clock,
) -> Result<Vec<u8>, FileError> {
    let entries = entries.into_iter().map(Plain::into_new);
    let entries: Result<Vec<NewEntry>, _> = entries.collect();
    let entries = entries.map_err(|_| FileError::Failed)?;
    let log_n = backup::calibrate(clock)?;
    Ok(backup::write(&entries, passphrase, log_n, clock)?)
}

/// Writes one entry for a tool.
///
/// # Errors
/// [`FileError::Failed`] for a key that is no text.
pub fn write_entry(plain: Plain, form: Form) -> Result<Bytes, FileError> {
    let new = plain.into_new().map_err(|_| FileError::Failed)?;
    let text = export::export(form, &new.details, &new.keys.key);
    Ok(Bytes::of_text(&text))
}

/// Looks at a key that was typed or pasted, for the provider that the person named; empty for none.
///
/// # Errors
/// [`FileError::Damaged`] for what is no text.
pub fn question(key: &Bytes, provider: &str) -> Result<Questioned, FileError> {
    let typed = key.text().map_err(|_| FileError::Damaged)?;
    // EXPOSE: what is left of it is a secret again.
    let cleaned = vault::clean(typed.expose());
    let found = Detectors.find("", &cleaned.key);
    Ok(Questioned {
        doubts: doubts(&cleaned.key, provider, &found, &Detectors),
        removed: cleaned.removed.into_iter().map(Removed::from).collect(),
        variable: found.variable,
        providers: found.providers,
    })
}

/// Whether any detector finds something in a text.
pub fn holds_key(text: &str) -> bool {
    let mut found = false;
    detect::scan_whole(detect::tables(), text.as_bytes(), |_| found = true);
    found
}

impl Kinds for Detectors {
    fn find(&self, name: &str, key: &Secret<String>) -> Found {
        find(name, key)
    }

    fn is_provider(&self, name: &str) -> bool {
        detect::provider_names().any(|known| known.eq_ignore_ascii_case(name))
    }
}

fn find(name: &str, key: &Secret<String>) -> Found {
    // EXPOSE: scanned here, in memory that is wiped with the secret.
    let text = Secret::new(format!("{name}={}\n", key.expose()));
    let (start, mut found) = (name.len() + 1, None);
    detect::scan_whole(detect::tables(), text.expose().as_bytes(), |finding| {
        // EXPOSE: only where the key stands.
        if finding.start <= start && finding.end > start {
            found = Some(finding);
        }
    });
    let Some(finding) = found else {
        return Found::default();
    };
    let mut providers = vec![detect::tables().provider(finding.detector).to_owned()];
    if finding.reason == Reason::Shape {
        let others = detect::others(finding.detector);
        providers.extend(others.lines().map(str::to_owned));
    }
    // Detectors of every shape have no provider of their own.
    providers.retain(|provider| !provider.is_empty());
    Found {
        providers,
        variable: detect::variable(finding.detector),
    }
}

fn doubts(key: &Secret<String>, provider: &str, found: &Found, kinds: &impl Kinds) -> Vec<Doubt> {
    let is_known = |provider: &str| kinds.is_provider(provider);
    let doubts = vault::question(key, provider, |_| found.providers.clone(), is_known);
    doubts
        .into_iter()
        .map(|doubt| match doubt {
            vault::Doubt::OtherProvider(providers) => Doubt::OtherProvider { providers },
            vault::Doubt::NotOfProvider => Doubt::NotOfProvider,
            vault::Doubt::BlanksInside => Doubt::BlanksInside,
            vault::Doubt::Short => Doubt::Short,
        })
        .collect()
}

/// Fills in what the detectors know.
fn line(candidate: &mut Candidate, kinds: &impl Kinds) -> Line {
    let details = &mut candidate.details;
    let named = match details.variable.is_empty() {
        true => &details.name,
        false => &details.variable,
    };
    let found = kinds.find(named, &candidate.key);
    let mentioned = |provider: &&String| {
        let texts = [&details.name, &details.variable, &candidate.address];
        texts.iter().any(|text| mentions(text, provider))
    };
    let provider = match found.providers.as_slice() {
        [provider] => Some(provider),
        several => several.iter().find(mentioned),
    };
    details.provider = provider.cloned().unwrap_or_default();
    if details.variable.is_empty() && provider.is_some() {
        details.variable.clone_from(&found.variable);
    }
    Line {
        doubts: doubts(&candidate.key, &details.provider, &found, kinds),
        chosen: candidate.is_key_by_name || !found.providers.is_empty(),
        details: details.clone().into(),
        address: candidate.address.clone(),
        origins: Vec::new(),
        removed: candidate
            .removed
            .iter()
            .map(|removed| Removed::from(*removed))
            .collect(),
    }
}

/// Whether a text has the name of a provider in it, without case and blanks: `DEEPSEEK_API_KEY` is DeepSeek's.
fn mentions(text: &str, provider: &str) -> bool {
    let plain = |text: &str| -> String {
        let characters = text.chars().filter(|character| character.is_alphanumeric());
        characters.flat_map(char::to_lowercase).collect()
    };
    let provider = plain(provider);
    !provider.is_empty() && plain(text).contains(&provider)
}

/// A backup has been through all this when its keys were stored.
fn restored(entries: Vec<NewEntry>) -> ReadFile {
    ReadFile {
        source: Source::Backup,
        lines: entries
            .iter()
            .map(|new| Line {
                details: new.details.clone().into(),
                address: String::new(),
                origins: new.details.origins.clone(),
                removed: Vec::new(),
                doubts: Vec::new(),
                chosen: true,
            })
            .collect(),
        skipped: 0,
        candidates: entries.iter().map(Plain::of).collect(),
    }
}

impl From<BackupError> for FileError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::NotABackup => FileError::Unknown,
            BackupError::CannotOpen => FileError::CannotOpen,
            BackupError::Newer => FileError::Newer,
            BackupError::TooCostly => FileError::TooCostly,
            BackupError::NoRandomness => FileError::Failed,
        }
    }
}
