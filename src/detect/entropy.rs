//! Shannon entropy in fixed point, for a few dozen bytes.

/// How many bytes are looked at.
const BYTES: usize = 128;

/// `n * log2(n)` in 1/256.
static N_LOG_N: [u32; BYTES + 1] = n_log_n();

const fn n_log_n() -> [u32; BYTES + 1] {
    let mut table = [0; BYTES + 1];
    let mut n = 2;
    while n <= BYTES {
        table[n] = n as u32 * log2(n as u32) / 256;
        n += 1;
    }
    table
}

/// `log2(n)` in 1/65536, by squaring.
const fn log2(n: u32) -> u32 {
    let whole = n.ilog2();
    let mut mantissa = (n as u64) << (31 - whole);
    let mut fraction = 0;
    let mut bit = 0;
    while bit < 16 {
        mantissa = (mantissa * mantissa) >> 31;
        fraction <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            fraction |= 1;
        }
        bit += 1;
    }
    whole << 16 | fraction
}

/// Entropy of the first 128 bytes, in sixteenths of a bit per byte. `counts` are zeros, before and after: to make them is
/// more work than to count a key.
pub fn entropy(bytes: &[u8], counts: &mut [u8; 256]) -> u32 {
    let bytes = &bytes[..bytes.len().min(BYTES)];
    let mut spent = 0;
    for &byte in bytes {
        let count = &mut counts[byte as usize];
        let before = usize::from(*count) & (BYTES - 1);
        spent += N_LOG_N[before + 1] - N_LOG_N[before];
        *count += 1;
    }
    for &byte in bytes {
        counts[byte as usize] = 0;
    }
    let total = N_LOG_N[bytes.len()];
    (total.saturating_sub(spent) / 16)
        .checked_div(bytes.len() as u32)
        .unwrap_or(0)
}

/// How many different bytes there are among the first 128.
pub fn distinct(bytes: &[u8]) -> u32 {
    let mut seen = [0u32; 8];
    for &byte in bytes.iter().take(BYTES) {
        seen[usize::from(byte >> 5)] |= 1 << (byte & 31);
    }
    seen.iter().map(|word| word.count_ones()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteenths_of_a_bit() {
        for (text, expected) in [
            ("", 0),
            ("aaaa", 0),
            ("abab", 16),
            ("abcd", 32),
            ("0123456789abcdef", 64),
        ] {
            let mut counts = [0; 256];
            assert_eq!(entropy(text.as_bytes(), &mut counts), expected, "{text}");
        }
    }
}
