//! Broken detector texts, each with the error that its author reads.

use crate::lower::read;

/// A file that is right, to be broken in one place.
const RIGHT: &str = r#"provider = "Shop"
homes = ["*.shop.example"]
revoke = "https://shop.example/keys"

[[detector]]
id = "shop.api-key"
kind = "api-key"
what = "Buys things."
pattern = 'shop_[A-Za-z0-9]{32}'
severity = "certain"
variable = "SHOP_KEY"
references = ["https://shop.example/docs"]
examples = ["shop_<>q8Zr2Lw0XvN5mYs4BuHc6JfDgAeTi9Ox"]
look_alikes = ["shop_<>q8Zr2Lw0XvN5mYs4BuHc6JfDgAeTi9O"]
"#;

#[test]
fn the_text_that_the_others_break_is_right() {
    let catalogue = read(&[("shop.toml".into(), RIGHT.into())]).expect("nothing is wrong with it");
    assert_eq!(catalogue.detectors.len(), 1);
}

#[test]
fn each_fault_is_named_with_file_line_and_detector() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "kind = \"api-key\"\n",
            "kind = \"api-key\"\ncolour = \"red\"\n",
            "shop.toml:8: unknown field `colour`",
        ),
        (
            "homes = [\"*.shop.example\"]\n",
            "",
            "shop.toml:1: homes are missing",
        ),
        (
            "homes = [\"*.shop.example\"]",
            "homes = []",
            "shop.toml:1: homes are empty; say why in `homeless`",
        ),
        (
            "*.shop.example",
            "https://shop.example",
            "shop.toml:2: `https://shop.example` is not a host pattern",
        ),
        (
            "*.shop.example",
            "shop.*",
            "shop.toml:2: `shop.*` is not a host pattern",
        ),
        (
            "provider = \"Shop\"",
            "provider = \"\"",
            "shop.toml:1: the provider has no name",
        ),
        (
            "id = \"shop.api-key\"",
            "id = \"Shop Key\"",
            "shop.toml:6: Shop Key: an id is `provider.kind`",
        ),
        (
            "kind = \"api-key\"",
            "kind = \"key\"",
            "shop.toml:7: shop.api-key: `key` is none of api-key, access-token",
        ),
        (
            "severity = \"certain\"",
            "severity = \"sure\"",
            "shop.toml:10: shop.api-key: `sure` is none of possible, probable, certain",
        ),
        (
            "what = \"Buys things.\"",
            "what = \" \"",
            "shop.toml:5: shop.api-key: `what` is missing or empty",
        ),
        (
            "references = [\"https://shop.example/docs\"]\n",
            "",
            "shop.toml:5: shop.api-key: `references` is missing or empty",
        ),
        (
            "https://shop.example/docs",
            "shop.example/docs",
            "shop.toml:12: shop.api-key: `shop.example/docs` is not an https address",
        ),
        (
            "examples = [\"shop_<>q8Zr2Lw0XvN5mYs4BuHc6JfDgAeTi9Ox\"]\n",
            "",
            "shop.toml:5: shop.api-key: `examples` is missing or empty",
        ),
        (
            "examples = [\"shop_",
            "examples = [\"«shop_",
            "shop.toml:13: shop.api-key: `«` without `»`",
        ),
        (
            "look_alikes = [\"shop_<>q8Zr2Lw0XvN5mYs4BuHc6JfDgAeTi9O\"]\n",
            "",
            "shop.toml:5: shop.api-key: `look_alikes` is missing or empty",
        ),
        (
            "variable =",
            "entropy = 9.5\nvariable =",
            "shop.toml:11: shop.api-key: entropy is from 0 to 6",
        ),
        (
            "variable =",
            "checksum = \"luhn\"\nvariable =",
            "shop.toml:11: shop.api-key: `luhn` is none of github, github-pat",
        ),
        (
            "variable =",
            "verify = \"guess\"\nvariable =",
            "shop.toml:11: shop.api-key: `guess` is none of pem, jwt",
        ),
        (
            "variable =",
            "names = [\"ab\"]\nvariable =",
            "shop.toml:11: shop.api-key: `ab` is not a word of 3 to 40",
        ),
        (
            "variable =",
            "names = [\"Shop\"]\nvariable =",
            "shop.toml:11: shop.api-key: `Shop` is not a word of 3 to 40",
        ),
        (
            "'shop_[A-Za-z0-9]{32}'",
            "'shop_[A-Za-z0-9{32}'",
            "shop.toml:9: shop.api-key: the pattern is no regular expression: unclosed character class",
        ),
        (
            "'shop_",
            "'^shop_",
            "shop.toml:9: shop.api-key: anchors and word boundaries are outside the subset",
        ),
        (
            "'shop_",
            "'\\bshop_",
            "shop.toml:9: shop.api-key: anchors and word boundaries are outside the subset",
        ),
        (
            "'shop_",
            "'(?=x)shop_",
            "shop.toml:9: shop.api-key: the pattern is no regular expression: look-around",
        ),
        (
            "'shop_[A-Za-z0-9]{32}'",
            "'(shop_)\\1[a-z]{32}'",
            "shop.toml:9: shop.api-key: the pattern is no regular expression: backreferences are not supported",
        ),
        (
            "'shop_",
            "'(?:ab|cd)+shop_",
            "shop.toml:9: shop.api-key: only a class or a single byte may be repeated without bound",
        ),
        (
            "{32}",
            "{9000}",
            "shop.toml:9: shop.api-key: a repetition is bounded by 8192",
        ),
        (
            "'shop_",
            "'\\p{Greek}shop_",
            "shop.toml:9: shop.api-key: the pattern is no ASCII expression: Unicode not allowed here",
        ),
        (
            "'shop_[A-Za-z0-9]{32}'",
            "'[a-z][0-9]{2}[A-Za-z0-9]{32}'",
            "shop.toml:9: shop.api-key: the pattern has neither three fixed bytes",
        ),
        (
            "'shop_[A-Za-z0-9]{32}'",
            "'sh[A-Za-z0-9]{3}'",
            "shop.toml:9: shop.api-key: the pattern matches texts shorter than 8 bytes",
        ),
        (
            "'shop_",
            "'[a-z]?[b-y]?[c-x]?[d-w]?[e-v]?[f-u]?[g-t]?[h-s]?shop_",
            "shop.toml:9: shop.api-key: the pattern has more than 160 alternatives",
        ),
        (
            "[[detector]]",
            "[[detektor]]",
            "shop.toml:5: unknown field `detektor`",
        ),
        (
            "provider = \"Shop\"",
            "provider = \"Shop",
            "shop.toml:1: invalid basic string",
        ),
    ];
    for (right, wrong, expected) in cases {
        assert!(RIGHT.contains(right), "`{right}` is in the text");
        let text = RIGHT.replacen(right, wrong, 1);
        let errors: Vec<String> = match read(&[("shop.toml".into(), text)]) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        };
        assert!(
            errors.iter().any(|error| error.starts_with(expected)),
            "`{wrong}`: expected `{expected}`, got {errors:#?}"
        );
    }
}

#[test]
fn an_id_is_taken_once() {
    let errors = read(&[
        ("shop.toml".into(), RIGHT.into()),
        ("store.toml".into(), RIGHT.into()),
    ])
    .expect_err("the id is there twice");
    assert_eq!(
        errors[0].to_string(),
        "store.toml:6: shop.api-key: the id is taken in shop.toml"
    );
}
