//! What is stale, what is built, and in which order.

use std::time::Instant;

use crate::error::Error;
use crate::files::OutputFile;
use crate::lock::Lock;
use crate::manifest::{Built, Manifest, Part};
use crate::staging::Staging;
use crate::stamp::stamps;
use crate::wasm::{CargoAndBindgen, IslandsBuilder};
use crate::{Options, Outcome, Profile, assets, compress, css};

/// Builds what is stale, and nothing if nothing is. `progress` hears short plain lines about whatever takes longer
/// than a second, and the compiler's warnings.
///
/// # Errors
/// Any [`Error`]; the old site then stays as it was.
pub fn ensure(options: &Options, progress: &dyn Fn(&str)) -> Result<Outcome, Error> {
    ensure_with(&CargoAndBindgen, options, progress)
}

/// Builds every part, stale or not.
///
/// # Errors
/// Any [`Error`]; the old site then stays as it was.
pub fn build(options: &Options, progress: &dyn Fn(&str)) -> Result<Outcome, Error> {
    build_with(&CargoAndBindgen, options, progress)
}

/// [`ensure`] with another way to make the islands; tests need no compiler this way.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_with(
    islands: &dyn IslandsBuilder,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Outcome, Error> {
    // Without the lock first: the usual start of a server must neither wait nor need write access.
    if stale_parts(options)?.is_empty() {
        return Ok(Outcome::Fresh);
    }
    let _lock = Lock::take(options, progress)?;
    // Whoever held the lock may have built just this.
    match stale_parts(options)? {
        stale if stale.is_empty() => Ok(Outcome::Fresh),
        stale => build_parts(islands, options, stale, progress),
    }
}

/// [`build`] with another way to make the islands.
///
/// # Errors
/// As [`build`].
pub fn build_with(
    islands: &dyn IslandsBuilder,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Outcome, Error> {
    let _lock = Lock::take(options, progress)?;
    build_parts(islands, options, Part::ALL.to_vec(), progress)
}

fn stale_parts(options: &Options) -> Result<Vec<Part>, Error> {
    let Some(manifest) = usable_manifest(options) else { return Ok(Part::ALL.to_vec()) };
    let stamps = stamps(options)?;
    Ok(Part::ALL.into_iter().filter(|part| !manifest.has(*part, &stamps[part], &options.site)).collect())
}

/// A site that is missing, unreadable or of the other profile is stale as a whole.
fn usable_manifest(options: &Options) -> Option<Manifest> {
    Manifest::read(&options.site).ok().filter(|manifest| manifest.profile == options.profile)
}

fn build_parts(
    islands: &dyn IslandsBuilder,
    options: &Options,
    stale: Vec<Part>,
    progress: &dyn Fn(&str),
) -> Result<Outcome, Error> {
    let start = Instant::now();
    // Before anything is read: what changes during the build is stale afterwards.
    let stamps = stamps(options)?;
    let mut manifest = usable_manifest(options).unwrap_or_else(|| Manifest::empty(options.profile));
    let staging = Staging::new(&options.site)?;
    for part in Part::ALL {
        if !stale.contains(&part) {
            if let Some(built) = manifest.parts.get(&part) {
                built.files.iter().try_for_each(|file| staging.keep(file))?;
            }
            continue;
        }
        let mut files = match part {
            Part::Style => {
                let sheet = css::build(options)?;
                manifest.css = sheet.url();
                vec![sheet]
            }
            Part::Public => {
                let public = assets::collect(options)?;
                manifest.script = public.script.url();
                let mut files = public.others;
                files.push(public.script);
                files
            }
            Part::Islands => {
                let made = islands.build(options, progress)?;
                let script = OutputFile::asset(options.profile, "islands", "js", made.script);
                let wasm = OutputFile::asset(options.profile, "islands", "wasm", made.wasm);
                manifest.islands_js = script.url();
                manifest.islands_wasm = wasm.url();
                manifest.wasm_opt = made.wasm_opt;
                let mut files = made.snippets;
                files.extend([script, wasm]);
                files
            }
        };
        if options.profile == Profile::Release {
            files = compress::with_siblings(files)?;
        }
        files.iter().try_for_each(|file| file.write(staging.dir()))?;
        let files = files.into_iter().map(|file| file.path).collect();
        manifest.parts.insert(part, Built { stamp: stamps[&part].clone(), files });
    }
    manifest.write(staging.dir())?;
    staging.commit()?;
    Ok(Outcome::Built { millis: start.elapsed().as_millis(), parts: stale })
}
