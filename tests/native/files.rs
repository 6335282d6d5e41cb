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

/// A zip archive as programs write it; every second entry is packed.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for (number, (name, content)) in entries.iter().enumerate() {
        let packed = miniz_oxide::deflate::compress_to_vec(content, 6);
        let (method, body) = if number % 2 == 0 {
            (8_u16, &packed[..])
        } else {
            (0, *content)
        };
        let mut common = Vec::new();
        for number in [20, 0, method, 0, 0x5b21, 0, 0] {
            common.extend_from_slice(&number.to_le_bytes());
        }
        for size in [body.len(), content.len()] {
            common.extend_from_slice(&u32::try_from(size).expect("it is short").to_le_bytes());
        }
        let length = u16::try_from(name.len()).expect("it is short");
        common.extend_from_slice(&length.to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        let offset = u32::try_from(file.len()).expect("it is short");
        list.extend_from_slice(b"PK\x01\x02\x14\0");
        list.extend_from_slice(&common);
        list.extend_from_slice(&[0; 10]);
        list.extend_from_slice(&offset.to_le_bytes());
        list.extend_from_slice(name.as_bytes());
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&common);
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(body);
    }
    let (start, size) = (file.len(), list.len());
    file.extend_from_slice(&list);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(entries.len()).expect("there are few");
    file.extend_from_slice(&[count.to_le_bytes(), count.to_le_bytes()].concat());
    for number in [size, start] {
        file.extend_from_slice(&u32::try_from(number).expect("it is short").to_le_bytes());
    }
    file.extend_from_slice(&[0, 0]);
    file
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut file = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03name.txt\0".to_vec();
    file.extend_from_slice(&miniz_oxide::deflate::compress_to_vec(content, 6));
    file.extend_from_slice(&[0; 8]);
    file
}

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    for (name, content) in entries {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = b'0';
        header[257..263].copy_from_slice(b"ustar\0");
        file.extend_from_slice(&header);
        file.extend_from_slice(content);
        file.resize(file.len().next_multiple_of(512), 0);
    }
    file.resize(file.len() + 1024, 0);
    file
}

/// The entries that keys are in.
fn entries(report: &Report) -> Vec<&str> {
    report.found.iter().map(|found| &found.entry[..]).collect()
}

#[test]
fn archives_are_looked_into() {
    let env = env();
    let inside: [(&str, &[u8]); 5] = [
        ("readme.md", b"clean"),
        ("app/.env", env.as_bytes()),
        ("logo.png", b"\x89PNG\r\n\x1a\n"),
        ("app/again.env", env.as_bytes()),
        ("empty", b""),
    ];
    let expected = ["app/.env", "app/again.env"];
    let archives = [zip(&inside), tar(&inside), gzip(&tar(&inside))];
    for (number, file) in archives.iter().enumerate() {
        let report = look_in_pieces(file, 1000, ELSEWHERE);
        assert_eq!(entries(&report), expected, "{number}");
        assert!(!report.unread, "{number}");
        assert_eq!(report.edits, None, "no copy of an archive is offered");
    }
    // One in another is named with its way.
    let nested = zip(&[("backup.tar.gz", &gzip(&tar(&inside)))]);
    assert_eq!(
        entries(&look(&nested)),
        ["backup.tar.gz/app/.env", "backup.tar.gz/app/again.env"]
    );
    let report = look(&gzip(env.as_bytes()));
    assert_eq!((entries(&report), report.unread), (vec![""], false));
    // Two members, as `cat a.gz b.gz` makes them.
    let twice = [gzip(b"clean\n"), gzip(env.as_bytes())].concat();
    assert_eq!(look(&twice).found.len(), 1);
    let clean = look(&zip(&[("a.txt", b"clean")]));
    assert_eq!((clean.found.len(), clean.unread), (0, false));
}

#[test]
fn what_cannot_be_read_of_an_archive_is_said() {
    let env = env();
    let inside: [(&str, &[u8]); 2] = [("a", env.as_bytes()), ("b", env.as_bytes())];
    for file in [zip(&inside), tar(&inside), gzip(&tar(&inside))] {
        for cut in [file.len() / 4, file.len() / 3, file.len() / 2] {
            // Never a panic, and never silent.
            let report = look(&file[..cut]);
            assert!(report.unread || report.found.len() == 2, "{cut}");
        }
        for at in (0..file.len()).step_by(3) {
            let mut broken = file.clone();
            broken[at] ^= 0x55;
            look(&broken);
        }
    }
    // A method that nobody knows here.
    let mut unknown = zip(&[("x", b""), ("a", env.as_bytes())]);
    let at = unknown
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .expect("it is listed");
    unknown[at + 10] = 93;
    assert!(look(&unknown).unread);
}

#[test]
fn a_bomb_is_not_unpacked() {
    // Nothing that would be scanned.
    let mut zeros = b"\x89PNG\r\n\x1a\n".to_vec();
    zeros.resize(64 << 20, 0);
    let file = zip(&[
        ("0", &zeros[..]),
        ("x", b""),
        ("2", &zeros[..]),
        ("y", b""),
        ("4", &zeros[..]),
        ("z", b""),
        ("6", &zeros[..]),
    ]);
    assert!(file.len() < 1 << 20);
    assert!(look(&file).unread);
    // Nor are archives without end.
    let mut deep = gzip(env().as_bytes());
    for _ in 0..8 {
        deep = gzip(&deep);
    }
    assert!(look(&deep).unread);
}

#[test]
fn office_documents_are_read_across_their_tags() {
    let key = key();
    let (head, tail) = key.split_at(9);
    let document = format!(
        r#"<?xml version="1.0"?><w:document><w:p><w:r><w:t>the key is </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{head}</w:t></w:r><w:r><w:t xml:space="preserve">{tail}</w:t></w:r></w:p><w:p><w:t>next</w:t></w:p></w:document>"#
    );
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let report = look(&zip(&[types, ("word/document.xml", document.as_bytes())]));
    assert_eq!(entries(&report), ["word/document.xml"]);
    let cells = format!(
        "<sst><si><t>DEEPSEEK_API_KEY</t></si><si><t>{key}</t></si><si><t>x</t></si></sst>"
    );
    let report = look(&zip(&[types, ("xl/sharedStrings.xml", cells.as_bytes())]));
    assert_eq!(entries(&report), ["xl/sharedStrings.xml"]);
    let link = format!(
        r#"<Relationships><Relationship Target="https://api.example/?key={key}"/></Relationships>"#
    );
    let report = look(&zip(&[
        types,
        ("word/_rels/document.xml.rels", link.as_bytes()),
    ]));
    assert_eq!(entries(&report), ["word/_rels/document.xml.rels"]);
    let open = format!("<text:p>key: <text:span>{head}</text:span>{tail}</text:p>");
    let mime: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
    let report = look(&zip(&[("x", b""), mime, ("content.xml", open.as_bytes())]));
    assert!(
        report.found.len() <= 1,
        "it is no document without its type first"
    );
}

/// A PDF file with these objects; tables are not read.
fn pdf(objects: &[(usize, String, Option<Vec<u8>>)]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    for (number, head, stream) in objects {
        file.extend_from_slice(format!("{number} 0 obj\n{head}\n").as_bytes());
        if let Some(stream) = stream {
            file.extend_from_slice(b"stream\n");
            file.extend_from_slice(stream);
            file.extend_from_slice(b"\nendstream\n");
        }
        file.extend_from_slice(b"endobj\n");
    }
    file.extend_from_slice(b"trailer << /Root 1 0 R >>\n%%EOF\n");
    file
}

#[test]
fn the_text_of_pdf_files_is_read() {
    let key = key();
    let (head, tail) = key.split_at(12);
    let zlib = |text: &str| {
        Some(miniz_oxide::deflate::compress_to_vec_zlib(
            text.as_bytes(),
            6,
        ))
    };
    let flate = || "<< /Filter /FlateDecode /Length 1 >>".to_owned();
    // As TeX writes it: strings with kerning between.
    let kerned = format!(
        "BT /F1 9 Tf 72 720 Td [(DEEPSEEK\\137API_KEY=)-20({head})15({tail})] TJ 0 -12 Td (next) Tj ET"
    );
    let report = look(&pdf(&[(4, flate(), zlib(&kerned))]));
    assert_eq!(report.found.len(), 1);
    assert_eq!(report.edits, None);
    // As browsers print: glyph numbers, a map to Unicode, fonts named in an object stream.
    let glyphs: String = key
        .bytes()
        .map(|byte| format!("{:04X}", u16::from(byte) - 29))
        .collect();
    let content = format!("BT /F4 12 Tf 1 0 0 1 50 700 Tm <{glyphs}> Tj ET");
    let map = "begincmap 1 beginbfrange <0003> <005E> <0020> endbfrange 1 beginbfchar <0100> <00E9> endbfchar endcmap";
    let inner = "7 0 8 36 << /Type /Font /ToUnicode 5 0 R >>   << /Font << /F4 7 0 R >> >>";
    let first = inner.find("<<").expect("it is there");
    let report = look(&pdf(&[
        (4, flate(), zlib(&content)),
        (5, flate(), zlib(map)),
        (
            6,
            format!("<< /Type /ObjStm /N 2 /First {first} /Filter /FlateDecode >>"),
            zlib(inner),
        ),
    ]));
    assert_eq!(report.found.len(), 1);
    // Each letter placed by itself, as Chromium prints some text; and words placed without a space between.
    let letters: String = key
        .chars()
        .map(|char| format!("({char}) Tj 9.6 0 Td "))
        .collect();
    assert_eq!(
        look(&pdf(&[(4, flate(), zlib(&format!("BT {letters} ET")))]))
            .found
            .len(),
        1
    );
    let words = format!("BT (key) Tj 30 0 Td ({key}) Tj 200 0 Td (is) Tj ET");
    assert_eq!(look(&pdf(&[(4, flate(), zlib(&words))])).found.len(), 1);
    let report = look(&pdf(&[(4, flate(), zlib("BT (nothing here) Tj ET"))]));
    assert_eq!((report.found.len(), report.unread), (0, false));
    // Never a panic.
    let file = pdf(&[
        (4, flate(), zlib(&kerned)),
        (5, flate(), zlib(map)),
        (6, "<< /ObjStm /First 9 >>".to_owned(), Some(inner.into())),
    ]);
    for at in (0..file.len()).step_by(3) {
        let mut broken = file.clone();
        broken[at] ^= 0x11;
        look(&broken);
        look(&file[..at]);
    }
}
