//! Speed of the scanner, natively and on one thread, for `scripts/bench`.
//!
//! ```text
//! cargo bench --features cli --bench speed -- corpus FILE     ordinary text against memchr
//! cargo bench --features cli --bench speed -- worst FILE      texts built against it: a JSON list of {name, unit}
//! cargo bench --features cli --bench speed -- detectors       the detectors' texts, for RegExps and worst texts
//! ```
//!
//! Prints JSON. The machine is shared: what is compared runs interleaved, the thread's own time on a core is taken, and of
//! each the best round counts.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const MB: usize = 1_000_000;
/// Sizes of the texts built against the scanner. Time has to grow as they do.
const WORST_BYTES: [usize; 3] = [64 * 1024, 1 << 20, 2 << 20];
/// All such texts are tried at this size, and those that are slowest at it at the full sizes too.
const TRIAL_BYTES: usize = 256 * 1024;
/// How many of the slowest that is.
const SLOWEST: usize = 16;

fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let result = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["corpus", file] => corpus(&read(file)),
        ["worst", file] => worst(&serde_json::from_slice(&read(file)).expect("the list is JSON")),
        ["detectors"] => detectors(),
        _ => {
            eprintln!("usage: speed corpus FILE | worst FILE | detectors");
            std::process::exit(2);
        }
    };
    println!("{result}");
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(file).unwrap_or_else(|error| {
        eprintln!("speed: {file}: {error}");
        std::process::exit(2);
    })
}

/// What the scanner's tables no longer hold: patterns, names and examples as the files have them.
fn detectors() -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/detect/detectors");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the checkout has detectors")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    let mut list = Vec::new();
    for path in paths.iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    }) {
        let text = std::fs::read_to_string(path).expect("a detector file can be read");
        let file: toml::Table = text.parse().expect("the build has accepted the file");
        for detector in file
            .get("detector")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            let words = |name: &str| {
                detector
                    .get(name)
                    .and_then(toml::Value::as_array)
                    .cloned()
                    .unwrap_or_default()
            };
            list.push(json!({
                "id": detector.get("id"),
                "pattern": detector.get("pattern"),
                "names": words("names"),
                "verify": detector.get("verify"),
                "examples": words("examples"),
            }));
        }
    }
    Value::Array(list)
}

/// Number of findings, so that the work cannot be optimised away.
fn scan(text: &[u8]) -> usize {
    let mut count = 0;
    keyward::detect::scan_whole(keyward::detect::tables(), black_box(text), |finding| {
        black_box(finding);
        count += 1;
    });
    count
}

fn timed(work: impl FnOnce() -> usize) -> (Duration, usize) {
    let start = cpu_time();
    let result = black_box(work());
    (cpu_time().saturating_sub(start), result)
}

/// Time that this thread has had a core: on a loaded machine the only time that says something. Linux counts it up when
/// a thread gives way, so this one does. Elsewhere it is the time of the clock.
fn cpu_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    std::thread::yield_now();
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counted.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn corpus(text: &[u8]) -> Value {
    let (mut scans, mut searches, mut found) = (Vec::new(), Vec::new(), 0);
    let absent = (0..=255)
        .find(|&byte| memchr::memchr(byte, text).is_none())
        .expect("text does not have every byte");
    for _ in 0..9 {
        let (time, count) = timed(|| scan(text));
        scans.push(time);
        found = count;
        searches.push(timed(|| memchr::memchr(absent, black_box(text)).map_or(0, |at| at + 1)).0);
    }
    scans.sort();
    searches.sort();
    let speed = |time: Duration| text.len() as f64 / MB as f64 / time.as_secs_f64().max(1e-9);
    json!({
        "bytes": text.len(),
        "findings": found,
        "scan_best": speed(scans[0]),
        "scan_median": speed(scans[scans.len() / 2]),
        "memchr_best": speed(searches[0]),
        "memchr_median": speed(searches[searches.len() / 2]),
    })
}

fn worst(list: &Value) -> Value {
    let texts: Vec<(&str, &str)> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| {
            (
                entry["name"].as_str().expect("a name"),
                entry["unit"].as_str().expect("a unit"),
            )
        })
        .collect();
    let mut trials: Vec<(Duration, &str, &str)> = texts
        .iter()
        .map(|&(name, unit)| (best(&repeat(unit, TRIAL_BYTES), 2), name, unit))
        .collect();
    trials.sort_by_key(|trial| std::cmp::Reverse(trial.0));
    let slowest: Vec<Value> = trials
        .iter()
        .take(SLOWEST)
        .map(|&(_, name, unit)| {
            let times = WORST_BYTES.map(|bytes| (bytes, best(&repeat(unit, bytes), if bytes > TRIAL_BYTES { 4 } else { 20 })));
            let speeds = times.map(|(bytes, time)| bytes as f64 / MB as f64 / time.as_secs_f64());
            let [_, (_, one), (_, two)] = times;
            json!({ "name": name, "speeds": speeds, "twice": two.as_secs_f64() / one.as_secs_f64() })
        })
        .collect();
    json!({ "texts": texts.len(), "slowest": slowest })
}

fn best(text: &[u8], rounds: usize) -> Duration {
    (0..rounds)
        .map(|_| timed(|| scan(text)).0)
        .min()
        .expect("there is a round")
}

fn repeat(unit: &str, bytes: usize) -> Vec<u8> {
    unit.bytes().cycle().take(bytes).collect()
}
