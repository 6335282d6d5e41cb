//! The key of an entry: shown for a while, copied for a while, written for a tool.
//!
//! The page has a key only while it shows it. It is hidden again after half a minute, and as soon as the person looks elsewhere.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use keyward::message::transfer::Form;
use keyward::message::vault::{Bytes, EarlierKey, EntryLine, PageRequest};
use keyward::web::clipboard;
use keyward::web::extension::{text, text_with};
use keyward::web::file;
use keyward::web::forms::problem;
use keyward::web::page;
use keyward::web::transfer;
use keyward::web::trouble;
use keyward::web::words;
use serde::Deserialize;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;
use crate::element::{self, button, classed, el, note, part, put, said, value};

/// How long a key is shown.
const SHOWN_MS: u32 = 30_000;
/// In place of a key; its length says nothing.
const DOTS: &str = "••••••••••••••••••••";

/// The answer to `revealKey`.
#[derive(Deserialize)]
pub(crate) struct Revealed {
    pub(crate) key: Bytes,
    pub(crate) earlier: Vec<EarlierKey>,
    pub(crate) notes: Bytes,
}

/// The answer to `copyKey`.
#[derive(Deserialize)]
struct Copied {
    key: Bytes,
}

/// What is shown of an entry.
#[derive(Clone, Copy)]
struct Shown {
    app: App,
    revealed: Signal<Option<Revealed>>,
    /// Ends the showing.
    timer: Signal<Option<Timeout>>,
    problem: Signal<String>,
}

/// The key with its buttons.
pub(crate) fn view(app: App, line: &EntryLine) -> View {
    let shown = Shown {
        app,
        revealed: create_signal(None),
        timer: create_signal(None),
        problem: create_signal(String::new()),
    };
    shown.hide_elsewhere();
    let is_shown = create_selector(move || shown.revealed.with(Option::is_some));
    let (entry, copied) = (line.entry.clone(), line.entry.clone());
    let toggle = button("reveal", "", move |_| match is_shown.get_untracked() {
        true => shown.hide(),
        false => shown.reveal(entry.clone()),
    })
    .attr("class", "small")
    .varying_words(move || {
        text(if is_shown.get() {
            "optionsHide"
        } else {
            "optionsReveal"
        })
    });
    let copy = button("copy", "optionsCopy", move |_| shown.copy(copied.clone()));
    let content = part(move || {
        shown.revealed.with(|revealed| match revealed {
            None => classed("output", "code dots")
                .id("key")
                .attr("aria-label", &text("optionsKeyHidden"))
                .words(DOTS)
                .into(),
            Some(revealed) => open(revealed),
        })
    });
    let buttons = classed("div", "tools")
        .with(toggle)
        .with(copy.attr("class", "small"));
    classed("section", "key")
        .attr("aria-label", &text("optionsKey"))
        .with(content)
        .with(buttons)
        .with(element::problem("keyProblem", shown.problem))
        .into()
}

fn open(revealed: &Revealed) -> View {
    let mut parts: Vec<View> = vec![
        classed("output", "code")
            .id("key")
            .attr("aria-label", &text("optionsKey"))
            .words(&shown_text(&revealed.key))
            .into(),
        note("optionsKeyShown").into(),
    ];
    let notes = shown_text(&revealed.notes);
    if !notes.is_empty() {
        parts.push(said("h3", "optionsNotes").into());
        parts.push(classed("p", "notes").words(&notes).into());
    }
    if !revealed.earlier.is_empty() {
        parts.push(said("h3", "optionsEarlier").into());
        let items: Vec<View> = revealed
            .earlier
            .iter()
            .map(|earlier| {
                let until = text_with("optionsUntil", &[&words::day(earlier.replaced_ms)]);
                let key = el("code").words(&shown_text(&earlier.key));
                let until = classed("span", "note").words(&until);
                el("li").with(key).with(until).into()
            })
            .collect();
        parts.push(classed("ul", "earlier").with(items).into());
    }
    View::from(parts)
}

/// A secret as text for the page.
fn shown_text(bytes: &Bytes) -> String {
    let text = bytes.text().ok();
    // EXPOSE: the person asked to see it; it goes with the view.
    text.map_or_else(String::new, |text| text.expose().clone())
}

impl Shown {
    fn reveal(self, entry: String) {
        spawn_local(async move {
            let answer = self
                .app
                .ask::<Revealed>(&PageRequest::RevealKey { entry })
                .await;
            match answer {
                Ok(revealed) => {
                    put(self.problem, String::new());
                    put(self.revealed, Some(revealed));
                    let hide = Timeout::new(SHOWN_MS, move || self.hide());
                    put(self.timer, Some(hide));
                }
                Err(refusal) => put(self.problem, problem::words(refusal)),
            }
        });
    }

    fn hide(self) {
        put(self.revealed, None);
    }

    /// When the window is left, and when the page shows something else.
    fn hide_elsewhere(self) {
        let blur = EventListener::new(&page::window(), "blur", move |_| self.hide());
        // Goes with the view.
        create_signal(blur);
        let place = self.app.place;
        create_effect(move || {
            place.track();
            if self.revealed.with_untracked(Option::is_some) {
                self.hide();
            }
        });
    }

    fn copy(self, entry: String) {
        spawn_local(async move {
            match copy(self.app, entry).await {
                Ok(()) => put(self.problem, String::new()),
                Err(words) => put(self.problem, words),
            }
        });
    }
}

/// Puts a key on the clipboard, which the background empties again.
async fn copy(app: App, entry: String) -> Result<(), String> {
    let copied = app.ask::<Copied>(&PageRequest::CopyKey { entry }).await;
    let copied = copied.map_err(problem::words)?;
    match write_clipboard(&copied.key).await {
        true => {
            app.tell_text("optionsCopied");
            Ok(())
        }
        false => Err(text("optionsNotCopied")),
    }
}

async fn write_clipboard(key: &Bytes) -> bool {
    match key.text() {
        Ok(key) => clipboard::write(&key).await.is_ok(),
        Err(_) => false,
    }
}

/// The entry in the words of a tool.
pub(crate) fn tools(app: App, line: &EntryLine) -> View {
    let told = create_signal(String::new());
    let options: Vec<View> = Form::ALL
        .into_iter()
        .map(|form| {
            let (value, label) = form_words(form);
            said("option", label).attr("value", value).into()
        })
        .collect();
    let select = el("select").with(options);
    let (copied, saved) = (line.entry.clone(), line.entry.clone());
    let copy = button("toolCopy", "optionsToolCopy", move |_| {
        let entry = copied.clone();
        spawn_local(async move {
            let is_written = match transfer::export(entry.clone(), chosen_form()).await {
                // So that the background empties the clipboard of this too.
                Ok(text) => match app.ask::<Copied>(&PageRequest::CopyKey { entry }).await {
                    Ok(_) => write_clipboard(&text).await,
                    Err(refusal) => return put(told, problem::words(refusal)),
                },
                Err(trouble) => return put(told, trouble::words(trouble)),
            };
            match is_written {
                true => app.tell_text("optionsToolCopied"),
                false => put(told, text("optionsNotCopied")),
            }
        });
    });
    let save = button("toolSave", "optionsToolSave", move |_| {
        let entry = saved.clone();
        spawn_local(async move {
            let form = chosen_form();
            match transfer::export(entry, form).await {
                Ok(text) => {
                    // EXPOSE: into the file that the person asked for; the array is overwritten.
                    let bytes = js_sys::Uint8Array::from(text.0.expose().as_slice());
                    file::save(form.file_name().unwrap_or("key.txt"), &bytes);
                    put(told, String::new());
                    app.tell_text("optionsToolSaved");
                }
                Err(trouble) => put(told, trouble::words(trouble)),
            }
        });
    });
    let buttons = classed("div", "actions").with(copy).with(save);
    classed("details", "more")
        .id("tools")
        .with(said("summary", "optionsTools"))
        .with(note("optionsToolsAbout"))
        .with(element::field("tool", "optionsTool", select))
        .with(buttons)
        .with(element::problem("toolProblem", told))
        .into()
}

fn chosen_form() -> Form {
    let chosen = value("tool");
    Form::ALL
        .into_iter()
        .find(|form| form_words(*form).0 == chosen)
        .unwrap_or(Form::Shell)
}

fn form_words(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Shell => ("shell", "optionsFormShell"),
        Form::PowerShell => ("powerShell", "optionsFormPowerShell"),
        Form::Dotenv => ("dotenv", "optionsFormDotenv"),
        Form::Cline => ("cline", "optionsFormCline"),
        Form::Continue => ("continue", "optionsFormContinue"),
        Form::Aider => ("aider", "optionsFormAider"),
        Form::LiteLlm => ("liteLlm", "optionsFormLiteLlm"),
    }
}
