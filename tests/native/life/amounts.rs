//! Amounts of money, exact to the last digit.

use super::*;

#[test]
fn balances_are_exact() {
    let body = r#"{"is_available":true,"balance_infos":[
        {"currency":"CNY","total_balance":"110.00","granted_balance":"10.00","topped_up_balance":"100.00"},
        {"currency":"USD","total_balance":"0.10","granted_balance":"0","topped_up_balance":"0.10"}]}"#;
    let reading = read("DeepSeek", 200, body);
    assert_eq!(reading.verdict, Verdict::Alive);
    let told: Vec<(&str, &str)> = reading
        .balances
        .iter()
        .map(|balance| (balance.currency.as_str(), balance.total.as_str()))
        .collect();
    assert_eq!(told, [("CNY", "110.00"), ("USD", "0.10")]);
    // As a number it could have been rounded: that is another form, which says nothing.
    for total in [
        "110.0",
        "\"1e3\"",
        "\"1,000.00\"",
        "\"\"",
        "null",
        "\"99999999999999999\"",
    ] {
        let body = format!(
            r#"{{"is_available":true,"balance_infos":[{{"currency":"CNY","total_balance":{total}}}]}}"#
        );
        assert_eq!(
            read("DeepSeek", 200, &body).verdict,
            Verdict::Strange,
            "{total}"
        );
    }
}

#[test]
fn amounts_compare_without_rounding() {
    let amount = |text: &str| Amount::parse(text).expect(text);
    assert!(amount("0.3") > amount("0.299999999"));
    assert!(amount("10") > amount("9.99"));
    assert!(amount("-0.01") < amount("0"));
    assert!(amount("999999999999999.999999999") > amount("999999999999999.999999998"));
    for used_up in ["0", "0.00", "-0", "-3.5"] {
        assert!(amount(used_up).is_used_up(), "{used_up}");
    }
    assert!(!amount("0.000000001").is_used_up());
    for bad in [
        "",
        ".",
        "1.",
        ".5",
        "+1",
        "1e3",
        " 1",
        "1 ",
        "0x1",
        "1.2.3",
        "--1",
        "１",
        "1.0000000001",
    ] {
        assert!(Amount::parse(bad).is_none(), "{bad}");
    }
}
