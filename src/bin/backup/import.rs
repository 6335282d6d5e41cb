//! Keys from a file: a preview first, and what is chosen of it goes into the vault.
//!
//! The keys of the file are with the background from the preview on; this page never has them.

use keyward::message::transfer::{Doubt, FileError, Line, Source};
use keyward::message::vault::{PageRequest, Refusal, Standing};
use keyward::web::doubt::{doubt_words, removed_words};
use keyward::web::element::{
    self, button, classed, el, form, is_checked, note, part, said, submit,
};
use keyward::web::extension::{text, text_with};
use keyward::web::file;
use keyward::web::forms::secret_field::{self, SecretField};
use keyward::web::forms::{Done, problem};
use keyward::web::message::ask_vault;
use keyward::web::page;
use keyward::web::transfer::{self, Preview, Problem};
use keyward::web::trouble;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use crate::app::App;

const PASSPHRASE: &str = "backupPassphrase";
const FILE: &str = "importFile";

/// How far an import is.
#[derive(Clone)]
enum Stage {
    /// Nothing is chosen.
    Choose,
    /// The file is read.
    Reading,
    /// A backup, which needs its passphrase.
    Locked(File),
    /// What is in it.
    Shown(Preview),
    /// How many keys came of it, and how many did not.
    Done(u32, u32),
}

#[derive(Clone, Copy)]
struct Import {
    app: App,
    stage: Signal<Stage>,
    chosen: Signal<Vec<u32>>,
    problem: Signal<String>,
}

pub(crate) fn view(app: App) -> View {
    let import = Import {
        app,
        stage: create_signal(Stage::Choose),
        chosen: create_signal(Vec::new()),
        problem: create_signal(String::new()),
    };
    let content = part(move || match import.stage.get_clone() {
        Stage::Choose => file::picker(FILE, "optionsImportFile", "", move |file| {
            import.read(file, false);
        }),
        Stage::Reading => note("vaultWorking").into(),
        Stage::Locked(file) => import.locked(file),
        Stage::Shown(preview) => import.shown(&preview),
        Stage::Done(stored, left) => import.done(stored, left),
    });
    classed("section", "card")
        .attr("aria-labelledby", "importTitle")
        .with(
            said("h2", "optionsImportTitle")
                .id("importTitle")
                .attr("tabindex", "-1"),
        )
        .with(said("p", "optionsImportHow"))
        .with(content)
        .with(element::problem("importProblem", import.problem))
        .into()
}

impl Import {
    /// Reads a file, with what stands in the field for a backup's passphrase.
    fn read(self, file: File, has_passphrase: bool) {
        self.problem.set(String::new());
        let passphrase = has_passphrase.then(|| secret_field::read(PASSPHRASE));
        if !has_passphrase {
            self.stage.set(Stage::Reading);
        }
        spawn_local(async move {
            loop {
                let Some(bytes) = file::read(&file).await else {
                    return self.back_to(Stage::Choose, text("optionsFileUnread"));
                };
                match transfer::preview(&bytes, passphrase.as_ref()).await {
                    Err(Problem::Vault(Refusal::Locked)) if self.app.unlocked().await => {
                        self.app.refresh().await;
                    }
                    Err(Problem::File(FileError::NeedsPassphrase)) => {
                        self.stage.set(Stage::Locked(file));
                        page::focus(PASSPHRASE);
                        return;
                    }
                    Err(Problem::File(error @ FileError::CannotOpen)) => {
                        self.problem.set(trouble::words(Problem::File(error)));
                        secret_field::focus(PASSPHRASE);
                        return;
                    }
                    Err(trouble) => return self.back_to(Stage::Choose, trouble::words(trouble)),
                    Ok(preview) => {
                        self.chosen.set(preview.chosen().collect());
                        self.stage.set(Stage::Shown(preview));
                        page::focus("importTitle");
                        return;
                    }
                }
            }
        });
    }

    fn back_to(self, stage: Stage, words: String) {
        self.stage.set(stage);
        self.problem.set(words);
        page::focus(FILE);
    }

    fn locked(self, file: File) -> View {
        let field = SecretField {
            id: PASSPHRASE,
            label: "optionsBackupsPassphrase",
            autocomplete: "off",
            described_by: "importProblem",
        };
        let send = move || self.read(file.clone(), true);
        form("unlock", send)
            .with(note("optionsFileNeedsPassphrase"))
            .with(secret_field::view(field, || {}))
            .with(
                classed("div", "actions")
                    .with(submit("openBackup", "optionsOpenBackup"))
                    .with(self.cancel()),
            )
            .into()
    }

    fn cancel(self) -> element::El {
        button("importCancel", "optionsCancel", move |_| {
            spawn_local(async move {
                // A preview that is not there is dropped already.
                let _ = ask_vault::<Done>(&PageRequest::ImportDrop {}).await;
            });
            self.back_to(Stage::Choose, String::new());
        })
    }

    fn shown(self, preview: &Preview) -> View {
        let source = text(match preview.source {
            Source::Dotenv => "optionsSourceDotenv",
            Source::Bitwarden => "optionsSourceBitwarden",
            Source::OnePassword => "optionsSourceOnePassword",
            Source::KeePassXc => "optionsSourceKeePassXc",
            Source::Table => "optionsSourceTable",
            Source::Backup => "optionsSourceBackup",
        });
        let (count, skipped) = (preview.lines.len(), preview.skipped);
        let about = text_with(
            "optionsPreview",
            &[&source, &count.to_string(), &skipped.to_string()],
        );
        let rows: Vec<View> = (0..)
            .zip(&preview.lines)
            .map(|(place, (line, standing))| self.row(place, line, standing))
            .collect();
        let all: Vec<u32> = (0..)
            .zip(&preview.lines)
            .filter_map(|(place, (_, standing))| (*standing == Standing::New).then_some(place))
            .collect();
        let some = all.clone();
        let everything = element::choice("checkbox", "importAll", "optionsImportAll", |input| {
            input
                .checked(move || {
                    self.chosen
                        .with(|chosen| chosen.len() == some.len() && !some.is_empty())
                })
                .on("change", move |event| {
                    self.chosen.set(if is_checked(&event) {
                        all.clone()
                    } else {
                        Vec::new()
                    });
                })
        });
        let label = move || {
            let count = self.chosen.with(Vec::len).to_string();
            text_with("optionsImportNow", &[&count])
        };
        let take = classed("button", "primary")
            .attr("type", "button")
            .id("importTake")
            .when("disabled", move || self.chosen.with(Vec::is_empty))
            .varying_words(label)
            .on("click", move |_| self.take());
        View::from(vec![
            el("p").words(&about).into(),
            everything.into(),
            classed("ul", "rows plain preview").with(rows).into(),
            classed("div", "actions")
                .with(take)
                .with(self.cancel())
                .into(),
        ])
    }

    fn row(self, place: u32, line: &Line, standing: &Standing) -> View {
        let id = format!("import-{place}");
        let is_new = *standing == Standing::New;
        let changed = move |event: web_sys::Event| {
            let on = is_checked(&event);
            self.chosen.update(|chosen| {
                chosen.retain(|other| *other != place);
                if on {
                    chosen.push(place);
                }
            });
        };
        let input = el("input")
            .attr("type", "checkbox")
            .id(&id)
            .attr("aria-describedby", &format!("{id}-about"))
            .flag("disabled", !is_new)
            .checked(move || self.chosen.with(|chosen| chosen.contains(&place)))
            .on("change", changed);
        let details = &line.details;
        let name = match details.name.as_str() {
            "" => text("optionsUnnamed"),
            name => name.to_owned(),
        };
        let label = classed("label", "choice")
            .with(input)
            .with(classed("span", "name").words(&name));
        let facts = [
            &details.provider,
            &details.owner,
            &details.variable,
            &line.address,
        ];
        let facts: Vec<&str> = facts
            .into_iter()
            .map(String::as_str)
            .filter(|fact| !fact.is_empty() && *fact != name)
            .collect();
        let mut about = el("div").id(&format!("{id}-about"));
        about = about.with(classed("p", "note").words(&facts.join(" · ")));
        let told = match standing {
            Standing::New => String::new(),
            Standing::Stored { entry, current } => {
                let name = self.app.name_of(entry).unwrap_or_default();
                let key = if *current {
                    "optionsInVault"
                } else {
                    "optionsInVaultEarlier"
                };
                text_with(key, &[&name])
            }
            Standing::Twice { .. } => text("optionsTwice"),
            Standing::Unfit => text("vaultProblemTooLong"),
        };
        if !told.is_empty() {
            about = about.with(classed("p", "standing").words(&told));
        }
        if is_new && !line.removed.is_empty() {
            let words = text_with("optionsRemovedWillBe", &[&removed_words(&line.removed)]);
            about = about.with(classed("p", "note").words(&words));
        }
        if is_new {
            for doubt in &line.doubts {
                about = about.with(doubt_line(doubt));
            }
        }
        el("li").with(label).with(about).into()
    }

    fn take(self) {
        let chosen = self.chosen.get_clone_untracked();
        spawn_local(async move {
            match transfer::take(chosen).await {
                Ok(taken) => {
                    self.problem.set(String::new());
                    self.stage.set(Stage::Done(taken.stored, taken.left));
                    self.app.refresh().await;
                    page::focus("importTitle");
                }
                Err(Refusal::NoPreview | Refusal::Locked) => {
                    self.back_to(Stage::Choose, problem::words(Refusal::NoPreview));
                }
                Err(refusal) => self.problem.set(problem::words(refusal)),
            }
        });
    }

    fn done(self, stored: u32, left: u32) -> View {
        let words = text_with("optionsImported", &[&stored.to_string()]);
        let left = match left {
            0 => View::default(),
            left => classed("p", "note")
                .words(&text_with("optionsImportLeft", &[&left.to_string()]))
                .into(),
        };
        let again = button("importAgain", "optionsImportAgain", move |_| {
            self.back_to(Stage::Choose, String::new());
        });
        let show = said("a", "optionsImportShow")
            .attr("class", "button primary")
            .attr("href", "#keys");
        View::from(vec![
            el("p").id("imported").words(&words).into(),
            left,
            classed("p", "warning").text("optionsDeleteFile").into(),
            classed("div", "actions").with(show).with(again).into(),
        ])
    }
}

fn doubt_line(doubt: &Doubt) -> element::El {
    classed("p", "warning").words(&doubt_words(doubt))
}
