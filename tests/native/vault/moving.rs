//! Import from files, export of one entry, and how strong a passphrase is.

use keyward::vault::export::{Form, export};
use keyward::vault::import::{self, FileError, Source};
use keyward::vault::{Details, Known, NewEntry, Removed, Standing, strength};

use strength::Advice;

use super::memory::{HandClock, MemoryStorage};
use super::{keys, make_vault, named, passphrase, run, secret};

/// What a file holds: name, owner, key, whether it is chosen at first.
fn check(file: &str, source: Source, expected: &[(&str, &str, &str, bool)], skipped: usize) {
    let import = import::read(file.as_bytes()).unwrap();
    let found: Vec<_> = import
        .candidates
        .iter()
        .map(|candidate| {
            let details = &candidate.details;
            (
                details.name.as_str(),
                details.owner.as_str(),
                candidate.key.expose().as_str(),
                candidate.is_key_by_name,
            )
        })
        .collect();
    assert_eq!(found, expected, "{file}");
    assert_eq!((import.source, import.skipped), (source, skipped), "{file}");
}

#[test]
fn dotenv() {
    let file = "\u{feff}# made up\nOPENAI_API_KEY=plain-value\n\nexport DEEPSEEK_API_KEY = \"quoted value\" # comment\r\nSINGLE_TOKEN='it is # all \\n of this'\nTICKS=`ticks`\nESCAPED_SECRET=\"a\\nb\\\"c\\\\d\\$e\"\nPORT=3000\nEMPTY=\nREFERENCE_KEY=${OTHER_KEY}\nHASH_KEY=abc#def # comment\nnot an assignment\nLAST_KEY=Bearer last-value";
    check(
        file,
        Source::Dotenv,
        &[
            ("OPENAI_API_KEY", "", "plain-value", true),
            ("DEEPSEEK_API_KEY", "", "quoted value", true),
            ("SINGLE_TOKEN", "", "it is # all \\n of this", true),
            ("TICKS", "", "ticks", false),
            ("ESCAPED_SECRET", "", "ab\"c\\d$e", true),
            ("PORT", "", "3000", false),
            ("HASH_KEY", "", "abc#def", true),
            ("LAST_KEY", "", "last-value", true),
        ],
        3,
    );
    let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for file in [
        format!("PRIVATE_KEY=\"{pem}\"\nPORT=1"),
        format!("PRIVATE_KEY=\"{}\"\nPORT=1", pem.replace('\n', "\\n")),
    ] {
        check(
            &file,
            Source::Dotenv,
            &[("PRIVATE_KEY", "", pem, true), ("PORT", "", "1", false)],
            0,
        );
    }
    let import = import::read(b"KEY=Bearer x-value").unwrap();
    assert_eq!(import.candidates[0].removed, [Removed::Bearer]);
    assert_eq!(import.candidates[0].details.variable, "KEY");
    check(
        "KEYBOARD=x-value\nmonkey=y-value\napiKey=z-value",
        Source::Dotenv,
        &[
            ("KEYBOARD", "", "x-value", false),
            ("monkey", "", "y-value", false),
            ("apiKey", "", "z-value", true),
        ],
        0,
    );
}

#[test]
fn tables() {
    check(
        "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n\
         Work,,login,DeepSeek key,a note,\"token: field-value\nplain\",0,https://platform.deepseek.com,me,first-value,\n\
         ,,note,Only a note,text,,0,,,,\n",
        Source::Bitwarden,
        &[
            ("DeepSeek key", "me", "first-value", true),
            ("DeepSeek key token", "", "field-value", true),
        ],
        1,
    );
    check(
        "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n\
         \"A, B\",https://a.example,me,\"with \"\"quotes\"\"\",,false,false,,\"two\nlines\"\n",
        Source::OnePassword,
        &[("A, B", "me", "with \"quotes\"", false)],
        0,
    );
    check(
        "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\",\"TOTP\",\"Icon\",\"Last Modified\",\"Created\"\n\
         \"Root\",\"Stripe token\",\"me\",\"second-value\",\"https://b.example\",\"\",\"\",\"0\",\"2026-01-01T00:00:00Z\",\"2026-01-01T00:00:00Z\"\n",
        Source::KeePassXc,
        &[("Stripe token", "me", "second-value", true)],
        0,
    );
    check(
        "name;key\r\none;first-value\r\ntwo\r\n",
        Source::Table,
        &[("one", "", "first-value", false)],
        1,
    );
    let import = import::read(b"name,url,password\nx,https://c.example,a-value\n").unwrap();
    assert_eq!(import.candidates[0].address, "https://c.example");
    assert!(import.candidates[0].details.origins.is_empty());
}

#[test]
fn json() {
    check(
        r#"{"encrypted":false,"folders":[],"items":[
            {"type":1,"name":"DeepSeek","notes":"n","login":{"uris":[{"uri":"https://d.example"}],"username":"me","password":"first-value","totp":null},
             "fields":[{"name":"hidden","value":"second-value","type":1},{"name":"shown","value":"no","type":0},{"name":"api key","value":"third-value","type":0}]},
            {"type":2,"name":"note","notes":"text","secureNote":{"type":0}},
            {"type":3,"name":"card","card":{"number":"4111"}}]}"#,
        Source::Bitwarden,
        &[
            ("DeepSeek", "me", "first-value", false),
            ("DeepSeek hidden", "me", "second-value", false),
            ("DeepSeek api key", "me", "third-value", true),
        ],
        2,
    );
    check(
        r#"{"accounts":[{"attrs":{},"vaults":[{"attrs":{},"items":[
            {"overview":{"title":"Login","url":"https://e.example"},"details":{"loginFields":[{"designation":"username","value":"me"},{"designation":"password","value":"first-value"}],"notesPlain":"n","sections":[]}},
            {"overview":{"title":"API"},"details":{"loginFields":[],"sections":[{"title":"","fields":[{"title":"username","id":"username","value":{"string":"bot"}},{"title":"credential","id":"credential","value":{"concealed":"second-value"}}]}]}},
            {"overview":{"title":"Password"},"details":{"password":"third-value"}}]}]}]}"#,
        Source::OnePassword,
        &[
            ("Login", "me", "first-value", false),
            ("API credential", "bot", "second-value", true),
            ("Password", "", "third-value", true),
        ],
        0,
    );
}

#[test]
fn xml() {
    let string =
        |key: &str, value: &str| format!("<String><Key>{key}</Key><Value>{value}</Value></String>");
    let entry = |title: &str, key: &str, more: &str| {
        let (title, user) = (string("Title", title), string("UserName", "me &amp; you"));
        let password = format!(
            "<String><Key>Password</Key><Value ProtectInMemory=\"True\">{key}</Value></String>"
        );
        format!("<Entry><UUID>AA==</UUID>{title}{user}{password}{more}</Entry>")
    };
    let protected =
        "<String><Key>spare</Key><Value ProtectInMemory=\"True\">spare-value</Value></String>";
    let more = format!(
        "{protected}{}{}{}<History>{}</History>",
        string("Api Token", "token-value"),
        string("Region", "eu"),
        string("otp", "otpauth://totp/x?secret=AAAA"),
        entry("Work", "the-key-before", ""),
    );
    let file = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<KeePassFile><Meta><Generator>KeePassXC</Generator></Meta><Root><Group><Name>Root</Name>{}<Group><Name>Inner</Name>{}{}</Group></Group><DeletedObjects/></Root></KeePassFile>",
        entry("Work API key", "a&lt;b&amp;c-value", &more),
        entry("Login", "login-value", ""),
        entry("Empty", "", ""),
    );
    check(
        &file,
        Source::KeePassXc,
        &[
            ("Work API key", "me & you", "a<b&c-value", true),
            ("Work API key spare", "me & you", "spare-value", true),
            ("Work API key Api Token", "me & you", "token-value", true),
            ("Login", "me & you", "login-value", false),
        ],
        1,
    );
    let deep = format!("<KeePassFile>{}", "<Group>".repeat(200_000));
    let growing =
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><KeePassFile>&b;</KeePassFile>";
    for (file, error) in [
        ("<html><body/></html>", FileError::Unknown),
        ("<KeePassFile><Root>", FileError::Damaged),
        (growing, FileError::Damaged),
        (&deep, FileError::Damaged),
    ] {
        let read = import::read(file.as_bytes());
        assert_eq!(read.map(drop), Err(error), "{:.40}", file);
    }
    // However deep, it is read without recursion.
    let closed = format!("{deep}{}</KeePassFile>", "</Group>".repeat(200_000));
    check(&closed, Source::KeePassXc, &[], 0);
}

#[test]
fn refused_files() {
    for (file, expected) in [
        (&b""[..], FileError::Unknown),
        (b"just words\nand more", FileError::Unknown),
        (
            b"{\"encrypted\":true,\"passwordProtected\":true,\"data\":\"2.x\"}",
            FileError::Encrypted,
        ),
        (b"{\"anything\":1}", FileError::Unknown),
        (b"[1]", FileError::Unknown),
        (b"{\"items\":[", FileError::Damaged),
        (b"PK\x03\x04rest", FileError::Archive),
        (b"KEY=\xff", FileError::Damaged),
        (b"name,password\nx,\"never closed\n", FileError::Damaged),
    ] {
        assert_eq!(import::read(file).map(drop), Err(expected), "{file:?}");
    }
    assert_eq!(
        import::read(&vec![b'a'; import::MOST_FILE_BYTES + 1]).map(drop),
        Err(FileError::TooLarge)
    );
    // Noise and cut files: never a panic.
    let whole = b"name,password,fields\nx,\"a\"\"b\",\"c: d\"\n{\"items\":[{\"login\":{\"password\":\"\\u00e9\"}}]}\nexport A=\"b\\\"";
    let mut state = 7_u32;
    for _ in 0..20_000 {
        let mut file = whole.to_vec();
        for _ in 0..3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % file.len();
            match state >> 30 {
                0 => file[at] = (state >> 8) as u8,
                1 => file.truncate(at.max(1)),
                2 => file.swap(at, 0),
                _ => file.insert(at, b"\"'=,{}[]\\\n"[(state >> 8) as usize % 10]),
            }
        }
        let _ = import::read(&file);
    }
}

#[test]
fn previewed_and_stored() {
    let (storage, clock) = (MemoryStorage::default(), HandClock::default());
    let (mut vault, _) = make_vault(&storage, &clock, "one");
    let id = run(vault.add(named("have"), keys("have-this-one"))).unwrap();
    run(vault.replace_key(id, 1, secret("have-that-one"))).unwrap();
    let file =
        b"A_KEY=new-value-1\nB_KEY='have-that-one '\nC_KEY=new-value-1\nD_KEY=have-this-one\n";
    let import = import::read(file).unwrap();
    let batch: Vec<NewEntry> = import.candidates.into_iter().map(Into::into).collect();
    let standings = vault.compare(&batch);
    let stored = |is_current| {
        Standing::Stored(Known {
            entry: id,
            is_current,
        })
    };
    assert_eq!(
        standings,
        [
            Standing::New,
            stored(true),
            Standing::Twice(0),
            stored(false)
        ]
    );
    let sealed = vault.seal_batch(&batch).unwrap();
    assert!(!sealed.windows(11).any(|part| part == b"new-value-1"));
    let results = run(vault.add_all(vault.open_batch(&sealed).unwrap())).unwrap();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 2);
    assert_eq!(vault.len(), 3);
}

#[test]
fn exported_entries() {
    let deepseek = Details {
        provider: "DeepSeek".into(),
        variable: "DEEPSEEK_API_KEY".into(),
        ..named("work \"1\"")
    };
    let openai = Details {
        provider: "OpenAI".into(),
        ..named("work")
    };
    let unknown = named("4 odd names!");
    for (form, details, key, expected) in [
        (
            Form::Shell,
            &deepseek,
            "plain-key",
            "export DEEPSEEK_API_KEY='plain-key'\n",
        ),
        (
            Form::Shell,
            &deepseek,
            "it's $HOME",
            "export DEEPSEEK_API_KEY='it'\\''s $HOME'\n",
        ),
        (
            Form::Shell,
            &unknown,
            "plain-key",
            "export _4_ODD_NAMES_API_KEY='plain-key'\n",
        ),
        (
            Form::PowerShell,
            &openai,
            "it's",
            "$env:OPENAI_API_KEY = 'it''s'\n",
        ),
        (
            Form::Dotenv,
            &deepseek,
            "plain-key",
            "DEEPSEEK_API_KEY=plain-key\n",
        ),
        (
            Form::Dotenv,
            &deepseek,
            "a b#c",
            "DEEPSEEK_API_KEY='a b#c'\n",
        ),
        (
            Form::Dotenv,
            &deepseek,
            "it's\n\"$x\\",
            "DEEPSEEK_API_KEY=\"it's\\n\\\"\\$x\\\\\"\n",
        ),
        (
            Form::Cline,
            &deepseek,
            "plain-key",
            "API Provider: DeepSeek\nAPI Key: plain-key\n",
        ),
        (
            Form::Continue,
            &deepseek,
            "plain-key",
            "models:\n  - name: \"work \\\"1\\\"\"\n    provider: deepseek\n    model: MODEL\n    apiKey: \"plain-key\"\n",
        ),
        (
            Form::Aider,
            &openai,
            "plain-key",
            "openai-api-key: \"plain-key\"\n",
        ),
        (
            Form::Aider,
            &deepseek,
            "plain-key",
            "api-key:\n  - \"deepseek=plain-key\"\n",
        ),
        (
            Form::LiteLlm,
            &deepseek,
            "plain-key",
            "model_list:\n  - model_name: MODEL\n    litellm_params:\n      model: deepseek/MODEL\n      api_key: os.environ/DEEPSEEK_API_KEY\n\n# in the environment of the proxy:\n# DEEPSEEK_API_KEY=plain-key\n",
        ),
    ] {
        assert_eq!(export(form, details, &secret(key)).expose(), expected);
    }
}

/// What is exported for a shell or as `.env` is what those read.
#[test]
fn exports_are_read_back() {
    let odd = [
        "plain",
        "two words",
        "it's",
        "say \"x\"",
        "$HOME `id` \\n",
        "a\nb",
        "#x",
        "ü🔑",
        "!$&*()[]{};<>?|~",
    ];
    for key in odd {
        let details = Details {
            variable: "A_KEY".into(),
            ..Details::default()
        };
        let line = export(Form::Dotenv, &details, &secret(key));
        let import = import::read(line.expose().as_bytes()).unwrap();
        let expected = keyward::vault::clean(key);
        assert_eq!(
            import.candidates[0].key.expose(),
            expected.key.expose(),
            "{key:?}"
        );
        let script = export(Form::Shell, &details, &secret(key));
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("{}printf %s \"$A_KEY\"", script.expose())])
            .output()
            .unwrap();
        assert_eq!(output.stdout, key.as_bytes(), "{key:?}");
    }
}

#[test]
fn strength_of_passphrases() {
    for (text, enough) in [
        ("", false),
        ("password", false),
        ("Passw0rd!", false),
        ("deepseek2026", false),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", false),
        ("correct horse battery staple", true),
        ("vbz7Qk-pTm2.wL", true),
    ] {
        assert_eq!(
            strength::judge(&passphrase(text), &["deepseek"]).is_enough(),
            enough,
            "{text}"
        );
    }
    assert_eq!(
        strength::judge(&keyward::secret::Secret::new(vec![0xff]), &[]).score,
        0
    );
    assert!(strength::judge(&passphrase(&"long passphrase ".repeat(5_000)), &[]).score <= 4);
}

/// Whoever takes a passphrase without the estimate refuses what the estimate never lets pass, and nothing else.
#[test]
fn short_passphrases_are_never_enough() {
    let mut state = 1_u32;
    for round in 0..300 {
        let random = (0..8).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match round % 3 {
                0 => char::from(33 + (state >> 16) as u8 % 94),
                1 => char::from_u32(0x4e00 + (state >> 16) % 0x5000).unwrap(),
                _ => ['é', 'Z', '🔑', '~', 'ß', '7', 'ж'][(state >> 16) as usize % 7],
            }
        });
        let text: String = random.collect();
        assert!(strength::is_short(&passphrase(&text)), "{text}");
        let judged = strength::judge(&passphrase(&text), &[]);
        assert!(!judged.is_enough(), "{text}");
    }
    let longer = "x7~Qé🔑vbß";
    assert!(!strength::is_short(&passphrase(longer)));
    assert!(strength::judge(&passphrase(longer), &[]).is_enough());
}

#[test]
fn advice_about_passphrases() {
    for (text, expected) in [
        ("password", Advice::Common),
        ("qwertyuiop[]", Advice::Keyboard),
        ("abcabcabcabc", Advice::Repeated),
        ("12.11.1987", Advice::Date),
        ("horse", Advice::MoreWords),
    ] {
        let judged = strength::judge(&passphrase(text), &[]);
        assert!(judged.advice.contains(&expected), "{text}: {judged:?}");
    }
    let judged = strength::judge(&passphrase("correct horse battery staple"), &[]);
    assert_eq!(judged.advice, []);
}
