//! The islands: WebAssembly, and the JavaScript that loads it.

use std::fs;

use wasm_bindgen_cli_support::{Bindgen, Output};

use crate::Profile;
use crate::builder::error::{Error, io_at};
use crate::builder::files::OutputFile;
use crate::builder::{Options, cargo_build, js_glue, pages, split, wasm_opt};

/// What browsers need to hydrate the islands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Islands {
    /// In a release one for each page, otherwise one for all.
    pub(crate) modules: Vec<IslandModule>,
    /// Modules that the scripts import by a relative path, with their path in the site.
    pub(crate) snippets: Vec<OutputFile>,
    /// The version of `wasm-opt` that was used, if one was.
    pub(crate) wasm_opt: Option<String>,
}

/// The islands of one page or of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IslandModule {
    /// What its files are called.
    pub(crate) name: String,
    /// The pages that load it.
    pub(crate) pages: Vec<String>,
    /// A JavaScript module. Its default export takes `{ module_or_path }`, because it contains no file name.
    pub(crate) script: Vec<u8>,
    pub(crate) wasm: Vec<u8>,
}

/// Builds the islands from the sources.
pub(crate) trait IslandsBuilder {
    fn build(&self, options: &Options, progress: &dyn Fn(&str)) -> Result<Islands, Error>;
}

/// Cargo, wasm-bindgen and, in a release, the linker and `wasm-opt`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CargoAndBindgen;

impl IslandsBuilder for CargoAndBindgen {
    fn build(&self, options: &Options, progress: &dyn Fn(&str)) -> Result<Islands, Error> {
        let pages = pages::read(options)?;
        let compiled = cargo_build::compile(options, progress)?;
        let split = match options.profile {
            Profile::Development => None,
            Profile::Release => split::split(&compiled, &pages, options, progress)?,
        };
        let parts = match split {
            Some(modules) => modules
                .into_iter()
                .map(|module| (module.page.clone(), vec![module.page], module.wasm))
                .collect(),
            None => {
                let whole = fs::read(&compiled.module).map_err(io_at(&compiled.module))?;
                vec![("islands".to_owned(), pages.into_keys().collect(), whole)]
            }
        };
        let mut islands = Islands::default();
        for (name, pages, wasm) in parts {
            let bound = bind(wasm, options.profile)
                .map_err(|reason| Error::Bindgen { path: compiled.module.clone(), reason })?;
            islands.snippets.extend(bound.snippets);
            islands.modules.push(IslandModule { name, pages, script: bound.script, wasm: bound.wasm });
        }
        // Two modules may import the same one.
        islands.snippets.sort_by(|a, b| a.path.cmp(&b.path));
        islands.snippets.dedup();
        if options.profile == Profile::Release
            && let Some(optimiser) = wasm_opt::find(options, progress)
        {
            for module in &mut islands.modules {
                for passes in [wasm_opt::PASSES, wasm_opt::AGAIN] {
                    if let Some(smaller) = optimiser.optimise(passes, &module.wasm, options, progress)? {
                        module.wasm = smaller;
                        islands.wasm_opt = Some(optimiser.version());
                    }
                }
            }
        }
        Ok(islands)
    }
}

/// What wasm-bindgen makes of a module.
pub(crate) struct Bound {
    pub(crate) script: Vec<u8>,
    pub(crate) wasm: Vec<u8>,
    pub(crate) snippets: Vec<OutputFile>,
}

/// The library's error type is `anyhow::Error`; `{:#}` writes it with all its causes.
pub(crate) fn bind(module: Vec<u8>, profile: Profile) -> Result<Bound, String> {
    let mut output: Output = Bindgen::new()
        .input_bytes("frontend", module)
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
    let mut script = output.js().to_owned();
    if profile == Profile::Release {
        for (index, import) in output.wasm_mut().imports.iter_mut().enumerate() {
            if let Some(shorter) = js_glue::rename_import(&script, &import.name, index) {
                (script, import.name) = shorter;
            }
        }
    }
    let mut script = script.into_bytes();
    if profile == Profile::Release {
        script = js_glue::minify(script);
    }
    Ok(Bound { script, wasm: output.wasm_mut().emit_wasm(), snippets })
}
