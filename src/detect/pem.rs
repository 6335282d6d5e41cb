//! Blocks of private keys: `-----BEGIN … PRIVATE KEY-----`, a body, `-----END … -----` where it is there.

use super::boundary::{at, is_key};
use super::verify::KEY_BYTES;

/// The fewest bytes of base64 that stand together in a body. Words of prose behind a header are shorter; the smallest
/// private keys, of elliptic curves, have 44 and more.
const LINE_BYTES: usize = 36;
/// The fewest bytes of base64 that a last line is taken for one with, where the block has no end.
const LAST_LINE_BYTES: usize = 12;

/// The longest block of an RSA key of 512 bits, with line ends and comment marks; those of 1024 bits have 880 bytes and more.
const TOY_BYTES: usize = 700;

/// Whether it is an RSA key of at most 768 bits, which anybody takes apart in days and only tests use
/// (<https://eprint.iacr.org/2010/006>).
pub fn is_toy(block: &[u8]) -> bool {
    // A larger one that is cut off says its size at its head.
    block.len() < TOY_BYTES
        && block.starts_with(b"-----BEGIN RSA")
        && !block
            .windows(4)
            .any(|four| matches!(four, b"MIIE" | b"MIIC" | b"MIIG" | b"MIIJ"))
}

/// The end of the block whose header is `start..header`; nothing where the body is too short for a key.
pub fn end(text: &[u8], start: usize, header: usize) -> Option<usize> {
    let limit = text.len().min(start + KEY_BYTES);
    let (mut index, mut line, mut longest, mut last) = (header, 0usize, 0usize, header);
    while index < limit {
        match at(text, index) {
            b'-' if text
                .get(index..)
                .is_some_and(|rest| rest.starts_with(b"-----END")) =>
            {
                let tail = text.get(index..limit.min(index + 80))?;
                let dashes = tail
                    .get(8..)?
                    .windows(5)
                    .position(|window| window == b"-----");
                last = index + dashes.map_or(8, |at| at + 13);
                break;
            }
            // A second header is another block.
            b'-' if text
                .get(index..)
                .is_some_and(|rest| rest.starts_with(b"-----")) =>
            {
                break;
            }
            // Line ends as they are in strings of source text.
            b'\\' if matches!(at(text, index + 1), b'n' | b'r' | b't') => {
                (index, line) = (index + 2, 0)
            }
            // Header lines of old PEM (`Proc-Type: 4,ENCRYPTED`), comment and line marks, joined string literals.
            b'\\' | b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b',' | b':' | b'>' | b'#'
            | b'*' | b'|' | b'.' | b'(' | b')' | b';' => {
                (index, line) = (index + 1, 0);
            }
            byte if is_key(byte) || matches!(byte, b'+' | b'/' | b'=') => {
                index += 1;
                line += 1;
                longest = longest.max(line);
                if line >= LAST_LINE_BYTES && longest >= LINE_BYTES {
                    last = index;
                }
            }
            _ => break,
        }
    }
    (longest >= LINE_BYTES).then_some(last)
}
