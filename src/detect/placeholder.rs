//! Values that stand for a key and are none: `EXAMPLE`, `xxxx`, `your-key-here`, `1234567890`.

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
    has_long_sequence(secret)
        || (secret.len() >= 16 && distinct(secret) <= 4)
        || WORDS.is_in(secret)
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
