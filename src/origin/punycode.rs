//! Punycode, decoding only (RFC 3492). The browser has no way to ask it for the Unicode form of a host, and the `idna`
//! crate brings tables of 200 KB for the other direction.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;
/// A label of a host name (RFC 1035, section 2.3.4).
const MAX_LABEL_BYTES: usize = 63;

/// Decodes a label without its `xn--`. `None` for what no encoder writes, and for a label that decodes to ASCII alone
/// or to control characters, which would show one name as another.
pub(super) fn decode(encoded: &str) -> Option<String> {
    if encoded.len() > MAX_LABEL_BYTES {
        return None;
    }
    let (basic, extended) = encoded.rsplit_once('-').unwrap_or(("", encoded));
    let mut output: Vec<char> = basic.chars().collect();
    let mut n = INITIAL_N;
    let mut index: u32 = 0;
    let mut bias = INITIAL_BIAS;
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let start = index;
        let mut weight: u32 = 1;
        let mut k = BASE;
        loop {
            let digit = digit(digits.next()?)?;
            index = index.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(output.len()).ok()? + 1;
        bias = adapt(index - start, count, start == 0);
        n = n.checked_add(index / count)?;
        index %= count;
        let letter = char::from_u32(n).filter(|letter| !letter.is_control())?;
        output.insert(usize::try_from(index).ok()?, letter);
        index += 1;
    }
    let text: String = output.into_iter().collect();
    (!text.is_ascii()).then_some(text)
}

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}
