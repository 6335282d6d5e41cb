//! Scans and writes what was found. A key is never written whole.

use super::files::sources;
use keyward::detect::{self, Finding, utf16_units};
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::{collections::BTreeMap, thread};

/// What came of one source.
enum Outcome {
    /// Lines for standard output, and how many findings they are.
    Scanned(Vec<u8>, usize),
    Binary,
    Failed(io::Error),
}

/// Scans the paths and writes the findings. Returns the exit status.
///
/// # Errors
/// Only those of writing; files that cannot be read are reported and the others scanned.
pub fn scan(paths: &[PathBuf], json: bool, out: &mut impl Write) -> io::Result<u8> {
    let sources = sources(paths);
    let (mut found, mut failed, mut binary) = (0, false, 0);
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(sources.len().max(1));
    let (sender, receiver) = mpsc::sync_channel(256);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, sources, next) = (sender.clone(), &sources, &next);
            scope.spawn(move || {
                let mut buffer = Vec::new();
                while let Some((index, source)) = Some(next.fetch_add(1, Ordering::Relaxed))
                    .and_then(|index| Some((index, sources.get(index)?)))
                {
                    let outcome = match source.read(&mut buffer) {
                        Ok(true) => {
                            let (mut lines, mut count) = (Vec::new(), 0);
                            write_findings(&source.name(), &buffer, json, &mut lines, &mut count);
                            Outcome::Scanned(lines, count)
                        }
                        Ok(false) => Outcome::Binary,
                        Err(error) => Outcome::Failed(error),
                    };
                    if sender.send((index, outcome)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // In the order of the sources, whichever thread was first.
        let mut waiting = BTreeMap::new();
        let mut turn = 0;
        let mut result = Ok(());
        for (index, outcome) in &receiver {
            waiting.insert(index, outcome);
            while let Some(outcome) = waiting.remove(&turn) {
                match outcome {
                    Outcome::Scanned(lines, count) => {
                        found += count;
                        result = result.and_then(|()| out.write_all(&lines));
                    }
                    Outcome::Binary => binary += 1,
                    Outcome::Failed(error) => {
                        failed = true;
                        eprintln!("keyward: {}: {error}", sources[turn].name());
                    }
                }
                turn += 1;
            }
            if result.is_err() {
                break;
            }
        }
        drop(receiver);
        result
    })?;
    if binary > 0 {
        eprintln!(
            "keyward: {binary} binary {} left out",
            if binary == 1 {
                "file was"
            } else {
                "files were"
            }
        );
    }
    Ok(if failed { 2 } else { u8::from(found > 0) })
}

fn write_findings(name: &str, text: &[u8], json: bool, lines: &mut Vec<u8>, count: &mut usize) {
    // Positions are counted from finding to finding: texts are large and findings few.
    let (mut counted, mut line, mut line_start, mut units) = (0, 1, 0, 0);
    detect::scan_whole(detect::tables(), text, |finding: Finding| {
        *count += 1;
        let gap = &text[counted..finding.start];
        line += gap.iter().filter(|&&byte| byte == b'\n').count();
        if let Some(newline) = gap.iter().rposition(|&byte| byte == b'\n') {
            line_start = counted + newline + 1;
        }
        units += utf16_units(gap);
        counted = finding.start;
        let column = 1 + String::from_utf8_lossy(&text[line_start..finding.start])
            .chars()
            .count();
        let key = &text[finding.start..finding.end];
        let (id, severity, preview) = (
            finding.id(),
            finding.severity.word(),
            preview(key, finding.detector),
        );
        if json {
            let end = units + utf16_units(key);
            let value = json!({
                "file": name, "line": line, "column": column, "start": units, "end": end, "detector": id,
                "severity": severity, "reason": finding.reason.word(), "preview": preview,
            });
            lines.extend_from_slice(value.to_string().as_bytes());
            lines.push(b'\n');
        } else {
            lines.extend_from_slice(
                format!("{name}:{line}:{column}: {id} {severity} {preview}\n").as_bytes(),
            );
        }
    });
}

/// A key that a person recognises and nobody can use: `sk-…3f`.
fn preview(key: &[u8], detector: u16) -> String {
    // The beginning up to a separator is the issuer's, not the key's.
    let issued = key
        .iter()
        .take(8)
        .rposition(|byte| matches!(byte, b'-' | b'_' | b'.' | b':'))
        .map_or(0, |at| at + 1);
    let shown = if matches!(
        detect::described(detector, 2).as_str(),
        "password" | "secret" | "connection-string"
    ) {
        0
    } else {
        issued
    };
    let head = String::from_utf8_lossy(&key[..shown]);
    // Two characters of a short password would be much of it.
    let tail = if shown == 0 && key.len() < 16 {
        "".into()
    } else {
        String::from_utf8_lossy(&key[key.len().saturating_sub(2)..])
    };
    format!("{head}…{tail}")
        .chars()
        .filter(|char| !char.is_control())
        .collect()
}

/// Lists the detectors.
///
/// # Errors
/// Those of writing.
pub fn detectors(json: bool, out: &mut impl Write) -> io::Result<()> {
    for detector in 0..detect::detectors() {
        let text = |field| detect::described(detector, field);
        if json {
            writeln!(
                out,
                "{}",
                json!({"detector": text(0), "provider": text(1), "kind": text(2), "variable": text(3), "what": text(4), "revoke": text(5)})
            )?;
        } else {
            writeln!(out, "{}\t{}\t{}\t{}", text(0), text(2), text(1), text(4))?;
        }
    }
    Ok(())
}
