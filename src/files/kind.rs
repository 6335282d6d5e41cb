//! What a file is, by its first bytes.

/// What can be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is scanned.
    Text(Encoding),
    /// It is unpacked.
    Packed(Packing),
    /// Pictures, sound, programs and all else that no key is read from.
    Other,
}

/// What holds other files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Zip archives, and office documents, which are such.
    Zip,
    /// One file in gzip.
    Gzip,
    /// Tar archives.
    Tar,
    /// PDF files.
    Pdf,
}

/// How a text is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, and every encoding in which ASCII is itself: all but UTF-16 that anybody uses. Keys are ASCII.
    Ascii,
    /// UTF-16, low byte first; with as many bytes of a mark before it.
    Utf16Le(usize),
    /// UTF-16, high byte first.
    Utf16Be(usize),
}

/// What begins like this has no text to look at, though bytes of it may look like text.
const BINARY: [&[u8]; 27] = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\0\0\x01\0",
    b"RIFF",
    b"OggS",
    b"fLaC",
    b"ID3",
    b"\x1a\x45\xdf\xa3",
    b"wOFF",
    b"wOF2",
    b"OTTO",
    b"\0\x01\0\0",
    b"\x7fELF",
    b"MZ",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\0asm",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
];

/// Bytes at the beginning that may be zero in a text: files of fixed length are padded at their end.
const SCARCE: usize = 512;

/// What a file is that begins like this.
pub fn of(head: &[u8]) -> Kind {
    match head {
        [0xff, 0xfe, ..] => return Kind::Text(Encoding::Utf16Le(2)),
        [0xfe, 0xff, ..] => return Kind::Text(Encoding::Utf16Be(2)),
        _ => {}
    }
    // The second is an archive without an entry.
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Kind::Packed(Packing::Zip);
    }
    if head.starts_with(b"\x1f\x8b\x08") {
        return Kind::Packed(Packing::Gzip);
    }
    // Some have a mark or a line break before it.
    if head
        .get(..12)
        .unwrap_or(head)
        .windows(5)
        .any(|window| window == b"%PDF-")
    {
        return Kind::Packed(Packing::Pdf);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Kind::Packed(Packing::Tar);
    }
    let known =
        BINARY.iter().any(|magic| head.starts_with(magic)) || head.get(4..8) == Some(b"ftyp");
    // Two letters are the beginning of many a text.
    let short = head.starts_with(b"BM") || head.starts_with(b"MZ");
    if known && (!short || head.contains(&0)) && !is_plain(head) {
        return Kind::Other;
    }
    if let Some(encoding) = utf16_without_mark(head) {
        return Kind::Text(encoding);
    }
    if head.iter().take(SCARCE).any(|&byte| byte == 0) && !is_mostly_text(head) {
        return Kind::Other;
    }
    Kind::Text(Encoding::Ascii)
}

/// Whether nothing but printable ASCII and line breaks is in it: such a file is a text, whatever it begins with.
fn is_plain(head: &[u8]) -> bool {
    head.iter()
        .all(|&byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
}

/// UTF-16 shows by its zeros: in a text with ASCII in it, nearly all of them are on one side.
fn utf16_without_mark(head: &[u8]) -> Option<Encoding> {
    let (pairs, _) = head.as_chunks::<2>();
    if pairs.len() < 4 {
        return None;
    }
    let ascii = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let little = pairs
        .iter()
        .filter(|pair| pair[1] == 0 && ascii(pair[0]))
        .count();
    let big = pairs
        .iter()
        .filter(|pair| pair[0] == 0 && ascii(pair[1]))
        .count();
    // A third: Chinese prose around a key has few zeros.
    let enough = |count: usize| count * 3 >= pairs.len();
    let none = |count: usize| count * 64 <= pairs.len();
    if enough(little) && none(big) {
        Some(Encoding::Utf16Le(0))
    } else if enough(big) && none(little) {
        Some(Encoding::Utf16Be(0))
    } else {
        None
    }
}

/// Texts with a few zero bytes between, such as lists that programs separate by them (`/proc/1/environ`).
fn is_mostly_text(head: &[u8]) -> bool {
    let odd = head
        .iter()
        .filter(|&&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'))
        .count();
    odd * 16 <= head.len() && head.iter().filter(|&&byte| byte >= 0x80).count() * 8 <= head.len()
}

/// Whether a zip archive is an office document: Office Open XML lists its parts first, OpenDocument says its type.
pub fn is_document(zip: &[u8]) -> bool {
    let name = zip.get(30..60).unwrap_or_default();
    let first: [&[u8]; 6] = [
        b"[Content_Types].xml",
        b"mimetypeapplication/vnd.oasis",
        b"_rels/.rels",
        b"docProps/",
        b"word/",
        b"xl/",
    ];
    first.iter().any(|first| name.starts_with(first))
}
