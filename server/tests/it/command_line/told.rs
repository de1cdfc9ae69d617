//! An operator's mistake on each store: `check-config` names it, `/readyz` tells it from an outage, and one line of the log
//! says what to do.
#![cfg(unix)]

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use mongodb::bson::{Document, doc}; // slim: mongodb
use serde_json::Value;
use storage::fault::Mistake;
use test_servers::required; // slim: mongodb/postgres/redis
use test_servers::{Kind, own_with}; // slim: mongodb/redis

use crate::command_line::mistakes::block_on; // slim: mongodb/redis
use crate::command_line::mistakes::check_config; // slim: mongodb/postgres/redis
use crate::command_line::running::Running;
use crate::command_line::server;

/// A server with its log in a file of this directory.
fn start(directory: &Path, variables: &[(&str, &str)]) -> Running {
    Running::start_by(directory, variables, || {
        let mut command = server(directory);
        command.env("LOG_FORMAT", "json").stdout(File::create(directory.join("log")).unwrap());
        command
    })
}

/// What the log says of stores that need somebody to change something.
fn told(directory: &Path) -> Vec<Value> {
    let log = std::fs::read_to_string(directory.join("log")).unwrap();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["event"] == "sys_store_misconfigured").collect()
}

// slim: mongodb/redis
/// A server in front of a store with this mistake serves, is not ready, and says once what to do, however often it is
/// asked.
fn assert_told(variable: &str, url: &str, mistake: Mistake) {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[(variable, url)]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains(variable) && errors.contains(mistake.advice()), "{errors}");
    let running = start(directory.path(), &[(variable, url), ("STORE_TIMEOUT", "2s")]);
    for _ in 0..3 {
        assert_not_ready(&running);
    }
    assert_one_line(directory.path(), mistake);
}
// slim: end

fn assert_not_ready(running: &Running) {
    let answer = running.request("GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("cannot be used until somebody changes something"), "{answer}");
}

/// One for each store, at most.
fn assert_one_line(directory: &Path, mistake: Mistake) {
    // The log is written beside the requests.
    let begun = Instant::now();
    while told(directory).is_empty() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let told = told(directory);
    let mut stores: Vec<_> = told.iter().map(|line| line["store"].as_str().unwrap()).collect();
    assert!(!stores.is_empty(), "the log says nothing");
    assert!(told.iter().all(|line| line.to_string().contains(mistake.advice())), "{told:?}");
    stores.sort_unstable();
    let all = stores.len();
    stores.dedup();
    assert_eq!(all, stores.len(), "{told:?}");
}

// slim: redis
#[test]
fn of_keys_of_another_program_in_redis() {
    let Some(server) = required(test_servers::own(Kind::Redis)) else { return };
    let url = server.fresh_url();
    let client = redis::Client::open(url.as_str()).unwrap();
    block_on(async {
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let set = redis::cmd("SET").arg("sess:expiry").arg("not ours").to_owned();
        let () = set.query_async(&mut connection).await.unwrap();
    });
    assert_told("SESSION_STORE", &url, Mistake::Foreign);
}
// slim: end

// slim: redis
#[test]
fn of_missing_rights_in_redis() {
    let Some(server) = required(test_servers::own(Kind::Redis)) else { return };
    let url = server.fresh_url();
    let client = redis::Client::open(url.as_str()).unwrap();
    block_on(async {
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let words = ["SETUSER", "reader", "on", ">secret", "~*", "+@all", "-hset"];
        let () = redis::cmd("ACL").arg(&words).query_async(&mut connection).await.unwrap();
    });
    assert_told("SESSION_STORE", &url.replace("redis://", "redis://reader:secret@"), Mistake::Rights);
}
// slim: end

// slim: mongodb
#[test]
fn of_collections_of_another_program_in_mongodb() {
    let Some(server) = required(test_servers::mongodb()) else { return };
    let url = server.fresh_url();
    block_on(async {
        let database = mongodb::Client::with_uri_str(&url).await.unwrap().default_database().unwrap();
        let same = doc! { "email_key": "ada@example.com" };
        database.collection::<Document>("users").insert_many([&same, &same]).await.unwrap();
    });
    assert_told("DATABASE_URL", &url, Mistake::Foreign);
}
// slim: end

// slim: mongodb
/// The stand-in knows access control: users are made while it is off.
#[test]
fn of_missing_rights_in_mongodb() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("server.toml");
    let controlled = |on: bool| std::fs::write(&config, format!("[server]\nauth = {on}\n")).unwrap();
    controlled(false);
    let Some(server) = required(own_with(Kind::MongoDb, &["--config", config.to_str().unwrap()])) else {
        return;
    };
    let url = url::Url::parse(&server.fresh_url()).unwrap();
    let name = url.path().trim_start_matches('/');
    block_on(async {
        let client = mongodb::Client::with_uri_str(url.as_str()).await.unwrap();
        for (user, roles) in [("nobody", vec![]), ("app", vec![doc! { "role": "readWrite", "db": name }])] {
            let create = doc! { "createUser": user, "pwd": "secret", "roles": roles };
            client.database("admin").run_command(create).await.unwrap();
        }
    });
    server.stop();
    controlled(true);
    server.start();
    let url_of = |user: &str| {
        let mut url = url.clone();
        url.set_username(user).unwrap();
        url.set_password(Some("secret")).unwrap();
        url.query_pairs_mut().append_pair("authSource", "admin");
        url.to_string()
    };
    let (code, _, errors) = check_config(directory.path(), &[("DATABASE_URL", &url_of("app"))]);
    assert_eq!(code, 0, "{errors}");
    assert_told("DATABASE_URL", &url_of("nobody"), Mistake::Rights);
}
// slim: end

#[test]
fn of_a_file_that_is_replaced_under_the_running_program() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("test.db");
    let running = start(directory.path(), &[("DATABASE_URL", "sqlite://test.db")]);
    running.log_in();
    std::fs::rename(&file, directory.path().join("old.db")).unwrap();
    std::fs::write(&file, "").unwrap();
    for _ in 0..3 {
        assert_not_ready(&running);
    }
    assert_one_line(directory.path(), Mistake::Replaced);
}

// slim: postgres/redis
/// Whether `check-config` warns of a store, and says nothing worse.
fn is_warned_of(variable: &str, url: &str) -> bool {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, errors) = check_config(directory.path(), &[(variable, url)]);
    assert_eq!(code, 0, "{errors}");
    errors.lines().any(|line| line.starts_with(&format!("warning: {variable}")))
}
// slim: end

// slim: postgres
/// A server that keeps nothing on its disk: nothing stops, and `check-config` says what it may cost.
#[test]
fn of_a_postgres_that_may_forget_what_was_answered() {
    // Those of the tests trade durability for time.
    let Some(server) = required(test_servers::postgres()) else { return };
    assert!(is_warned_of("DATABASE_URL", &server.fresh_url()));
}
// slim: end

// slim: redis
#[test]
fn of_a_redis_that_may_forget_what_was_answered() {
    for (arguments, expected) in [(["--appendonly", "no"], true), (["--appendonly", "yes"], false)] {
        let Some(server) = required(own_with(Kind::Redis, &arguments)) else { return };
        assert_eq!(is_warned_of("SESSION_STORE", &server.fresh_url()), expected, "{arguments:?}");
    }
}
// slim: end
