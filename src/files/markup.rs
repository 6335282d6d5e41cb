//! The text in the XML of office documents, where a key may stand in several pieces between tags.

/// The text between the tags, with line breaks where a paragraph, a cell or the like ends.
pub fn text(xml: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(xml.len() / 4);
    let mut rest = xml;
    while let Some(open) = rest.iter().position(|&byte| byte == b'<') {
        push_unescaped(&rest[..open], &mut text);
        let tag = &rest[open + 1..];
        let Some(close) = tag.iter().position(|&byte| byte == b'>') else {
            return text;
        };
        if breaks(&tag[..close]) {
            text.push(b'\n');
        }
        rest = &tag[close + 1..];
    }
    push_unescaped(rest, &mut text);
    text
}

/// Whether text before and behind a tag is not one: paragraphs (`w:p`, `a:p`, `text:p`, `text:h`), table cells (`c`, `si`, `w:tc`),
/// line breaks and tabs.
fn breaks(tag: &[u8]) -> bool {
    let closing = tag.starts_with(b"/");
    let name = tag.strip_prefix(b"/").unwrap_or(tag);
    let end = name
        .iter()
        .position(|&byte| matches!(byte, b' ' | b'/' | b'\t' | b'\n' | b'\r'))
        .unwrap_or(name.len());
    let local = name[..end]
        .rsplit(|&byte| byte == b':')
        .next()
        .unwrap_or_default();
    match local {
        b"p" | b"h" | b"si" | b"c" | b"tc" | b"v" | b"comment" => closing,
        b"br" | b"cr" | b"tab" | b"line-break" => true,
        _ => false,
    }
}

fn push_unescaped(mut escaped: &[u8], text: &mut Vec<u8>) {
    while let Some(at) = escaped.iter().position(|&byte| byte == b'&') {
        text.extend_from_slice(&escaped[..at]);
        escaped = &escaped[at..];
        let known: [(&[u8], u8); 5] = [
            (b"&amp;", b'&'),
            (b"&lt;", b'<'),
            (b"&gt;", b'>'),
            (b"&quot;", b'"'),
            (b"&apos;", b'\''),
        ];
        let (skip, byte) = known
            .iter()
            .find(|(entity, _)| escaped.starts_with(entity))
            .map_or((1, b'&'), |(entity, byte)| (entity.len(), *byte));
        text.push(byte);
        escaped = &escaped[skip..];
    }
    text.extend_from_slice(escaped);
}
