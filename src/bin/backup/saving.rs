//! Taking the keys out and in.

use keyward::message::vault::Refusal;
use keyward::web::backup;
use keyward::web::clock::now_ms;
use keyward::web::element::{button, classed, el, note, part, put, said};
use keyward::web::file;
use keyward::web::forms::{passphrase, sealed};
use keyward::web::page;
use keyward::web::transfer::{self, Problem};
use sycamore::prelude::*;

use crate::app::App;
use crate::import;

pub(crate) fn view(app: App) -> View {
    let as_it_is = classed("details", "more")
        .with(said("summary", "optionsSealed"))
        .with(note("optionsSealedAbout"))
        .with(sealed::button());
    View::from(vec![saving(app), import::view(app), as_it_is.into()])
}

fn saving(app: App) -> View {
    let open = create_signal(false);
    // One form of its kind is on the page at a time.
    create_effect(move || {
        if !app.is_shown.get() {
            open.set(false);
        }
    });
    let content = part(move || match open.get() && app.is_open.get() {
        false => {
            let ask = button("backup", "optionsBackupMake", move |_| {
                open.set(true);
                page::focus(passphrase::FIELD);
            });
            classed("div", "actions").with(ask).into()
        }
        true => {
            let form = passphrase::view("optionsBackupSave", move |passphrase| {
                Box::pin(async move {
                    let bytes = loop {
                        match transfer::backup(&passphrase).await {
                            Err(Problem::Vault(Refusal::Locked)) if app.unlocked().await => {}
                            Err(Problem::Vault(refusal)) => return Err(refusal),
                            Err(Problem::File(_)) => return Err(Refusal::Failed),
                            Ok(bytes) => break bytes,
                        }
                    };
                    file::save(&name(), &bytes);
                    // The page about the life of keys says how old it is; without a note it asks for another.
                    let _ = backup::note(now_ms()).await;
                    app.tell_text("optionsBackupSaved");
                    put(open, false);
                    page::focus("backup");
                    Ok(())
                })
            });
            let cancel = button("backupCancel", "optionsCancel", move |_| {
                open.set(false);
                page::focus("backup");
            });
            let about = note("optionsBackupPassphrase");
            let cancel = classed("div", "actions").with(cancel);
            View::from(vec![about.into(), form, cancel.into()])
        }
    });
    classed("section", "card")
        .attr("aria-labelledby", "savingTitle")
        .with(said("h2", "optionsBackupTitle").id("savingTitle"))
        .with(el("p").text("optionsBackupHow"))
        .with(content)
        .into()
}

/// With the day, so that the last one is found.
fn name() -> String {
    format!("keyward-{}.age", file::day(now_ms()))
}
