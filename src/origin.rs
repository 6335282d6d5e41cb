//! Web origins: the one place where an origin is parsed, compared or shown.
//!
//! An *origin* here is what the browser says of a frame in `sender.origin`: scheme, host and port as the browser
//! serialises them. Only that canonical form is read: `HTTPS://Example.com:443/` is not an origin but an error, so
//! that two spellings of one origin cannot exist and equality of text is equality of origins.
//!
//! Everything else (sandboxed and `data:` frames, which the browser calls `null`, files, pages of extensions) is
//! *opaque*: it equals nothing, not even itself, and nothing can be remembered about it.

mod https;
mod punycode;

use std::fmt;

pub use https::HttpsOrigin;

/// What the browser says about where a frame comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// `http:` or `https:`, with a host.
    Web(WebOrigin),
    /// Anything else. Deliberately without a payload: there is nothing in it that a decision may rest on.
    Opaque,
}

impl Origin {
    /// Reads `sender.origin`. What is missing or not a web origin in canonical form is opaque.
    pub fn of_sender(origin: Option<&str>) -> Self {
        match origin.map(WebOrigin::parse) {
            Some(Ok(origin)) => Self::Web(origin),
            _ => Self::Opaque,
        }
    }

    /// The origin about which something can be remembered, if there is one.
    pub fn web(&self) -> Option<&WebOrigin> {
        match self {
            Self::Web(origin) => Some(origin),
            Self::Opaque => None,
        }
    }
}

/// An `http:` or `https:` origin in the browser's own spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebOrigin {
    text: String,
}

/// Why a text is not a web origin in canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// Neither `http://` nor `https://` in lower case.
    #[error("not an http or https origin")]
    Scheme,
    /// An empty host, or one that the browser would have spelled differently.
    #[error("host is not in canonical form")]
    Host,
    /// Not a number from 1 to 65535, or the scheme's own port, which the browser leaves out.
    #[error("port is not in canonical form")]
    Port,
}

/// No name that can be resolved is longer (RFC 1035, section 2.3.4).
const MAX_HOST_BYTES: usize = 253;

impl WebOrigin {
    /// Reads the serialisation of an origin and nothing else: no path, no blank, no upper case, no default port.
    ///
    /// # Errors
    /// An [`OriginError`] for every other spelling.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let (rest, default_port) =
            match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
                (Some(rest), _) => (rest, 443),
                (_, Some(rest)) => (rest, 80),
                _ => return Err(OriginError::Scheme),
            };
        let (host, port) = split_port(rest);
        if !is_canonical_host(host) {
            return Err(OriginError::Host);
        }
        if port.is_some_and(|port| !is_canonical_port(port, default_port)) {
            return Err(OriginError::Port);
        }
        Ok(Self {
            text: text.to_owned(),
        })
    }

    /// The serialisation, in ASCII.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether what is sent there is encrypted on the way.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// Whether what is sent there stays on this machine: the names and addresses that browsers treat so.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let address = host.strip_prefix("127.").is_some_and(|rest| {
            rest.split('.').count() == 3
                && rest
                    .bytes()
                    .all(|byte| byte == b'.' || byte.is_ascii_digit())
        });
        address || host == "localhost" || host.ends_with(".localhost") || host == "[::1]"
    }

    /// Host name or address, without the port; addresses of version 6 keep their brackets.
    pub fn host(&self) -> &str {
        let rest = self
            .text
            .split_once(':')
            .map_or("", |(_, rest)| rest.trim_start_matches('/'));
        split_port(rest).0
    }

    /// The same origin with its international labels decoded, for people to read beside the ASCII form. `None` where
    /// both are the same, or where a label does not decode.
    ///
    /// # Security
    /// Never to be compared or shown alone: look-alike letters are told apart by the ASCII form only.
    pub fn unicode(&self) -> Option<String> {
        let host = self.host();
        let labels: Option<Vec<String>> = host.split('.').map(label_in_unicode).collect();
        let decoded = labels?.join(".");
        (decoded != host).then(|| self.text.replacen(host, &decoded, 1))
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A label as people read it; `None` for an international one that does not decode.
pub(crate) fn label_in_unicode(label: &str) -> Option<String> {
    match label.strip_prefix("xn--") {
        Some(encoded) => punycode::decode(encoded),
        None => Some(label.to_owned()),
    }
}

fn split_port(rest: &str) -> (&str, Option<&str>) {
    // The last colon, unless it stands inside the brackets of an address.
    match rest.rfind(':') {
        Some(colon) if !rest[colon..].contains(']') => (&rest[..colon], Some(&rest[colon + 1..])),
        _ => (rest, None),
    }
}

fn is_canonical_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return address.contains(':')
            && address
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':'));
    }
    // A single dot at the end makes another origin, which the browser keeps apart; so does this.
    let name = host.strip_suffix('.').unwrap_or(host);
    host.len() <= MAX_HOST_BYTES
        && name.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        })
}

fn is_canonical_port(port: &str, default_port: u16) -> bool {
    !port.starts_with('0')
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok_and(|port| port != default_port)
}
