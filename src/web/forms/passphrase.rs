//! The form for a new passphrase: of a new vault, instead of the old one, of a backup.
//!
//! What counts is how many guesses it takes ([`strength`]); there are no rules of composition, and pasting works. It is
//! typed twice, since nothing shows a slip.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::secret_field::{self, SecretField};
use super::{Later, problem};
use crate::message::vault::{Bytes, Refusal};
use crate::web::extension::text;
use crate::web::strength::{self, Advice, Judgement};
use crate::web::view::{self, Text};

/// The first field of the form.
pub const FIELD: &str = "newPassphrase";
const REPEATED: &str = "repeatedPassphrase";
/// How long after a key the strength is estimated: at the end of a word rather than at each letter.
const PAUSE_MS: u32 = 120;
/// More of it at once is not read.
const MOST_ADVICE: usize = 2;

/// Takes a passphrase that is strong enough, and says why nothing came of it.
pub type Submit = dyn Fn(Bytes) -> Later<Result<(), Refusal>>;

/// The form; `label` is the key of the text on its button. The fields are emptied after `submit`, which does what comes next
/// itself.
pub fn view(
    label: &'static str,
    submit: impl Fn(Bytes) -> Later<Result<(), Refusal>> + 'static,
) -> View {
    let form = Form {
        strength: create_signal(Strength::Unknown),
        turn: create_signal(0),
        pause: create_signal(None),
        problem: create_signal(String::new()),
        working: create_signal(false),
        submit: create_signal(Rc::new(submit)),
    };
    form.view(label)
}

/// What is known of what stands in the field.
#[derive(Clone, Debug, PartialEq)]
enum Strength {
    /// Nothing yet, or nothing stands there.
    Unknown,
    /// As the estimate says.
    Judged(Judgement),
    /// The estimate could not be loaded: nothing is taken for strong.
    Failed,
}

#[derive(Clone, Copy)]
struct Form {
    strength: Signal<Strength>,
    /// Counts changes of the field: an estimate of an earlier text is not shown for a later one.
    turn: Signal<u32>,
    pause: Signal<Option<Timeout>>,
    problem: Signal<String>,
    working: Signal<bool>,
    submit: Signal<Rc<Submit>>,
}

impl Form {
    fn view(self, label: &'static str) -> View {
        // Compiled while the person thinks. Whether it can be loaded shows at the first estimate.
        spawn_local(async {
            let _ = strength::prepare().await;
        });
        let first = SecretField {
            id: FIELD,
            label: "vaultNewPassphrase",
            autocomplete: "new-password",
            described_by: "passphraseAbout strength passphraseProblem",
        };
        let again = SecretField {
            id: REPEATED,
            label: "vaultRepeatPassphrase",
            autocomplete: "new-password",
            described_by: "passphraseProblem",
        };
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            self.send();
        };
        let first = secret_field::view(first, move || self.changed());
        let again = secret_field::view(again, move || self.problem.set(String::new()));
        let strength = self.strength();
        let problem = view::words(move || self.problem.get_clone());
        let label = view::words(move || {
            text(match self.working.get() {
                true => "vaultWorking",
                false => label,
            })
        });
        view! {
            form(class="passphrase", novalidate=true, on:submit=submit) {
                p(class="note", id="passphraseAbout") { (Text { key: "vaultPassphraseAbout" }) }
                (first)
                (strength)
                (again)
                p(class="missing", id="passphraseProblem", role="alert") { (problem) }
                div(class="actions") {
                    button(r#type="submit", id="passphraseDone", class="primary", disabled=self.working.get()) {
                        (label)
                    }
                }
            }
        }
    }

    fn strength(self) -> View {
        let class = move || match self.strength.get_clone() {
            Strength::Judged(judged) => format!("strength s{}", judged.score),
            _ => "strength".to_owned(),
        };
        let words = view::words(move || match self.strength.get_clone() {
            Strength::Unknown => String::new(),
            Strength::Failed => text("vaultStrengthFailed"),
            Strength::Judged(judged) => {
                let mut words = text(match judged.score {
                    0 => "vaultStrength0",
                    1 => "vaultStrength1",
                    2 => "vaultStrength2",
                    3 => "vaultStrength3",
                    _ => "vaultStrength4",
                });
                for said in judged.advice.into_iter().take(MOST_ADVICE) {
                    words.push(' ');
                    words.push_str(&advice(said));
                }
                words
            }
        });
        view! {
            div(class=class()) {
                div(class="bar", aria-hidden="true") {
                    span()
                    span()
                    span()
                    span()
                }
                p(class="note", id="strength", role="status") { (words) }
            }
        }
    }

    fn changed(self) {
        self.problem.set(String::new());
        self.turn.set(self.turn.get_untracked() + 1);
        self.pause.set(Some(Timeout::new(PAUSE_MS, move || {
            spawn_local(async move {
                self.judge().await;
            });
        })));
    }

    /// Estimates what stands in the field now, and says whether it is strong enough.
    async fn judge(self) -> bool {
        let turn = self.turn.get_untracked();
        let typed = secret_field::read(FIELD);
        // EXPOSE: only whether there is anything.
        if typed.0.expose().is_empty() {
            self.strength.set(Strength::Unknown);
            return false;
        }
        let strength = match strength::judge(&typed.0).await {
            Ok(judged) => Strength::Judged(judged),
            Err(_) => Strength::Failed,
        };
        if self.turn.is_alive() && self.turn.get_untracked() == turn {
            self.strength.set(strength.clone());
        }
        matches!(strength, Strength::Judged(judged) if judged.is_enough())
    }

    fn send(self) {
        if self.working.get_untracked() {
            return;
        }
        self.pause.set(None);
        self.working.set(true);
        spawn_local(async move {
            let told = self.try_send().await;
            // The page may have taken the form away after a success.
            if let Err((words, field)) = told
                && self.working.is_alive()
            {
                self.working.set(false);
                self.problem.set(words);
                secret_field::focus(field);
            }
        });
    }

    /// Gives what is to be told, and the field to go to.
    async fn try_send(self) -> Result<(), (String, &'static str)> {
        let typed = secret_field::read(FIELD);
        // EXPOSE: looked at here: whether there is anything, and whether it is the same twice.
        if typed.0.expose().is_empty() {
            return Err((problem::words(Refusal::NoPassphrase), FIELD));
        }
        let is_enough = self.judge().await;
        if !self.working.is_alive() {
            return Ok(());
        }
        if !is_enough {
            let words = match self.strength.get_clone_untracked() {
                Strength::Failed => "vaultStrengthFailed",
                _ => "vaultPassphraseWeak",
            };
            return Err((text(words), FIELD));
        }
        if typed.0.expose() != secret_field::read(REPEATED).0.expose() {
            return Err((text("vaultPassphraseDiffers"), REPEATED));
        }
        let submit = self.submit.get_clone_untracked();
        match submit(typed).await {
            Ok(()) => {
                secret_field::clear(FIELD);
                secret_field::clear(REPEATED);
                Ok(())
            }
            Err(refusal) => Err((problem::words(refusal), FIELD)),
        }
    }
}

fn advice(advice: Advice) -> String {
    text(match advice {
        Advice::Common => "vaultAdviceCommon",
        Advice::Keyboard => "vaultAdviceKeyboard",
        Advice::Repeated => "vaultAdviceRepeated",
        Advice::Sequence => "vaultAdviceSequence",
        Advice::Date => "vaultAdviceDate",
        Advice::Word => "vaultAdviceWord",
        Advice::Name => "vaultAdviceName",
        Advice::Disguise => "vaultAdviceDisguise",
        Advice::MoreWords => "vaultAdviceMoreWords",
        Advice::UseWords => "vaultAdviceUseWords",
    })
}
