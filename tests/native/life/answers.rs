//! The answers of issuers, and what they say.

use super::*;

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
