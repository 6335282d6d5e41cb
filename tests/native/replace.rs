//! What takes the place of a key.

use crate::catalogue::CATALOGUE;
use crate::detect::findings;
use keyward::detect::{Finding, Output, described, variable, write_variable};

/// The text with a key of it replaced.
fn with_replaced(text: &str, finding: &Finding, is_variable: bool) -> String {
    if !is_variable {
        let instead = described(finding.detector, 7);
        return [&text[..finding.start], &instead, &text[finding.end..]].concat();
    }
    let mut output = Output::new();
    let name = variable(finding.detector);
    let span = write_variable(text.as_bytes(), finding, &name, &mut output);
    assert!(span.start <= finding.start && finding.end <= span.end && span.end <= text.len());
    let instead = String::from_utf8_lossy(output.as_bytes());
    [&text[..span.start], &*instead, &text[span.end..]].concat()
}

/// The text with its first key replaced.
#[track_caller]
fn replaced(text: &str, is_variable: bool) -> String {
    let found = findings(text);
    assert!(!found.is_empty(), "no key in {text}");
    with_replaced(text, &found[0], is_variable)
}

#[test]
fn the_variable_is_written_in_the_idiom_around_it() {
    let key = ["sk-", "3f0c9b1e5d7a4c2e8f6b0d9a7c5e3f1b"].concat();
    let cases = [
        // Python
        (
            "client = OpenAI(api_key=\"§\", base_url=\"x\")",
            "client = OpenAI(api_key=os.environ[\"§\"], base_url=\"x\")",
        ),
        (
            "import os\napi_key = '§'\n",
            "import os\napi_key = os.environ[\"§\"]\n",
        ),
        (
            "API_KEY = \"§\"\n\ndef main():\n",
            "API_KEY = os.environ[\"§\"]\n\ndef main():\n",
        ),
        // JavaScript and TypeScript
        ("const apiKey = \"§\";", "const apiKey = process.env.§;"),
        (
            "const openai = new OpenAI({\n  apiKey: '§',\n});",
            "const openai = new OpenAI({\n  apiKey: process.env.§,\n});",
        ),
        (
            "import OpenAI from 'openai';\nlet key: string = `§`;",
            "import OpenAI from 'openai';\nlet key: string = process.env.§;",
        ),
        // Shell, curl, .env
        ("export DEEPSEEK_API_KEY=§", "export DEEPSEEK_API_KEY=$§"),
        (
            "export DEEPSEEK_API_KEY=\"§\"",
            "export DEEPSEEK_API_KEY=\"$§\"",
        ),
        (
            "curl https://x -H \"Authorization: Bearer §\"",
            "curl https://x -H \"Authorization: Bearer $§\"",
        ),
        (
            "curl https://x -H 'Authorization: Bearer §' -d '{}'",
            "curl https://x -H 'Authorization: Bearer '\"$§\"'' -d '{}'",
        ),
        (
            "curl https://x \\\n  -H 'Authorization: Bearer §' \\\n",
            "curl https://x \\\n  -H 'Authorization: Bearer '\"$§\"'' \\\n",
        ),
        ("export K='§'", "export K=\"$§\""),
        (
            "DEEPSEEK_API_KEY=§\nOTHER=1\n",
            "DEEPSEEK_API_KEY=$§\nOTHER=1\n",
        ),
        // JSON, YAML
        ("{\n  \"apiKey\": \"§\"\n}", "{\n  \"apiKey\": \"${§}\"\n}"),
        (
            "env:\n  - name: x\n  api_key: §\n",
            "env:\n  - name: x\n  api_key: ${§}\n",
        ),
        // Others
        (
            "let key = \"§\";\nfn main() {}\n",
            "let key = std::env::var(\"§\");\nfn main() {}\n",
        ),
        (
            "package main\n\nfunc main() {\n\tkey := \"§\"\n}",
            "package main\n\nfunc main() {\n\tkey := os.Getenv(\"§\")\n}",
        ),
        ("String key = \"§\";", "String key = System.getenv(\"§\");"),
        (
            "require 'openai'\nkey = '§'\n",
            "require 'openai'\nkey = ENV[\"§\"]\n",
        ),
        ("<?php\n$key = '§';", "<?php\n$key = getenv('§');"),
        (
            "using System;\nvar key = \"§\";",
            "using System;\nvar key = Environment.GetEnvironmentVariable(\"§\");",
        ),
        (
            "$env:DEEPSEEK_API_KEY = \"§\"",
            "$env:DEEPSEEK_API_KEY = $env:§",
        ),
        // Prose
        ("my key is §, does it work?", "my key is $§, does it work?"),
        ("§", "$§"),
        ("密钥是§。", "密钥是$§。"),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let text = text.replace("§", &key);
        let expected = expected.replace("§", "DEEPSEEK_API_KEY");
        let ours = replaced(&text, true);
        if ours != expected {
            wrong.push(format!("{text}\n  gives    {ours}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_takes_the_place_of_a_key_is_no_key() {
    for detector in &CATALOGUE.detectors {
        for (text, _) in detector.examples.iter().take(3) {
            let found = findings(text);
            for finding in &found {
                for is_variable in [false, true] {
                    let after = with_replaced(text, finding, is_variable);
                    let left = findings(&after);
                    assert!(
                        left.len() < found.len()
                            || left.iter().all(|left| left.id() != finding.id()),
                        "{}: {after} still has {left:?}",
                        detector.id
                    );
                }
            }
        }
    }
}

#[test]
fn a_redaction_names_provider_and_kind() {
    let key = ["sk-", "3f0c9b1e5d7a4c2e8f6b0d9a7c5e3f1b"].concat();
    assert_eq!(
        replaced(&format!("a {key} b"), false),
        "a [redacted: DeepSeek API key] b"
    );
}
