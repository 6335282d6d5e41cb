//! Whether the page that a text is in belongs to the provider of a key.

/// The origin of a page, as far as it can be a home: a host reached over HTTPS.
pub struct Page {
    host: [u8; 253],
    length: usize,
}

impl Page {
    /// A page that is no provider's.
    pub const fn nowhere() -> Page {
        Page {
            host: [0; 253],
            length: 0,
        }
    }

    /// Reads an origin as browsers serialise it. Anything but `https://host` with an optional port is nowhere:
    /// `null`, `http:`, other schemes.
    pub fn from_origin(origin: &[u8]) -> Page {
        let mut page = Page::nowhere();
        let Some((scheme, rest)) = origin.split_at_checked(8) else {
            return page;
        };
        if !scheme.eq_ignore_ascii_case(b"https://") {
            return page;
        }
        let host = rest
            .split(|&byte| byte == b':' || byte == b'/')
            .next()
            .unwrap_or_default();
        let host = host.strip_suffix(b".").unwrap_or(host);
        if let Some(room) = page.host.get_mut(..host.len()) {
            for (to, from) in room.iter_mut().zip(host) {
                *to = from.to_ascii_lowercase();
            }
            page.length = host.len();
        }
        page
    }

    /// Whether the page is at one of the hosts, given as patterns one a line; `*.` in front stands for the host
    /// itself and every subdomain.
    pub fn is_home(&self, patterns: &str) -> bool {
        let host = self.host.get(..self.length).unwrap_or_default();
        !host.is_empty()
            && patterns
                .split('\n')
                .filter(|pattern| !pattern.is_empty())
                .any(|pattern| match pattern.strip_prefix("*.") {
                    None => host == pattern.as_bytes(),
                    Some(base) => host
                        .strip_suffix(base.as_bytes())
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with(b".")),
                })
    }
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
                Page::from_origin(origin.as_bytes()).is_home(patterns),
                expected,
                "{origin} {patterns}"
            );
        }
    }
}
