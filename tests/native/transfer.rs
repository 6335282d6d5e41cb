//! Keys from files meet the detectors and the backup: what a preview says.

use keyward::message::transfer::{Doubt, FileError, Form, Source};
use keyward::message::vault::{Bytes, Removed};
use keyward::secret::Secret;
use keyward::transfer;
use keyward::transfer::Detectors;

use crate::vault::memory::HandClock;
use crate::vault::passphrase;

/// A shape that several providers use.
fn shared_shape() -> String {
    format!("sk-{}", "3f0c9a4e7b1d4286a5c0e9d8f7b6a521")
}

/// Name, provider, variable and whether it is chosen of each line.
fn lines(file: &str) -> Vec<(String, String, String, bool)> {
    let read = transfer::read(file.as_bytes(), None, &Detectors).expect("a file of a known kind");
    assert_eq!(read.lines.len(), read.candidates.len());
    let lines = read.lines.into_iter().map(|line| {
        let details = line.details;
        (
            details.name,
            details.provider,
            details.variable,
            line.chosen,
        )
    });
    lines.collect()
}

fn line(
    name: &str,
    provider: &str,
    variable: &str,
    chosen: bool,
) -> (String, String, String, bool) {
    (name.into(), provider.into(), variable.into(), chosen)
}

#[test]
fn providers_are_found_where_there_is_no_doubt() {
    let key = shared_shape();
    // By the name of the variable.
    let file = format!("DEEPSEEK_API_KEY={key}\nMY_KEY={key}\nPLAIN=value-of-nothing\n");
    assert_eq!(
        lines(&file),
        [
            line("DEEPSEEK_API_KEY", "DeepSeek", "DEEPSEEK_API_KEY", true),
            line("MY_KEY", "", "MY_KEY", true),
            line("PLAIN", "", "PLAIN", false),
        ]
    );
    // By the address; the variable is then what programs use.
    let file = format!(
        "name,url,username,password\nWork,https://platform.deepseek.com/api_keys,me,{key}\nOther,https://a.example,me,{key}\n"
    );
    assert_eq!(
        lines(&file),
        [
            line("Work", "DeepSeek", "DEEPSEEK_API_KEY", true),
            line("Other", "", "", true),
        ]
    );
}

#[test]
fn what_is_odd_about_a_line() {
    let file = "A_KEY=short\nB_KEY=Bearer two words here\n";
    let read = transfer::read(file.as_bytes(), None, &Detectors).expect("a file of a known kind");
    assert_eq!(read.source, Source::Dotenv);
    assert_eq!(read.lines[0].doubts, [Doubt::Short]);
    assert_eq!(read.lines[1].doubts, [Doubt::BlanksInside]);
    assert_eq!(read.lines[1].removed, [Removed::Bearer]);
}

#[test]
fn a_key_is_questioned_for_the_provider_that_was_named() {
    let question = |key: &str, provider: &str| {
        let key = Bytes(Secret::new(key.as_bytes().to_vec()));
        transfer::question(&key, provider).expect("a text")
    };
    let github = format!("ghp_{}", "1b7A9kQ2mZ5xW8vR3tN6pL0sD4fG1hJ7cY2e");
    let asked = question(&github, "DeepSeek");
    assert!(
        matches!(&asked.doubts[..], [Doubt::OtherProvider { providers }] if providers == &["GitHub"]),
        "{asked:?}"
    );
    assert!(question(&github, "GitHub").doubts.is_empty());
    assert!(
        question(&github, "A Provider That Nobody Knows")
            .doubts
            .len()
            == 1
    );
    assert!(question(&shared_shape(), "deepseek").doubts.is_empty());
    let nobody = question("a-token-of-nobody", "");
    assert!(nobody.providers.is_empty() && nobody.doubts.is_empty());
    let no_text = Bytes(Secret::new(vec![0xff]));
    assert_eq!(transfer::question(&no_text, ""), Err(FileError::Damaged));
}

#[test]
fn a_backup_comes_back_whole() {
    let file = format!(
        "DEEPSEEK_API_KEY={}\nOTHER_KEY=other-value\n",
        shared_shape()
    );
    let mut read =
        transfer::read(file.as_bytes(), None, &Detectors).expect("a file of a known kind");
    read.candidates[1].origins = vec!["https://tool.example".to_owned()];
    read.candidates[1].created_ms = Some(5);
    let (right, wrong) = (passphrase("backup passphrase"), passphrase("another"));
    let clock = HandClock::default();
    let backup = transfer::write_backup(read.candidates, &right, &clock).expect("it fits");
    let refused = |passphrase| {
        transfer::read(&backup, passphrase, &Detectors)
            .map(drop)
            .err()
    };
    assert_eq!(refused(None), Some(FileError::NeedsPassphrase));
    assert_eq!(refused(Some(&wrong)), Some(FileError::CannotOpen));
    let back = transfer::read(&backup, Some(&right), &Detectors).expect("it was written just now");
    assert_eq!(back.source, Source::Backup);
    assert_eq!(back.lines[1].origins, ["https://tool.example"]);
    assert!(back.lines.iter().all(|line| line.chosen));
    let plain = &back.candidates[1];
    assert_eq!((plain.created_ms, plain.key_changed_ms), (Some(5), None));
    let text = plain.key.text().expect("a text");
    assert_eq!(text.expose(), "other-value");

    let written = transfer::write_entry(
        back.candidates.into_iter().next().expect("two"),
        Form::Dotenv,
    );
    let written = written.expect("a text").text().expect("a text");
    assert_eq!(
        written.expose(),
        &format!("DEEPSEEK_API_KEY={}\n", shared_shape())
    );
}
