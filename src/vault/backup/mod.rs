//! Backup: all entries in one file that the `age` program opens with the passphrase, as JSON that anybody can read. Nobody is
//! locked in.
//!
//! ```text
//! age -d keyward-backup.age
//! {"keyward_backup":1,"made_ms":…,"entries":[{"name":…,"key":…,…}]}
//! ```

mod age;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::entry::{Details, EarlierKey, Keys};
use super::{Clock, NewEntry};
use crate::secret::Secret;

/// Why a backup was not written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The file is not in the age format, is not for a passphrase, or holds something else.
    #[error("not a backup")]
    NotABackup,
    /// The passphrase is wrong or the file is damaged.
    #[error("the backup cannot be opened")]
    CannotOpen,
    /// A later version wrote it.
    #[error("the backup was written by a newer version")]
    Newer,
    /// Its work factor needs more memory than there is.
    #[error("the backup needs too much memory")]
    TooCostly,
    /// The system gives no random bytes.
    #[error("no randomness")]
    NoRandomness,
}

/// The version of the JSON inside.
const VERSION: u32 = 1;
/// `age -p` takes 18 (256 MiB). The least is 64 MiB, which a module always gets.
const LOG_N: core::ops::RangeInclusive<u8> = 16..=18;
/// What a work factor is measured with.
const PROBE_LOG_N: u8 = 13;
const AIM: Duration = Duration::from_secs(1);

/// Whether a file is in the age format, by its first line.
pub fn is_backup(file: &[u8]) -> bool {
    file.starts_with(b"age-encryption.org/v1\n")
}

/// The work factor that takes about a second here, between 64 and 256 MiB. Derives once to measure.
///
/// # Errors
/// [`BackupError::NoRandomness`].
pub fn calibrate(clock: &impl Clock) -> Result<u8, BackupError> {
    let start = clock.monotonic();
    age::encrypt(&[], &Secret::new(Vec::new()), PROBE_LOG_N)?;
    let mut taken = clock.monotonic().saturating_sub(start) * (1 << (LOG_N.start() - PROBE_LOG_N));
    let mut log_n = *LOG_N.start();
    while log_n < *LOG_N.end() && taken * 2 <= AIM {
        log_n += 1;
        taken *= 2;
    }
    Ok(log_n)
}

/// Writes the backup. `log_n` is the work factor, from [`calibrate`]; it is kept between 16 and 18.
///
/// # Errors
/// [`BackupError::NoRandomness`], [`BackupError::TooCostly`].
pub fn write(
    entries: &[NewEntry],
    passphrase: &Secret<Vec<u8>>,
    log_n: u8,
    clock: &impl Clock,
) -> Result<Vec<u8>, BackupError> {
    let entries = entries.iter().map(|new| Line {
        name: new.details.name.clone(),
        provider: new.details.provider.clone(),
        owner: new.details.owner.clone(),
        scope: new.details.scope.clone(),
        purpose: new.details.purpose.clone(),
        variable: new.details.variable.clone(),
        origins: new.details.origins.clone(),
        created_ms: new.created_ms.unwrap_or_default(),
        key_changed_ms: new.key_changed_ms.unwrap_or_default(),
        // EXPOSE: written into the text that is encrypted below and wiped.
        key: new.keys.key.expose().clone(),
        notes: new.keys.notes.expose().clone(),
        earlier: new
            .keys
            .earlier
            .iter()
            // EXPOSE: as above.
            .map(|earlier| Earlier {
                key: earlier.key.expose().clone(),
                replaced_ms: earlier.replaced_ms,
            })
            .collect(),
    });
    let document = Document {
        keyward_backup: VERSION,
        made_ms: clock.unix_ms(),
        entries: entries.collect(),
    };
    let text = Secret::new(
        serde_json::to_vec_pretty(&document).expect("texts and numbers are always JSON"),
    );
    document.wipe();
    // EXPOSE: encrypted here.
    age::encrypt(
        text.expose(),
        passphrase,
        log_n.clamp(*LOG_N.start(), *LOG_N.end()),
    )
}

/// Reads a backup, to be stored with [`super::UnlockedVault::add_all`].
///
/// # Errors
/// Those of [`BackupError`].
pub fn read(file: &[u8], passphrase: &Secret<Vec<u8>>) -> Result<Vec<NewEntry>, BackupError> {
    let text = age::decrypt(file, passphrase)?;
    let version: Version = serde_json::from_slice(&text).map_err(|_| BackupError::NotABackup)?;
    match version.keyward_backup {
        VERSION => {}
        0 => return Err(BackupError::NotABackup),
        _ => return Err(BackupError::Newer),
    }
    let document: Document = serde_json::from_slice(&text).map_err(|_| BackupError::NotABackup)?;
    let entries = document.entries.into_iter().map(|line| NewEntry {
        details: Details {
            name: line.name,
            provider: line.provider,
            owner: line.owner,
            scope: line.scope,
            purpose: line.purpose,
            variable: line.variable,
            origins: line.origins,
        },
        keys: Keys {
            key: Secret::new(line.key),
            notes: Secret::new(line.notes),
            earlier: line
                .earlier
                .into_iter()
                .map(|earlier| EarlierKey {
                    key: Secret::new(earlier.key),
                    replaced_ms: earlier.replaced_ms,
                })
                .collect(),
        },
        created_ms: Some(line.created_ms).filter(|ms| *ms > 0),
        key_changed_ms: Some(line.key_changed_ms).filter(|ms| *ms > 0),
    });
    Ok(entries.collect())
}

#[derive(Deserialize)]
struct Version {
    keyward_backup: u32,
}

#[derive(Serialize, Deserialize)]
struct Document {
    keyward_backup: u32,
    made_ms: u64,
    entries: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Line {
    name: String,
    provider: String,
    owner: String,
    scope: String,
    purpose: String,
    variable: String,
    origins: Vec<String>,
    created_ms: u64,
    key_changed_ms: u64,
    key: String,
    notes: String,
    earlier: Vec<Earlier>,
}

#[derive(Serialize, Deserialize)]
struct Earlier {
    key: String,
    replaced_ms: u64,
}

impl Document {
    fn wipe(self) {
        for line in self.entries {
            drop((Secret::new(line.key), Secret::new(line.notes)));
            line.earlier
                .into_iter()
                .for_each(|earlier| drop(Secret::new(earlier.key)));
        }
    }
}
