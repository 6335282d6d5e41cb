//! Reads answers of providers: just as much JSON (RFC 8259) as it takes to find a few members. A parser that makes values of
//! everything would be 30 KB of the background's module.
//!
//! Answers are untrusted: a text is checked as a whole before anything is read out of it, its depth is limited, and every
//! reading is linear.

/// Deeper answers are not read.
const MOST_DEPTH: usize = 32;

/// A value, as its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node<'a>(&'a str);

impl<'a> Node<'a> {
    /// The value that a text consists of; `None` for anything that is not JSON.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut reader = Reader { text, at: 0 };
        reader.blanks();
        let node = reader.value(0)?;
        reader.blanks();
        (reader.at == text.len()).then_some(node)
    }

    /// A member of an object; of several of one name the first.
    pub(super) fn member(self, name: &str) -> Option<Node<'a>> {
        let mut found = None;
        self.each(|key, value| {
            if found.is_none() && key.and_then(Node::text).as_deref() == Some(name) {
                found = Some(value);
            }
        });
        found
    }

    /// The items of an array; nothing for other values.
    pub(super) fn items(self) -> Vec<Node<'a>> {
        let mut items = Vec::new();
        self.each(|key, value| {
            if key.is_none() {
                items.push(value);
            }
        });
        items
    }

    /// A string, with its escapes resolved.
    pub(super) fn text(self) -> Option<String> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        let mut text = String::with_capacity(inner.len());
        let mut letters = inner.chars();
        while let Some(letter) = letters.next() {
            if letter != '\\' {
                text.push(letter);
                continue;
            }
            text.push(match letters.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits = letters.as_str().get(..4)?;
                    letters = letters.as_str().get(4..)?.chars();
                    // Halves of pairs stand in no text that is compared with anything.
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?).unwrap_or('\u{fffd}')
                }
                other => other,
            });
        }
        Some(text)
    }

    /// A string under this name.
    pub(super) fn text_of(self, name: &str) -> Option<String> {
        self.member(name)?.text()
    }

    /// `true` or `false`.
    pub(super) fn truth(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    pub(super) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    pub(super) fn is_array(self) -> bool {
        self.0.starts_with('[')
    }

    /// Calls for each member of an object, with its name, and for each item of an array.
    fn each(self, mut call: impl FnMut(Option<Node<'a>>, Node<'a>)) {
        let mut reader = Reader {
            text: self.0,
            at: 0,
        };
        // It was read before as a whole.
        let _ = reader.members(0, &mut call);
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Node<'a>> {
        let start = self.at;
        match self.peek()? {
            b'{' | b'[' => self.members(depth, &mut |_, _| {})?,
            b'"' => self.string()?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            _ => self.number()?,
        }
        self.text.get(start..self.at).map(Node)
    }

    /// Anything that is neither an object nor an array has no members.
    fn members(
        &mut self,
        depth: usize,
        call: &mut dyn FnMut(Option<Node<'a>>, Node<'a>),
    ) -> Option<()> {
        let end = match self.peek()? {
            b'{' => b'}',
            b'[' => b']',
            _ => return None,
        };
        if depth == MOST_DEPTH {
            return None;
        }
        self.at += 1;
        self.blanks();
        if self.skip(end) {
            return Some(());
        }
        loop {
            self.blanks();
            let key = match end {
                b'}' => {
                    let start = self.at;
                    self.string()?;
                    let key = self.text.get(start..self.at).map(Node);
                    self.blanks();
                    self.skip(b':').then_some(())?;
                    self.blanks();
                    key
                }
                _ => None,
            };
            let value = self.value(depth + 1)?;
            call(key, value);
            self.blanks();
            if self.skip(end) {
                return Some(());
            }
            self.skip(b',').then_some(())?;
        }
    }

    fn string(&mut self) -> Option<()> {
        self.skip(b'"').then_some(())?;
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            self.next()?.is_ascii_hexdigit().then_some(())?;
                        }
                    }
                    _ => return None,
                },
                byte if byte < b' ' => return None,
                _ => {}
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            if !self.skip(b'+') {
                self.skip(b'-');
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.strip_prefix(word)?;
        self.at += word.len();
        Some(())
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_json_and_nothing_else() {
        for good in [
            "{}",
            " [ ] ",
            r#"{"a":{"b":[1,-2.5e+3,"x\n\u00e9\"",true,false,null]}}"#,
            r#""text""#,
            "0",
        ] {
            assert!(Node::parse(good).is_some(), "{good}");
        }
        let deep = "[".repeat(100_000);
        for bad in [
            "",
            "<html>",
            "{",
            "{}}",
            "{\"a\"}",
            "{\"a\":}",
            "[1,]",
            "01",
            "1.",
            "nul",
            "\"\u{1}\"",
            "\"\\x\"",
            "{'a':1}",
            &deep,
        ] {
            assert!(Node::parse(bad).is_none(), "{bad:.20}");
        }
    }

    #[test]
    fn finds_members_and_items() {
        let text = r#"{"error":{"code":"a\u0062c","of":["x",{"y":true}]},"error":1}"#;
        let node = Node::parse(text).expect("it is JSON");
        let error = node.member("error").expect("it is there");
        assert_eq!(error.text_of("code").as_deref(), Some("abc"));
        let items = error.member("of").expect("it is there").items();
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].member("y").and_then(Node::truth), Some(true));
        assert_eq!(error.member("none"), None);
        assert_eq!(items[0].member("x"), None);
    }
}
