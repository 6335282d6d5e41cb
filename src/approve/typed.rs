//! An origin that somebody typed or pasted, from whatever the address bar or a friend gave them.

use super::{Unapprovable, looked_at};
use crate::origin::{HttpsOrigin, Origin};

/// The browser's own reading of host names, with its tables for international ones.
pub trait HostNames {
    /// What `new URL("https://" + authority).origin` is; `None` where that throws.
    fn origin_of(&self, authority: &str) -> Option<String>;
}

/// No address of a page that anybody types is longer.
const LONGEST_BYTES: usize = 2048;

/// Reads an address: a scheme or none, a host, a port or none; a path and what follows is left away.
///
/// # Errors
/// [`Unapprovable`]. Nothing is repaired silently but what a browser shows differently anyway: capital letters and
/// the Unicode form of an international name.
pub fn typed(text: &str, host_names: &impl HostNames) -> Result<HttpsOrigin, Unapprovable> {
    let text = text.trim();
    let authority = authority_of(text)?;
    if authority.contains('@') {
        return Err(Unapprovable::UserInfo);
    }
    if authority.contains('*') {
        return Err(Unapprovable::Wildcard);
    }
    // A percent sign hides letters, and a port in capitals does not exist.
    if authority.contains('%') {
        return Err(Unapprovable::NotCanonical);
    }
    let origin = host_names
        .origin_of(authority)
        .ok_or(Unapprovable::NotAnAddress)?;
    let read = looked_at(&Origin::of_sender(Some(&origin))).map_err(|reason| match reason {
        // Browsers take a host such as `a..b`, which no name server has.
        Unapprovable::Opaque => Unapprovable::NotAnAddress,
        reason => reason,
    })?;
    let is_same = !authority.is_ascii()
        || origin.strip_prefix("https://") == Some(&authority.to_ascii_lowercase());
    if is_same {
        Ok(read)
    } else {
        Err(Unapprovable::NotCanonical)
    }
}

/// The part between `https://` and the first `/`.
fn authority_of(text: &str) -> Result<&str, Unapprovable> {
    if text.is_empty()
        || text.len() > LONGEST_BYTES
        || text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    {
        return Err(Unapprovable::NotAnAddress);
    }
    // Browsers read it as a slash, people do not.
    if text.contains('\\') {
        return Err(Unapprovable::NotCanonical);
    }
    let rest = match scheme_of(text) {
        Some((scheme, rest)) => after_scheme(&scheme.to_ascii_lowercase(), rest)?,
        None => text,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if authority.is_empty() {
        Err(Unapprovable::NotAnAddress)
    } else {
        Ok(authority)
    }
}

/// Splits at the scheme's colon; `localhost:3000` has none.
fn scheme_of(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'));
    let is_port = rest
        .bytes()
        .take_while(|&byte| byte != b'/')
        .all(|byte| byte.is_ascii_digit())
        && !rest.starts_with('/');
    (is_scheme && (rest.is_empty() || !is_port)).then_some((scheme, rest))
}

fn after_scheme<'a>(scheme: &str, rest: &'a str) -> Result<&'a str, Unapprovable> {
    match scheme {
        "https" => rest.strip_prefix("//").ok_or(Unapprovable::NotCanonical),
        "http" => Err(Unapprovable::Http),
        "file" => Err(Unapprovable::File),
        "data" | "blob" | "about" | "javascript" => Err(Unapprovable::Opaque),
        "chrome-extension" | "moz-extension" | "extension" => Err(Unapprovable::Extension),
        "chrome" | "edge" | "brave" | "opera" | "vivaldi" | "resource" | "view-source"
        | "devtools" => Err(Unapprovable::Internal),
        _ => Err(Unapprovable::Scheme),
    }
}
