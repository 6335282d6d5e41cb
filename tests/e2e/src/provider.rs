//! Issuers of keys, as far as a check asks them: each documented answer of DeepSeek's balance, and the ways in which a network
//! fails. What is answered depends on the key, so that scenes keep apart; a key that no scene named is one that DeepSeek does not know.

use std::collections::HashMap;
use std::sync::Mutex;

/// The one host that answers here as its owner would.
pub const HOST: &str = "api.deepseek.com";
/// The host on which keys are made and deleted.
pub const CONSOLE: &str = "platform.deepseek.com";
/// Its page.
const CONSOLE_PAGE: &str = include_str!("../pages/console.html");

/// What becomes of a request with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// 200 with a balance.
    Takes,
    /// 200 with so many hundredths left.
    Left(u32),
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
    /// Those that were made on the console, in order.
    made: Mutex<Vec<String>>,
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
        let reply = match seen.host.as_str() {
            HOST if !seen.path.is_empty() => Some(self.answer(&seen)),
            CONSOLE => self.console(&seen.path),
            _ => None,
        };
        let mut all = self.seen.lock().expect("nothing panics while it is held");
        all.push(seen);
        reply
    }

    /// The keys that were made on the console, in order.
    pub fn made(&self) -> Vec<String> {
        let made = self.made.lock().expect("nothing panics while it is held");
        made.clone()
    }

    /// Where keys are made; `None` for the pages that this host has besides.
    fn console(&self, path: &str) -> Option<Reply> {
        if path == "/api_keys" {
            let policy = "default-src 'none'; script-src 'nonce-console'; style-src 'nonce-console'; connect-src 'self'";
            let headers = vec![
                ("content-type", "text/html; charset=utf-8".to_owned()),
                ("content-security-policy", policy.to_owned()),
            ];
            return Some(Reply::Answer("200 OK", headers, CONSOLE_PAGE.to_owned()));
        }
        let body = match path.strip_prefix("/console/")? {
            "make" => format!(r#"{{"key":"{}"}}"#, self.make()),
            "list" => self.list(),
            path => {
                let number: usize = path.strip_prefix("delete/")?.parse().ok()?;
                let key = self.made().get(number)?.clone();
                self.behave(&key, Behaviour::Refuses);
                self.list()
            }
        };
        let json = vec![("content-type", "application/json".to_owned())];
        Some(Reply::Answer("200 OK", json, body))
    }

    fn make(&self) -> String {
        let mut made = self.made.lock().expect("nothing panics while it is held");
        let key = format!("sk-{:02x}{}", made.len(), "7c41e0a9b3d84f5e9a2d6b1f0c8e35");
        made.push(key.clone());
        drop(made);
        self.behave(&key, Behaviour::Takes);
        key
    }

    /// Those that it takes, in the few letters that such a page shows of them.
    fn list(&self) -> String {
        let keys = self.keys.lock().expect("nothing panics while it is held");
        let made = self.made().into_iter().enumerate();
        let lines: Vec<String> = made
            .filter(|(_, key)| keys.get(key) == Some(&Behaviour::Takes))
            .map(|(number, key)| {
                let masked = format!("{}****{}", &key[..5], &key[31..]);
                format!(r#"{{"number":{number},"masked":"{masked}"}}"#)
            })
            .collect();
        format!("[{}]", lines.join(","))
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
            Behaviour::Left(hundredths) => {
                let total = format!("{}.{:02}", hundredths / 100, hundredths % 100);
                Reply::Answer("200 OK", json(), balance(true, &total))
            }
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
