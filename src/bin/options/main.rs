//! The page for everything that the person keeps and sets: keys, sites, the guard, the vault, backups.
//!
//! One page with sections, addressed by what stands behind the `#`. A section is made when it is first looked at and stays, so
//! that nothing typed is lost by looking elsewhere. What the background knows is in [`app::App`]; the page looks again when the
//! browser's storage changes, whoever changed it.

mod activity;
mod app;
mod approving;
mod backup;
mod check;
mod damaged;
mod detectors;

mod gate;
mod guard;
mod harmless;
mod keys;
mod place;
mod sites;
mod vault;
mod watch;

use keyward::web::element::{self, brand, button, classed, el, part, said};
use keyward::web::extension::{text, text_with};
use keyward::web::kinds;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use app::{App, TOLD};
use place::{Place, Section};

/// Wipes all memory that is given back.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// The title of the section that is shown.
const TITLE: &str = "sectionTitle";

/// Shows the page.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("optionsTitle");
    kinds::load().await;
    sycamore::render_to(
        || {
            let app = App::new();
            spawn_local(app.refresh());
            spawn_local(app.read_guard());
            watch::storage(app);
            watch::leaving(app);
            watch::address(move || moved(app));
            create_effect(move || {
                let title = text(app.section().title());
                page::document().set_title(&text_with("optionsTitleOf", &[&title]));
            });
            view(app)
        },
        &root,
    );
}

fn view(app: App) -> View {
    let told = told(app);
    let dialog = gate::dialog(app);
    let main = el("main")
        .with(heading(app))
        .with(gate::view(app))
        .with(Vec::from(Section::ALL.map(|section| body(app, section))));
    View::from(vec![navigation(app), main.into(), told, dialog])
}

fn navigation(app: App) -> View {
    let items = Section::ALL.map(|section| {
        let current = move || (app.section() == section).then(|| "page".to_owned());
        let link = said("a", section.title())
            .attr("href", &place::of(section))
            .varying("aria-current", current);
        View::from(el("li").with(link))
    });
    let life = said("a", "popupLife").attr("href", "life.html").id("life");
    let list = el("ul").with(Vec::from(items)).with(el("li").with(life));
    let navigation = el("nav")
        .attr("aria-label", &text("optionsSections"))
        .with(list);
    let side = classed("header", "side").with(brand()).with(navigation);
    side.with(gate::state(app)).into()
}

fn heading(app: App) -> View {
    let title = el("h1").id(TITLE).attr("tabindex", "-1");
    let about = classed("p", "about");
    let title = title.varying_words(move || text(app.section().title()));
    let about = about.varying_words(move || text(app.section().about()));
    classed("div", "heading").with(title).with(about).into()
}

/// A section, made when it is first looked at.
fn body(app: App, section: Section) -> View {
    let seen = create_signal(false);
    create_effect(move || {
        if app.section() == section && !seen.get_untracked() {
            seen.set(true);
        }
    });
    let hidden = move || app.section() != section || gate::is_closed(app, section);
    let content = part(move || match (seen.get(), section) {
        (false, _) => View::default(),
        (true, Section::Keys) => keys::view(app),
        (true, Section::Sites) => sites::view(app),
        (true, Section::Guard) => guard::view(app),
        (true, Section::Detectors) => detectors::view(app),
        (true, Section::Vault) => vault::view(app),
        (true, Section::Backup) => backup::view(app),
        (true, Section::Activity) => activity::view(app),
    });
    classed("div", section.name())
        .when("hidden", hidden)
        .with(content)
        .into()
}

/// What happened last, with the way back. The line is always there, so that screen readers say what comes into it.
fn told(app: App) -> View {
    let content = part(move || {
        let Some(told) = app.told.get_clone() else {
            return View::default();
        };
        let words = el("span").words(&told.words);
        let undo = told.undo.map(|undo| {
            let press = move |_| {
                app.told.set(None);
                undo();
            };
            View::from(button("undo", "optionsUndo", press))
        });
        let close = button("toldClose", "optionsClose", move |_| app.told.set(None));
        let line = classed("div", "line").with(words).with(undo);
        line.with(close.attr("class", "small")).into()
    });
    classed("div", "told")
        .id(TOLD)
        .attr("role", "status")
        .with(content)
        .into()
}

/// The address has changed: by a link, by the page, by going back.
fn moved(app: App) {
    let before = app.place.get_clone_untracked();
    let place = Place::now();
    if place == before {
        return;
    }
    let same_section = place.section == before.section;
    if app.writing.get_untracked() && same_section && !keys::may_leave() {
        return place::go(&before.address());
    }
    app.place.set(place);
    if !same_section || !keys::focus_panel() {
        page::window().scroll_to_with_x_and_y(0.0, 0.0);
        page::focus_in_place(TITLE);
    }
}

fn main() {}
