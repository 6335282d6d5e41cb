//! The factors of the open vault: which there are, adding one, removing one.

use keyward::message::vault::{Bytes, Factor, FactorRequest, FactorState, Refusal, TRANSPORTS};
use keyward::secret::Secret;
use keyward::vault::MOST_FACTORS;
use keyward::web::authenticator::{self, Trouble};
use keyward::web::element::{button, classed, el, form, note, part, problem, put, said, submit};
use keyward::web::extension::{text, text_with};
use keyward::web::forms::secret_field::{self, SecretField};
use keyward::web::forms::{Done, problem as words};
use keyward::web::message::ask_vault;
use keyward::web::page;
use keyward::web::words::day;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::App;

/// The passphrase is asked for again: one who finds the vault open is not to change what opens it.
const PASSPHRASE: &str = "factorPassphrase";

pub(crate) fn view(app: App, state: &FactorState) -> View {
    // Which one is about to be removed.
    let leaving = create_signal(None);
    let enrolled = enrolled(app, state, leaving);
    let state = state.clone();
    let adding = part(move || match leaving.get() {
        Some(_) => View::default(),
        None => adding(app, &state),
    });
    View::from(vec![enrolled, adding])
}

fn enrolled(app: App, state: &FactorState, leaving: Signal<Option<usize>>) -> View {
    let rows: Vec<View> = state
        .factors
        .iter()
        .enumerate()
        .map(|(place, factor)| row(app, place, factor, state.factors.len(), leaving))
        .collect();
    let about = match rows.len() {
        0 => note("vaultFactorNone"),
        1 => classed("p", "warning").text("vaultFactorOnlyOne"),
        _ => note("vaultFactorTwo"),
    };
    classed("section", "card")
        .attr("aria-labelledby", "enrolledTitle")
        .with(said("h2", "vaultFactorEnrolled").id("enrolledTitle"))
        .with(about)
        .with((!rows.is_empty()).then(|| View::from(classed("ul", "rows").with(rows))))
        .into()
}

fn row(
    app: App,
    place: usize,
    factor: &Factor,
    count: usize,
    leaving: Signal<Option<usize>>,
) -> View {
    let kind = match factor.transports {
        transports if transports == bit_of("internal") => "vaultFactorDevice",
        transports if transports == bit_of("hybrid") => "vaultFactorPhone",
        _ => "vaultFactorKey",
    };
    let name = text_with("vaultFactorSince", &[&text(kind), &day(factor.made_ms)]);
    let credential = factor.credential.clone();
    let remove = part(move || match leaving.get() == Some(place) {
        true => View::default(),
        false => {
            let remove = button(&format!("remove-{place}"), "vaultFactorRemove", move |_| {
                leaving.set(Some(place));
                secret_field::focus(PASSPHRASE);
            });
            remove.attr("class", "small").into()
        }
    });
    let removing = part(move || match leaving.get() == Some(place) {
        true => removing(app, credential.clone(), count, leaving),
        false => View::default(),
    });
    let line = classed("div", "between")
        .with(el("span").words(&name))
        .with(remove);
    el("li").with(line).with(removing).into()
}

fn removing(app: App, credential: Vec<u8>, count: usize, leaving: Signal<Option<usize>>) -> View {
    let told = create_signal(String::new());
    let working = create_signal(false);
    let send = move || {
        let credential = credential.clone();
        act(
            app,
            told,
            working,
            "vaultFactorRemoved",
            async move |passphrase| {
                let request = FactorRequest::RemoveFactor {
                    passphrase,
                    credential: Bytes(Secret::new(credential)),
                };
                ask_vault::<Done>(&request).await.map_err(words::words)?;
                put(leaving, None);
                Ok(())
            },
        );
    };
    let cancel = button("removeNot", "optionsCancel", move |_| leaving.set(None));
    let about = match count {
        1 => "vaultFactorRemoveLast",
        _ => "vaultFactorRemoveOne",
    };
    let actions = classed("div", "tools")
        .with(submit("removeNow", "vaultFactorRemoveNow").when("disabled", move || working.get()))
        .with(cancel);
    form("inside", send)
        .with(classed("p", "warning").text(about))
        .with(passphrase())
        .with(problem("factorProblem", told))
        .with(actions)
        .into()
}

fn adding(app: App, state: &FactorState) -> View {
    let card = classed("section", "card").attr("aria-labelledby", "addTitle");
    let card = card.with(said("h2", "vaultFactorAdd").id("addTitle"));
    if !authenticator::is_possible() {
        let about = classed("p", "warning").id("notHere");
        return card.with(about.text("vaultFactorNotHere")).into();
    }
    if state.factors.len() >= MOST_FACTORS {
        return card.with(note("vaultFactorFull")).into();
    }
    let told = create_signal(String::new());
    let working = create_signal(false);
    let state = state.clone();
    let send = move || {
        let state = state.clone();
        act(
            app,
            told,
            working,
            "vaultFactorAdded",
            async move |passphrase| {
                let name = text("vaultFactorName");
                let (factor, transports) =
                    authenticator::enrol(&state, &name).await.map_err(said_of)?;
                let request = FactorRequest::AddFactor {
                    passphrase,
                    factor,
                    transports,
                };
                ask_vault::<Done>(&request).await.map_err(words::words)?;
                Ok(())
            },
        );
    };
    let label = classed("p", "note")
        .attr("role", "status")
        .varying_words(move || match working.get() {
            true => text("vaultFactorWaiting"),
            false => String::new(),
        });
    let add = submit("addFactor", "vaultFactorAddNow").when("disabled", move || working.get());
    card.with(note("vaultFactorAddAbout"))
        .with(
            form("inside", send)
                .with(passphrase())
                .with(problem("factorProblem", told))
                .with(label)
                .with(classed("div", "tools").with(add)),
        )
        .into()
}

fn passphrase() -> View {
    let field = SecretField {
        id: PASSPHRASE,
        label: "vaultPassphrase",
        autocomplete: "current-password",
        described_by: "factorProblem",
    };
    secret_field::view(field, || {})
}

/// Does something that takes the passphrase, once at a time, and says what came of it.
fn act(
    app: App,
    told: Signal<String>,
    working: Signal<bool>,
    done: &'static str,
    what: impl AsyncFnOnce(Bytes) -> Result<(), String> + 'static,
) {
    if working.get_untracked() {
        return;
    }
    let typed = secret_field::read(PASSPHRASE);
    // EXPOSE: only whether there is anything.
    if typed.0.expose().is_empty() {
        told.set(words::words(Refusal::NoPassphrase));
        secret_field::focus(PASSPHRASE);
        return;
    }
    told.set(String::new());
    app.told.set(String::new());
    working.set(true);
    spawn_local(async move {
        let ended = what(typed).await;
        put(working, false);
        match ended {
            Ok(()) => {
                secret_field::clear(PASSPHRASE);
                app.refresh().await;
                app.told.set(text(done));
                page::focus("enrolledTitle");
            }
            Err(problem) => {
                put(told, problem);
                secret_field::focus(PASSPHRASE);
            }
        }
    });
}

fn said_of(trouble: Trouble) -> String {
    text(match trouble {
        Trouble::Nothing => "vaultProblemNoFactor",
        Trouble::Known => "vaultFactorKnown",
        Trouble::Unable => "vaultFactorUnable",
        Trouble::NotHere => "vaultFactorNotHere",
    })
}

fn bit_of(transport: &str) -> u8 {
    let place = TRANSPORTS.iter().position(|name| *name == transport);
    place.map_or(0, |place| 1 << place)
}
