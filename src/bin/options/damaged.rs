//! A vault that cannot be used as it is: of a later version, unreadable, or to be put back from a file of its records.

use keyward::message::vault::{PageRequest, Refusal};
use keyward::web::extension::{text, text_with};
use keyward::web::file;
use keyward::web::forms::secret_field::{self, SecretField};
use keyward::web::forms::{Done, passphrase, problem, sealed};
use keyward::web::message::ask_vault;
use keyward::web::page;
use keyward::web::transfer::{self, Problem};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;
use crate::element::{classed, el, note, problem as problem_line, put, said};
use crate::vault::twice;

/// The passphrase of a vault that cannot be read.
const RESCUE: &str = "rescueSecret";

/// A later version wrote it.
pub(crate) fn newer(_: App) -> View {
    card("optionsNewer", "optionsNewerAbout")
        .with(sealed::button())
        .into()
}

/// It cannot be read, or not wholly: what can be read is rescued into a backup, after which another vault can be made.
pub(crate) fn unreadable(app: App) -> View {
    let card = card("optionsUnreadable", "optionsUnreadableAbout").with(sealed::button());
    View::from(vec![card.into(), rescuing(app), removing(app)])
}

/// For who is locked out by a damaged record, which cannot be told from a wrong passphrase.
pub(crate) fn not_opening(app: App) -> View {
    classed("details", "more")
        .id("notOpening")
        .with(said("summary", "optionsNotOpening"))
        .with(sealed::button())
        .with(rescuing(app))
        .with(removing(app))
        .into()
}

/// Saves what can be read.
fn rescuing(app: App) -> View {
    let field = SecretField {
        id: RESCUE,
        label: "optionsRescuePassphrase",
        autocomplete: "current-password",
        described_by: "rescueAbout",
    };
    let rescue = passphrase::view("optionsRescueNow", move |chosen| {
        Box::pin(async move {
            let request = PageRequest::RescueEntries {
                passphrase: secret_field::read(RESCUE),
            };
            match transfer::rescue(&request, &chosen).await {
                Ok((bytes, saved, lost)) => {
                    secret_field::clear(RESCUE);
                    file::save("keyward-rescued.age", &bytes);
                    let (saved, lost) = (saved.to_string(), lost.to_string());
                    app.tell(text_with("optionsRescued", &[&saved, &lost]));
                    Ok(())
                }
                Err(Problem::Vault(refusal)) => Err(refusal),
                Err(Problem::File(_)) => Err(Refusal::Failed),
            }
        })
    });
    let rescuing = classed("section", "card gate").attr("aria-labelledby", "rescueTitle");
    let rescuing = rescuing
        .with(said("h2", "optionsRescue").id("rescueTitle"))
        .with(note("optionsRescueAbout").id("rescueAbout"))
        .with(secret_field::view(field, || {}))
        .with(rescue);
    rescuing.into()
}

/// Starting over, where nothing else helps or is wanted.
pub(crate) fn removing(app: App) -> View {
    let told = create_signal(String::new());
    let remove = twice(
        "removeVault",
        "optionsRemoveVault",
        "optionsRemoveVaultAbout",
        "optionsRemoveVaultNow",
        move || {
            spawn_local(async move {
                match ask_vault::<Done>(&PageRequest::RemoveVault {}).await {
                    Ok(Done {}) => {
                        app.refresh().await;
                        app.tell_text("optionsVaultRemoved");
                        page::focus_in_place(crate::TITLE);
                    }
                    Err(refusal) => put(told, problem::words(refusal)),
                }
            });
        },
    );
    classed("details", "more")
        .with(said("summary", "optionsStartOver"))
        .with(note("optionsStartOverAbout"))
        .with(el("div").with(remove))
        .with(problem_line("removeVaultProblem", told))
        .into()
}

fn card(title: &str, about: &str) -> crate::element::El {
    let card = classed("section", "card gate").attr("aria-labelledby", "gateTitle");
    card.with(said("h2", title).id("gateTitle"))
        .with(note(about))
}

/// Where there is no vault: takes the records of one from a file.
pub(crate) fn put_back(app: App) -> View {
    let told = create_signal(String::new());
    let take = move |file: web_sys::File| {
        spawn_local(async move {
            match put_back_file(app, file).await {
                Ok(()) => app.tell_text("optionsSealedBack"),
                Err(words) => put(told, words),
            }
        });
    };
    let details = classed("details", "more").with(said("summary", "optionsImportSealed"));
    details
        .with(note("optionsImportSealedAbout"))
        .with(file::picker(
            "sealedFile",
            "optionsSealedFile",
            ".txt",
            take,
        ))
        .with(problem_line("sealedProblem", told))
        .into()
}

async fn put_back_file(app: App, file: web_sys::File) -> Result<(), String> {
    let read = file::read_text(&file).await;
    let file = read.ok_or_else(|| text("optionsFileUnread"))?;
    let file = file.trim().to_owned();
    match ask_vault::<Done>(&PageRequest::ImportSealed { file }).await {
        Ok(Done {}) => {
            app.refresh().await;
            Ok(())
        }
        Err(Refusal::NoText | Refusal::CannotOpen) => Err(text("optionsNotSealed")),
        Err(refusal) => Err(problem::words(refusal)),
    }
}
