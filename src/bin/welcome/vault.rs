//! Making a vault: passphrase, recovery code, done. Or not now.

use keyward::message::vault::{Bytes, PageRequest, Presence, Refusal, VaultState};
use keyward::web::extension::text;
use keyward::web::forms::{Later, passphrase, problem, recovery};
use keyward::web::message::ask_vault;
use keyward::web::page;
use keyward::web::view::{self, Text};
use serde::Deserialize;
use sycamore::prelude::*;

/// The answer to `createVault`.
#[derive(Deserialize)]
struct Made {
    recovery: Bytes,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    /// There is none, and the person is asked for a passphrase.
    Passphrase,
    /// It is made, and the code is shown.
    Recovery,
    /// It is made, and the code is kept.
    Made,
    /// Not now.
    Later,
    /// There was one before.
    There,
    /// It is not known.
    Failed(Refusal),
}

/// How it is when the page opens.
pub(crate) async fn ask() -> Result<VaultState, Refusal> {
    ask_vault(&PageRequest::VaultState {}).await
}

pub(crate) fn view(state: Result<VaultState, Refusal>) -> View {
    let step = create_signal(match state.map(|state| state.presence) {
        Ok(Presence::Absent) => Step::Passphrase,
        Ok(_) => Step::There,
        Err(refusal) => Step::Failed(refusal),
    });
    // Until it is shown, which is in the same turn.
    let code: Signal<Option<Bytes>> = create_signal(None);
    let body = view::part(move || match step.get() {
        Step::Passphrase => make(step, code),
        Step::Recovery => code
            .update_silent(Option::take)
            .map_or_else(View::default, |code| {
                recovery::view(&code, move || go_to(step, Step::Made))
            }),
        Step::Made => made(),
        Step::Later => later(step),
        Step::There => there(),
        Step::Failed(refusal) => {
            let words = problem::words(refusal);
            view! { p(class="missing", role="alert") { (words) } }
        }
    });
    let title = view::words(move || {
        text(match step.get() {
            Step::Recovery | Step::Made | Step::There => "welcomeYourVault",
            _ => "welcomeVault",
        })
    });
    view! {
        section(id="vault", class="card", aria-labelledby="makeTitle") {
            h2(id="makeTitle", tabindex="-1") { (title) }
            (body)
        }
    }
}

fn make(step: Signal<Step>, code: Signal<Option<Bytes>>) -> View {
    let submit = move |passphrase: Bytes| -> Later<Result<(), Refusal>> {
        Box::pin(async move {
            let request = PageRequest::CreateVault { passphrase };
            let made: Made = ask_vault(&request).await?;
            code.set(Some(made.recovery));
            step.set(Step::Recovery);
            page::focus("recoveryTitle");
            Ok(())
        })
    };
    let form = passphrase::view("welcomeMake", submit);
    view! {
        p { (Text { key: "welcomeVaultAbout" }) }
        (form)
        button(r#type="button", id="notNow", class="link", on:click=move |_| go_to(step, Step::Later)) {
            (Text { key: "welcomeNotNow" })
        }
    }
}

fn made() -> View {
    view! {
        p(class="done", id="justMade") { (Text { key: "welcomeMade" }) }
        div(class="actions") {
            a(href="options.html#add", id="addKey", class="button primary") { (Text { key: "welcomeAddKey" }) }
            a(href="options.html#keys", id="importKeys", class="button") { (Text { key: "welcomeImport" }) }
        }
    }
}

fn later(step: Signal<Step>) -> View {
    view! {
        p(id="laterOn") { (Text { key: "welcomeLater" }) }
        div(class="actions") {
            button(r#type="button", id="makeNow", on:click=move |_| go_to(step, Step::Passphrase)) {
                (Text { key: "welcomeMakeNow" })
            }
        }
    }
}

fn there() -> View {
    view! {
        p(class="done", id="alreadyThere") { (Text { key: "welcomeThere" }) }
        div(class="actions") {
            a(href="options.html#keys", class="button") { (Text { key: "welcomeKeys" }) }
        }
    }
}

/// What was pressed is gone then, so the focus goes to the heading.
fn go_to(step: Signal<Step>, next: Step) {
    step.set(next);
    page::focus("makeTitle");
}
