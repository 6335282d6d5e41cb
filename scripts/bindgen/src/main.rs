//! `keyward-bindgen MODULE.wasm OUT_DIR`: the JavaScript glue (`--target web`) of one Wasm module.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(module), Some(out), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("usage: keyward-bindgen MODULE.wasm OUT_DIR");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    // With `__wbg_reset_state`: a module that trapped is replaced by a fresh one.
    bindgen
        .input_path(&module)
        .typescript(false)
        .reset_state_function(true);
    let written = bindgen.web(true).and_then(|bindgen| bindgen.generate(&out));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keyward-bindgen: {}: {error:#}", module.display());
            ExitCode::FAILURE
        }
    }
}
