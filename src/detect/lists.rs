//! The lists that the detectors' files and the scanner have in common; a number in a table is a place in one.

/// The checks that a detector may name, in the order of the numbers in the tables.
pub const CHECKSUMS: [&str; 14] = [
    "",
    "github",
    "github-pat",
    "gitlab",
    "vercel",
    "confluent",
    "zuplo",
    "cloudflare",
    "grafana",
    "atlassian",
    "apify",
    "wandb",
    "deno",
    "canva",
];
/// The verifiers written by hand, in the order of the numbers in the tables.
pub const VERIFIERS: [&str; 7] = [
    "",
    "pem",
    "jwt",
    "assignment",
    "url-password",
    "basic",
    "uuid4",
];
/// The kinds of key, in the order of the numbers in the tables, with the words that a person reads.
pub const KINDS: [(&str, &str); 11] = [
    ("api-key", "API key"),
    ("access-token", "access token"),
    ("refresh-token", "refresh token"),
    ("client-secret", "client secret"),
    ("private-key", "private key"),
    ("password", "password"),
    ("connection-string", "connection string"),
    ("webhook-url", "webhook address"),
    ("signing-secret", "signing secret"),
    ("session-token", "session token"),
    ("secret", "secret"),
];
/// The severities, in the order of the numbers in the tables, which begin with 1.
pub const SEVERITIES: [&str; 3] = ["possible", "probable", "certain"];
