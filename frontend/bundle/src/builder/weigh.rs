//! Weighs every page's module under many settings of `wasm-opt`, with the code that builds a release.

use crate::Profile;
use crate::builder::compress::brotli;
use crate::builder::split::split;
use crate::builder::wasm::bind;
use crate::builder::{Options, cargo_build, find_workspace, pages, wasm_opt};

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

/// One line for each page and setting: raw bytes, then bytes after Brotli.
#[test]
#[ignore = "compiles a release and runs wasm-opt many times; `frontend/weigh` calls it"]
fn the_passes_in_use_are_the_best_or_within_half_a_percent() {
    let workspace = find_workspace(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
    let mut options = Options::new(&workspace, Profile::Release);
    options.site = workspace.join("target/weigh");
    let progress = |line: &str| eprintln!("{line}");
    // Cargo reads the same variable; without it the manifest decides.
    let other_level = std::env::var("CARGO_PROFILE_WASM_RELEASE_OPT_LEVEL").ok();
    let level = other_level.as_deref().unwrap_or("in use");
    let row = |page: &str, setting: &str, wasm: &[u8]| {
        let compressed = brotli(wasm).unwrap().len();
        println!("| {page} | {level} | `{setting}` | {} | {compressed} |", wasm.len());
        compressed
    };

    let compiled = cargo_build::compile(&options, &progress).unwrap();
    let pages = pages::read(&options).unwrap();
    let optimiser = wasm_opt::find(&options, &progress).expect("wasm-opt");
    let used = wasm_opt::PASSES.join(" ");
    for module in split(&compiled, &pages, &options, &progress).unwrap().expect("rust-lld") {
        let bound = bind(module.wasm, Profile::Release).unwrap();
        row(&module.page, "JavaScript", &bound.script);
        row(&module.page, "none", &bound.wasm);
        let mut sizes = Vec::new();
        for setting in SETTINGS {
            let passes: Vec<&str> = setting.split(' ').collect();
            let smaller = optimiser.optimise(&passes, &bound.wasm, &options, &progress).unwrap();
            sizes.push((*setting, row(&module.page, setting, &smaller.expect("optimised"))));
        }
        if other_level.is_some() {
            continue;
        }
        let best = sizes.iter().map(|(_, size)| *size).min().unwrap();
        let (_, in_use) = sizes.iter().find(|(setting, _)| *setting == used).expect("it is in the list");
        assert!(in_use * 1000 <= best * 1005, "{}: {in_use} B, but {best} B are possible", module.page);
    }
}
