//! The web that the browsers under test see: every host name, over `http:` and `https:`, answered by this process.
//!
//! One listener on loopback is both a plain server and the browsers' proxy. So `https://platform.deepseek.com` keeps its
//! scheme, host and default port while it is served from `pages/`, both browsers are set up alike, and nothing of a test
//! ever leaves the machine. A browser without the proxy reaches the same pages on loopback, over `http:` and `https:` on one
//! port, and over a second one, which is another origin.
//!
//! The first part of a path names the policy a page is served under (see [`Policy`]), the rest names a file below
//! `pages/`. In `.html` files `{{nonce}}` stands for the response's nonce, `{{here}}` and `{{twin}}` for the two ports, and
//! `{{name}}` for the query's parameter of that name. Reports about violated policies and submitted forms are kept for the scenes to look at.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, anyhow};
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine as _};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::provider::{Providers, Reply, Seen};

/// A request body larger than this closes the connection: no scene posts more.
const MAX_BODY_BYTES: usize = 128 << 20;

/// What a page sent: a report about its policy, or a form.
#[derive(Clone, Debug)]
pub struct Received {
    /// Path without the query.
    pub path: String,
    /// Query, still encoded.
    pub query: String,
    /// Body as text.
    pub body: String,
}

/// The listener and what it has received so far.
pub struct Server {
    shared: Arc<Shared>,
}

struct Shared {
    pages: PathBuf,
    ports: [u16; 2],
    received: Mutex<Vec<Received>>,
    nonces: AtomicU64,
    tls: TlsAcceptor,
    providers: Providers,
}

/// The policies that pages are served under: first part of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// No policy at all.
    Plain,
    /// `default-src 'none'`, and a nonce for the page's own script and style.
    None,
    /// Nonces with `strict-dynamic`, as large sites have it.
    Dynamic,
    /// As `None`, with Trusted Types required and no policy of them allowed.
    Trusted,
}

impl Policy {
    /// The first part of the path.
    pub fn name(self) -> &'static str {
        match self {
            Policy::Plain => "plain",
            Policy::None => "none",
            Policy::Dynamic => "dynamic",
            Policy::Trusted => "trusted",
        }
    }

    fn by_name(name: &str) -> Option<Policy> {
        [
            Policy::Plain,
            Policy::None,
            Policy::Dynamic,
            Policy::Trusted,
        ]
        .into_iter()
        .find(|policy| policy.name() == name)
    }

    fn header(self, nonce: &str) -> Option<String> {
        let sources = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'"
        );
        Some(match self {
            Policy::Plain => return None,
            Policy::None => format!("{sources}; report-uri /report"),
            Policy::Dynamic => format!(
                "script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; report-uri /report"
            ),
            Policy::Trusted => format!(
                "{sources}; require-trusted-types-for 'script'; trusted-types 'none'; report-uri /report"
            ),
        })
    }
}

impl Server {
    /// Listens on a free port of the loopback interface and serves the files below `pages`.
    pub async fn start(pages: &Path) -> Result<Server> {
        let listeners = [
            TcpListener::bind(("127.0.0.1", 0)).await?,
            TcpListener::bind(("127.0.0.1", 0)).await?,
        ];
        let ports = [
            listeners[0].local_addr()?.port(),
            listeners[1].local_addr()?.port(),
        ];
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Certificates::default()));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let shared = Arc::new(Shared {
            pages: pages.to_path_buf(),
            ports,
            received: Mutex::default(),
            nonces: AtomicU64::new(1),
            tls: TlsAcceptor::from(Arc::new(config)),
            providers: Providers::default(),
        });
        for listener in listeners {
            let shared = shared.clone();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let shared = shared.clone();
                    // A browser that hangs up in the middle is no event for the scenes.
                    tokio::spawn(async move { serve(stream, &shared).await.ok() });
                }
            });
        }
        Ok(Server { shared })
    }

    /// The port on 127.0.0.1, for the browser's proxy settings and for a person's browser without a proxy.
    pub fn port(&self) -> u16 {
        self.shared.ports[0]
    }

    /// The issuers of keys, and all requests of the browsers.
    pub fn providers(&self) -> &Providers {
        &self.shared.providers
    }

    /// Everything received on `path` with `mark` in its query or body. A mark is how scenes keep apart.
    pub fn received(&self, path: &str, mark: &str) -> Vec<Received> {
        let received = self
            .shared
            .received
            .lock()
            .expect("no thread panics while it holds the lock");
        received
            .iter()
            .filter(|r| r.path == path && (r.query.contains(mark) || r.body.contains(mark)))
            .cloned()
            .collect()
    }
}

async fn serve(stream: TcpStream, shared: &Shared) -> Result<()> {
    let mut stream = BufReader::new(stream);
    if is_tls(&mut stream).await? {
        let tls = shared.tls.accept(stream).await?;
        return serve_requests(BufReader::new(tls), None, shared).await;
    }
    let Some(head) = read_head(&mut stream).await? else {
        return Ok(());
    };
    if head.method != "CONNECT" {
        return serve_requests(stream, Some(head), shared).await;
    }
    shared.providers.ask(Seen {
        host: host_of(&head.target),
        path: String::new(),
        headers: Vec::new(),
    });
    stream
        .get_mut()
        .write_all(b"HTTP/1.1 200 connected\r\n\r\n")
        .await?;
    // What follows is TLS or, for WebSockets without TLS and the like, plain HTTP.
    if is_tls(&mut stream).await? {
        let tls = shared.tls.accept(stream).await?;
        serve_requests(BufReader::new(tls), None, shared).await
    } else {
        serve_requests(stream, None, shared).await
    }
}

/// Records of TLS begin with 22.
async fn is_tls(stream: &mut BufReader<TcpStream>) -> Result<bool> {
    Ok(stream.fill_buf().await?.first() == Some(&22))
}

struct Head {
    method: String,
    target: String,
    length: usize,
    headers: Vec<(String, String)>,
}

impl Head {
    fn seen(&self) -> Seen {
        let host = self.headers.iter().find(|(name, _)| name == "host");
        let path = self.target.split('?').next().unwrap_or_default();
        Seen {
            host: host.map(|(_, host)| host_of(host)).unwrap_or_default(),
            path: path.to_owned(),
            headers: self.headers.clone(),
        }
    }
}

/// Without the port.
fn host_of(authority: &str) -> String {
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    host.to_ascii_lowercase()
}

async fn read_head<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Result<Option<Head>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut parts = line.split_whitespace();
    let method = parts.next().context("an empty request line")?.to_owned();
    let target = parts
        .next()
        .context("a request line without target")?
        .to_owned();
    let mut length = 0;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(anyhow!("the head of a request ends early"));
        }
        let line = line.trim_end();
        if line.is_empty() {
            return Ok(Some(Head {
                method,
                target,
                length,
                headers,
            }));
        }
        if let Some((name, value)) = line.split_once(':') {
            let (name, value) = (name.to_ascii_lowercase(), value.trim());
            if name == "content-length" {
                length = value.parse()?;
            }
            headers.push((name, value.to_owned()));
        }
    }
}

async fn serve_requests<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    mut first: Option<Head>,
    shared: &Shared,
) -> Result<()> {
    loop {
        let head = match first.take() {
            Some(head) => head,
            None => match read_head(&mut stream).await? {
                Some(head) => head,
                None => return Ok(()),
            },
        };
        if head.length > MAX_BODY_BYTES {
            return Err(anyhow!("a body of {} bytes", head.length));
        }
        let mut body = vec![0; head.length];
        stream.read_exact(&mut body).await?;
        if let Some((_, key)) = head
            .headers
            .iter()
            .find(|(name, _)| name == "sec-websocket-key")
        {
            return serve_socket(stream, &head.target, key, shared).await;
        }
        let response = match shared.providers.ask(head.seen()) {
            Some(Reply::Answer(status, headers, body)) => Response {
                status,
                headers,
                body: body.into(),
            },
            Some(Reply::Silence) => {
                // Until the browser gives up.
                stream.fill_buf().await?;
                return Ok(());
            }
            Some(Reply::End) => return Ok(()),
            None => respond(&head, &body, shared),
        };
        let mut text = format!(
            "HTTP/1.1 {}\r\ncontent-length: {}\r\n",
            response.status,
            response.body.len()
        );
        for (name, value) in &response.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("cache-control: no-store\r\n\r\n");
        stream.get_mut().write_all(text.as_bytes()).await?;
        stream.get_mut().write_all(&response.body).await?;
        stream.get_mut().flush().await?;
    }
}

/// A WebSocket (RFC 6455), each message of which is kept like what is sent to `/collect`, with the query of the socket's address. One
/// frame is one message, of 64 KB at most: no scene sends others.
async fn serve_socket<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    target: &str,
    key: &str,
    shared: &Shared,
) -> Result<()> {
    let accepted = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let accepted = digest(&SHA1_FOR_LEGACY_USE_ONLY, accepted.as_bytes());
    let accepted = STANDARD.encode(accepted.as_ref());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accepted}\r\n\r\n"
    );
    stream.get_mut().write_all(answer.as_bytes()).await?;
    stream.get_mut().flush().await?;
    loop {
        let [kind, length] = [stream.read_u8().await?, stream.read_u8().await?];
        let length = match length & 0x7f {
            126 => usize::from(stream.read_u16().await?),
            127 => return Err(anyhow!("a message of a WebSocket is too long")),
            length => usize::from(length),
        };
        let mut mask = [0; 4];
        stream.read_exact(&mut mask).await?;
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        for (byte, mask) in body.iter_mut().zip(mask.into_iter().cycle()) {
            *byte ^= mask;
        }
        match kind & 0x0f {
            1 | 2 => {
                let received = Received {
                    path: "/collect".to_owned(),
                    query: target
                        .split_once('?')
                        .map_or("", |(_, query)| query)
                        .to_owned(),
                    body: String::from_utf8_lossy(&body).into_owned(),
                };
                let mut all = shared.received.lock();
                all.as_mut()
                    .expect("no thread panics while it holds the lock")
                    .push(received);
            }
            8 => return Ok(()),
            _ => {}
        }
    }
}

struct Response {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Response {
    fn new(status: &'static str, kind: &str, body: impl Into<Vec<u8>>) -> Response {
        Response {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: body.into(),
        }
    }
}

fn respond(head: &Head, body: &[u8], shared: &Shared) -> Response {
    // A proxy is asked for `http://host/path`, a server for `/path`.
    let target = match head.target.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => &head.target,
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if matches!(path, "/report" | "/submit" | "/collect") {
        let received = Received {
            path: path.to_owned(),
            query: query.to_owned(),
            body: String::from_utf8_lossy(body).into_owned(),
        };
        shared
            .received
            .lock()
            .expect("no thread panics while it holds the lock")
            .push(received);
        return Response::new(
            "200 OK",
            "text/html; charset=utf-8",
            "<!doctype html><title>received</title><p>received",
        );
    }
    page(path, query, shared)
        .unwrap_or_else(|| Response::new("404 Not Found", "text/plain", "not here"))
}

fn page(path: &str, query: &str, shared: &Shared) -> Option<Response> {
    let (first, rest) = path
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or(("", "demo/index.html"));
    let (policy, rest) = match Policy::by_name(first) {
        Some(policy) => (policy, rest),
        None => (Policy::Plain, path.trim_start_matches('/')),
    };
    let rest = if rest.is_empty() {
        "demo/index.html"
    } else {
        rest
    };
    if rest.split('/').any(|part| part == "..") {
        return None;
    }
    let file = shared.pages.join(rest);
    let bytes = std::fs::read(&file).ok()?;
    let kind = match file.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "pdf" => "application/pdf",
        "ttf" => "font/ttf",
        _ => "application/octet-stream",
    };
    if !kind.starts_with("text/html") {
        return Some(Response::new("200 OK", kind, bytes));
    }
    let nonce = format!("n{}", shared.nonces.fetch_add(1, Ordering::Relaxed));
    let mut text = String::from_utf8(bytes)
        .ok()?
        .replace("{{nonce}}", &nonce)
        .replace("{{here}}", &shared.ports[0].to_string())
        .replace("{{twin}}", &shared.ports[1].to_string());
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(value)
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;");
        text = text.replace(&format!("{{{{{name}}}}}"), &value);
    }
    let mut response = Response::new("200 OK", kind, text);
    if let Some(header) = policy.header(&nonce) {
        response.headers.push(("content-security-policy", header));
    }
    Some(response)
}

/// Percent-decoding of a query's value.
fn decode(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = value
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (b'+', _) => {
                out.push(b' ');
                at += 1;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A self-signed certificate for each name that is asked for. The browsers are told to accept them.
#[derive(Default)]
struct Certificates {
    made: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Certificates")
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or("localhost").to_owned();
        let mut made = self.made.lock().ok()?;
        if let Some(certificate) = made.get(&name) {
            return Some(certificate.clone());
        }
        let fresh = rcgen::generate_simple_self_signed([name.clone()]).ok()?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(fresh.signing_key.serialize_der()));
        let key = rustls::crypto::ring::sign::any_supported_type(&key).ok()?;
        let certificate = Arc::new(CertifiedKey::new(vec![fresh.cert.der().clone()], key));
        made.insert(name, certificate.clone());
        Some(certificate)
    }
}
