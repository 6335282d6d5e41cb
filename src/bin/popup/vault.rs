//! The vault in the popup: making one, unlocking it, locking it, and what is in it.

use keyward::message::vault::{EntryLine, PageRequest, Presence, Refusal, VaultState};
use keyward::web::extension::text;
use keyward::web::forms::unlock::{self, Way};
use keyward::web::forms::{Done, problem};
use keyward::web::message::ask_vault;
use keyward::web::page;
use keyward::web::view::{self, Text};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{Popup, keys};

/// What is known of it.
#[derive(Clone, Copy)]
pub(crate) struct Vault {
    /// `None` until it is known.
    state: Signal<Option<Result<VaultState, Refusal>>>,
    /// All of them while it is open.
    pub(crate) entries: Signal<Vec<EntryLine>>,
    /// It was unlocked with the recovery code, here and now.
    by_code: Signal<bool>,
    /// Why something came to nothing.
    problem: Signal<String>,
    /// What came of a press.
    pub(crate) told: Signal<String>,
}

impl Vault {
    pub(crate) fn new() -> Self {
        Vault {
            state: create_signal(None),
            entries: create_signal(Vec::new()),
            by_code: create_signal(false),
            problem: create_signal(String::new()),
            told: create_signal(String::new()),
        }
    }

    /// Asks how it is now, and what is in it.
    pub(crate) async fn load(self) {
        let mut state = ask_vault::<VaultState>(&PageRequest::VaultState {}).await;
        let mut entries = Vec::new();
        if matches!(&state, Ok(state) if state.presence == Presence::Open) {
            match ask_vault(&PageRequest::Entries {}).await {
                Ok(there) => entries = there,
                // Locked between the two.
                Err(Refusal::Locked) => {
                    state = ask_vault(&PageRequest::VaultState {}).await;
                }
                Err(refusal) => state = Err(refusal),
            }
        }
        self.entries.set(entries);
        self.state.set(Some(state));
    }

    /// Goes to what the person wants first.
    pub(crate) fn focus(self) {
        page::focus_first(&[unlock::FIELD.to_owned(), keys::FIRST.to_owned()]);
    }

    /// Tells why something came to nothing; shows the form where the vault has locked itself.
    pub(crate) fn refused(self, refusal: Refusal) {
        if refusal == Refusal::Locked {
            spawn_local(async move {
                self.load().await;
                self.focus();
            });
        } else {
            self.problem.set(problem::words(refusal));
        }
    }

    fn lock(self) {
        spawn_local(async move {
            match ask_vault::<Done>(&PageRequest::LockVault {}).await {
                Ok(Done {}) => {
                    self.by_code.set(false);
                    self.problem.set(String::new());
                    self.told.set(String::new());
                    self.load().await;
                    self.focus();
                }
                Err(refusal) => self.problem.set(problem::words(refusal)),
            }
        });
    }
}

pub(crate) fn view(popup: Popup) -> View {
    let vault = popup.vault;
    let presence = create_selector(move || {
        vault.state.with(|state| match state {
            None => None,
            Some(Ok(state)) => Some(Ok(state.presence)),
            Some(Err(refusal)) => Some(Err(*refusal)),
        })
    });
    let body = view::part(move || match presence.get() {
        None => View::default(),
        Some(Ok(Presence::Absent)) => absent(),
        Some(Ok(Presence::Locked)) => locked(popup),
        Some(Ok(Presence::Open)) => keys::view(popup),
        Some(Ok(Presence::Newer)) => refused(Refusal::Newer),
        Some(Ok(Presence::Unreadable)) => unreadable(),
        Some(Err(refusal)) => refused(refusal),
    });
    let lock = view::part(move || match presence.get() {
        Some(Ok(Presence::Open)) => view! {
            button(r#type="button", id="lock", class="small", on:click=move |_| vault.lock()) {
                (Text { key: "popupLock" })
            }
        },
        _ => View::default(),
    });
    let by_code = view::part(move || match vault.by_code.get() {
        false => View::default(),
        true => view! {
            p(class="warning", id="byCode") {
                (Text { key: "popupByCode" })
                " "
                a(href="options.html#passphrase", target="_blank") { (Text { key: "popupNewPassphrase" }) }
            }
        },
    });
    let problem = view::words(move || vault.problem.get_clone());
    let told = view::words(move || vault.told.get_clone());
    view! {
        section(aria-labelledby="vault") {
            div(class="heading") {
                h2(id="vault") { (Text { key: "popupVault" }) }
                (lock)
            }
            (by_code)
            p(class="missing", role="alert") { (problem) }
            (body)
            p(class="note", id="told", role="status") { (told) }
        }
    }
}

fn absent() -> View {
    view! {
        p(class="note") { (Text { key: "popupVaultAbsent" }) }
        a(href="welcome.html#vault", target="_blank", id="makeVault", class="button primary") {
            (Text { key: "popupMakeVault" })
        }
    }
}

fn locked(popup: Popup) -> View {
    let vault = popup.vault;
    let state = vault.state.get_clone_untracked().and_then(Result::ok);
    let Some(state) = state else {
        return View::default();
    };
    let form = unlock::view(&state, move |way| {
        spawn_local(async move {
            vault.by_code.set(way == Way::RecoveryCode);
            vault.problem.set(String::new());
            vault.load().await;
            popup.said.set(text("popupUnlocked"));
            vault.focus();
        });
    });
    view! {
        p(class="note") { (Text { key: "popupVaultLocked" }) }
        (form)
    }
}

fn unreadable() -> View {
    view! {
        p(class="missing", role="alert") { (Text { key: "popupVaultUnreadable" }) }
        a(href="options.html#backup", target="_blank", id="rescue", class="button") {
            (Text { key: "popupRescue" })
        }
    }
}

fn refused(refusal: Refusal) -> View {
    let words = problem::words(refusal);
    view! { p(class="missing", role="alert") { (words) } }
}
