//! The XML export of KeePassXC (the plain XML of KeePass 2).

use roxmltree::{Document, Node, ParsingOptions};

use super::{FileError, Import, Raw, Source};

/// More than an export of [`super::MOST_FILE_BYTES`] has.
const MOST_NODES: u32 = 1_000_000;

/// # Errors
/// [`FileError::Damaged`] for what is no XML, [`FileError::Unknown`] for other XML. A file with a document type is refused:
/// no export has one, and it can define texts that grow without end.
pub(super) fn read(text: &str) -> Result<Import, FileError> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|_| FileError::Damaged)?;
    let root = document.root_element();
    if !root.has_tag_name("KeePassFile") {
        return Err(FileError::Unknown);
    }
    let mut import = Import {
        source: Source::KeePassXc,
        candidates: Vec::new(),
        skipped: 0,
    };
    // Entries inside a `History` are what an entry was before.
    let entries = root.descendants().filter(|node| {
        node.has_tag_name("Entry")
            && node
                .parent()
                .is_some_and(|parent| parent.has_tag_name("Group"))
    });
    for entry in entries {
        let before = import.candidates.len();
        let field = |name: &str| {
            let found = fields(entry).find(|(key, _)| *key == name);
            found.map_or("", |(_, value)| value)
        };
        let (name, owner, notes, address) = (
            field("Title"),
            field("UserName"),
            field("Notes"),
            field("URL"),
        );
        let key = field("Password");
        let raw = Raw {
            name,
            owner,
            notes,
            address,
            key,
            ..Raw::default()
        };
        import.candidates.extend(raw.into_candidate());
        // Own fields: those that are protected, and those that are named like a key.
        for (label, value) in own_fields(entry) {
            let name = format!("{name} {label}");
            let raw = Raw {
                name: &name,
                owner,
                notes,
                address,
                key: value,
                ..Raw::default()
            };
            import.candidates.extend(raw.into_candidate());
        }
        import.skipped += usize::from(import.candidates.len() == before);
    }
    Ok(import)
}

fn strings<'a, 'input>(entry: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    entry
        .children()
        .filter(|child| child.has_tag_name("String"))
}

fn fields<'a>(entry: Node<'a, '_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    strings(entry).filter_map(|string| {
        let text = |name| {
            let child = string.children().find(|child| child.has_tag_name(name));
            child.map(|child| child.text().unwrap_or_default())
        };
        Some((text("Key")?, text("Value")?))
    })
}

fn own_fields<'a>(entry: Node<'a, '_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    const KNOWN: [&str; 5] = ["Title", "UserName", "Password", "URL", "Notes"];
    let is_protected = move |label: &str| {
        strings(entry).any(|string| {
            let child = |name| string.children().find(|child| child.has_tag_name(name));
            let named = child("Key").and_then(|key| key.text()) == Some(label);
            let value = child("Value").and_then(|value| value.attribute("ProtectInMemory"));
            named && value == Some("True")
        })
    };
    fields(entry).filter(move |(label, _)| {
        // What one-time passwords are made from is no key.
        let is_otp = label.to_lowercase().starts_with("otp") || label.starts_with("TimeOtp");
        !KNOWN.contains(label) && !is_otp && (super::says_key(label) || is_protected(label))
    })
}
