//! The general case: a value that is assigned to a name which says that it is secret, whatever its shape.
//!
//! `api_key = "…"`, `"password": "…"`, `Authorization: Bearer …`, `--token …`, `export X=…`, `<secret>…</secret>`.
//! The value must look drawn, not written: variables, calls, paths, words, hashes and ids are none.

use super::boundary::{at, is_digit, is_glue, is_hex, is_key, is_quote};
use super::entropy::{distinct, entropy};
use super::phrases::Phrases;
use super::placeholder::is_placeholder;
use super::tables::{ASSIGNMENT, Tables};
use super::words::has_name;
use core::ops::Range;

/// The longest value, in bytes.
const VALUE_BYTES: usize = 256;
/// The longest name.
const NAME_BYTES: usize = 64;

/// The value that the run at `start` is part of, where it is assigned to a secret name.
pub fn of_value(
    tables: &Tables,
    text: &[u8],
    start: usize,
    counts: &mut [u8; 256],
) -> Option<Range<usize>> {
    ASSIGNMENT?;
    // Back over bytes of passwords to where the value begins.
    let mut value = start;
    while value > 0 && start - value < 40 && is_value(at(text, value - 1)) {
        value -= 1;
    }
    let mut index = value.checked_sub(1)?;
    let quote = is_quote(at(text, index)).then(|| at(text, index));
    if quote.is_some() {
        index = back_over(text, index, |byte| byte == b'\\');
    } else {
        index += 1;
    }
    index = back_over(text, index, |byte| byte == b' ' || byte == b'\t');
    let name = operator(text, index, quote.is_some(), value)?;
    let end = value_end(text, value, quote);
    let (name, value) = (text.get(name)?, value..end);
    (is_secret_name(tables, name)
        && is_drawn(text.get(value.clone())?, name, counts)
        && !is_code(text, &value))
    .then_some(value)
}

/// The value that the name `start..end` is assigned; for values whose own runs are short.
pub fn of_name(
    tables: &Tables,
    text: &[u8],
    start: usize,
    end: usize,
    counts: &mut [u8; 256],
) -> Option<Range<usize>> {
    ASSIGNMENT?;
    let index = over(text, end, |byte| {
        is_quote(byte) || matches!(byte, b']' | b' ')
    });
    if !matches!(at(text, index), b'=' | b':') {
        return None;
    }
    let index = over(text, index, |byte| matches!(byte, b'=' | b':' | b'>'));
    let index = over(text, index, |byte| byte == b' ');
    let quote = is_quote(at(text, index)).then(|| at(text, index));
    let value = index + usize::from(quote.is_some());
    // A value that begins with a long run is found by that.
    let run = (value..value + 8).find(|&index| !is_key(at(text, index)))?;
    if !is_value(at(text, run)) {
        return None;
    }
    let name = text.get(start..end)?;
    if !is_secret_name(tables, name) {
        return None;
    }
    let value = value..value_end(text, value, quote);
    (is_drawn(text.get(value.clone())?, name, counts) && !is_code(text, &value)).then_some(value)
}

/// Whether what stands behind a value without quotation marks says that it is a path, a call or a type.
fn is_code(text: &[u8], value: &Range<usize>) -> bool {
    let quoted = value.start > 0 && is_quote(at(text, value.start - 1));
    let next = (at(text, value.end), at(text, value.end + 1));
    // `</` ends an element of XML.
    !quoted
        && next != (b'<', b'/')
        && matches!(next, (b':', b':') | (b'(' | b'<' | b'{', _) | (b' ', b'{'))
}

/// Whether value and name have the same letters: `pass_array: "passArray8"` names itself.
fn names_itself(value: &[u8], name: &[u8]) -> bool {
    let letters = |text: &'_ [u8]| {
        text.iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .count()
    };
    let mut rest = name.iter().filter(|byte| byte.is_ascii_alphabetic());
    letters(value) == letters(name)
        && value
            .iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .all(|byte| {
                rest.next()
                    .is_some_and(|other| other.eq_ignore_ascii_case(byte))
            })
}

fn over(text: &[u8], mut index: usize, is: impl Fn(u8) -> bool) -> usize {
    let limit = index + 4;
    while index < limit && is(at(text, index)) {
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
        b'=' | b':' => back_over(text, end, |byte| {
            matches!(byte, b'=' | b':' | b'!' | b'+' | b'|' | b'?')
        }),
        b'>' if at(text, end.wrapping_sub(2)) == b'=' => end - 2,
        // An element of XML.
        b'>' => {
            let name = name_before(text, end - 1);
            return (name.start > 0 && at(text, name.start - 1) == b'<').then_some(name);
        }
        b',' | b'(' if quoted => end - 1,
        _ if end < value || quoted => return flag(text, end),
        _ => return None,
    };
    index = back_over(text, index, |byte| {
        matches!(
            byte,
            b' ' | b'\t' | b'"' | b'\'' | b'`' | b']' | b')' | b'\\'
        )
    });
    let name = name_before(text, index);
    // A type between name and operator: `password: String = "…"`.
    if matches!(
        text.get(name.clone())?,
        b"str" | b"string" | b"String" | b"Any" | b"text"
    ) {
        let colon = back_over(text, name.start, |byte| byte == b' ' || byte == b'&');
        if colon > 0 && at(text, colon - 1) == b':' {
            return Some(name_before(
                text,
                back_over(text, colon - 1, |byte| byte == b' ' || byte == b'?'),
            ));
        }
    }
    Some(name)
}

/// `Bearer`, `Basic`, `--token`: a word in front with only a space between.
fn flag(text: &[u8], end: usize) -> Option<Range<usize>> {
    let name = name_before(text, end);
    let word = text.get(name.clone())?;
    let is = |known: &[u8]| word.eq_ignore_ascii_case(known);
    (word.starts_with(b"--") || is(b"bearer") || is(b"token") || is(b"machine") || is(b"password"))
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

fn back_over(text: &[u8], mut end: usize, is: impl Fn(u8) -> bool) -> usize {
    let limit = end.saturating_sub(12);
    while end > limit && is(at(text, end - 1)) {
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
            Some(quote) => byte != quote && byte > b' ' && byte != b'\\',
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
]);
/// Parts of names of passwords.
static PASSWORD: Phrases = Phrases::new(&["pass", "pwd"]);
/// Words that examples take for a secret, with a number behind: `secret123`.
static COMMON: Phrases = Phrases::new(&["secret", "password", "passwort", "changeit"]);
/// What stands in expressions and not in values.
static EXPRESSION: Phrases = Phrases::new(&["://", "${", "{{", "..", "->", "::"]);

/// Whether the name says that its value is secret.
fn is_secret_name(tables: &Tables, name: &[u8]) -> bool {
    has_name(tables, name, ASSIGNMENT) && !NOT_THE_SECRET.ends(name) && !OTHER.is_in(name)
}

/// Whether the value looks drawn by chance or chosen as a password.
fn is_drawn(value: &[u8], name: &[u8], counts: &mut [u8; 256]) -> bool {
    let password = PASSWORD.is_in(name);
    let least = if password { 8 } else { 12 };
    if value.len() < least
        || value.len() >= VALUE_BYTES
        || is_placeholder(value)
        || is_reference(value)
    {
        return false;
    }
    let (mut digits, mut lower, mut upper, mut other) = (0, 0, 0, 0);
    for &byte in value {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' => lower += 1,
            b'A'..=b'Z' => upper += 1,
            _ => other += 1,
        }
    }
    if digits == value.len() || (digits == 0 && (other == 0 || !password)) || lower + upper == 0 {
        return false;
    }
    // Names of constants: `QUERY_TYPE_0`. What is drawn so has more digits.
    if other > 0 && lower == 0 && !password && digits * 4 < value.len() {
        return false;
    }
    if names_itself(value, name) || COMMON.is_in(value) && digits <= 3 && other == 0 {
        return false;
    }
    // Words and numbers joined by `-`, `_`, `.` or `/`: `my-service-v2`, `2024-01-31`.
    if !password && other * 8 > value.len() && digits * 4 < value.len() {
        return false;
    }
    let bits = entropy(value, counts);
    bits >= if password { 40 } else { 50 } && distinct(value) >= 6
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

/// The password of `scheme://user:password@host`; nothing where it is a variable.
pub fn url_password(url: &[u8]) -> Option<&[u8]> {
    let start = url.windows(3).position(|window| window == b"://")? + 3;
    let rest = url.get(start..)?;
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
    ];
    let reference = password
        .first()
        .is_none_or(|first| matches!(first, b'$' | b'{' | b'<' | b'%' | b'['))
        && !password.starts_with(b"%");
    (!reference && !known.iter().any(|word| password.eq_ignore_ascii_case(word)))
        .then_some(password)
}
