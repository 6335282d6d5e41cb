//! The file of kinds says of each what the detectors say.

use keyward::detect::{self, described};
use keyward::kinds::{Kinds, write};

#[test]
fn file_says_what_detectors_say() {
    let kinds = Kinds::new(write());
    let all: Vec<_> = kinds.all().collect();
    assert_eq!(all.len(), usize::from(detect::detectors()));
    for (number, kind) in (0..).zip(&all) {
        assert_eq!(kind.id, detect::id(number));
        let said = [
            kind.provider.name,
            kind.kind,
            kind.variable,
            kind.what,
            kind.provider.revoke,
        ];
        let known = [1, 2, 3, 4, 5].map(|field| described(number, field));
        assert_eq!(said.as_slice(), known.as_slice(), "{}", kind.id);
        let detector = detect::tables().detector(number).expect("it is one");
        assert_eq!(kind.severity, detector.severity, "{}", kind.id);
    }
    let homes: Vec<String> = kinds
        .providers()
        .map(|one| format!("{} {}", one.name, one.homes))
        .collect();
    let known: Vec<String> = detect::providers()
        .map(|(name, homes)| format!("{name} {}", homes.replace('\n', " ")))
        .collect();
    let known = &known[..homes.len()];
    assert_eq!(homes, known);
}

#[test]
fn kinds_are_found_by_name() {
    let kinds = Kinds::new(write());
    let deepseek = kinds.named("deepseek.api-key").expect("it is known");
    assert_eq!(deepseek.provider.name, "DeepSeek");
    assert_eq!(deepseek.variable, "DEEPSEEK_API_KEY");
    assert_eq!(kinds.named("nobody.key"), None);
    assert_eq!(Kinds::default().named("deepseek.api-key"), None);
}

/// A damaged file names nothing wrongly.
#[test]
fn what_is_no_line_is_left_out() {
    let kinds = Kinds::new("A\t*.a.example\t\n\ta.key\tapi-key\tx\tA\tw\n\tb.key\n\n?".into());
    assert_eq!(kinds.all().count(), 0);
    assert_eq!(kinds.providers().count(), 1);
}
