//! Keys on the page where they are made: what is worth an offer, and taking an old key's place.

use keyward::detect::detector_named;
use keyward::keeper::HELD_MS;
use keyward::kinds::Kinds;
use keyward::life::birth::{MOST_KEYS, account, offered};
use keyward::life::rotation::{Event, Step};
use keyward::message::life::{EntryLife, PageRequest as Life};
use keyward::message::store::HeldKey;
use keyward::message::vault::Refusal as VaultRefusal;
use keyward::origin::WebOrigin;

use super::kept::stored;
use super::*;
use crate::keeper::store;

const HOLD: &str = "a birth";

fn offers(origin: &str, ids: &[&str]) -> usize {
    let numbers: Vec<u16> = ids.iter().map(|id| detector_named(id).unwrap()).collect();
    let origin = WebOrigin::parse(origin).ok();
    offered(
        origin.as_ref(),
        Kinds::new(keyward::kinds::write()),
        &numbers,
    )
    .len()
}

#[test]
fn only_what_is_at_home_and_made_for_keeping_is_offered() {
    const DEEPSEEK: &str = "deepseek.api-key";
    let home = "https://platform.deepseek.com";
    for (origin, ids, expected) in [
        (home, vec![DEEPSEEK], 1),
        ("https://deepseek.com", vec![DEEPSEEK], 1),
        // Not over TLS, not at home, not of the web.
        ("http://platform.deepseek.com", vec![DEEPSEEK], 0),
        ("https://platform.openai.com", vec![DEEPSEEK], 0),
        ("https://deepseek.com.evil.example", vec![DEEPSEEK], 0),
        ("https://evildeepseek.com", vec![DEEPSEEK], 0),
        ("null", vec![DEEPSEEK], 0),
        // What its own page has of itself is none.
        ("https://chatgpt.com", vec!["openai.session-token"], 0),
        (
            "https://platform.openai.com",
            vec!["openai.session-token"],
            0,
        ),
        (home, vec![DEEPSEEK, "openai.api-key"], 1),
        (home, vec![], 0),
        (home, vec![DEEPSEEK; MOST_KEYS], MOST_KEYS),
        // A list of keys, and none that was just made.
        (home, vec![DEEPSEEK; MOST_KEYS + 1], 0),
        (home, vec![DEEPSEEK; 1000], 0),
    ] {
        assert_eq!(offers(origin, &ids), expected, "{origin} {}", ids.len());
    }
    // A number that no detector has.
    let origin = WebOrigin::parse(home).unwrap();
    assert_eq!(
        offered(
            Some(&origin),
            Kinds::new(keyward::kinds::write()),
            &[u16::MAX, 60_000]
        ),
        [0; 0]
    );
}

#[test]
fn an_account_is_an_address_and_nothing_else() {
    for (text, expected) in [
        ("made-up@tool.example", "made-up@tool.example"),
        (" a.b+c_d@sub.tool.example\n", "a.b+c_d@sub.tool.example"),
        ("jürgen@tool.example", "jürgen@tool.example"),
        ("nobody", ""),
        ("a@b", ""),
        ("@tool.example", ""),
        ("a@b@tool.example", ""),
        ("<b>@tool.example", ""),
        ("two words@tool.example", ""),
        ("", ""),
    ] {
        assert_eq!(account(text), expected, "{text:?}");
    }
    assert_eq!(account(&format!("{}@tool.example", "a".repeat(100))), "");
}

fn held(text: &str) -> HeldKey {
    HeldKey {
        detector: detector_named("deepseek.api-key").unwrap(),
        key: bytes(text),
    }
}

fn life(keeper: &mut TestKeeper<'_>, entry: &str) -> EntryLife {
    let lives = run(keeper.lives()).unwrap();
    lives.into_iter().find(|life| life.entry == entry).unwrap()
}

fn rotate(keeper: &mut TestKeeper<'_>, entry: &str, event: Event) {
    let entry = entry.to_owned();
    run(keeper.change_life(Life::Rotate { entry, event })).unwrap();
}

#[test]
fn a_new_key_takes_the_place_of_the_one_whose_rotation_waits_for_it() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let first = stored(&mut keeper, "DeepSeek", "made-up-key-one");
    let second = stored(&mut keeper, "DeepSeek", "made-up-key-two");
    stored(&mut keeper, "OpenAI", "made-up-key-three");
    let found = run(keeper.predecessors("deepseek")).unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|it| !it.is_waiting));
    rotate(&mut keeper, &second, Event::Begin);
    let found = run(keeper.predecessors("deepseek")).unwrap();
    assert_eq!(
        (found[0].entry.as_str(), found[0].is_waiting),
        (&*second, true)
    );
    assert_eq!(
        (found[1].entry.as_str(), found[1].is_waiting),
        (&*first, false)
    );

    run(keeper.keep_held(HOLD, &[held(" made-up-key-new ")])).unwrap();
    run(keeper.replace_by_held(HOLD, &second)).unwrap();
    assert_eq!(key(&mut keeper, &second).unwrap(), "made-up-key-new");
    assert_eq!(life(&mut keeper, &second).step, Some(Step::MoveUses));
    assert_eq!(life(&mut keeper, &second).old, Some(1));
    assert!(run(keeper.held(HOLD)).is_err(), "it is kept on");
    assert!(
        run(keeper.predecessors("deepseek"))
            .unwrap()
            .iter()
            .all(|it| !it.is_waiting)
    );

    // Without a rotation one begins: the old key has to be ended all the same.
    run(keeper.keep_held(HOLD, &[held("made-up-key-newer")])).unwrap();
    run(keeper.replace_by_held(HOLD, &first)).unwrap();
    assert_eq!(life(&mut keeper, &first).step, Some(Step::MoveUses));
    let logged = run(keeper.read_log()).unwrap();
    let replaced = logged
        .events
        .iter()
        .filter(|event| event.kind == keyward::vault::log::Kind::Replaced);
    assert_eq!(replaced.count(), 2);
}

#[test]
fn nothing_is_replaced_by_what_is_none() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let entry = stored(&mut keeper, "DeepSeek", "made-up-key-one");
    store(&mut keeper, "another", "made-up-key-two").unwrap();
    // Nothing there; two keys; one that the vault has already, here or elsewhere.
    let none: [&[&str]; 4] = [
        &[],
        &["made-up-key-three", "made-up-key-four"],
        &["made-up-key-one"],
        &["made-up-key-two"],
    ];
    for keys in none {
        let keys: Vec<HeldKey> = keys.iter().map(|text| held(text)).collect();
        if !keys.is_empty() {
            run(keeper.keep_held(HOLD, &keys)).unwrap();
        }
        let refused = run(keeper.replace_by_held(HOLD, &entry));
        assert_eq!(refused.unwrap_err(), VaultRefusal::NoSuchEntry);
        assert_eq!(life(&mut keeper, &entry).step, None, "a rotation has begun");
    }
    run(keeper.keep_held(HOLD, &[held("made-up-key-five")])).unwrap();
    let unknown = run(keeper.replace_by_held(HOLD, "no entry"));
    assert_eq!(unknown.unwrap_err(), VaultRefusal::NoSuchEntry);
    world.clock.pass(HELD_MS);
    let late = run(keeper.replace_by_held(HOLD, &entry));
    assert_eq!(late.unwrap_err(), VaultRefusal::NoSuchEntry);
    assert_eq!(key(&mut keeper, &entry).unwrap(), "made-up-key-one");
}
