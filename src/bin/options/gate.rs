//! What stands in front of the vault: making one, opening it, and what to do with one that cannot be read.

use std::rc::Rc;

use keyward::message::vault::{Bytes, PageRequest, Presence, Refusal, VaultState};
use keyward::web::extension::{text, text_with};
use keyward::web::forms::unlock::{self, Way};
use keyward::web::forms::{passphrase, recovery};
use keyward::web::message::ask_vault;
use keyward::web::page;
use serde::Deserialize;
use sycamore::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlDialogElement;

use crate::app::App;
use crate::element::{El, button, classed, el, note, part, said};
use crate::place::{self, Section};
use crate::{TITLE, damaged};

const DIALOG: &str = "unlockDialog";

/// The answer to what makes a recovery code.
#[derive(Deserialize)]
struct Recovery {
    recovery: Bytes,
}

/// What stands in place of a section that shows what is in the vault.
pub(crate) fn view(app: App) -> View {
    let shown = create_selector(move || {
        let is_hidden = !app.section().needs_vault() || app.writing.get() || app.is_waiting();
        (!is_hidden).then(|| app.presence.get()).flatten()
    });
    let content = part(move || {
        if let Some(code) = app.code.get_clone() {
            return kept(app, &code);
        }
        match shown.get() {
            None | Some(Presence::Open) => View::default(),
            Some(Presence::Absent) => absent(app),
            Some(Presence::Locked) => locked(app),
            Some(Presence::Newer) => damaged::newer(app),
            Some(Presence::Unreadable) => damaged::unreadable(app),
        }
    });
    let failed = part(move || match app.failed.get() {
        true => classed("p", "missing")
            .attr("role", "alert")
            .text("vaultProblemFailed")
            .into(),
        false => View::default(),
    });
    View::from(vec![failed, content])
}

/// The vault in one line, with the button that locks it.
pub(crate) fn state(app: App) -> View {
    part(move || {
        let (class, words) = match app.presence.get() {
            Some(Presence::Open) => ("stance open", "optionsVaultOpen"),
            Some(Presence::Locked) => ("stance", "optionsVaultLocked"),
            Some(Presence::Absent) => ("stance", "optionsVaultAbsent"),
            Some(_) => ("stance odd", "optionsVaultOdd"),
            None => return View::default(),
        };
        let lamp = classed("span", "lamp").attr("aria-hidden", "true");
        let line = el("p").with(lamp).with(said("span", words));
        let lock = app.is_open().then(|| View::from(lock_button(app, "lock")));
        classed("div", class).with(line).with(lock).into()
    })
}

/// The button that locks the vault.
pub(crate) fn lock_button(app: App, id: &str) -> El {
    button(id, "optionsLock", move |_| {
        spawn_local(async move {
            if app.change(&PageRequest::LockVault {}).await.is_ok() {
                page::focus(unlock::FIELD);
            }
        });
    })
    .attr("class", "small")
}

/// Over what is being written when the vault locks: opens it again.
pub(crate) fn dialog(app: App) -> View {
    let is_waiting = create_selector(move || app.is_waiting());
    create_effect(move || {
        let is_waiting = is_waiting.get();
        let dialog = page::document().get_element_by_id(DIALOG);
        if let Some(dialog) = dialog
            .as_ref()
            .map(JsCast::unchecked_ref::<HtmlDialogElement>)
        {
            match is_waiting {
                // It is on the page, and not open.
                true => drop(dialog.show_modal()),
                false => dialog.close(),
            }
        }
    });
    let content = part(move || match is_waiting.get() {
        false => View::default(),
        true => {
            let form = unlock::load(move |way| {
                spawn_local(async move {
                    // First, so that who goes on finds the page of an open vault.
                    app.refresh().await;
                    app.end_wait(true);
                    opened_by(app, way);
                });
            });
            let leave = button("leaveLocked", "optionsLeaveLocked", move |_| {
                app.end_wait(false);
            });
            View::from(vec![
                said("h2", "optionsLockedMeanwhile")
                    .id("unlockTitle")
                    .into(),
                note("optionsLockedMeanwhileAbout").into(),
                form,
                classed("div", "actions").with(leave).into(),
            ])
        }
    });
    el("dialog")
        .id(DIALOG)
        .attr("aria-labelledby", "unlockTitle")
        .on("cancel", move |event| {
            event.prevent_default();
            app.end_wait(false);
        })
        .with(content)
        .into()
}

fn locked(app: App) -> View {
    let unlock = unlock::load(move |way| {
        spawn_local(async move {
            app.refresh().await;
            opened_by(app, way);
            page::focus_in_place(TITLE);
        });
    });
    let card = classed("section", "card gate").attr("aria-labelledby", "gateTitle");
    let card = card
        .with(said("h2", "optionsUnlockTitle").id("gateTitle"))
        .with(unlock);
    View::from(vec![card.into(), damaged::not_opening(app)])
}

/// Who has opened the vault by the recovery code has no passphrase any more.
fn opened_by(app: App, way: Way) {
    if way == Way::RecoveryCode {
        app.tell_text("optionsOpenedByCode");
        if !app.writing.get_untracked() {
            place::go("#passphrase");
        }
    }
}

fn absent(app: App) -> View {
    let make = passphrase::view("optionsMakeVault", move |passphrase| {
        Box::pin(async move {
            let request = PageRequest::CreateVault { passphrase };
            let made: Recovery = ask_vault(&request).await?;
            app.code.set(Some(Rc::new(made.recovery)));
            app.refresh().await;
            page::focus("recoveryTitle");
            Ok(())
        })
    });
    let card = classed("section", "card gate").attr("aria-labelledby", "gateTitle");
    let card = card
        .with(said("h2", "optionsNoVault").id("gateTitle"))
        .with(note("optionsNoVaultAbout"))
        .with(make);
    View::from(vec![card.into(), damaged::put_back(app)])
}

/// Makes another recovery code and shows it.
pub(crate) async fn renew_code(app: App) -> Result<(), Refusal> {
    let made: Recovery = app.ask(&PageRequest::RenewRecoveryCode {}).await?;
    app.code.set(Some(Rc::new(made.recovery)));
    page::focus("recoveryTitle");
    Ok(())
}

fn kept(app: App, code: &Bytes) -> View {
    let code = recovery::view(code, move || {
        app.code.set(None);
        page::focus_in_place(TITLE);
    });
    classed("div", "card gate").with(code).into()
}

/// How long the vault stays open, in words.
pub(crate) fn lock_words(state: &VaultState) -> String {
    match state.minutes {
        Some(minutes) => text_with("optionsLocksAfter", &[&minutes.to_string()]),
        None => text("optionsLocksWithBrowser"),
    }
}

/// Whether a recovery code is on the page, in place of everything else.
pub(crate) fn shows_code(app: App) -> bool {
    app.code.with(Option::is_some) && app.section().needs_vault()
}

/// Whether a section is of the vault, and shown.
pub(crate) fn is_closed(app: App, section: Section) -> bool {
    section.needs_vault() && (shows_code(app) || !app.is_open() && !app.writing.get())
}
