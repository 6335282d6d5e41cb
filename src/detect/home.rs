//! Whether the page that a text is in belongs to the provider of a key.

use super::tables::{Tables, providers};

/// How many providers can be at home on one page.
const PROVIDERS: usize = 8;

/// A page, as far as findings depend on it: which providers are at home there.
pub struct Page {
    /// The name of each, and its number.
    providers: [(&'static str, u16); PROVIDERS],
    count: usize,
}

impl Page {
    /// A page that is no provider's.
    pub const fn nowhere() -> Page {
        Page {
            providers: [("", 0); PROVIDERS],
            count: 0,
        }
    }

    /// Reads an origin as browsers serialise it. Anything but `https://host` with an optional port is nowhere:
    /// `null`, `http:`, other schemes. Cost: a look at every host of every provider.
    pub fn from_origin(origin: &[u8]) -> Page {
        let mut page = Page::nowhere();
        let Some(host) = host(origin) else {
            return page;
        };
        for (number, (name, homes)) in providers().enumerate() {
            if is_one_of(host, homes)
                && let Some(slot) = page.providers.get_mut(page.count)
            {
                *slot = (name, number as u16);
                page.count += 1;
            }
        }
        page
    }

    /// Whether the detector's provider is at home here.
    pub fn is_home(&self, tables: &Tables, detector: u16) -> bool {
        let provider = tables.detector(detector).map(|detector| detector.provider);
        self.providers()
            .iter()
            .any(|&(_, number)| Some(number) == provider)
    }

    /// Whether one of the providers, given one a line, is at home here.
    pub fn is_home_of_one(&self, names: &str) -> bool {
        names
            .split('\n')
            .any(|name| self.providers().iter().any(|&(here, _)| here == name))
    }

    /// Whether it is nobody's home.
    pub fn is_nowhere(&self) -> bool {
        self.count == 0
    }

    fn providers(&self) -> &[(&'static str, u16)] {
        self.providers.get(..self.count).unwrap_or_default()
    }
}

/// The host of an origin that can be a home.
fn host(origin: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = origin.split_at_checked(8)?;
    let host = rest
        .split(|&byte| byte == b':' || byte == b'/')
        .next()
        .unwrap_or_default();
    let host = host.strip_suffix(b".").unwrap_or(host);
    (scheme.eq_ignore_ascii_case(b"https://") && !host.is_empty()).then_some(host)
}

/// Whether the host is one of those given as patterns one a line; `*.` in front stands for the host itself and every
/// subdomain.
fn is_one_of(host: &[u8], patterns: &str) -> bool {
    patterns
        .split('\n')
        .filter(|pattern| !pattern.is_empty())
        .any(|pattern| {
            let base = pattern.strip_prefix("*.");
            let name = base.unwrap_or(pattern).as_bytes();
            let Some((rest, tail)) = host
                .len()
                .checked_sub(name.len())
                .and_then(|at| host.split_at_checked(at))
            else {
                return false;
            };
            tail.eq_ignore_ascii_case(name)
                && (rest.is_empty() || base.is_some() && rest.ends_with(b"."))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes() {
        for (origin, patterns, expected) in [
            ("https://chat.deepseek.com", "*.deepseek.com", true),
            ("https://deepseek.com", "*.deepseek.com", true),
            ("HTTPS://Chat.DeepSeek.COM.", "*.deepseek.com", true),
            ("https://chat.deepseek.com:8443", "*.deepseek.com", true),
            ("https://evildeepseek.com", "*.deepseek.com", false),
            ("https://deepseek.com.evil.example", "*.deepseek.com", false),
            ("http://chat.deepseek.com", "*.deepseek.com", false),
            ("null", "*.deepseek.com", false),
            ("", "*.deepseek.com", false),
            ("https://", "*.deepseek.com", false),
            ("https://api.github.com", "github.com", false),
            ("https://github.com", "gitlab.com\ngithub.com", true),
            ("https://github.com", "", false),
            (
                "https://x.githubusercontent.com",
                "github.com\n*.githubusercontent.com",
                true,
            ),
        ] {
            assert_eq!(
                host(origin.as_bytes()).is_some_and(|host| is_one_of(host, patterns)),
                expected,
                "{origin} {patterns}"
            );
        }
    }
}
