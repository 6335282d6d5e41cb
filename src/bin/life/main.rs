//! The page about the life of keys: what went where it does not belong, what is due, how good all of it is, and the guide that
//! replaces a key until the old one is proven dead.
//!
//! The list and the guides are addressed by what stands behind the `#`. What the page knows is in [`app::App`]; it looks again
//! when the vault changes, whoever changed it. Where a guide stands is worked out by the background from what was seen: the page
//! keeps nothing.

mod advice;
mod app;
mod balance;
mod due;
mod exposures;
mod guide;
mod log;
mod proof;
mod remind;

use keyward::message::vault::{Presence, Refusal};
use keyward::web::element::{brand, classed, el, part, said};
use keyward::web::extension::text;
use keyward::web::forms::{problem, unlock};
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use app::{App, Place};

/// Wipes all memory that is given back.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Shows the page; ends when it can be used.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("lifePageTitle");
    let made = std::rc::Rc::new(std::cell::Cell::new(None));
    let place = std::rc::Rc::clone(&made);
    sycamore::render_to(
        move || {
            let app = App::new();
            place.set(Some(app));
            app.watch();
            view(app)
        },
        &root,
    );
    if let Some(app) = made.get() {
        app.refresh().await;
    }
}

fn view(app: App) -> View {
    let settings = said("a", "lifeSettings").attr("href", "options.html");
    let header = el("header")
        .with(classed("div", "between").with(brand()).with(settings))
        .with(
            said("h1", "lifePageTitle")
                .id("title")
                .attr("tabindex", "-1"),
        )
        .with(classed("p", "note").text("lifePageAbout"));
    let body = part(move || match app.presence.get() {
        None => View::default(),
        Some(Ok(Presence::Open)) => open(app),
        Some(Ok(Presence::Locked)) => locked(app),
        Some(Ok(Presence::Absent)) => {
            let make = said("a", "popupMakeVault")
                .attr("class", "button primary")
                .attr("href", "welcome.html#vault");
            let about = classed("p", "note").text("popupVaultAbsent");
            classed("section", "card").with(about).with(make).into()
        }
        Some(Ok(Presence::Newer)) => refused(Refusal::Newer),
        Some(Ok(Presence::Unreadable)) => refused(Refusal::CannotOpen),
        Some(Err(refusal)) => refused(refusal),
    });
    let told = classed("p", "told")
        .id("told")
        .attr("role", "status")
        .varying_words(move || app.told.get_clone());
    View::from(vec![header.into(), body, told.into()])
}

fn open(app: App) -> View {
    let place = create_selector(move || app.place.get_clone());
    part(move || match place.get_clone() {
        Place::List => View::from(vec![
            advice::score(app),
            exposures::view(app),
            due::view(app),
            balance::view(app),
            remind::view(app),
            advice::view(app),
            log::view(app),
        ]),
        Place::Guide(entry) => guide::view(app, &entry),
    })
}

fn locked(app: App) -> View {
    let form = unlock::load(move |_| spawn_local(app.refresh()));
    classed("section", "card gate")
        .attr("aria-labelledby", "gateTitle")
        .with(said("h2", "optionsUnlockTitle").id("gateTitle"))
        .with(form)
        .into()
}

fn refused(refusal: Refusal) -> View {
    classed("p", "missing")
        .attr("role", "alert")
        .words(&problem::words(refusal))
        .into()
}

/// Why something about the life of a key came to nothing.
fn words_of(refusal: keyward::message::life::Refusal) -> String {
    use keyward::message::life::Refusal as Life;
    match refusal {
        Life::Locked => problem::words(Refusal::Locked),
        Life::NoVault => problem::words(Refusal::NoVault),
        Life::NoSuchKey => problem::words(Refusal::NoSuchEntry),
        _ => text("lifeFailed"),
    }
}

fn main() {}
