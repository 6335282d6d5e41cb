//! Tables: the CSV exports of Bitwarden, 1Password and KeePassXC, and others whose columns say what they hold.

use super::{FileError, Import, Raw, Source};

/// Which column holds what.
#[derive(Default)]
struct Columns {
    name: Option<usize>,
    owner: Option<usize>,
    key: Option<usize>,
    notes: Option<usize>,
    address: Option<usize>,
    /// Bitwarden's own fields, `name: value` a line.
    fields: Option<usize>,
}

/// `None` where the first line is not that of a table with keys.
///
/// # Errors
/// [`FileError::Damaged`] where a quoted field is never closed or a line is no text.
pub(super) fn read(text: &str) -> Result<Option<Import>, FileError> {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers: Vec<String> = match reader.headers() {
        Ok(headers) => headers
            .iter()
            .map(|header| header.trim().to_lowercase())
            .collect(),
        Err(_) => return Ok(None),
    };
    let columns = columns(&headers);
    if columns.key.is_none() || headers.len() < 2 {
        return Ok(None);
    }
    let has = |header: &str| headers.iter().any(|known| known == header);
    let source = if has("login_password") {
        Source::Bitwarden
    } else if has("otpauth") && has("archived") {
        Source::OnePassword
    } else if has("group") && has("title") {
        Source::KeePassXc
    } else {
        Source::Table
    };
    if text.matches('"').count() % 2 == 1 {
        return Err(FileError::Damaged);
    }
    let (mut candidates, mut skipped) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.map_err(|_| FileError::Damaged)?;
        let field = |column: Option<usize>| {
            column
                .and_then(|column| record.get(column))
                .unwrap_or_default()
        };
        let before = candidates.len();
        let raw = Raw {
            name: field(columns.name),
            owner: field(columns.owner),
            key: field(columns.key),
            notes: field(columns.notes),
            address: field(columns.address),
            ..Raw::default()
        };
        candidates.extend(raw.into_candidate());
        for line in field(columns.fields).lines() {
            if let Some((label, value)) = line.split_once(": ") {
                let name = format!("{} {label}", field(columns.name));
                candidates.extend(
                    Raw {
                        name: &name,
                        key: value,
                        address: field(columns.address),
                        ..Raw::default()
                    }
                    .into_candidate(),
                );
            }
        }
        skipped += usize::from(candidates.len() == before);
    }
    Ok(Some(Import {
        source,
        candidates,
        skipped,
    }))
}

fn columns(headers: &[String]) -> Columns {
    let find = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| headers.iter().position(|header| header == name))
    };
    Columns {
        name: find(&["name", "title", "label", "account"]),
        owner: find(&[
            "login_username",
            "username",
            "user",
            "owner",
            "email",
            "login",
        ]),
        key: find(&[
            "login_password",
            "password",
            "api key",
            "api_key",
            "apikey",
            "key",
            "token",
            "secret",
            "credential",
            "value",
        ]),
        notes: find(&["notes", "note", "comment", "comments", "extra"]),
        address: find(&["login_uri", "url", "urls", "website", "uri"]),
        fields: find(&["fields"]),
    }
}
