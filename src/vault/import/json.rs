//! The JSON exports of Bitwarden and 1Password.

use serde_json::Value;

use super::{FileError, Import, Raw, Source};

/// # Errors
/// [`FileError::Encrypted`], [`FileError::Unknown`], [`FileError::Damaged`].
pub(super) fn read(text: &str) -> Result<Import, FileError> {
    let value: Value = serde_json::from_str(text).map_err(|_| FileError::Damaged)?;
    if value["encrypted"] == Value::Bool(true) {
        return Err(FileError::Encrypted);
    }
    if let Some(items) = value["items"].as_array() {
        return Ok(collect(Source::Bitwarden, items.iter(), bitwarden_item));
    }
    if let Some(accounts) = value["accounts"].as_array() {
        let vaults = accounts
            .iter()
            .filter_map(|account| account["vaults"].as_array())
            .flatten();
        let items = vaults
            .filter_map(|vault| vault["items"].as_array())
            .flatten();
        return Ok(collect(Source::OnePassword, items, one_password_item));
    }
    Err(FileError::Unknown)
}

fn collect<'a>(
    source: Source,
    items: impl Iterator<Item = &'a Value>,
    item: impl Fn(&'a Value, &mut dyn FnMut(Raw<'_>)),
) -> Import {
    let mut import = Import {
        source,
        candidates: Vec::new(),
        skipped: 0,
    };
    for value in items {
        let before = import.candidates.len();
        item(value, &mut |raw| {
            import.candidates.extend(raw.into_candidate())
        });
        import.skipped += usize::from(import.candidates.len() == before);
    }
    import
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A login's password, and every field that is hidden or named like a key. A card or an identity has neither.
fn bitwarden_item(item: &Value, found: &mut dyn FnMut(Raw<'_>)) {
    /// The type of fields that are shown as dots.
    const HIDDEN: u64 = 1;
    let login = &item["login"];
    let (name, notes, address) = (
        text(&item["name"]),
        text(&item["notes"]),
        text(&login["uris"][0]["uri"]),
    );
    let owner = text(&login["username"]);
    found(Raw {
        name,
        owner,
        notes,
        address,
        key: text(&login["password"]),
        ..Raw::default()
    });
    for field in item["fields"].as_array().into_iter().flatten() {
        let label = text(&field["name"]);
        if field["type"].as_u64() == Some(HIDDEN) || super::says_key(label) {
            let name = format!("{name} {label}");
            found(Raw {
                name: &name,
                owner,
                notes,
                address,
                key: text(&field["value"]),
                ..Raw::default()
            });
        }
    }
}

/// A login's password and every concealed field, which is where an API credential has its key.
fn one_password_item(item: &Value, found: &mut dyn FnMut(Raw<'_>)) {
    let (overview, details) = (&item["overview"], &item["details"]);
    let (name, address, notes) = (
        text(&overview["title"]),
        text(&overview["url"]),
        text(&details["notesPlain"]),
    );
    let fields = || details["loginFields"].as_array().into_iter().flatten();
    let login = |designation: &str| {
        fields()
            .find(|field| field["designation"] == designation)
            .map_or("", |field| text(&field["value"]))
    };
    let sections = || details["sections"].as_array().into_iter().flatten();
    let section_fields = || {
        sections()
            .filter_map(|section| section["fields"].as_array())
            .flatten()
    };
    let user = section_fields()
        .find(|field| field["id"] == "username")
        .map_or("", |field| text(&field["value"]["string"]));
    let owner = if login("username").is_empty() {
        user
    } else {
        login("username")
    };
    found(Raw {
        name,
        owner,
        notes,
        address,
        key: login("password"),
        ..Raw::default()
    });
    found(Raw {
        name,
        owner,
        notes,
        address,
        key: text(&details["password"]),
        ..Raw::default()
    });
    for field in section_fields() {
        let label = text(&field["title"]);
        let name = if label.is_empty() {
            name.to_owned()
        } else {
            format!("{name} {label}")
        };
        found(Raw {
            name: &name,
            owner,
            notes,
            address,
            key: text(&field["value"]["concealed"]),
            ..Raw::default()
        });
    }
}
