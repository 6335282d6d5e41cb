//! Where a key may begin and end.
//!
//! A *run* is a longest sequence of key bytes, `[A-Za-z0-9_-]`. A key begins where the byte before is no key byte
//! or belongs to an escape, and ends where the next byte is none.

const KEY: u8 = 1;
const GLUE: u8 = 2;
const HEX: u8 = 4;
const DIGIT: u8 = 8;
const QUOTE: u8 = 16;
const ESCAPE: u8 = 32;

static BYTES: [u8; 256] = classify();

const fn classify() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut index = 0;
    while index < 256 {
        let byte = index as u8;
        let mut flags = 0;
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
            flags |= KEY;
        }
        if byte.is_ascii_hexdigit() {
            flags |= HEX;
        }
        if byte.is_ascii_digit() {
            flags |= DIGIT;
        }
        if matches!(byte, b'"' | b'\'' | b'`') {
            flags |= QUOTE;
        }
        if matches!(byte, b'\\' | b'%' | b'=' | b'[' | b';') {
            flags |= ESCAPE;
        }
        if flags & (KEY | QUOTE) == 0
            && byte.is_ascii_graphic()
            && !matches!(byte, b'<' | b'>' | b'(' | b')' | b'{' | b'}' | b',')
        {
            flags |= GLUE;
        }
        table[index] = flags;
        index += 1;
    }
    table
}

/// Whether the byte can be of a key.
#[inline(always)]
pub fn is_key(byte: u8) -> bool {
    BYTES[byte as usize] & KEY != 0
}

/// Whether the byte may stand between runs of one key.
#[inline(always)]
pub fn is_glue(byte: u8) -> bool {
    BYTES[byte as usize] & GLUE != 0
}

/// Whether an escape may end behind this byte and the bytes of a run that follow it.
#[inline(always)]
pub fn may_escape(byte: u8) -> bool {
    BYTES[byte as usize] & ESCAPE != 0
}

/// Whether the byte is a hexadecimal digit.
pub fn is_hex(byte: u8) -> bool {
    BYTES[byte as usize] & HEX != 0
}

/// Whether the byte is a decimal digit.
pub fn is_digit(byte: u8) -> bool {
    BYTES[byte as usize] & DIGIT != 0
}

/// Whether the byte is a quotation mark of programming languages.
pub fn is_quote(byte: u8) -> bool {
    BYTES[byte as usize] & QUOTE != 0
}

/// Eight bytes are looked at at once where numbers have 64 bits; the code of frames is translated to JavaScript, where they
/// have not.
const WIDE: bool = cfg!(not(target_family = "wasm"));

/// Where the key bytes end that stand from `from` on, and whether a digit is among them.
#[inline(always)]
pub fn run_end(text: &[u8], from: usize) -> (usize, bool) {
    let (mut end, mut digit) = (from, false);
    if WIDE {
        while let Some(bytes) = text.get(end..).and_then(<[u8]>::first_chunk::<8>) {
            let (key, digits) = wide::kinds(u64::from_le_bytes(*bytes));
            let count = (!key & wide::TOP).trailing_zeros() / 8;
            digit |= count > 0 && digits << (64 - 8 * count) != 0;
            end += count as usize;
            if count < 8 {
                return (end, digit);
            }
        }
    }
    while end < text.len() {
        let kinds = BYTES[usize::from(at(text, end))];
        if kinds & KEY == 0 {
            break;
        }
        digit |= kinds & DIGIT != 0;
        end += 1;
    }
    (end, digit)
}

/// Where the key bytes begin that stand before `from`, at `lowest` or behind it, and whether a digit is among them.
#[inline(always)]
pub fn run_start(text: &[u8], from: usize, lowest: usize) -> (usize, bool) {
    let (mut start, mut digit) = (from, false);
    if WIDE {
        while start >= lowest + 8
            && let Some(bytes) = text.get(..start).and_then(<[u8]>::last_chunk::<8>)
        {
            let (key, digits) = wide::kinds(u64::from_le_bytes(*bytes));
            let count = (!key & wide::TOP).leading_zeros() / 8;
            digit |= count > 0 && digits >> (64 - 8 * count) != 0;
            start -= count as usize;
            if count < 8 {
                return (start, digit);
            }
        }
    }
    while start > lowest {
        let kinds = BYTES[usize::from(at(text, start - 1))];
        if kinds & KEY == 0 {
            break;
        }
        digit |= kinds & DIGIT != 0;
        start -= 1;
    }
    (start, digit)
}

/// Eight bytes in one number.
mod wide {
    const ONES: u64 = 0x0101_0101_0101_0101;
    /// The top bit of each.
    pub const TOP: u64 = ONES << 7;

    /// The top bit of each byte that is not below; no byte may have its own.
    fn from(bytes: u64, least: u8) -> u64 {
        bytes + ONES * (0x80 - least as u64)
    }

    /// The top bit of each byte of keys, and of each digit.
    #[inline(always)]
    pub fn kinds(bytes: u64) -> (u64, u64) {
        let low = bytes & !TOP;
        let folded = low | ONES << 5;
        let digits = from(low, b'0') & !from(low, b'9' + 1);
        let letters = from(folded, b'a') & !from(folded, b'z' + 1);
        let dash = from(low, b'-') & !from(low, b'-' + 1);
        let line = from(low, b'_') & !from(low, b'_' + 1);
        let ascii = TOP & !bytes;
        ((digits | letters | dash | line) & ascii, digits & ascii)
    }
}

/// The byte at `index`, or a space where the text has none.
#[inline(always)]
pub fn at(text: &[u8], index: usize) -> u8 {
    match text.get(index) {
        Some(&byte) => byte,
        None => b' ',
    }
}

/// Whether a key may end before `end`.
#[inline(always)]
pub fn may_end(text: &[u8], end: usize) -> bool {
    !is_key(at(text, end))
}

/// Whether a key may begin at `start`.
pub fn may_begin(text: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1) else {
        return true;
    };
    if !is_key(at(text, before)) {
        return true;
    }
    // The run that `start` lies in, as far as an escape can reach back.
    let mut run = start;
    while run > 0 && start - run < 9 && is_key(at(text, run - 1)) {
        run -= 1;
    }
    escape_end(text, run) == Some(start)
}

/// Where the escape ends whose last bytes the run at `run` begins with: `\n`, `\x3d`, `\u003d`, `%3D`, `=3D`,
/// `ESC[31m`.
pub fn escape_end(text: &[u8], run: usize) -> Option<usize> {
    let before = at(text, run.checked_sub(1)?);
    let hex = |from: usize, count: usize| (from..from + count).all(|index| is_hex(at(text, index)));
    let (end, escaped) = match before {
        b'\\' => match at(text, run) {
            b'n' | b't' | b'r' | b'b' | b'f' | b'v' => (run + 1, true),
            b'x' => (run + 3, hex(run + 1, 2)),
            b'u' => (run + 5, hex(run + 1, 4)),
            _ => (run, false),
        },
        b'%' => (run + 2, hex(run, 2)),
        b'=' => (
            run + 2,
            at(text, run) == b'3' && at(text, run + 1) | 0x20 == b'd',
        ),
        b'[' | b';' => {
            let mut end = run;
            while end < run + 4 && is_digit(at(text, end)) {
                end += 1;
            }
            (end + 1, at(text, end) == b'm' && is_ansi(text, run - 1))
        }
        _ => (run, false),
    };
    (escaped && end < text.len() && is_key(at(text, end))).then_some(end)
}

/// Whether `index` is the `[` or a `;` of an ANSI colour.
fn is_ansi(text: &[u8], index: usize) -> bool {
    let mut from = index;
    while at(text, from) != b'[' {
        if from == 0 || index - from > 12 || !(is_digit(at(text, from)) || at(text, from) == b';') {
            return false;
        }
        from -= 1;
    }
    let head = &text[from.saturating_sub(5)..from];
    head.ends_with(b"\x1b")
        || [
            b"\\x1b".as_slice(),
            b"\\x1B",
            b"\\033",
            b"\\e",
            b"001b",
            b"001B",
        ]
        .iter()
        .any(|escape| head.ends_with(escape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs() {
        let text: Vec<u8> = (0..=255)
            .flat_map(|byte| [b'a', byte, b'Z', b'_', byte, byte, b'0'])
            .collect();
        for from in 0..=text.len() {
            let end = (from..text.len())
                .find(|&at| !is_key(text[at]))
                .unwrap_or(text.len());
            assert_eq!(
                run_end(&text, from),
                (end, text[from..end].iter().any(|&byte| is_digit(byte)))
            );
            for lowest in from.saturating_sub(20)..=from {
                let start = (lowest..from)
                    .rev()
                    .find(|&at| !is_key(text[at]))
                    .map_or(lowest, |at| at + 1);
                let digit = text[start..from].iter().any(|&byte| is_digit(byte));
                assert_eq!(run_start(&text, from, lowest), (start, digit));
            }
        }
    }
}
