//! What the whole page knows, and how its parts ask the background.
//!
//! The vault can lock at any moment. What is asked for then waits: a dialog opens it again, over what stands on the page, and
//! the request is sent once more. So nothing is lost that was typed, and no part has to know.

use std::rc::Rc;

use js_sys::{Function, Promise};
use keyward::message::vault::{Bytes, EntryLine, PageRequest, Presence, Refusal, VaultState};
use keyward::message::{self, GuardSettings};
use keyward::web::clock;
use keyward::web::extension::text;
use keyward::web::forms::Done;
use keyward::web::message::{ask, ask_vault};
use serde::de::DeserializeOwned;
use sycamore::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::place::{Place, Section};

/// The line at the bottom that says what happened.
pub(crate) const TOLD: &str = "told";

/// How long it says so, where nothing can be undone.
const TOLD_MS: i32 = 10_000;

/// What the page knows.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) place: Signal<Place>,
    /// `None` where the background does not say.
    pub(crate) state: Signal<Option<VaultState>>,
    /// The background does not answer.
    pub(crate) failed: Signal<bool>,
    pub(crate) presence: ReadSignal<Option<Presence>>,
    /// Of the open vault, in its order.
    pub(crate) entries: Signal<Vec<EntryLine>>,
    /// Identifiers and names of what can be put back.
    pub(crate) removed: Signal<Vec<(String, String)>>,
    /// What the person set about the guard; `None` until it is known.
    pub(crate) guard: Signal<Option<GuardSettings>>,
    /// Counts what happens in the guard and in filling.
    pub(crate) happened: Signal<u32>,
    pub(crate) told: Signal<Option<Told>>,
    /// Counts what was told.
    turn: Signal<u32>,
    /// The site that is being typed beside an entry, which is drawn anew whenever anything of the entry changes.
    pub(crate) site: Signal<String>,
    /// Whether there is typed text on the page that would be lost if its part were drawn anew.
    pub(crate) writing: Signal<bool>,
    /// The recovery code of a vault that was made just now, until the person has kept it.
    pub(crate) code: Signal<Option<Rc<Bytes>>>,
    /// The person left the vault locked; the dialog comes again when something is asked for.
    is_left: Signal<bool>,
    /// Who waits for the vault to be opened in the dialog; the dialog is there while it is `Some`.
    waiting: Signal<Option<Vec<Function>>>,
}

/// What happened, and how to undo it.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) words: String,
    pub(crate) undo: Option<Rc<dyn Fn()>>,
}

impl App {
    pub(crate) fn new() -> Self {
        let state: Signal<Option<VaultState>> = create_signal(None);
        App {
            failed: create_signal(false),
            place: create_signal(Place::now()),
            state,
            presence: create_selector(move || {
                state.with(|state| state.as_ref().map(|state| state.presence))
            }),
            entries: create_signal(Vec::new()),
            removed: create_signal(Vec::new()),
            guard: create_signal(None),
            happened: create_signal(0),
            told: create_signal(None),
            turn: create_signal(0),
            site: create_signal(String::new()),
            writing: create_signal(false),
            code: create_signal(None),
            is_left: create_signal(false),
            waiting: create_signal(None),
        }
    }

    /// Asks about the vault. A locked one is opened by the person in between; [`Refusal::Locked`] where they leave it
    /// locked.
    pub(crate) async fn ask<T: DeserializeOwned>(
        self,
        request: &PageRequest,
    ) -> Result<T, Refusal> {
        loop {
            match ask_vault(request).await {
                Err(Refusal::Locked) => {
                    if !self.unlocked().await {
                        return Err(Refusal::Locked);
                    }
                }
                answer => return answer,
            }
        }
    }

    /// Asks for a change, and looks at the vault again.
    pub(crate) async fn change(self, request: &PageRequest) -> Result<(), Refusal> {
        let changed = self.ask::<Done>(request).await;
        if !matches!(changed, Err(Refusal::Locked)) {
            self.refresh().await;
        }
        changed.map(drop)
    }

    /// Asks for a change whose failure is told at the bottom of the page.
    pub(crate) fn change_and_tell(self, request: PageRequest, told: Told) {
        spawn_local(async move {
            match self.change(&request).await {
                Ok(()) => self.told.set(Some(told)),
                Err(refusal) => self.tell(keyward::web::forms::problem::words(refusal)),
            }
        });
    }

    /// Reads what the person set about the guard.
    pub(crate) async fn read_guard(self) {
        let settings = ask::<GuardSettings>(&message::PageRequest::GuardSettings {}).await;
        if let Ok(settings) = settings
            && self.guard.get_clone_untracked().as_ref() != Some(&settings)
        {
            self.guard.set(Some(settings));
        }
    }

    /// Asks the guard for a change, which is told.
    pub(crate) fn change_guard(self, request: message::PageRequest, told: Option<Told>) {
        spawn_local(async move {
            let changed = ask::<Done>(&request).await;
            self.read_guard().await;
            match changed {
                Ok(_) if told.is_some() => self.told.set(told),
                Ok(_) => {}
                Err(message::Refusal::NotStored) => self.tell_text("popupNotStored"),
                Err(_) => self.tell_text("popupFailed"),
            }
        });
    }

    /// Says what happened.
    pub(crate) fn tell(self, words: String) {
        self.told.set(Some(Told { words, undo: None }));
        let turn = self.turn.get_untracked() + 1;
        self.turn.set(turn);
        // What can be undone stays, what cannot goes when it has been read.
        spawn_local(async move {
            clock::sleep(TOLD_MS).await;
            let can_undo = self
                .told
                .with_untracked(|told| told.as_ref().is_some_and(|told| told.undo.is_some()));
            if self.turn.get_untracked() == turn && !can_undo {
                self.told.set(None);
            }
        });
    }

    /// As [`App::tell`], for a text of `_locales`.
    pub(crate) fn tell_text(self, key: &str) {
        self.tell(text(key));
    }

    /// Looks at the vault again.
    pub(crate) async fn refresh(self) {
        let state = ask_vault::<VaultState>(&PageRequest::VaultState {}).await;
        let is_open = |state: &VaultState| state.presence == Presence::Open;
        let mut state = state.ok();
        let mut entries = Vec::new();
        if state.as_ref().is_some_and(is_open) {
            match ask_vault(&PageRequest::Entries {}).await {
                Ok(read) => entries = read,
                // Locked in between, or not readable at all: the state says which.
                Err(_) => {
                    let again = ask_vault::<VaultState>(&PageRequest::VaultState {}).await;
                    state = again.ok();
                }
            }
        }
        let is_open = state.as_ref().is_some_and(is_open);
        if !is_open && self.writing.get_untracked() && !self.is_left.get_untracked() {
            // The list goes, what is being written stays.
            self.open_dialog();
        }
        if !is_open && self.presence.get_untracked() == Some(Presence::Open) {
            // Both name entries.
            self.removed.set(Vec::new());
            self.told.set(None);
        }
        if is_open {
            self.is_left.set(false);
        }
        // What is shown of an entry is gone before the list that it was in, and the list is there before it is shown.
        self.entries.set(entries);
        self.failed.set(state.is_none());
        self.state.set(state);
    }

    /// One entry as it is now.
    pub(crate) fn entry(self, id: &str) -> Option<EntryLine> {
        self.entries
            .with(|entries| entries.iter().find(|line| line.entry == id).cloned())
    }

    /// The name of an entry, to be shown.
    pub(crate) fn name_of(self, id: &str) -> Option<String> {
        self.entries.with(|entries| {
            let line = entries.iter().find(|line| line.entry == id);
            line.map(|line| name(line).to_owned())
        })
    }

    /// Whether the dialog is on the screen.
    pub(crate) fn is_waiting(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Ends the dialog; whoever waits goes on, or gives up.
    pub(crate) fn end_wait(self, is_open: bool) {
        self.is_left.set(!is_open);
        for resolve in self.waiting.take().unwrap_or_default() {
            // Fulfilling a promise cannot fail.
            let _ = resolve.call1(&JsValue::NULL, &is_open.into());
        }
    }

    fn open_dialog(self) {
        if !self.waiting.with_untracked(Option::is_some) {
            self.waiting.set(Some(Vec::new()));
        }
    }

    /// Waits until the person has opened the vault in the dialog; false where they did not.
    pub(crate) async fn unlocked(self) -> bool {
        let wait = Promise::new(&mut |resolve, _| {
            self.waiting.update(|waiting| {
                waiting.get_or_insert_default().push(resolve);
            });
        });
        // Never rejected.
        let answer = JsFuture::from(wait).await;
        answer.is_ok_and(|is_open| is_open == true)
    }

    /// Whether the vault is open and shown.
    pub(crate) fn is_open(self) -> bool {
        self.presence.get() == Some(Presence::Open)
    }

    /// The section that the person is in.
    pub(crate) fn section(self) -> Section {
        self.place.with(|place| place.section)
    }
}

/// What an entry is called on the page.
pub(crate) fn name(line: &EntryLine) -> &str {
    match line.details.name.as_str() {
        "" => &line.details.provider,
        name => name,
    }
}
