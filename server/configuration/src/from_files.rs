//! Values that are in files: a variable with `_FILE` behind its name says in which one. That is how Docker, Kubernetes and
//! systemd hand secrets over, and keeps them out of the environment, which others may read (`docker inspect`, `/proc`).
//!
//! Only what may hold a secret has such a second name. Both set is an error: nobody should have to guess which one counts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use storage::redacted;

use super::errors::BadVariable;
use super::reader::unquoted;
use super::row::Row;
use super::{provider_rows, providers, table};

const SUFFIX: &str = "_FILE";

/// Besides client secrets of providers.
const ROWS: [&Row; 3] = [&table::DATABASE_URL, &table::SESSION_STORE, &table::SESSION_SECRETS];

/// Far more than any value has, in bytes.
const LONGEST: u64 = 64 * 1024;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct FromFiles {
    /// By the name of the setting: where its value was read.
    pub(super) sources: BTreeMap<String, PathBuf>,
    /// Settings whose value could not be read, which is an error already.
    pub(super) failed: Vec<String>,
}

/// The setting whose value is in the file that this variable names.
pub(super) fn setting_of(variable: &str) -> Option<&str> {
    let setting = variable.strip_suffix(SUFFIX)?;
    let is_client_secret =
        setting.ends_with(provider_rows::CLIENT_SECRET.name) && providers::is_setting(setting);
    (is_client_secret || ROWS.iter().any(|row| row.name == setting)).then_some(setting)
}

/// Puts the values in the place of the variables that name their files.
pub(super) fn resolve(vars: &mut BTreeMap<String, String>, errors: &mut Vec<BadVariable>) -> FromFiles {
    let named: Vec<(String, String)> =
        vars.keys().filter_map(|name| Some((name.clone(), setting_of(name)?.to_owned()))).collect();
    let mut found = FromFiles::default();
    for (variable, setting) in named {
        let path = vars.remove(&variable).unwrap_or_default();
        let path = Path::new(unquoted(&path));
        if path.as_os_str().is_empty() {
            continue;
        }
        let value = if vars.get(&setting).is_some_and(|value| !unquoted(value).is_empty()) {
            Err(format!("only one of {variable} and {setting}"))
        } else {
            read(path)
                .map_err(|error| format!("a file with one line of text, the value of {setting}; {error}"))
        };
        match value {
            Ok(value) => {
                vars.insert(setting.clone(), value);
                found.sources.insert(setting, path.to_owned());
            }
            Err(accepted) => {
                errors.push(BadVariable { name: variable, value: shown(path), accepted });
                found.failed.push(setting);
            }
        }
    }
    found
}

/// Without the end of its line.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let bytes = File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    let line = text.trim_end_matches(['\n', '\r']);
    let problem = if bytes as u64 > LONGEST {
        "it is too long"
    } else if unquoted(line).is_empty() {
        "it is empty"
    } else if line.contains('\n') {
        "it has several lines"
    } else {
        return Ok(line.to_owned());
    };
    Err(io::Error::new(io::ErrorKind::InvalidData, problem))
}

/// Of a path whose folder does not exist nothing: it is more likely the secret itself.
fn shown(path: &Path) -> String {
    let is_path = path.parent().is_some_and(|folder| folder.parent().is_some() && folder.is_dir());
    if is_path { redacted(SUFFIX, &path.to_string_lossy()) } else { "(not a path that exists)".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const SECRET: &str = "canary-Zk3v9Qx7Lm2Rt8Wp4Yb6Nc1Hd5Js0Fg";

    fn vars(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// What is left of the variables, and the errors as they are shown.
    fn resolved(pairs: &[(&str, &str)]) -> (BTreeMap<String, String>, FromFiles, String) {
        let (mut vars, mut errors) = (vars(pairs), Vec::new());
        let found = resolve(&mut vars, &mut errors);
        let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
        (vars, found, shown.join("\n"))
    }

    #[test]
    fn a_value_is_the_line_of_its_file() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join("secret");
        let shown = path.to_str().expect("UTF-8");
        for text in
            [SECRET.to_owned(), format!("{SECRET}\n"), format!("{SECRET}\r\n"), format!("{SECRET}\n\n")]
        {
            fs::write(&path, &text).expect("written");
            for setting in ["SESSION_SECRETS", "SESSION_STORE", "DATABASE_URL", "OAUTH_MY_CLUB_CLIENT_SECRET"]
            {
                let (vars, found, errors) = resolved(&[(&format!("{setting}_FILE"), shown), (setting, "")]);
                assert_eq!(errors, "", "{text:?}");
                assert_eq!(vars, self::vars(&[(setting, SECRET)]));
                assert_eq!(found.sources, BTreeMap::from([(setting.to_owned(), path.clone())]));
            }
        }
    }

    #[test]
    fn only_what_may_be_secret_has_a_second_name() {
        for other in
            ["SITE_ADDR_FILE", "SESSION_TTL_FILE", "OAUTH_X_CLIENT_ID_FILE", "OAUTH_FILE", "_FILE", "FILE"]
        {
            let (vars, found, errors) = resolved(&[(other, "/nowhere")]);
            assert_eq!((vars.len(), found.sources.len(), errors.as_str()), (1, 0, ""), "{other}");
        }
    }

    #[test]
    fn a_value_and_a_file_is_an_error_that_names_both() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join("secret");
        fs::write(&path, SECRET).expect("written");
        let both = [("SESSION_SECRETS_FILE", path.to_str().expect("UTF-8")), ("SESSION_SECRETS", SECRET)];
        let (_, found, errors) = resolved(&both);
        assert!(errors.contains("only one of SESSION_SECRETS_FILE and SESSION_SECRETS"), "{errors}");
        assert!(!errors.contains("canary"), "{errors}");
        assert_eq!(found.failed, ["SESSION_SECRETS"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_nothing_of_it_shown() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).expect("written");
            path.to_str().expect("UTF-8").to_owned()
        };
        for (path, problem) in [
            (file("empty", b""), "it is empty"),
            (file("blank", b" \n"), "it is empty"),
            (file("two", b"canary\ncanary\n"), "it has several lines"),
            (file("bytes", b"canary\xff\n"), "UTF-8"),
            (file("long", "canary".repeat(20_000).as_bytes()), "it is too long"),
            (dir.path().to_str().expect("UTF-8").to_owned(), "directory"),
            (dir.path().join("none").to_str().expect("UTF-8").to_owned(), "No such file"),
        ] {
            let (vars, found, errors) = resolved(&[("DATABASE_URL_FILE", &path)]);
            assert!(errors.contains(problem) && errors.contains(&path), "{path}: {errors}");
            assert!(!errors.contains("canary") && vars.is_empty(), "{errors}");
            assert_eq!(found.failed, ["DATABASE_URL"]);
        }
    }

    #[test]
    fn a_secret_in_the_place_of_a_path_is_not_shown() {
        for mistaken in [SECRET, "store://me:canary@db/x", "/canary", "a/canary"] {
            for name in ["DATABASE_URL_FILE", "SESSION_SECRETS_FILE"] {
                let (_, _, errors) = resolved(&[(name, mistaken)]);
                assert!(errors.contains(name) && !errors.contains("canary"), "{errors}");
            }
        }
    }
}
