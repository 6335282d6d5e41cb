//! Looks for texts on which a scan panics, is not linear, or differs from the scan of the same text in buffers: seeds put
//! together, changed and repeated, the same in every run of one seed.
//!
//!   cargo run --release --example fuzz -- [--seconds 60] [--seed 1] [--write FILE]
//!
//! Seeds are the detectors' examples and look-alikes. A unit of up to 200 bytes is scanned repeated to 32 KB, the slowest units are
//! kept and changed further, and what stays slow is scanned at twice the size. `--write` leaves the texts that were kept
//! as JSON lines, which `tests/carriers.mjs` reads (KEYWARD_CORPORA is their folder), so that the carriers are compared on them.
//! Exit status: 0 nothing, 1 a finding, which is printed.

#[path = "../native/random.rs"]
mod random;

use keyward::detect::{self, CONTEXT_BYTES, Finding, Part, REACH_BYTES, Workspace};
use random::Random;
use std::fs;
use std::io::Write;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How many units are kept to be changed further.
const KEPT: usize = 64;
const UNIT_BYTES: usize = 200;
const TEXT_BYTES: usize = 32 * 1024;
/// Twice the text may take this much longer; a scan is timed again before it counts.
const TWICE: f64 = 2.6;
/// What a unit that is reported as slow stays below, in MB/s.
const SLOW: f64 = 2.0;

/// A unit, and how many nanoseconds a byte of it takes.
struct Unit {
    bytes: String,
    cost: f64,
}

fn main() -> ExitCode {
    let mut options = [60, 1];
    let mut write = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap_or_default();
        match word.as_str() {
            "--seconds" => options[0] = value.parse().expect("a number of seconds"),
            "--seed" => options[1] = value.parse().expect("a number"),
            "--write" => write = Some(value),
            _ => panic!("unknown option {word}"),
        }
    }
    let end = Instant::now() + Duration::from_secs(options[0]);
    let mut random = Random::new(options[1]);
    let seeds = seeds();
    let mut kept: Vec<Unit> = Vec::new();
    let (mut tried, mut failed) = (0u64, 0);
    while Instant::now() < end {
        tried += 1;
        let unit = changed(&seeds, &kept, &mut random);
        let text = repeated(&unit, TEXT_BYTES);
        let whole = whole(&text);
        if tried % 8 == 0 && in_buffers(&text, &mut random) != whole {
            failed += 1;
            println!("differs in buffers: {unit:?}");
        }
        let cost = cost(&text, 1);
        let place = kept.partition_point(|other| other.cost > cost);
        if place >= KEPT {
            continue;
        }
        // Once more: the machine does other work, too.
        let cost = cost_again(&text);
        let place = kept.partition_point(|other| other.cost > cost);
        if place < KEPT && kept.iter().all(|other| other.bytes != unit) {
            kept.insert(place, Unit { bytes: unit, cost });
            kept.truncate(KEPT);
        }
    }
    for unit in &kept {
        let once = cost_on_core(&repeated(&unit.bytes, 8 * TEXT_BYTES));
        let twice = cost_on_core(&repeated(&unit.bytes, 16 * TEXT_BYTES));
        let speed = 1e3 / once;
        if twice / once * 2.0 > TWICE || speed < SLOW {
            failed += 1;
            println!(
                "{speed:.2} MB/s, twice the text takes {:.2} times: {:?}",
                twice / once * 2.0,
                unit.bytes
            );
        }
    }
    let slowest = kept.first().map_or(f64::INFINITY, |unit| 1e3 / unit.cost);
    println!("{tried} texts, {failed} failed, the slowest at {slowest:.1} MB/s");
    for unit in kept.iter().take(8) {
        println!("  {:.1} MB/s: {:?}", 1e3 / unit.cost, unit.bytes);
    }
    if let Some(file) = write {
        let mut out = fs::File::create(file).expect("it can be written");
        for unit in &kept {
            let text = serde_json::to_string(&repeated(&unit.bytes, 4096)).expect("a string");
            writeln!(out, "{{\"text\":{text}}}").expect("it can be written");
        }
    }
    ExitCode::from(u8::from(failed > 0))
}

/// The strings of the detectors' files, and what separates them in texts.
fn seeds() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/detect/detectors");
    let mut seeds: Vec<String> = [
        "\n",
        " ",
        "=",
        ":",
        "\"",
        "'",
        "\\n",
        "%3D",
        "://",
        "@",
        "\u{200b}",
        "\u{ff41}",
        "日本",
        "&quot;",
        "Bearer ",
        "password=",
        "value: ",
        "name: token\n",
        "-u ",
        "Authorization: ",
        "-----BEGIN PRIVATE KEY-----",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is part of the package")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(path).expect("it can be read");
        let lines = text.lines().map(str::trim);
        seeds.extend(
            lines
                .filter(|line| line.ends_with("\",") || line.ends_with("',"))
                .map(|line| {
                    line[1..line.len() - 2]
                        .replace("<>", "")
                        .replace(['«', '»'], "")
                        .replace("\\n", "\n")
                }),
        );
    }
    seeds
}

/// Another unit: parts of seeds, or one that was kept with a byte, a part or the order changed.
fn changed(seeds: &[String], kept: &[Unit], random: &mut Random) -> String {
    let part = |random: &mut Random| {
        let seed: Vec<char> = seeds[random.below(seeds.len())].chars().collect();
        let start = if random.below(3) == 0 {
            random.below(seed.len().max(1))
        } else {
            0
        };
        let length = if random.below(2) == 0 {
            seed.len()
        } else {
            1 + random.below(24)
        };
        seed.iter().skip(start).take(length).collect::<String>()
    };
    let mut unit = if kept.is_empty() || random.below(4) == 0 {
        part(random)
    } else {
        kept[random.below(kept.len())].bytes.clone()
    };
    for _ in 0..1 + random.below(3) {
        let mut chars: Vec<char> = unit.chars().collect();
        let place = random.below(chars.len() + 1);
        match random.below(5) {
            0 => {
                chars.truncate(place);
            }
            1 => {
                chars.drain(..place.min(chars.len().saturating_sub(1)));
            }
            2 => {
                let byte = char::from(random.byte(b"abcXYZ019_-=:/+.\"' \n<>[](){}%\\@"));
                chars.insert(place, byte);
            }
            3 if !chars.is_empty() => {
                let from = random.below(chars.len());
                let again: Vec<char> = chars[from..].iter().take(16).copied().collect();
                chars.splice(place..place, again);
            }
            _ => {
                let other: Vec<char> = part(random).chars().collect();
                chars.splice(place..place, other);
            }
        }
        unit = chars.into_iter().take(UNIT_BYTES).collect();
    }
    if unit.is_empty() {
        "a".to_owned()
    } else {
        unit
    }
}

fn repeated(unit: &str, bytes: usize) -> String {
    unit.repeat(bytes / unit.len() + 1)
}

fn whole(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    detect::scan_whole(detect::tables(), text.as_bytes(), |finding| {
        found.push(finding)
    });
    found
}

/// Nanoseconds a byte by the clock, the best of some rounds: right or too slow, never too fast.
fn cost(text: &str, rounds: usize) -> f64 {
    let best = (0..rounds).map(|_| {
        let start = Instant::now();
        detect::scan_whole(detect::tables(), text.as_bytes(), |_| {});
        start.elapsed()
    });
    best.min().unwrap_or_default().as_nanos() as f64 / text.len() as f64
}

/// Nanoseconds a byte on a core. Linux counts them in ticks, so that this takes some tenths of a second.
fn cost_on_core(text: &str) -> f64 {
    let (start, mut rounds) = (on_core(), 0);
    while rounds < 4 || on_core().saturating_sub(start) < Duration::from_millis(300) {
        detect::scan_whole(detect::tables(), text.as_bytes(), |_| {});
        rounds += 1;
    }
    on_core().saturating_sub(start).as_nanos() as f64 / (text.len() * rounds) as f64
}

/// How long this thread has run. On a machine with other work the clock measures that work; where Linux does not say, it is
/// the clock all the same.
fn on_core() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let line = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = line.split(' ').next().and_then(|spent| spent.parse().ok());
    spent.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn cost_again(text: &str) -> f64 {
    cost(text, 7)
}

/// Scans as a frame does, in buffers.
fn in_buffers(text: &str, random: &mut Random) -> Vec<Finding> {
    let mut workspace = Workspace::new();
    let mut found = Vec::new();
    let mut position = 0;
    loop {
        let mut end = text
            .len()
            .min(position + REACH_BYTES + 5 * CONTEXT_BYTES + random.below(9000));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let part = Part {
            continued: position > 0,
            more: end < text.len(),
        };
        let bytes = &text.as_bytes()[position..end];
        let next = detect::scan(
            detect::tables(),
            &mut workspace,
            bytes,
            part,
            &mut |mut finding| {
                finding.start += position;
                finding.end += position;
                found.push(finding);
                true
            },
        );
        if !part.more {
            return found;
        }
        position += next;
    }
}
