//! The text that a PDF file shows (ISO 32000).
//!
//! The file's tables are not followed: objects are found where they stand, also in object streams. Text is read from the
//! strings of content streams, through the maps to Unicode of their fonts. What is encrypted, or packed by anything but
//! DEFLATE, has no text here.

use std::collections::HashMap;

use super::inflate::{Budget, inflate};

/// As many codes as a font can have, twice.
const MAX_CODES: u32 = 1 << 17;

/// Maps that a font's name may stand for on different pages; more are not tried.
const MAX_MAPS: usize = 3;

/// Codes of a font, and what they are in Unicode.
struct Map {
    /// Bytes of a code.
    width: usize,
    codes: HashMap<u32, String>,
}

/// Everything that the file shows, page by page as it stands in the file. Twice: once as if what is placed along a line were one
/// word, as browsers place each letter, and once as if it were several.
pub fn texts(file: &[u8], budget: &mut Budget) -> [Vec<u8>; 2] {
    let mut objects: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut maps: HashMap<usize, Map> = HashMap::new();
    let mut contents = Vec::new();
    let mut rest = file;
    while let Some(at) = find(rest, b" obj") {
        let number = number_before(&rest[..at]);
        let body = &rest[at + 4..];
        let object = find(body, b"endobj").unwrap_or(body.len());
        let Some(end) = find(&body[..object], b"stream") else {
            objects.push((number, body[..object].to_vec()));
            rest = &body[object..];
            continue;
        };
        let head = &body[..end];
        let packed = &body[end + 6..];
        let packed = packed.strip_prefix(b"\r").unwrap_or(packed);
        let packed = packed.strip_prefix(b"\n").unwrap_or(packed);
        let length = find(packed, b"endstream").unwrap_or(packed.len());
        rest = &packed[length..];
        objects.push((number, head.to_vec()));
        let Some(stream) = unpacked(head, &packed[..length], budget) else {
            continue;
        };
        if has(head, b"/ObjStm") {
            objects.extend(inner_objects(head, &stream));
        } else if has(&stream, b"beginbf") {
            maps.insert(number, map(&stream));
        } else if has(&stream, b"Tj") || has(&stream, b"TJ") {
            contents.push(stream);
        }
    }
    let names = font_names(&objects, &maps);
    [false, true].map(|apart| {
        let mut text = Vec::new();
        for content in &contents {
            show(content, &names, &maps, apart, &mut text);
        }
        text
    })
}

/// A stream that may hold text, as it was before it was packed.
fn unpacked(head: &[u8], packed: &[u8], budget: &mut Budget) -> Option<Vec<u8>> {
    let others: [&[u8]; 8] = [
        b"/Image",
        b"/Length1",
        b"/DCTDecode",
        b"/XRef",
        b"/LZWDecode",
        b"/ASCII",
        b"/Crypt",
        b"/Metadata",
    ];
    if others.iter().any(|word| has(head, word)) {
        None
    } else if has(head, b"/FlateDecode") || has(head, b"/Fl ") {
        inflate(packed, true, budget).ok().map(|(stream, _)| stream)
    } else {
        Some(packed.to_vec())
    }
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.iter().position(|&byte| byte == first)?;
        if text[at..].starts_with(word) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn has(text: &[u8], word: &[u8]) -> bool {
    find(text, word).is_some()
}

/// The number of an object, of which the text ends with number and generation.
fn number_before(text: &[u8]) -> usize {
    let tail = &text[text.len().saturating_sub(24)..];
    let mut words = tail
        .rsplit(|byte| !byte.is_ascii_digit())
        .filter(|word| !word.is_empty());
    words.next();
    words.next().map_or(0, digits)
}

fn digits(word: &[u8]) -> usize {
    word.iter()
        .take_while(|byte| byte.is_ascii_digit())
        .take(9)
        .fold(0, |sum, byte| sum * 10 + usize::from(byte - b'0'))
}

/// The number behind a name of a dictionary.
fn member(dictionary: &[u8], name: &[u8]) -> Option<usize> {
    let behind = &dictionary[find(dictionary, name)? + name.len()..];
    let start = behind.iter().position(|byte| *byte != b' ')?;
    behind[start]
        .is_ascii_digit()
        .then(|| digits(&behind[start..]))
}

/// The objects of an object stream: numbers and places first, then the objects.
fn inner_objects(head: &[u8], stream: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let Some(first) = member(head, b"/First").filter(|&first| first <= stream.len()) else {
        return Vec::new();
    };
    let numbers: Vec<usize> = stream[..first]
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .map(digits)
        .collect();
    let (pairs, _) = numbers.as_chunks::<2>();
    let ends = pairs
        .iter()
        .skip(1)
        .map(|pair| pair[1])
        .chain([stream.len()]);
    let mut objects = Vec::new();
    // Objects do not overlap, unless somebody means harm.
    let mut left = stream.len();
    for (pair, end) in pairs.iter().zip(ends) {
        let end = first.saturating_add(end).min(stream.len());
        let Some(body) = stream.get(first.saturating_add(pair[1])..end) else {
            continue;
        };
        if body.len() > left {
            break;
        }
        left -= body.len();
        objects.push((pair[0], body.to_vec()));
    }
    objects
}

/// Which maps the names of fonts stand for, by the dictionaries that give them names.
fn font_names(
    objects: &[(usize, Vec<u8>)],
    maps: &HashMap<usize, Map>,
) -> HashMap<Vec<u8>, Vec<usize>> {
    let fonts: HashMap<usize, usize> = objects
        .iter()
        .filter_map(|(number, object)| {
            let map = member(object, b"/ToUnicode")?;
            maps.contains_key(&map).then_some((*number, map))
        })
        .collect();
    let mut names: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    for (_, object) in objects {
        for entry in object.split(|&byte| byte == b'/').skip(1) {
            let end = entry
                .iter()
                .position(|byte| !is_regular(*byte))
                .unwrap_or(entry.len());
            let mut words = entry[end..]
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty());
            let (Some(number), Some(_), Some(reference)) =
                (words.next(), words.next(), words.next())
            else {
                continue;
            };
            if let Some(&map) = fonts.get(&digits(number))
                && reference.starts_with(b"R")
            {
                let known = names.entry(entry[..end].to_vec()).or_default();
                if known.len() < MAX_MAPS && !known.contains(&map) {
                    known.push(map);
                }
            }
        }
    }
    names
}

fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(
            byte,
            b'/' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'%' | 0
        )
}

/// Reads a map to Unicode: `<code> <text>` and `<first> <last> <text>` or `[<text> …]`.
fn map(stream: &[u8]) -> Map {
    let mut codes = HashMap::new();
    let (mut width, mut left) = (1, MAX_CODES);
    let mut tokens = Tokens { text: stream };
    let mut pending: Vec<Vec<u8>> = Vec::new();
    let (mut ranges, mut list, mut inside) = (false, None, false);
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(b"beginbfchar" | b"beginbfrange") => {
                ranges = matches!(token, Token::Word(b"beginbfrange"));
                inside = true;
                pending.clear();
            }
            Token::Word(b"endbfchar" | b"endbfrange") => inside = false,
            Token::Open => list = Some(0),
            Token::Close => {
                list = None;
                pending.clear();
            }
            Token::String(bytes) if inside => {
                if let (Some(index), [first, _]) = (&mut list, &pending[..]) {
                    codes.insert(number(first).wrapping_add(*index), utf16(&bytes));
                    *index += 1;
                    continue;
                }
                width = width.max(if pending.is_empty() {
                    bytes.len().min(4)
                } else {
                    1
                });
                pending.push(bytes);
                match &pending[..] {
                    [code, text] if !ranges => {
                        codes.insert(number(code), utf16(text));
                        pending.clear();
                    }
                    [first, last, text] => {
                        let (first, last) = (number(first), number(last));
                        let start: Vec<char> = utf16(text).chars().collect();
                        if let Some((&end, head)) = start.split_last() {
                            let steps = last.saturating_sub(first).min(0xffff).min(left);
                            left -= steps;
                            for step in 0..=steps {
                                let char = char::from_u32(u32::from(end) + step).unwrap_or(' ');
                                codes.insert(
                                    first.wrapping_add(step),
                                    head.iter().chain([&char]).collect(),
                                );
                            }
                        }
                        pending.clear();
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Map { width, codes }
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| u16::from_be_bytes(*pair)))
        .map(|char| char.unwrap_or(' '))
        .collect()
}

enum Token<'a> {
    String(Vec<u8>),
    Open,
    Close,
    Name(&'a [u8]),
    Word(&'a [u8]),
}

struct Tokens<'a> {
    text: &'a [u8],
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (&byte, rest) = self.text.split_first()?;
            match byte {
                b'[' | b']' => {
                    self.text = rest;
                    return Some(if byte == b'[' {
                        Token::Open
                    } else {
                        Token::Close
                    });
                }
                b'(' => {
                    self.text = rest;
                    return Some(Token::String(self.literal()));
                }
                b'<' if rest.first() != Some(&b'<') => {
                    let end = rest
                        .iter()
                        .position(|&byte| byte == b'>')
                        .unwrap_or(rest.len());
                    self.text = rest.get(end + 1..).unwrap_or_default();
                    return Some(Token::String(hexadecimal(&rest[..end])));
                }
                b'%' => {
                    let end = rest
                        .iter()
                        .position(|&byte| byte == b'\n' || byte == b'\r')
                        .unwrap_or(rest.len());
                    self.text = &rest[end..];
                }
                b'/' => {
                    let end = rest
                        .iter()
                        .position(|&byte| !is_regular(byte))
                        .unwrap_or(rest.len());
                    self.text = &rest[end..];
                    return Some(Token::Name(&rest[..end]));
                }
                _ if is_regular(byte) => {
                    let end = self
                        .text
                        .iter()
                        .position(|&byte| !is_regular(byte))
                        .unwrap_or(self.text.len());
                    let (word, rest) = self.text.split_at(end);
                    self.text = rest;
                    return Some(Token::Word(word));
                }
                _ => self.text = rest,
            }
        }
    }

    /// A string in parentheses, behind the first of them.
    fn literal(&mut self) -> Vec<u8> {
        let (mut string, mut depth) = (Vec::new(), 1);
        while let Some((&byte, rest)) = self.text.split_first() {
            self.text = rest;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => break,
                b')' => depth -= 1,
                b'\\' => {
                    let octal = rest
                        .iter()
                        .take(3)
                        .take_while(|byte| matches!(byte, b'0'..=b'7'))
                        .count();
                    let escaped = rest.first().copied().unwrap_or_default();
                    let (skip, byte) = match escaped {
                        _ if octal > 0 => {
                            let code = rest[..octal]
                                .iter()
                                .fold(0_u32, |sum, digit| sum * 8 + u32::from(digit - b'0'));
                            (octal, Some(code as u8))
                        }
                        b'n' => (1, Some(b'\n')),
                        b'r' => (1, Some(b'\r')),
                        b't' => (1, Some(b'\t')),
                        b'\n' | b'\r' => (1, None),
                        other => (1, Some(other)),
                    };
                    self.text = rest.get(skip..).unwrap_or_default();
                    string.extend(byte);
                    continue;
                }
                _ => {}
            }
            string.push(byte);
        }
        string
    }
}

fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let values: Vec<u8> = digits
        .iter()
        .filter_map(|&byte| char::from(byte).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    values
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0))
        .collect()
}

/// What moves the next string of an array so far is a space, in thousandths of the font's size.
const SPACE: f32 = -200.0;

/// Writes down what a content stream shows: once for each map that its fonts may have.
fn show(
    content: &[u8],
    names: &HashMap<Vec<u8>, Vec<usize>>,
    maps: &HashMap<usize, Map>,
    apart: bool,
    text: &mut Vec<u8>,
) {
    let most = names.values().map(Vec::len).max().unwrap_or(1).max(1);
    for choice in 0..most {
        let mut tokens = Tokens { text: content };
        let mut font: Option<&Map> = None;
        let mut name: &[u8] = b"";
        // None for a space between.
        let mut strings: Vec<Option<Vec<u8>>> = Vec::new();
        // The last number before an operator, and whether it is in an array.
        let (mut last, mut array) = (0.0, false);
        while let Some(token) = tokens.next() {
            match token {
                Token::Open => array = true,
                Token::Close => array = false,
                Token::String(string) => strings.push(Some(string)),
                Token::Name(found) => name = found,
                Token::Word(b"Tf") => {
                    font = names
                        .get(name)
                        .and_then(|known| known.get(choice).or(known.first()))
                        .and_then(|number| maps.get(number));
                }
                Token::Word(word @ (b"Tj" | b"TJ" | b"'" | b"\"")) => {
                    if word.len() == 1 {
                        text.push(b'\n');
                    }
                    for string in strings.drain(..) {
                        match string {
                            Some(string) => push(&string, font, text),
                            None => text.push(b' '),
                        }
                    }
                }
                // Another line, or another place in the same one.
                Token::Word(b"Td" | b"TD") => {
                    if last != 0.0 {
                        text.push(b'\n');
                    } else if apart {
                        text.push(b' ');
                    }
                }
                Token::Word(b"T*" | b"Tm" | b"ET") => text.push(b'\n'),
                Token::Word(word) if word[0].is_ascii_digit() || matches!(word[0], b'-' | b'.') => {
                    last = std::str::from_utf8(word)
                        .ok()
                        .and_then(|word| word.parse().ok())
                        .unwrap_or_default();
                    if array && last < SPACE {
                        strings.push(None);
                    }
                }
                _ => {}
            }
        }
        text.push(b'\n');
    }
}

fn push(string: &[u8], font: Option<&Map>, text: &mut Vec<u8>) {
    let Some(Map { width, codes }) = font else {
        text.extend_from_slice(string);
        return;
    };
    for code in string.chunks(*width) {
        match codes.get(&number(code)) {
            Some(shown) => text.extend_from_slice(shown.as_bytes()),
            None => text.push(b' '),
        }
    }
}
