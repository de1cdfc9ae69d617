//! Brings the browser bundle up to date before serving. When cargo started the process, stale parts are
//! rebuilt; otherwise only missing parts are built, and only if the sources are present. Without the feature
//! `build-bundle` nothing is ever built.

use crate::output::{print, tell};
use crate::startup::StartError;
use configuration::{Config, LogFormat};

/// Makes sure there is a bundle to serve.
pub(crate) fn before_serving(config: &Config) -> Result<(), StartError> {
    let there = bundle::Manifest::read(&config.site_root).is_ok();
    if there && !config.started_by_cargo {
        return Ok(());
    }
    let progress: fn(&str) = match config.log_format {
        LogFormat::Json => log_line,
        LogFormat::Pretty => tell_line,
    };
    match build(config, bundle::Profile::of_this_program(), progress) {
        Err(_) if there && !can_build() => Ok(()),
        built => built.map(drop),
    }
}

/// The `bundle` command: builds in release mode if asked to, otherwise in the profile of this binary.
pub(crate) fn on_command(config: &Config, release: bool) -> Result<(), StartError> {
    let profile = if release { bundle::Profile::Release } else { bundle::Profile::of_this_program() };
    let (site, up_to_date) = build(config, profile, tell_line)?;
    print(format_args!("{} is {}\n", site.display(), if up_to_date { "up to date" } else { "built" }))
}

/// What [`before_serving`] would find, without building: an error, or a remark.
pub(crate) fn check(config: &Config) -> Result<Option<String>, StartError> {
    match bundle::Manifest::read(&config.site_root) {
        Ok(_) => Ok(None),
        Err(_) if can_build() => {
            let site = config.site_root.display();
            Ok(Some(format!("there is no browser bundle in {site} (SITE_ROOT) yet; the start will build it")))
        }
        Err(_) => Err(no_bundle(config, CANNOT_BUILD)),
    }
}

fn log_line(line: &str) {
    tracing::info!("{line}");
}

fn tell_line(line: &str) {
    tell(line);
}

/// Ends the error message: why the missing bundle is not built now.
const CANNOT_BUILD: &str = if cfg!(feature = "build-bundle") {
    "its sources are not here to build it"
} else {
    "this program was built without the feature `build-bundle`"
};

fn no_bundle(config: &Config, why: &str) -> StartError {
    StartError::Bundle(format!(
        "there is no browser bundle in {} (SITE_ROOT), and {why}",
        config.site_root.display()
    ))
}

#[cfg(feature = "build-bundle")]
fn can_build() -> bool {
    std::env::current_dir().is_ok_and(|here| bundle::find_workspace(&here).is_some())
}

/// Returns where the bundle is, and whether it was already up to date.
#[cfg(feature = "build-bundle")]
fn build(
    config: &Config,
    profile: bundle::Profile,
    progress: fn(&str),
) -> Result<(std::path::PathBuf, bool), StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Bundle(error.to_string());
    let here = std::env::current_dir()
        .map_err(|error| no_bundle(config, &format!("the working directory cannot be used: {error}")))?;
    let Some(workspace) = bundle::find_workspace(&here) else {
        return Err(no_bundle(config, CANNOT_BUILD));
    };
    let mut options = bundle::Options::new(workspace, profile);
    options.site = here.join(&config.site_root);
    let outcome = bundle::ensure(&options, &progress).map_err(|error| failed(&error))?;
    Ok((options.site, matches!(outcome, bundle::BuildOutcome::UpToDate)))
}

#[cfg(not(feature = "build-bundle"))]
fn can_build() -> bool {
    false
}

#[cfg(not(feature = "build-bundle"))]
fn build(config: &Config, _: bundle::Profile, _: fn(&str)) -> Result<(std::path::PathBuf, bool), StartError> {
    Err(no_bundle(config, CANNOT_BUILD))
}
