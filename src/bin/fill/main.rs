//! The window in which a key is filled, and the only place where one is: the question where, into which field, which key, and what is odd about it. Or why nothing
//! can be filled.
//!
//! As with letting a key through, Enter and Escape are a no, and filling takes a press once the window has been in front
//! for a while.

mod words;

use keyward::approve::Oddity;
use keyward::fill::Refusal;
use keyward::fill::doubt::{Doubt, EntryFacts, doubts};
use keyward::fill::field::{Element, Field};
use keyward::message;
use keyward::message::fill::{Choice, Ended, Open, PageRequest, Question};
use keyward::web::arming;
use keyward::web::extension::{text, text_with};
use keyward::web::forms::unlock;
use keyward::web::kinds;
use keyward::web::message::ask;
use keyward::web::oddity;
use keyward::web::page;
use keyward::web::view::Text;
use keyward::web::window::{close, close_button, nothing};
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The question as it is now, and how far the answer is.
#[derive(Clone, Copy)]
struct Form {
    ask: Signal<String>,
    question: Signal<Option<Question>>,
    /// Identifier of the entry that is chosen.
    entry: Signal<String>,
    working: Signal<bool>,
    armed: ReadSignal<bool>,
}

/// Shows the question of the ask that the address names.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("fillTitle");
    let id = page::parameter("ask").unwrap_or_default();
    kinds::load().await;
    let question = ask(&PageRequest::FillPending { ask: id.clone() }).await;
    sycamore::render_to(
        move || {
            let form = Form {
                ask: create_signal(id),
                question: create_signal(None),
                entry: create_signal(String::new()),
                working: create_signal(false),
                armed: arming::armed(),
            };
            form.take(question.ok());
            view! { (form.view()) }
        },
        &root,
    );
    page::focus_first(&["decline".to_owned(), "close".to_owned()]);
}

impl Form {
    /// Takes a question that has come, and chooses the entry where there is but one to choose.
    fn take(self, question: Option<Question>) {
        if let Some(Question::Open { open }) = &question {
            let mut usable = open.entries.iter().filter(|choice| choice.approved);
            let only = match (usable.next(), usable.next()) {
                (Some(only), None) => Some(only.entry.clone()),
                _ => None,
            };
            let still = self.entry.get_clone_untracked();
            let chosen = open.chosen.clone().or(only).unwrap_or(still);
            self.entry.set(chosen);
        }
        self.question.set(question);
    }

    fn view(self) -> View {
        View::from_dynamic(move || match self.question.get_clone() {
            None => nothing("fillFailed", ""),
            Some(Question::Refused { refusal }) => refused(refusal),
            Some(Question::NoVault) => nothing("fillNoVault", "fillNoVaultAbout"),
            Some(Question::Locked { .. }) => self.locked(),
            Some(Question::Open { open }) => self.open(&open),
        })
    }

    fn locked(self) -> View {
        let unlock = unlock::load(move |_| {
            self.ask_again(PageRequest::FillPending {
                ask: self.ask.get_clone_untracked(),
            });
        });
        view! {
            h1 { (Text { key: "fillLocked" }) }
            p { (Text { key: "fillLockedAbout" }) }
            (unlock)
            (close_button())
        }
    }

    fn open(self, open: &Open) -> View {
        let title = text("fillTitle");
        page::document().set_title(&title);
        let site = site(open);
        let field = field(&open.field);
        let entries = self.entries(open);
        let about = self.about(open);
        let actions = self.actions(open);
        view! {
            h1 { (title) }
            form(
                novalidate=true,
                on:submit=move |event: web_sys::SubmitEvent| {
                    event.prevent_default();
                    self.decline();
                },
                on:keydown=move |event: web_sys::KeyboardEvent| {
                    if event.key() == "Escape" {
                        self.decline();
                    }
                },
            ) {
                (site)
                (field)
                (entries)
                (about)
                (actions)
            }
        }
    }

    fn entries(self, open: &Open) -> View {
        if open.entries.is_empty() {
            return view! { p(class="note") { (Text { key: "fillNoEntries" }) } };
        }
        let group = |approved: bool, legend: &'static str| {
            let choices: Vec<View> = open
                .entries
                .iter()
                .filter(|choice| choice.approved == approved)
                .map(|choice| self.choice(choice))
                .collect();
            if choices.is_empty() {
                return View::default();
            }
            view! {
                fieldset {
                    legend { (Text { key: legend }) }
                    (choices)
                }
            }
        };
        let approved = group(true, "fillEntries");
        let others = group(false, "fillOthers");
        view! {
            (approved)
            (others)
        }
    }

    fn choice(self, choice: &Choice) -> View {
        let id = choice.entry.clone();
        let mine = id.clone();
        let element = format!("entry-{id}");
        let name = match choice.provider.is_empty() {
            true => choice.name.clone(),
            false => text_with("fillEntryOf", &[&choice.name, &choice.provider]),
        };
        view! {
            label(class="choice") {
                input(
                    r#type="radio",
                    name="entry",
                    id=element,
                    prop:checked=self.entry.with(|chosen| *chosen == mine),
                    on:change=move |_: web_sys::Event| self.entry.set(id.clone()),
                )
                span { (name) }
            }
        }
    }

    /// What is odd about the entry that is chosen: about filling it, or about approving the site for it.
    fn about(self, open: &Open) -> View {
        let open = open.clone();
        View::from_dynamic(move || {
            let chosen = self.entry.get_clone();
            let Some(choice) = open.entries.iter().find(|choice| choice.entry == chosen) else {
                return View::default();
            };
            let mut lines: Vec<View> = Vec::new();
            if !choice.approved {
                lines.push(view! { p(class="warning") { (Text { key: "fillNotApproved" }) } });
                lines.extend(site_oddities(&open).iter().map(|odd| {
                    let words = oddity::words(odd);
                    let class = if odd.is_grave() { "missing" } else { "warning" };
                    view! { p(class=class) { (words) } }
                }));
            }
            // Of a site that is not approved this is said already.
            let is_said = |doubt: &&Doubt| choice.approved || **doubt != Doubt::FirstHere;
            let doubts = entry_doubts(&open.field, choice);
            lines.extend(doubts.iter().filter(is_said).map(|doubt| {
                let words = words::doubt(doubt);
                let class = if matches!(doubt, Doubt::FirstHere | Doubt::InText) {
                    "note"
                } else {
                    "warning"
                };
                view! { p(class=class) { (words) } }
            }));
            View::from(lines)
        })
    }

    fn actions(self, open: &Open) -> View {
        let entries = open.entries.clone();
        let approved = create_memo(move || {
            let chosen = self.entry.get_clone();
            entries
                .iter()
                .find(|choice| choice.entry == chosen)
                .map(|choice| choice.approved)
        });
        let press = move |event: web_sys::MouseEvent| {
            // The signal too: a press that began while the button was shown can end after it was taken back.
            if !event.is_trusted() || !self.armed.get_untracked() {
                return;
            }
            match approved.get() {
                Some(true) => self.confirm(),
                Some(false) => self.approve(),
                None => {}
            }
        };
        let progress = move || match self.working.get() {
            true => text("confirmWorking"),
            false => String::new(),
        };
        view! {
            p(class="note", role="status") { (progress()) }
            div(class="actions") {
                button(r#type="submit", id="decline", class="primary", disabled=self.working.get()) {
                    (Text { key: "fillDecline" })
                }
                button(
                    r#type="button",
                    id="fill",
                    class="danger",
                    disabled=!self.armed.get() || self.working.get() || approved.get().is_none(),
                    on:click=press,
                ) { (text(if approved.get() == Some(false) { "fillApprove" } else { "fillConfirm" })) }
            }
        }
    }

    fn confirm(self) {
        let request = PageRequest::FillConfirm {
            ask: self.ask.get_clone_untracked(),
            entry: self.entry.get_clone_untracked(),
        };
        self.working.set(true);
        spawn_local(async move {
            match ask::<Ended>(&request).await {
                Ok(Ended { refused: None }) => close(),
                // These leave the question open, as another one.
                Ok(Ended {
                    refused: Some(Refusal::Locked | Refusal::NotApproved),
                }) => {
                    self.ask_again(PageRequest::FillPending {
                        ask: self.ask.get_clone_untracked(),
                    });
                }
                Ok(Ended {
                    refused: Some(refusal),
                }) => self.end(Some(Question::Refused { refusal })),
                Err(_) => self.end(None),
            }
        });
    }

    fn approve(self) {
        self.ask_again(PageRequest::FillApprove {
            ask: self.ask.get_clone_untracked(),
            entry: self.entry.get_clone_untracked(),
        });
    }

    fn decline(self) {
        if self.working.get_untracked() {
            return;
        }
        let request = PageRequest::FillDecline {
            ask: self.ask.get_clone_untracked(),
        };
        spawn_local(async move {
            // Whatever it answers: a closed window is a no.
            let _: Result<Ended, message::Refusal> = ask(&request).await;
            close();
        });
    }

    fn ask_again(self, request: PageRequest) {
        self.working.set(true);
        spawn_local(async move {
            let question = ask(&request).await.ok();
            self.end(question);
        });
    }

    fn end(self, question: Option<Question>) {
        self.working.set(false);
        self.take(question);
        page::focus_first(&["decline".to_owned(), "close".to_owned()]);
    }
}

fn refused(refusal: Refusal) -> View {
    view! {
        h1 { (Text { key: "fillRefused" }) }
        p(role="alert", id="refusal", data-refusal=words::id(refusal)) { (words::refusal(refusal)) }
        (close_button())
    }
}

fn site(open: &Open) -> View {
    let origin = open.origin.to_string();
    let unicode = match open.origin.unicode() {
        Some(unicode) => view! { p(class="note") { (text_with("confirmUnicode", &[&unicode])) } },
        None => View::default(),
    };
    view! {
        section(aria-labelledby="site") {
            h2(id="site") { (Text { key: "fillSite" }) }
            p(class="origin") { bdi(dir="ltr") { (origin) } }
            (unicode)
        }
    }
}

fn field(field: &Field) -> View {
    let kind = text(match (field.element, field.kind.as_str()) {
        (Element::Input, "password") => "fillFieldPassword",
        (Element::Input, _) => "fillFieldText",
        (Element::Textarea, _) => "fillFieldTextarea",
        _ => "fillFieldEditable",
    });
    // The page's words: shown as such, and never as ours.
    let label = [&field.label, &field.name, &field.id]
        .into_iter()
        .find(|label| !label.is_empty())
        .cloned();
    let label = match label {
        Some(label) => view! { p { q { bdi { (label) } } } },
        None => View::default(),
    };
    view! {
        section(aria-labelledby="field") {
            h2(id="field") { (Text { key: "fillField" }) }
            (label)
            p(class="note") { (kind) }
        }
    }
}

fn site_oddities(open: &Open) -> Vec<Oddity> {
    oddity::of(&open.origin, &open.approved)
}

fn entry_doubts(field: &Field, choice: &Choice) -> Vec<Doubt> {
    let facts = EntryFacts {
        provider: &choice.provider,
        exposed: choice.exposed,
        used_here: choice.used_here,
    };
    doubts(field, facts, kinds::known().providers().map(|one| one.name))
}

fn main() {}
