//! Origins: canonical spelling or nothing, and the Unicode form beside it.

use keyward::origin::{Origin, OriginError, WebOrigin};

fn check(text: &str, expected: Result<(&str, bool), OriginError>) {
    let parsed = WebOrigin::parse(text);
    let parsed = parsed
        .as_ref()
        .map(|origin| (origin.host(), origin.is_https()))
        .map_err(|error| *error);
    assert_eq!(parsed, expected, "{text:?}");
}

#[test]
fn canonical_origins_are_read() {
    check("https://chat.deepseek.com", Ok(("chat.deepseek.com", true)));
    check("http://localhost:3000", Ok(("localhost", false)));
    check("http://127.0.0.1:8080", Ok(("127.0.0.1", false)));
    check("https://[::1]:8443", Ok(("[::1]", true)));
    check("http://[2001:db8::1]", Ok(("[2001:db8::1]", false)));
    check(
        "https://xn--80ak6aa92e.com",
        Ok(("xn--80ak6aa92e.com", true)),
    );
    check("https://a_b.example:65535", Ok(("a_b.example", true)));
    check("https://example.com.", Ok(("example.com.", true)));
    check("https://example.com:80", Ok(("example.com", true)));
}

#[test]
fn every_other_spelling_is_refused() {
    for text in [
        "",
        "null",
        "file://",
        "ftp://a.example",
        "HTTPS://a.example",
        "chrome-extension://abc",
        "https:/a.example",
    ] {
        check(text, Err(OriginError::Scheme));
    }
    for text in [
        "https://",
        "https://A.example",
        "https://a.example/",
        "https://a.example/path",
        "https://user@a.example",
        "https://platform.deepseek.com@evil.example",
        "https://a..example",
        "https://.example",
        "https://a.example..",
        "https://a example",
        "https://a.example\n",
        "https://deepseek\u{3002}com",
        "https://\u{0441}hat.example",
        "https://*.example",
        "https://[::1",
        "https://[]",
        "https://[::G]",
        "https://a:1:2",
        "https://:443",
    ] {
        check(text, Err(OriginError::Host));
    }
    for text in [
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:0",
        "https://a.example:01",
        "https://a.example:65536",
        "https://a.example:",
        "https://a.example:+1",
        "https://a.example:8x",
    ] {
        check(text, Err(OriginError::Port));
    }
    check(
        &format!("https://{}", "a".repeat(254)),
        Err(OriginError::Host),
    );
}

#[test]
fn whatever_is_no_web_origin_is_opaque() {
    for origin in [
        None,
        Some("null"),
        Some("file://"),
        Some("about:blank"),
        Some("https://a.example/"),
    ] {
        assert!(Origin::of_sender(origin).web().is_none(), "{origin:?}");
    }
    let origin = Origin::of_sender(Some("https://a.example"));
    assert_eq!(
        origin.web().map(WebOrigin::as_str),
        Some("https://a.example")
    );
}

/// The first labels are the samples of RFC 3492, section 7.1.
#[test]
fn unicode_form() {
    let cases = [
        ("ihqwcrb4cv8a8dqg056pqjye", Some("他们为什么不说中文")),
        ("ihqwctvzc91f659drss3x8bo0yb", Some("他們爲什麽不說中文")),
        ("egbpdaj6bu4bxfgehfvwxn", Some("ليهمابتكلموشعربي؟")),
        ("80ak6aa92e", Some("аррӏе")),
        ("bcher-kva", Some("bücher")),
        ("0cac", Some("àá")),
        // Not what an encoder writes, or nothing to decode.
        ("99999999", None),
        ("abc-", None),
        ("", None),
        ("a-!", None),
    ];
    for (label, expected) in cases {
        let text = format!("https://xn--{label}.example:8443");
        let shown = WebOrigin::parse(&text)
            .ok()
            .and_then(|origin| origin.unicode());
        assert_eq!(
            shown,
            expected.map(|name| format!("https://{name}.example:8443")),
            "{label}"
        );
    }
    let plain = WebOrigin::parse("https://deepseek.com").expect("canonical");
    assert_eq!(plain.unicode(), None);
}

#[test]
fn what_stays_on_the_machine() {
    let cases = [
        ("http://localhost:3000", true),
        ("http://127.0.0.1:8080", true),
        ("http://127.1.2.3", true),
        ("https://[::1]", true),
        ("http://app.localhost", true),
        ("http://127.evil.example", false),
        ("http://127.0.0.evil", false),
        ("http://notlocalhost", false),
        ("http://localhost.example", false),
        ("http://10.0.0.1", false),
    ];
    for (origin, expected) in cases {
        let origin = WebOrigin::parse(origin).expect("canonical");
        assert_eq!(origin.is_loopback(), expected, "{origin}");
    }
}
