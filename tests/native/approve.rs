//! Which origins can be approved, and what is odd about them.

use keyward::approve::{Home, HostNames, Oddity, Unapprovable, looked_at, oddities, typed};
use keyward::origin::{HttpsOrigin, Origin};

/// The URL standard as the `url` crate has it, which browsers implement.
struct UrlCrate;

impl HostNames for UrlCrate {
    fn origin_of(&self, authority: &str) -> Option<String> {
        let url = url::Url::parse(&format!("https://{authority}")).ok()?;
        Some(url.origin().ascii_serialization())
    }
}

const HOMES: [Home; 6] = [
    Home {
        provider: "DeepSeek",
        pattern: "*.deepseek.com",
    },
    Home {
        provider: "OpenAI",
        pattern: "*.openai.com",
    },
    Home {
        provider: "OpenAI",
        pattern: "chatgpt.com",
    },
    Home {
        provider: "Anthropic",
        pattern: "*.anthropic.com",
    },
    Home {
        provider: "Hugging Face",
        pattern: "huggingface.co",
    },
    Home {
        provider: "GitHub",
        pattern: "*.github.com",
    },
];

fn https(text: &str) -> HttpsOrigin {
    HttpsOrigin::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn what_is_typed_is_one_https_origin_or_refused() {
    use Unapprovable as No;
    let cases: &[(&str, Result<&str, No>)] = &[
        ("https://chat.example.com", Ok("https://chat.example.com")),
        ("chat.example.com", Ok("https://chat.example.com")),
        (
            " https://Chat.Example.com/settings?tab=keys#here ",
            Ok("https://chat.example.com"),
        ),
        ("HTTPS://chat.example.com", Ok("https://chat.example.com")),
        (
            "https://chat.example.com:8443/x",
            Ok("https://chat.example.com:8443"),
        ),
        ("localhost:3000", Ok("https://localhost:3000")),
        ("https://[::1]:3000", Ok("https://[::1]:3000")),
        ("https://192.168.1.20", Ok("https://192.168.1.20")),
        (
            "https://bücher.example",
            Ok("https://xn--bcher-kva.example"),
        ),
        (
            "https://BÜCHER.example",
            Ok("https://xn--bcher-kva.example"),
        ),
        ("例え.テスト", Ok("https://xn--r8jz45g.xn--zckzah")),
        // A wide dot and wide letters are what they look like.
        ("https://ｄeepseek．com", Ok("https://deepseek.com")),
        ("", Err(No::NotAnAddress)),
        ("https://", Err(No::NotAnAddress)),
        ("https:///x", Err(No::NotAnAddress)),
        ("not an address", Err(No::NotAnAddress)),
        ("https://exa\u{a0}mple.com", Err(No::NotAnAddress)),
        ("https://exa mple.com", Err(No::NotAnAddress)),
        ("https://a..b", Err(No::NotAnAddress)),
        ("http://chat.example.com", Err(No::Http)),
        ("http://localhost:3000", Err(No::Http)),
        ("file:///etc/passwd", Err(No::File)),
        ("data:text/html,hello", Err(No::Opaque)),
        ("blob:https://chat.example.com/1-2", Err(No::Opaque)),
        ("about:blank", Err(No::Opaque)),
        ("javascript:alert(1)", Err(No::Opaque)),
        ("chrome-extension://abc/options.html", Err(No::Extension)),
        ("moz-extension://abc/options.html", Err(No::Extension)),
        ("chrome://settings", Err(No::Internal)),
        ("view-source:https://chat.example.com", Err(No::Internal)),
        ("ftp://chat.example.com", Err(No::Scheme)),
        ("wss://chat.example.com", Err(No::Scheme)),
        ("https://*.example.com", Err(No::Wildcard)),
        ("*", Err(No::Wildcard)),
        (
            "https://platform.deepseek.com@evil.example",
            Err(No::UserInfo),
        ),
        ("https://user:password@chat.example.com", Err(No::UserInfo)),
        ("platform.deepseek.com@evil.example", Err(No::UserInfo)),
        ("https://chat.example.com.", Err(No::TrailingDot)),
        ("https://chat.example.com.:8443", Err(No::TrailingDot)),
        ("https://chat.example.com:443", Err(No::NotCanonical)),
        ("https://chat.example.com:08443", Err(No::NotCanonical)),
        ("https://0x7f.1", Err(No::NotCanonical)),
        ("https://2130706433", Err(No::NotCanonical)),
        ("https://127.1", Err(No::NotCanonical)),
        ("https://chat%2eexample.com", Err(No::NotCanonical)),
        ("https:\\\\chat.example.com", Err(No::NotCanonical)),
        ("https:chat.example.com", Err(No::NotCanonical)),
        ("https://chat.example.com:99999", Err(No::NotAnAddress)),
    ];
    for (text, expected) in cases {
        let got = typed(text, &UrlCrate);
        let got = got
            .as_ref()
            .map(HttpsOrigin::as_str)
            .map_err(|&reason| reason);
        assert_eq!(got, *expected, "{text:?}");
    }
}

#[test]
fn the_page_looked_at_is_taken_as_the_browser_names_it() {
    use Unapprovable as No;
    let cases: &[(Option<&str>, Result<&str, No>)] = &[
        (
            Some("https://chat.example.com"),
            Ok("https://chat.example.com"),
        ),
        (
            Some("https://chat.example.com:8443"),
            Ok("https://chat.example.com:8443"),
        ),
        (Some("http://chat.example.com"), Err(No::Http)),
        (Some("http://localhost:3000"), Err(No::Http)),
        (Some("https://chat.example.com."), Err(No::TrailingDot)),
        (Some("null"), Err(No::Opaque)),
        (Some("file://"), Err(No::Opaque)),
        (Some("chrome-extension://abc"), Err(No::Opaque)),
        (Some("https://Chat.example.com"), Err(No::Opaque)),
        (None, Err(No::Opaque)),
    ];
    for (origin, expected) in cases {
        let got = looked_at(&Origin::of_sender(*origin));
        assert_eq!(
            got.as_ref()
                .map(HttpsOrigin::as_str)
                .map_err(|&reason| reason),
            *expected,
            "{origin:?}"
        );
    }
}

/// What is odd about an address that somebody typed, in short.
fn odd(text: &str, approved: &[&str]) -> Vec<String> {
    let approved: Vec<HttpsOrigin> = approved.iter().map(|text| https(text)).collect();
    // What a sender's origin can be is more than what can be typed.
    let origin = HttpsOrigin::parse(text)
        .or_else(|_| typed(text, &UrlCrate))
        .unwrap_or_else(|reason| panic!("{text}: {reason}"));
    oddities(&origin, HOMES, &approved)
        .iter()
        .map(in_short)
        .collect()
}

fn in_short(oddity: &Oddity) -> String {
    match oddity {
        Oddity::LooksLikeHome { provider, host } => format!("like {provider} {host}"),
        Oddity::LooksLikeApproved { host } => format!("like approved {host}"),
        Oddity::MixedScripts { label } => format!("mixed {label}"),
        Oddity::LooksLatin { label, looks_like } => format!("latin {label} {looks_like}"),
        Oddity::OddCharacters { label } => format!("odd {label}"),
        Oddity::Undecodable { label } => format!("undecodable {label}"),
        Oddity::NamesProvider {
            provider,
            misspelled: false,
        } => format!("names {provider}"),
        Oddity::NamesProvider {
            provider,
            misspelled: true,
        } => format!("misspells {provider}"),
        Oddity::SharedSuffix { suffix } => format!("shared {suffix}"),
        Oddity::IpAddress => "address".into(),
        Oddity::LocalName => "local".into(),
        Oddity::Port { port } => format!("port {port}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn oddities_of_origins() {
    let cases: &[(&str, &[&str])] = &[
        // Nothing odd.
        ("https://chat.deepseek.com", &[]),
        ("https://deepseek.com", &[]),
        ("https://chatgpt.com", &[]),
        ("https://chat.example.com", &[]),
        ("https://bücher.example", &[]),
        ("https://例え.テスト", &[]),
        ("https://почта.рф", &[]),
        ("https://한국.example", &[]),
        ("https://東京tower.example", &[]),
        // Looks like a provider's site: other scripts, accents, pairs of letters.
        (
            "https://dеepseek.com",
            &["like DeepSeek deepseek.com", "mixed dеepseek"],
        ),
        (
            "https://platform.dеepseek.com",
            &["like DeepSeek deepseek.com", "mixed dеepseek"],
        ),
        ("https://deépseek.com", &["like DeepSeek deepseek.com"]),
        ("https://ḍeepseek.com", &["like DeepSeek deepseek.com"]),
        ("https://cleepseek.com", &["like DeepSeek deepseek.com"]),
        ("https://api.0penai.com", &["like OpenAI openai.com"]),
        (
            "https://ореnаi.com",
            &["like OpenAI openai.com", "mixed ореnаi"],
        ),
        (
            "https://huggingface.c0",
            &["like Hugging Face huggingface.co"],
        ),
        // Carries a name, or nearly.
        ("https://deepseek.co", &["names DeepSeek"]),
        (
            "https://platform.deepseek.com.evil.example",
            &["names DeepSeek"],
        ),
        ("https://platform-deepseek.example", &["names DeepSeek"]),
        (
            "https://dеepseek.evil.example",
            &["mixed dеepseek", "names DeepSeek"],
        ),
        ("https://deepseeek.com", &["misspells DeepSeek"]),
        ("https://depeseek.example", &["misspells DeepSeek"]),
        ("https://openia.com", &["misspells OpenAI"]),
        ("https://notdeepseek.com", &[]),
        // Scripts.
        (
            "https://ԁеерѕеек.example",
            &["latin ԁеерѕеек deepseek", "names DeepSeek"],
        ),
        ("https://сосо.example", &["latin сосо coco"]),
        ("https://кот.рф", &[]),
        ("https://кот.example", &["latin кот kot"]),
        ("https://αβв.example", &["mixed αβв"]),
        ("https://ᚠᚢᚦ.example", &["mixed ᚠᚢᚦ"]),
        ("https://i❤.example", &["odd i❤"]),
        ("https://xn--a.example", &["undecodable xn--a"]),
        // Where it is.
        ("https://somebody.github.io", &["shared github.io"]),
        ("https://github.io", &["names GitHub"]),
        ("https://tool.pages.dev", &["shared pages.dev"]),
        ("https://deep.tool.pages.dev", &["shared pages.dev"]),
        ("https://tool.vercel.app", &["shared vercel.app"]),
        (
            "https://openai-proxy.vercel.app",
            &["names OpenAI", "shared vercel.app"],
        ),
        (
            "https://a.b.compute.amazonaws.com",
            &["shared b.compute.amazonaws.com"],
        ),
        ("https://b.compute.amazonaws.com", &[]),
        ("https://192.168.1.20", &["address"]),
        ("https://[2001:db8::1]:3000", &["address", "port 3000"]),
        ("https://localhost:3000", &["local", "port 3000"]),
        ("https://nas", &["local"]),
        ("https://nas.local", &["local"]),
        ("https://chat.corp", &["local"]),
        ("https://chat.example.com:8443", &["port 8443"]),
    ];
    for (text, expected) in cases {
        assert_eq!(odd(text, &[]), *expected, "{text}");
    }
}

#[test]
fn look_alikes_of_what_is_approved() {
    let approved = ["https://chat.modern.co.uk", "https://llm.example.com"];
    let cases: &[(&str, &[&str])] = &[
        ("https://chat.modern.co.uk", &[]),
        ("https://other.modern.co.uk", &[]),
        (
            "https://chat.rnodern.co.uk",
            &["like approved chat.modern.co.uk"],
        ),
        (
            "https://chat.modern.c0.uk",
            &["like approved chat.modern.co.uk"],
        ),
        (
            "https://llm.exаmple.com",
            &["like approved llm.example.com", "mixed exаmple"],
        ),
        (
            "https://11m.example.com",
            &["like approved llm.example.com"],
        ),
        ("https://llm.example.com:8443", &["port 8443"]),
        ("https://llm.example.org", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(odd(text, &approved), *expected, "{text}");
    }
}

#[test]
fn origins_are_read_in_both_forms() {
    let origin = typed("https://dеepseek.com:8443", &UrlCrate).expect("it is an address");
    assert_eq!(origin.as_str(), "https://xn--depseek-7gg.com:8443");
    assert_eq!(
        origin.unicode().as_deref(),
        Some("https://dеepseek.com:8443")
    );
    assert_eq!(https("https://chat.example.com").unicode(), None);
}

#[test]
fn stored_origins_are_checked_when_they_are_read() {
    let origin: HttpsOrigin =
        serde_json::from_str("\"https://chat.example.com\"").expect("it is canonical");
    assert_eq!(
        serde_json::to_string(&origin).expect("it is text"),
        "\"https://chat.example.com\""
    );
    for text in [
        "http://chat.example.com",
        "https://Chat.example.com",
        "https://chat.example.com/",
        "null",
        "",
    ] {
        let read: Result<HttpsOrigin, _> = serde_json::from_value(text.into());
        assert!(read.is_err(), "{text:?}");
    }
}
