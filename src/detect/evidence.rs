//! What tells a key from a look-alike, behind a match: placeholders, entropy, checksums, structure, names near it.

use super::boundary::{at, is_hex};
use super::entropy::entropy;
use super::phrases::Phrases;
use super::placeholder::{is_placeholder, published, without_ids};
use super::tables::{Detector, HINT, TEST_MODE, Tables};
use super::words::Words;
use super::{Finding, Reason, Severity, assignment, checksum, pem};

/// A finding with what decides between it and another on the same text.
#[derive(Clone, Copy)]
pub struct Candidate {
    /// What would be reported.
    pub finding: Finding,
    /// Distance of the nearest name, or `u16::MAX`.
    pub distance: u16,
    /// Whether it is the general case, which every other detector beats.
    pub general: bool,
}

/// Verifiers written by hand, by their number in `lists::VERIFIERS`.
const PEM: u8 = 1;
const JWT: u8 = 2;
const URL_PASSWORD: u8 = 4;
const BASIC: u8 = 5;
const UUID4: u8 = 6;

/// What is known of the text around the last matches.
pub struct Evidence {
    words: Words,
    /// The assigned value that was looked at last.
    pub value: assignment::Known,
    /// The secret part that was looked at last; many detectors share a token.
    span: (usize, usize),
    is_placeholder: bool,
    entropy: u32,
}

impl Evidence {
    /// Nothing known yet.
    pub const fn new() -> Evidence {
        Evidence {
            words: Words::new(),
            value: assignment::Known::new(),
            span: (0, 0),
            is_placeholder: false,
            entropy: 0,
        }
    }

    /// For another text.
    pub fn reset(&mut self) {
        self.words.reset();
        self.value.reset();
        self.span = (0, 0);
    }

    /// Whether the secret part `start..end` looks drawn by chance.
    fn is_drawn(&mut self, secret: &[u8], span: (usize, usize), least: u8) -> bool {
        if self.span != span {
            self.span = span;
            self.is_placeholder = is_placeholder(secret);
            self.entropy = entropy(without_ids(secret), &mut self.value.counts);
        }
        !self.is_placeholder && self.entropy >= u32::from(least)
    }
}

/// A match that is judged.
#[derive(Clone, Copy)]
pub struct Match {
    /// Its first byte.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// Its detector.
    pub detector: u16,
    /// How many of its first bytes are the same in every key.
    pub literal: usize,
}

/// Judges a match; nothing where it is no key.
#[inline(never)]
pub fn judge(
    tables: &Tables,
    text: &[u8],
    found: Match,
    evidence: &mut Evidence,
) -> Option<Candidate> {
    let Match {
        start,
        end,
        detector: number,
        literal,
    } = found;
    let detector = tables.detector(number)?;
    let mut end = end;
    let mut reason = Reason::Shape;
    let mut severity = Severity::from_number(detector.severity);
    let mut general = false;
    let mut span = (start + literal, end);
    let mut secret = text.get(span.0..span.1)?;
    match detector.verify {
        PEM => {
            end = pem::end(text, start, end)?;
            reason = Reason::Structure;
            if pem::is_toy(text.get(start..end)?) {
                severity = Severity::Possible;
            }
        }
        JWT => {
            if !is_jwt(text.get(start..end)?) {
                return None;
            }
            reason = Reason::Structure;
        }
        URL_PASSWORD => {
            secret = assignment::url_password(text.get(start..end)?)?;
            // Not the span of any other.
            span = (end, start);
            general = true;
            if assignment::is_common(secret) {
                severity = Severity::Possible;
            }
        }
        BASIC => general = true,
        UUID4 => general = true,
        _ => {}
    }
    let mut distance = u16::MAX;
    if detector.names > 0 {
        let words = &mut evidence.words;
        match words.distance(tables, text, start + literal, end, number) {
            Some(near) => {
                distance = near;
                reason = Reason::Name;
            }
            None if detector.flags & HINT == 0 => return None,
            None => {}
        }
        if is_other(text, start + literal, secret) {
            return None;
        }
    }
    if detector.verify != PEM && !evidence.is_drawn(secret, span, detector.entropy) {
        return None;
    }
    match checksum::passes(detector.checksum, text.get(start..end)?) {
        Some(true) => (severity, reason) = (Severity::Certain, Reason::Checksum),
        Some(false) => severity = severity.lower(),
        None => {}
    }
    if detector.flags & TEST_MODE != 0 {
        severity = severity.lower();
    }
    severity = published(text.get(start..end)?, severity);
    Some(Candidate {
        finding: Finding {
            start,
            end,
            detector: number,
            severity,
            reason,
        },
        distance,
        general,
    })
}

impl Candidate {
    /// Whether this one is reported rather than the other, which it overlaps. One rule for all: a special kind beats
    /// the general case; on the same span, more fixed bytes win, then the nearer required name, then what the pattern
    /// says, then the nearer word of any kind; then the surer, the longer, the earlier, the one whose detector comes first.
    pub fn beats(&self, other: &Candidate, tables: &Tables) -> bool {
        let (one, two) = (&self.finding, &other.finding);
        if self.general != other.general {
            return other.general;
        }
        if (one.start, one.end) == (two.start, two.end)
            && let (Some(first), Some(second)) =
                (tables.detector(one.detector), tables.detector(two.detector))
        {
            if first.literals != second.literals {
                return first.literals > second.literals;
            }
            let required = |detector: &Detector, distance| {
                if detector.flags & HINT == 0 {
                    distance
                } else {
                    u16::MAX
                }
            };
            let (near, other_near) = if first.information == second.information {
                (self.distance, other.distance)
            } else {
                (
                    required(first, self.distance),
                    required(second, other.distance),
                )
            };
            if near != other_near {
                return near < other_near;
            }
            if first.information != second.information {
                return first.information > second.information;
            }
        }
        let key = |finding: &Finding| (finding.severity, finding.end - finding.start);
        let place = |finding: &Finding| (finding.start, finding.detector);
        key(one) > key(two) || (key(one) == key(two) && place(one) < place(two))
    }

    /// Whether the two have a byte in common.
    pub fn overlaps(&self, other: &Candidate) -> bool {
        self.finding.start < other.finding.end && other.finding.start < self.finding.end
    }
}

/// Whether what only a name near it makes a key is something else: a commit behind `/` or `@`, what `md5` or `sha` says
/// that it is, or words written together.
fn is_other(text: &[u8], start: usize, secret: &[u8]) -> bool {
    if secret.len() < 24 {
        return false;
    }
    if secret.iter().all(|&byte| is_hex(byte)) {
        let before = text
            .get(start.saturating_sub(10)..start)
            .unwrap_or_default();
        return secret.len() == 40 && matches!(before.last(), Some(b'/' | b'@'))
            || DIGEST.is_in(before);
    }
    secret.iter().all(u8::is_ascii_alphabetic) && assignment::is_words(secret, 4)
}

/// Words before a hash.
static DIGEST: Phrases = Phrases::new(&["md5", "sha1", "sha2", "sha5", "commit"]);

/// Whether the first part of a JWT decodes to a JSON object that names an algorithm.
fn is_jwt(token: &[u8]) -> bool {
    let header = token.split(|&byte| byte == b'.').next().unwrap_or_default();
    let mut decoded = [0u8; 96];
    let length = base64(header, &mut decoded);
    let decoded = decoded.get(..length).unwrap_or_default();
    at(decoded, 0) == b'{'
        && decoded
            .windows(6)
            .any(|window| window == b"\"alg\":" || window == b"\"alg\" ")
}

/// Decodes as much base64 of either alphabet as fits; returns the length.
pub fn base64(text: &[u8], out: &mut [u8]) -> usize {
    let (mut bits, mut count, mut length) = (0u32, 0, 0);
    for &byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let Some(slot) = out.get_mut(length) else {
                return length;
            };
            *slot = (bits >> count) as u8;
            length += 1;
        }
    }
    length
}
