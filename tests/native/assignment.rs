//! What is assigned to a secret name: where it is found, how sure it is, and what is none.

use keyward::detect::{self, Severity};

/// What is found in a text of which `<>` is left out, as `severity key`.
fn found(text: &str) -> Vec<String> {
    let text = text.replace("<>", "");
    let mut found = Vec::new();
    detect::scan_whole(detect::tables(), text.as_bytes(), |finding| {
        let key = &text[finding.start..finding.end];
        found.push(format!("{} {key}", finding.severity.word()));
    });
    found
}

#[test]
fn where_values_stand() {
    let key = "q8ZrLw0Xv<>N5mYs4Bu";
    for text in [
        "$token .= \"◆\";",
        "<token>\n    ◆\n</token>",
        "var apiToken string = \"◆\"",
        "password = @\"◆\";",
        "token = b'◆'",
        "if (password != \"◆\") {",
        "<add key=\"ClientSecret\" value=\"◆\" />",
        "- name: SERVICE_TOKEN\n              value: ◆\n",
        "{\"name\": \"API_KEY\", \"value\": \"◆\"}",
        "Connect-Server -User admin -Password ◆",
        "curl -H 'Authorization: Api-Token ◆'",
        "curl -u admin:◆ https://example.net",
        "curl --user 'admin:◆' https://example.net",
    ] {
        let expected = format!("probable {}", key.replace("<>", ""));
        assert_eq!(found(&text.replace("◆", key)), [expected], "{text}");
    }
}

#[test]
fn what_values_may_be() {
    for (text, expected) in [
        // Signs that no language puts so, and signs that separate elsewhere.
        (
            "password: \"m<>{4h}o)p${e]nob(9dy[f>-_$#q\"",
            "probable m{4h}o)p${e]nob(9dy[f>-_$#q",
        ),
        (
            "serviceToken = \"l_=frk4<>ks4nah20g9ufh_kr:agbpvtrr7\"",
            "probable l_=frk4ks4nah20g9ufh_kr:agbpvtrr7",
        ),
        (
            "AWS_SECRET_ACCESS_KEY = wJalrXUt<>nFEMI/K7MDLNG/bPxRfiCYSLURTSKEY",
            "probable wJalrXUtnFEMI/K7MDLNG/bPxRfiCYSLURTSKEY",
        ),
        // Any of these may be a key or an id, or a password of an example.
        (
            "api_token = \"dafa7817-e246-48f3<>-91a7-e87653d587b8\"",
            "possible dafa7817-e246-48f3-91a7-e87653d587b8",
        ),
        ("password = \"rapunz3l\"", "possible rapunz3l"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn what_is_no_value() {
    for text in [
        "withXSRFToken: defaultToConfig2,",
        "client_auth_class = OAuth2ClientAuth",
        "encrypt(password: Uint8Array): string",
        "tokenizer = AutoTokenizer.from_pretrained(\"google/mt5-small\")",
        "headers = {\"X-metadata-token\": imdsv2_session_token}",
        "credentials.with_quota_project('myproject-123')",
        "('', 'test_secret') => 'f7f9bd47fb987337b5796fdc1fdb9ba221d0d5396814bfca'",
        "password = 'open_sesame'",
        "export PASSWORD=\"'$OTHER_PASSWORD'\"",
        "secret = \"SecretName-6RandomCharacters\"",
        "postgresql://postgres:postgres@localhost/app",
        "new URL('https://abc:xyz@example.com')",
        "mssql+pyodbc://scott:tiger^5HHH@mssql2017:1433/test",
        "self, private_key: ed25519.Ed25519PrivateKey, more",
        "let secret = TLS13_CHACHA20_POLY1305_SHA256_INTERNAL",
        "sent = treebank.tokenized('wsj_0001.mrg')",
        "_core_token = r'(?:(?:(?:\\^[%s]?)?[^\"%s%s)])+)' % (_nl, 1)",
        "{ password: 'real-secret-6-levels' }",
        "{ \"zoom\": \"yes\", \"zoomForTheTopLevelNoneForTheRest\": {",
        "\"LocalConsolePassword\": \"PassWordMustBeAtLeast6Chars.\"",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn what_everybody_has_is_marked_only() {
    // An RSA key of 512 bits, in which nothing but the size is looked at; one of 1024 bits that is cut off is not taken for it.
    let body = "q8ZrLw0XvN5mYs4Bu7Kc".repeat(16);
    let begin = concat!("-----BEGIN RSA ", "PRIVATE KEY-----");
    let end = concat!("-----END RSA ", "PRIVATE KEY-----");
    let toy = format!("{begin}\nMIIBPAIBAAJB{body}\n{end}");
    assert_eq!(found(&toy), [format!("possible {toy}")]);
    let cut = format!("{begin}\nMIICXAIBAAKB{body}");
    assert_eq!(found(&cut), [format!("certain {cut}")]);
    for text in [
        // Fingers on the keyboard, and base64 of "not my real password".
        "'access_token': 'askfjh2<>34as9sd8'",
        "password: 'bm90IG15IHJlYWwg<>cGFzc3dvcmQ='",
        "Server=db;uid=crm;password=dbpassword;",
        "\"access_token\": \"2YotnFZFEjr1<>zCsicMWpAA\"",
        "STRIPE_KEY=sk_test_<>4eC39HqLyjWDarjtT1zdp7dc",
        "110201543:AAHdqTcvCH1vGWJ<>xfSe1ofSAs0K5PALDsaw",
        "AGE-SECRET-KEY-1EGTZVFFV20835NW<>YV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0",
    ] {
        let found = found(text);
        assert!(
            matches!(&found[..], [one] if one.starts_with(Severity::Possible.word())),
            "{text}: {found:?}"
        );
    }
}
