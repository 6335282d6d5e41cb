//! From run to run through a text, and from buffer to buffer.
//!
//! Every key has a run of at least [`RUN`] bytes; so only every [`RUN`]th byte is looked at, until one is a key byte. What
//! is tried at a run is in `tries.rs`.

use super::boundary::{at, is_key, run_end, run_start};
use super::disguise::{Plain, is_sign, strange_around};
use super::evidence::{Candidate, Evidence};
use super::tables::Tables;
use super::tries::Scan;
use super::verify::Sets;
use super::{CONTEXT_BYTES, Finding, REACH_BYTES};

/// The shortest run that every key has. `lower.rs` refuses patterns without one.
pub const RUN: usize = 8;
/// How far back the beginning of a word is looked for.
const WORD_SEARCH: usize = 2048;

/// What a scan writes in on its way. Kept between scans: to make it is more work than to scan a short text.
pub struct Workspace {
    evidence: Evidence,
    sets: Sets,
    /// A part of the text written out, and what is known of that.
    plain: Plain,
    plain_evidence: Evidence,
}

impl Workspace {
    /// Of nothing.
    pub const fn new() -> Workspace {
        Workspace {
            evidence: Evidence::new(),
            sets: Sets::new(),
            plain: Plain::new(),
            plain_evidence: Evidence::new(),
        }
    }
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace::new()
    }
}

/// Finds the keys of a whole text, in order, without overlap.
pub fn scan_whole(tables: &Tables, text: &[u8], mut sink: impl FnMut(Finding)) {
    let part = Part {
        continued: false,
        more: false,
    };
    scan(tables, &mut Workspace::new(), text, part, &mut |finding| {
        sink(finding);
        true
    });
}

/// Which part of a longer text a buffer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The buffer begins where the scan of the last one said; its first [`CONTEXT_BYTES`] are context, their keys were
    /// reported before.
    pub continued: bool,
    /// The text goes on behind the buffer. Where the buffer is too short for a key and what follows it, it is taken for
    /// the end all the same.
    pub more: bool,
}

/// Finds the keys in a buffer and returns where the next buffer has to begin, on the boundary of a character: what is too
/// near to the end is left to that one. Buffers give the same findings as the text in one piece.
///
/// `sink` returns whether it took the finding. If it did not, the scan ends, and the next buffer begins with that finding.
pub fn scan(
    tables: &Tables,
    workspace: &mut Workspace,
    text: &[u8],
    part: Part,
    sink: &mut dyn FnMut(Finding) -> bool,
) -> usize {
    let more = part.more && text.len() > REACH_BYTES + 4 * CONTEXT_BYTES;
    let from = if part.continued { CONTEXT_BYTES } else { 0 };
    let limit = if more {
        last_word(text, from)
    } else {
        usize::MAX
    };
    let Workspace {
        evidence,
        sets,
        plain,
        plain_evidence,
    } = workspace;
    let mut refused = None;
    let mut take = |candidate: Candidate| {
        let taken = sink(candidate.finding);
        if !taken {
            refused = Some(candidate.finding.start);
        }
        taken
    };
    let disguises = Some((plain, plain_evidence));
    let mut scan = Scan::new(tables, text, from, evidence, sets, disguises, &mut take);
    let settled = walk(&mut scan, from, limit);
    match refused {
        Some(start) => next_buffer(text, start),
        None if more => next_buffer(text, settled),
        None => text.len(),
    }
}

/// Finds the keys whose runs begin from `from` on and before `limit`. Returns where what is settled ends. One copy of it
/// for every caller: it is most of the code.
#[inline(never)]
pub fn walk(scan: &mut Scan<'_>, from: usize, limit: usize) -> usize {
    let text = scan.text;
    let mut scheme = next_scheme(text, from);
    let mut index = RUN - 1;
    while index < text.len() && !scan.is_over {
        if !is_key(at(text, index)) {
            if at(text, index) >= 0x80 && index < limit && strange_around(text, index) {
                scan.unfold(index, index);
            }
            index += RUN;
            continue;
        }
        let (start, digit_before) = run_start(text, index, scan.run_end);
        if start >= limit && scan.found_end() <= start {
            break;
        }
        let (end, digit_behind) = run_end(text, index);
        if start >= from && is_sign(text, start, end) {
            scan.unfold(start, end);
        }
        if end - start >= RUN && start < from {
            scan.run_end = end;
        } else if end - start >= RUN {
            while scheme < start {
                scan.scheme(scheme);
                scheme = next_scheme(text, scheme + 3);
            }
            scan.release(start);
            scan.run(start, end, digit_before || digit_behind);
            scan.run_end = end;
        }
        index = end + RUN;
    }
    scan.release(usize::MAX);
    loop {
        let settled = limit.max(scan.found_end()).min(text.len());
        if scheme >= settled || scan.is_over {
            scan.flush();
            return settled;
        }
        scan.scheme(scheme);
        scheme = next_scheme(text, scheme + 3);
    }
}

/// Where the part of a buffer ends that is settled whatever follows: at the beginning of a word, if there is one, since
/// what begins in one word ends in it.
fn last_word(text: &[u8], from: usize) -> usize {
    let reach = text.len() - REACH_BYTES;
    let mut limit = reach;
    while limit > (from + 1).max(reach.saturating_sub(WORD_SEARCH)) {
        if at(text, limit - 1) <= b' ' && next_buffer(text, limit) + CONTEXT_BYTES == limit {
            return limit;
        }
        limit -= 1;
    }
    next_buffer(text, reach) + CONTEXT_BYTES
}

/// Where a buffer begins whose keys begin at `settled`: at a character, with the context before it.
fn next_buffer(text: &[u8], settled: usize) -> usize {
    let mut next = settled.saturating_sub(CONTEXT_BYTES);
    while next > 0 && at(text, next) & 0xc0 == 0x80 {
        next -= 1;
    }
    next
}

/// The next `://` from `from` on, or beyond every text.
#[cfg(not(target_family = "wasm"))]
fn next_scheme(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    memchr::memmem::find(rest, b"://").map_or(usize::MAX, |place| from + place)
}

/// As above, for frames.
#[cfg(target_family = "wasm")]
fn next_scheme(text: &[u8], from: usize) -> usize {
    // Every third byte is looked at: one of them is the colon or a stroke of any `://`.
    let mut index = from + 2;
    while index < text.len() {
        let byte = at(text, index);
        if byte == b'/' || byte == b':' {
            for start in index.saturating_sub(2)..=index {
                if start >= from
                    && text
                        .get(start..)
                        .is_some_and(|rest| rest.starts_with(b"://"))
                {
                    return start;
                }
            }
        }
        index += 3;
    }
    usize::MAX
}
