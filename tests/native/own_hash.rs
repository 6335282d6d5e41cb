//! The frame's own HMAC-SHA-256 against the crates that the vault uses.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::hash;

#[test]
fn as_the_crates_compute_it() {
    let mut bytes = (0_u32..).map(|number| (number.wrapping_mul(0x9e37_79b1) >> 24) as u8);
    for length in 0..300 {
        let key: [u8; 32] = core::array::from_fn(|_| bytes.next().expect("endless"));
        let text: Vec<u8> = bytes.by_ref().take(length).collect();
        let (label, rest) = text.split_at(length / 3);
        let mut oracle = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        oracle.update(&text);
        let expected = oracle.finalize().into_bytes();
        let words = hash::Hmac::new(&key).of(label, rest.iter().copied());
        let found = words.map(u32::to_be_bytes).concat();
        assert_eq!(found, expected[..], "{length} bytes");
    }
}
