//! What is put in the place of a key: a redaction, or the environment variable in the idiom of the text around it.

use super::Finding;
use super::boundary::{at, is_key, is_quote};
#[cfg(feature = "std")]
use super::tables::{FIRST_WORD, NAME, Tables, letters, own_variable};

/// A text of bounded length; what does not fit is left out.
pub struct Output {
    bytes: [u8; Output::BYTES],
    length: usize,
}

impl Output {
    /// How much fits.
    pub const BYTES: usize = 2048;

    /// An empty text.
    pub const fn new() -> Output {
        Output {
            bytes: [0; Output::BYTES],
            length: 0,
        }
    }

    /// Empties the text.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// Appends a text, up to the last character that fits.
    pub fn push(&mut self, text: &str) {
        let mut fits = text.len().min(Output::BYTES - self.length);
        while !text.is_char_boundary(fits) {
            fits -= 1;
        }
        if let (Some(room), Some(bytes)) = (
            self.bytes.get_mut(self.length..self.length + fits),
            text.as_bytes().get(..fits),
        ) {
            room.copy_from_slice(bytes);
            self.length += fits;
        }
    }

    #[cfg(feature = "std")]
    /// Appends an ASCII letter in upper case or a digit, if it fits, and `_` for anything else.
    fn push_upper(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            let upper = byte.to_ascii_uppercase();
            *slot = if upper.is_ascii_alphanumeric() {
                upper
            } else {
                b'_'
            };
            self.length += 1;
        }
    }

    /// The text.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Default for Output {
    fn default() -> Output {
        Output::new()
    }
}

/// The span that a replacement takes the place of, in bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replacement {
    /// First byte.
    pub start: usize,
    /// Byte behind the last.
    pub end: usize,
}

/// `[redacted: DeepSeek API key]`, which takes the place of a key.
#[cfg(feature = "std")]
pub(super) fn push_redacted(tables: &Tables, detector: u16, output: &mut Output) {
    output.push("[redacted: ");
    let provider = tables.provider(detector);
    if !provider.is_empty() {
        output.push(provider);
        output.push(" ");
    }
    output.push(tables.kind(detector).1);
    output.push("]");
}

/// What the text around a key is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Idiom {
    Shell,
    Braces,
    Python,
    JavaScript,
    Rust,
    Go,
    Java,
    Ruby,
    Php,
    CSharp,
    PowerShell,
}

/// Writes the environment variable with this name, in the idiom of the text, and says which span it replaces: quotation marks
/// around the key can belong to it.
pub fn write_variable(
    text: &[u8],
    finding: &Finding,
    name: &str,
    output: &mut Output,
) -> Replacement {
    output.clear();
    let span = Replacement {
        start: finding.start,
        end: finding.end,
    };
    let quote = span
        .start
        .checked_sub(1)
        .map(|before| at(text, before))
        .filter(|&byte| is_quote(byte) && at(text, span.end) == byte);
    let wide = Replacement {
        start: span.start.saturating_sub(1),
        end: span.end + 1,
    };
    let idiom = idiom(text, &span, quote);
    // In the middle of a longer string a call would be text; only shells and templates know variables there.
    let (before, after, whole) = match idiom {
        Idiom::Python => ("os.environ[\"", "\"]", true),
        Idiom::JavaScript => ("process.env.", "", true),
        Idiom::Rust => ("std::env::var(\"", "\")", true),
        Idiom::Go => ("os.Getenv(\"", "\")", true),
        Idiom::Java => ("System.getenv(\"", "\")", true),
        Idiom::Ruby => ("ENV[\"", "\"]", true),
        Idiom::Php => ("getenv('", "')", true),
        Idiom::CSharp => ("Environment.GetEnvironmentVariable(\"", "\")", true),
        Idiom::PowerShell => ("$env:", "", true),
        Idiom::Braces => ("${", "}", false),
        Idiom::Shell if quote == Some(b'\'') => ("\"$", "\"", true),
        // No shell looks for variables between single quotes: out of them, and in again.
        Idiom::Shell if in_single_quotes(text, span.start) => ("'\"$", "\"'", false),
        Idiom::Shell => ("$", "", false),
    };
    output.push(before);
    output.push(name);
    output.push(after);
    if whole && quote.is_some() { wide } else { span }
}

/// Appends the name of a detector's environment variable: its own one, or `PROVIDER_KIND` in capitals.
#[cfg(feature = "std")]
pub(super) fn push_variable(tables: &Tables, detector: u16, output: &mut Output) {
    let provider = tables.provider(detector);
    let own = own_variable(detector);
    let mark = own.as_bytes().first().copied().unwrap_or_default();
    let first_word = provider.bytes().take_while(u8::is_ascii_alphanumeric);
    let first_word = first_word.count();
    match mark {
        NAME => letters(provider).for_each(|byte| output.push_upper(byte)),
        FIRST_WORD => provider
            .bytes()
            .take(first_word)
            .for_each(|byte| output.push_upper(byte)),
        0 => {
            for text in [provider, "_", tables.kind(detector).1] {
                text.bytes().for_each(|byte| output.push_upper(byte));
            }
        }
        _ => {}
    }
    output.push(
        own.get(usize::from(matches!(mark, NAME | FIRST_WORD))..)
            .unwrap_or_default(),
    );
}

/// The idiom, by what stands near the key.
fn idiom(text: &[u8], span: &Replacement, quote: Option<u8>) -> Idiom {
    let before = text
        .get(span.start.saturating_sub(600)..span.start)
        .unwrap_or_default();
    let after = text
        .get(span.end..text.len().min(span.end + 300))
        .unwrap_or_default();
    let line_start = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = before.get(line_start..).unwrap_or_default();
    let rest = after
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let in_line = |part: &str| has(line, part);
    let near = |part: &str| has(before, part) || has(after, part);
    if in_line("curl ")
        || in_line("export ")
        || near("curl ") && (in_line("-H ") || in_line("--header") || in_line("-u "))
    {
        return Idiom::Shell;
    }
    if in_line("$env:") {
        return Idiom::PowerShell;
    }
    let trimmed = line.trim_ascii_start();
    let Some(_) = quote else {
        return yaml_or_shell(trimmed);
    };
    if near("<?php") || trimmed.starts_with(b"$") {
        return Idiom::Php;
    }
    if in_line("let ") && (rest.trim_ascii_end().ends_with(b";") && near("fn ") || near("::")) {
        return Idiom::Rust;
    }
    if in_line(":=") || near("package main") || near("func ") {
        return Idiom::Go;
    }
    if near("using System") || trimmed.starts_with(b"string ") || in_line("const string ") {
        return Idiom::CSharp;
    }
    if in_line("const ")
        || in_line("let ")
        || in_line("var ")
        || near("require(")
        || near("=> ")
        || near("new ") && near("({")
        || near("import ") && near(" from ")
    {
        return Idiom::JavaScript;
    }
    if in_line("String ") || near("import java") {
        return Idiom::Java;
    }
    if near("require '") || near("require \"") || near(".rb") || in_line(" => ") {
        return Idiom::Ruby;
    }
    // `"name": "value"` is JSON; `name: "value"` is YAML or an object of JavaScript.
    if is_member(line) {
        return if trimmed.starts_with(b"\"") && !near("import ") && !near("def ") {
            Idiom::Braces
        } else if rest.trim_ascii_end().ends_with(b",") || near("});") {
            Idiom::JavaScript
        } else {
            Idiom::Braces
        };
    }
    // `NAME="value"` without spaces is a shell's or a `.env` file's.
    let name = trimmed
        .strip_suffix(b"\"")
        .or(trimmed.strip_suffix(b"'"))
        .and_then(|line| line.strip_suffix(b"="));
    if name.is_some_and(|name| {
        !name.is_empty()
            && name
                .iter()
                .all(|&byte| is_key(byte) && !byte.is_ascii_lowercase())
    }) {
        return Idiom::Shell;
    }
    if near("import ")
        || near("print(")
        || near("def ")
        || in_line("= ")
        || in_line("=\"")
        || in_line("='")
        || in_line("(")
    {
        return Idiom::Python;
    }
    Idiom::Shell
}

/// Whether the line up to here has opened a single quote that is not closed, and no double quote around it.
fn in_single_quotes(text: &[u8], end: usize) -> bool {
    let before = text.get(end.saturating_sub(600)..end).unwrap_or_default();
    let line = before
        .rsplit(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let mut open = None;
    for &byte in line {
        if open == Some(byte) {
            open = None;
        } else if open.is_none() && (byte == b'\'' || byte == b'"') {
            open = Some(byte);
        }
    }
    open == Some(b'\'')
}

fn yaml_or_shell(line: &[u8]) -> Idiom {
    let name = line
        .strip_suffix(b": ")
        .map(|name| name.strip_prefix(b"- ").unwrap_or(name));
    if name.is_some_and(|name| !name.is_empty() && name.iter().all(|&byte| is_key(byte))) {
        Idiom::Braces
    } else {
        Idiom::Shell
    }
}

/// Whether the line ends with `name: "` or `"name": "`.
fn is_member(line: &[u8]) -> bool {
    let line = line
        .get(..line.len().saturating_sub(1))
        .unwrap_or_default()
        .trim_ascii_end();
    line.ends_with(b":") && !line.ends_with(b"::")
}

fn has(text: &[u8], part: &str) -> bool {
    text.windows(part.len())
        .any(|window| window == part.as_bytes())
}
