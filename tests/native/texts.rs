//! What texts of all kinds come to: boundaries, scripts, bad bytes, sizes.

use crate::detect::findings;
use keyward::detect::{Action, Page, Severity, scan_whole, tables, utf16_units};

/// A made-up DeepSeek key.
fn key() -> String {
    ["sk-", "3f0c9b1e5d7a4c2e8f6b0d9a7c5e3f1b"].concat()
}

/// Asserts the texts that are found, as `id text`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = findings(text);
    let shown: Vec<String> = found
        .iter()
        .map(|finding| format!("{} {}", finding.id(), &text[finding.start..finding.end]))
        .collect();
    assert_eq!(shown, expected, "in {text:?}");
}

#[test]
fn a_key_is_found_in_prose_of_any_script_and_beside_any_mark() {
    let key = key();
    let expected = format!("deepseek.api-key {key}");
    for (before, after) in [
        ("", ""),
        ("", "\n"),
        ("key ", " "),
        ("(", ")"),
        ("[", "]"),
        ("<td>", "</td>"),
        ("`", "`"),
        ("**", "**"),
        ("\"", "\""),
        ("'", "',"),
        ("“", "”"),
        ("«", "»"),
        ("„", "“"),
        ("密钥是", "，请帮忙看看。"),
        ("密钥：", "。"),
        ("المفتاح ", " شكرا"),
        ("\u{202e}", "\u{202c}"),
        ("e\u{301}", "\u{301}"),
        ("🙂", "🙂"),
        ("\u{feff}", "\u{feff}"),
        ("\0", "\0"),
        ("\u{fffd}", "\u{fffd}"),
        ("key=", ";"),
        ("?key=", "&x=1"),
        ("x: ", ", y"),
        ("\\n", "\\n"),
        ("\\\"", "\\\""),
        ("%3D", "%22"),
        ("%20", "%0A"),
        ("\\u003d", "\\u0026"),
        ("\\x3d", "\\x26"),
        ("=3D", "=0A"),
        ("\x1b[32m", "\x1b[0m"),
        ("\x1b[1;31m", "\x1b[0m"),
        ("\\033[32m", "\\033[0m"),
        ("\\u001b[32m", ""),
        ("&quot;", "&quot;"),
        ("/", "/"),
        ("sk-", ""),
        (".", "."),
        (":", ":"),
        ("@", "@"),
        ("~", "~"),
        ("+", "+"),
    ] {
        if before == "sk-" {
            check(&format!("{before}{key}{after}"), &[]);
        } else {
            check(&format!("{before}{key}{after}"), &[&expected]);
        }
    }
}

#[test]
fn a_part_of_a_longer_word_is_no_key() {
    let key = key();
    for (before, after) in [
        ("di", ""),
        ("-", ""),
        ("_", ""),
        ("x", ""),
        ("", "-tail"),
        ("", "_"),
        ("disk-", ""),
        ("\\\\x", ""),
    ] {
        check(&format!("{before}{key}{after}"), &[]);
    }
}

#[test]
fn keys_that_adjoin_are_two_and_overlapping_ones_are_one() {
    let key = key();
    let expected = format!("deepseek.api-key {key}");
    check(&format!("{key},{key}"), &[&expected, &expected]);
    check(&format!("{key}\n{key}"), &[&expected, &expected]);
    check(&format!("{key}。{key}"), &[&expected, &expected]);
    check(&format!("api_key = \"{key}\""), &[&expected]);
    check(&format!("Authorization: Bearer {key}"), &[&expected]);
}

#[test]
fn empty_and_binary_texts_have_no_findings_and_do_no_harm() {
    for text in [
        "",
        "\0",
        "\u{feff}",
        " ",
        "-",
        "sk-",
        "://",
        "%",
        "\\",
        "eyJ",
        "-----BEGIN ",
    ] {
        check(text, &[]);
    }
    for seed in 1..200u32 {
        let mut state = seed;
        let bytes: Vec<u8> = (0..700)
            .map(|_| {
                state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                (state >> 24) as u8
            })
            .collect();
        scan_whole(tables(), &bytes, |finding| {
            assert!(finding.start < finding.end && finding.end <= bytes.len())
        });
    }
}

#[test]
fn every_cut_of_a_text_is_scanned_without_harm() {
    let text = format!(
        "a=\"{}\" postgres://u:p4ss@h \\u003d%3D\x1b[32m-----BEGIN RSA PRIVATE KEY-----\nMII",
        key()
    );
    for start in 0..text.len() {
        for end in start..=text.len() {
            scan_whole(tables(), &text.as_bytes()[start..end], |finding| {
                assert!(finding.end <= end - start)
            });
        }
    }
}

#[test]
fn units_are_those_of_utf16() {
    for text in [
        "",
        "abc",
        "日本語",
        "a🙂b",
        "e\u{301}",
        "abcd🙂efgh日",
        "\u{10ffff}x",
    ] {
        assert_eq!(
            utf16_units(text.as_bytes()),
            text.encode_utf16().count(),
            "{text}"
        );
    }
}

#[test]
fn a_key_is_at_home_on_its_providers_site_only() {
    let text = format!(
        "{} {}",
        key(),
        [
            "gsk_",
            "q8Zr2Lw0XvN5mYs4BuHcWGdyb3FY6JfDgAeTi9Ox3KbR7tPnXw0Z"
        ]
        .concat()
    );
    let found = findings(&text);
    assert_eq!(
        found.iter().map(|finding| finding.id()).collect::<Vec<_>>(),
        ["deepseek.api-key", "groq.api-key"]
    );
    let actions = |origin: &str| {
        found
            .iter()
            .map(|finding| finding.action(tables(), &Page::from_origin(origin.as_bytes())))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        actions("https://chat.deepseek.com"),
        [Action::None, Action::Hold]
    );
    assert_eq!(
        actions("https://chat.example.com"),
        [Action::Hold, Action::Hold]
    );
    assert_eq!(
        actions("http://chat.deepseek.com"),
        [Action::Hold, Action::Hold]
    );
    assert_eq!(actions("null"), [Action::Hold, Action::Hold]);
}

#[test]
fn a_shape_of_several_providers_is_at_home_with_each_unless_a_word_tells() {
    let action = |text: &str, origin: &str| {
        findings(text)[0].action(tables(), &Page::from_origin(origin.as_bytes()))
    };
    let key = key();
    let other = "https://bailian.console.aliyun.com";
    assert_eq!(action(&key, other), Action::None);
    assert_eq!(action(&format!("deepseek: {key}"), other), Action::Hold);
    assert_eq!(action(&format!("dashscope: {key}"), other), Action::None);
    assert_eq!(
        action(&format!("dashscope: {key}"), "https://chat.deepseek.com"),
        Action::Hold
    );
    assert_eq!(action(&key, "https://chat.example.com"), Action::Hold);
}

#[test]
fn a_checksum_makes_certain_and_its_failure_lowers() {
    // The body is made up; its check was computed with the code of the tests of checksum.rs.
    let body = "q8Zr2Lw0XvN5mYs4BuHc6JfDgAeTi9";
    let check = keyward::detect::checksum::crc32(body.as_bytes());
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digits: String = (0..6)
        .rev()
        .map(|place| alphabet[(check / 62u32.pow(place) % 62) as usize] as char)
        .collect();
    for (tail, severity) in [
        (digits.as_str(), Severity::Certain),
        ("0abcXY", Severity::Probable),
    ] {
        let found = findings(&["ghp_", body, tail].concat());
        assert_eq!((found.len(), found[0].severity), (1, severity), "{tail}");
    }
}

/// A large text, and texts built against the scan, whose time `scripts/bench` measures: no panic, no finding too many.
#[test]
fn large_and_hostile_texts_are_scanned() {
    let hostile = [
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "eyJhbGciOiJIUzI1NiJ9.eyJ",
        "sk-proj-aaaaaaaaaaaaaaaaaaaaaaaa ",
        "xoxb-1234567890-1234567890-",
        "api_key = \"",
        "password=",
        "postgres://user:pass",
        "0123456789abcdef0123456789abcdef ",
        "a.b.c.d.e.f.g.h/",
        "Authorization: Bearer ",
    ];
    for part in hostile {
        let text = part.repeat((1 << 20) / part.len());
        let mut end = 0;
        scan_whole(tables(), text.as_bytes(), |finding| {
            assert!(
                finding.start >= end && finding.end > finding.start,
                "{part:?}"
            );
            end = finding.end;
        });
        assert!(end <= text.len());
    }
    let text = format!(
        "{}{}",
        "Lorem ipsum dolor sit amet, consectetur. ".repeat(200_000),
        key()
    );
    let mut found = 0;
    scan_whole(tables(), text.as_bytes(), |finding| {
        found += usize::from(finding.end == text.len())
    });
    assert_eq!(
        found,
        1,
        "the key at the end of {} MB",
        text.len() / 1_000_000
    );
}

#[test]
fn a_key_in_disguise_is_found_with_the_span_of_the_original() {
    let key = key();
    let (head, tail) = key.split_at(14);
    let encode = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    for disguised in [
        format!("{head}\u{200b}{tail}"),
        format!("{head}\u{ad}{tail}"),
        format!("{head}\u{2060}\u{feff}{tail}"),
        key.chars()
            .map(|char| char.to_string())
            .collect::<Vec<_>>()
            .join("\u{200b}"),
        key.as_bytes()
            .chunks(4)
            .map(|chunk| std::str::from_utf8(chunk).expect("ASCII"))
            .collect::<Vec<_>>()
            .join("\u{200d}"),
        key.replace('-', "%2D"),
        encode(&key),
        format!("{head}{}", encode(tail)),
    ] {
        for (before, after) in [
            ("", ""),
            ("my key is ", "."),
            ("密钥是", "，"),
            ("x=\"", "\""),
            ("a?key=", "&b=%20c"),
            ("\u{200b}", "\u{200b} "),
        ] {
            let text = format!("{before}{disguised}{after}");
            let found = findings(&text);
            let spans: Vec<&str> = found
                .iter()
                .map(|finding| &text[finding.start..finding.end])
                .collect();
            assert_eq!(spans, [&disguised], "in {text:?}");
            assert_eq!(found[0].id(), "deepseek.api-key", "in {text:?}");
        }
    }
}

#[test]
fn a_key_in_base64_is_found_as_the_whole_token() {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let encode = |text: &str| {
        let mut out = String::new();
        for chunk in text.as_bytes().chunks(3) {
            let bits = chunk
                .iter()
                .fold(0u32, |bits, &byte| bits << 8 | u32::from(byte))
                << (8 * (3 - chunk.len()));
            for place in 0..4 {
                out.push(if place <= chunk.len() {
                    alphabet[(bits >> (18 - 6 * place) & 63) as usize] as char
                } else {
                    '='
                });
            }
        }
        out
    };
    for plain in [
        format!("DEEPSEEK_API_KEY={}", key()),
        format!("{{\"key\":\"{}\"}}\n", key()),
        format!("user:{}", key()),
    ] {
        let token = encode(&plain);
        let text = format!("data:\n  value: {token}\n");
        let found = findings(&text);
        assert_eq!(
            found
                .iter()
                .map(|finding| &text[finding.start..finding.end])
                .collect::<Vec<_>>(),
            [&token],
            "{plain}"
        );
        assert_eq!(found[0].id(), "deepseek.api-key");
    }
    check(
        &format!(
            "value: {}",
            encode("nothing is in here that anybody would have to keep")
        ),
        &[],
    );
}
