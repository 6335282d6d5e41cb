//! Suffixes under which anybody can get a name: the private part of the Public Suffix List.

use super::suffix_hash;
use super::tables::SUFFIXES;

/// The longest suffix of the list that the host stands under; `None` also for a host that is such a suffix itself.
pub(super) fn suffix_of(host: &str) -> Option<&str> {
    let mut rest = host;
    while let Some((_, suffix)) = rest.split_once('.') {
        // `*.example` in the list makes a suffix of every name below `example`.
        let is_starred = suffix
            .split_once('.')
            .is_some_and(|(_, parent)| is_listed(&format!("*.{parent}")));
        if is_listed(suffix) || is_starred {
            return Some(suffix);
        }
        rest = suffix;
    }
    None
}

fn is_listed(rule: &str) -> bool {
    SUFFIXES.binary_search(&suffix_hash::of(rule)).is_ok()
}
