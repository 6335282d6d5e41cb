//! Approving an origin: which places a key may be filled into, and what is odd about one.
//!
//! A person approves exactly one origin at a time, either that of the page they look at or one that they type. What
//! comes out is an [`HttpsOrigin`] or the reason why there is none; never a pattern, never a place that the browser keeps
//! no name for. [`oddities`] then says what to look at twice before saying yes. It decides nothing: a look-alike that
//! somebody insists on is theirs.
//!
//! *Home* is a provider's own site, *look* what a name looks like to a hasty reader: accents, scripts and
//! pairs such as `rn` and `m` overlooked (after Unicode TS 39, "confusable detection").

mod look;
mod shared;
mod suffix_hash;
mod typed;
/// Made by build.rs (`tabulate.rs`).
mod tables {
    include!(concat!(env!("OUT_DIR"), "/names.rs"));
}

pub use typed::{HostNames, typed};

use crate::origin::{HttpsOrigin, Origin};
use look::Script;

/// Why a place cannot be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unapprovable {
    /// Nothing, or no address.
    #[error("not an address")]
    NotAnAddress,
    /// Not encrypted on the way.
    #[error("http is not encrypted")]
    Http,
    /// A file on this computer.
    #[error("files have no origin of their own")]
    File,
    /// `data:`, `blob:`, `about:`, `javascript:` and the like, or a sandboxed page.
    #[error("a page without an origin of its own")]
    Opaque,
    /// A page of an extension.
    #[error("a page of an extension")]
    Extension,
    /// A page of the browser.
    #[error("a page of the browser")]
    Internal,
    /// Any other scheme.
    #[error("not an https address")]
    Scheme,
    /// A `*` in it: one origin at a time.
    #[error("wildcards are not supported")]
    Wildcard,
    /// Something before an `@`, which makes one host look like another.
    #[error("a user name stands before the host")]
    UserInfo,
    /// A dot at the end of the host: another origin than the one without, for the browser, but not for a reader.
    #[error("a dot stands at the end of the host")]
    TrailingDot,
    /// Not how the browser spells this host or port: an address in hexadecimal, percent signs, port 443.
    #[error("not spelled as the browser spells it")]
    NotCanonical,
}

/// The origin of the page being looked at, as the browser gives it for the sender of a message.
///
/// # Errors
/// [`Unapprovable::Http`], [`Unapprovable::TrailingDot`], and [`Unapprovable::Opaque`] for everything that is not of the web.
pub fn looked_at(origin: &Origin) -> Result<HttpsOrigin, Unapprovable> {
    let Some(origin) = origin.web() else {
        return Err(Unapprovable::Opaque);
    };
    if !origin.is_https() {
        return Err(Unapprovable::Http);
    }
    if origin.host().ends_with('.') {
        return Err(Unapprovable::TrailingDot);
    }
    HttpsOrigin::new(origin.clone()).ok_or(Unapprovable::Http)
}

/// A provider's own sites, from the detectors.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    /// The provider's name.
    pub provider: &'a str,
    /// A host; with `*.` before it also every host below it.
    pub pattern: &'a str,
}

/// Something to look at twice before approving an origin. The texts are in `_locales`, one each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oddity {
    /// Looks like a provider's site and is none.
    LooksLikeHome {
        /// Whose.
        provider: String,
        /// The site it looks like.
        host: String,
    },
    /// Looks like an origin that is approved already, and is another.
    LooksLikeApproved {
        /// That one.
        host: String,
    },
    /// Letters of several scripts in one label, in a way that no language writes.
    MixedScripts {
        /// In Unicode.
        label: String,
    },
    /// All letters of one script, each of which looks like a Latin one.
    LooksLatin {
        /// In Unicode.
        label: String,
        /// What it looks like.
        looks_like: String,
    },
    /// Characters that show nothing, or that are no letters.
    OddCharacters {
        /// In Unicode.
        label: String,
    },
    /// An international name that does not decode.
    Undecodable {
        /// As it is.
        label: String,
    },
    /// Has a provider's name in it, or nearly, and is not one of its sites. Common for tools that are made for the provider.
    NamesProvider {
        /// Which.
        provider: String,
        /// Whether a letter is wrong.
        misspelled: bool,
    },
    /// Under a suffix where anybody can get a name, and get one that somebody else gave up.
    SharedSuffix {
        /// `github.io` and the like.
        suffix: String,
    },
    /// A number in place of a name: whoever has it tomorrow is approved too.
    IpAddress,
    /// A name that means another machine in another network.
    LocalName,
    /// Not the usual port; approved for this port only.
    Port {
        /// The number.
        port: u16,
    },
}

impl Oddity {
    /// Whether this can be a trap. The others are worth knowing.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::LooksLikeHome { .. }
            | Self::LooksLikeApproved { .. }
            | Self::MixedScripts { .. }
            | Self::LooksLatin { .. }
            | Self::OddCharacters { .. }
            | Self::Undecodable { .. } => true,
            Self::NamesProvider { misspelled, .. } => *misspelled,
            Self::SharedSuffix { .. } | Self::IpAddress | Self::LocalName | Self::Port { .. } => {
                false
            }
        }
    }
}

/// What is odd about an origin, traps first. Each kind at most once, but for labels and providers.
pub fn oddities<'a>(
    origin: &HttpsOrigin,
    homes: impl IntoIterator<Item = Home<'a>>,
    approved: impl IntoIterator<Item = &'a HttpsOrigin>,
) -> Vec<Oddity> {
    let host = Host::of(origin);
    let mut found = Vec::new();
    against_homes(&host, homes, &mut found);
    for other in approved {
        let other = Host::of(other);
        if host.looks_like(&other) {
            found.push(Oddity::LooksLikeApproved { host: other.ascii });
            break;
        }
    }
    host.odd_labels(&mut found);
    if let Some(suffix) = shared::suffix_of(&host.ascii) {
        found.push(Oddity::SharedSuffix {
            suffix: suffix.to_owned(),
        });
    }
    if is_address(&host.ascii) {
        found.push(Oddity::IpAddress);
    } else if is_local(&host.ascii) {
        found.push(Oddity::LocalName);
    }
    if let Some(port) = origin.port() {
        found.push(Oddity::Port { port });
    }
    // The grave ones first. A sort of the standard library is several kilobytes for each type.
    let (mut sorted, others): (Vec<Oddity>, Vec<Oddity>) =
        found.into_iter().partition(Oddity::is_grave);
    sorted.extend(others);
    sorted
}

/// A host with its labels, in Unicode and as they look.
struct Host {
    ascii: String,
    labels: Vec<Label>,
}

struct Label {
    ascii: String,
    /// `None` where it does not decode.
    unicode: Option<String>,
    look: String,
}

impl Host {
    fn of(origin: &HttpsOrigin) -> Self {
        Self::named(origin.host())
    }

    fn named(host: &str) -> Self {
        let labels = if is_address(host) {
            Vec::new()
        } else {
            host.split('.').map(Label::new).collect()
        };
        Self {
            ascii: host.to_owned(),
            labels,
        }
    }

    /// Whether two or more labels at the end look the same and are not.
    fn looks_like(&self, other: &Self) -> bool {
        let mut differs = false;
        let pairs = self.labels.iter().rev().zip(other.labels.iter().rev());
        for (count, (one, two)) in pairs
            .take_while(|(one, two)| one.look == two.look)
            .enumerate()
        {
            differs |= one.ascii != two.ascii;
            if count > 0 && differs {
                return true;
            }
        }
        false
    }

    fn is_at(&self, pattern: &str) -> bool {
        match pattern.strip_prefix("*.") {
            Some(parent) => self
                .ascii
                .strip_suffix(parent)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
            None => self.ascii == pattern,
        }
    }

    fn odd_labels(&self, found: &mut Vec<Oddity>) {
        // In a domain of its own script every such word is a word.
        let suffix = self
            .labels
            .last()
            .and_then(|label| label.unicode.as_deref())
            .unwrap_or_default();
        let in_suffix = |letter| {
            suffix
                .chars()
                .any(|other| !is_common(other) && look::script_of(other) == look::script_of(letter))
        };
        for label in &self.labels {
            let Some(unicode) = &label.unicode else {
                found.push(Oddity::Undecodable {
                    label: label.ascii.clone(),
                });
                continue;
            };
            if unicode.is_ascii() {
                continue;
            }
            if unicode.chars().any(look::is_odd) {
                found.push(Oddity::OddCharacters {
                    label: unicode.clone(),
                });
            } else if look::mixes_scripts(unicode) {
                found.push(Oddity::MixedScripts {
                    label: unicode.clone(),
                });
            } else if label.look.is_ascii()
                && !unicode
                    .chars()
                    .any(|letter| is_latin(letter) || in_suffix(letter))
            {
                found.push(Oddity::LooksLatin {
                    label: unicode.clone(),
                    looks_like: look::plain(unicode),
                });
            }
        }
    }
}

impl Label {
    fn new(ascii: &str) -> Self {
        let unicode = crate::origin::label_in_unicode(ascii);
        let look = look::of(unicode.as_deref().unwrap_or(ascii));
        Self {
            ascii: ascii.to_owned(),
            unicode,
            look,
        }
    }

    /// The words of a name: `deepseek` and `proxy` of `deepseek-proxy`.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.look.split(['-', '_']).filter(|word| !word.is_empty())
    }
}

/// Shorter names are words of other languages and parts of other names too often.
const SHORTEST_NAME: usize = 5;

fn against_homes<'a>(
    host: &Host,
    homes: impl IntoIterator<Item = Home<'a>>,
    found: &mut Vec<Oddity>,
) {
    let homes: Vec<(Home, Host)> = homes
        .into_iter()
        .map(|home| {
            (
                home,
                Host::named(home.pattern.strip_prefix("*.").unwrap_or(home.pattern)),
            )
        })
        .collect();
    // One provider's site can have another's name in it.
    if homes.iter().any(|(home, _)| host.is_at(home.pattern)) {
        return;
    }
    // `github.io` is not named by who has a page there.
    let suffix_labels =
        shared::suffix_of(&host.ascii).map_or(0, |suffix| suffix.split('.').count());
    let own = host.labels.len() - suffix_labels;
    let mut named: Vec<&str> = Vec::new();
    for (home, site) in &homes {
        if host.looks_like(site) {
            found.push(Oddity::LooksLikeHome {
                provider: home.provider.to_owned(),
                host: site.ascii.clone(),
            });
            return;
        }
        let [.., name, _] = &site.labels[..] else {
            continue;
        };
        if name.look.len() < SHORTEST_NAME || named.contains(&home.provider) {
            continue;
        }
        let words = || host.labels[..own].iter().flat_map(Label::words);
        if words().any(|word| word == name.look) {
            named.push(home.provider);
            found.push(Oddity::NamesProvider {
                provider: home.provider.to_owned(),
                misspelled: false,
            });
        } else if words().any(|word| look::differs_by_one(word, &name.look)) {
            named.push(home.provider);
            found.push(Oddity::NamesProvider {
                provider: home.provider.to_owned(),
                misspelled: true,
            });
        }
    }
}

fn is_latin(letter: char) -> bool {
    look::script_of(letter) == Script::LATIN
}

fn is_common(letter: char) -> bool {
    look::script_of(letter) == Script::COMMON
}

fn is_address(host: &str) -> bool {
    // The browser takes every host whose last label is a number for an address (URL standard, "ends in a number").
    host.starts_with('[')
        || host
            .rsplit('.')
            .next()
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Names that no public name server has (RFC 6761, 6762, 8375, and the names that routers and companies use).
const LOCAL: [&str; 10] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "test",
    "home.arpa",
];

fn is_local(host: &str) -> bool {
    !host.contains('.')
        || LOCAL.iter().any(|name| {
            host.strip_suffix(name)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}
