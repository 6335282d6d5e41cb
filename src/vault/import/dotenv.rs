//! `.env` files: what most readers of them agree on.

use super::{FileError, Import, Raw, Source};

/// # Errors
/// [`FileError::Unknown`] where no line is an assignment.
pub(super) fn read(text: &str) -> Result<Import, FileError> {
    let (mut candidates, mut skipped, mut assignments) = (Vec::new(), 0, 0);
    let mut rest = text;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            rest = behind;
            continue;
        }
        let Some((name, start)) = assignment(line) else {
            skipped += 1;
            rest = behind;
            continue;
        };
        assignments += 1;
        let (value, after) = value(&rest[start..]);
        rest = after;
        // A reference to another variable is no key.
        let raw = Raw {
            name,
            variable: name,
            key: &value,
            ..Raw::default()
        };
        match Some(raw)
            .filter(|raw| !raw.key.contains("${"))
            .and_then(Raw::into_candidate)
        {
            Some(candidate) => candidates.push(candidate),
            None => skipped += 1,
        }
    }
    if assignments == 0 {
        return Err(FileError::Unknown);
    }
    Ok(Import {
        source: Source::Dotenv,
        candidates,
        skipped,
    })
}

/// The name, and where the value begins in the line.
fn assignment(line: &str) -> Option<(&str, usize)> {
    let at = line.find('=')?;
    let name = line[..at].trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    (is_name && !name.is_empty()).then_some((name, at + 1))
}

/// The value that `text` begins with, and what is behind its line.
fn value(text: &str) -> (String, &str) {
    let start = text.trim_start_matches([' ', '\t']);
    for quote in ['"', '\'', '`'] {
        let Some(inside) = start.strip_prefix(quote) else {
            continue;
        };
        let Some(end) = closing(inside, quote) else {
            continue;
        };
        let behind = inside[end + 1..]
            .split_once('\n')
            .map_or("", |(_, behind)| behind);
        let raw = &inside[..end];
        return (
            if quote == '"' {
                unescaped(raw)
            } else {
                raw.to_owned()
            },
            behind,
        );
    }
    let (line, behind) = start.split_once('\n').unwrap_or((start, ""));
    // A comment needs a blank before it: `#` can be part of a key.
    let value = line
        .find(" #")
        .or(line.find("\t#"))
        .map_or(line, |at| &line[..at]);
    (value.trim().to_owned(), behind)
}

/// Where the quote is closed, perhaps lines later.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if character == quote && !escaped {
            return Some(at);
        }
        escaped = character == '\\' && !escaped && quote == '"';
    }
    None
}

fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some(other @ ('"' | '\\' | '$' | '\'')) => text.push(other),
                Some(other) => text.extend(['\\', other]),
                None => text.push('\\'),
            },
            character => text.push(character),
        }
    }
    text
}
