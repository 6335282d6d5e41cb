//! What a request gives away (`keyward::files::request`).

use keyward::detect;
use keyward::files::request::{Leaving, leaving};
use keyward::message::OWN_KEY;

use crate::keeper::{World, store};
use crate::vault::run;

fn deepseek() -> String {
    format!("sk-{}", "3f0c9d2e8b7a41569f0e2d1c8b7a6f50")
}

fn detector(id: &str) -> u16 {
    detect::detector_named(id).expect("a detector of this build")
}

#[test]
fn a_key_counts_where_it_is_not_at_home() {
    let texts = [
        String::from("https://chat.example/collect"),
        format!("authorization: Bearer {}", deepseek()),
    ];
    let found = leaving("https://chat.example", &texts, &[]);
    let expected = Leaving {
        detector: detector("deepseek.api-key"),
        own: None,
    };
    assert_eq!(found, [expected]);
    assert_eq!(leaving("https://api.deepseek.com", &texts, &[]), []);
    let nothing = [String::new(), String::from("nothing of note")];
    assert_eq!(leaving("https://chat.example", &nothing, &[]), []);
}

#[test]
fn the_persons_own_keys_are_recognised_whatever_their_shape() {
    let world = World::with_vault();
    let mut keeper = world.background();
    let odd = "q7Rk2mVx9LtB4nZs8WcD";
    store(&mut keeper, "odd", odd).expect("stored");
    store(&mut keeper, "usual", &deepseek()).expect("stored");
    let table = run(keyward::vault::read_own_keys(&world.disk)).expect("a table");
    let texts = [format!("one {odd} and {}", deepseek())];
    let found = leaving("https://chat.example", &texts, &table);
    let expected = [
        Leaving {
            detector: detector("deepseek.api-key"),
            own: Some(deepseek()),
        },
        Leaving {
            detector: OWN_KEY,
            own: Some(odd.to_owned()),
        },
    ];
    assert_eq!(found, expected);
    // At home by its detector; the other has no home.
    let found = leaving("https://api.deepseek.com", &texts, &table);
    assert_eq!(found, expected[1..]);
    assert_eq!(
        leaving("https://chat.example", &texts, &table[..9]).len(),
        1
    );
}
