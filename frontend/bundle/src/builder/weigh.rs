//! Weighs every page's module under many settings of `wasm-opt`, with the code that builds a release.

use std::path::Path;

use crate::Profile;
use crate::builder::compress::brotli;
use crate::builder::error::{Error, io_at};
use crate::builder::split::split;
use crate::builder::wasm::bind;
use crate::builder::{Options, cargo_build, pages, wasm_opt};

/// What people usually take, and passes that did better.
const SETTINGS: &[&str] = &[
    "-O1",
    "-Os",
    "-Oz",
    "-O3",
    "-Os --converge",
    "-Oz --converge",
    "-O3 --converge",
    "--flatten --rereloop -Oz -Oz",
    "--flatten --rereloop -O3",
    "--flatten --rereloop -O3 -O3",
];

/// Gives `print` one line of a table for each page and setting: raw bytes, then bytes after Brotli. Compiles a release and
/// runs wasm-opt many times. Returns whether the passes in use are the best, or within half a percent of them; of another
/// `CARGO_PROFILE_WASM_RELEASE_OPT_LEVEL` than the manifest's nothing is asked.
///
/// # Errors
/// If the build fails. Without `wasm-opt` and `rust-lld` there is no table.
pub fn weigh(workspace: &Path, progress: &dyn Fn(&str), print: &dyn Fn(&str)) -> Result<bool, Error> {
    let mut options = Options::new(workspace, Profile::Release);
    options.site = workspace.join("target/weigh");
    // Cargo reads the same variable; without it the manifest decides.
    let other_level = std::env::var("CARGO_PROFILE_WASM_RELEASE_OPT_LEVEL").ok();
    let level = other_level.as_deref().unwrap_or("in use");
    let row = |page: &str, setting: &str, wasm: &[u8]| {
        let compressed = brotli(wasm).map_err(io_at(&options.site))?.len();
        print(&format!("| {page} | {level} | `{setting}` | {} | {compressed} |", wasm.len()));
        Ok::<usize, Error>(compressed)
    };

    let compiled = cargo_build::compile(&options, progress)?;
    let pages = pages::read(&options)?;
    let Some(optimiser) = wasm_opt::find(&options, progress) else { return Ok(false) };
    let used = wasm_opt::PASSES.join(" ");
    let mut are_best = true;
    let Some(modules) = split(&compiled, &pages, &options, progress)? else { return Ok(false) };
    for module in modules {
        let failed = |reason| Error::Split { path: compiled.module.clone(), reason };
        let bound = bind(module.wasm, Profile::Release).map_err(failed)?;
        row(&module.page, "JavaScript", &bound.script)?;
        row(&module.page, "none", &bound.wasm)?;
        let (mut best, mut in_use) = (usize::MAX, usize::MAX);
        for setting in SETTINGS {
            let passes: Vec<&str> = setting.split(' ').collect();
            // Passes that fail have no size; why is on standard error.
            let Some(smaller) = optimiser.optimise(&passes, &bound.wasm, &options, progress)? else {
                continue;
            };
            let size = row(&module.page, setting, &smaller)?;
            best = best.min(size);
            if *setting == used {
                in_use = size;
            }
        }
        are_best &= in_use.saturating_mul(1000) <= best.saturating_mul(1005);
    }
    Ok(are_best || other_level.is_some())
}
