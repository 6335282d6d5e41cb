//! Issuers of keys, as far as a check asks them: each documented answer of DeepSeek's balance, and the ways in which a network
//! fails. What is answered depends on the key, so that scenes keep apart; a key that no scene named is one that DeepSeek does not know.

use std::collections::HashMap;
use std::sync::Mutex;

/// The one host that answers here as its owner would.
pub const HOST: &str = "api.deepseek.com";

/// What becomes of a request with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// 200 with a balance.
    Takes,
    /// 200, and the balance does not suffice.
    UsedUp,
    /// 401 in DeepSeek's form.
    Refuses,
    /// 402.
    NoBalance,
    /// 429 with a time to wait.
    TooOften,
    /// 401 with a page of HTML, as a network that wants a sign-in has it.
    Page,
    /// 500.
    Broken,
    /// 302 to another host.
    Leads,
    /// More than is read, and no end of it.
    Floods,
    /// Nothing, for as long as the browser waits.
    Silent,
    /// The connection ends without an answer.
    HangsUp,
}

/// A request as the issuer saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The host that was asked.
    pub host: String,
    /// Its path; empty for a connection that no request is known of.
    pub path: String,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
}

impl Seen {
    /// The key, where it is one.
    pub fn key(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(other, _)| other == name);
        header.map(|(_, value)| value.as_str())
    }
}

/// What is known of keys and of who asked.
#[derive(Debug, Default)]
pub struct Providers {
    keys: Mutex<HashMap<String, Behaviour>>,
    seen: Mutex<Vec<Seen>>,
}

/// What goes over the wire.
#[derive(Debug)]
pub enum Reply {
    /// An answer: status, headers, body.
    Answer(&'static str, Vec<(&'static str, String)>, String),
    /// None.
    Silence,
    /// The end of the connection.
    End,
}

impl Providers {
    /// From now on such requests are answered so.
    pub fn behave(&self, key: &str, behaviour: Behaviour) {
        let mut keys = self.keys.lock().expect("nothing panics while it is held");
        keys.insert(key.to_owned(), behaviour);
    }

    /// All requests and connections so far.
    pub fn seen(&self) -> Vec<Seen> {
        let seen = self.seen.lock().expect("nothing panics while it is held");
        seen.clone()
    }

    /// Notes a request, and answers it where it is for an issuer.
    pub fn ask(&self, seen: Seen) -> Option<Reply> {
        let reply = (seen.host == HOST && !seen.path.is_empty()).then(|| self.answer(&seen));
        let mut all = self.seen.lock().expect("nothing panics while it is held");
        all.push(seen);
        reply
    }

    fn answer(&self, seen: &Seen) -> Reply {
        let keys = self.keys.lock().expect("nothing panics while it is held");
        let known = seen.key().and_then(|key| keys.get(key)).copied();
        let json = || vec![("content-type", "application/json".to_owned())];
        let error = |message: &str, kind: &str| {
            format!(
                r#"{{"error":{{"message":"{message}","type":"{kind}","param":null,"code":"invalid_request_error"}}}}"#
            )
        };
        if seen.path != "/user/balance" {
            return Reply::Answer("404 Not Found", json(), error("Not Found", "not_found"));
        }
        let balance = |is_available: bool, total: &str| {
            format!(
                r#"{{"is_available":{is_available},"balance_infos":[{{"currency":"CNY","total_balance":"{total}","granted_balance":"0.00","topped_up_balance":"{total}"}}]}}"#
            )
        };
        match known.unwrap_or(Behaviour::Refuses) {
            Behaviour::Takes => Reply::Answer("200 OK", json(), balance(true, "110.00")),
            Behaviour::UsedUp => Reply::Answer("200 OK", json(), balance(false, "0.00")),
            Behaviour::Refuses => Reply::Answer(
                "401 Unauthorized",
                json(),
                error(
                    "Authentication Fails, Your api key: ****made is invalid",
                    "authentication_error",
                ),
            ),
            Behaviour::NoBalance => Reply::Answer(
                "402 Payment Required",
                json(),
                error("Insufficient Balance", "unknown_error"),
            ),
            Behaviour::TooOften => {
                let mut headers = json();
                headers.push(("retry-after", "30".to_owned()));
                Reply::Answer(
                    "429 Too Many Requests",
                    headers,
                    error("Rate limit reached", "rate_limit_error"),
                )
            }
            Behaviour::Page => Reply::Answer(
                "401 Unauthorized",
                vec![("content-type", "text/html".to_owned())],
                "<!doctype html><title>Sign in</title>".to_owned(),
            ),
            Behaviour::Broken => Reply::Answer(
                "500 Internal Server Error",
                json(),
                error("Server Error", "server_error"),
            ),
            Behaviour::Leads => Reply::Answer(
                "302 Found",
                vec![("location", "https://elsewhere.example/plain/".to_owned())],
                String::new(),
            ),
            Behaviour::Floods => {
                Reply::Answer("200 OK", json(), format!("[{}", "0,".repeat(1 << 20)))
            }
            Behaviour::Silent => Reply::Silence,
            Behaviour::HangsUp => Reply::End,
        }
    }
}
