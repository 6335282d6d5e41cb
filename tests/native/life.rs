//! Whether a key is still taken: what each issuer is asked, how its answers are read, and what is noted of them.

#![allow(clippy::unwrap_used)]

mod amounts;
mod answers;
mod born;
mod kept;
mod watch;

use keyward::life::amount::Amount;
use keyward::life::check::{self, Answer, Check, Reading, Verdict};
use keyward::life::record::Record;
use keyward::message::life::{Refusal, Told};
use keyward::message::vault::{Details, PageReply, PageRequest};
use keyward::secret::Secret;

use crate::keeper::{TestKeeper, World, ask, bytes, entries, key, unlock};
use crate::vault::run;

/// A key of each provider that its check is for, and one that it is not for. Made up.
const KEYS: [(&str, &str, &str); 11] = [
    ("DeepSeek", "sk-|0f1e2d3c4b5a69788796a5b4c3d2e1f0", "pk-1"),
    ("OpenAI", "sk-proj-|madeup", "sk-admin-|madeup"),
    ("Anthropic", "sk-ant-api03-|madeup", "sk-ant-oat01-|madeup"),
    ("Google", "AIza|madeup", "GOCSPX-|madeup"),
    ("OpenRouter", "sk-or-v1-|madeup", "sk-1"),
    ("Groq", "gsk_|madeup", "sk-1"),
    ("Mistral AI", "madeup1", "made up"),
    ("Hugging Face", "hf_|madeup", "hf_app_|madeup"),
    ("GitHub", "ghp_|madeup", "ghr_|madeup"),
    ("GitLab", "glpat-|madeup", "glrt-|madeup"),
    ("Stripe", "sk_test_|madeup", "whsec_|madeup"),
];

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.replace('|', ""))
}

fn of(provider: &str) -> &'static Check {
    check::of_provider(provider).unwrap()
}

fn read(provider: &str, status: u16, body: &str) -> Reading {
    of(provider).read(&Answer {
        status,
        retry_after: None,
        body,
        is_whole: true,
    })
}

#[test]
fn each_request_goes_to_one_host_and_has_the_key_in_a_header() {
    let manifest = std::fs::read_to_string("manifest.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let mut allowed: Vec<&str> = manifest["optional_host_permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pattern| pattern.as_str().unwrap())
        // For the scripts of the page's own sending, which no request is made with.
        .filter(|pattern| *pattern != "<all_urls>")
        .collect();
    let policy = manifest["content_security_policy"]["extension_pages"]
        .as_str()
        .unwrap();
    let connect = policy.split(';').find(|part| part.contains("connect-src"));
    let connect: Vec<&str> = connect.unwrap().split_whitespace().skip(2).collect();
    assert_eq!(connect.len(), check::CHECKS.len(), "and no other host");
    assert_eq!(KEYS.len(), check::CHECKS.len());
    for (check, (provider, right, wrong)) in check::CHECKS.iter().zip(KEYS) {
        assert_eq!(check.provider, provider);
        let key = secret(right);
        assert!(check.is_for(&key), "{provider}");
        assert!(!check.is_for(&secret(wrong)), "{provider}");
        let url = check.url();
        assert!(
            url.starts_with(&format!("https://{}/", check.host)),
            "{url}"
        );
        assert!(!url.contains(key.expose().as_str()));
        let headers = check.headers(&key);
        let with_key: Vec<&str> = headers
            .iter()
            .filter(|(_, value)| value.expose().contains(key.expose().as_str()))
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(with_key.len(), 1, "{provider}");
        let place = allowed
            .iter()
            .position(|pattern| *pattern == check.permission());
        allowed.remove(place.expect(provider));
        assert!(connect.contains(&format!("https://{}", check.host).as_str()));
    }
    assert!(allowed.is_empty(), "permissions without a use: {allowed:?}");
    let names: Vec<String> = (0..keyward::detect::detectors())
        .map(|detector| keyward::detect::described(detector, 1))
        .collect();
    for check in &check::CHECKS {
        assert!(
            names.iter().any(|name| name == check.provider),
            "{}",
            check.provider
        );
    }
}

#[test]
fn a_key_that_would_break_a_header_is_not_sent() {
    for key in [
        "sk-a\r\nx: y",
        "sk-a b",
        "sk-ä",
        "",
        &format!("sk-{}", "a".repeat(5000)),
    ] {
        assert!(!of("DeepSeek").is_for(&secret(key)), "{key:.20}");
    }
}
