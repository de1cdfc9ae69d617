//! The islands: WebAssembly, and the JavaScript that loads it.

use std::path::Path;

use wasm_bindgen_cli_support::{Bindgen, Output};

use crate::Profile;
use crate::builder::error::Error;
use crate::builder::files::OutputFile;
use crate::builder::{Options, cargo_build, js_glue, wasm_opt};

/// What a browser needs to hydrate the islands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Islands {
    /// A JavaScript module. Its default export takes `{ module_or_path }`, because it contains no file name.
    pub(crate) script: Vec<u8>,
    pub(crate) wasm: Vec<u8>,
    /// Modules that `script` imports by a relative path, with their path in the site.
    pub(crate) snippets: Vec<OutputFile>,
    /// The version of `wasm-opt` that was used, if one was.
    pub(crate) wasm_opt: Option<String>,
}

/// Builds the islands from the sources.
pub(crate) trait IslandsBuilder {
    fn build(&self, options: &Options, progress: &dyn Fn(&str)) -> Result<Islands, Error>;
}

/// Cargo, wasm-bindgen and, in a release, `wasm-opt`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CargoAndBindgen;

impl IslandsBuilder for CargoAndBindgen {
    fn build(&self, options: &Options, progress: &dyn Fn(&str)) -> Result<Islands, Error> {
        let module = cargo_build::compile(options, progress)?;
        let mut islands = bind(&module)?;
        if options.profile == Profile::Release {
            if let Some((smaller, version)) = wasm_opt::optimise(options, &islands.wasm, progress)? {
                islands.wasm = smaller;
                islands.wasm_opt = Some(version);
            }
            islands.script = js_glue::minify(islands.script);
        }
        Ok(islands)
    }
}

fn bind(module: &Path) -> Result<Islands, Error> {
    generate(module).map_err(|reason| Error::Bindgen { path: module.to_path_buf(), reason })
}

/// The library's error type is `anyhow::Error`; `{:#}` writes it with all its causes.
fn generate(module: &Path) -> Result<Islands, String> {
    let mut output: Output = Bindgen::new()
        .input_path(module)
        .web(true)
        .map_err(|error| format!("{error:#}"))?
        .typescript(false)
        // Only debuggers need the names of functions; a panic tells its file and line without them.
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
