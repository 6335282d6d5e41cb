//! What is tried at a run, and which of overlapping findings is reported.
//!
//! A key begins where a run begins (or behind an escape at its beginning), so literals are tested there and nowhere
//! else. Short runs that are joined to a long one by punctuation (`SG.`, `whsec_+`, `jdbc:`) are tested with it.

use super::boundary::{at, escape_end, is_glue, is_key, may_begin, may_end, may_escape};
use super::disguise::Plain;
use super::evidence::{Candidate, Evidence, Match, judge};
use super::hash::{BUCKET_BITS, hash};
use super::scan::walk;
use super::tables::{ASSIGNMENT, SHAPE_RUN_MAX, Shape, Tables, class_contains};
use super::verify::{Sets, literal_bytes, longest};
use super::{Finding, Reason, Severity, assignment};

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

/// Kinds of anchors, as in `lower.rs`.
const ANCHOR_RUN: u8 = 0;
const ANCHOR_BEFORE: u8 = 1;
const ANCHOR_AROUND: u8 = 2;
const ANCHOR_SCHEME: u8 = 3;

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
    is_run: bool,
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

/// A scan on its way through a text.
pub struct Scan<'a> {
    /// The text.
    pub text: &'a [u8],
    /// The end of the last long run.
    pub run_end: usize,
    /// Whether the sink has refused a finding.
    pub is_over: bool,
    tables: &'a Tables,
    /// The best finding so far, as long as another may overlap it.
    pending: Option<Candidate>,
    /// The end of the last match; runs before it are part of it.
    done: usize,
    /// The end of the last run that was tried as part of a token with other bytes than those of keys.
    word_done: usize,
    evidence: &'a mut Evidence,
    sets: &'a mut Sets,
    /// The end of the last word that was looked at in disguise.
    unfolded: usize,
    /// What was found in disguise in the last word, and how many of it are left.
    ahead: [Option<Candidate>; DISGUISED],
    ahead_count: usize,
    /// Where text is written out, where keys in disguise are looked for.
    disguises: Option<(&'a mut Plain, &'a mut Evidence)>,
    sink: &'a mut dyn FnMut(Candidate) -> bool,
}

impl<'a> Scan<'a> {
    /// A scan that has not begun.
    pub fn new(
        tables: &'a Tables,
        text: &'a [u8],
        from: usize,
        evidence: &'a mut Evidence,
        sets: &'a mut Sets,
        disguises: Option<(&'a mut Plain, &'a mut Evidence)>,
        sink: &'a mut dyn FnMut(Candidate) -> bool,
    ) -> Scan<'a> {
        evidence.reset();
        sets.reset();
        Scan {
            text,
            run_end: 0,
            is_over: false,
            tables,
            pending: None,
            done: 0,
            word_done: 0,
            evidence,
            sets,
            unfolded: from,
            ahead: [None; DISGUISED],
            ahead_count: 0,
            disguises,
            sink,
        }
    }

    /// Tries everything at the run `start..end`.
    #[inline(always)]
    pub fn run(&mut self, start: usize, end: usize, digits: bool) {
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
        if known && digits && start >= self.done {
            self.join(start, end);
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
            && self.disguises.is_some()
            && Plain::may_decode(text, start)
        {
            self.decode(start);
        }
        if start >= self.done && ASSIGNMENT.is_some() {
            self.assignment(start, end, digits);
        }
    }

    /// Looks for keys in the word around `index..end` with what nobody sees left out and what is escaped decoded.
    #[inline(never)]
    pub fn unfold(&mut self, index: usize, end: usize) {
        if end < self.unfolded {
            return;
        }
        let Some((plain, evidence)) = self.disguises.take() else {
            return;
        };
        let text = self.text;
        self.unfolded = plain.unfold(text, index, self.unfolded.min(index));
        self.release(usize::MAX);
        let ahead = &mut self.ahead;
        let count = &mut self.ahead_count;
        let mut sink = |mut candidate: Candidate| {
            let Finding { start, end, .. } = candidate.finding;
            if let (Some((start, end)), Some(slot)) =
                (plain.disguised(start, end), ahead.get_mut(*count))
            {
                (candidate.finding.start, candidate.finding.end) = (start, Plain::end(text, end));
                *slot = Some(candidate);
                *count += 1;
            }
            true
        };
        within(self.tables, plain, evidence, self.sets, &mut sink);
        self.disguises = Some((plain, evidence));
    }

    /// Looks for a key of which the run at `start` is the first part. Only what is certain counts, and only whole parts:
    /// else the words behind a beginning could be taken for the rest of it.
    #[inline(never)]
    fn join(&mut self, start: usize, end: usize) {
        let text = self.text;
        let Some((plain, evidence)) = self.disguises.take() else {
            return;
        };
        if !plain.join(text, start, end) {
            self.disguises = Some((plain, evidence));
            return;
        }
        let mut best = None;
        let mut sink = |mut candidate: Candidate| {
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
            true
        };
        within(self.tables, plain, evidence, self.sets, &mut sink);
        self.disguises = Some((plain, evidence));
        if let Some(best) = best {
            self.found(best, true);
        }
    }

    /// Takes up what was found in disguise and begins up to `start`, so that findings stay in order.
    #[inline(always)]
    pub fn release(&mut self, start: usize) {
        if self.ahead_count > 0 {
            self.release_some(start);
        }
    }

    #[inline(never)]
    fn release_some(&mut self, start: usize) {
        for index in 0..DISGUISED {
            if let Some(candidate) =
                self.ahead[index].filter(|candidate| candidate.finding.start <= start)
            {
                self.ahead[index] = None;
                self.found(candidate, true);
            }
        }
        if self.ahead.iter().all(Option::is_none) {
            self.ahead_count = 0;
        }
    }

    /// Looks for keys in what a token is in base64. The whole token is the finding: a part of it cannot be taken out.
    #[inline(never)]
    fn decode(&mut self, start: usize) {
        let text = self.text;
        let tables = self.tables;
        let Some((plain, evidence)) = self.disguises.take() else {
            return;
        };
        let mut best: Option<Candidate> = None;
        let end = plain.decode(text, start);
        if end.is_some() {
            let mut sink = |candidate: Candidate| {
                if best.is_none_or(|best| candidate.beats(&best, tables)) {
                    best = Some(candidate);
                }
                true
            };
            within(tables, plain, evidence, self.sets, &mut sink);
        }
        self.disguises = Some((plain, evidence));
        if let (Some(mut candidate), Some(end)) = (best, end) {
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
        self.tables.filter[hash >> 3] >> (hash & 7) & 1 != 0
            && self.bucket(kind, hash & ((1 << BUCKET_BITS) - 1), anchor)
    }

    #[inline(never)]
    fn bucket(&mut self, kind: u8, bucket: usize, anchor: usize) -> bool {
        let text = self.text;
        let mut best: Option<Candidate> = None;
        let mut known = false;
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
            known = true;
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
                let Some(end) = longest(text, start, program, self.sets) else {
                    continue;
                };
                let found = Match {
                    start,
                    end,
                    detector: alternative.detector,
                    literal: literal_bytes(program),
                };
                if let Some(candidate) = judge(tables, text, found, self.evidence)
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
        known
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
        if !known.is_run || (known.program, known.start) != (program, start) {
            *known = Known {
                is_run: true,
                program,
                start,
                end: longest(text, start, program, self.sets),
            };
        }
        let whole = |&end: &usize| !class_contains(shape.last, at(text, end));
        let Some(end) = known.end.filter(whole) else {
            return;
        };
        let found = Match {
            start,
            end,
            detector: alternative.detector,
            literal: 0,
        };
        if let Some(candidate) = judge(tables, text, found, self.evidence)
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
            assignment::of_value(self.tables, self.text, start, &mut self.evidence.value)
        } else {
            None
        };
        let known = &mut self.evidence.value;
        let Some((value, severity)) =
            value.or_else(|| assignment::of_name(self.tables, self.text, end, known))
        else {
            return;
        };
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
    pub fn scheme(&mut self, at: usize) {
        if at >= 3 {
            self.candidates(ANCHOR_SCHEME, at - 3, at);
        }
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

    /// Reports what is pending.
    pub fn flush(&mut self) {
        if let Some(pending) = self.pending.take()
            && !self.is_over
        {
            self.is_over = !(self.sink)(pending);
        }
    }

    /// The end of what is found or tried and may still overlap what follows.
    pub fn found_end(&self) -> usize {
        self.pending
            .map_or(0, |pending| pending.finding.end)
            .max(self.done)
    }
}

/// Finds the keys in what is written out.
#[inline(never)]
fn within(
    tables: &Tables,
    plain: &Plain,
    evidence: &mut Evidence,
    sets: &mut Sets,
    sink: &mut dyn FnMut(Candidate) -> bool,
) {
    let from = plain.own();
    let mut scan = Scan::new(tables, plain.bytes(), from, evidence, sets, None, sink);
    walk(&mut scan, from, usize::MAX);
    sets.reset();
}
