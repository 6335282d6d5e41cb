//! The general case: a value that is assigned to a name which says that it is secret, whatever its shape.
//!
//! `api_key = "…"`, `"password": "…"`, `Authorization: Bearer …`, `--token …`, `export X=…`, `<secret>…</secret>`.
//! The value must look drawn, not written: variables, calls, paths, words, hashes and ids are none.

use super::Severity;
use super::boundary::{at, is_digit, is_glue, is_hex, is_key, is_quote};
use super::entropy::{distinct, entropy};
use super::evidence::base64;
use super::phrases::Phrases;
use super::placeholder::{is_placeholder, published};
use super::tables::{ASSIGNMENT, Tables};
use super::words::has_name;
use core::ops::Range;

/// The longest value, in bytes.
const VALUE_BYTES: usize = 256;
/// The longest name.
const NAME_BYTES: usize = 64;

/// What is known of the last value that was judged: its name and each of its runs ask for it.
pub struct Known {
    /// All zeros; for [`entropy`].
    pub counts: [u8; 256],
    name: Range<usize>,
    start: usize,
    /// Where it ends; 0 where it is no secret. All of this is zeros at first (`src/bin/scanner/main.rs`).
    end: usize,
    severity: Severity,
}

impl Known {
    /// Nothing yet: no value begins at the beginning of a text.
    pub const fn new() -> Known {
        Known {
            counts: [0; 256],
            name: 0..0,
            start: 0,
            end: 0,
            severity: Severity::Possible,
        }
    }

    /// For another text.
    pub fn reset(&mut self) {
        self.start = 0;
    }
}

/// The value that the run at `start` is part of, where it is assigned to a secret name, and how sure that is.
pub fn of_value(
    tables: &Tables,
    text: &[u8],
    start: usize,
    known: &mut Known,
) -> Option<(Range<usize>, Severity)> {
    ASSIGNMENT?;
    // Back over bytes of passwords to where the value begins.
    let back = |is: fn(u8) -> bool| {
        let mut value = start;
        while value > 0 && start - value < 40 && is(at(text, value - 1)) {
            value -= 1;
        }
        value
    };
    let value = back(is_value);
    let found = assigned(tables, text, value, known);
    if found.is_some() || value == 0 || !matches!(at(text, value - 1), b'=' | b':') {
        return found;
    }
    // What stands in quotation marks may have these in it.
    let value = back(|byte| is_value(byte) || matches!(byte, b'=' | b':'));
    if value == 0 || !is_quote(at(text, value - 1)) {
        return None;
    }
    assigned(tables, text, value, known)
}

/// The value that begins at `value`, where a secret name stands before it.
#[inline(never)]
fn assigned(
    tables: &Tables,
    text: &[u8],
    value: usize,
    known: &mut Known,
) -> Option<(Range<usize>, Severity)> {
    let mut index = value.checked_sub(1)?;
    let quote = is_quote(at(text, index)).then(|| at(text, index));
    if quote.is_some() {
        index = back_over(text, index, b"\\");
        index -=
            usize::from(index > 1 && is_prefix(text, index - 1) && !is_key(at(text, index - 2)));
    } else {
        index += 1;
    }
    index = back_over(text, index, b" \t");
    // An element of XML on lines of its own.
    if matches!(at(text, index.checked_sub(1)?), b'\n') {
        index = back_over(text, index, b" \t\r\n");
        if at(text, index.checked_sub(1)?) != b'>' {
            return None;
        }
    }
    let name = operator(text, index, quote.is_some(), value)?;
    judge(tables, text, name, value, quote, known)
}

/// The value that the name that ends at `end` is assigned; for values whose own runs are short.
pub fn of_name(
    tables: &Tables,
    text: &[u8],
    end: usize,
    known: &mut Known,
) -> Option<(Range<usize>, Severity)> {
    ASSIGNMENT?;
    let index = over(text, end, b"\"'`] ");
    let index = index + usize::from(at(text, index) == b'!');
    if !matches!(at(text, index), b'=' | b':') {
        return None;
    }
    let index = over(text, index, b"=:>");
    let index = over(text, index, b" ");
    let index = index + usize::from(is_prefix(text, index));
    let quote = is_quote(at(text, index)).then(|| at(text, index));
    let value = index + usize::from(quote.is_some());
    // A value that begins with a long run is found by that, if the run has a digit.
    let run = (value..value + VALUE_BYTES).find(|&index| !is_key(at(text, index)))?;
    if run >= value + 8 && text.get(value..run)?.iter().any(|&byte| is_digit(byte))
        || quote.is_none() && !is_value(at(text, run))
    {
        return None;
    }
    // The whole name, as it is read back from the value.
    judge(tables, text, name_before(text, end), value, quote, known)
}

/// Judges the value that begins at `start`, by itself and by its name.
fn judge(
    tables: &Tables,
    text: &[u8],
    name: Range<usize>,
    start: usize,
    quote: Option<u8>,
    known: &mut Known,
) -> Option<(Range<usize>, Severity)> {
    if !is_secret_name(tables, text.get(name.clone())?) {
        return None;
    }
    if (known.start, &known.name) != (start, &name) {
        let found = weigh(text, name.clone(), start, quote, &mut known.counts);
        (known.end, known.severity) = found.unwrap_or((0, Severity::Possible));
        (known.start, known.name) = (start, name);
    }
    (known.end > 0).then_some((start..known.end, known.severity))
}

/// Where the value ends that a secret name is assigned, and how sure it is.
fn weigh(
    text: &[u8],
    name: Range<usize>,
    start: usize,
    quote: Option<u8>,
    counts: &mut [u8; 256],
) -> Option<(usize, Severity)> {
    let name = text.get(name)?;
    let range = start..value_end(text, start, quote);
    let value = text.get(range.clone())?;
    let severity = if is_uuid(value) && !is_placeholder(value) {
        // An id or a key: the name alone tells them apart.
        Severity::Possible
    } else if quote.is_some_and(|quote| quote == at(text, range.end)) && is_tangle(value)
        || is_drawn(value, name, counts)
            && (quote.is_some() || is_user(name) || !is_code(text, &range) && !is_words(value, 5))
    {
        // Such as people think of for an example.
        let is_weak = value.len() < 14
            && !value
                .iter()
                .any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_punctuation());
        if is_weak && PASSWORD.is_in(name) || is_mashed(value) || is_prose(value) {
            Severity::Possible
        } else {
            published(value, Severity::Probable)
        }
    } else {
        return None;
    };
    Some((range.end, severity))
}

/// Whether a value in quotation marks is of signs that no language puts so: many of them, and brackets that do not close.
/// Generators of passwords make such; expressions that match text have `(?`.
fn is_tangle(value: &[u8]) -> bool {
    let (mut signs, mut open, mut broken) = (0u32, 0u32, false);
    for &byte in value {
        if byte.is_ascii_punctuation() {
            signs |= 1 << (byte & 31);
        }
        // The last two bits of the stack are enough to tell three kinds of brackets apart.
        let kind = match byte | 0x20 {
            b'(' | b')' if byte < b'0' => 1,
            b'{' | b'}' => 2 + u32::from(byte & 0x20 == 0),
            _ => continue,
        };
        if matches!(byte, b'(' | b'[' | b'{') {
            open = open << 2 | kind;
        } else {
            broken |= open & 3 != kind;
            open >>= 2;
        }
    }
    (broken || open != 0)
        && !value.windows(2).any(|two| two == b"(?")
        && signs.count_ones() >= 6
        && distinct(value) >= 12
}

/// Whether what stands behind a value without quotation marks says that it is a path, a call or a type.
fn is_code(text: &[u8], value: &Range<usize>) -> bool {
    let next = (at(text, value.end), at(text, value.end + 1));
    // `</` ends an element of XML.
    next != (b'<', b'/') && matches!(next, (b':', b':') | (b'(' | b'<' | b'{', _) | (b' ', b'{'))
}

/// Whether the letters of the value are those of the name, or end with those of a long one: `pass_array: "passArray8"`,
/// `private_key: Ed25519PrivateKey`.
fn names_itself(value: &[u8], name: &[u8]) -> bool {
    let letters = |text: &'_ [u8]| {
        text.iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .count()
    };
    let (named, count) = (letters(name), letters(value));
    let Some(before) = count.checked_sub(named) else {
        return false;
    };
    let mut rest = name.iter().filter(|byte| byte.is_ascii_alphabetic());
    (before == 0 || named >= 8)
        && value
            .iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .skip(before)
            .all(|byte| {
                rest.next()
                    .is_some_and(|other| other.eq_ignore_ascii_case(byte))
            })
}

/// Whether a letter before quotation marks stands here that says how they are read: `@"…"`, `b'…'`.
fn is_prefix(text: &[u8], index: usize) -> bool {
    matches!(at(text, index), b'@' | b'b' | b'r' | b'f' | b'u') && is_quote(at(text, index + 1))
}

#[inline(never)]
fn over(text: &[u8], mut index: usize, passed: &[u8]) -> usize {
    let limit = index + 4;
    while index < limit && passed.contains(&at(text, index)) {
        index += 1;
    }
    index
}

/// The name in front of the operator that ends at `end`.
fn operator(text: &[u8], end: usize, quoted: bool, value: usize) -> Option<Range<usize>> {
    let before = at(text, end.checked_sub(1)?);
    // A path of Rust, C++ or Ruby: `Secrets::Chacha20`.
    if before == b':' && end > 1 && at(text, end - 2) == b':' {
        return None;
    }
    let mut index = match before {
        b'=' | b':' => back_over(text, end, b"=:!+|?"),
        b'>' if at(text, end.wrapping_sub(2)) == b'=' => {
            // What a call returns, or a function.
            let index = back_over(text, end - 2, b" ");
            if index == 0 || at(text, index - 1) == b')' {
                return None;
            }
            index
        }
        // An element of XML.
        b'>' => {
            let name = name_before(text, end - 1);
            return (name.start > 0 && at(text, name.start - 1) == b'<').then_some(name);
        }
        b',' | b'(' if quoted => end - 1,
        _ if end < value || quoted => return flag(text, end),
        _ => return None,
    };
    // `.=` of PHP.
    if before == b'=' && at(text, index.wrapping_sub(1)) == b'.' {
        index -= 1;
    }
    let name = name_ending(text, index);
    let word = text.get(name.clone())?;
    // `curl -u user:…`
    if before == b':'
        && let user = name_before(text, back_over(text, name.start, b" \"'`"))
        && is_user(text.get(user.clone())?)
    {
        return Some(user);
    }
    // `key="PASSWORD" value="…"`, `name: TOKEN` and `value: …` below it.
    if word.eq_ignore_ascii_case(b"value") {
        return Some(name_ending(text, back_over(text, name.start, BETWEEN)));
    }
    // A type between name and operator: `password: String = "…"`, `var password string = "…"`.
    if matches!(word, b"str" | b"string" | b"String" | b"Any" | b"text") {
        return Some(name_ending(text, back_over(text, name.start, b" &:?")));
    }
    Some(name)
}

/// The flag in front of user and password.
fn is_user(name: &[u8]) -> bool {
    matches!(name, b"-u" | b"--user")
}

/// What stands between the name of a thing and the word for its value.
const BETWEEN: &[u8] = b" \t\r\n,-\"'`\\";

/// The name that ends at `end` but for what closes it.
fn name_ending(text: &[u8], end: usize) -> Range<usize> {
    name_before(text, back_over(text, end, b" \t\"'`])\\"))
}

/// `Bearer`, `Basic`, `--token`, `-Password`: a word in front with only a space between. `Authorization: Word …` too.
fn flag(text: &[u8], end: usize) -> Option<Range<usize>> {
    let name = name_before(text, end);
    let word = text.get(name.clone())?;
    let is = |known: &[u8]| word.eq_ignore_ascii_case(known);
    if word.starts_with(b"-") && word.len() >= 6
        || is(b"bearer")
        || is(b"token")
        || is(b"machine")
        || is(b"password")
    {
        return Some(name);
    }
    let colon = back_over(text, name.start, b" ");
    let name = name_before(text, colon.checked_sub(1)?);
    (at(text, colon - 1) == b':'
        && text
            .get(name.clone())?
            .eq_ignore_ascii_case(b"authorization"))
    .then_some(name)
}

fn name_before(text: &[u8], end: usize) -> Range<usize> {
    let mut start = end;
    while start > 0
        && end - start < NAME_BYTES
        && (is_key(at(text, start - 1)) || at(text, start - 1) == b'.')
    {
        start -= 1;
    }
    start..end
}

#[inline(never)]
fn back_over(text: &[u8], mut end: usize, passed: &[u8]) -> usize {
    let limit = end.saturating_sub(32);
    while end > limit && passed.contains(&at(text, end - 1)) {
        end -= 1;
    }
    end
}

fn value_end(text: &[u8], start: usize, quote: Option<u8>) -> usize {
    let limit = text.len().min(start + VALUE_BYTES);
    let mut end = start;
    while end < limit {
        let byte = at(text, end);
        let goes_on = match quote {
            Some(quote) => {
                byte != quote
                    && byte > b' '
                    && (byte != b'\\' || is_plain_behind(at(text, end + 1)))
            }
            // Only as the padding of base64.
            None => is_value(byte) || (byte == b'=' && !is_key(at(text, end + 1))),
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a stroke before this byte is one, and no escape.
fn is_plain_behind(byte: u8) -> bool {
    byte > b' ' && !is_quote(byte) && !matches!(byte, b'n' | b'r' | b't' | b'u' | b'x' | b'\\')
}

/// Bytes of values that stand without quotation marks.
fn is_value(byte: u8) -> bool {
    is_key(byte)
        || (is_glue(byte)
            && !matches!(byte, b'=' | b':' | b';' | b'\\' | b'[' | b']' | b'|' | b'&'))
}

/// Ends of names whose value is about a secret and is none.
static NOT_THE_SECRET: Phrases = Phrases::new(&[
    "id", "ids", "name", "url", "uri", "path", "file", "type", "length", "count", "size",
    "endpoint", "field", "label", "prefix", "hash", "expires", "regex", "format",
]);
/// Parts of names of other things that are keys or tokens.
static OTHER: Phrases = Phrases::new(&[
    "public",
    "sha",
    "md5",
    "digest",
    "checksum",
    "integrity",
    "commit",
    "keyboard",
    "primary",
    "foreign",
    "cache",
    // What makes words of text, and what makes a call safe to repeat (AWS).
    "tokeni",
    "clienttoken",
]);
/// Parts of names of passwords.
static PASSWORD: Phrases = Phrases::new(&["pass", "pwd"]);
/// Words that examples take for a secret, with a number behind: `secret123`.
static COMMON: Phrases = Phrases::new(&["secret", "password", "passwd", "passwort", "changeit"]);
/// What stands in expressions and not in values.
static EXPRESSION: Phrases = Phrases::new(&["://", "${", "{{", "..", "->", "::"]);

/// Whether the name says that its value is secret.
fn is_secret_name(tables: &Tables, name: &[u8]) -> bool {
    is_user(name)
        || has_name(tables, name, ASSIGNMENT) && !NOT_THE_SECRET.ends(name) && !OTHER.is_in(name)
}

/// Whether the value looks drawn by chance or chosen as a password.
fn is_drawn(value: &[u8], name: &[u8], counts: &mut [u8; 256]) -> bool {
    let password = PASSWORD.is_in(name) || is_user(name);
    let least = if password { 8 } else { 12 };
    if value.len() < least
        || value.len() >= VALUE_BYTES
        || is_placeholder(value)
        || is_reference(value)
    {
        return false;
    }
    let (mut digits, mut lower, mut upper, mut other, mut signs) = (0, 0, 0, 0, 0);
    for &byte in value {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' => lower += 1,
            b'A'..=b'Z' => upper += 1,
            // What joins words, and the ends of entities.
            b'-' | b'_' | b'.' | b'/' | b',' | b':' | b';' | b'\'' => other += 1,
            _ => {
                other += 1;
                signs += 1;
            }
        }
    }
    if digits == value.len() || lower + upper == 0 {
        return false;
    }
    // Without a digit, only a password of all other kinds.
    if digits == 0 && (!password || signs < 2 || lower == 0 || upper == 0) {
        return false;
    }
    // Names of constants: `QUERY_TYPE_0`. What is drawn so has more digits, or fewer strokes.
    if other > 0
        && lower == 0
        && !password
        && (digits * 4 < value.len() || other >= 4 && signs == 0)
    {
        return false;
    }
    if names_itself(value, name) || is_common(value) {
        return false;
    }
    // Words and numbers joined by `-`, `_`, `.` or `/`: `my-service-v2`, `2024-01-31`.
    if !password && (other * 8 > value.len() && digits * 4 < value.len() || is_words(value, 5)) {
        return false;
    }
    let bits = entropy(value, counts);
    bits >= if password { 40 } else { 50 } && distinct(value) >= 6
}

/// Whether somebody let the fingers fall on the keyboard: short, without capitals, three letters of four from the row where the
/// fingers rest. Of twelve such characters that are drawn, one in eighty.
fn is_mashed(value: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
    let letters = count(u8::is_ascii_lowercase);
    value.len() <= 20
        && letters >= 8
        && letters + count(u8::is_ascii_digit) == value.len()
        && count(|byte| b"asdfghjkl".contains(byte)) * 4 >= letters * 3
}

/// Whether it is the base64 of words with blanks between, such as examples have: `not my real password`.
fn is_prose(value: &[u8]) -> bool {
    let mut decoded = [0; 48];
    let length = base64(value, &mut decoded);
    let text = decoded.get(..length).unwrap_or_default();
    text.iter().all(|byte| (b' '..0x7f).contains(byte))
        && text.iter().filter(|&&byte| byte == b' ').count() >= 2
}

/// Whether the value is words with few digits, as names in programs are: `OAuth2ClientAuth`, `google/mt5-small`. They can be
/// spoken; of what chance draws, one in some hundred. A word has so many letters on average.
pub fn is_words(value: &[u8], letters_each: usize) -> bool {
    let (mut digits, mut pieces, mut letters, mut consonants, mut before) = (0, 0, 0, 0, b' ');
    for &byte in value.iter().chain(b" ") {
        let is_letter = byte.is_ascii_alphabetic();
        let goes_on = is_letter
            && before.is_ascii_alphabetic()
            && !(before.is_ascii_lowercase() && byte.is_ascii_uppercase());
        if !goes_on {
            // `wsj` is no word.
            if letters >= 3 && consonants == letters {
                return false;
            }
            pieces += usize::from(is_letter);
            (letters, consonants) = (0, 0);
        }
        digits += usize::from(is_digit(byte));
        letters += usize::from(is_letter);
        let is_vowel = matches!(byte | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        consonants = if is_vowel { 0 } else { consonants + 1 };
        if goes_on && consonants >= 5 {
            return false;
        }
        before = byte;
    }
    digits * 6 <= value.len() + 6 && pieces * letters_each <= value.len() + 4
}

/// Whether the value is a variable, a call, a path or an address rather than a secret.
fn is_reference(value: &[u8]) -> bool {
    let starts = [
        b"$".as_slice(),
        b"{",
        b"<",
        b"%",
        b"@",
        b"/",
        b"./",
        b"~",
        b"#",
        b"*",
        b"!!",
        b"process.env",
        b"os.",
        b"env.",
        b"ENV",
        b"var.",
        b"secrets.",
        b"config.",
        b"self.",
        b"this.",
        b"arn:",
        b"data:",
    ];
    starts.iter().any(|start| value.starts_with(start))
        || value.iter().any(|&byte| byte == b'(' || byte == b'[')
        || EXPRESSION.is_in(value)
        || is_dotted(value)
        || is_uuid(value)
}

/// `object.member.member2`: identifiers joined by dots.
fn is_dotted(value: &[u8]) -> bool {
    value.contains(&b'.')
        && value.split(|&byte| byte == b'.').all(|part| {
            part.first().is_some_and(|first| !is_digit(*first))
                && part.len() < 24
                && part.iter().filter(|&&byte| is_digit(byte)).count() * 4 < part.len()
        })
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(index, &byte)| {
            if matches!(index, 8 | 13 | 18 | 23) {
                byte == b'-'
            } else {
                is_hex(byte)
            }
        })
}

/// The password of `scheme://user:password@host` or of `password=…`; nothing where it is a variable or says that it is none.
pub fn url_password(found: &[u8]) -> Option<&[u8]> {
    let is_written = |password: &[u8]| {
        password
            .first()
            .is_some_and(|first| !matches!(first, b'$' | b'{' | b'<' | b'%' | b'['))
    };
    let Some(scheme) = found.windows(3).position(|window| window == b"://") else {
        let equals = found.iter().position(|&byte| byte == b'=')?;
        return found
            .get(equals + 1..)
            .map(<[u8]>::trim_ascii_start)
            .filter(|password| is_written(password));
    };
    let rest = found.get(scheme + 3..)?;
    let at = rest.iter().rposition(|&byte| byte == b'@')?;
    let user = rest.get(..at)?;
    let colon = user.iter().position(|&byte| byte == b':')?;
    let password = user.get(colon + 1..)?;
    let known = [
        b"password".as_slice(),
        b"pass",
        b"passwd",
        b"pwd",
        b"secret",
        b"***",
        b"****",
        b"xxx",
        b"token",
        b"mypassword",
    ];
    // The hosts of RFC 2606, and `scott:tiger` of Oracle's manuals.
    let is_example = password.len() < 8 && rest.get(at + 1..)?.starts_with(b"example.")
        || password.starts_with(b"tiger");
    (is_written(password)
        && !is_example
        && password != user.get(..colon)?
        && !known.iter().any(|word| password.eq_ignore_ascii_case(word)))
    .then_some(password)
}

/// Whether it is a word for a secret, with a number behind at most: `secret123`, `dbpassword`.
pub fn is_common(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| is_digit(**byte)).count();
    let signs = value
        .iter()
        .filter(|byte| !byte.is_ascii_alphanumeric())
        .count();
    value.len() <= 32 && COMMON.is_in(value) && digits <= 3 && (signs <= 1 || is_words(value, 4))
}
