//! The log as a person reads it: filtered, counted by days, written as CSV and JSON.

use crate::message::life::LoggedEvent;
use crate::vault::log::{KINDS, Kind};

/// Days of the picture.
pub const DAYS: usize = 90;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// One event with what the entry is called, which the log does not have.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// What happened.
    pub event: &'a LoggedEvent,
    /// As the person calls the entry; empty where it is gone or none.
    pub name: &'a str,
}

/// The name of a kind, as files and messages have it.
pub fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Unlocked => "unlocked",
        Kind::Locked => "locked",
        Kind::WrongTry => "wrongTry",
        Kind::Filled => "filled",
        Kind::Held => "held",
        Kind::KeptOut => "keptOut",
        Kind::LetThrough => "letThrough",
        Kind::Exposed => "exposed",
        Kind::Dismissed => "dismissed",
        Kind::Approved => "approved",
        Kind::Withdrawn => "withdrawn",
        Kind::Checked => "checked",
        Kind::Stored => "stored",
        Kind::Replaced => "replaced",
        Kind::Removed => "removed",
        Kind::Shown => "shown",
        Kind::Exported => "exported",
        Kind::Secured => "secured",
    }
}

/// The kind of that name.
pub fn kind_named(name: &str) -> Option<Kind> {
    KINDS.into_iter().find(|kind| name_of(*kind) == name)
}

impl Line<'_> {
    /// Whether each word of a search, in small letters, stands anywhere in it. `kind` is the kind in the person's words.
    pub fn matches(&self, words: &[&str], kind: &str) -> bool {
        let LoggedEvent { place, detail, .. } = self.event;
        let text = format!("{} {kind} {place} {detail}", self.name).to_lowercase();
        words.iter().all(|word| text.contains(word))
    }
}

/// How many events each of the last 90 days had, the oldest first. `offset_ms` is what local time is ahead of UTC.
pub fn by_day(times: impl Iterator<Item = u64>, now_ms: u64, offset_ms: i64) -> [u32; DAYS] {
    let day = |ms: u64| ms.saturating_add_signed(offset_ms) / DAY_MS;
    let today = day(now_ms);
    let mut counts = [0_u32; DAYS];
    for ms in times {
        // A clock that was ahead has events in days that are to come.
        let Some(ago) = today
            .checked_sub(day(ms))
            .and_then(|ago| usize::try_from(ago).ok())
        else {
            continue;
        };
        if let Some(place) = (DAYS - 1).checked_sub(ago) {
            counts[place] = counts[place].saturating_add(1);
        }
    }
    counts
}

/// As CSV (RFC 4180), with a line of titles. `time` writes a time.
pub fn csv(lines: &[Line<'_>], time: impl Fn(u64) -> String) -> String {
    let mut text = String::from("time,event,name,place,detail\r\n");
    for line in lines {
        let LoggedEvent {
            at_ms,
            kind,
            place,
            detail,
            ..
        } = line.event;
        let fields = [&time(*at_ms), name_of(*kind), line.name, place, detail];
        for (number, field) in fields.into_iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            cell(&mut text, field);
        }
        text.push_str("\r\n");
    }
    text
}

/// A cell that no table takes for a formula.
fn cell(text: &mut String, field: &str) {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    text.push('"');
    if is_formula {
        text.push('\'');
    }
    text.push_str(&field.replace('"', "\"\""));
    text.push('"');
}

/// As JSON: a list of objects.
pub fn json(lines: &[Line<'_>], time: impl Fn(u64) -> String) -> String {
    let mut text = String::from("[");
    for (number, line) in lines.iter().enumerate() {
        let LoggedEvent {
            at_ms,
            kind,
            entry,
            place,
            detail,
        } = line.event;
        text.push_str(if number > 0 { ",\n " } else { "\n " });
        let members = [
            ("time", &*time(*at_ms)),
            ("event", name_of(*kind)),
            ("entry", entry),
            ("name", line.name),
            ("place", place),
            ("detail", detail),
        ];
        text.push('{');
        for (number, (name, value)) in members.into_iter().enumerate() {
            text.push_str(if number > 0 { ", \"" } else { "\"" });
            text.push_str(name);
            text.push_str("\": ");
            quoted(&mut text, value);
        }
        text.push('}');
    }
    text.push_str("\n]\n");
    text
}

fn quoted(text: &mut String, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            control if control < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(control))),
            character => text.push(character),
        }
    }
    text.push('"');
}
