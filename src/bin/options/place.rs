//! Where in the page the person is, as its address has it behind the `#`.

use keyward::web::page;

/// A section of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Keys,
    Sites,
    Guard,
    Detectors,
    Vault,
    Backup,
    Activity,
}

impl Section {
    /// In the order of the navigation.
    pub(crate) const ALL: [Section; 7] = [
        Section::Keys,
        Section::Sites,
        Section::Guard,
        Section::Detectors,
        Section::Vault,
        Section::Backup,
        Section::Activity,
    ];

    /// As the address has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Section::Keys => "keys",
            Section::Sites => "sites",
            Section::Guard => "guard",
            Section::Detectors => "detectors",
            Section::Vault => "vault",
            Section::Backup => "backup",
            Section::Activity => "activity",
        }
    }

    /// The key of its title.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Section::Keys => "optionsKeys",
            Section::Sites => "optionsSites",
            Section::Guard => "optionsGuard",
            Section::Detectors => "optionsDetectors",
            Section::Vault => "optionsVault",
            Section::Backup => "optionsBackup",
            Section::Activity => "optionsActivity",
        }
    }

    /// The key of the sentence below its title.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Section::Keys => "optionsKeysAbout",
            Section::Sites => "optionsSitesAbout",
            Section::Guard => "optionsGuardAbout",
            Section::Detectors => "optionsDetectorsAbout",
            Section::Vault => "optionsVaultAbout",
            Section::Backup => "optionsBackupAbout",
            Section::Activity => "optionsActivityAbout",
        }
    }

    /// Whether it shows what is in the vault.
    pub(crate) fn needs_vault(self) -> bool {
        matches!(
            self,
            Section::Keys | Section::Sites | Section::Vault | Section::Backup
        )
    }
}

/// What stands beside the list of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    /// Nothing is chosen.
    Nothing,
    /// The form for a new key.
    New,
    /// An entry.
    Entry(String),
    /// The form that changes what is said about it.
    Edit(String),
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) section: Section,
    /// Of the keys.
    pub(crate) panel: Panel,
}

impl Place {
    /// Of the address now. Whatever is unknown is the list of keys.
    pub(crate) fn now() -> Self {
        let hash = page::window().location().hash().unwrap_or_default();
        Self::read(hash.trim_start_matches('#'))
    }

    fn read(hash: &str) -> Self {
        let mut parts = hash.split('/');
        let name = parts.next().unwrap_or_default();
        let section = match name {
            "passphrase" => Section::Vault,
            name => Section::ALL
                .into_iter()
                .find(|section| section.name() == name)
                .unwrap_or(Section::Keys),
        };
        let panel = match (section, parts.next(), parts.next()) {
            (Section::Keys, ..) if name == "add" => Panel::New,
            (Section::Keys, Some("new"), _) => Panel::New,
            (Section::Keys, Some(entry), Some("edit")) => Panel::Edit(entry.to_owned()),
            (Section::Keys, Some(entry), _) if !entry.is_empty() => Panel::Entry(entry.to_owned()),
            _ => Panel::Nothing,
        };
        Place { section, panel }
    }

    /// As [`Place::now`] reads it.
    pub(crate) fn address(&self) -> String {
        match &self.panel {
            Panel::Nothing => of(self.section),
            Panel::New => NEW.to_owned(),
            Panel::Entry(entry) => of_entry(entry),
            Panel::Edit(entry) => of_edit(entry),
        }
    }
}

/// The address of a section.
pub(crate) fn of(section: Section) -> String {
    format!("#{}", section.name())
}

/// The address of an entry.
pub(crate) fn of_entry(entry: &str) -> String {
    format!("#keys/{entry}")
}

/// The address of the form for an entry.
pub(crate) fn of_edit(entry: &str) -> String {
    format!("#keys/{entry}/edit")
}

/// The address of the form for a new key.
pub(crate) const NEW: &str = "#keys/new";

/// Goes there.
pub(crate) fn go(address: &str) {
    // An address within the page is always taken.
    let _ = page::window().location().set_hash(address);
}
