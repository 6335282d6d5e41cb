//! What the person set, and what of it is written to the disk.

use serde::{Deserialize, Serialize};

use super::harmless::{Harmless, StoredHarmless};
use crate::message::{Mode, Reason, Rule, SiteMode};
use crate::origin::WebOrigin;

/// How long a pause lasts.
pub const PAUSE_MS: u64 = 15 * 60 * 1000;

/// Of [`Reason::Other`], in characters.
const MAX_REASON_CHARS: usize = 200;
/// Of an id such as `deepseek.api-key`.
const MAX_DETECTOR_BYTES: usize = 64;
/// Raised when the stored form gets more or other members; a reader refuses what is newer than itself.
const VERSION: u32 = 1;

/// Modes and rules of sites, and the detectors that are switched off. A site that is not in it is watched, and nothing
/// passes there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    modes: Modes,
    rules: Vec<(WebOrigin, Rule)>,
    /// Ids, sorted. One that this build does not know stays: another version may.
    off: Vec<String>,
    /// Whether what pages send of their own accord is watched.
    sending: bool,
    /// Sites where it is not, all the same; each once.
    unwatched: Vec<WebOrigin>,
    /// The small sign in fields.
    sign: bool,
    harmless: Harmless,
}

/// Why stored settings are not taken. The caller keeps them aside and goes on with the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Written by a later version of the extension.
    #[error("settings are of a newer version")]
    Version,
    /// An origin that is not in canonical form, or a rule that nobody could have made.
    #[error("settings are damaged")]
    Damaged,
}

/// The stored form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredSettings {
    version: u32,
    sites: Vec<StoredSite>,
    rules: Vec<Rule>,
    #[serde(default)]
    off: Vec<String>,
    #[serde(default)]
    sending: bool,
    #[serde(default)]
    unwatched: Vec<String>,
    #[serde(default)]
    sign: bool,
    #[serde(default)]
    harmless: StoredHarmless,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredSite {
    origin: String,
    mode: Mode,
}

impl Settings {
    /// Reads the stored form.
    ///
    /// # Errors
    /// Whole or not at all: half of somebody's settings would be a state that nobody chose.
    pub fn read(stored: StoredSettings) -> Result<Self, SettingsError> {
        if stored.version != VERSION {
            return Err(SettingsError::Version);
        }
        let modes = Modes::read(stored.sites)?;
        let rules = stored
            .rules
            .into_iter()
            .map(|rule| {
                let origin = WebOrigin::parse(&rule.origin).map_err(|_| SettingsError::Damaged)?;
                let sound = is_detector_id(&rule.detector) && is_acceptable(&rule.reason);
                sound
                    .then_some((origin, rule))
                    .ok_or(SettingsError::Damaged)
            })
            .collect::<Result<_, _>>()?;
        let mut off = stored.off;
        if !off.iter().all(|id| is_detector_id(id)) {
            return Err(SettingsError::Damaged);
        }
        let mut settings = Self {
            modes,
            rules,
            off: Vec::new(),
            sending: stored.sending,
            unwatched: Vec::new(),
            sign: stored.sign,
            harmless: Harmless::read(stored.harmless)?,
        };
        for origin in &stored.unwatched {
            let origin = WebOrigin::parse(origin).map_err(|_| SettingsError::Damaged)?;
            settings.set_unwatched(&origin, true);
        }
        off.drain(..)
            .for_each(|id| settings.set_detector(&id, false));
        Ok(settings)
    }

    /// The stored form.
    pub fn stored(&self) -> StoredSettings {
        StoredSettings {
            version: VERSION,
            sites: self.modes.stored(),
            rules: self.all_rules(),
            off: self.off.clone(),
            sending: self.sending,
            unwatched: self.unwatched(),
            sign: self.sign,
            harmless: self.harmless.stored(),
        }
    }

    /// What the person said is no key.
    pub(super) fn harmless(&self) -> &Harmless {
        &self.harmless
    }

    pub(super) fn harmless_mut(&mut self) -> &mut Harmless {
        &mut self.harmless
    }

    /// Whether what pages send of their own accord is watched.
    pub fn sending(&self) -> bool {
        self.sending
    }

    pub(super) fn set_sending(&mut self, on: bool) {
        self.sending = on;
    }

    /// Sites whose own sending is not watched.
    pub fn unwatched(&self) -> Vec<String> {
        self.unwatched.iter().map(WebOrigin::to_string).collect()
    }

    pub(super) fn is_unwatched(&self, origin: &WebOrigin) -> bool {
        self.unwatched.contains(origin)
    }

    pub(super) fn set_unwatched(&mut self, origin: &WebOrigin, unwatched: bool) {
        self.unwatched.retain(|known| known != origin);
        if unwatched {
            self.unwatched.push(origin.clone());
        }
    }

    pub(super) fn sign(&self) -> bool {
        self.sign
    }

    pub(super) fn set_sign(&mut self, on: bool) {
        self.sign = on;
    }

    /// Ids of the detectors that are switched off.
    pub(super) fn off(&self) -> &[String] {
        &self.off
    }

    pub(super) fn set_detector(&mut self, id: &str, on: bool) {
        match (
            self.off.binary_search_by(|known| known.as_str().cmp(id)),
            on,
        ) {
            (Ok(at), true) => drop(self.off.remove(at)),
            (Err(at), false) => self.off.insert(at, id.to_owned()),
            (Ok(_), false) | (Err(_), true) => {}
        }
    }

    /// Sites whose mode is another than [`Mode::On`] at this time.
    pub(super) fn site_modes(&self, now_ms: u64) -> Vec<SiteMode> {
        self.modes.running(now_ms)
    }

    pub(super) fn all_rules(&self) -> Vec<Rule> {
        self.rules.iter().map(|(_, rule)| rule.clone()).collect()
    }

    pub(super) fn mode(&self, origin: &WebOrigin, now_ms: u64) -> Mode {
        self.modes.get(origin, now_ms).unwrap_or(Mode::On)
    }

    pub(super) fn set_mode(&mut self, origin: WebOrigin, mode: Mode) {
        match mode {
            Mode::On => self.modes.remove(&origin),
            Mode::Paused { .. } | Mode::Off => self.modes.insert(origin, mode),
        }
    }

    pub(super) fn allowed(&self, origin: &WebOrigin) -> Vec<String> {
        self.of(origin).map(|rule| rule.detector.clone()).collect()
    }

    pub(super) fn rules(&self, origin: &WebOrigin) -> Vec<Rule> {
        self.of(origin).cloned().collect()
    }

    /// A second rule for the same takes the place of the first.
    pub(super) fn allow(
        &mut self,
        origin: &WebOrigin,
        detector: &str,
        reason: &Reason,
        now_ms: u64,
    ) {
        self.withdraw(origin, detector);
        let rule = Rule {
            origin: origin.to_string(),
            detector: detector.to_owned(),
            reason: reason.clone(),
            created_ms: now_ms,
        };
        self.rules.push((origin.clone(), rule));
    }

    pub(super) fn withdraw(&mut self, origin: &WebOrigin, detector: &str) {
        self.rules
            .retain(|(of, rule)| of != origin || rule.detector != detector);
    }

    pub(super) fn expire(&mut self, now_ms: u64) -> bool {
        self.modes.expire(now_ms)
    }

    pub(super) fn next_end(&self, now_ms: u64) -> Option<u64> {
        self.modes.next_end(now_ms)
    }

    fn of<'a>(&'a self, origin: &'a WebOrigin) -> impl Iterator<Item = &'a Rule> {
        self.rules
            .iter()
            .filter(move |(of, _)| of == origin)
            .map(|(_, rule)| rule)
    }
}

/// Modes by site, each site once; shared with the session, which has those of private windows. A list, since people
/// switch the guard off on few sites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Modes(Vec<(WebOrigin, Mode)>);

impl Modes {
    pub(super) fn read(stored: Vec<StoredSite>) -> Result<Self, SettingsError> {
        let mut modes = Self::default();
        for site in stored {
            modes.insert(
                WebOrigin::parse(&site.origin).map_err(|_| SettingsError::Damaged)?,
                site.mode,
            );
        }
        Ok(modes)
    }

    pub(super) fn stored(&self) -> Vec<StoredSite> {
        self.0
            .iter()
            .map(|(origin, mode)| StoredSite {
                origin: origin.to_string(),
                mode: *mode,
            })
            .collect()
    }

    fn running(&self, now_ms: u64) -> Vec<SiteMode> {
        self.0
            .iter()
            .filter(|(_, mode)| runs(*mode, now_ms))
            .map(|(origin, mode)| SiteMode {
                origin: origin.to_string(),
                mode: *mode,
            })
            .collect()
    }

    pub(super) fn get(&self, origin: &WebOrigin, now_ms: u64) -> Option<Mode> {
        self.0
            .iter()
            .find(|(of, mode)| of == origin && runs(*mode, now_ms))
            .map(|(_, mode)| *mode)
    }

    pub(super) fn insert(&mut self, origin: WebOrigin, mode: Mode) {
        self.remove(&origin);
        self.0.push((origin, mode));
    }

    pub(super) fn remove(&mut self, origin: &WebOrigin) {
        self.0.retain(|(of, _)| of != origin);
    }

    pub(super) fn expire(&mut self, now_ms: u64) -> bool {
        let before = self.0.len();
        self.0.retain(|(_, mode)| runs(*mode, now_ms));
        self.0.len() != before
    }

    pub(super) fn next_end(&self, now_ms: u64) -> Option<u64> {
        let end = |mode: &Mode| match *mode {
            Mode::Paused { until_ms } if runs(*mode, now_ms) => Some(until_ms),
            _ => None,
        };
        self.0.iter().filter_map(|(_, mode)| end(mode)).min()
    }
}

/// A pause that would last longer than any that was ever begun means that the clock was set back: it is over, since
/// otherwise setting the clock would switch the guard off for years.
fn runs(mode: Mode, now_ms: u64) -> bool {
    match mode {
        Mode::Paused { until_ms } => now_ms < until_ms && until_ms - now_ms <= PAUSE_MS,
        Mode::On | Mode::Off => true,
    }
}

/// Ids are written in lower case, digits, dots and hyphens.
pub(super) fn is_detector_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= MAX_DETECTOR_BYTES
        && id
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
}

/// Own words have to say something, and briefly.
pub(super) fn is_acceptable(reason: &Reason) -> bool {
    match reason {
        Reason::Other { words } => {
            !words.trim().is_empty() && words.chars().count() <= MAX_REASON_CHARS
        }
        Reason::TestKey | Reason::Revoked | Reason::FalseAlarm | Reason::SiteNeedsIt => true,
    }
}
