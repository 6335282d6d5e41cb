//! The page that opens once, when Keyward is installed: what it does, making a vault, and trying the guard.
//!
//! The guard's own script runs in this page (`welcome.html`), since the browsers run no content scripts in pages of extensions: what
//! is tried here is what happens on a site.

mod hints;
mod trial;
mod vault;

use keyward::web::page;
use keyward::web::view::Text;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;

/// Shows the page.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("welcomeTitle");
    let vault = vault::ask().await;
    let hints = hints::Hints::ask().await;
    sycamore::render_to(
        move || {
            let parts = parts();
            let vault = vault::view(vault);
            let trial = trial::view();
            let hints = hints.view();
            view! {
                header {
                    img(src="icons/keyward.svg", alt="", width="48", height="48")
                    h1 { (Text { key: "welcomeTitle" }) }
                    p(class="lead") { (Text { key: "welcomeLead" }) }
                }
                (parts)
                (vault)
                (trial)
                (hints)
            }
        },
        &root,
    );
    if page::window().location().hash().as_deref() == Ok("#vault") {
        page::focus("makeTitle");
    }
}

/// What it does, in three parts.
fn parts() -> View {
    let part = |title: &'static str, about: &'static str| {
        view! {
            li {
                h3 { (Text { key: title }) }
                p { (Text { key: about }) }
            }
        }
    };
    let guards = part("welcomeGuards", "welcomeGuardsAbout");
    let keeps = part("welcomeKeeps", "welcomeKeepsAbout");
    let fills = part("welcomeFills", "welcomeFillsAbout");
    view! {
        section(aria-labelledby="partsTitle") {
            h2(id="partsTitle", class="aside") { (Text { key: "welcomeParts" }) }
            ol(class="parts") {
                (guards)
                (keeps)
                (fills)
            }
        }
    }
}

fn main() {}
