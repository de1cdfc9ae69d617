//! The islands: WebAssembly, and the JavaScript that loads it.

use std::path::Path;

use wasm_bindgen_cli_support::{Bindgen, Output};

use crate::error::Error;
use crate::files::OutputFile;
use crate::{Options, Profile, cargo_build, glue, wasm_opt};

/// What a browser needs to bring the islands to life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Islands {
    /// The JavaScript glue, a module. Its default export wants `{ module_or_path }`: it knows no file name.
    pub script: Vec<u8>,
    /// The WebAssembly module.
    pub wasm: Vec<u8>,
    /// Modules the glue imports by a relative path, complete with their path in the site.
    pub snippets: Vec<OutputFile>,
    /// The `wasm-opt` that was used, if one was.
    pub wasm_opt: Option<String>,
}

/// A way to make the islands from the sources.
pub trait IslandsBuilder {
    /// Makes the islands.
    ///
    /// # Errors
    /// Any [`Error`].
    fn build(&self, options: &Options, progress: &dyn Fn(&str)) -> Result<Islands, Error>;
}

/// Cargo, wasm-bindgen and, in a release, `wasm-opt`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CargoAndBindgen;

impl IslandsBuilder for CargoAndBindgen {
    fn build(&self, options: &Options, progress: &dyn Fn(&str)) -> Result<Islands, Error> {
        let module = cargo_build::compile(options, progress)?;
        let mut islands = bind(&module)?;
        if options.profile == Profile::Release {
            if let Some((smaller, version)) = wasm_opt::optimise(options, &islands.wasm, progress)? {
                islands.wasm = smaller;
                islands.wasm_opt = Some(version);
            }
            islands.script = glue::tidy(islands.script);
        }
        Ok(islands)
    }
}

fn bind(module: &Path) -> Result<Islands, Error> {
    generate(module).map_err(|reason| Error::Bindgen { path: module.to_path_buf(), reason })
}

/// An error here is text already: `{:#}` writes all its causes.
fn generate(module: &Path) -> Result<Islands, String> {
    let mut output: Output = Bindgen::new()
        .input_path(module)
        .web(true)
        .map_err(|error| format!("{error:#}"))?
        .typescript(false)
        // Names of functions are for debuggers; panics say where they happened without them.
        .demangle(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .map_err(|error| format!("{error:#}"))?;
    let mut snippets = Vec::new();
    for (crate_name, scripts) in output.snippets() {
        for (index, script) in scripts.iter().enumerate() {
            let path = format!("pkg/snippets/{crate_name}/inline{index}.js");
            snippets.push(OutputFile { path, contents: script.clone().into_bytes() });
        }
    }
    for (path, script) in output.local_modules() {
        let path = format!("pkg/snippets/{path}");
        snippets.push(OutputFile { path, contents: script.clone().into_bytes() });
    }
    snippets.sort_by(|a, b| a.path.cmp(&b.path));
    let script = output.js().as_bytes().to_vec();
    Ok(Islands { script, wasm: output.wasm_mut().emit_wasm(), snippets, wasm_opt: None })
}
