//! Archives: the files inside, by the archive's own list.

use super::inflate::{Budget, Unread, inflate};

/// More entries than that are not looked at.
const MAX_ENTRIES: usize = 20_000;

/// A file in an archive.
pub struct Entry {
    /// With its folders.
    pub name: String,
    /// What it holds; nothing where it is encrypted, which nobody reads without its password.
    pub content: Vec<u8>,
}

/// Goes through the files of a zip archive, as its central directory lists them.
///
/// # Errors
/// [`Unread`] where it is damaged, or more than the budget; what came before has been visited.
pub fn zip(
    file: &[u8],
    budget: &mut Budget,
    visit: &mut dyn FnMut(Entry, &mut Budget),
) -> Result<(), Unread> {
    // The end record is at the end, with a comment of at most 64 KB behind it.
    let from = file.len().saturating_sub(22 + 0xffff);
    let end = file[from..]
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .ok_or(Unread)?
        + from;
    let count = u16_at(file, end + 10)?;
    let mut at = u32_at(file, end + 16)?;
    if count > MAX_ENTRIES || at == 0xffff_ffff {
        return Err(Unread);
    }
    for _ in 0..count {
        if file.get(at..at + 4) != Some(b"PK\x01\x02") {
            return Err(Unread);
        }
        let (flags, method) = (u16_at(file, at + 8)?, u16_at(file, at + 10)?);
        let packed = u32_at(file, at + 20)?;
        let (name, extra, comment) = (
            u16_at(file, at + 28)?,
            u16_at(file, at + 30)?,
            u16_at(file, at + 32)?,
        );
        let local = u32_at(file, at + 42)?;
        let title = file.get(at + 46..at + 46 + name).ok_or(Unread)?;
        at += 46 + name + extra + comment;
        if title.ends_with(b"/") {
            continue;
        }
        let body = local + 30 + u16_at(file, local + 26)? + u16_at(file, local + 28)?;
        let body = file.get(body..body + packed).ok_or(Unread)?;
        let content = match method {
            _ if flags & 1 != 0 => Vec::new(),
            0 if body.len() <= budget.0 => {
                budget.0 -= body.len();
                body.to_vec()
            }
            8 => inflate(body, false, budget)?.0,
            _ => return Err(Unread),
        };
        let name = String::from_utf8_lossy(title).into_owned();
        visit(Entry { name, content }, budget);
    }
    Ok(())
}

/// Goes through the files of a tar archive.
///
/// # Errors
/// [`Unread`] where it ends in the middle, or is more than the budget.
pub fn tar(
    file: &[u8],
    budget: &mut Budget,
    visit: &mut dyn FnMut(Entry, &mut Budget),
) -> Result<(), Unread> {
    let mut at = 0;
    // A name that is too long for its header comes as an entry of its own.
    let mut long = None;
    while let Some(header) = file.get(at..at + 512) {
        if header.iter().all(|&byte| byte == 0) {
            return Ok(());
        }
        let size = octal(&header[124..136])?;
        let content = file.get(at + 512..at + 512 + size).ok_or(Unread)?;
        at += 512 + size.div_ceil(512) * 512;
        match header[156] {
            b'L' => long = Some(until_zero(content)),
            b'0' | 0 | b'7' => {
                if size > budget.0 {
                    return Err(Unread);
                }
                budget.0 -= size;
                let (name, folder) = (until_zero(&header[..100]), until_zero(&header[345..500]));
                let short = if folder.is_empty() || &header[257..262] != b"ustar" {
                    name
                } else {
                    format!("{folder}/{name}")
                };
                visit(
                    Entry {
                        name: long.take().unwrap_or(short),
                        content: content.to_vec(),
                    },
                    budget,
                );
            }
            _ => {}
        }
    }
    // Two blocks of zeros end it.
    Err(Unread)
}

fn until_zero(bytes: &[u8]) -> String {
    let end = bytes
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Numbers in a header of tar, 1 GB at most, which no archive here has. Sizes of 8 GB and more are written otherwise.
fn octal(digits: &[u8]) -> Result<usize, Unread> {
    let digits = digits
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b' ' | 0));
    digits
        .into_iter()
        .try_fold(0_usize, |sum, byte| match byte {
            b'0'..=b'7' => Ok((sum * 8)
                .saturating_add(usize::from(byte - b'0'))
                .min(1 << 30)),
            _ => Err(Unread),
        })
}

fn u16_at(file: &[u8], at: usize) -> Result<usize, Unread> {
    match file.get(at..at + 2) {
        Some(&[low, high]) => Ok(usize::from(u16::from_le_bytes([low, high]))),
        _ => Err(Unread),
    }
}

fn u32_at(file: &[u8], at: usize) -> Result<usize, Unread> {
    Ok(u16_at(file, at)? | u16_at(file, at + 2)? << 16)
}
