//! Files of every kind, in one piece and in many.

use keyward::detect;
use keyward::files::{Edit, HEAD_BYTES, Look, Need, Report};

/// Made up, and put together so that no scanner on the way stops this file.
fn key() -> String {
    format!("sk-{}", "8f3c1b7e94d24a06b5c2e7f1039ad6b4")
}

fn env() -> String {
    format!("# settings\nDEEPSEEK_API_KEY={}\nDEBUG=1\n", key())
}

const ELSEWHERE: &str = "https://chat.example";

fn look_in_pieces(file: &[u8], size: usize, origin: &str) -> Report {
    let mut look = Look::new(origin);
    let head = file.len().min(HEAD_BYTES);
    let mut pieces = vec![&file[..head]];
    pieces.extend(file[head..].chunks(size));
    for piece in pieces {
        if look.push(piece) == Need::Nothing {
            break;
        }
    }
    look.finish()
}

fn look(file: &[u8]) -> Report {
    look_in_pieces(file, 1 << 20, ELSEWHERE)
}

/// The copy that the edits make.
fn copy(file: &[u8], edits: &[Edit]) -> Vec<u8> {
    let (mut copy, mut at) = (Vec::new(), 0);
    for edit in edits {
        copy.extend_from_slice(&file[at..edit.start]);
        copy.extend_from_slice(&edit.bytes);
        at = edit.end;
    }
    copy.extend_from_slice(&file[at..]);
    copy
}

#[track_caller]
fn is_found_and_replaced(file: &[u8], expected: &[u8]) {
    let report = look(file);
    assert_eq!(ids(&report), ["deepseek.api-key"]);
    let edits = report.edits.as_deref().expect("a text can be copied");
    assert_eq!(
        String::from_utf8_lossy(&copy(file, edits)),
        String::from_utf8_lossy(expected)
    );
}

fn ids(report: &Report) -> Vec<String> {
    report
        .found
        .iter()
        .map(|found| detect::described(found.detector, 0))
        .collect()
}

fn utf16(text: &str, mark: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(unit)
        .collect()
}

fn redacted(text: &str) -> String {
    text.replace(&key(), "[redacted: DeepSeek API key]")
}

#[test]
fn text_of_every_encoding_is_read_and_copied_in_it() {
    let texts = [
        env(),
        format!("密钥：{}，请保密。\u{1f511}\u{1f511}", key()),
        format!("a{}b {} c", "é\u{1f600}".repeat(9000), key()),
    ];
    for text in texts {
        let expected = redacted(&text);
        is_found_and_replaced(text.as_bytes(), expected.as_bytes());
        is_found_and_replaced(
            format!("\u{feff}{text}").as_bytes(),
            format!("\u{feff}{expected}").as_bytes(),
        );
        let units: [fn(u16) -> [u8; 2]; 2] = [u16::to_le_bytes, u16::to_be_bytes];
        for unit in units {
            is_found_and_replaced(
                &utf16(&text, "\u{feff}", unit),
                &utf16(&expected, "\u{feff}", unit),
            );
        }
    }
    for unit in [u16::to_le_bytes, u16::to_be_bytes] as [fn(u16) -> [u8; 2]; 2] {
        is_found_and_replaced(
            &utf16(&env(), "", unit),
            &utf16(&redacted(&env()), "", unit),
        );
    }
}

/// In GBK the second byte of a character can be a letter (`\x81x`), which hides nothing.
#[test]
fn a_key_behind_a_character_of_two_bytes_is_found() {
    for before in [
        &b"\xc3\xdc\xd4\xbf\x81x"[..],
        b"\xc3\xdc\xd4\xbf",
        b"caf\xe9 ",
        b"\x95k",
    ] {
        let mut file = b"note\n".to_vec();
        file.extend_from_slice(before);
        let start = file.len();
        file.extend_from_slice(format!("{}\n", key()).as_bytes());
        let mut expected = file[..start].to_vec();
        expected.extend_from_slice(b"[redacted: DeepSeek API key]\n");
        is_found_and_replaced(&file, &expected);
    }
}

#[test]
fn pieces_of_any_size_give_the_same() {
    let mut text = String::new();
    for line in 0..9000 {
        text.push_str(&format!("line {line} 中文 of a log that goes on and on\n"));
        if line % 500 == 250 {
            text.push_str(&format!("DEEPSEEK_API_KEY={}\n", key()));
        }
    }
    let files = [
        text.clone().into_bytes(),
        utf16(&text, "\u{feff}", u16::to_le_bytes),
    ];
    for file in files {
        let whole = look(&file);
        assert_eq!(whole.found.len(), 18);
        for size in [1 << 16, 65_537, 9_999] {
            assert_eq!(look_in_pieces(&file, size, ELSEWHERE), whole, "{size}");
        }
    }
}

#[test]
fn what_is_no_text_is_left_alone() {
    let files: [&[u8]; 6] = [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"\0\0\0\x20ftypisom\0\0\x02\0",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\x7fELF\x02\x01\x01\0",
        b"MZ\x90\0\x03\0\0\0",
    ];
    for file in files {
        let mut file = file.to_vec();
        file.extend_from_slice(format!("\n{}\n", env()).as_bytes());
        assert_eq!(look(&file), Report::default());
    }
    // What only begins like one is a text.
    for beginning in ["BM", "MZ", "GIF89a", "RIFF", "ID3", "OTTO", "BZh"] {
        assert_eq!(
            ids(&look(format!("{beginning}: {}", env()).as_bytes())).len(),
            1
        );
    }
}

#[test]
fn a_clean_text_has_a_report_without_anything() {
    let report = look(b"nothing here");
    assert!(report.found.is_empty());
    assert_eq!(report.edits, Some(Vec::new()));
    assert!(look(b"").found.is_empty());
}

#[test]
fn at_home_a_key_passes() {
    let home = look_in_pieces(env().as_bytes(), 1 << 20, "https://platform.deepseek.com");
    assert!(home.found.is_empty());
}
