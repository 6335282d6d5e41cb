//! The `keyward` program as a person runs it: arguments in, lines and exit status out.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs, process};

/// Made up, and put together here so that no scanner on the way stops this file.
fn key() -> String {
    format!(
        "sk-{}",
        ["3f0c9a71", "d2e84b56", "a0f7c3e9", "15b8d264"].concat()
    )
}

/// A folder of its own for a test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("keyward-cli-{}-{name}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn keyward(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input ends before it is written: no error of this test.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_finding_is_a_line_with_its_place_and_never_the_key() {
    let folder = Folder::new("line");
    folder.file(
        "a.env",
        format!("# Größe 大\nü DEEPSEEK_API_KEY={}\n", key()),
    );
    let output = keyward(&folder.0, &["scan", "a.env"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        out(&output),
        "a.env:2:20: deepseek.api-key certain sk-…64\n"
    );
    assert!(!out(&output).contains(&key()[8..]));
}

#[test]
fn json_says_where_in_utf16_units() {
    let folder = Folder::new("json");
    let input = format!("🔑 {}", key());
    let output = keyward(&folder.0, &["scan", "--json"], input.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(value["file"], "-");
    assert_eq!((&value["start"], &value["end"]), (&3.into(), &38.into()));
    assert_eq!((&value["line"], &value["column"]), (&1.into(), &3.into()));
    assert_eq!(value["detector"], "deepseek.api-key");
    assert_eq!(value["preview"], "sk-…64");
}

#[test]
fn nothing_found_is_status_0_and_silence() {
    let folder = Folder::new("nothing");
    for input in [&b""[..], b"no key here\n", b"\0\xFF\xFE\x80"] {
        let output = keyward(&folder.0, &["scan"], input);
        assert_eq!(
            (output.status.code(), out(&output)),
            (Some(0), String::new())
        );
        assert_eq!(err(&output), "");
    }
}

#[test]
fn folders_are_walked_in_order_and_binary_files_left_out() {
    let folder = Folder::new("folder");
    folder.file("b/2.txt", key());
    folder.file("b/1.txt", key());
    folder.file("a.txt", key());
    folder.file("picture", [b"\0PNG ".as_slice(), key().as_bytes()].concat());
    let output = keyward(&folder.0, &["scan", "."], b"");
    assert_eq!(output.status.code(), Some(1));
    let text = out(&output);
    let files: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(files, ["./a.txt", "./b/1.txt", "./b/2.txt"]);
    assert_eq!(err(&output), "keyward: 1 binary file was left out\n");
    // Who names it wants it scanned.
    assert!(out(&keyward(&folder.0, &["scan", "picture"], b"")).contains("deepseek.api-key"));
}

#[test]
fn utf16_is_read_with_its_mark() {
    let folder = Folder::new("utf16");
    let text = format!("\u{feff}# 密钥\r\nKEY={}\r\n", key());
    let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = text
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .chain([0])
        .collect();
    folder.file("be.env", be);
    folder.file("le.env", &le);
    let output = keyward(&folder.0, &["scan", "."], b"");
    let line = "2:5: deepseek.api-key certain sk-…64\n";
    assert_eq!(out(&output), format!("./be.env:{line}./le.env:{line}"));
    assert!(out(&keyward(&folder.0, &["scan", "-"], &le)).starts_with("-:2:5: "));
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_scanned() {
    let folder = Folder::new("missing");
    folder.file("a.txt", key());
    let output = keyward(&folder.0, &["scan", "none.txt", "a.txt"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).starts_with("keyward: none.txt: "),
        "{}",
        err(&output)
    );
    assert!(out(&output).starts_with("a.txt:1:1: deepseek.api-key"));
}

#[test]
fn wrong_arguments_get_the_usage() {
    let folder = Folder::new("usage");
    for arguments in [
        &["scna"][..],
        &["scan", "--jason"],
        &["--loud"],
        &["detectors", "x"],
    ] {
        let output = keyward(&folder.0, arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            err(&output).contains("usage: keyward scan"),
            "{arguments:?}"
        );
        assert_eq!(out(&output), "");
    }
    for arguments in [&[][..], &["--help"], &["scan", "-h"]] {
        let output = keyward(&folder.0, arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(out(&output).contains("usage: keyward scan"));
    }
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let folder = Folder::new("pipe");
    folder.file("a.txt", format!("{}\n", key()).repeat(20_000));
    let mut child = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["scan", "a.txt"])
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), err(&output)),
        (Some(1), String::new())
    );
}

#[test]
fn detectors_are_listed() {
    let folder = Folder::new("detectors");
    let output = keyward(&folder.0, &["detectors"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(
        out(&output)
            .lines()
            .any(|line| line.starts_with("deepseek.api-key\tapi-key\tDeepSeek\t"))
    );
    let output = keyward(&folder.0, &["detectors", "--json"], b"");
    for line in out(&output).lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(!value["detector"].as_str().unwrap().is_empty());
    }
}
