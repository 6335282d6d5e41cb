//! The vault: when it locks, its passphrase and its recovery code.

use keyward::message::vault::{PageRequest, VaultState};
use keyward::web::extension::{text, text_with};
use keyward::web::forms::{Done, passphrase, problem};
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;
use crate::element::{
    self, button, choice, classed, el, field, is_checked, note, part, put, said, value, value_of,
};
use crate::gate;
use crate::place::Section;

/// After how many minutes the vault can lock; 0 for with the browser only.
const MINUTES: [u32; 7] = [1, 5, 15, 30, 60, 240, 0];
const MINUTES_FIELD: &str = "minutes";

pub(crate) fn view(app: App) -> View {
    let policy = create_selector(move || app.state.get_clone());
    let state = part(move || policy.get_clone().map(|state| standing(app, &state)).into());
    let locking = part(move || policy.get_clone().map(|state| locking(app, &state)).into());
    let factor = part(move || policy.get_clone().map(|state| factor(&state)).into());
    View::from(vec![
        state,
        locking,
        changing(app),
        factor,
        renewing(app),
        crate::damaged::removing(app),
    ])
}

/// How the vault is.
fn standing(app: App, state: &VaultState) -> View {
    let count = app.entries.with(Vec::len).to_string();
    let mut card = classed("section", "card")
        .attr("aria-labelledby", "standingTitle")
        .with(
            classed("div", "between")
                .with(said("h2", "optionsVaultOpen").id("standingTitle"))
                .with(gate::lock_button(app, "lockNow")),
        )
        .with(el("p").words(&text_with("optionsKeyCount", &[&count])))
        .with(el("p").words(&gate::lock_words(state)));
    if state.strays > 0 {
        card = card.with(classed("p", "warning").text("optionsStrays"));
    }
    if state.merged {
        card = card.with(classed("p", "warning").text("optionsMerged"));
    }
    card.into()
}

/// When it locks by itself. A change is stored at once.
fn locking(app: App, state: &VaultState) -> View {
    let (now, with_screen) = (state.minutes.unwrap_or(0), state.with_screen);
    let mut choices: Vec<u32> = MINUTES.to_vec();
    if !choices.contains(&now) {
        choices.insert(0, now);
    }
    let options: Vec<View> = choices
        .into_iter()
        .map(|minutes| {
            let words = match minutes {
                0 => text("optionsMinutesNever"),
                minutes if minutes >= 60 && minutes % 60 == 0 => {
                    text_with("optionsHours", &[&(minutes / 60).to_string()])
                }
                minutes => text_with("optionsMinutes", &[&minutes.to_string()]),
            };
            el("option")
                .attr("value", &minutes.to_string())
                .flag("selected", minutes == now)
                .words(&words)
                .into()
        })
        .collect();
    let set = move |minutes: u32, with_screen: bool| {
        let minutes = (minutes > 0).then_some(minutes);
        let request = PageRequest::SetLockPolicy {
            minutes,
            with_screen,
        };
        spawn_local(async move {
            match app.change(&request).await {
                Ok(()) => app.tell_text("optionsSaved"),
                Err(refusal) => app.tell(problem::words(refusal)),
            }
            page::focus(if minutes.unwrap_or(0) == now {
                "withScreen"
            } else {
                MINUTES_FIELD
            });
        });
    };
    let select = el("select").with(options).on("change", move |event| {
        set(value_of(&event).parse().unwrap_or(now), with_screen);
    });
    let screen = choice("checkbox", "withScreen", "optionsWithScreen", |input| {
        input
            .checked(move || with_screen)
            .on("change", move |event| {
                set(
                    value(MINUTES_FIELD).parse().unwrap_or(now),
                    is_checked(&event),
                );
            })
    });
    classed("section", "card")
        .attr("aria-labelledby", "lockingTitle")
        .with(said("h2", "optionsLocking").id("lockingTitle"))
        .with(field(MINUTES_FIELD, "optionsLockAfter", select))
        .with(screen)
        .with(note("optionsLockingAbout"))
        .into()
}

fn changing(app: App) -> View {
    let open = create_signal(false);
    // One form of its kind is on the page at a time, and the address can ask for it.
    create_effect(move || {
        app.place.track();
        let asked = page::window().location().hash().unwrap_or_default() == "#passphrase";
        if asked || app.section() != Section::Vault {
            open.set(asked);
        }
    });
    let content = part(move || match open.get() && app.is_open() {
        false => {
            let ask = button("changePassphrase", "optionsChangePassphrase", move |_| {
                open.set(true);
                page::focus(passphrase::FIELD);
            });
            classed("div", "actions").with(ask).into()
        }
        true => {
            let form = passphrase::view("optionsChangeNow", move |passphrase| {
                Box::pin(async move {
                    let request = PageRequest::ChangePassphrase { passphrase };
                    app.ask::<Done>(&request).await?;
                    app.tell_text("optionsPassphraseChanged");
                    put(open, false);
                    page::focus("changePassphrase");
                    Ok(())
                })
            });
            let cancel = button("changeCancel", "optionsCancel", move |_| {
                open.set(false);
                page::focus("changePassphrase");
            });
            View::from(vec![form, classed("div", "actions").with(cancel).into()])
        }
    });
    classed("section", "card")
        .attr("aria-labelledby", "changingTitle")
        .with(said("h2", "optionsPassphrase").id("changingTitle"))
        .with(note("optionsPassphraseAbout"))
        .with(content)
        .into()
}

/// Whether it takes a security key, and the way to the page about them.
fn factor(state: &VaultState) -> View {
    let about = match state.needs_factor {
        true => "optionsFactorOn",
        false => "optionsFactorOff",
    };
    let manage = said("a", "optionsFactorManage")
        .id("manageFactors")
        .attr("class", "button")
        .attr("href", "factor.html");
    classed("section", "card")
        .attr("aria-labelledby", "factorTitle")
        .with(said("h2", "vaultFactorTitle").id("factorTitle"))
        .with(note(about))
        .with(classed("div", "actions").with(manage))
        .into()
}

/// The old code opens nothing afterwards, so it is asked twice.
fn renewing(app: App) -> View {
    let told = create_signal(String::new());
    let content = twice(
        "renewCode",
        "optionsRenewCode",
        "optionsRenewAbout",
        "optionsRenewNow",
        move || {
            spawn_local(async move {
                if let Err(refusal) = gate::renew_code(app).await {
                    put(told, problem::words(refusal));
                }
            });
        },
    );
    classed("section", "card")
        .attr("aria-labelledby", "renewingTitle")
        .with(said("h2", "vaultRecoveryCode").id("renewingTitle"))
        .with(note("optionsRecoveryAbout"))
        .with(content)
        .with(element::problem("renewProblem", told))
        .into()
}

/// A button for what cannot be undone: it says so, and is pressed twice.
pub(crate) fn twice(
    id: &'static str,
    label: &'static str,
    about: &'static str,
    now: &'static str,
    mut press: impl FnMut() + 'static,
) -> View {
    let asked = create_signal(false);
    let now = button(&format!("{id}Now"), now, move |_| {
        asked.set(false);
        press();
    });
    let not = button(&format!("{id}Not"), "optionsCancel", move |_| {
        asked.set(false);
        page::focus(id);
    });
    let ask = button(id, label, move |_| {
        asked.set(true);
        page::focus(&format!("{id}Not"));
    });
    let sure = classed("div", "sure")
        .when("hidden", move || !asked.get())
        .with(classed("p", "warning").text(about))
        .with(
            classed("div", "actions")
                .with(now.attr("class", "danger"))
                .with(not),
        );
    let ask = classed("div", "actions")
        .when("hidden", move || asked.get())
        .with(ask);
    View::from(vec![ask.into(), sure.into()])
}
