//! Amounts of money as providers give them: decimal texts, which are shown as they came and compared without rounding.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Digits before the point that are read.
const MOST_WHOLE: usize = 15;
/// Digits behind it.
const MOST_PARTS: usize = 9;

/// An amount, such as `110.00`.
#[derive(Clone, PartialEq, Eq)]
pub struct Amount(String);

impl Amount {
    /// Reads one: an optional sign, digits, and a point with digits behind it or none. No exponents, no separators.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, parts) = match digits.split_once('.') {
            Some((whole, parts)) if !parts.is_empty() => (whole, parts),
            Some(_) => return None,
            None => (digits, ""),
        };
        let is_right = !whole.is_empty()
            && whole.len() <= MOST_WHOLE
            && parts.len() <= MOST_PARTS
            && whole
                .bytes()
                .chain(parts.bytes())
                .all(|byte| byte.is_ascii_digit());
        is_right.then(|| Amount(text.to_owned()))
    }

    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is nothing, or less.
    pub fn is_used_up(&self) -> bool {
        self.billionths() <= 0
    }

    /// Whether it is less than another, whatever the number of digits.
    pub fn is_below(&self, other: &Amount) -> bool {
        self.billionths() < other.billionths()
    }

    /// In billionths of the unit, which is exact.
    pub(super) fn billionths(&self) -> i128 {
        let digits = self.0.strip_prefix('-').unwrap_or(&self.0);
        let (whole, parts) = digits.split_once('.').unwrap_or((digits, ""));
        let padding = (parts.len()..MOST_PARTS).map(|_| b'0');
        let value = whole
            .bytes()
            .chain(parts.bytes())
            .chain(padding)
            .fold(0, |value: i128, byte| value * 10 + i128::from(byte - b'0'));
        if self.0.starts_with('-') {
            -value
        } else {
            value
        }
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_value = self.billionths().cmp(&other.billionths());
        // `1.0` and `1.00` are not equal as texts.
        by_value.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Amount::parse(&text).ok_or_else(|| serde::de::Error::custom("not an amount"))
    }
}
