//! HMAC (RFC 2104) with SHA-256 (FIPS 180-4), as small as it can be: every frame carries it.
//!
//! The crates `hmac` and `sha2` brought 6.2 KB to a Chromium frame's script after gzip, this 2.9 (November 2026). They are the
//! oracle in tests. Not for secrets: nothing is wiped here, and the table's key lies beside what it hashes.

const BLOCK_BYTES: usize = 64;
const KEY_BYTES: usize = 32;

/// The first 32 bits of the fractional parts of the square roots of the first 8 primes (FIPS 180-4, 5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
const ROUNDS: [u32; 64] = cube_roots();

/// A key, hashed as far as it goes.
#[derive(Clone, Debug)]
pub(crate) struct Hmac {
    inner: Words,
    outer: Words,
}

/// A state, or a digest.
type Words = [u32; 8];
/// A block.
type Block = [u32; 16];

impl Hmac {
    /// With a key of half a block.
    pub(crate) fn new(key: &[u8; KEY_BYTES]) -> Self {
        let key = key.as_chunks().0;
        Hmac {
            inner: keyed(key, 0x3636_3636),
            outer: keyed(key, 0x5c5c_5c5c),
        }
    }

    /// Of a label and a text behind it; the words are those of the digest as it is written, the first one first.
    pub(crate) fn of(&self, label: &[u8], text: impl Iterator<Item = u8>) -> Words {
        let mut state = self.inner;
        digest(&mut state, &mut label.iter().copied().chain(text));
        // The inner digest, and the end of the outer text behind it.
        let mut block = [0; 16];
        block[..8].copy_from_slice(&state);
        block[8] = 1 << 31;
        block[15] = (BLOCK_BYTES + KEY_BYTES) as u32 * 8;
        state = self.outer;
        compress(&mut state, &mut block);
        state
    }
}

#[inline(never)]
fn keyed(key: &[[u8; 4]], pad: u32) -> Words {
    let mut block = [pad; 16];
    for (word, key) in block.iter_mut().zip(key) {
        *word ^= u32::from_be_bytes(*key);
    }
    let mut state = START;
    compress(&mut state, &mut block);
    state
}

/// Goes on with what one block gave, to the end of a text.
#[inline(never)]
fn digest(state: &mut Words, bytes: &mut dyn Iterator<Item = u8>) {
    let mut block = [0; 16];
    let mut length = BLOCK_BYTES as u32;
    loop {
        let next = bytes.next();
        let byte = u32::from(next.unwrap_or(0x80));
        block[(length as usize / 4) % 16] |= byte << (24 - length % 4 * 8);
        length += 1;
        let used = length as usize % BLOCK_BYTES;
        let ends = next.is_none();
        if ends && (1..=BLOCK_BYTES - 8).contains(&used) {
            // No text of 512 MB comes here, so that 32 bits hold its length in bits, without the mark of its end.
            block[15] = (length - 1) * 8;
            return compress(state, &mut block);
        }
        if used == 0 || ends {
            compress(state, &mut block);
            block = [0; 16];
        }
        if ends {
            block[15] = (length - 1) * 8;
            return compress(state, &mut block);
        }
    }
}

/// Leaves something else in the block.
#[inline(never)]
fn compress(state: &mut Words, words: &mut Block) {
    let mut next = *state;
    for (round, constant) in ROUNDS.iter().enumerate() {
        let at = |back: usize| words[(round + 16 - back) % 16];
        let (early, late) = (at(15), at(2));
        let mut word = words[round % 16];
        if round >= 16 {
            let early = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
            let late = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
            word = word
                .wrapping_add(early)
                .wrapping_add(at(7))
                .wrapping_add(late);
        }
        words[round % 16] = word;
        let [a, b, c, d, e, f, g, h] = next;
        let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let one = h
            .wrapping_add(sum)
            .wrapping_add(choice)
            .wrapping_add(*constant)
            .wrapping_add(word);
        let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        let two = sum.wrapping_add(majority);
        next = [one.wrapping_add(two), a, b, c, d.wrapping_add(one), e, f, g];
    }
    for (word, next) in state.iter_mut().zip(next) {
        *word = word.wrapping_add(next);
    }
}

/// Computed when the crate is compiled, in whole numbers: the root of `prime << 96` is that of `prime`, with 32 bits behind
/// the point.
const fn cube_roots() -> [u32; 64] {
    let mut roots = [0; 64];
    let (mut count, mut prime) = (0, 2_u128);
    while count < 64 {
        let (mut divisor, mut is_prime) = (2, true);
        while divisor * divisor <= prime {
            is_prime &= prime % divisor != 0;
            divisor += 1;
        }
        if is_prime {
            let (mut root, mut bit) = (0_u128, 1_u128 << 36);
            while bit > 0 {
                let more = root | bit;
                // Below 2^111.
                if more * more * more <= prime << 96 {
                    root = more;
                }
                bit >>= 1;
            }
            roots[count] = root as u32;
            count += 1;
        }
        prime += 1;
    }
    roots
}
