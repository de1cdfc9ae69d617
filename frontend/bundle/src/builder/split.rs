//! A module for each page, from one compilation.
//!
//! The compiler has left one object with all islands. It is linked once for each page, and exports only what that page
//! calls: the linker then leaves out whatever nothing refers to any more, functions as well as data.
//! Exports are the only obstacle: every `#[wasm_bindgen]` function of every crate is one, and is kept for a
//! script that nobody wrote.

mod exports;
mod link;

use std::collections::BTreeSet;

use walrus::{Module, RawCustomSection};

use self::link::Linker;
use crate::builder::Options;
use crate::builder::cargo_build::Compiled;
use crate::builder::error::Error;
use crate::builder::pages::{self, Pages};

/// What wasm-bindgen has to know of each function and type, in the order of linking.
const PROGRAMS: &str = "__wasm_bindgen_unstable";

/// One page's module, before wasm-bindgen has seen it.
pub(crate) struct PageModule {
    pub(crate) page: String,
    pub(crate) wasm: Vec<u8>,
}

/// `None`, with a note to `progress`, if there is no linker: then all pages share the module of the compilation.
pub(crate) fn split(
    compiled: &Compiled,
    pages: &Pages,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Option<Vec<PageModule>>, Error> {
    let failed = |reason| Error::Split { path: compiled.module.clone(), reason };
    let whole = Module::from_file(&compiled.module).map_err(|error| failed(format!("{error:#}")))?;
    let names: Vec<&str> = whole.exports.iter().map(|export| export.name.as_str()).collect();
    pages::compare(pages, &names.iter().filter_map(|name| exports::island(name)).collect())?;

    let (Some(archive), Some(linker)) = (&compiled.archive, Linker::find(&options.workspace)) else {
        progress("there is no rust-lld next to the compiler: all pages share one larger module");
        return Ok(None);
    };
    let imports: Vec<&str> = whole.imports.iter().map(|import| import.name.as_str()).collect();
    let classes = exports::classes_out_of_reach(&names, &imports);
    let mut modules = Vec::with_capacity(pages.len());
    for (page, islands) in pages {
        let (wanted, unwanted): (Vec<&str>, Vec<&str>) =
            names.iter().partition(|name| is_wanted(name, islands, &classes));
        let wasm = linker.link(archive, &wanted, &options.site)?;
        let mut dropped = classes.clone();
        dropped.extend(unwanted.iter().filter_map(|name| exports::function(name)));
        let wasm = without_programs(&wasm, &dropped).map_err(failed)?;
        modules.push(PageModule { page: page.clone(), wasm });
    }
    Ok(Some(modules))
}

fn is_wanted(export: &str, islands: &BTreeSet<String>, classes: &BTreeSet<&str>) -> bool {
    let on_the_page = exports::island(export).is_none_or(|island| islands.contains(island));
    on_the_page && !exports::class(export).is_some_and(|class| classes.contains(class))
}

/// wasm-bindgen would look for the exports that are no longer there.
fn without_programs(wasm: &[u8], dropped: &BTreeSet<&str>) -> Result<Vec<u8>, String> {
    let mut module = Module::from_buffer(wasm).map_err(|error| format!("{error:#}"))?;
    let programs = module.customs.remove_raw(PROGRAMS).ok_or("there is nothing for wasm-bindgen in it")?;
    let data = exports::remove_programs(&programs.data, dropped)
        .ok_or("another wasm-bindgen wrote it: what it says about exports cannot be read")?;
    module.customs.add(RawCustomSection { name: programs.name, data });
    Ok(module.emit_wasm())
}
