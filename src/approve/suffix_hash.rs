//! The hash by which suffixes are kept, for build.rs and for the lookup.

/// FNV-1a of 32 bits. The list has 3,500 rules, so a name that is not in it is taken for one once in a million times,
/// and then there is a warning too many.
pub(crate) fn of(rule: &str) -> u32 {
    rule.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
