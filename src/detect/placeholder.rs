//! Values that stand for a key and are none: `EXAMPLE`, `xxxx`, `your-key-here`, `1234567890`.

use super::Severity;
use super::entropy::distinct;
use super::phrases::Phrases;

/// Parts of a value that no issued key has, in lower case. Each is so long that chance does not make one
/// in a million keys.
static WORDS: Phrases = Phrases::new(&[
    "example",
    "xxxxx",
    "your-",
    "your_",
    "yourkey",
    "yourapi",
    "yoursecret",
    "yourtoken",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "replace",
    "dummy",
    "redacted",
    "insert-",
    "insert_",
    "my-api",
    "my_api",
    "here-",
    "deadbeef",
    "-here",
]);

/// Whether the secret part of a value says itself that it is none.
pub fn is_placeholder(secret: &[u8]) -> bool {
    if secret.is_empty() {
        return true;
    }
    let secret = without_ids(secret);
    has_long_sequence(secret)
        || (secret.len() >= 16 && distinct(secret) <= 4)
        || WORDS.is_in(secret)
}

/// Without what may be of any digits in front of the secret, such as numbers of accounts: `2-1111111111-2222222222-…`.
pub fn without_ids(secret: &[u8]) -> &[u8] {
    let Some(end) = secret.iter().position(|byte| matches!(byte, b'-' | b':')) else {
        return secret;
    };
    match secret.split_at_checked(end + 1) {
        Some((id, rest))
            if rest.len() >= 16
                && end > 0
                && (end == 1 || id.iter().take(end).all(u8::is_ascii_digit)) =>
        {
            without_ids(rest)
        }
        _ => secret,
    }
}

/// Keys that issuers and standards print as examples, or that everybody's own copy of a program has. What is held of them
/// is a hash of their ends, so that a frame does not carry them.
static PUBLISHED: [u32; 22] = hashes([
    // RFC 6749, 6750, 7009 and 5849, and what quotes them.
    concat!("2YotnFZFEjr", "1zCsicMWpAA"),
    concat!("tGzv3JOkF0X", "G5Qx2TlKWIA"),
    concat!("czZCaGRSa3F0Mz", "pnWDFmQmF0M2JW"),
    concat!("mF_9.", "B5f-4.1JqM"),
    concat!("45ghiukldj", "ahdnhzdauz"),
    concat!("hh5s93j4", "hdidpola"),
    concat!("hdhd0244", "k9j7ao03"),
    concat!("nnch734d", "00sl2jdk"),
    concat!("pfkkdhi9", "sl3r4s00"),
    concat!("ad180jjd", "733klru7"),
    // The accounts of Azurite and of the Cosmos DB emulator.
    concat!(
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1S",
        "ZFPTOtr/KBHBeksoGMGw=="
    ),
    concat!(
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbI",
        "ZnqyMsEcaGQy67XIw/Jw=="
    ),
    // The documentation of Stripe and of Telegram.
    concat!("sk_test_", "4eC39HqLyjWDarjtT1zdp7dc"),
    concat!("sk_test_", "BQokikJOvBiI2HlWgH4olfQ2"),
    concat!("110201543:", "AAHdqTcvCH1vGWJxfSe1ofSAs0K5PALDsaw"),
    concat!("bot110201543:", "AAHdqTcvCH1vGWJxfSe1ofSAs0K5PALDsaw"),
    concat!("123456:ABC-", "DEF1234ghIkl-zyx57W2v1u123ew11"),
    // The test vectors of age.
    concat!(
        "AGE-SECRET-KEY-",
        "1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
    ),
    // The first screen of jwt.io.
    concat!(
        "F0IjoxNTE2MjM5MDIyfQ",
        ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    ),
    // The documentation of PyJWT.
    concat!(
        "zb21lIjoicGF5bG9hZCJ9.",
        "4twFt5NiznN84AWoo1d7KO1T_yoc0Z6XOpOVswacPZg"
    ),
    // The private keys that the tests of RustCrypto have.
    concat!(
        "SSME1+9mrBF77+g6jQjx",
        "VfK1L59hjdRHApBI4P\n-----END PRIVATE KEY-----"
    ),
    concat!(
        "vZqwRe+/oOo0I8VXytS+",
        "fYY3URwKQSODw==\n-----END EC PRIVATE KEY-----"
    ),
]);
/// How much of a key is hashed, at its end: private keys of one kind begin alike.
const PUBLISHED_BYTES: usize = 64;

const fn hashes<const N: usize>(keys: [&str; N]) -> [u32; N] {
    let mut hashes = [0; N];
    let mut index = 0;
    while index < N {
        hashes[index] = end_hash(keys[index].as_bytes());
        index += 1;
    }
    hashes
}

/// FNV-1a of the last bytes.
const fn end_hash(key: &[u8]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut index = key.len().saturating_sub(PUBLISHED_BYTES);
    while index < key.len() {
        hash = (hash ^ key[index] as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    hash
}

/// The severity, or `Possible` where everybody has the key.
pub fn published(key: &[u8], severity: Severity) -> Severity {
    if PUBLISHED.contains(&end_hash(key)) {
        Severity::Possible
    } else {
        severity
    }
}

/// Whether seven bytes in a row are the same, or eight or more go up or down by one.
fn has_long_sequence(secret: &[u8]) -> bool {
    let (mut same, mut up, mut down) = (1, 1, 1);
    for pair in secret.windows(2) {
        let [first, second] = [pair[0], pair[1]];
        same = if first == second { same + 1 } else { 1 };
        // `1234567890` goes on from 9 to 0.
        let next = first.wrapping_add(1) == second || (first == b'9' && second == b'0');
        up = if next { up + 1 } else { 1 };
        down = if second.wrapping_add(1) == first {
            down + 1
        } else {
            1
        };
        if same >= 7 || up >= 8 || down >= 8 {
            return true;
        }
    }
    false
}
