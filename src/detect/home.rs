//! Whether the page that a text is in belongs to the provider of a key.

use super::tables::{NAME, Tables, homes, parts};

/// How many providers can be at home on one page.
const PROVIDERS: usize = 8;

/// A page, as far as findings depend on it: which providers are at home there.
pub struct Page {
    /// The slug of each, and its number.
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
        for (number, (slug, homes)) in homes().enumerate() {
            if is_one_of(host, homes, slug)
                && let Some(slot) = page.providers.get_mut(page.count)
            {
                *slot = (slug, number as u16);
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

    /// Whether one of the providers, given by their slugs, one a line, is at home here.
    pub fn is_home_of_one(&self, slugs: &str) -> bool {
        parts(slugs, b'\n').any(|slug| {
            self.providers()
                .iter()
                .any(|&(here, _)| here == slug && !slug.is_empty())
        })
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

/// Whether the host is one of a provider's homes, given as rules one a line: a host stands for itself and every subdomain,
/// behind `=` for itself alone; nothing is the provider's slug in `.com`, `-` no host at all.
fn is_one_of(host: &[u8], rules: &str, slug: &str) -> bool {
    parts(rules, b'\n').any(|rule| {
        let alone = rule.strip_prefix('=');
        let rule = match alone.unwrap_or(rule) {
            "" => "^.com",
            rule => rule,
        };
        let rest = without_tail(host, rule, slug);
        rest.is_some_and(|rest| rest.is_empty() || alone.is_none() && rest.ends_with(b"."))
    })
}

/// What of the host stands before a host of a rule, if it ends with that.
fn without_tail<'a>(host: &'a [u8], rule: &str, slug: &str) -> Option<&'a [u8]> {
    let mut rest = host;
    let mut strip = |byte: u8| {
        let (last, before) = rest.split_last()?;
        rest = before;
        last.eq_ignore_ascii_case(&byte).then_some(())
    };
    for byte in rule.bytes().rev() {
        if byte == NAME {
            slug.bytes().rev().try_for_each(&mut strip)?;
        } else {
            strip(byte)?;
        }
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes() {
        for (origin, patterns, expected) in [
            ("https://chat.deepseek.com", "", true),
            ("https://deepseek.com", "", true),
            ("HTTPS://Chat.DeepSeek.COM.", "", true),
            ("https://chat.deepseek.com:8443", "", true),
            ("https://evildeepseek.com", "", false),
            ("https://deepseek.com.evil.example", "", false),
            ("http://chat.deepseek.com", "", false),
            ("null", "", false),
            ("", "", false),
            ("https://", "", false),
            ("https://api.github.com", "=github.com", false),
            ("https://github.com", "=gitlab.com\n=github.com", true),
            ("https://github.com", "-", false),
            ("https://x.deepseek.ai", "^.ai", true),
            ("https://x.deepseek.ai", "=^.ai", false),
            ("https://eek.ai", "^.ai", false),
            (
                "https://x.githubusercontent.com",
                "=github.com\ngithubusercontent.com",
                true,
            ),
        ] {
            assert_eq!(
                host(origin.as_bytes()).is_some_and(|host| is_one_of(host, patterns, "deepseek")),
                expected,
                "{origin} {patterns}"
            );
        }
    }
}
