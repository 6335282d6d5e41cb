//! Values that the person said are no keys, on one site or everywhere.
//!
//! Of a value there is a row, made by `crate::vault::row_under` of it and a random salt: what frames recognise it by, as they do the
//! person's own keys (`crate::own_keys`). The value itself is nowhere. Rows are of no use without the salt that is beside them, and a
//! guess of a whole value can be checked with both: what is guessed easily is no key.

use serde::{Deserialize, Serialize};

use super::SettingsError;
use super::settings::is_detector_id;
use crate::detect;
use crate::message::HarmlessValue;
use crate::origin::WebOrigin;

/// Bytes of a row and of the salt, as in `crate::own_keys`, which not every build has.
const ROW_BYTES: usize = 16;
const SALT_BYTES: usize = 32;
/// The first byte of a table.
const VERSION: u8 = 1;
/// As many as a frame takes (`src/bin/scanner`).
const MAX_VALUES: usize = 256;

/// What a value is recognised by.
pub type Row = [u8; ROW_BYTES];
/// What rows are made with.
pub type Salt = [u8; SALT_BYTES];

/// Rows of values that passed somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// What they were made with.
    pub salt: Salt,
    /// Each with the number of the detector that found its value.
    pub rows: Vec<(u16, Row)>,
}

impl Rows {
    /// As they come from the module that made them (`crate::message::between::HarmlessRows`); `None` for what is not of this form.
    pub fn read(salt: &[u8], detectors: &[u16], rows: &[u8]) -> Option<Self> {
        let (rows, rest) = rows.as_chunks();
        let salt = salt.try_into().ok()?;
        let sound = rest.is_empty() && rows.len() == detectors.len();
        let rows = detectors.iter().copied().zip(rows.iter().copied());
        sound.then(|| Self {
            salt,
            rows: rows.collect(),
        })
    }
}

/// All that the person has said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Harmless {
    salt: Option<Salt>,
    /// Oldest first.
    values: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Value {
    row: Row,
    /// `None` is everywhere.
    origin: Option<WebOrigin>,
    detector: String,
    created_ms: u64,
}

/// The stored form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredHarmless {
    salt: Vec<u8>,
    values: Vec<StoredValue>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredValue {
    row: Vec<u8>,
    origin: Option<String>,
    detector: String,
    created_ms: u64,
}

impl Harmless {
    /// Reads the stored form, whole or not at all.
    pub(super) fn read(stored: StoredHarmless) -> Result<Self, SettingsError> {
        let read = || {
            let salt = match stored.salt.len() {
                0 => None,
                _ => Some(stored.salt.as_slice().try_into().ok()?),
            };
            let value = |value: StoredValue| {
                let origin = value.origin.as_deref().map(WebOrigin::parse).transpose();
                Some(Value {
                    row: value.row.as_slice().try_into().ok()?,
                    origin: origin.ok()?,
                    detector: is_detector_id(&value.detector).then_some(value.detector)?,
                    created_ms: value.created_ms,
                })
            };
            let values: Vec<Value> = stored
                .values
                .into_iter()
                .map(value)
                .collect::<Option<_>>()?;
            let sound = values.len() <= MAX_VALUES && (salt.is_some() || values.is_empty());
            sound.then_some(Self { salt, values })
        };
        read().ok_or(SettingsError::Damaged)
    }

    pub(super) fn stored(&self) -> StoredHarmless {
        let value = |value: &Value| StoredValue {
            row: value.row.to_vec(),
            origin: value.origin.as_ref().map(WebOrigin::to_string),
            detector: value.detector.clone(),
            created_ms: value.created_ms,
        };
        StoredHarmless {
            salt: self.salt.map(Vec::from).unwrap_or_default(),
            values: self.values.iter().map(value).collect(),
        }
    }

    /// What rows are made with; `None` where there are none yet.
    pub(super) fn salt(&self) -> Option<Salt> {
        self.salt
    }

    /// Remembers those of the values that one of these detectors found; `origin` is where, `None` everywhere. `false` where there
    /// is none, where there is no room, and where they were made with another salt: then nothing is known of them.
    #[must_use]
    pub(super) fn add(
        &mut self,
        rows: &Rows,
        detectors: &[String],
        origin: Option<&WebOrigin>,
        now_ms: u64,
    ) -> bool {
        let held = |number: u16| {
            let id = (number < detect::detectors()).then(|| detect::id(number))?;
            detectors.iter().find(|held| *held == id)
        };
        let found = |&(number, row)| Some((held(number)?, row));
        let mut values = rows.rows.iter().filter_map(found).peekable();
        if values.peek().is_none() || *self.salt.get_or_insert(rows.salt) != rows.salt {
            return false;
        }
        values.all(|(detector, row)| {
            let same = |value: &Value| value.row == row && value.origin.as_ref() == origin;
            if self.values.iter().any(same) {
                return true;
            }
            let fits = self.values.len() < MAX_VALUES;
            if fits {
                self.values.push(Value {
                    row,
                    origin: origin.cloned(),
                    detector: detector.clone(),
                    created_ms: now_ms,
                });
            }
            fits
        })
    }

    /// Takes a value back, by its place in [`Harmless::all`] and when it was remembered, so that a list that has changed meanwhile
    /// takes back nothing else.
    pub(super) fn withdraw(&mut self, index: usize, created_ms: u64) {
        if self
            .values
            .get(index)
            .is_some_and(|value| value.created_ms == created_ms)
        {
            self.values.remove(index);
        }
    }

    /// All of them, oldest first.
    pub(super) fn all(&self) -> Vec<HarmlessValue> {
        let shown = |value: &Value| HarmlessValue {
            origin: value.origin.as_ref().map(WebOrigin::to_string),
            detector: value.detector.clone(),
            created_ms: value.created_ms,
        };
        self.values.iter().map(shown).collect()
    }

    /// The table for a frame of an origin; `None` is an opaque one, where only what is harmless everywhere passes. Empty where nothing
    /// does.
    pub(super) fn table(&self, origin: Option<&WebOrigin>) -> Vec<u8> {
        let here = |value: &&Value| value.origin.is_none() || value.origin.as_ref() == origin;
        // Sorted, each once, by little code: see `crate::vault`'s own sort.
        let mut rows: Vec<Row> = Vec::new();
        for value in self.values.iter().filter(here) {
            if let Err(place) = rows.binary_search(&value.row) {
                rows.insert(place, value.row);
            }
        }
        let Some(salt) = self.salt.filter(|_| !rows.is_empty()) else {
            return Vec::new();
        };
        let mut table = vec![VERSION];
        table.extend(salt);
        table.extend(rows.iter().flatten());
        table
    }
}
