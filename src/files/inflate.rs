//! Unpacking of what is packed by DEFLATE (RFC 1951), bare, in gzip (RFC 1952) or in zlib (RFC 1950).

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// It is damaged, or more than it may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread;

/// What is to be unpacked may be at most so much more, over all of a file.
pub struct Budget(pub usize);

/// Unpacks a stream and says how long it was.
///
/// # Errors
/// [`Unread`]; the budget is spent all the same.
pub fn inflate(packed: &[u8], zlib: bool, budget: &mut Budget) -> Result<(Vec<u8>, usize), Unread> {
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
        | if zlib {
            TINFL_FLAG_PARSE_ZLIB_HEADER
        } else {
            0
        };
    let mut state = Box::new(DecompressorOxide::new());
    let mut unpacked = vec![
        0;
        (packed.len().saturating_mul(4))
            .clamp(4096, 1 << 20)
            .min(budget.0)
    ];
    let (mut read, mut written) = (0, 0);
    loop {
        let (status, taken, given) =
            decompress(&mut state, &packed[read..], &mut unpacked, written, flags);
        read += taken;
        written += given;
        match status {
            TINFLStatus::Done => break,
            TINFLStatus::HasMoreOutput if unpacked.len() < budget.0 => {
                let size = unpacked.len().saturating_mul(2).min(budget.0);
                unpacked.resize(size, 0);
            }
            _ => {
                budget.0 -= written.min(budget.0);
                return Err(Unread);
            }
        }
    }
    unpacked.truncate(written);
    budget.0 -= written;
    Ok((unpacked, read))
}

/// Unpacks gzip, all of its members.
///
/// # Errors
/// [`Unread`]
pub fn gunzip(file: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Unread> {
    let mut all = Vec::new();
    let mut rest = file;
    // What follows the last member is padding.
    while let Some(packed) = gzip_body(rest) {
        let (unpacked, read) = inflate(packed, false, budget)?;
        if all.is_empty() {
            all = unpacked;
        } else {
            all.extend_from_slice(&unpacked);
        }
        rest = packed.get(read + 8..).unwrap_or_default();
    }
    if rest.len() == file.len() {
        Err(Unread)
    } else {
        Ok(all)
    }
}

/// Behind the header of a member.
fn gzip_body(member: &[u8]) -> Option<&[u8]> {
    let [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, rest @ ..] = member else {
        return None;
    };
    let mut rest = rest;
    if flags & 4 != 0 {
        let length = usize::from(u16::from_le_bytes([*rest.first()?, *rest.get(1)?]));
        rest = rest.get(2 + length..)?;
    }
    // Name and comment end with a zero.
    for flag in [8, 16] {
        if flags & flag != 0 {
            rest = rest.get(rest.iter().position(|&byte| byte == 0)? + 1..)?;
        }
    }
    if flags & 2 != 0 {
        rest.get(2..)
    } else {
        Some(rest)
    }
}
