//! The vault's records as they are, saved: also those of a vault that does not open.

use serde::Deserialize;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::problem;
use crate::message::vault::PageRequest;
use crate::web::element::{button as press_button, classed, el, problem as problem_line, put};
use crate::web::file;
use crate::web::message::ask_vault;

/// The name of the file.
const FILE: &str = "keyward-vault-sealed.txt";

/// The button that saves the records as they are, and what went wrong.
pub fn button() -> View {
    #[derive(Deserialize)]
    struct Sealed {
        file: String,
    }
    let told = create_signal(String::new());
    let press = move |_| {
        spawn_local(async move {
            match ask_vault::<Sealed>(&PageRequest::ExportSealed {}).await {
                Ok(sealed) => {
                    file::save_text(FILE, &sealed.file);
                    put(told, String::new());
                }
                Err(refusal) => put(told, problem::words(refusal)),
            }
        });
    };
    let save = press_button("exportSealed", "optionsExportSealed", press);
    el("div")
        .with(classed("div", "actions").with(save))
        .with(problem_line("exportSealedProblem", told))
        .into()
}
