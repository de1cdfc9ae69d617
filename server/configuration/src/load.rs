//! Where variables come from: the process environment and, in development, the file `.env`.
//!
//! The environment takes precedence. `.env` is only read from the working directory (in a parent directory it
//! would belong to another project), and only if `APP_ENV` in the environment is unset or `development`: a
//! file forgotten on a server must have no effect. The file cannot select another environment either, since
//! it would then have to be ignored: `APP_ENV=production` in the file is an error that says where to set it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use super::environment::{AppEnv, LogFormat};
use super::errors::{BadVariable, ConfigErrors};
use super::from_files::{self, FromFiles};
use super::reader::{CARGO, DEV_RELOAD, Reader, unquoted};
use super::row::Row;
use super::{Config, providers, table, variables};

const FILE: &str = ".env";

impl Config {
    /// Reads the process environment and, in development, `.env` in the working directory.
    ///
    /// # Errors
    /// All invalid variables together, and the parts of `.env` that cannot be read.
    pub fn load() -> Result<Self, ConfigErrors> {
        Self::load_from(std::env::vars_os(), Path::new(FILE))
    }

    /// The format of the log, whatever else is wrong: for the error of a start that fails.
    #[must_use]
    pub fn log_format_at_start() -> LogFormat {
        log_format(&gather(std::env::vars_os(), Path::new(FILE), &mut Vec::new()))
    }

    fn load_from(
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        file: &Path,
    ) -> Result<Self, ConfigErrors> {
        let mut errors = Vec::new();
        let mut vars = gather(environment, file, &mut errors);
        let FromFiles { sources, failed } = from_files::resolve(&mut vars, &mut errors);
        match Self::from_vars(&vars) {
            Ok(config) if errors.is_empty() => Ok(Self { files: sources, ..config }),
            Ok(_) => Err(ConfigErrors(errors)),
            Err(ConfigErrors(more)) => {
                // What is missing because its file could not be read is told already.
                errors.extend(more.into_iter().filter(|error| !failed.contains(&error.name)));
                Err(ConfigErrors(errors))
            }
        }
    }
}

/// Those of the environment and, in development, of the file.
fn gather(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    file: &Path,
    errors: &mut Vec<BadVariable>,
) -> BTreeMap<String, String> {
    let mut vars = unicode(environment, errors);
    let env = vars.get("APP_ENV").map_or("", |value| unquoted(value));
    if env.is_empty() || env == "development" {
        for (name, value) in read_file(file, errors) {
            // An empty variable in the environment also takes precedence, so that it can disable one in
            // the file.
            vars.entry(name).or_insert(value);
        }
    }
    vars
}

/// That of `LOG_FORMAT`, or the default of `APP_ENV`, as far as they can be read.
fn log_format(vars: &BTreeMap<String, String>) -> LogFormat {
    let reader = &mut Reader::new(vars);
    reader.env = reader.value(&table::APP_ENV, AppEnv::parse);
    variables::log_format(reader)
}

fn is_ours(name: &str) -> bool {
    providers::is_setting(name)
        || from_files::setting_of(name).is_some()
        || table::rows().flat_map(Row::names).any(|known| known == name)
}

/// Variables of other programs may contain arbitrary bytes.
fn unicode(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    errors: &mut Vec<BadVariable>,
) -> BTreeMap<String, String> {
    let mut vars = BTreeMap::new();
    for (name, value) in environment {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => {
                vars.insert(name, value);
            }
            Err(_) if is_ours(&name) => {
                errors.push(BadVariable::new(&name, "(not shown)", "text in UTF-8"));
            }
            Err(_) => {}
        }
    }
    vars
}

/// The variables in the file; none if the file does not exist. For a line that cannot be parsed only the line
/// number is shown: the rest may be a secret.
fn read_file(file: &Path, errors: &mut Vec<BadVariable>) -> Vec<(String, String)> {
    let shown = file.display().to_string();
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            errors.push(BadVariable::new(&shown, "(unreadable)", format!("a readable text file; {error}")));
            return Vec::new();
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut vars = Vec::new();
    for item in dotenvy::from_read_iter(text.as_bytes()) {
        match item {
            // Set only by cargo and `cargo dev`.
            Ok((name, _)) if matches!(name.as_str(), CARGO | DEV_RELOAD) => {}
            Ok((name, value)) if name == "APP_ENV" && !matches!(value.trim(), "" | "development") => {
                let accepted =
                    format!("development in {shown}, which is read in no other; set it in the environment");
                errors.push(BadVariable::new("APP_ENV", &value, accepted));
            }
            Ok(var) => vars.push(var),
            Err(dotenvy::Error::LineParse(line, _)) => {
                // The error contains the line, or the part of it from the value onwards.
                let rest = line.lines().next().unwrap_or_default().trim();
                let index = text.lines().position(|line| line.trim().ends_with(rest));
                let place = index.map_or("(a line)".to_owned(), |index| format!("(line {})", index + 1));
                let accepted = "lines like NAME=value, NAME='any value with spaces or $' or # a comment";
                errors.push(BadVariable::new(&shown, &place, accepted));
            }
            Err(_) => errors.push(BadVariable::new(&shown, "(unreadable)", "a readable text file")),
        }
    }
    vars
}

#[cfg(test)]
mod tests {
    use std::fs;

    use storage::redacted;

    use super::*;

    const ONLINE: [(&str, &str); 3] = [
        ("APP_ENV", "production"),
        ("PUBLIC_URL", "https://train.example"),
        ("SESSION_SECRETS", "Zk3v9Qx7Lm2Rt8Wp4Yb6Nc1Hd5Js0FgUe"),
    ];

    /// Uncomments a setting of the example file if it shows the default.
    fn uncomment(line: &str) -> Option<String> {
        let setting = line.strip_prefix("# ")?;
        let (name, _) = setting.split_once('=')?;
        let ours = table::rows().any(|row| row.name == name)
            && !["ADMIN_ADDR", "OTEL_EXPORTER_OTLP_ENDPOINT"].contains(&name);
        ours.then(|| format!("{setting}\n"))
    }

    /// Loads with this `.env` content in a temporary directory.
    fn load(environment: &[(&str, &str)], file: Option<&str>) -> Result<Config, String> {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join(".env");
        if let Some(text) = file {
            fs::write(&path, text).expect("written");
        }
        let environment =
            environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Config::load_from(environment, &path).map_err(|errors| errors.to_string())
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = "\u{feff}# ours\nLOG_FORMAT=json\nTRUST_PROXY=2\nexport RUST_LOG='warn'\nADMIN_ADDR=127.0.0.1:9\n\
                CARGO=x\nDEV_RELOAD=1\nLOG_FORMAT=pretty\n";
        let config = load(&[("TRUST_PROXY", "1"), ("ADMIN_ADDR", "")], Some(file)).expect("good");
        assert_eq!((config.trust_proxy, config.log_format, config.admin_addr), (1, LogFormat::Json, None));
        assert_eq!(config.log_filter, "warn");
        assert!(!config.started_by_cargo && !config.live_reload);
        assert!(load(&[], None).is_ok(), "no file is no error");
    }

    #[test]
    fn the_file_takes_part_in_development_alone() {
        let file = Some("TRUST_PROXY=nonsense\n");
        assert!(load(&ONLINE, file).is_ok());
        assert!(load(&[("APP_ENV", "demo"), ONLINE[1], ONLINE[2]], file).is_ok());
        for env in [&[][..], &[("APP_ENV", "")], &[("APP_ENV", "development")]] {
            assert!(load(env, file).expect_err("read").contains("TRUST_PROXY=nonsense"));
        }
        assert!(
            load(&[], Some("APP_ENV=development\nTRUST_PROXY=3")).is_ok_and(|config| config.trust_proxy == 3)
        );
        let error = load(&[], Some("APP_ENV=production\n")).expect_err("refused");
        assert!(
            error.contains("APP_ENV=production; accepted: development in ") && error.contains("environment"),
            "{error}"
        );
    }

    #[test]
    fn the_format_of_the_log_is_known_whatever_else_is_wrong() {
        let format = |pairs: &[(&str, &str)]| {
            log_format(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(format(&[("APP_ENV", "production"), ("SESSION_TTL", "soon")]), LogFormat::Json);
        assert_eq!(format(&[("APP_ENV", "production"), ("LOG_FORMAT", "pretty")]), LogFormat::Pretty);
        assert_eq!(format(&[("APP_ENV", "staging"), ("LOG_FORMAT", "json")]), LogFormat::Json);
        assert_eq!(format(&[("APP_ENV", "production"), ("LOG_FORMAT", "xml")]), LogFormat::Json);
        assert_eq!(format(&[("APP_ENV", "demo")]), LogFormat::Pretty);
    }

    #[test]
    fn what_cannot_be_read_of_the_file_is_named_but_not_shown() {
        let error =
            load(&[], Some("# ours\n\nSESSION_SECRETS = canary canary\nTRUST_PROXY=99\n")).expect_err("bad");
        assert!(error.contains(".env=(line 3); accepted: lines like NAME=value"), "{error}");
        assert!(error.contains("TRUST_PROXY=99") && !error.contains("canary"), "{error}");
    }

    #[test]
    fn secrets_can_come_from_files_and_it_is_told_from_which() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::write(&path, text).expect("written");
            path.to_str().expect("UTF-8").to_owned()
        };
        let secrets = file("secrets", &format!("{}\n", ONLINE[2].1));
        let database = file("database", "sqlite://club.db\n");
        let club = file("club", "canary\n");
        let set = [
            ONLINE[0],
            ONLINE[1],
            ("SESSION_SECRETS_FILE", &secrets),
            ("DATABASE_URL_FILE", &database),
            ("OAUTH_CLUB_ISSUER", "https://club.example"),
            ("OAUTH_CLUB_CLIENT_ID", "us"),
            ("OAUTH_CLUB_CLIENT_SECRET_FILE", &club),
        ];
        let config = load(&set, None).expect("good");
        assert_eq!(config.session.secrets[0].expose(), ONLINE[2].1.as_bytes());
        assert_eq!(config.providers[0].client_secret, "canary");
        let told = config.describe();
        for line in [
            format!("DATABASE_URL=sqlite://club.db  (from {database})\n"),
            format!("SESSION_SECRETS=(redacted, 1 secret)  (from {secrets})\n"),
            format!("OAUTH_CLUB_CLIENT_SECRET=(redacted)  (from {club})\n"),
        ] {
            assert!(told.contains(&line), "{line}{told}");
        }
        assert!(!told.contains("canary") && !told.contains(ONLINE[2].1), "{told}");
        assert!(config.warnings.iter().all(|warning| !warning.contains("_FILE")), "{:?}", config.warnings);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_one_error() {
        let set = [ONLINE[0], ONLINE[1], ("SESSION_SECRETS_FILE", "/nonexistent/secrets")];
        let error = load(&set, None).expect_err("bad");
        assert!(error.starts_with("the configuration has an error:\n  SESSION_SECRETS_FILE="), "{error}");
        let twice = [ONLINE[0], ONLINE[1], ONLINE[2], ("SESSION_SECRETS_FILE", "/nonexistent/secrets")];
        let error = load(&twice, None).expect_err("bad");
        assert!(error.contains("only one of") && !error.contains(ONLINE[2].1), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn only_our_own_variables_must_be_text() {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = || OsString::from_vec(vec![b'a', 0xff]);
        let no_file = Path::new("/nonexistent/.env");
        assert!(
            Config::load_from(
                [
                    ("LS_COLORS".into(), bytes()),
                    ("OAUTH_PROXY_SERVICE_HOST".into(), bytes()),
                    ("SESSION_MANAGER".into(), bytes()),
                    (bytes(), bytes())
                ],
                no_file
            )
            .is_ok()
        );
        for name in table::rows().flat_map(Row::names).chain(["OAUTH_GOOGLE_CLIENT_ID", "DATABASE_URL_FILE"])
        {
            let error = Config::load_from([(name.into(), bytes())], no_file).expect_err("ours").to_string();
            let shown = if redacted(name, "x") == "x" { "(not shown)" } else { "(redacted)" };
            assert!(error.contains(&format!("{name}={shown}; accepted: text in UTF-8")), "{error}");
        }
    }

    #[test]
    fn the_example_file_shows_every_variable_and_every_default() {
        let example = include_str!("../../../.env.example");
        for row in table::rows() {
            assert!(example.contains(&format!("\n# {}=", row.name)), "{}", row.name);
        }
        assert!(example.lines().all(|line| line.is_empty() || line.starts_with('#')), "nothing is set in it");

        let settings: String = example.lines().filter_map(uncomment).collect();
        let shown = load(&[], Some(&settings)).expect("good");
        let default = load(&[], None).expect("good");
        let values = |config: &Config| config.describe().replace("  (default)", "");
        let secrets = |line: &&str| !line.starts_with("SESSION_SECRETS=");
        assert!(
            values(&shown).lines().filter(secrets).eq(values(&default).lines().filter(secrets)),
            "{shown:?}"
        );
        assert!(shown.session.secrets[0].is_placeholder(), "production refuses the secret of the example");
    }
}
