//! The page about second factors: enrolling and removing them, and opening a vault that has them. Windows that cannot ask for one,
//! since the browser's question would close them, send the person here.

mod manage;

use keyward::message::vault::{
    Bytes, FactorRequest, FactorState, PageRequest, Presence, Refusal, VaultState,
};
use keyward::web::authenticator::{self, Trouble};
use keyward::web::element::{brand, classed, el, note, part, put, said};
use keyward::web::extension::text;
use keyward::web::forms::{Done, Later, problem, unlock};
use keyward::web::message::ask_vault;
use keyward::web::{page, storage};
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Wipes all memory that is given back.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// What is known of the vault.
#[derive(Clone, PartialEq)]
struct Known {
    state: VaultState,
    factors: Option<FactorState>,
}

/// What the page knows, and what was said last.
#[derive(Clone, Copy)]
struct App {
    known: Signal<Option<Result<Known, Refusal>>>,
    told: Signal<String>,
}

impl App {
    /// Looks at the vault again.
    async fn refresh(self) {
        let known = look().await;
        if self
            .known
            .with_untracked(|before| before.as_ref() != Some(&known))
        {
            self.known.set(Some(known));
        }
    }

    /// Looks again whenever the vault changes, whoever changed it. For the lifetime of the page.
    fn watch(self) {
        storage::on_change(move |area, names| {
            let is_vaults = |name: &String| match area {
                "local" => name.starts_with("vault.manifest."),
                "session" => name == "keeper.open",
                _ => false,
            };
            if names.iter().any(is_vaults) {
                spawn_local(self.refresh());
            }
        });
    }
}

async fn look() -> Result<Known, Refusal> {
    let state: VaultState = ask_vault(&PageRequest::VaultState {}).await?;
    let factors = match state.presence {
        Presence::Open | Presence::Locked => Some(ask_vault(&FactorRequest::FactorState {}).await?),
        _ => None,
    };
    Ok(Known { state, factors })
}

/// Shows the page; ends when it can be used.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("vaultFactorTitle");
    let known = look().await;
    sycamore::render_to(
        move || {
            let app = App {
                known: create_signal(Some(known)),
                told: create_signal(String::new()),
            };
            app.watch();
            view(app)
        },
        &root,
    );
    page::focus(unlock::FIELD);
}

fn view(app: App) -> View {
    let settings = said("a", "lifeSettings").attr("href", "options.html#vault");
    let header = el("header")
        .with(classed("div", "between").with(brand()).with(settings))
        .with(said("h1", "vaultFactorTitle"))
        .with(note("vaultFactorAbout"));
    let body = part(move || match app.known.get_clone() {
        None => View::default(),
        Some(Err(refusal)) => refused(refusal),
        Some(Ok(known)) => match (known.state.presence, known.factors) {
            (Presence::Open, Some(factors)) => manage::view(app, &factors),
            (Presence::Locked, Some(factors)) => locked(app, &factors),
            (Presence::Newer, _) => refused(Refusal::Newer),
            (Presence::Absent, _) => {
                let make = said("a", "popupMakeVault")
                    .attr("class", "button primary")
                    .attr("href", "welcome.html#vault");
                let about = note("popupVaultAbsent");
                classed("section", "card").with(about).with(make).into()
            }
            _ => refused(Refusal::CannotOpen),
        },
    });
    let told = classed("p", "told")
        .id("told")
        .attr("role", "status")
        .varying_words(move || app.told.get_clone());
    View::from(vec![header.into(), body, told.into()])
}

fn locked(app: App, factors: &FactorState) -> View {
    let has_any = !factors.factors.is_empty();
    let about = match (has_any, authenticator::is_possible()) {
        (false, _) => View::default(),
        (true, true) => note("vaultFactorUnlockAbout").into(),
        // A vault that was enrolled in another browser and moved here.
        (true, false) => classed("p", "warning").text("vaultFactorNotHere").into(),
    };
    let form = unlock::load_with_factor(
        move |_| {
            if page::parameter("unlock").is_some() {
                // Where the browser does not let it, the page says that it is done.
                let _ = page::window().close();
            }
            spawn_local(async move {
                app.refresh().await;
                put(app.told, text("vaultFactorOpened"));
            });
        },
        open,
    );
    classed("section", "card gate")
        .attr("aria-labelledby", "gateTitle")
        .with(said("h2", "optionsUnlockTitle").id("gateTitle"))
        .with(about)
        .with(form)
        .into()
}

/// Asks any of the factors that are enrolled, and opens the vault with what it gives.
fn open(passphrase: Bytes, accept_older: bool) -> Later<Result<Done, Refusal>> {
    Box::pin(async move {
        let state: FactorState = ask_vault(&FactorRequest::FactorState {}).await?;
        let factor = authenticator::ask(&state)
            .await
            .map_err(|_: Trouble| Refusal::NoFactor)?;
        let request = FactorRequest::UnlockWithFactor {
            passphrase,
            factor,
            accept_older,
        };
        ask_vault(&request).await
    })
}

fn refused(refusal: Refusal) -> View {
    classed("p", "missing")
        .attr("role", "alert")
        .words(&problem::words(refusal))
        .into()
}

fn main() {}
