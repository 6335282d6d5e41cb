//! `keyward-lzma <BYTES >PACKED`: the bytes as a bare LZMA stream, behind one byte that says how many bits of the byte before
//! choose the model of a literal: that of 0 to 4 which gives the shortest stream.

use lzma_rust2::{EncodeMode, LzmaOptions, LzmaWriter};
use std::io::{self, Read, Write};

/// Looks at everything: what is packed is small and packed once.
const NICE_BYTES: u32 = 273;
const DEPTH: i32 = 1000;

fn main() -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    let mut best: Option<Vec<u8>> = None;
    for context_bits in 0..=4 {
        let mut options = LzmaOptions::with_preset(9);
        options.mode = EncodeMode::Normal;
        (options.lc, options.lp, options.pb) = (context_bits, 0, 0);
        (options.nice_len, options.depth_limit) = (NICE_BYTES, DEPTH);
        options.dict_size = bytes.len().next_power_of_two().max(4096) as u32;
        let mut writer = LzmaWriter::new_no_header(vec![context_bits as u8], &options, false)?;
        writer.write_all(&bytes)?;
        let packed = writer.finish()?;
        if best.as_ref().is_none_or(|best| packed.len() < best.len()) {
            best = Some(packed);
        }
    }
    io::stdout().write_all(&best.unwrap_or_default())
}
