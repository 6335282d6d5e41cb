//! The hash of three bytes that the prefilter and the search for words share with `build.rs`.

/// Bits of the hash that pick a bit of a filter of keys.
pub const FILTER_BITS: u32 = 15;
/// Bits of the hash that pick a bucket.
pub const BUCKET_BITS: u32 = 10;

/// Hashes three bytes, letters folded to lower case, for one kind of anchor. The lowest [`FILTER_BITS`] pick a bit
/// of the filter, the lowest [`BUCKET_BITS`] a bucket.
#[inline(always)]
pub const fn hash(first: u8, second: u8, third: u8, kind: u8) -> u32 {
    // Only 32-bit arithmetic: it is translated to JavaScript too. The multiplier is 2^32 over the golden ratio.
    let key = first as u32
        | (second as u32) << 8
        | (third as u32) << 16
        | (kind as u32) << 24
        | 0x20_2020;
    key.wrapping_mul(0x9e37_79b1) >> (32 - FILTER_BITS)
}
