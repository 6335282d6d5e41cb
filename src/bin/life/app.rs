//! What the page knows, and how its parts ask for changes.

use std::cell::Cell;
use std::rc::Rc;

use keyward::life::advice::{EntryFacts, VaultFacts};
use keyward::message::life::{EntryLife, PageRequest as LifeRequest};
use keyward::message::vault::{EntryLine, PageRequest, Presence, Refusal, VaultState};
use keyward::web::extension::text;
use keyward::web::message::{ask_life, ask_vault};
use keyward::web::{authenticator, backup, clock, page, storage};
use sycamore::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;

/// One change of the vault writes several records, one after the other.
const PAUSE_MS: i32 = 60;

/// Where in the page the person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Everything.
    List,
    /// The guide for an entry.
    Guide(String),
}

impl Place {
    fn now() -> Self {
        let hash = page::window().location().hash().unwrap_or_default();
        match hash.strip_prefix("#guide/") {
            Some(entry) if !entry.is_empty() => Place::Guide(entry.to_owned()),
            _ => Place::List,
        }
    }
}

/// The address of an entry's guide.
pub(crate) fn of_guide(entry: &str) -> String {
    format!("#guide/{entry}")
}

/// Goes somewhere in the page.
pub(crate) fn go(address: &str) {
    // An address within the page is always taken.
    let _ = page::window().location().set_hash(address);
}

/// What is known of one entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    pub(crate) line: EntryLine,
    pub(crate) life: EntryLife,
}

impl Known {
    /// As the person calls it.
    pub(crate) fn name(&self) -> &str {
        match self.line.details.name.as_str() {
            "" => &self.line.details.provider,
            name => name,
        }
    }

    /// For advice.
    pub(crate) fn facts(&self) -> EntryFacts {
        EntryFacts {
            is_exposed: self
                .life
                .exposures
                .iter()
                .any(|exposure| exposure.standing.is_open()),
            is_dead: self
                .life
                .keys
                .first()
                .is_some_and(|key| key.dead_ms.is_some()),
            due: self.life.due,
            origins: self.line.origins.len(),
            key_changed_ms: self.line.key_changed_ms,
        }
    }
}

/// What the page knows.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) place: Signal<Place>,
    state: Signal<Option<Result<VaultState, Refusal>>>,
    pub(crate) presence: ReadSignal<Option<Result<Presence, Refusal>>>,
    /// Of the open vault, in its order.
    pub(crate) known: Signal<Vec<Known>>,
    backup_ms: Signal<Option<u64>>,
    /// What happened last.
    pub(crate) told: Signal<String>,
}

impl App {
    pub(crate) fn new() -> Self {
        let state: Signal<Option<Result<VaultState, Refusal>>> = create_signal(None);
        App {
            place: create_signal(Place::now()),
            state,
            presence: create_selector(move || {
                state.with(|state| match state {
                    None => None,
                    Some(Ok(state)) => Some(Ok(state.presence)),
                    Some(Err(refusal)) => Some(Err(*refusal)),
                })
            }),
            known: create_signal(Vec::new()),
            backup_ms: create_signal(None),
            told: create_signal(String::new()),
        }
    }

    /// Looks at the vault again.
    pub(crate) async fn refresh(self) {
        let (mut state, known) = read().await;
        if state.is_ok() {
            self.backup_ms.set(backup::last_ms().await);
        }
        let known = known.unwrap_or_else(|refusal| {
            if refusal != Refusal::Locked {
                state = Err(refusal);
            } else if let Ok(state) = &mut state {
                // Locked between the answers.
                state.presence = Presence::Locked;
            }
            Vec::new()
        });
        let is_open = matches!(&state, Ok(state) if state.presence == Presence::Open);
        if !is_open {
            // It names entries.
            self.told.set(String::new());
        }
        if self.known.with_untracked(|before| *before != known) {
            // All is drawn anew; whoever is in the middle of it stays there.
            let focused = page::focused();
            self.known.set(known);
            if let Some(id) = focused {
                page::focus_in_place(&id);
            }
        }
        self.state.set(Some(state));
    }

    /// One entry as it is now.
    pub(crate) fn entry(self, entry: &str) -> Option<Known> {
        self.known.with(|known| {
            known
                .iter()
                .find(|known| known.line.entry == entry)
                .cloned()
        })
    }

    /// For advice.
    pub(crate) fn facts(self) -> (VaultFacts, Vec<EntryFacts>) {
        let vault = self.state.with(|state| {
            let state = state.as_ref().and_then(|state| state.as_ref().ok());
            VaultFacts {
                has_recovery: state.is_some_and(|state| state.has_recovery),
                minutes: state.and_then(|state| state.minutes),
                with_screen: state.is_some_and(|state| state.with_screen),
                backup_ms: self.backup_ms.get(),
                second_factor: authenticator::is_possible()
                    .then(|| state.is_some_and(|state| state.needs_factor)),
            }
        });
        let entries = self
            .known
            .with(|known| known.iter().map(Known::facts).collect());
        (vault, entries)
    }

    /// Asks for a change of one entry, and shows it; `told` is said when it has happened.
    pub(crate) fn change(self, request: LifeRequest, told: String) {
        spawn_local(async move {
            match ask_life::<EntryLife>(&request).await {
                Ok(_) => {
                    self.refresh().await;
                    self.told.set(told);
                }
                Err(refusal) => {
                    self.refresh().await;
                    self.told.set(crate::words_of(refusal));
                }
            }
        });
    }

    /// Listens to the vault and to the address. For the lifetime of the page.
    pub(crate) fn watch(self) {
        let waits = Rc::new(Cell::new(false));
        storage::on_change(move |area, names| {
            let is_vaults = |name: &String| match area {
                "local" => {
                    name.starts_with("vault.") || name == "keeper.policy" || name == "backupMs"
                }
                // Opened or locked.
                "session" => name == "keeper.open",
                _ => false,
            };
            if names.iter().any(is_vaults) && !waits.replace(true) {
                let waits = Rc::clone(&waits);
                spawn_local(async move {
                    clock::sleep(PAUSE_MS).await;
                    waits.set(false);
                    self.refresh().await;
                });
            }
        });
        let moved = Closure::<dyn FnMut()>::new(move || {
            self.told.set(String::new());
            self.place.set(Place::now());
            page::window().scroll_to_with_x_and_y(0.0, 0.0);
            let title = match self.place.with_untracked(|place| *place == Place::List) {
                true => "title",
                false => crate::guide::TITLE,
            };
            page::focus_in_place(title);
        });
        page::window()
            .add_event_listener_with_callback("hashchange", moved.as_ref().unchecked_ref())
            .expect("a window takes listeners");
        moved.forget();
    }

    /// The person's word for how many there are: a count in a text of `_locales`.
    pub(crate) fn none(key: &str) -> View {
        keyward::web::element::classed("p", "note")
            .words(&text(key))
            .into()
    }
}

/// The state of the vault, and what is in it where it is open.
async fn read() -> (Result<VaultState, Refusal>, Result<Vec<Known>, Refusal>) {
    let state = ask_vault::<VaultState>(&PageRequest::VaultState {}).await;
    let is_open = matches!(&state, Ok(state) if state.presence == Presence::Open);
    if !is_open {
        return (state, Ok(Vec::new()));
    }
    let lines = match ask_vault::<Vec<EntryLine>>(&PageRequest::Entries {}).await {
        Ok(lines) => lines,
        Err(refusal) => return (state, Err(refusal)),
    };
    let lives = ask_life::<Vec<EntryLife>>(&LifeRequest::KeyLives {}).await;
    let lives = match lives {
        Ok(lives) => lives,
        Err(keyward::message::life::Refusal::Locked) => return (state, Err(Refusal::Locked)),
        Err(_) => return (state, Err(Refusal::Failed)),
    };
    let known = lines.into_iter().filter_map(|line| {
        // One that was stored or removed between the answers comes with the next look.
        let life = lives.iter().find(|life| life.entry == line.entry)?.clone();
        Some(Known { line, life })
    });
    (state, Ok(known.collect()))
}
