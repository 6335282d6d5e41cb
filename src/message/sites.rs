//! Sites as they are seen from both sides: what the guard does there, and what may be filled there.

use super::vault::EntryLine;
use super::{GuardSettings, Mode, Rule};

/// A site that the person has set anything about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// In ASCII.
    pub origin: String,
    /// What the guard does there.
    pub mode: Mode,
    /// What passes there.
    pub rules: Vec<Rule>,
    /// Identifiers and names of the entries that may be filled there.
    pub entries: Vec<(String, String)>,
}

/// Brings both sides together, sorted by origin. `entries` are empty while the vault is locked, which is for the caller to
/// say.
pub fn join(settings: &GuardSettings, entries: &[EntryLine]) -> Vec<Site> {
    let mut sites = Sites(Vec::new());
    for site in &settings.sites {
        sites.of(&site.origin).mode = site.mode;
    }
    for rule in &settings.rules {
        sites.of(&rule.origin).rules.push(rule.clone());
    }
    for line in entries {
        for origin in &line.origins {
            let entry = (line.entry.clone(), line.details.name.clone());
            sites.of(origin).entries.push(entry);
        }
    }
    sites.0
}

/// Sorted by origin.
struct Sites(Vec<Site>);

impl Sites {
    fn of(&mut self, origin: &str) -> &mut Site {
        let at = self
            .0
            .binary_search_by(|site| site.origin.as_str().cmp(origin));
        let at = at.unwrap_or_else(|at| {
            let site = Site {
                origin: origin.to_owned(),
                mode: Mode::On,
                rules: Vec::new(),
                entries: Vec::new(),
            };
            self.0.insert(at, site);
            at
        });
        &mut self.0[at]
    }
}
