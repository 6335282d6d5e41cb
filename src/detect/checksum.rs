//! Checks that a provider builds into its keys, computed offline.
//!
//! A pass makes a finding certain: chance passes one key in 2^32. A failure lowers it and never drops it, since
//! the forms are not documented by every provider and may move.

use super::boundary::is_digit;

static BASE62_DIGITS_FIRST: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static BASE62_LOWER_FIRST: &[u8; 62] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
static BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Whether the key passes the check with this number (see `lists::CHECKSUMS`); nothing where it has no such check.
pub fn passes(check: u8, key: &[u8]) -> Option<bool> {
    let after = |mark: u8| {
        key.iter()
            .position(|&byte| byte == mark)
            .map_or(0, |at| at + 1)
    };
    let split = |tail: usize| {
        key.len()
            .checked_sub(tail)
            .and_then(|at| key.split_at_checked(at))
    };
    Some(match check {
        1 => {
            let (head, tail) = split(6)?;
            is_in_base(crc32(head.get(after(b'_')..)?), BASE62_DIGITS_FIRST, tail)
        }
        2 => {
            let digest = sha256(key.get(..77)?);
            let expected = key.get(77..85)?;
            expected
                .iter()
                .enumerate()
                .all(|(index, &byte)| BASE32[group(&digest, 5 * index, 5)] == byte)
        }
        3 => {
            let (head, tail) = split(7)?;
            is_in_base(crc32(head), BASE36, tail)
        }
        4 => {
            let (head, tail) = split(6)?;
            is_in_base(crc32(head.get(after(b'_')..)?), BASE62_DIGITS_FIRST, tail)
        }
        5 => {
            let (head, tail) = split(6)?;
            let bytes = crc32(head.get(4..)?).to_le_bytes();
            tail.iter()
                .enumerate()
                .all(|(index, &byte)| BASE64[group(&bytes, 6 * index, 6)] == byte)
        }
        6 => {
            let (head, tail) = split(8)?;
            let body = head.strip_suffix(b"_")?;
            is_hex(crc32(body.get(after(b'_')..)?), tail, false)
        }
        7 => {
            let (head, tail) = split(8)?;
            is_hex(crc32(head.get(after(b'_')..)?), tail, false)
        }
        8 => {
            let (head, tail) = split(8)?;
            is_hex(crc32(head.strip_suffix(b"_")?).swap_bytes(), tail, false)
        }
        9 => {
            let (head, tail) = split(8)?;
            is_hex(crc32(head), tail, true)
        }
        10 => {
            let (head, tail) = split(6)?;
            is_in_base(crc32(head), BASE62_LOWER_FIRST, tail)
        }
        11 | 12 => {
            let (head, tail) = split(6)?;
            is_in_base(crc32(head), BASE62_DIGITS_FIRST, tail)
        }
        13 => {
            let (head, tail) = split(8)?;
            is_hex(crc32(head), tail, false)
        }
        _ => return None,
    })
}

/// `width` bits from the one numbered `from` on, the first the highest; zeros behind the end.
fn group(bytes: &[u8], from: usize, width: usize) -> usize {
    let byte = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let pair = byte(from / 8) << 8 | byte(from / 8 + 1);
    pair >> (16 - width - from % 8) & ((1 << width) - 1)
}

/// Whether the text is the number in the alphabet's base, padded on the left with its zero.
fn is_in_base(number: u32, alphabet: &[u8], text: &[u8]) -> bool {
    let base = alphabet.len() as u32;
    let mut rest = number;
    for &byte in text.iter().rev() {
        if alphabet[(rest % base) as usize] != byte {
            return false;
        }
        rest /= base;
    }
    rest == 0
}

fn is_hex(number: u32, text: &[u8], upper: bool) -> bool {
    text.iter().enumerate().all(|(index, &byte)| {
        let digit = BASE36[(number >> (28 - 4 * index) & 15) as usize];
        byte == if upper && !is_digit(digit) {
            digit - 32
        } else {
            digit
        }
    })
}

/// CRC-32 as in zip files (IEEE 802.3), four bits at a time: the keys are short, and a table of 1 KB would be in every frame.
pub fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut index = 0;
        while index < 16 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 4 {
                value = if value & 1 == 1 {
                    value >> 1 ^ 0xedb8_8320
                } else {
                    value >> 1
                };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        crc = crc >> 4 ^ TABLE[crc as usize & 15];
        crc = crc >> 4 ^ TABLE[crc as usize & 15];
    }
    !crc
}

/// SHA-256 (FIPS 180-4) of fewer than 120 bytes; longer input gives the digest of its first 119.
fn sha256(bytes: &[u8]) -> [u8; 32] {
    let bytes = &bytes[..bytes.len().min(119)];
    let mut padded = [0u8; 128];
    padded[..bytes.len()].copy_from_slice(bytes);
    padded[bytes.len()] = 0x80;
    let blocks = if bytes.len() < 56 { 1 } else { 2 };
    let bits = (bytes.len() * 8) as u32;
    padded[blocks * 64 - 4..blocks * 64].copy_from_slice(&bits.to_be_bytes());
    let mut state: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    for block in padded[..blocks * 64].chunks_exact(64) {
        let mut words = [0u32; 64];
        for (index, chunk) in block.chunks_exact(4).enumerate() {
            words[index] = u32::from_be_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        }
        for index in 16..64 {
            let (early, late) = (words[index - 15], words[index - 2]);
            let first = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
            let second = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
            words[index] = words[index - 16]
                .wrapping_add(first)
                .wrapping_add(words[index - 7])
                .wrapping_add(second);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for index in 0..64 {
            let first = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let one = h
                .wrapping_add(first)
                .wrapping_add(e & f ^ !e & g)
                .wrapping_add(ROUNDS[index])
                .wrapping_add(words[index]);
            let second = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let two = second.wrapping_add(a & b ^ a & c ^ b & c);
            (h, g, f, e, d, c, b, a) =
                (g, f, e, d.wrapping_add(one), c, b, a, one.wrapping_add(two));
        }
        for (word, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(value);
        }
    }
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static ROUNDS: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        // FIPS 180-4 examples: one block and two.
        assert_eq!(sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(
            sha256(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")[..4],
            [0x24, 0x8d, 0x6a, 0x61]
        );
    }
}
