//! From run to run through a text: what to try where, and which of overlapping findings is reported.
//!
//! A key begins where a run begins (or behind an escape at its beginning), so literals are tested there and nowhere
//! else. Every key has a run of at least [`RUN`] bytes; so only every [`RUN`]th byte is looked at, until one is a key
//! byte. Short runs that are joined to a long one by punctuation (`SG.`, `whsec_+`, `jdbc:`) are tested with it.

use super::boundary::{
    DIGITS, at, escape_end, is_glue, is_key, is_key_kind, kinds, may_begin, may_end, may_escape,
};
use super::disguise::{Plain, is_sign, joint, strange_around};
use super::evidence::{Candidate, judge};
use super::hash::{BUCKET_BITS, hash};
use super::tables::{ASSIGNMENT, SHAPE_RUN_MAX, Shape, Tables, class_contains};
use super::verify::{literal_bytes, longest};
use super::words::Words;
use super::{CONTEXT_BYTES, Finding, REACH_BYTES, Reason, Severity, assignment};

/// The shortest run that every key has. `lower.rs` refuses patterns without one.
const RUN: usize = 8;
/// How far back from a long run its word is looked at.
const WORD_BACK: usize = 96;
/// How far back a token reaches that has other bytes than those of keys.
const MIXED_BACK: usize = 128;
/// The shortest run that can be such a token alone.
const MIXED_RUN: usize = 16;

/// The shortest run that is looked at as base64.
const BASE64_RUN: usize = 20;
/// How many keys in disguise are found in one word.
const DISGUISED: usize = 8;
/// How far back the beginning of a word is looked for.
const WORD_SEARCH: usize = 2048;

/// Kinds of anchors, as in `lower.rs`.
const ANCHOR_RUN: u8 = 0;
const ANCHOR_BEFORE: u8 = 1;
const ANCHOR_AROUND: u8 = 2;
const ANCHOR_SCHEME: u8 = 3;

/// Finds the keys of a whole text, in order, without overlap.
pub fn scan_whole(tables: &Tables, text: &[u8], mut sink: impl FnMut(Finding)) {
    scan(
        tables,
        text,
        Part {
            continued: false,
            more: false,
        },
        &mut sink,
    );
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
pub fn scan(tables: &Tables, text: &[u8], part: Part, sink: &mut impl FnMut(Finding)) -> usize {
    let more = part.more && text.len() > REACH_BYTES + 4 * CONTEXT_BYTES;
    let from = if part.continued { CONTEXT_BYTES } else { 0 };
    let limit = if more {
        last_word(text, from)
    } else {
        usize::MAX
    };
    let settled = walk(tables, text, from, limit, true, &mut |candidate| {
        sink(candidate.finding)
    });
    if more {
        next_buffer(text, settled)
    } else {
        text.len()
    }
}

/// Finds the keys whose runs begin from `from` on and before `limit`, in disguise too where `disguises` holds. Returns where
/// what is settled ends. One copy of it for every caller: it is most of the code.
fn walk(
    tables: &Tables,
    text: &[u8],
    from: usize,
    limit: usize,
    disguises: bool,
    sink: &mut dyn FnMut(Candidate),
) -> usize {
    let mut scan = Scan {
        tables,
        text,
        pending: None,
        done: 0,
        run_end: 0,
        word_done: 0,
        unfolded: from,
        ahead: [None; DISGUISED],
        words: Words::new(),
        disguises,
        sink,
    };
    let mut scheme = scan.next_scheme(from);
    let mut index = RUN - 1;
    while index < text.len() {
        let kinds_here = kinds(at(text, index));
        if !is_key_kind(kinds_here) {
            if at(text, index) >= 0x80
                && disguises
                && index >= scan.unfolded
                && index < limit
                && strange_around(text, index)
            {
                scan.unfold(index);
            }
            index += RUN;
            continue;
        }
        let (mut start, mut end, mut seen) = (index, index + 1, kinds_here);
        while start > scan.run_end {
            let kinds = kinds(at(text, start - 1));
            if !is_key_kind(kinds) {
                break;
            }
            seen |= kinds;
            start -= 1;
        }
        if start >= limit && scan.found_end() <= start {
            break;
        }
        while end < text.len() {
            let kinds = kinds(at(text, end));
            if !is_key_kind(kinds) {
                break;
            }
            seen |= kinds;
            end += 1;
        }
        if disguises && end >= scan.unfolded && start >= from && is_sign(text, start, end) {
            scan.unfold(start);
        }
        if end - start >= RUN && start < from {
            scan.run_end = end;
        } else if end - start >= RUN {
            while scheme < start {
                scan.scheme(scheme);
                scheme = scan.next_scheme(scheme + 3);
            }
            scan.release(start);
            scan.run(start, end, seen & DIGITS != 0);
            scan.run_end = end;
        }
        index = end + RUN;
    }
    scan.release(usize::MAX);
    loop {
        let settled = limit.max(scan.found_end()).min(text.len());
        if scheme >= settled {
            scan.flush();
            return settled;
        }
        scan.scheme(scheme);
        scheme = scan.next_scheme(scheme + 3);
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
pub fn next_buffer(text: &[u8], settled: usize) -> usize {
    let mut next = settled.saturating_sub(CONTEXT_BYTES);
    while next > 0 && at(text, next) & 0xc0 == 0x80 {
        next -= 1;
    }
    next
}

/// Whether letters change case as often as in what chance draws; names of programs do so less. Only runs with a digit or
/// with such letters can be keys that have no literal.
fn changes_case(run: Option<&[u8]>) -> bool {
    let run = run.unwrap_or_default();
    let changes = run
        .windows(2)
        .filter(|pair| (pair[0] ^ pair[1]) & 0x20 != 0)
        .count();
    changes * 3 >= run.len()
}

/// The last run of a program, which many detectors share.
#[derive(Default)]
struct Known {
    program: usize,
    start: usize,
    end: Option<usize>,
}

/// The longest stretch of bytes of one class around a run.
struct Token {
    class: u8,
    start: usize,
    end: usize,
}

struct Scan<'a> {
    tables: &'a Tables,
    text: &'a [u8],
    /// The best finding so far, as long as another may overlap it.
    pending: Option<Candidate>,
    /// The end of the last match; runs before it are part of it.
    done: usize,
    /// The end of the last long run.
    run_end: usize,
    /// The end of the last run that was tried as part of a token with other bytes than those of keys.
    word_done: usize,
    words: Words,
    /// The end of the last word that was looked at in disguise.
    unfolded: usize,
    /// What was found in disguise in the last word.
    ahead: [Option<Candidate>; DISGUISED],
    /// Whether keys in disguise are looked for.
    disguises: bool,
    sink: &'a mut dyn FnMut(Candidate),
}

impl Scan<'_> {
    #[inline(always)]
    fn run(&mut self, start: usize, end: usize, digits: bool) {
        if start < self.done {
            return;
        }
        let text = self.text;
        let before = if start == 0 {
            b' '
        } else {
            at(text, start - 1)
        };
        if is_glue(before) {
            self.word(start);
        }
        let known = self.candidates(ANCHOR_RUN, start, start);
        if known && self.disguises && start >= self.done && joint(text, end).is_some() {
            self.join(start);
        }
        let escaped = if may_escape(before) {
            escape_end(text, start)
        } else {
            None
        };
        if let Some(escaped) = escaped {
            self.candidates(ANCHOR_RUN, escaped, escaped);
        }
        let drawn = |start: usize| {
            digits || (end - start >= MIXED_RUN && changes_case(text.get(start..end)))
        };
        for start in [Some(start), escaped].into_iter().flatten() {
            if start >= self.done && drawn(start) {
                self.shapes(start, end, escaped == Some(start));
            }
        }
        if end - start >= BASE64_RUN
            && start >= self.done
            && self.disguises
            && Plain::may_decode(text, start)
        {
            self.decode(start);
        }
        if start >= self.done && ASSIGNMENT.is_some() {
            self.assignment(start, end, digits);
        }
    }

    /// Looks for keys in the word around `index` with what nobody sees left out and what is escaped decoded.
    #[inline(never)]
    fn unfold(&mut self, index: usize) {
        let text = self.text;
        let mut plain = Plain::new();
        self.unfolded = plain.unfold(text, index, self.unfolded.min(index));
        self.release(usize::MAX);
        let mut found = [None; DISGUISED];
        let mut count = 0;
        walk(
            self.tables,
            plain.bytes(),
            0,
            usize::MAX,
            false,
            &mut |mut candidate| {
                let Finding { start, end, .. } = candidate.finding;
                if let (Some((start, end)), Some(slot)) =
                    (plain.disguised(start, end), found.get_mut(count))
                {
                    (candidate.finding.start, candidate.finding.end) =
                        (start, Plain::end(text, end));
                    *slot = Some(candidate);
                    count += 1;
                }
            },
        );
        self.ahead = found;
    }

    /// Looks for a key of which the run at `start` is the first part. Only what is certain counts, and only whole parts:
    /// else the words behind a beginning could be taken for the rest of it.
    #[inline(never)]
    fn join(&mut self, start: usize) {
        let text = self.text;
        let mut plain = Plain::new();
        plain.join(text, start);
        let mut best = None;
        walk(
            self.tables,
            plain.bytes(),
            0,
            usize::MAX,
            false,
            &mut |mut candidate| {
                let Finding {
                    start: from, end, ..
                } = candidate.finding;
                if let Some((from, end)) = plain.disguised(from, end)
                    && from == start
                    && may_end(text, end)
                    && candidate.finding.severity == Severity::Certain
                {
                    (candidate.finding.start, candidate.finding.end) = (from, end);
                    best = Some(candidate);
                }
            },
        );
        if let Some(best) = best {
            self.found(best, true);
        }
    }

    /// Takes up what was found in disguise and begins up to `start`, so that findings stay in order.
    fn release(&mut self, start: usize) {
        for index in 0..DISGUISED {
            if let Some(candidate) =
                self.ahead[index].filter(|candidate| candidate.finding.start <= start)
            {
                self.ahead[index] = None;
                self.found(candidate, true);
            }
        }
    }

    /// Looks for keys in what a token is in base64. The whole token is the finding: a part of it cannot be taken out.
    #[inline(never)]
    fn decode(&mut self, start: usize) {
        let text = self.text;
        let mut plain = Plain::new();
        let Some(end) = plain.decode(text, start) else {
            return;
        };
        let mut best: Option<Candidate> = None;
        walk(
            self.tables,
            plain.bytes(),
            0,
            usize::MAX,
            false,
            &mut |candidate| {
                if best.is_none_or(|best| candidate.beats(&best, self.tables)) {
                    best = Some(candidate);
                }
            },
        );
        if let Some(mut candidate) = best {
            (candidate.finding.start, candidate.finding.end) = (start, end);
            self.found(candidate, true);
        }
    }

    /// Tests a short run as the beginning of a key.
    fn prefix(&mut self, start: usize, before: u8) {
        self.candidates(ANCHOR_RUN, start, start);
        if may_escape(before)
            && let Some(escaped) = escape_end(self.text, start)
        {
            self.candidates(ANCHOR_RUN, escaped, escaped);
        }
    }

    /// Tests the short runs of the word in front of a long run, and the anchors that lie across its beginning.
    fn word(&mut self, start: usize) {
        let text = self.text;
        let lowest = start
            .saturating_sub(WORD_BACK)
            .max(self.done)
            .max(self.run_end);
        let mut index = start;
        let mut starts = [0usize; 16];
        let mut count = 0;
        while index > lowest && (is_glue(at(text, index - 1)) || is_key(at(text, index - 1))) {
            index -= 1;
            if is_key(at(text, index))
                && (index == 0 || !is_key(at(text, index - 1)))
                && let Some(slot) = starts.get_mut(count)
            {
                *slot = index;
                count += 1;
            }
        }
        for &run in starts.iter().take(count).rev() {
            if run >= self.done {
                self.prefix(run, if run == 0 { b' ' } else { at(text, run - 1) });
            }
        }
        if start >= 3 {
            self.candidates(ANCHOR_BEFORE, start - 3, start);
            self.candidates(ANCHOR_AROUND, start - 1, start);
        }
    }

    /// Tries the alternatives whose key of three bytes is at `key` and whose anchor is at `anchor`. Says whether there may
    /// be any.
    #[inline(always)]
    fn candidates(&mut self, kind: u8, key: usize, anchor: usize) -> bool {
        let bytes = self
            .text
            .get(key..)
            .and_then(|rest| rest.first_chunk::<3>());
        let Some(&[first, second, third]) = bytes else {
            return false;
        };
        let hash = hash(first, second, third, kind) as usize;
        let known = self.tables.filter[hash >> 3] >> (hash & 7) & 1 != 0;
        if known {
            self.bucket(kind, hash & ((1 << BUCKET_BITS) - 1), anchor);
        }
        known
    }

    #[inline(never)]
    fn bucket(&mut self, kind: u8, bucket: usize, anchor: usize) {
        let text = self.text;
        let mut best: Option<Candidate> = None;
        let tables = self.tables;
        for entry in usize::from(tables.buckets[bucket])..usize::from(tables.buckets[bucket + 1]) {
            let alternative = tables.bucket_alternatives.get(entry);
            let Some(alternative) =
                alternative.and_then(|&at| tables.alternatives.get(usize::from(at)))
            else {
                break;
            };
            if alternative.anchor != kind {
                continue;
            }
            let least = usize::from(alternative.lead_min);
            let most = usize::from(alternative.lead_max);
            let program = usize::from(alternative.program);
            // The furthest place first: the leftmost match is wanted.
            for lead in (least..=most).rev() {
                let Some(start) = anchor.checked_sub(lead) else {
                    continue;
                };
                if lead > 0 && !may_begin(text, start) {
                    continue;
                }
                let Some(end) = longest(text, start, program) else {
                    continue;
                };
                let literal = literal_bytes(program);
                let detector = alternative.detector;
                if let Some(candidate) =
                    judge(tables, text, start, end, detector, literal, &mut self.words)
                    && best.is_none_or(|best| candidate.beats(&best, tables))
                {
                    best = Some(candidate);
                }
                break;
            }
        }
        if let Some(best) = best {
            self.found(best, kind != ANCHOR_SCHEME);
        }
    }

    /// Tests the patterns without a literal on the token around a run.
    fn shapes(&mut self, start: usize, end: usize, escaped: bool) {
        let text = self.text;
        let mut best: Option<Candidate> = None;
        let mut known = Known::default();
        let length = (end - start).min(SHAPE_RUN_MAX);
        let tables = self.tables;
        let of_length = &tables.shapes_of_length;
        for entry in usize::from(of_length[length])..usize::from(of_length[length + 1]) {
            if let Some(&shape) = tables.shape_of_length.get(entry) {
                self.shape(usize::from(shape), start, escaped, &mut known, &mut best);
            }
        }
        let glued = (start > 0 && is_glue(at(text, start - 1))) || is_glue(at(text, end));
        if (glued || end - start >= MIXED_RUN) && (start >= self.word_done || escaped) {
            // Most of them share a class, and most tokens are too short for any.
            let mut token = Token {
                class: u8::MAX,
                start,
                end,
            };
            for &shape in &tables.mixed_shapes {
                let shape = usize::from(shape);
                let Some(&Shape { first, min, .. }) = tables.shapes.get(shape) else {
                    break;
                };
                if token.class != first {
                    token = self.token(first, start, end, escaped);
                }
                if token.end - token.start < usize::from(min).min(MIXED_BACK) {
                    continue;
                }
                let from = token.start;
                self.shape(shape, from, escaped, &mut known, &mut best);
                if let Some(from) = escape_end(text, from).filter(|&from| !escaped && from <= start)
                {
                    self.shape(shape, from, true, &mut known, &mut best);
                }
            }
            self.word_done = end;
        }
        if let Some(best) = best {
            self.found(best, true);
        }
    }

    /// The bytes of a class around a run.
    fn token(&self, class: u8, start: usize, end: usize, escaped: bool) -> Token {
        let text = self.text;
        let lowest = if escaped {
            start
        } else {
            start.saturating_sub(MIXED_BACK).max(self.word_done)
        };
        let (mut from, mut to) = (start, start);
        while from > lowest && class_contains(class, at(text, from - 1)) {
            from -= 1;
        }
        // A class need not have all bytes of keys.
        let highest = text.len().min(end + MIXED_BACK);
        while to < highest && class_contains(class, at(text, to)) {
            to += 1;
        }
        Token {
            class,
            start: from,
            end: to,
        }
    }

    /// Tests one pattern without a literal. A match is a whole token: its neighbours are not of its bytes.
    fn shape(
        &mut self,
        shape: usize,
        start: usize,
        escaped: bool,
        known: &mut Known,
        best: &mut Option<Candidate>,
    ) {
        let text = self.text;
        let tables = self.tables;
        let Some(shape) = tables.shapes.get(shape) else {
            return;
        };
        let before = if start == 0 || escaped {
            b' '
        } else {
            at(text, start - 1)
        };
        if is_key(before) || class_contains(shape.first, before) {
            return;
        }
        let Some(alternative) = tables.alternatives.get(usize::from(shape.alternative)) else {
            return;
        };
        let program = usize::from(alternative.program);
        if known.end.is_none() || (known.program, known.start) != (program, start) {
            *known = Known {
                program,
                start,
                end: longest(text, start, program),
            };
        }
        let whole = |&end: &usize| !class_contains(shape.last, at(text, end));
        let Some(end) = known.end.filter(whole) else {
            return;
        };
        let candidate = judge(
            tables,
            text,
            start,
            end,
            alternative.detector,
            0,
            &mut self.words,
        );
        if let Some(candidate) = candidate
            && best.is_none_or(|best| candidate.beats(&best, tables))
        {
            *best = Some(candidate);
        }
    }

    /// Tests the run as a value that is assigned to a name, and as the name.
    #[inline(always)]
    fn assignment(&mut self, start: usize, end: usize, digits: bool) {
        let Some(detector) = ASSIGNMENT else { return };
        let value = if digits {
            assignment::of_value(self.tables, self.text, start)
        } else {
            None
        };
        let Some(value) = value.or_else(|| assignment::of_name(self.tables, self.text, start, end))
        else {
            return;
        };
        let severity = Severity::Probable;
        let finding = Finding {
            start: value.start,
            end: value.end,
            detector,
            severity,
            reason: Reason::Name,
        };
        self.found(
            Candidate {
                finding,
                distance: 0,
                general: true,
            },
            false,
        );
    }

    /// An address at `://`.
    fn scheme(&mut self, at: usize) {
        if at >= 3 {
            self.candidates(ANCHOR_SCHEME, at - 3, at);
        }
    }

    /// The next `://` from `from` on, or beyond every text.
    fn next_scheme(&self, from: usize) -> usize {
        let text = self.text;
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

    fn found(&mut self, candidate: Candidate, skip: bool) {
        if skip {
            self.done = self.done.max(candidate.finding.end);
        }
        match &self.pending {
            Some(pending) if pending.overlaps(&candidate) => {
                if candidate.beats(pending, self.tables) {
                    self.pending = Some(candidate);
                }
            }
            _ => {
                self.flush();
                self.pending = Some(candidate);
            }
        }
    }

    fn flush(&mut self) {
        if let Some(pending) = self.pending.take() {
            (self.sink)(pending);
        }
    }

    /// The end of what is found or tried and may still overlap what follows.
    fn found_end(&self) -> usize {
        self.pending
            .map_or(0, |pending| pending.finding.end)
            .max(self.done)
    }
}
