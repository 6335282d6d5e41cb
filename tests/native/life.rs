//! Whether a key is still taken: what each issuer is asked, how its answers are read, and what is noted of them.

#![allow(clippy::unwrap_used)]

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

/// The answers that each issuer documents, or was seen to give, and what they say.
#[test]
fn documented_answers() {
    use Verdict::{Alive, Dead, Limited, NoBalance, NotKnown, RateLimited, Strange};
    let cases: [(&str, u16, &str, Verdict); 43] = [
        (
            "DeepSeek",
            200,
            r#"{"is_available":true,"balance_infos":[]}"#,
            Alive,
        ),
        (
            "DeepSeek",
            200,
            r#"{"is_available":false,"balance_infos":[]}"#,
            NoBalance,
        ),
        (
            "DeepSeek",
            401,
            r#"{"error":{"message":"Authentication Fails, Your api key: ****e1f0 is invalid","type":"authentication_error","param":null,"code":"invalid_request_error"}}"#,
            Dead,
        ),
        (
            "DeepSeek",
            401,
            r#"{"error":{"message":"Authentication Fails (no such user)","type":"authentication_error","param":null,"code":"invalid_request_error"}}"#,
            Dead,
        ),
        (
            "DeepSeek",
            402,
            r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
            NoBalance,
        ),
        ("DeepSeek", 401, r#"{"error":"login first"}"#, Strange),
        ("OpenAI", 200, r#"{"object":"list","data":[]}"#, Alive),
        (
            "OpenAI",
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-proj-****.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            Dead,
        ),
        (
            "OpenAI",
            401,
            r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read.","type":"invalid_request_error","param":null,"code":null}}"#,
            Limited,
        ),
        (
            "OpenAI",
            403,
            r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read.","type":"invalid_request_error","param":null,"code":null}}"#,
            Limited,
        ),
        (
            "OpenAI",
            403,
            r#"{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","param":null,"type":"request_forbidden"}}"#,
            Strange,
        ),
        (
            "OpenAI",
            401,
            r#"{"error":{"message":"You must be a member of an organization to use the API","type":"invalid_request_error","param":null,"code":null}}"#,
            Strange,
        ),
        (
            "OpenAI",
            429,
            r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            NoBalance,
        ),
        (
            "OpenAI",
            429,
            r#"{"error":{"message":"Rate limit reached","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
            RateLimited,
        ),
        (
            "Anthropic",
            200,
            r#"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#,
            Alive,
        ),
        (
            "Anthropic",
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
            Dead,
        ),
        (
            "Anthropic",
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"CORS requests must set 'anthropic-dangerous-direct-browser-access' header"}}"#,
            Strange,
        ),
        (
            "Anthropic",
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"CORS requests are not allowed for this Organization because of its settings."}}"#,
            Strange,
        ),
        (
            "Anthropic",
            403,
            r#"{"type":"error","error":{"type":"permission_error","message":"no"}}"#,
            Limited,
        ),
        (
            "Anthropic",
            403,
            r#"{"type":"error","error":{"type":"forbidden","message":"Request not allowed"}}"#,
            Strange,
        ),
        (
            "Google",
            200,
            r#"{"models":[{"name":"models/x"}],"nextPageToken":"y"}"#,
            Alive,
        ),
        (
            "Google",
            400,
            r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#,
            Dead,
        ),
        (
            "Google",
            400,
            r#"{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}"#,
            Strange,
        ),
        (
            "Google",
            403,
            r#"{"error":{"code":403,"message":"Generative Language API has not been used in project 1 before","status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}"#,
            Limited,
        ),
        (
            "Google",
            403,
            r#"{"error":{"code":403,"message":"Your API key was reported as leaked. Please use another API key.","status":"PERMISSION_DENIED"}}"#,
            Dead,
        ),
        (
            "OpenRouter",
            200,
            r#"{"data":{"label":"sk-or-v1-au7...890","usage":25.5}}"#,
            Alive,
        ),
        (
            "OpenRouter",
            401,
            r#"{"error":{"message":"User not found.","code":401}}"#,
            Dead,
        ),
        ("Groq", 200, r#"{"object":"list","data":[]}"#, Alive),
        (
            "Groq",
            401,
            r#"{"error":{"message":"Invalid API Key","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            Dead,
        ),
        ("Mistral AI", 200, r#"{"object":"list","data":[]}"#, Alive),
        ("Mistral AI", 401, r#"{"detail":"Unauthorized"}"#, Dead),
        (
            "Hugging Face",
            200,
            r#"{"type":"user","id":"1","name":"somebody"}"#,
            Alive,
        ),
        (
            "Hugging Face",
            401,
            r#"{"error":"Invalid credentials in Authorization header"}"#,
            Dead,
        ),
        (
            "GitHub",
            200,
            r#"{"resources":{"core":{"limit":5000}},"rate":{}}"#,
            Alive,
        ),
        (
            "GitHub",
            401,
            r#"{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest","status":"401"}"#,
            Dead,
        ),
        (
            "GitHub",
            403,
            r#"{"message":"API rate limit exceeded for user ID 1."}"#,
            RateLimited,
        ),
        (
            "GitLab",
            200,
            r#"{"id":1,"revoked":false,"active":true}"#,
            Alive,
        ),
        ("GitLab", 401, r#"{"message":"401 Unauthorized"}"#, NotKnown),
        (
            "GitLab",
            401,
            r#"{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}"#,
            Dead,
        ),
        (
            "GitLab",
            403,
            r#"{"error":"insufficient_scope","error_description":"The request requires higher privileges"}"#,
            Limited,
        ),
        (
            "Stripe",
            200,
            r#"{"object":"balance","available":[]}"#,
            Alive,
        ),
        (
            "Stripe",
            401,
            r#"{"error":{"message":"Invalid API Key provided: sk_test_****","type":"invalid_request_error"}}"#,
            Dead,
        ),
        (
            "Stripe",
            403,
            r#"{"error":{"message":"The provided key does not have the required permissions","type":"invalid_request_error"}}"#,
            Limited,
        ),
    ];
    for (provider, status, body, verdict) in cases {
        assert_eq!(
            read(provider, status, body).verdict,
            verdict,
            "{provider} {status} {body}"
        );
    }
}

#[test]
fn nothing_else_says_anything_about_a_key() {
    let page = "<!doctype html><title>Sign in to the network</title>";
    for check in &check::CHECKS {
        for body in [page, "", "{}", "[]", "null", r#"{"ok":true}"#, "{\"data\":"] {
            for status in [
                200, 204, 301, 400, 401, 403, 404, 407, 418, 451, 500, 502, 503, 599,
            ] {
                let Reading {
                    verdict, balances, ..
                } = read(check.provider, status, body);
                let expected = match status {
                    500.. => Verdict::Trouble,
                    _ => Verdict::Strange,
                };
                assert_eq!(verdict, expected, "{} {status} {body}", check.provider);
                assert!(balances.is_empty());
            }
        }
        // Nor does the answer of another: none takes another's words for its own death or life without the form being its own.
        assert_eq!(read(check.provider, 402, page).verdict, Verdict::Strange);
        assert_eq!(
            read(check.provider, 429, page).verdict,
            Verdict::RateLimited
        );
    }
}

#[test]
fn a_list_that_is_longer_than_what_is_read_counts() {
    let body = format!(
        r#"{{"object":"list","data":[{}"#,
        r#"{"id":"m"},"#.repeat(10_000)
    );
    let body = &body[..check::MOST_BYTES];
    for (provider, expected) in [
        ("Mistral AI", Verdict::Alive),
        ("DeepSeek", Verdict::Strange),
    ] {
        for (is_whole, expected) in [(false, expected), (true, Verdict::Strange)] {
            let answer = Answer {
                status: 200,
                retry_after: None,
                body,
                is_whole,
            };
            assert_eq!(of(provider).read(&answer).verdict, expected, "{provider}");
        }
    }
}

#[test]
fn how_long_to_wait_is_said_where_it_is_known() {
    for (header, expected) in [
        (None, None),
        (Some("30"), Some(30)),
        (Some(" 7 "), Some(7)),
        (Some("-1"), None),
        (Some("999999999"), None),
        (Some("Wed, 21 Oct 2026 07:28:00 GMT"), None),
    ] {
        let answer = Answer {
            status: 429,
            retry_after: header,
            body: "slow down",
            is_whole: true,
        };
        assert_eq!(of("Groq").read(&answer).retry_s, expected, "{header:?}");
    }
}

#[test]
fn balances_are_exact() {
    let body = r#"{"is_available":true,"balance_infos":[
        {"currency":"CNY","total_balance":"110.00","granted_balance":"10.00","topped_up_balance":"100.00"},
        {"currency":"USD","total_balance":"0.10","granted_balance":"0","topped_up_balance":"0.10"}]}"#;
    let reading = read("DeepSeek", 200, body);
    assert_eq!(reading.verdict, Verdict::Alive);
    let told: Vec<(&str, &str)> = reading
        .balances
        .iter()
        .map(|balance| (balance.currency.as_str(), balance.total.as_str()))
        .collect();
    assert_eq!(told, [("CNY", "110.00"), ("USD", "0.10")]);
    // As a number it could have been rounded: that is another form, which says nothing.
    for total in [
        "110.0",
        "\"1e3\"",
        "\"1,000.00\"",
        "\"\"",
        "null",
        "\"99999999999999999\"",
    ] {
        let body = format!(
            r#"{{"is_available":true,"balance_infos":[{{"currency":"CNY","total_balance":{total}}}]}}"#
        );
        assert_eq!(
            read("DeepSeek", 200, &body).verdict,
            Verdict::Strange,
            "{total}"
        );
    }
}

#[test]
fn amounts_compare_without_rounding() {
    let amount = |text: &str| Amount::parse(text).expect(text);
    assert!(amount("0.3") > amount("0.299999999"));
    assert!(amount("10") > amount("9.99"));
    assert!(amount("-0.01") < amount("0"));
    assert!(amount("999999999999999.999999999") > amount("999999999999999.999999998"));
    for used_up in ["0", "0.00", "-0", "-3.5"] {
        assert!(amount(used_up).is_used_up(), "{used_up}");
    }
    assert!(!amount("0.000000001").is_used_up());
    for bad in [
        "",
        ".",
        "1.",
        ".5",
        "+1",
        "1e3",
        " 1",
        "1 ",
        "0x1",
        "1.2.3",
        "--1",
        "１",
        "1.0000000001",
    ] {
        assert!(Amount::parse(bad).is_none(), "{bad}");
    }
}

fn stored(keeper: &mut TestKeeper<'_>, provider: &str, key: &str) -> String {
    let details = Details {
        name: "made up".to_owned(),
        provider: provider.to_owned(),
        ..Details::default()
    };
    let request = PageRequest::StoreEntry {
        details,
        key: bytes(&key.replace('|', "")),
        notes: bytes(""),
    };
    match ask(keeper, request) {
        Ok(PageReply::Stored(stored)) => stored.entry,
        other => panic!("{other:?}"),
    }
}

fn told(keeper: &mut TestKeeper<'_>, entry: &str, earlier: usize, status: u16, body: &str) -> Told {
    let question = run(keeper.question(entry, earlier)).unwrap();
    let reading = question.check.read(&Answer {
        status,
        retry_after: None,
        body,
        is_whole: true,
    });
    run(keeper.note_check(&question, reading))
}

const DEAD: &str =
    r#"{"error":{"message":"Authentication Fails (no such user)","type":"authentication_error"}}"#;
const ALIVE: &str =
    r#"{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"8.50"}]}"#;

#[test]
fn what_was_seen_is_kept_with_the_entry_and_only_the_issuer_changes_it() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = stored(&mut keeper, "DeepSeek", KEYS[0].1);
    let known = |keeper: &mut TestKeeper<'_>| run(keeper.lives()).unwrap()[0].clone();
    assert!(known(&mut keeper).keys[0].checked.is_none());
    assert!(told(&mut keeper, &entry, 0, 200, ALIVE).kept);
    let first = known(&mut keeper).keys[0].clone();
    assert_eq!(
        first.checked.clone().unwrap().balances[0].total.as_str(),
        "8.50"
    );
    assert!(first.alive_ms.is_some());
    // A network that lies says nothing about the key.
    world.clock.pass(1000);
    told(&mut keeper, &entry, 0, 401, "<html>");
    let second = known(&mut keeper).keys[0].clone();
    assert_eq!(second.checked.unwrap().verdict, Verdict::Strange);
    assert_eq!((second.alive_ms, second.dead_ms), (first.alive_ms, None));
    told(&mut keeper, &entry, 0, 401, DEAD);
    assert!(known(&mut keeper).keys[0].dead_ms.is_some());
    // The new key is another: nothing of the old one is said of it.
    let seen = entries(&mut keeper).unwrap()[0].revision;
    let new = "sk-|00112233445566778899aabbccddeeff".replace('|', "");
    let replace = PageRequest::ReplaceKey {
        entry: entry.clone(),
        seen,
        key: bytes(&new),
    };
    ask(&mut keeper, replace).unwrap();
    let third = known(&mut keeper);
    assert_eq!(third.keys.len(), 2);
    assert!(third.keys[0].checked.is_none());
    assert!(third.keys[1].dead_ms.is_some());
    // And the old one can still be asked about.
    let question = run(keeper.question(&entry, 1)).unwrap();
    assert_eq!(*question.key.expose(), KEYS[0].1.replace('|', ""));
    assert_eq!(key(&mut keeper, &entry).unwrap(), new);
    // It outlives background and locking.
    let mut keeper = world.background();
    assert_eq!(known(&mut keeper), third);
    ask(&mut keeper, PageRequest::LockVault {}).unwrap();
    assert_eq!(run(keeper.lives()).unwrap_err(), Refusal::Locked);
    unlock(&mut keeper, crate::keeper::RIGHT).unwrap();
    assert_eq!(known(&mut keeper), third);
}

#[test]
fn a_vault_that_locks_meanwhile_is_not_written_to() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = stored(&mut keeper, "DeepSeek", KEYS[0].1);
    let question = run(keeper.question(&entry, 0)).unwrap();
    ask(&mut keeper, PageRequest::LockVault {}).unwrap();
    let told = run(keeper.note_check(&question, Verdict::Alive.into()));
    assert!(!told.kept);
    assert_eq!(told.checked.verdict, Verdict::Alive);
    assert_eq!(
        run(keeper.question(&entry, 0)).unwrap_err(),
        Refusal::Locked
    );
    unlock(&mut keeper, crate::keeper::RIGHT).unwrap();
    assert!(run(keeper.lives()).unwrap()[0].keys[0].checked.is_none());
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let unknown = stored(&mut keeper, "Nobody", "made-up-1");
    let secret = stored(&mut keeper, "Stripe", "whsec_|madeup");
    let right = stored(&mut keeper, "deepseek", KEYS[0].1);
    for (entry, earlier, refusal) in [
        (unknown.as_str(), 0, Refusal::NoCheck),
        (&secret, 0, Refusal::OtherKind),
        (&right, 1, Refusal::NoSuchKey),
        ("nothing", 0, Refusal::NoSuchKey),
    ] {
        assert_eq!(
            run(keeper.question(entry, earlier)).unwrap_err(),
            refusal,
            "{entry}"
        );
    }
    let question = run(keeper.question(&right, 0)).unwrap();
    assert!(!format!("{question:?}").contains("0f1e2d3c"));
}

#[test]
fn records_are_read_as_they_were_written_and_keep_what_they_do_not_know() {
    let mut record = Record::default();
    record.period_days = Some(30);
    record.note_check([7; 16], 1000, read("DeepSeek", 200, ALIVE));
    record.note_check([8; 16], 2000, Verdict::RateLimited.into());
    let mut bytes = record.to_bytes();
    assert_eq!(Record::parse(Some(&bytes)), record);
    // A part of a later version.
    bytes.extend([200, 0, 0, 0, 3, 1, 2, 3]);
    let later = Record::parse(Some(&bytes));
    assert_eq!(later.keys, record.keys);
    assert_eq!(later.to_bytes(), bytes);
    for end in 1..bytes.len() {
        // Any beginning of it is read as something or as nothing, without a panic.
        Record::parse(Some(&bytes[..end]));
    }
    for number in 0..1000 {
        record.note_check([9; 16], number, read("DeepSeek", 200, ALIVE));
    }
    assert!(
        record.to_bytes().len() < 16 * 1024,
        "{}",
        record.to_bytes().len()
    );
}
