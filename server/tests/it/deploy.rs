//! The files for deployment, as text: what they say about the program is true of it. Whether those who read them
//! understand them is not known here; `server/deploy/README.md` says how that was checked.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use clap::Parser as _;
use web::cli::{Cli, Command};

const DOCKERFILE: &str = "Dockerfile";
const COMPOSE: &str = "server/deploy/compose.prod.yaml"; // slim: postgres
const CADDYFILE: &str = "server/deploy/Caddyfile";
const UNIT: &str = "server/deploy/server.service";
const FLY: &str = "server/deploy/fly.toml"; // slim: postgres
const KUBERNETES: &str = "server/deploy/kubernetes.yaml"; // slim: postgres
// A line for each: a mark is for its whole line.
#[rustfmt::skip]
const ALL: &[&str] = &[
    DOCKERFILE,
    CADDYFILE,
    UNIT,
    COMPOSE, // slim: postgres
    FLY, // slim: postgres
    KUBERNETES, // slim: postgres
];

/// In capitals and with an underscore, but no variables of ours.
const OTHERS: &[&str] = &[
    // slim: postgres
    // PostgreSQL's image.
    "POSTGRES_DB",
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    // slim: end
    // Capabilities and address families.
    "AF_INET",
    "AF_INET6",
    "AF_UNIX",
    "NET_BIND_SERVICE",
    // slim: postgres
    // What the file for Kubernetes keeps away.
    "OAUTH_PROXY_SERVICE_HOST",
    // slim: end
];

/// Where each says on which port the server listens.
const PORTS: &[(&str, &str)] = &[
    (CADDYFILE, "server-a:3000 server-b:3000"),
    (FLY, "internal_port = 3000"),       // slim: postgres
    (KUBERNETES, "containerPort: 3000"), // slim: postgres
];

/// What each asks for the health of the server.
const CHECKED: &[(&str, &str)] = &[
    (CADDYFILE, "/readyz"),
    (FLY, "/readyz"),         // slim: postgres
    (KUBERNETES, "/readyz"),  // slim: postgres
    (KUBERNETES, "/healthz"), // slim: postgres
];

/// Where each says how long it waits for a server that stops.
const WAITS: &[(&str, &str)] = &[
    (UNIT, "TimeoutStopSec="),
    (COMPOSE, "stop_grace_period: "),                // slim: postgres
    (FLY, "kill_timeout = "),                        // slim: postgres
    (KUBERNETES, "terminationGracePeriodSeconds: "), // slim: postgres
];

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What follows this on each line that begins with it; blanks in front do not count.
fn values<'a>(text: &'a str, begin: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.trim_start().strip_prefix(begin)).map(str::trim).collect()
}

fn value<'a>(text: &'a str, begin: &str) -> &'a str {
    values(text, begin).first().copied().unwrap_or_else(|| panic!("no line begins with {begin}"))
}

#[test]
fn every_variable_is_one_that_the_server_reads() {
    let help = configuration::variables_help().to_string();
    let names = |text: &str| {
        text.split(|c: char| !matches!(c, 'A'..='Z' | '0'..='9' | '_'))
            .filter(|word| word.contains('_') && word.starts_with(|c: char| c.is_ascii_uppercase()))
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let known = names(&help);
    assert!(known.contains("SESSION_SECRETS"));
    for &file in ALL {
        for name in names(&read(file)) {
            let is_known = known.contains(&name) || OTHERS.contains(&name.as_str());
            assert!(is_known, "{file}: the server does not read {name}");
        }
    }
}

/// Whatever has to be set is set, or asked for; no secret has a default.
#[test]
fn each_has_what_production_requires() {
    for &file in &ALL[2..] {
        let text = read(file);
        for name in ["PUBLIC_URL", "SESSION_SECRETS", "DATABASE_URL", "TRUST_PROXY"] {
            assert!(text.contains(name), "{file}: {name}");
        }
    }
    assert!(read(DOCKERFILE).contains("ENV APP_ENV=production"));
    assert!(read(UNIT).contains("APP_ENV=production"));
    // slim: postgres
    let compose = read(COMPOSE);
    for (at, _) in compose.match_indices("${") {
        let (expression, _) = compose[at..].split_once('}').unwrap();
        assert!(expression.ends_with(":?"), "{expression}}}: without it, nothing starts");
    }
    // slim: end
}

#[test]
fn the_commands_are_those_of_the_program() {
    let mut found = BTreeSet::new();
    for &file in ALL {
        for line in read(file).lines().filter(|line| !line.trim_start().starts_with('#')) {
            // A list in JSON, or a line as in a shell.
            let list = line.find('[').and_then(|at| serde_json::from_str::<Vec<String>>(&line[at..]).ok());
            let words = match (list, line.strip_prefix("ExecStart")) {
                (Some(list), _) => list,
                (None, Some(line)) => line.split(['=', ' ']).map(str::to_owned).collect(),
                (None, None) => continue,
            };
            let Some(program) = words.iter().position(|word| word.ends_with("/server")) else { continue };
            let cli =
                Cli::try_parse_from(&words[program..]).unwrap_or_else(|error| panic!("{file}: {error}"));
            found.insert(format!("{:?}", cli.command()));
        }
    }
    let expected = [
        Command::Serve,
        Command::CheckConfig,
        Command::Healthcheck { ready: false },
        Command::Healthcheck { ready: true }, // slim: postgres
    ];
    assert_eq!(found, expected.iter().map(|command| format!("{command:?}")).collect());
}

#[test]
fn the_image_has_all_sources_and_the_compiler_of_the_workspace() {
    let (dockerfile, context) = (read(DOCKERFILE), read(".dockerignore"));
    let toolchain = read("rust-toolchain.toml");
    let channel = value(&toolchain, "channel = ").trim_matches('"').to_owned();
    assert_eq!(value(&dockerfile, "ARG RUST="), channel);
    let workspace = read("Cargo.toml");
    let (_, members) = workspace.split_once("members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    let members: String =
        members.lines().map(|line| line.split_once('#').map_or(line, |(members, _)| members)).collect();
    let members = members.split(',').map(|member| member.trim().trim_matches('"'));
    let members: Vec<&str> = members.filter(|member| !member.is_empty()).collect();
    for member in &members {
        let names_tests = read(&format!("{member}/Cargo.toml")).contains("[[test]]");
        let are_left_out = context.lines().any(|line| line == format!("{member}/tests"));
        assert!(!(names_tests && are_left_out), "cargo looks for {member}/tests");
    }
    let folders = members.into_iter().map(|member| match member {
        // The package of the root itself.
        "." => "src",
        member => member.split('/').next().unwrap(),
    });
    let needed: BTreeSet<&str> = folders.chain(["public", "style"]).collect();
    assert!(needed.contains("server") && needed.len() > 5, "{needed:?}");
    for folder in needed {
        assert!(values(&dockerfile, "COPY ").contains(&&*format!("{folder} {folder}")), "COPY {folder}");
        let is_sent = context.lines().any(|line| line.trim_end_matches("/src") == format!("!{folder}"));
        assert!(is_sent, "{folder} in .dockerignore");
    }
}

#[test]
fn nobody_is_root_and_everybody_can_be_reached() {
    let dockerfile = read(DOCKERFILE);
    let (user, _) = values(&dockerfile, "USER ").last().unwrap().split_once(':').unwrap();
    assert!(user.parse::<u32>().unwrap() > 0, "by number, for `runAsNonRoot`");
    assert!(values(&dockerfile, "FROM ").last().unwrap().ends_with(":nonroot"));
    assert_eq!(value(&dockerfile, "EXPOSE "), "3000");
    assert!(dockerfile.contains("SITE_ADDR=0.0.0.0:3000"));
    for (file, port) in PORTS {
        assert!(read(file).contains(port), "{file}");
    }
    for (file, path) in CHECKED {
        assert!(read(file).contains(path), "{file}: {path}");
    }
}

/// Killed earlier, the server would break off requests that it has promised to finish.
#[test]
fn each_waits_longer_than_the_server_takes_to_stop() {
    for (file, begin) in WAITS {
        let text = read(file);
        let seconds = value(&text, begin).trim_matches('"').trim_end_matches('s').parse().unwrap();
        assert!(Duration::from_secs(seconds) > web::startup::DRAIN, "{file}: {seconds} s");
    }
}

/// Where a platform can hand a secret over as a file, it does: `DATABASE_URL` has a password in it, unless it is a path.
#[test]
fn secrets_are_files_where_the_platform_has_them() {
    let unit = read(UNIT);
    let credential = value(&unit, "LoadCredential=").split_once(':').unwrap().0;
    assert_eq!(value(&unit, "Environment=SESSION_SECRETS_FILE="), format!("%d/{credential}"));
    assert!(!unit.contains("SESSION_SECRETS="));
    // slim: postgres
    let kubernetes = read(KUBERNETES);
    assert!(!kubernetes.contains("secretRef"));
    let mount = value(&kubernetes, "- {name: secrets, mountPath: ").trim_end_matches(", readOnly: true}");
    for name in ["DATABASE_URL", "SESSION_SECRETS"] {
        assert!(kubernetes.contains(&format!("--from-literal={name}=")), "{name}");
        let file = format!("- {{name: {name}_FILE, value: {mount}/{name}}}");
        assert!(kubernetes.contains(&file), "{file}");
    }
    // slim: end
}
