//! What a field is, and whether it is still the same.

use super::*;

#[test]
fn fields_that_a_person_can_mean() {
    let other = || OTHER.to_owned();
    let cases: Vec<(&str, Field, Option<Refusal>)> = vec![
        ("as it should be", field(), None),
        ("type=text", with(|field| field.kind = "text".into()), None),
        (
            "type=search",
            with(|field| field.kind = "search".into()),
            None,
        ),
        (
            "textarea",
            with(|field| (field.element, field.kind) = (Element::Textarea, String::new())),
            None,
        ),
        (
            "editable",
            with(|field| (field.element, field.kind) = (Element::Editable, String::new())),
            None,
        ),
        ("no form", with(|field| field.action = None), None),
        (
            "a form that runs a script",
            with(|field| field.action = Some("javascript:".into())),
            None,
        ),
        ("an icon at its end", with(|field| field.points = 6), None),
        (
            "half scrolled out",
            with(|field| field.width_in_view = 120),
            None,
        ),
        (
            "something else",
            with(|field| field.element = Element::Other),
            Some(Refusal::NoField),
        ),
        (
            "type=email",
            with(|field| field.kind = "email".into()),
            Some(Refusal::NotText),
        ),
        (
            "type=number",
            with(|field| field.kind = "number".into()),
            Some(Refusal::NotText),
        ),
        (
            "type=hidden",
            with(|field| field.kind = "hidden".into()),
            Some(Refusal::NotText),
        ),
        (
            "type=checkbox",
            with(|field| field.kind = "checkbox".into()),
            Some(Refusal::NotText),
        ),
        (
            "removed",
            with(|field| field.connected = false),
            Some(Refusal::Detached),
        ),
        (
            "read only",
            with(|field| field.read_only = true),
            Some(Refusal::ReadOnly),
        ),
        (
            "not rendered",
            with(|field| field.rendered = false),
            Some(Refusal::Hidden),
        ),
        (
            "transparent",
            with(|field| field.opacity = 1),
            Some(Refusal::Hidden),
        ),
        (
            "nearly transparent",
            with(|field| field.opacity = 49),
            Some(Refusal::Hidden),
        ),
        (
            "narrow",
            with(|field| field.width = 31),
            Some(Refusal::Tiny),
        ),
        ("flat", with(|field| field.height = 9), Some(Refusal::Tiny)),
        (
            "scrolled out",
            with(|field| field.height_in_view = 0),
            Some(Refusal::OutOfView),
        ),
        (
            "off to the left",
            with(|field| field.width_in_view = 0),
            Some(Refusal::OutOfView),
        ),
        (
            "covered",
            with(|field| field.points = 0),
            Some(Refusal::Covered),
        ),
        (
            "half covered",
            with(|field| field.points = 4),
            Some(Refusal::Covered),
        ),
        (
            "form elsewhere",
            with(|field| field.action = Some(other())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "form on another port",
            with(|field| field.action = Some(PORT.into())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "form to http",
            with(|field| field.action = Some("http://tool.example.com".into())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "form to mail",
            with(|field| field.action = Some("null".into())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "button elsewhere",
            with(|field| field.button_actions = vec![SITE.into(), other()]),
            Some(Refusal::ButtonElsewhere),
        ),
        (
            "base elsewhere",
            with(|field| field.base = other()),
            Some(Refusal::BaseElsewhere),
        ),
    ];
    let origin = HttpsOrigin::parse(SITE).expect("it is canonical");
    for (name, field, expected) in cases {
        assert_eq!(field.judge(&origin).err(), expected, "{name}");
        // The same is seen when it becomes so after it was confirmed; or it is another field by then.
        let again = field.judge_again(&self::field(), &origin).err();
        let is_same_kind = field.element == Element::Input
            && field.kind == "password"
            && field.action == Some(SITE.into());
        let expected = if is_same_kind {
            expected
        } else {
            expected.or(Some(Refusal::Changed))
        };
        assert_eq!(again, expected, "{name}, later");
    }
}

#[test]
fn the_same_field_in_the_same_place() {
    let cases: Vec<(&str, Field, Option<Refusal>)> = vec![
        ("unchanged", field(), None),
        ("moved by a hint", with(|field| field.y += 40), None),
        ("resized", with(|field| field.width += 100), None),
        ("something typed", with(|field| field.has_text = true), None),
        (
            "moved down",
            with(|field| field.y += 65),
            Some(Refusal::Moved),
        ),
        (
            "moved left",
            with(|field| field.x -= 300),
            Some(Refusal::Moved),
        ),
        (
            "renamed",
            with(|field| field.name = "comment".into()),
            Some(Refusal::Changed),
        ),
        (
            "another id",
            with(|field| field.id = "comment".into()),
            Some(Refusal::Changed),
        ),
        (
            "another label",
            with(|field| field.label = "Comment".into()),
            Some(Refusal::Changed),
        ),
        (
            "shown in clear",
            with(|field| field.kind = "text".into()),
            Some(Refusal::Changed),
        ),
        (
            "another form",
            with(|field| field.action = None),
            Some(Refusal::Changed),
        ),
        (
            "a form that shows it in the address",
            with(|field| field.in_address = true),
            Some(Refusal::Changed),
        ),
    ];
    let origin = HttpsOrigin::parse(SITE).expect("it is canonical");
    for (name, again, expected) in cases {
        assert_eq!(
            again.judge_again(&field(), &origin).err(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn descriptions_that_no_script_of_ours_gives() {
    let long = || "x".repeat(1025);
    let cases = [
        ("name", with(|field| field.name = long())),
        ("label", with(|field| field.label = long())),
        ("action", with(|field| field.action = Some(long()))),
        (
            "buttons",
            with(|field| field.button_actions = vec![SITE.into(); 33]),
        ),
    ];
    for (name, field) in cases {
        let mut asks = Asks::default();
        asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
        assert_eq!(
            asks.answer("A", &sender(), &around(), field, NOW).err(),
            Some(Refusal::Unknown),
            "{name}"
        );
    }
}
