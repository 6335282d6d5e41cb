//! Makes the rows by which the person's own keys are recognised; [`crate::own_keys`] searches with them.

use zeroize::Zeroizing;

use super::VaultError;
use super::crypto::{self, Key};
use super::entry::Mark;
use super::sorted::sort;
use crate::own_keys::{HEAD_BYTES, Hashes, LONGEST_REGION, ROW_BYTES, VERSION, WINDOW, plain_form};
use crate::secret::Secret;

/// Bytes of the plain form from which on a key may be made by a machine.
const LEAST_STRONG_BYTES: usize = 20;

/// How a key is recognised, under the key for identities and that of the table.
pub(super) fn make_mark(identity_key: &Key, table_key: &[u8; 32], key: &Secret<String>) -> Mark {
    // EXPOSE: the plain form is hashed here and wiped.
    let text = key.expose().as_bytes();
    // Reserved at once: growing would leave parts of the key behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    plain.extend(plain_form(text));
    Mark {
        identity: identity(identity_key, &plain),
        row: make_row(table_key, &plain),
        strong: is_strong(&plain),
    }
}

/// By what a duplicate is recognised.
pub(super) fn make_identity(identity_key: &Key, key: &Secret<String>) -> [u8; 16] {
    // EXPOSE: as in `make_mark`.
    let text = key.expose().as_bytes();
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    plain.extend(plain_form(text));
    identity(identity_key, &plain)
}

fn identity(identity_key: &Key, plain: &[u8]) -> [u8; 16] {
    *crypto::authenticate(identity_key, &[plain])
        .first_chunk()
        .expect("an HMAC has 32 bytes")
}

/// Which rows a table gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Those of keys that a machine made: for where it can be read while the vault is locked.
    Strong,
    /// All.
    All,
}

/// The table of own keys over these marks.
pub(super) fn make_table<'a>(
    table_key: &[u8; 32],
    marks: impl Iterator<Item = &'a Mark>,
    which: Rows,
) -> Vec<u8> {
    let mut rows: Vec<[u8; ROW_BYTES]> = marks
        .filter(|mark| mark.strong || which == Rows::All)
        .filter_map(|mark| mark.row)
        .collect();
    sort(&mut rows, |one, other| one < other);
    rows.dedup();
    let mut table = Vec::with_capacity(HEAD_BYTES + rows.len() * ROW_BYTES);
    table.push(VERSION);
    table.extend_from_slice(table_key);
    table.extend(rows.iter().flatten());
    table
}

/// The row by which a table recognises a key, where it does.
pub fn row_of(table: &[u8], key: &Secret<String>) -> Option<[u8; ROW_BYTES]> {
    let (head, rows) = table.split_at_checked(HEAD_BYTES)?;
    let table_key = head.last_chunk()?;
    // EXPOSE: as in `make_mark`.
    let text = key.expose().as_bytes();
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    plain.extend(plain_form(text));
    let row = make_row(table_key, &plain)?;
    rows.as_chunks().0.contains(&row).then_some(row)
}

/// What rows outside of the vault are made with.
///
/// # Errors
/// [`VaultError::NoRandomness`].
pub fn make_salt() -> Result<[u8; 32], VaultError> {
    crypto::make_random()
}

/// The row of a value under a table's key; `None` for one that is too short to be looked for.
pub fn row_under(table_key: &[u8; 32], value: &Secret<String>) -> Option<[u8; ROW_BYTES]> {
    // EXPOSE: as in `make_mark`.
    let text = value.expose().as_bytes();
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    plain.extend(plain_form(text));
    make_row(table_key, &plain)
}

/// The row of a key in plain form; `None` for one that is too short to be looked for.
fn make_row(table_key: &[u8; 32], plain: &[u8]) -> Option<[u8; ROW_BYTES]> {
    if plain.len() < WINDOW {
        return None;
    }
    let length = plain.len().min(LONGEST_REGION);
    let before = (plain.len() - length) / 2;
    let region = &plain[before..before + length];
    let after = plain.len() - length - before;
    let hashes = Hashes::new(table_key);
    let offset = choose_window(region);
    let window = region[offset..]
        .first_chunk()
        .expect("the window lies in the region");
    let end = region
        .last_chunk()
        .expect("a region is not shorter than a window");
    let mut row = [0; ROW_BYTES];
    row[..2].copy_from_slice(&hashes.window(window).to_be_bytes());
    row[2] = hashes.end(end);
    row[3] = offset as u8;
    row[4] = length as u8;
    row[5..7].copy_from_slice(&u16::try_from(before).ok()?.to_be_bytes());
    row[7..9].copy_from_slice(&u16::try_from(after).ok()?.to_be_bytes());
    row[9..].copy_from_slice(&hashes.tag(region.iter().copied()));
    Some(row)
}

/// The window with the most different bytes, nearest to the middle: not in a prefix that other keys have too.
fn choose_window(region: &[u8]) -> usize {
    let middle = (region.len() - WINDOW) / 2;
    let distinct = |offset: usize| {
        let window = &region[offset..offset + WINDOW];
        (0..WINDOW)
            .filter(|place| !window[..*place].contains(&window[*place]))
            .count()
    };
    (0..=region.len() - WINDOW)
        .max_by_key(|offset| {
            (
                distinct(*offset),
                core::cmp::Reverse(offset.abs_diff(middle)),
            )
        })
        .unwrap_or(0)
}

/// Whether a machine made it, by how often digits, capitals and small letters take turns, each pair counted once: in
/// random hexadecimal about every second time, in words and numbers hardly ever. What people make up can be guessed, so
/// its fingerprint must not be where anybody can read it. Of random keys of 32 hexadecimal digits one in some hundred
/// passes for made up.
fn is_strong(plain: &[u8]) -> bool {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => Some(0),
        b'a'..=b'z' => Some(1),
        b'A'..=b'Z' => Some(2),
        _ => None,
    };
    let part = &plain[..plain.len().min(LONGEST_REGION)];
    let takes_turn = |pair: &&[u8]| match (class(pair[0]), class(pair[1])) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    let mut turns: Vec<&[u8]> = part.windows(2).filter(takes_turn).collect();
    sort(&mut turns, |one, other| one < other);
    turns.dedup();
    part.len() >= LEAST_STRONG_BYTES && turns.len() * 5 >= part.len()
}
