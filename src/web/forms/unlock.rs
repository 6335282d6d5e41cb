//! The form that opens the vault, by passphrase or by recovery code.
//!
//! A wrong try is answered in words, and after some of them the next one has to wait, which is counted down. A vault that is
//! older than it was is opened only when the person has been told what that means.
//!
//! A vault that needs a second factor is opened on the page that can ask for one ([`load_with_factor`]); on the others the form has the way
//! there, and is done when the vault was opened there.

use std::rc::Rc;

use gloo::timers::callback::Interval;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Done, Later, problem, secret_field};
use crate::message::vault::{Bytes, PageRequest, Presence, Refusal, VaultState};
use crate::web::clock::now_ms;
use crate::web::element::{classed, said};
use crate::web::extension::{text, text_with};
use crate::web::forms::secret_field::SecretField;
use crate::web::message::ask_vault;
use crate::web::page;
use crate::web::storage;
use crate::web::view::{self, Text};

/// The field of the form, whichever way it opens the vault.
pub const FIELD: &str = "unlockSecret";

/// How often the countdown is written again.
const SECOND_MS: u32 = 1000;

/// What the vault is opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The passphrase.
    Passphrase,
    /// The recovery code: the person has lost the passphrase, and is to be offered a new one.
    RecoveryCode,
}

/// Opens the vault with a passphrase and the person's second factor; whether an older vault is meant.
pub type OpenByFactor = fn(Bytes, bool) -> Later<Result<Done, Refusal>>;

/// Where the page for it is.
const FACTOR_PAGE: &str = "factor.html?unlock=1";

/// The form for the vault as it is, which is asked for first; in its place, why there is nothing to unlock.
pub fn load(opened: impl Fn(Way) + 'static) -> View {
    load_by(Rc::new(opened), None)
}

/// As [`load`], on the page that can ask for a second factor.
pub fn load_with_factor(opened: impl Fn(Way) + 'static, open: OpenByFactor) -> View {
    load_by(Rc::new(opened), Some(open))
}

fn load_by(opened: Rc<dyn Fn(Way)>, by_factor: Option<OpenByFactor>) -> View {
    let state = create_signal(None);
    spawn_local(async move {
        let asked = ask_vault::<VaultState>(&PageRequest::VaultState {}).await;
        // The page may have no use for the form any more.
        if state.is_alive() {
            state.set(Some(asked));
            page::focus(FIELD);
        }
    });
    view::part(move || {
        let refusal = match state.get_clone() {
            None => return View::default(),
            Some(Err(refusal)) => refusal,
            Some(Ok(state)) => match state.presence {
                Presence::Absent => Refusal::NoVault,
                Presence::Newer => Refusal::Newer,
                Presence::Unreadable => Refusal::CannotOpen,
                Presence::Locked | Presence::Open => {
                    let opened = Rc::clone(&opened);
                    return view_by(&state, opened, by_factor);
                }
            },
        };
        view! { p(class="missing", role="alert") { (problem::words(refusal)) } }
    })
}

/// The form, for a vault in this state. `opened` is called when the vault is open, and by what.
pub fn view(state: &VaultState, opened: impl Fn(Way) + 'static) -> View {
    view_by(state, Rc::new(opened), None)
}

fn view_by(state: &VaultState, opened: Rc<dyn Fn(Way)>, by_factor: Option<OpenByFactor>) -> View {
    let form = Form {
        is_elsewhere: state.needs_factor && by_factor.is_none(),
        by_factor: by_factor.filter(|_| state.needs_factor),
        way: create_signal(Way::Passphrase),
        problem: create_signal(None),
        wait_s: create_signal(0),
        countdown: create_signal(None),
        working: create_signal(false),
        opened: create_signal(opened),
    };
    form.wait_until(state.next_try_ms);
    if form.is_elsewhere {
        form.watch();
    }
    form.view(state.has_recovery)
}

#[derive(Clone, Copy)]
struct Form {
    /// It takes a second factor, which another page asks for.
    is_elsewhere: bool,
    /// It takes one, which is asked for here.
    by_factor: Option<OpenByFactor>,
    way: Signal<Way>,
    problem: Signal<Option<Refusal>>,
    /// Seconds until the next try; 0 for none.
    wait_s: Signal<u64>,
    countdown: Signal<Option<Interval>>,
    working: Signal<bool>,
    opened: Signal<Rc<dyn Fn(Way)>>,
}

impl Form {
    fn view(self, has_recovery: bool) -> View {
        if self.is_elsewhere {
            return view::part(move || match self.way.get() {
                Way::Passphrase => self.elsewhere(has_recovery),
                Way::RecoveryCode => self.here(has_recovery),
            });
        }
        self.here(has_recovery)
    }

    /// The way to the page that asks for a second factor.
    fn elsewhere(self, has_recovery: bool) -> View {
        let link = said("a", "vaultFactorOpen")
            .id("openFactor")
            .attr("class", "button primary")
            .attr("href", FACTOR_PAGE)
            .attr("target", "_blank");
        let ways = classed("div", "actions")
            .with(link)
            .with(self.other_way(has_recovery));
        classed("div", "unlock")
            .with(said("p", "vaultFactorElsewhere"))
            .with(ways)
            .into()
    }

    fn here(self, has_recovery: bool) -> View {
        let field = view::part(move || {
            let (label, autocomplete) = match self.way.get() {
                Way::Passphrase => ("vaultPassphrase", "current-password"),
                Way::RecoveryCode => ("vaultRecoveryCode", "off"),
            };
            let field = SecretField {
                id: FIELD,
                label,
                autocomplete,
                described_by: "unlockProblem",
            };
            secret_field::view(field, || {})
        });
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            self.open(false);
        };
        let told = self.told();
        let label = view::words(move || {
            text(match self.working.get() {
                true => "vaultUnlocking",
                false => "vaultUnlock",
            })
        });
        let other_way = self.other_way(has_recovery);
        view! {
            form(class="unlock", novalidate=true, on:submit=submit) {
                (field)
                (told)
                div(class="actions") {
                    button(
                        r#type="submit",
                        id="unlock",
                        class="primary",
                        disabled=self.working.get() || self.wait_s.get() > 0,
                    ) { (label) }
                }
                (other_way)
            }
        }
    }

    /// What went wrong, for how long the next try has to wait, and the question about an older vault.
    fn told(self) -> View {
        let words = view::words(move || match (self.problem.get(), self.way.get()) {
            (None, _) => String::new(),
            (Some(refusal), Way::Passphrase) => problem::words(refusal),
            (Some(refusal), Way::RecoveryCode) => problem::words_of_code(refusal),
        });
        let is_older = create_selector(move || self.problem.get() == Some(Refusal::Older));
        let question = view::part(move || match is_older.get() {
            false => View::default(),
            true => view! {
                div(class="actions") {
                    button(r#type="button", id="unlockOlder", class="danger", on:click=move |_| self.open(true)) {
                        (Text { key: "vaultOpenOlder" })
                    }
                    button(r#type="button", id="unlockNotOlder", on:click=move |_| self.give_up()) {
                        (Text { key: "vaultLeaveLocked" })
                    }
                }
            },
        });
        let wait = view::words(move || match self.wait_s.get() {
            0 => String::new(),
            wait_s => text_with("vaultWait", &[&wait_s.to_string()]),
        });
        view! {
            p(class="missing", id="unlockProblem", role="alert") { (words) }
            (question)
            p(class="note", role="timer", id="unlockWait") { (wait) }
        }
    }

    fn other_way(self, has_recovery: bool) -> View {
        if !has_recovery {
            return View::default();
        }
        let press = move |_: web_sys::MouseEvent| {
            self.way.set(match self.way.get_untracked() {
                Way::Passphrase => Way::RecoveryCode,
                Way::RecoveryCode => Way::Passphrase,
            });
            self.problem.set(None);
            page::focus(FIELD);
        };
        let label = view::words(move || {
            text(match self.way.get() {
                Way::Passphrase => "vaultByRecoveryCode",
                Way::RecoveryCode => "vaultByPassphrase",
            })
        });
        view! {
            button(r#type="button", id="otherWay", class="link", on:click=press) { (label) }
        }
    }

    fn open(self, accept_older: bool) {
        if self.working.get_untracked() || self.wait_s.get_untracked() > 0 {
            return;
        }
        let typed = secret_field::read(FIELD);
        // EXPOSE: only whether there is anything.
        if typed.0.expose().is_empty() {
            self.problem.set(Some(Refusal::NoPassphrase));
            secret_field::focus(FIELD);
            return;
        }
        let way = self.way.get_untracked();
        let by_factor = self.by_factor.filter(|_| way == Way::Passphrase);
        self.problem.set(None);
        self.working.set(true);
        spawn_local(async move {
            let answer = match by_factor {
                Some(open) => open(typed, accept_older).await,
                None => {
                    let request = match way {
                        Way::Passphrase => PageRequest::UnlockVault {
                            passphrase: typed,
                            accept_older,
                        },
                        Way::RecoveryCode => PageRequest::UnlockWithRecovery {
                            code: typed,
                            accept_older,
                        },
                    };
                    ask_vault::<Done>(&request).await
                }
            };
            if !self.working.is_alive() {
                return;
            }
            match answer {
                Ok(Done {}) => {
                    secret_field::clear(FIELD);
                    self.working.set(false);
                    // Last: the page may take the form away.
                    (self.opened.get_clone_untracked())(way);
                }
                Err(refusal) => self.refused(refusal).await,
            }
        });
    }

    /// Is done when the vault is opened on another page.
    fn watch(self) {
        storage::on_change(move |area, names| {
            let is_opened = area == "session" && names.iter().any(|name| name == "keeper.open");
            if !is_opened || !self.working.is_alive() || self.working.get_untracked() {
                return;
            }
            (self.opened.get_clone_untracked())(Way::Passphrase);
        });
    }

    async fn refused(self, refusal: Refusal) {
        if matches!(refusal, Refusal::CannotOpen | Refusal::TooSoon) {
            let state = ask_vault::<VaultState>(&PageRequest::VaultState {}).await;
            if !self.working.is_alive() {
                return;
            }
            self.wait_until(state.ok().and_then(|state| state.next_try_ms));
        }
        self.working.set(false);
        self.problem.set(Some(refusal));
        if refusal == Refusal::Older {
            page::focus("unlockNotOlder");
        } else {
            secret_field::focus(FIELD);
        }
    }

    fn give_up(self) {
        secret_field::clear(FIELD);
        self.problem.set(None);
        page::focus(FIELD);
    }

    /// Counts down to a time, if it is to come. That the form lets nobody try is for the eye; the background counts.
    fn wait_until(self, next_try_ms: Option<u64>) {
        let Some(next_try_ms) = next_try_ms else {
            return;
        };
        let left = move || next_try_ms.saturating_sub(now_ms()).div_ceil(1000);
        self.wait_s.set(left());
        self.countdown.set(Some(Interval::new(SECOND_MS, move || {
            self.wait_s.set(left());
            if self.wait_s.get_untracked() == 0 {
                if self.problem.get_untracked() == Some(Refusal::TooSoon) {
                    self.problem.set(None);
                }
                self.countdown.set(None);
            }
        })));
    }
}
