//! The command line: what it accepts, not what it does.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use configuration::variables_help;
use domain::name::NAME;

/// The server and its commands.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "server", version, about = about(), after_long_help = variables_help())]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

fn about() -> String {
    format!("{NAME}: the server and its commands")
}

impl Cli {
    /// The given command; `Serve` by default.
    #[must_use]
    pub fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve)
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve the application (default)
    Serve,
    /// Build the browser bundle and stop
    Bundle {
        /// With optimised, compressed files under hashed names
        #[arg(long)]
        release: bool,
    },
    /// Look at stored sessions, or end them
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Print the effective configuration (secrets redacted) and what is wrong with it, the bundle and the
    /// stores, and stop
    CheckConfig,
    /// Copy the accounts, and the sessions if they are in a SQLite file too, while the server runs
    Backup {
        /// The new file; sessions of a file of their own go next to it, under its name with `.sessions`
        path: PathBuf,
    },
    /// Ask the server at SITE_ADDR whether it serves: exit code 0 or 1, after three seconds at most
    Healthcheck {
        /// Whether its stores can be used as well (/readyz)
        #[arg(long)]
        ready: bool,
    },
    /// Make the template yours: change the name of the product in the sources
    #[cfg(feature = "build-bundle")]
    Rename(NewName),
    /// Make the template smaller: take parts out of the sources that your product does without
    #[cfg(feature = "build-bundle")]
    Slim(Parts),
}

/// What the product is to be called.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct NewName {
    /// The name people see, like "Garden Diary"
    pub name: String,
    /// The name for machines; by default the words of the name in lower case, like garden-diary
    #[arg(long)]
    pub slug: Option<String>,
    /// Even where git could not take it back
    #[arg(long)]
    pub force: bool,
}

/// What is to go.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Parts {
    /// Names of parts; without any, they are listed with what each would remove
    #[arg(value_name = "PART")]
    pub names: Vec<String>,
    /// Even where git could not take it back
    #[arg(long)]
    pub force: bool,
}

/// Commands on the session store.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum SessionsCommand {
    /// Print how many sessions are live and signed in, live, and expired but not yet removed
    Stats,
    /// Remove expired sessions now
    Purge,
    /// Sign people out, at their next request
    Revoke(Whose),
}

/// Whose sessions: exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// Those of the account with this e-mail address
    #[arg(long, value_name = "EMAIL")]
    pub user: Option<String>,
    /// Every session, anonymous ones included
    #[arg(long)]
    pub all: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Cli::try_parse_from(format!("server {line}").split_whitespace()).map(Cli::command)
    }

    #[test]
    fn the_definition_is_consistent() {
        <Cli as CommandFactory>::command().debug_assert();
    }

    #[test]
    fn the_help_has_every_variable() {
        let help = <Cli as CommandFactory>::command().render_long_help().to_string();
        for name in ["SESSION_TTL=24h", "STORE_TIMEOUT", "LEPTOS_SITE_ADDR", "OAUTH_<NAME>_ISSUER"] {
            assert!(help.contains(name), "{name}: {help}");
        }
    }

    #[test]
    fn every_command_of_the_contract_is_understood() {
        let whose = |user: Option<&str>, all| {
            Command::Sessions(SessionsCommand::Revoke(Whose { user: user.map(str::to_owned), all }))
        };
        for (line, command) in [
            ("", Command::Serve),
            ("serve", Command::Serve),
            ("bundle", Command::Bundle { release: false }),
            ("bundle --release", Command::Bundle { release: true }),
            ("sessions stats", Command::Sessions(SessionsCommand::Stats)),
            ("sessions purge", Command::Sessions(SessionsCommand::Purge)),
            ("sessions revoke --user a@b.example", whose(Some("a@b.example"), false)),
            ("sessions revoke --all", whose(None, true)),
            ("check-config", Command::CheckConfig),
            ("backup copy.db", Command::Backup { path: "copy.db".into() }),
            ("healthcheck", Command::Healthcheck { ready: false }),
            ("healthcheck --ready", Command::Healthcheck { ready: true }),
        ] {
            assert_eq!(parse(line).expect(line), command);
        }
    }

    #[cfg(feature = "build-bundle")]
    #[test]
    fn with_the_sources_the_product_can_be_renamed() {
        let name = |slug: Option<&str>, force| {
            Command::Rename(NewName { name: "Notes".to_owned(), slug: slug.map(str::to_owned), force })
        };
        assert_eq!(parse("rename Notes").unwrap(), name(None, false));
        assert_eq!(parse("rename --force Notes --slug my-2").unwrap(), name(Some("my-2"), true));
    }

    #[cfg(feature = "build-bundle")]
    #[test]
    fn with_the_sources_parts_can_be_taken_out() {
        let parts = |names: &[&str], force| {
            Command::Slim(Parts { names: names.iter().map(|name| (*name).to_owned()).collect(), force })
        };
        assert_eq!(parse("slim").unwrap(), parts(&[], false));
        assert_eq!(parse("slim one two --force").unwrap(), parts(&["one", "two"], true));
    }

    #[test]
    fn everything_else_is_an_error() {
        for line in [
            "start",
            "serve now",
            "sessions",
            "sessions revoke",
            "sessions revoke --user",
            "sessions revoke --all --user a@b.example",
            "bundle --debug",
            "backup",
            "healthcheck http://127.0.0.1:3000",
            "rename",
            "rename Garden Diary",
        ] {
            assert_eq!(parse(line).expect_err(line).exit_code(), 2, "{line}");
        }
    }
}
