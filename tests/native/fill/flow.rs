//! A fill from beginning to end: what is written where, and what happens when something dies, changes or fails on the way.

use std::cell::{Cell, RefCell};

use keyward::fill::ask::{ANSWER_MS, CONFIRM_MS, GRANT_MS, Target};
use keyward::fill::flow::{Filling, World};

use super::*;
use crate::vault::run;

/// What happens to the browser in the middle of something.
type Between = Box<dyn FnOnce(&Browser)>;

/// A browser with one document, and a vault with one entry.
struct Browser {
    now_ms: Cell<u64>,
    /// What `storage.session` holds after each write.
    stored: RefCell<Vec<String>>,
    /// The writes that fail, counted from 0.
    failing: Option<usize>,
    writes: Cell<usize>,
    locked: Cell<bool>,
    approved: RefCell<Vec<HttpsOrigin>>,
    /// The document that is there; another after a navigation.
    document: RefCell<String>,
    /// What the frame answers when it looks again.
    again: RefCell<Option<Field>>,
    /// Runs when the frame looks again: what happens between the look and the writing.
    between: RefCell<Option<Between>>,
    /// Documents in which a key came to stand.
    filled: RefCell<Vec<String>>,
    used: Cell<usize>,
}

impl Browser {
    fn new() -> Self {
        Self {
            now_ms: Cell::new(NOW),
            stored: RefCell::default(),
            failing: None,
            writes: Cell::new(0),
            locked: Cell::new(false),
            approved: RefCell::new(vec![HttpsOrigin::parse(SITE).expect("it is canonical")]),
            document: RefCell::new("D1".into()),
            again: RefCell::new(Some(field())),
            between: RefCell::default(),
            filled: RefCell::default(),
            used: Cell::new(0),
        }
    }
}

impl World for Browser {
    fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    async fn save(&self, asks: &Asks) -> Result<(), Refusal> {
        let number = self.writes.replace(self.writes.get() + 1);
        if self.failing == Some(number) {
            return Err(Refusal::NotStored);
        }
        let text = serde_json::to_string(asks).expect("it is plain data");
        self.stored.borrow_mut().push(text);
        Ok(())
    }

    async fn approved(&self, entry: &str) -> Result<Vec<HttpsOrigin>, Refusal> {
        match (self.locked.get(), entry) {
            (true, _) => Err(Refusal::Locked),
            (false, "entry") => Ok(self.approved.borrow().clone()),
            (false, _) => Err(Refusal::Unknown),
        }
    }

    async fn look_again(&self, _: &str, target: &Target) -> Result<Option<Field>, Refusal> {
        if target.document != *self.document.borrow() {
            return Err(Refusal::NoAnswer);
        }
        let again = self.again.borrow().clone();
        if let Some(between) = self.between.take() {
            between(self);
        }
        Ok(again)
    }

    async fn write(
        &self,
        _: &str,
        target: &Target,
        judged: &Field,
        _: &str,
    ) -> Result<(), Refusal> {
        if self.locked.get() {
            return Err(Refusal::Locked);
        }
        if target.document != *self.document.borrow() {
            return Err(Refusal::NoAnswer);
        }
        if self.again.borrow().as_ref() != Some(judged) {
            return Err(Refusal::Changed);
        }
        self.filled.borrow_mut().push(target.document.clone());
        Ok(())
    }

    async fn note_use(&self, _: &str, _: &HttpsOrigin) {
        self.used.set(self.used.get() + 1);
    }
}

fn answer() -> Answer {
    Answer {
        sender: sender(),
        ancestors: Vec::new(),
        field: Some(field()),
        in_front: true,
        touched_ms: NOW,
    }
}

/// As far as the question in the window.
fn asked(browser: &Browser) -> Filling {
    let filling = Filling::new(Asks::default());
    run(filling.begin(browser, "A".into(), Trigger::Shortcut, 7, None)).expect("it is stored");
    run(filling.answered(browser, "A", &[answer()], Refusal::Internal)).expect("it is approved");
    filling
}

fn confirm(filling: &Filling, browser: &Browser) -> Option<Refusal> {
    run(filling.confirm(browser, "A", "entry")).err()
}

#[test]
fn a_confirmed_fill_is_written_once() {
    let browser = Browser::new();
    let filling = asked(&browser);
    let (ask, target) = filling.pending(&browser, "A").expect("it waits");
    assert_eq!(
        (ask.trigger, target.origin.as_str()),
        (Trigger::Shortcut, SITE)
    );
    assert_eq!(confirm(&filling, &browser), None);
    assert_eq!(confirm(&filling, &browser), Some(Refusal::Used));
    assert_eq!(*browser.filled.borrow(), ["D1"]);
    assert_eq!(browser.used.get(), 1);
}

#[test]
fn what_changes_between_asking_and_writing_is_refused() {
    type Change = fn(&Browser);
    let cases: [(&str, Change, Refusal); 7] = [
        (
            "navigation",
            |browser| *browser.document.borrow_mut() = "D2".into(),
            Refusal::NoAnswer,
        ),
        (
            "field gone",
            |browser| *browser.again.borrow_mut() = None,
            Refusal::Changed,
        ),
        (
            "field moved",
            |browser| browser.again.borrow_mut().as_mut().expect("it is there").y += 300,
            Refusal::Moved,
        ),
        (
            "field hidden",
            |browser| {
                browser
                    .again
                    .borrow_mut()
                    .as_mut()
                    .expect("it is there")
                    .opacity = 0
            },
            Refusal::Hidden,
        ),
        (
            "form elsewhere",
            |browser| {
                browser
                    .again
                    .borrow_mut()
                    .as_mut()
                    .expect("it is there")
                    .action = Some("https://evil.example".into())
            },
            Refusal::FormElsewhere,
        ),
        (
            "too late",
            |browser| browser.now_ms.set(NOW + CONFIRM_MS + 1),
            Refusal::Expired,
        ),
        (
            "clock went back",
            |browser| browser.now_ms.set(NOW - 1),
            Refusal::Expired,
        ),
    ];
    for (name, change, expected) in cases {
        let browser = Browser::new();
        let filling = asked(&browser);
        change(&browser);
        assert_eq!(confirm(&filling, &browser), Some(expected), "{name}");
        assert_eq!(*browser.filled.borrow(), [""; 0], "{name}");
        // It stays refused when all is as it was.
        *browser.document.borrow_mut() = "D1".into();
        *browser.again.borrow_mut() = Some(field());
        browser.now_ms.set(NOW);
        assert_eq!(confirm(&filling, &browser), Some(expected), "{name}, again");
    }
}

#[test]
fn what_changes_between_looking_and_writing_is_refused() {
    type Change = fn(&Browser);
    let cases: [(&str, Change, Refusal); 5] = [
        (
            "navigation",
            |browser| *browser.document.borrow_mut() = "D2".into(),
            Refusal::NoAnswer,
        ),
        (
            "field changed",
            |browser| {
                browser
                    .again
                    .borrow_mut()
                    .as_mut()
                    .expect("it is there")
                    .opacity = 90
            },
            Refusal::Changed,
        ),
        (
            "approval withdrawn",
            |browser| browser.approved.borrow_mut().clear(),
            Refusal::NotApproved,
        ),
        (
            "locked",
            |browser| browser.locked.set(true),
            Refusal::Locked,
        ),
        (
            "too late",
            |browser| browser.now_ms.set(NOW + GRANT_MS + 1),
            Refusal::Expired,
        ),
    ];
    for (name, change, expected) in cases {
        let browser = Browser::new();
        let filling = asked(&browser);
        *browser.between.borrow_mut() = Some(Box::new(change));
        assert_eq!(confirm(&filling, &browser), Some(expected), "{name}");
        assert_eq!(*browser.filled.borrow(), [""; 0], "{name}");
    }
}

#[test]
fn what_can_be_put_right_leaves_the_question_open() {
    let browser = Browser::new();
    let filling = asked(&browser);
    browser.locked.set(true);
    assert_eq!(confirm(&filling, &browser), Some(Refusal::Locked));
    browser.locked.set(false);
    assert_eq!(
        run(filling.confirm(&browser, "A", "no such")).err(),
        Some(Refusal::Unknown)
    );
    let approved = browser.approved.take();
    assert_eq!(confirm(&filling, &browser), Some(Refusal::NotApproved));
    browser.approved.replace(approved);
    assert_eq!(confirm(&filling, &browser), None);
}

#[test]
fn questions_that_end_before_they_are_asked() {
    let browser = Browser::new();
    let without_field = Answer {
        field: None,
        ..answer()
    };
    let in_http = {
        let mut answer = answer();
        answer.sender.origin = Some("http://tool.example.com".into());
        answer.sender.url = Some("http://tool.example.com/".into());
        answer
    };
    let cases: [(&str, Vec<Answer>, Refusal); 3] = [
        ("nobody answers", vec![], Refusal::File),
        ("no field", vec![without_field], Refusal::NoField),
        ("http", vec![in_http], Refusal::Http),
    ];
    for (name, answers, expected) in cases {
        let filling = Filling::new(Asks::default());
        run(filling.begin(&browser, "A".into(), Trigger::Popup, 7, None)).expect("it is stored");
        assert_eq!(
            run(filling.answered(&browser, "A", &answers, Refusal::File)),
            Err(expected),
            "{name}"
        );
        // The window asks for the reason.
        assert_eq!(
            filling.pending(&browser, "A").err(),
            Some(expected),
            "{name}"
        );
        assert_eq!(confirm(&filling, &browser), Some(expected), "{name}");
    }
    let filling = Filling::new(Asks::default());
    run(filling.begin(&browser, "A".into(), Trigger::Popup, 7, None)).expect("it is stored");
    browser.now_ms.set(NOW + ANSWER_MS + 1);
    assert_eq!(
        run(filling.answered(&browser, "A", &[answer()], Refusal::File)),
        Err(Refusal::Expired)
    );
}

/// The background dies after any write of the session and comes back with what was stored: then the person confirms, twice.
/// However it goes, the key is written once at most in all lives together.
#[test]
fn a_death_at_any_step_never_fills_twice() {
    let browser = Browser::new();
    assert_eq!(confirm(&asked(&browser), &browser), None);
    let stored = browser.stored.take();
    assert!(
        stored.len() >= 4,
        "asked, answered, granted, spent: {stored:?}"
    );
    let mut filled_after_death = 0;
    for (step, text) in stored.iter().enumerate() {
        let asks: Asks = serde_json::from_str(text).expect("it was stored");
        let reborn = Browser::new();
        let filling = Filling::new(asks);
        confirm(&filling, &reborn);
        confirm(&filling, &reborn);
        let times = reborn.filled.borrow().len();
        assert!(times <= 1, "step {step}");
        filled_after_death += times;
        // From the grant on, nothing is known of what the first life did.
        let is_granted = text.contains("\"granted\"") || text.contains("\"spent\"");
        assert!(!is_granted || times == 0, "step {step}: {text}");
    }
    assert_eq!(
        filled_after_death, 1,
        "it can be confirmed after it was answered, and only then"
    );
}

#[test]
fn a_session_that_is_not_stored_fills_nothing() {
    for failing in 0..4 {
        let browser = Browser {
            failing: Some(failing),
            ..Browser::new()
        };
        let filling = Filling::new(Asks::default());
        let begun = run(filling.begin(&browser, "A".into(), Trigger::Shortcut, 7, None));
        let answered = run(filling.answered(&browser, "A", &[answer()], Refusal::Internal));
        let confirmed = confirm(&filling, &browser);
        let refusals: Vec<Refusal> = [begun.err(), answered.err(), confirmed]
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(
            refusals.first(),
            Some(&Refusal::NotStored),
            "write {failing}"
        );
        // The first two are told to the person, who can go on or not; from the grant on it is over.
        let expected: &[&str] = if failing < 2 { &["D1"] } else { &[] };
        assert_eq!(*browser.filled.borrow(), expected, "write {failing}");
    }
}

#[test]
fn locking_ends_what_is_open() {
    let browser = Browser::new();
    let filling = asked(&browser);
    run(filling.refuse_all(&browser, Refusal::Locked));
    assert_eq!(confirm(&filling, &browser), Some(Refusal::Locked));
    let filling = asked(&browser);
    run(filling.refuse(&browser, "A", Refusal::Declined));
    assert_eq!(confirm(&filling, &browser), Some(Refusal::Declined));
}

/// What became of fills is remembered until the browser closes, newest first.
#[test]
fn past_fills() {
    let browser = Browser::new();
    let filling = asked(&browser);
    assert_eq!(filling.past(), []);
    assert_eq!(confirm(&filling, &browser), None);
    let past = filling.past();
    let seen = |number: usize| (past[number].entry.as_deref(), past[number].refused);
    assert_eq!(past.len(), 1);
    assert_eq!(seen(0), (Some("entry"), None));
    let origin = past[0].origin.as_ref().map(HttpsOrigin::as_str);
    assert_eq!(origin, Some(SITE));
    // Closing the window afterwards does not change it.
    run(filling.refuse(&browser, "A", Refusal::Declined));
    assert_eq!(filling.past(), past);

    // What was spent and not written is no fill.
    let browser = Browser::new();
    let filling = asked(&browser);
    *browser.between.borrow_mut() = Some(Box::new(|browser: &Browser| {
        *browser.again.borrow_mut() = None;
    }));
    assert_eq!(confirm(&filling, &browser), Some(Refusal::Changed));
    let past = filling.past();
    assert_eq!(past.len(), 1);
    assert_eq!(past[0].refused, Some(Refusal::Changed));

    // As many as a page shows.
    for number in 0..100 {
        let name = format!("N{number}");
        run(filling.begin(&browser, name, Trigger::Popup, 7, None)).expect("it is stored");
    }
    let past = filling.past();
    assert_eq!(past.len(), 50);
    assert_eq!(past[0].ask, "N98");
    assert_eq!(past[0].refused, Some(Refusal::Replaced));
    let stored = browser.stored.borrow().last().cloned();
    let asks: Asks = serde_json::from_str(&stored.expect("it was stored")).expect("plain data");
    assert_eq!(Filling::new(asks).past(), past);
}
