//! The scanner as a module of its own: text in, findings out, a plain C ABI, no imports, no allocator.
//!
//! The contract is in `docs/architecture.md`. One caller, one thread, one text at a time; nothing here is secret
//! beyond the text of the last scan, which stays in the buffer until the next one.
#![cfg_attr(target_family = "wasm", no_std, no_main)]

use core::cell::UnsafeCell;
use core::ops::Range;

use keyward::detect::{
    self, Action, Finding, Output, Page, Part, Severity, Tables, Workspace, utf16_bytes,
    utf16_units,
};
use keyward::own_keys::{HEAD_BYTES, OwnKeys, ROW_BYTES};

/// Size of the buffer that texts come in by. A scan of a text that goes on advances by this less the reach of a key.
const INPUT_BYTES: usize = 64 * 1024;
/// How many findings one scan reports before it stops and asks for another call. As many as make the copying of a buffer
/// cheap beside finding them.
const FINDINGS: usize = 1024;
/// No origin with a provider's host is longer: scheme, host and port.
const ORIGIN_BYTES: usize = 272;
/// Of the person's own keys, the most that are known at a time.
const OWN_KEYS: usize = 1024;
const OWN_BYTES: usize = HEAD_BYTES + OWN_KEYS * ROW_BYTES;
/// Of values that are no keys, the most that are known at a time (`src/policy/harmless.rs`).
const HARMLESS: usize = 256;
const HARMLESS_BYTES: usize = HEAD_BYTES + HARMLESS * ROW_BYTES;
/// The number of what no detector found but the table of the person's own keys.
const OWN: u16 = u16::MAX;
/// The reason of findings that are in that table.
const REASON_OWN: u32 = 4;
/// Words of a finding as the caller reads it.
const FINDING_WORDS: usize = 4;

struct State {
    tables: Tables,
    input: [u8; INPUT_BYTES],
    length: usize,
    /// The frame's origin, and the page that it is, which is found out behind the first finding: most frames have none.
    origin: [u8; ORIGIN_BYTES],
    origin_length: usize,
    page: Option<Page>,
    count: usize,
    /// The findings as the caller reads them.
    table: [[u32; FINDING_WORDS]; FINDINGS],
    workspace: Workspace,
    /// As `keyward::own_keys` reads it; empty where there is no vault, or nothing in it.
    own: [u8; OWN_BYTES],
    own_length: usize,
    /// What the person said is no key, in the same form.
    harmless: [u8; HARMLESS_BYTES],
    harmless_length: usize,
    full: bool,
    settled: usize,
    output: Output,
    replaced: (usize, usize),
}

/// The module's only state.
struct Global(UnsafeCell<State>);

// SAFETY: the module has one thread; its exports are called from outside, one after the other, and none calls another.
unsafe impl Sync for Global {}

// All zeros, so that it takes no room in the file.
static STATE: Global = Global(UnsafeCell::new(State {
    tables: Tables::empty(),
    input: [0; INPUT_BYTES],
    length: 0,
    origin: [0; ORIGIN_BYTES],
    origin_length: 0,
    page: None,
    count: 0,
    table: [[0; FINDING_WORDS]; FINDINGS],
    workspace: Workspace::new(),
    own: [0; OWN_BYTES],
    own_length: 0,
    harmless: [0; HARMLESS_BYTES],
    harmless_length: 0,
    full: false,
    settled: 0,
    output: Output::new(),
    replaced: (0, 0),
}));

/// The state, for the time of one call from outside.
fn with<T>(call: impl FnOnce(&mut State) -> T) -> T {
    // SAFETY: see `Sync` above; `call` is a closure of this file that reaches the state through its argument only.
    let state = unsafe { &mut *STATE.0.get() };
    state.tables.load();
    call(state)
}

impl State {
    fn text(&self) -> &[u8] {
        &self.input[..self.length]
    }

    fn units(&self, byte: usize) -> u32 {
        utf16_units(&self.text()[..byte.min(self.length)]) as u32
    }

    /// Adds the person's own keys to the findings, which are in bytes still. Where a detector found one, too, its finding
    /// says so and is held, unless the key is at home there.
    #[inline(never)]
    fn find_own(&mut self, end: usize) {
        let State {
            own,
            own_length,
            input,
            length,
            table,
            count,
            full,
            ..
        } = self;
        let Some(own) = OwnKeys::parse(&own[..*own_length]) else {
            return;
        };
        for Range { start, end: behind } in own.matches(&input[..*length]) {
            // What begins behind is in the next buffer again.
            if start >= end {
                continue;
            }
            let mut found = false;
            for row in &mut table[..*count] {
                if (row[0] as usize) < behind && start < row[1] as usize {
                    found = true;
                    let word = u32::from_le(row[2]);
                    if word >> 16 & 0xff != Action::None as u32 {
                        row[2] = (word & 0xff00_ffff | (Action::Hold as u32) << 16).to_le();
                        row[3] = REASON_OWN.to_le();
                    }
                }
            }
            if found {
                continue;
            }
            if *count == FINDINGS {
                *full = true;
                return;
            }
            let place = table[..*count]
                .iter()
                .take_while(|row| (row[0] as usize) < start);
            let place = place.count();
            table[place..=*count].rotate_right(1);
            let word = u32::from(OWN) | (Action::Hold as u32) << 16 | 2 << 24;
            table[place] = [
                start as u32,
                behind as u32,
                word.to_le(),
                REASON_OWN.to_le(),
            ];
            *count += 1;
        }
    }

    /// Of the findings, which are in bytes still, those that are harmless values, from end to end, are as if they were at home.
    #[inline(never)]
    fn pass_harmless(&mut self) {
        let table = &self.harmless[..self.harmless_length];
        if self.count == 0 || table.is_empty() {
            return;
        }
        let Some(harmless) = OwnKeys::parse(table) else {
            return;
        };
        for Range { start, end } in harmless.matches(&self.input[..self.length]) {
            for row in &mut self.table[..self.count] {
                if row[0] as usize == start && row[1] as usize == end {
                    row[2] = (u32::from_le(row[2]) & 0xff00_ffff).to_le();
                }
            }
        }
    }

    /// Turns bytes into UTF-16 units in the table. The findings are in order, so the text is counted once.
    fn count_units(&mut self) {
        let text = &self.input[..self.length];
        let (mut byte, mut units) = (0, 0);
        for position in self.table[..self.count]
            .iter_mut()
            .flat_map(|row| &mut row[..2])
        {
            let to = *position as usize;
            units += utf16_units(&text[byte..to]) as u32;
            byte = to;
            *position = units.to_le();
        }
    }
}

/// A finding as the caller reads it, its span in bytes.
fn row(finding: &Finding, tables: &Tables, page: &Page) -> [u32; FINDING_WORDS] {
    let action = finding.action(tables, page) as u32;
    [
        finding.start as u32,
        finding.end as u32,
        (u32::from(finding.detector) | action << 16 | u32::from(finding.severity.number()) << 24)
            .to_le(),
        (finding.reason as u32).to_le(),
    ]
}

/// The buffer that every call reads its text from.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *const u8 {
    with(|state| state.input.as_ptr())
}

/// The size of that buffer.
#[unsafe(no_mangle)]
pub extern "C" fn input_bytes() -> u32 {
    INPUT_BYTES as u32
}

/// Takes the frame's origin from the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn set_page(length: u32) {
    with(|state| {
        state.page = None;
        let length = length as usize;
        state.origin_length = if length <= ORIGIN_BYTES { length } else { 0 };
        let State { origin, input, .. } = state;
        origin.copy_from_slice(&input[..ORIGIN_BYTES]);
    });
}

/// Finds keys in the buffer; `flags`: 1 the text goes on behind it, 2 it goes on from where the last scan said.
#[unsafe(no_mangle)]
pub extern "C" fn scan(length: u32, flags: u32) -> u32 {
    with(|state| {
        state.length = INPUT_BYTES.min(length as usize);
        state.count = 0;
        let part = Part {
            more: flags & 1 != 0,
            continued: flags & 2 != 0,
        };
        let State {
            tables,
            input,
            length,
            origin,
            origin_length,
            page,
            table,
            count,
            full,
            workspace,
            ..
        } = state;
        *full = false;
        let text = &input[..*length];
        let origin = &origin[..*origin_length];
        state.settled = detect::scan(tables, workspace, text, part, &mut |finding| {
            match table.get_mut(*count) {
                Some(slot) => {
                    let page = page.get_or_insert_with(|| Page::from_origin(origin));
                    *slot = row(&finding, tables, page);
                    *count += 1;
                }
                None => *full = true,
            }
            !*full
        });
        let more = part.more || state.full;
        state.find_own(if more { state.settled } else { INPUT_BYTES });
        state.pass_harmless();
        state.count_units();
        state.count as u32
    })
}

/// Takes the table of the person's own keys from the buffer; one that cannot be read, or is too long, knows no keys.
#[unsafe(no_mangle)]
pub extern "C" fn set_own_keys(length: u32) {
    with(|state| {
        let length = length as usize;
        state.own_length = if length <= OWN_BYTES { length } else { 0 };
        let State { own, input, .. } = state;
        own.copy_from_slice(&input[..OWN_BYTES]);
    });
}

/// Takes the table of values that are no keys from the buffer, as [`set_own_keys`].
#[unsafe(no_mangle)]
pub extern "C" fn set_harmless(length: u32) {
    with(|state| {
        let length = length as usize;
        state.harmless_length = if length <= HARMLESS_BYTES { length } else { 0 };
        let State {
            harmless, input, ..
        } = state;
        harmless.copy_from_slice(&input[..HARMLESS_BYTES]);
    });
}

/// Where the next buffer has to begin, in UTF-16 units from the beginning of this one.
#[unsafe(no_mangle)]
pub extern "C" fn settled() -> u32 {
    with(|state| state.units(state.settled))
}

/// The findings of the last scan, 16 bytes each.
#[unsafe(no_mangle)]
pub extern "C" fn findings() -> *const u8 {
    with(|state| state.table.as_ptr().cast())
}

/// Whether the table was full.
#[unsafe(no_mangle)]
pub extern "C" fn more_findings() -> u32 {
    with(|state| u32::from(state.full))
}

/// Writes the environment variable that takes the place of a finding to the output, NUL in place of its name.
#[unsafe(no_mangle)]
pub extern "C" fn replace(index: u32) -> u32 {
    with(|state| {
        let index = index as usize;
        if index >= state.count {
            state.output.clear();
            state.replaced = (0, 0);
            return 0;
        }
        let State {
            input,
            table,
            output,
            ..
        } = state;
        let text = &input[..state.length];
        let [start, end, ..] = table[index].map(u32::from_le);
        let finding = Finding {
            start: utf16_bytes(text, start as usize),
            end: utf16_bytes(text, end as usize),
            detector: OWN,
            severity: Severity::Possible,
            reason: detect::Reason::Shape,
        };
        let span = detect::write_variable(text, &finding, "\0", output);
        state.replaced = (span.start, span.end);
        state.output.as_bytes().len() as u32
    })
}

/// Where the span begins that the last `replace` takes the place of.
#[unsafe(no_mangle)]
pub extern "C" fn replaced_start() -> u32 {
    with(|state| state.units(state.replaced.0))
}

/// Where it ends.
#[unsafe(no_mangle)]
pub extern "C" fn replaced_end() -> u32 {
    with(|state| state.units(state.replaced.1))
}

/// The buffer of texts that go out.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    with(|state| state.output.as_bytes().as_ptr())
}

#[cfg(target_family = "wasm")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // A caller that sees the trap holds the text (docs/architecture.md).
    core::arch::wasm32::unreachable()
}

#[cfg(not(target_family = "wasm"))]
fn main() {}
