//! The stages of a grant.

use keyward::fill::ask::{ANSWER_MS, CONFIRM_MS, GRANT_MS};

use super::*;

#[test]
fn a_grant_is_one_entry_one_document_one_use() {
    let mut asks = granted();
    let (target, entry) = asks
        .spend("A", "D1", &field(), &approved(), NOW + 1)
        .expect("it was granted");
    assert_eq!(
        (
            target.frame,
            target.document.as_str(),
            target.origin.as_str(),
            entry.as_str()
        ),
        (0, "D1", SITE, "entry")
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 2),
        Err(Refusal::Used)
    );
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW + 2).err(),
        Some(Refusal::Used)
    );
    assert_eq!(asks.pending("A", NOW + 2).err(), Some(Refusal::Used));

    let mut asks = granted();
    assert_eq!(
        asks.spend("A", "D2", &field(), &approved(), NOW + 1),
        Err(Refusal::WrongDocument)
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 2),
        Err(Refusal::WrongDocument),
        "no second try"
    );

    let mut asks = granted();
    assert_eq!(
        asks.confirm("A", "other", &approved(), NOW + 1).err(),
        Some(Refusal::Used),
        "no second entry"
    );

    let mut asks = granted();
    assert_eq!(
        asks.spend("A", "D1", &field(), &[], NOW + 1),
        Err(Refusal::NotApproved),
        "approval taken back"
    );

    let mut asks = granted();
    let moved = with(|field| field.y += 500);
    assert_eq!(
        asks.spend("A", "D1", &moved, &approved(), NOW + 1),
        Err(Refusal::Moved)
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 2),
        Err(Refusal::Moved),
        "no second try"
    );
}

#[test]
fn an_entry_chosen_before_is_the_only_one() {
    let mut asks = Asks::default();
    asks.begin("A".into(), Trigger::Popup, 7, Some("entry".into()), NOW);
    asks.answer("A", &sender(), &around(), field(), NOW)
        .expect("the field is approved");
    assert_eq!(
        asks.confirm("A", "other", &approved(), NOW).err(),
        Some(Refusal::Unknown)
    );
    assert!(asks.confirm("A", "entry", &approved(), NOW).is_ok());
}

#[test]
fn stages_do_not_jump() {
    let mut asks = Asks::default();
    asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
    assert_eq!(asks.pending("A", NOW).err(), Some(Refusal::Unknown));
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW).err(),
        Some(Refusal::Unknown)
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW),
        Err(Refusal::Unknown)
    );
    assert_eq!(
        asks.answer("B", &sender(), &around(), field(), NOW).err(),
        Some(Refusal::Unknown)
    );
    let elsewhere = Sender { tab: 8, ..sender() };
    assert_eq!(
        asks.answer("A", &elsewhere, &around(), field(), NOW).err(),
        Some(Refusal::WrongDocument)
    );
    assert!(asks.answer("A", &sender(), &around(), field(), NOW).is_ok());
    let second = Sender {
        frame: 3,
        document: "D2".into(),
        ..sender()
    };
    assert_eq!(
        asks.answer("A", &second, &around(), field(), NOW).err(),
        Some(Refusal::Unknown),
        "the first answer counts"
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW),
        Err(Refusal::Unknown),
        "not confirmed"
    );
    assert_eq!(
        asks.confirm("A", "entry", &[], NOW).err(),
        Some(Refusal::NotApproved)
    );
    let (ask, target) = asks.pending("A", NOW).expect("it still waits");
    assert_eq!(
        (ask.trigger, target.origin.as_str()),
        (Trigger::Shortcut, SITE)
    );
}

#[test]
fn every_stage_has_its_time() {
    let asked = || {
        let mut asks = Asks::default();
        asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
        asks
    };
    type Step = fn(&mut Asks, u64) -> Option<Refusal>;
    let answer: Step = |asks, at| asks.answer("A", &sender(), &around(), field(), at).err();
    let confirm: Step = |asks, at| asks.confirm("A", "entry", &approved(), at).err();
    let spend: Step = |asks, at| asks.spend("A", "D1", &field(), &approved(), at).err();
    let stages: [(&str, Asks, Step, u64); 3] = [
        ("answer", asked(), answer, ANSWER_MS),
        ("confirm", answered(), confirm, CONFIRM_MS),
        ("spend", granted(), spend, GRANT_MS),
    ];
    for (name, start, step, limit_ms) in stages {
        assert_eq!(
            step(&mut start.clone(), NOW + limit_ms),
            None,
            "{name} in time"
        );
        let mut late = start.clone();
        assert_eq!(
            step(&mut late, NOW + limit_ms + 1),
            Some(Refusal::Expired),
            "{name} too late"
        );
        assert_eq!(
            step(&mut late, NOW),
            Some(Refusal::Expired),
            "{name} after it was too late"
        );
        assert_eq!(
            step(&mut start.clone(), NOW - 1),
            Some(Refusal::Expired),
            "{name} with a clock that went back"
        );
    }
}

#[test]
fn asks_end_from_outside() {
    let mut asks = answered();
    asks.refuse("A", Refusal::Declined);
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW).err(),
        Some(Refusal::Declined)
    );
    asks.refuse("A", Refusal::NoAnswer);
    assert_eq!(
        asks.pending("A", NOW).err(),
        Some(Refusal::Declined),
        "it ends once"
    );

    let mut asks = granted();
    asks.refuse_all(Refusal::Locked);
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW),
        Err(Refusal::Locked)
    );

    let mut asks = answered();
    asks.begin("B".into(), Trigger::Shortcut, 7, None, NOW);
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW).err(),
        Some(Refusal::Replaced)
    );
    asks.begin("C".into(), Trigger::Shortcut, 8, None, NOW);
    assert!(
        asks.answer("B", &sender(), &around(), field(), NOW).is_ok(),
        "another tab is another matter"
    );

    for number in 0..100 {
        asks.begin(
            format!("N{number}"),
            Trigger::Shortcut,
            100 + number,
            None,
            NOW,
        );
    }
    assert_eq!(
        asks.confirm("B", "entry", &approved(), NOW).err(),
        Some(Refusal::Unknown),
        "few are remembered"
    );
}

/// The background can die between any two steps: what it stored is all that is known then.
#[test]
fn stages_survive_being_stored() {
    let reborn = |asks: &Asks| -> Asks {
        let stored = serde_json::to_string(asks).expect("it is plain data");
        serde_json::from_str(&stored).expect("it was stored just now")
    };
    let mut asks = Asks::default();
    asks.begin(
        "A".into(),
        Trigger::ContextMenu,
        7,
        Some("entry".into()),
        NOW,
    );
    asks = reborn(&asks);
    asks.answer("A", &sender(), &around(), field(), NOW + 1)
        .expect("it was asked");
    asks = reborn(&asks);
    asks.confirm("A", "entry", &approved(), NOW + 2)
        .expect("it was answered");
    asks = reborn(&asks);
    asks.spend("A", "D1", &field(), &approved(), NOW + 3)
        .expect("it was granted");
    asks = reborn(&asks);
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 4),
        Err(Refusal::Used)
    );

    let forged = serde_json::to_string(&granted())
        .expect("it is plain data")
        .replace("https://", "http://");
    assert!(
        serde_json::from_str::<Asks>(&forged).is_err(),
        "an origin is checked when it is read"
    );
}

/// An ask that was answered in time.
fn answered() -> Asks {
    let mut asks = Asks::default();
    asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
    asks.answer("A", &sender(), &around(), field(), NOW)
        .expect("the field is approved");
    asks
}

fn granted() -> Asks {
    let mut asks = answered();
    asks.confirm("A", "entry", &approved(), NOW)
        .expect("the origin is approved");
    asks
}
