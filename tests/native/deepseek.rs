//! A DeepSeek key wherever people put one: contexts, accidents, evasions. Each is found, and the span is that of the text.

use crate::detect::findings;
use keyward::detect::Severity;

/// Made up.
fn key() -> String {
    ["sk-", "3f0c9b1e5d7a4c2e8f6b0d9a7c5e3f1b"].concat()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(*group.get(at).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            text.push(if digit <= group.len() {
                char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63])
            } else {
                '='
            });
        }
    }
    text
}

/// The key with something behind each of so many characters.
fn every(step: usize, between: &str) -> String {
    let key = key();
    let mut text = String::new();
    for (place, char) in key.chars().enumerate() {
        if place > 0 && place % step == 0 {
            text.push_str(between);
        }
        text.push(char);
    }
    text
}

fn each(encode: impl Fn(u8) -> String) -> String {
    key().bytes().map(encode).collect()
}

/// Name, and the text with `«` and `»` around what must be found.
fn contexts() -> Vec<(&'static str, String)> {
    let k = format!("«{}»", key());
    let marked = |text: String| format!("«{text}»");
    let full_width = each(|byte| {
        char::from_u32(u32::from(byte) + 0xfee0)
            .expect("a full-width letter")
            .to_string()
    });
    vec![
        // Prose.
        ("alone", k.clone()),
        ("prose", format!("my key is {k}, why do I get a 401?")),
        ("prose without blanks", format!("密钥是{k}，请帮忙看看。")),
        ("chat in Chinese", format!("我的deepseek密钥：{k}")),
        ("Arabic", format!("المفتاح {k} شكرا")),
        ("Japanese", format!("キーは{k}です")),
        ("emoji", format!("🔑{k}🔥")),
        ("smart quotes", format!("“{k}”")),
        ("parentheses", format!("(DeepSeek: {k})")),
        ("end of sentence", format!("Use {k}.")),
        ("question mark", format!("is it {k}?")),
        // Markup.
        ("Markdown code", format!("`{k}`")),
        (
            "Markdown fence",
            format!("```sh\nexport DEEPSEEK_API_KEY={k}\n```"),
        ),
        ("Markdown bold", format!("**{k}**")),
        ("Markdown table", format!("| deepseek | {k} | prod |")),
        ("Markdown link", format!("[key](https://x.example/?k={k})")),
        ("quoted mail", format!("> > token: {k}")),
        ("HTML text", format!("<td>{k}</td>")),
        ("HTML attribute", format!("<input value=\"{k}\">")),
        ("HTML entity quotes", format!("data-key=&quot;{k}&quot;")),
        ("BBCode", format!("[code]{k}[/code]")),
        ("CSV", format!("deepseek,{k},2026-01-01")),
        ("TSV", format!("deepseek\t{k}\t2026")),
        // Files.
        (".env", format!("DEEPSEEK_API_KEY={k}")),
        (".env quoted", format!("DEEPSEEK_API_KEY='{k}'")),
        ("YAML", format!("api_key: {k}")),
        ("YAML block", format!("key: |\n  {k}\n")),
        ("JSON", format!("{{\"apiKey\":\"{k}\"}}")),
        (
            "JSON in JSON",
            format!("\"{{\\\"apiKey\\\":\\\"{k}\\\"}}\""),
        ),
        ("TOML", format!("api_key = \"{k}\"")),
        ("INI", format!("[deepseek]\nkey={k}\r\n")),
        ("XML", format!("<ApiKey>{k}</ApiKey>")),
        ("properties", format!("deepseek.api.key:{k}")),
        ("Dockerfile", format!("ENV DEEPSEEK_API_KEY {k}")),
        (
            "notebook",
            format!("\"source\": [\"client = OpenAI(api_key='{k}')\\n\"]"),
        ),
        // Code.
        (
            "Python",
            format!("client = OpenAI(api_key=\"{k}\", base_url=\"https://api.deepseek.com\")"),
        ),
        (
            "JavaScript",
            format!("const client = new OpenAI({{ apiKey: `{k}` }})"),
        ),
        ("Go", format!("client := deepseek.NewClient(\"{k}\")")),
        ("Rust", format!("let key = r#\"{k}\"#;")),
        ("C string", format!("char *key = \"{k}\\0\";")),
        (
            "Java",
            format!("builder.header(\"Authorization\", \"Bearer {k}\");"),
        ),
        ("comment", format!("// TODO remove {k}")),
        (
            "diff",
            format!("-    api_key=\"{k}\"\n+    api_key=os.environ[\"KEY\"]"),
        ),
        // Shells, HTTP, logs.
        (
            "curl",
            format!(
                "curl https://api.deepseek.com/chat/completions -H 'Authorization: Bearer {k}'"
            ),
        ),
        (
            "curl on Windows",
            format!("curl -H \"Authorization: Bearer {k}\" ^\r\n -d @x.json"),
        ),
        (
            "shell export",
            format!("export DEEPSEEK_API_KEY=\"{k}\" && python x.py"),
        ),
        ("PowerShell", format!("$env:DEEPSEEK_API_KEY = \"{k}\"")),
        (
            "flag",
            format!("aider --api-key deepseek={k} --model deepseek"),
        ),
        (
            "HTTP transcript",
            format!(
                "POST /v1/chat HTTP/1.1\r\nAuthorization: Bearer {k}\r\nHost: api.deepseek.com\r\n"
            ),
        ),
        ("header without blank", format!("Authorization:Bearer {k}")),
        (
            "query",
            format!("https://x.example/v1?api_key={k}&model=chat"),
        ),
        ("fragment", format!("https://x.example/#key={k}")),
        (
            "user in an address",
            format!("https://{k}@proxy.example/v1"),
        ),
        ("ANSI colour", format!("key \x1b[32m{k}\x1b[0m ok")),
        (
            "stack trace",
            format!(
                "openai.AuthenticationError: 401 - {{'error': {{'message': 'key {k} invalid'}}}}"
            ),
        ),
        (
            "log",
            format!("2026-11-24T09:00:00Z DEBUG headers={{authorization=[Bearer {k}]}}"),
        ),
        ("escaped newline", format!("first\\n{k}\\nlast")),
        ("percent-encoded around", format!("x%3D{k}%26y")),
        ("NUL around", format!("\0{k}\0")),
        // Accidents and evasions.
        ("zero-width space", marked(every(7, "\u{200b}"))),
        ("zero-width everywhere", marked(every(1, "\u{200d}"))),
        ("word joiner", marked(every(5, "\u{2060}"))),
        ("bidirectional marks", marked(every(9, "\u{202e}"))),
        ("soft hyphen", marked(every(11, "\u{ad}"))),
        ("byte order mark inside", marked(every(16, "\u{feff}"))),
        ("full-width letters", marked(full_width)),
        ("percent-encoded hyphen", marked(key().replace('-', "%2D"))),
        (
            "percent-encoded whole",
            marked(each(|byte| format!("%{byte:02x}"))),
        ),
        ("JSON escape", marked(key().replace('-', "\\u002d"))),
        (
            "JSON escapes whole",
            marked(each(|byte| format!("\\u{byte:04x}"))),
        ),
        ("hexadecimal escape", marked(key().replace('-', "\\x2d"))),
        ("HTML entity", marked(key().replace('-', "&#45;"))),
        (
            "HTML entity in hexadecimal",
            marked(key().replace('-', "&#x2d;")),
        ),
        (
            "HTML entities whole",
            marked(each(|byte| format!("&#{byte};"))),
        ),
        ("quoted-printable soft break", marked(every(20, "=\r\n"))),
        ("wrapped line", marked(every(18, "\n"))),
        ("wrapped line, indented", marked(every(18, "\n    "))),
        ("wrapped by a mail", marked(every(20, "\r\n> "))),
        ("blanks that a chat put in", marked(every(8, " "))),
        ("shell continuation", marked(every(18, "\\\n"))),
        (
            "strings put together",
            format!("«{}»", every(18, "\" + \"")),
        ),
        (
            "strings put together over lines",
            format!("«{}»", every(18, "\"\n    \"")),
        ),
        ("escaped blank line inside", marked(every(18, "\\n"))),
        ("base64", marked(base64(key().as_bytes()))),
        (
            "basic authorization",
            format!(
                "Authorization: Basic «{}»",
                base64(format!("user:{}", key()).as_bytes())
            ),
        ),
        (
            "Kubernetes secret",
            format!("data:\n  key: «{}»\n", base64(key().as_bytes())),
        ),
        (
            ".env in base64",
            format!(
                "«{}»",
                base64(format!("DEEPSEEK_API_KEY={}\nX=1\n", key()).as_bytes())
            ),
        ),
    ]
}

#[test]
fn a_deepseek_key_is_found_in_every_context() {
    let mut missed = Vec::new();
    let contexts = contexts();
    for (name, marked) in &contexts {
        let start = marked.find('«').expect("the start is marked");
        let text = marked.replace(['«', '»'], "");
        let end = marked.find('»').expect("the end is marked") - '«'.len_utf8();
        let found = findings(&text);
        let hit = found.iter().any(|finding| {
            (finding.start, finding.end) == (start, end)
                && finding.severity >= Severity::Probable
                && finding.id() == "deepseek.api-key"
        });
        if !hit {
            let found: Vec<String> = found
                .iter()
                .map(|f| format!("{} {}..{} {:?}", f.id(), f.start, f.end, f.severity))
                .collect();
            missed.push(format!("{name} ({start}..{end}): {found:?} in {text:?}"));
        }
    }
    assert!(contexts.len() >= 60);
    assert!(
        missed.is_empty(),
        "{} of {}:\n{}",
        missed.len(),
        contexts.len(),
        missed.join("\n")
    );
}

#[test]
fn what_is_no_part_is_not_taken_for_one() {
    let key = key();
    let (head, tail) = key.split_at(18);
    for text in [
        // A word between, another sign between, a blank line between.
        format!("{head} and {tail}"),
        format!("{head}/{tail}"),
        format!("{head}\n\n{tail}"),
        // One byte too many, one too few.
        format!("{head}\n{tail}0"),
        format!("{head}\n{}", &tail[1..]),
        // Not at the beginning of a word.
        format!("di{head}\n{tail}"),
        format!("{head}\" + x + \"{tail}"),
        "sk-learn 1.5 2.0 3.1 4.2 needs numpy 1.26".to_owned(),
    ] {
        let found = findings(&text);
        assert!(found.is_empty(), "in {text:?} {found:?}");
    }
    // A whole key does not grow into the next line.
    let text = format!("{key}\n0123456789");
    let found = findings(&text);
    assert_eq!((found.len(), found[0].end), (1, key.len()));
    // Nor do two in a row become one.
    let text = format!("{head}\n{key} {key}");
    let spans: Vec<_> = findings(&text).iter().map(|found| found.start).collect();
    assert_eq!(spans, [19, 55]);
}
