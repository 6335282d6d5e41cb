//! The question how a held key is stored in the vault: under which name, of whom, and what the page gets in its place.
//!
//! The key itself does not come here. Storing grants nobody anything, so that it is what Enter does, but only once the
//! window has been in front for a while; Escape is a no.

use keyward::message::store::{Born, Ended, Instead, KeyLine, Named, PageRequest, Question};
use keyward::message::vault::{Details, Presence, Refusal};
use keyward::web::extension::{text, text_with};
use keyward::web::forms::{problem, unlock};
use keyward::web::kinds;
use keyward::web::message::ask_vault;
use keyward::web::page;
use keyward::web::view::{Text, part, words};
use keyward::web::words as names;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::{arming, close, close_button, nothing};

/// The question as it is now, and how far the answer is.
#[derive(Clone, Copy)]
struct Form {
    hold: Signal<String>,
    asked: Signal<Result<Question, Refusal>>,
    fields: Signal<Vec<Fields>>,
    variable_instead: Signal<bool>,
    /// The entry whose key a new one takes the place of; empty for an entry of its own.
    into: Signal<String>,
    working: Signal<bool>,
    /// What is wrong with what was sent, in words.
    problem: Signal<String>,
    /// It is stored, and something is left to be said.
    ended: Signal<Option<Left>>,
    armed: ReadSignal<bool>,
}

/// What is left to be said after storing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// The page has not taken what comes in the key's place.
    PageChanged,
    /// The rotation goes on with the guide.
    Rotation,
}

/// What the person says about one key.
#[derive(Clone, Copy)]
struct Fields {
    name: Signal<String>,
    provider: Signal<String>,
    owner: Signal<String>,
    variable: Signal<String>,
    /// The variable as the detector has it.
    usual: Signal<String>,
}

impl Fields {
    /// With what the scanner and the page know of it.
    fn of(line: &KeyLine, account: &str) -> Self {
        let known = kinds::known().named(&line.detector).unwrap_or_default();
        Fields {
            name: create_signal(names::key(&line.detector)),
            provider: create_signal(known.provider.name.to_owned()),
            owner: create_signal(account.to_owned()),
            variable: create_signal(known.variable.to_owned()),
            usual: create_signal(known.variable.to_owned()),
        }
    }

    fn details(self) -> Details {
        let trimmed = |signal: Signal<String>| signal.with_untracked(|text| text.trim().to_owned());
        Details {
            name: trimmed(self.name),
            provider: trimmed(self.provider),
            owner: trimmed(self.owner),
            variable: trimmed(self.variable),
            ..Details::default()
        }
    }
}

/// Shows the question about a hold.
pub(crate) async fn show(root: &HtmlElement, hold: String) {
    let asked = ask_vault(&PageRequest::StorePending { hold: hold.clone() }).await;
    sycamore::render_to(
        move || {
            let form = Form {
                hold: create_signal(hold),
                asked: create_signal(Err(Refusal::Failed)),
                fields: create_signal(Vec::new()),
                variable_instead: create_signal(false),
                into: create_signal(String::new()),
                working: create_signal(false),
                problem: create_signal(String::new()),
                ended: create_signal(None),
                armed: arming::armed(),
            };
            form.take(asked);
            form.look_when_in_front();
            form.view()
        },
        root,
    );
    focus();
}

/// Where typing begins, or, where nothing is to be typed, on what does nothing.
fn focus() {
    let ids = [
        "storeName-0",
        unlock::FIELD,
        "makeVault",
        "decline",
        "close",
    ];
    page::focus_first(&ids.map(str::to_owned));
}

impl Form {
    fn take(self, asked: Result<Question, Refusal>) {
        if let Ok(question) = &asked {
            if self.fields.with_untracked(Vec::is_empty) {
                let account = question.born.as_ref().map_or("", |born| &born.account);
                let keys = question.keys.iter();
                self.fields
                    .set(keys.map(|line| Fields::of(line, account)).collect());
            }
            let first = question
                .born
                .as_ref()
                .and_then(|born| born.predecessors.first());
            if let Some(waiting) = first.filter(|first| first.is_waiting) {
                self.into.set(waiting.entry.clone());
            }
        }
        self.asked.set(asked);
    }

    /// A vault that is made in another window is seen when the person comes back.
    fn look_when_in_front(self) {
        let look = Closure::<dyn FnMut()>::new(move || {
            let absent = |asked: &Result<Question, Refusal>| matches!(asked, Ok(question) if question.presence == Presence::Absent);
            if self.asked.with_untracked(absent) {
                self.ask_again();
            }
        });
        page::window()
            .add_event_listener_with_callback("focus", look.as_ref().unchecked_ref())
            .expect("a window takes listeners");
        // For the lifetime of the page.
        look.forget();
    }

    fn ask_again(self) {
        let hold = self.hold.get_clone_untracked();
        spawn_local(async move {
            let asked = ask_vault(&PageRequest::StorePending { hold }).await;
            self.take(asked);
            focus();
        });
    }

    fn view(self) -> View {
        let question = part(move || match self.asked.get_clone() {
            Ok(question) => match question.presence {
                Presence::Open => self.open(&question),
                Presence::Absent => self.absent(),
                Presence::Locked => self.locked(),
                Presence::Newer => self.unreadable(Refusal::Newer),
                Presence::Unreadable => self.unreadable(Refusal::CannotOpen),
            },
            Err(Refusal::NoSuchEntry) => nothing("storeGone", "storeGoneAbout"),
            Err(refusal) => self.unreadable(refusal),
        });
        view! {
            div(
                class="question",
                on:keydown=move |event: web_sys::KeyboardEvent| {
                    if event.key() == "Escape" {
                        self.decline();
                    }
                },
            ) { (question) }
        }
    }

    fn unreadable(self, refusal: Refusal) -> View {
        let words = problem::words(refusal);
        view! {
            h1 { (Text { key: "storeNot" }) }
            p(class="missing", role="alert") { (words) }
            (close_button())
        }
    }

    fn absent(self) -> View {
        view! {
            h1 { (Text { key: "fillNoVault" }) }
            p { (Text { key: "storeNoVaultAbout" }) }
            div(class="actions") {
                a(class="button primary", id="makeVault", href="welcome.html#vault", target="_blank") {
                    (Text { key: "storeMakeVault" })
                }
                (self.decline_button())
            }
        }
    }

    fn locked(self) -> View {
        let unlock = unlock::load(move |_| self.ask_again());
        view! {
            h1 { (Text { key: "fillLocked" }) }
            p { (Text { key: "storeLockedAbout" }) }
            (unlock)
            div(class="actions") { (self.decline_button()) }
        }
    }

    fn open(self, question: &Question) -> View {
        let many = question.keys.len() > 1;
        let title = text(if many { "storeTitleMany" } else { "storeTitle" });
        page::document().set_title(&title);
        let heading = match &question.born {
            Some(_) => "storeBornAt",
            None => "storeHeldFrom",
        };
        let site = match &question.origin {
            Some(origin) => {
                let origin = origin.clone();
                view! {
                    section(aria-labelledby="site") {
                        h2(id="site") { (Text { key: heading }) }
                        p(class="origin") { bdi(dir="ltr") { (origin) } }
                    }
                }
            }
            None => View::default(),
        };
        let fields = self.fields.get_clone_untracked();
        let lines = question.keys.iter().zip(fields).enumerate();
        let keys: Vec<View> = lines
            .map(|(number, (line, fields))| key(number, line, fields, many))
            .collect();
        let keys = View::from(keys);
        let successor = match &question.born {
            Some(born) => self.successor(born),
            None => View::default(),
        };
        let new = question.keys.iter().any(|line| line.known.is_none());
        let instead = match question.born {
            Some(_) => View::default(),
            None => self.instead(),
        };
        let actions = match (new, &question.born) {
            // Nothing is to be taken out of a page that the key is at home in.
            (false, Some(_)) => close_button(),
            _ => self.actions(new, many),
        };
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            // A press of the person, or Enter of theirs, since the browser makes no other.
            if event.is_trusted() && self.armed.get_untracked() {
                self.store();
            }
        };
        view! {
            h1 { (title) }
            form(novalidate=true, hidden=self.ended.get().is_some(), on:submit=submit) {
                div(class="fields") {
                    (site)
                    (successor)
                    div(hidden=self.into.with(|into| !into.is_empty())) { (keys) }
                    (instead)
                }
                (actions)
            }
            (self.ending())
        }
    }

    /// When it was made, and whether it takes another key's place.
    fn successor(self, born: &Born) -> View {
        let made = text_with("storeBornOn", &[&names::day(born.at_ms)]);
        let old = born.predecessors.iter().map(|old| {
            let (entry, own) = (old.entry.clone(), old.entry.clone());
            let name = text_with("storeBornFor", &[&old.name]);
            view! {
                option(value=entry, selected=self.into.with_untracked(|into| *into == own)) { (name) }
            }
        });
        let old: Vec<View> = old.collect();
        if old.is_empty() {
            return view! { p(class="note", id="madeOn") { (made) } };
        }
        let old = View::from(old);
        let note = words(move || match self.into.with(String::is_empty) {
            true => String::new(),
            false => text("storeBornForAbout"),
        });
        view! {
            p(class="note", id="madeOn") { (made) }
            div(class="field") {
                label(r#for="into") { (Text { key: "storeBornAs" }) }
                select(id="into", bind:value=self.into) {
                    option(value="") { (Text { key: "storeBornNew" }) }
                    (old)
                }
            }
            p(class="note") { (note) }
        }
    }

    fn instead(self) -> View {
        let choice = move |id: &'static str, variable: bool, label: &'static str| {
            view! {
                label(class="choice") {
                    input(
                        r#type="radio",
                        name="instead",
                        id=id,
                        prop:checked=self.variable_instead.get() == variable,
                        on:change=move |_: web_sys::Event| self.variable_instead.set(variable),
                    )
                    span { (Text { key: label }) }
                }
            }
        };
        let redacted = choice("redact", false, "storeRedacted");
        let variable = choice("variable", true, "storeVariableInstead");
        view! {
            fieldset {
                legend { (Text { key: "storeInstead" }) }
                (redacted)
                (variable)
            }
        }
    }

    fn actions(self, new: bool, many: bool) -> View {
        let label = match (new, many) {
            (true, false) => "storeConfirm",
            (true, true) => "storeConfirmMany",
            (false, _) => "storeReplace",
        };
        let problem = words(move || self.problem.get_clone());
        let progress = words(move || match self.working.get() {
            true => text("confirmWorking"),
            false => String::new(),
        });
        view! {
            p(class="missing", role="alert") { (problem) }
            p(class="note", role="status") { (progress) }
            div(class="actions") {
                button(
                    r#type="submit",
                    id="store",
                    class="primary",
                    disabled=!self.armed.get() || self.working.get(),
                ) { (Text { key: label }) }
                (self.decline_button())
            }
        }
    }

    fn decline_button(self) -> View {
        view! {
            button(
                r#type="button",
                id="decline",
                disabled=self.working.get(),
                on:click=move |_: web_sys::MouseEvent| self.decline(),
            ) { (Text { key: "storeDecline" }) }
        }
    }

    /// In place of the form.
    fn ending(self) -> View {
        part(move || match self.ended.get() {
            Some(Left::PageChanged) => view! {
                p(class="banner", role="alert", id="alone") { (Text { key: "storePageChanged" }) }
                (close_button())
            },
            Some(Left::Rotation) => {
                let guide = format!("life.html#guide/{}", self.into.get_clone_untracked());
                view! {
                    p(role="status", id="rotates") { (Text { key: "storeBornRotates" }) }
                    div(class="actions") {
                        a(class="button primary", id="goOn", href=guide, target="_blank") {
                            (Text { key: "storeBornGuide" })
                        }
                        button(r#type="button", id="close", on:click=|_| close()) {
                            (Text { key: "confirmClose" })
                        }
                    }
                }
            }
            None => View::default(),
        })
    }

    fn store(self) {
        if self.working.get_untracked() {
            return;
        }
        let fields = self.fields.get_clone_untracked();
        let details: Vec<Details> = fields.into_iter().map(Fields::details).collect();
        let is_known = |number: usize| {
            self.asked.with_untracked(|asked| {
                let question = asked.as_ref().ok();
                let line = question.and_then(|question| question.keys.get(number));
                line.is_some_and(|line| line.known.is_some())
            })
        };
        let mut numbers = 0..details.len();
        let into = Some(self.into.get_clone_untracked()).filter(|into| !into.is_empty());
        let unnamed = numbers
            .find(|&number| into.is_none() && details[number].name.is_empty() && !is_known(number));
        if let Some(number) = unnamed {
            self.problem.set(text("storeNameMissing"));
            page::focus(&format!("storeName-{number}"));
            return;
        }
        // A key that the vault has already goes by the detector's name for it.
        let name = |(fields, details): (&Fields, &Details)| {
            Named::of(&fields.usual.get_clone_untracked(), &details.variable)
        };
        let names = self
            .fields
            .with_untracked(|fields| fields.iter().zip(&details).map(name).collect());
        let request = PageRequest::StoreKeys {
            hold: self.hold.get_clone_untracked(),
            details,
            names,
            into: into.clone(),
            instead: match self.variable_instead.get_untracked() {
                true => Instead::Variable,
                false => Instead::Redact,
            },
        };
        self.problem.set(String::new());
        self.working.set(true);
        spawn_local(async move {
            let ended = ask_vault::<Ended>(&request).await;
            self.working.set(false);
            match ended {
                Ok(Ended { delivered: true }) if into.is_some() => {
                    self.ended.set(Some(Left::Rotation));
                    page::focus("goOn");
                }
                Ok(Ended { delivered: true }) => close(),
                Ok(Ended { delivered: false }) => {
                    self.ended.set(Some(Left::PageChanged));
                    page::focus("close");
                }
                // Locked meanwhile, which forgets what was held; or its time is up.
                Err(Refusal::Locked | Refusal::NoSuchEntry) => self.ask_again(),
                Err(refusal) => self.problem.set(problem::words(refusal)),
            }
        });
    }

    fn decline(self) {
        if self.working.get_untracked() {
            return;
        }
        let hold = self.hold.get_clone_untracked();
        spawn_local(async move {
            // Whatever it answers: a closed window is a no.
            let _: Result<Ended, Refusal> = ask_vault(&PageRequest::StoreDecline { hold }).await;
            close();
        });
    }
}

/// One key: what is said about it, or that the vault has it already.
fn key(number: usize, line: &KeyLine, fields: Fields, many: bool) -> View {
    let kind = match many {
        true => format!("{}. {}", number + 1, names::key(&line.detector)),
        false => names::key(&line.detector),
    };
    let content = match &line.known {
        Some(name) => {
            let known = text_with("storeKnown", &[name]);
            view! { p(class="note") { (known) } }
        }
        None => {
            let rows = [
                field(number, "storeName", fields.name),
                field(number, "storeProvider", fields.provider),
                field(number, "storeOwner", fields.owner),
                field(number, "storeVariable", fields.variable),
            ];
            let rows = View::from(Vec::from(rows));
            view! { div(class="about") { (rows) } }
        }
    };
    view! {
        fieldset(class="key") {
            legend { (kind) }
            (content)
        }
    }
}

/// # Security
/// Never checked for spelling and never completed: what is typed here is about keys.
fn field(number: usize, label: &'static str, value: Signal<String>) -> View {
    let id = format!("{label}-{number}");
    let of = id.clone();
    view! {
        div(class="field") {
            label(r#for=of) { (Text { key: label }) }
            input(
                r#type="text",
                id=id,
                maxlength="200",
                autocomplete="off",
                prop:spellcheck=false,
                bind:value=value,
            )
        }
    }
}
