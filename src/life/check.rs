//! Asking an issuer whether it still takes a key: which request, and what the answer says.
//!
//! Each request is one that the issuer's documentation has, changes nothing and costs nothing: it reads a balance, a list of
//! models, or the token's own description. The address is fixed for each provider; nothing that is stored or typed becomes part
//! of it, and the key goes into a header.
//!
//! Reading is suspicious. A status alone proves little: sites between browser and issuer answer with statuses of their own, and
//! issuers answer 401 for other reasons than a dead key (OpenAI for a restricted one, Anthropic for a forbidden browser, GitLab
//! for the key of another server). So a key is called alive or dead only on an answer in the issuer's own form.

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::json::Node;
use crate::secret::Secret;

/// How long an answer may take.
pub const PATIENCE_MS: u32 = 15_000;
/// How much of an answer is read. A list of models can be longer; its beginning tells enough.
pub const MOST_BYTES: usize = 64 * 1024;
/// Currencies of one balance that are read.
const MOST_BALANCES: usize = 8;
/// A longer wait is none that anybody sits out.
const MOST_RETRY_S: u32 = 24 * 60 * 60;
/// No header is longer.
const MOST_KEY_BYTES: usize = 4096;

/// Which provider, by the name that detectors give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Issuer {
    DeepSeek,
    OpenAi,
    Anthropic,
    Google,
    OpenRouter,
    Groq,
    Mistral,
    HuggingFace,
    GitHub,
    GitLab,
    Stripe,
}

/// The request that checks a provider's keys.
#[derive(Debug)]
pub struct Check {
    issuer: Issuer,
    /// The provider, by the name that detectors give it.
    pub provider: &'static str,
    /// Where a person makes and deletes keys of this provider.
    pub console: &'static str,
    /// The host that is asked, over HTTPS; the only one that ever gets the key.
    pub host: &'static str,
    path: &'static str,
    /// The header of the key; `None` for `Authorization: Bearer`.
    header: Option<&'static str>,
    more: &'static [(&'static str, &'static str)],
    /// How keys begin that this request is right for; none for any.
    begins: &'static [&'static str],
    /// Of those, which it is not right for.
    but: &'static [&'static str],
}

const fn bearer(
    issuer: Issuer,
    provider: &'static str,
    console: &'static str,
    host: &'static str,
    path: &'static str,
    begins: &'static [&'static str],
) -> Check {
    Check {
        issuer,
        provider,
        console,
        host,
        path,
        header: None,
        more: &[],
        begins,
        but: &[],
    }
}

/// All providers whose documentation has such a request.
pub static CHECKS: [Check; 11] = [
    // https://api-docs.deepseek.com/api/get-user-balance
    bearer(
        Issuer::DeepSeek,
        "DeepSeek",
        "https://platform.deepseek.com/api_keys",
        "api.deepseek.com",
        "/user/balance",
        &["sk-"],
    ),
    // https://platform.openai.com/docs/api-reference/models/list; not for keys of administrators, which have no models.
    Check {
        but: &["sk-admin-", "sk-ant-", "sk-or-"],
        ..bearer(
            Issuer::OpenAi,
            "OpenAI",
            "https://platform.openai.com/api-keys",
            "api.openai.com",
            "/v1/models",
            &["sk-"],
        )
    },
    // https://docs.claude.com/en/api/models-list; without the last header it takes an extension for a web page and refuses.
    Check {
        header: Some("x-api-key"),
        more: &[
            ("anthropic-version", "2023-06-01"),
            ("anthropic-dangerous-direct-browser-access", "true"),
        ],
        ..bearer(
            Issuer::Anthropic,
            "Anthropic",
            "https://platform.claude.com/settings/keys",
            "api.anthropic.com",
            "/v1/models?limit=1",
            &["sk-ant-api"],
        )
    },
    // https://ai.google.dev/api/models
    Check {
        header: Some("x-goog-api-key"),
        ..bearer(
            Issuer::Google,
            "Google",
            "https://console.cloud.google.com/apis/credentials",
            "generativelanguage.googleapis.com",
            "/v1beta/models?pageSize=1",
            &["AIza", "AQ."],
        )
    },
    // https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key
    bearer(
        Issuer::OpenRouter,
        "OpenRouter",
        "https://openrouter.ai/settings/keys",
        "openrouter.ai",
        "/api/v1/key",
        &["sk-or-"],
    ),
    // https://console.groq.com/docs/api-reference#models-list
    bearer(
        Issuer::Groq,
        "Groq",
        "https://console.groq.com/keys",
        "api.groq.com",
        "/openai/v1/models",
        &["gsk_"],
    ),
    // https://docs.mistral.ai/api/endpoint/models
    bearer(
        Issuer::Mistral,
        "Mistral AI",
        "https://console.mistral.ai/api-keys",
        "api.mistral.ai",
        "/v1/models",
        &[],
    ),
    // https://huggingface.co/docs/hub/api#get-apiwhoami-v2; not for the secrets of applications.
    Check {
        but: &["hf_app_"],
        ..bearer(
            Issuer::HuggingFace,
            "Hugging Face",
            "https://huggingface.co/settings/tokens",
            "huggingface.co",
            "/api/whoami-v2",
            &["hf_", "api_org_"],
        )
    },
    // https://docs.github.com/en/rest/rate-limit/rate-limit: every kind of token may ask, and it is not counted.
    Check {
        more: &[("x-github-api-version", "2022-11-28")],
        ..bearer(
            Issuer::GitHub,
            "GitHub",
            "https://github.com/settings/tokens",
            "api.github.com",
            "/rate_limit",
            &["ghp_", "gho_", "ghu_", "ghs_", "github_pat_"],
        )
    },
    // https://docs.gitlab.com/api/personal_access_tokens/
    Check {
        header: Some("private-token"),
        ..bearer(
            Issuer::GitLab,
            "GitLab",
            "https://gitlab.com/-/user_settings/personal_access_tokens",
            "gitlab.com",
            "/api/v4/personal_access_tokens/self",
            &["glpat-"],
        )
    },
    // https://docs.stripe.com/api/balance/balance_retrieve
    bearer(
        Issuer::Stripe,
        "Stripe",
        "https://dashboard.stripe.com/apikeys",
        "api.stripe.com",
        "/v1/balance",
        &["sk_live_", "sk_test_", "rk_live_", "rk_test_"],
    ),
];

/// What was read out of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The issuer takes the key.
    Alive,
    /// It takes the key, and there is nothing left to spend.
    NoBalance,
    /// It knows the key, which may not do this: a restricted one.
    Limited,
    /// It is asked too often just now. Says nothing about the key.
    RateLimited,
    /// It does not take the key any more.
    Dead,
    /// It does not know the key, which may belong to another server of the same software. No proof of anything.
    NotKnown,
    /// It has trouble of its own.
    Trouble,
    /// Something was answered that is not in its form: by a site in between, or by a new version.
    Strange,
    /// Nobody answered, or the answer led elsewhere, where a key does not go.
    Unreached,
    /// Nobody answered in time.
    Late,
}

impl Verdict {
    /// Whether the issuer was seen to take the key.
    pub fn is_alive(self) -> bool {
        matches!(self, Verdict::Alive | Verdict::NoBalance | Verdict::Limited)
    }
}

/// What is left in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// By its three letters (ISO 4217).
    pub currency: String,
    /// All of it.
    pub total: Amount,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// About the key.
    pub verdict: Verdict,
    /// What is left, where the issuer tells.
    pub balances: Vec<Balance>,
    /// After how many seconds it may be asked again, where it says so.
    pub retry_s: Option<u32>,
}

impl From<Verdict> for Reading {
    fn from(verdict: Verdict) -> Self {
        Reading {
            verdict,
            balances: Vec::new(),
            retry_s: None,
        }
    }
}

/// What came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Of HTTP.
    pub status: u16,
    /// The header `Retry-After`.
    pub retry_after: Option<&'a str>,
    /// As much of the body as was read.
    pub body: &'a str,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// The check for a provider's keys, if there is one.
pub fn of_provider(provider: &str) -> Option<&'static Check> {
    CHECKS
        .iter()
        .find(|check| check.provider.eq_ignore_ascii_case(provider))
}

impl Check {
    /// The address.
    pub fn url(&self) -> String {
        format!("https://{}{}", self.host, self.path)
    }

    /// Whether an answer says what is left.
    pub fn tells_balance(&self) -> bool {
        matches!(self.issuer, Issuer::DeepSeek)
    }

    /// The permission that the request needs, as browsers write it.
    pub fn permission(&self) -> String {
        format!("https://{}/*", self.host)
    }

    /// Whether this request says anything about such a key. A secret of another kind would be refused as if it were dead.
    pub fn is_for(&self, key: &Secret<String>) -> bool {
        // EXPOSE: compared.
        let key = key.expose();
        let begins = |starts: &[&str]| starts.iter().any(|start| key.starts_with(start));
        key.len() <= MOST_KEY_BYTES
            && !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_graphic())
            && (self.begins.is_empty() || begins(self.begins))
            && !begins(self.but)
    }

    /// The headers, that of the key among them.
    pub fn headers(&self, key: &Secret<String>) -> Vec<(&'static str, Secret<String>)> {
        let plain = |value: &str| Secret::from(value);
        // EXPOSE: into the header, which is a secret again.
        let key = key.expose();
        let mut headers = vec![match self.header {
            Some(name) => (name, plain(key)),
            None => {
                let mut value = String::with_capacity("Bearer ".len() + key.len());
                value.push_str("Bearer ");
                value.push_str(key);
                ("authorization", Secret::new(value))
            }
        }];
        headers.push(("accept", plain("application/json")));
        headers.extend(self.more.iter().map(|&(name, value)| (name, plain(value))));
        headers
    }

    /// Reads an answer.
    pub fn read(&self, answer: &Answer<'_>) -> Reading {
        let node = Node::parse(answer.body).filter(|node| node.is_object());
        match (answer.status, node) {
            (200, Some(node)) => self.read_success(node),
            (200, None) if self.begins_as_list(answer) => Verdict::Alive.into(),
            (402, Some(_)) => Verdict::NoBalance.into(),
            (429, Some(node)) if code(node).as_deref() == Some("insufficient_quota") => {
                Verdict::NoBalance.into()
            }
            (429, _) => Reading {
                retry_s: answer.retry_after.and_then(seconds),
                ..Verdict::RateLimited.into()
            },
            (400 | 401 | 403, Some(node)) => {
                let verdict = self.read_refusal(answer.status, node);
                let retry_s = match verdict {
                    Verdict::RateLimited => answer.retry_after.and_then(seconds),
                    _ => None,
                };
                Reading {
                    retry_s,
                    ..verdict.into()
                }
            }
            (500..=599, _) => Verdict::Trouble.into(),
            _ => Verdict::Strange.into(),
        }
    }

    fn read_success(&self, node: Node<'_>) -> Reading {
        let has_list = |name: &str| node.member(name).is_some_and(Node::is_array);
        let has_object = |name: &str| node.member(name).is_some_and(Node::is_object);
        let is_right = match self.issuer {
            Issuer::DeepSeek => return read_balance(node).unwrap_or(Verdict::Strange.into()),
            Issuer::OpenAi | Issuer::Anthropic | Issuer::Groq | Issuer::Mistral => has_list("data"),
            Issuer::Google => has_list("models"),
            Issuer::OpenRouter => has_object("data"),
            Issuer::HuggingFace => node.text_of("name").is_some(),
            Issuer::GitHub => has_object("resources"),
            Issuer::GitLab => {
                let active = node.member("active").and_then(Node::truth);
                match active {
                    // It describes tokens that it does not take any more, too.
                    Some(false) => return Verdict::Dead.into(),
                    active => active.is_some(),
                }
            }
            Issuer::Stripe => node.text_of("object").as_deref() == Some("balance"),
        };
        if is_right {
            Verdict::Alive.into()
        } else {
            Verdict::Strange.into()
        }
    }

    /// A list of models that is longer than what was read.
    fn begins_as_list(&self, answer: &Answer<'_>) -> bool {
        !answer.is_whole
            && matches!(self.issuer, Issuer::OpenAi | Issuer::Groq | Issuer::Mistral)
            && answer.body.trim_start().starts_with('{')
            && answer.body.contains("\"data\"")
    }

    fn read_refusal(&self, status: u16, node: Node<'_>) -> Verdict {
        let error = node.member("error");
        let kind = error.and_then(|error| error.text_of("type"));
        let kind = kind.as_deref();
        let code = code(node);
        let code = code.as_deref();
        let message = error.and_then(|error| error.text_of("message"));
        let message = message.or_else(|| node.text_of("message"));
        let message = message.unwrap_or_default();
        let verdict = |is_dead: bool, is_limited: bool| match (is_dead, is_limited) {
            (true, _) => Verdict::Dead,
            (_, true) => Verdict::Limited,
            _ => Verdict::Strange,
        };
        match self.issuer {
            Issuer::DeepSeek => verdict(
                status == 401
                    && kind == Some("authentication_error")
                    && message.starts_with("Authentication Fails"),
                false,
            ),
            // A restricted key is refused with 401 or 403, and "Missing scopes" in the message only.
            Issuer::OpenAi => verdict(
                status == 401 && code == Some("invalid_api_key"),
                status != 400 && message.contains("insufficient permissions"),
            ),
            // 401 of the same type is what it has for browsers that it does not want.
            Issuer::Anthropic => verdict(
                status == 401
                    && kind == Some("authentication_error")
                    && message.contains("invalid x-api-key"),
                status == 403 && kind == Some("permission_error"),
            ),
            Issuer::Google => {
                let details = error.and_then(|error| error.member("details"));
                let details = details.map(Node::items).unwrap_or_default();
                let is_invalid = details
                    .iter()
                    .any(|detail| detail.text_of("reason").as_deref() == Some("API_KEY_INVALID"));
                let status_word = error.and_then(|error| error.text_of("status"));
                let is_denied = status_word.as_deref() == Some("PERMISSION_DENIED");
                // It blocks keys that it found in public, and says so.
                let is_leaked = is_denied && message.contains("reported as leaked");
                verdict(
                    status == 400 && is_invalid || status == 403 && is_leaked,
                    status == 403 && is_denied,
                )
            }
            Issuer::OpenRouter => {
                verdict(status == 401 && error.is_some_and(Node::is_object), false)
            }
            Issuer::Groq => verdict(status == 401 && code == Some("invalid_api_key"), false),
            Issuer::Mistral => {
                let detail = node.text_of("detail");
                let says = [detail.as_deref(), Some(message.as_str())];
                verdict(status == 401 && says.contains(&Some("Unauthorized")), false)
            }
            Issuer::HuggingFace => verdict(
                status == 401 && error.is_some_and(|error| error.text().is_some()),
                status == 403 && error.is_some(),
            ),
            Issuer::GitHub => match status {
                401 => verdict(message == "Bad credentials", false),
                403 if message.contains("rate limit") => Verdict::RateLimited,
                403 => verdict(false, !message.is_empty()),
                _ => Verdict::Strange,
            },
            Issuer::GitLab => {
                let error = error.and_then(Node::text);
                match (status, error.as_deref()) {
                    (401, Some("invalid_token")) => Verdict::Dead,
                    (401, None) if message == "401 Unauthorized" => Verdict::NotKnown,
                    (403, Some("insufficient_scope" | "insufficient_granular_scope")) => {
                        Verdict::Limited
                    }
                    _ => Verdict::Strange,
                }
            }
            Issuer::Stripe => verdict(
                status == 401
                    && (code == Some("api_key_expired") || message.starts_with("Invalid API Key")),
                status == 403 && kind == Some("invalid_request_error"),
            ),
        }
    }
}

/// The code in an error.
fn code(node: Node<'_>) -> Option<String> {
    node.member("error")?.text_of("code")
}

fn read_balance(node: Node<'_>) -> Option<Reading> {
    let is_available = node.member("is_available")?.truth()?;
    let mut balances = Vec::new();
    for info in node.member("balance_infos")?.items() {
        let currency = info.text_of("currency")?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let total = Amount::parse(&info.text_of("total_balance")?)?;
        balances.push(Balance { currency, total });
    }
    balances.truncate(MOST_BALANCES);
    let verdict = match is_available {
        true => Verdict::Alive,
        false => Verdict::NoBalance,
    };
    Some(Reading {
        balances,
        ..verdict.into()
    })
}

/// `Retry-After` in seconds; its other form, a date, is not worth a reader of dates.
fn seconds(text: &str) -> Option<u32> {
    let seconds: u32 = text.trim().parse().ok()?;
    (seconds <= MOST_RETRY_S).then_some(seconds)
}
