//! What is stale, what is built, and in which order.

use crate::builder::error::Error;
use crate::builder::files::OutputFile;
use crate::builder::fingerprint::fingerprints;
use crate::builder::lock::BuildLock;
use crate::builder::record::{BuildRecord, Part, PartRecord};
use crate::builder::staging_dir::StagingDir;
use crate::builder::wasm::{CargoAndBindgen, IslandsBuilder};
use crate::builder::{Options, compress, css, public_files};
use crate::{IslandFiles, Profile};

/// What [`ensure`] found or did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildOutcome {
    /// Nothing had changed, and nothing was built.
    UpToDate,
    /// Something was stale, and has been built.
    Built,
}

/// Builds only what is stale. `progress` receives the compiler's warnings, and a short line about each step
/// that takes longer than a second.
///
/// # Errors
/// Any [`Error`]; the old site then stays as it was.
pub fn ensure(options: &Options, progress: &dyn Fn(&str)) -> Result<BuildOutcome, Error> {
    let built = ensure_with(&CargoAndBindgen, options, progress)?;
    Ok(if built.is_empty() { BuildOutcome::UpToDate } else { BuildOutcome::Built })
}

/// [`ensure`] with a replaceable builder for the islands, so that tests need no compiler. Returns what was
/// built.
pub(crate) fn ensure_with(
    islands: &dyn IslandsBuilder,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Vec<Part>, Error> {
    // First without the lock: an ordinary start of the server must neither wait nor need write access.
    if stale_parts(options)?.is_empty() {
        return Ok(Vec::new());
    }
    let _lock = BuildLock::acquire(options, progress)?;
    // The process that held the lock may have built exactly this.
    let stale = stale_parts(options)?;
    if !stale.is_empty() {
        build(islands, options, &stale, progress)?;
    }
    Ok(stale)
}

fn stale_parts(options: &Options) -> Result<Vec<Part>, Error> {
    let Some(record) = BuildRecord::read(&options.site, options.profile) else {
        return Ok(Part::ALL.to_vec());
    };
    let current = fingerprints(options)?;
    Ok(Part::ALL.into_iter().filter(|part| !record.is_fresh(*part, &current[part], &options.site)).collect())
}

fn build(
    islands: &dyn IslandsBuilder,
    options: &Options,
    stale: &[Part],
    progress: &dyn Fn(&str),
) -> Result<(), Error> {
    // Before any source is read: a file that changes during the build then counts as stale afterwards.
    let current = fingerprints(options)?;
    let mut record = BuildRecord::read(&options.site, options.profile)
        .unwrap_or_else(|| BuildRecord::empty(options.profile));
    let staging = StagingDir::create(&options.site)?;
    for part in Part::ALL {
        if !stale.contains(&part) {
            if let Some(kept) = record.parts.get(&part) {
                kept.files.iter().try_for_each(|file| staging.copy_from_site(file))?;
            }
            continue;
        }
        let mut files = build_part(part, islands, options, &mut record, progress)?;
        if options.profile == Profile::Release {
            files = compress::add_precompressed(files)?;
        }
        files.iter().try_for_each(|file| file.write(staging.path()))?;
        let files = files.into_iter().map(|file| file.path).collect();
        let fingerprint = current[&part].clone();
        record.parts.insert(part, PartRecord { fingerprint, files });
    }
    record.write(staging.path())?;
    staging.commit()
}

/// Builds one part, and enters the URLs of its files into `record`.
fn build_part(
    part: Part,
    islands: &dyn IslandsBuilder,
    options: &Options,
    record: &mut BuildRecord,
    progress: &dyn Fn(&str),
) -> Result<Vec<OutputFile>, Error> {
    match part {
        Part::Style => {
            let sheet = css::build(options)?;
            record.manifest.css = sheet.url();
            Ok(vec![sheet])
        }
        Part::Public => {
            let public = public_files::collect(options)?;
            record.manifest.script = public.script.url();
            let mut files = public.others;
            files.push(public.script);
            Ok(files)
        }
        Part::Islands => {
            let built = islands.build(options, progress)?;
            let mut files = built.snippets;
            record.manifest.islands.clear();
            for module in built.modules {
                let script = OutputFile::asset(options.profile, &module.name, "js", module.script);
                let wasm = OutputFile::asset(options.profile, &module.name, "wasm", module.wasm);
                let urls = IslandFiles { js: script.url(), wasm: wasm.url() };
                record.manifest.islands.extend(module.pages.into_iter().map(|page| (page, urls.clone())));
                files.extend([script, wasm]);
            }
            record.wasm_opt = built.wasm_opt;
            Ok(files)
        }
    }
}
