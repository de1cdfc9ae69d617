//! Several processes start with one new database at once: each creates the schema, or finds it.
//!
//! The processes are this test program itself, started with the address of the database in [`ADDRESS`]; a
//! test that finds the variable set plays the part of one of them. File locks, advisory locks and unique
//! indexes behave differently between processes than within one.

use std::process::{Command, Output, Stdio};

use accounts::ports::UserCreated;

use crate::database::backends::{self, Bed, email, new_user};

/// Set in the processes that a test starts.
const ADDRESS: &str = "DATABASE_CONTRACT_URL";

/// How many start at once.
const PROCESSES: usize = 6;

/// Printed by the process that created the account.
const MADE: &str = "this process made the account";
/// Printed by the others.
const TAKEN: &str = "another process made the account";

/// What a started process does: it uses the database as if it had always existed.
async fn one_of_them(url: &str) {
    let database = backends::open(url).await;
    database.ping().await.unwrap();
    match database.create_user(new_user("ada@example.com")).await.unwrap() {
        UserCreated::Done(_) => println!("{MADE}"),
        UserCreated::EmailTaken => println!("{TAKEN}"),
        UserCreated::IdentityTaken => panic!("no identity was asked for"),
    }
}

/// Starts them all and waits for all.
fn run(test: &str, url: &str) -> Vec<Output> {
    let processes: Vec<_> = (0..PROCESSES)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", test, "--nocapture"])
                .env(ADDRESS, url)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    processes.into_iter().map(|process| process.wait_with_output().unwrap()).collect()
}

/// `test` is the name of the calling test; `bed` must not be opened before it is needed, because opening it
/// would create the schema.
pub(crate) async fn several_can_begin_at_once<B: Into<Option<Bed>>>(test: &str, bed: impl AsyncFn() -> B) {
    if let Ok(url) = std::env::var(ADDRESS) {
        return one_of_them(&url).await;
    }
    for _ in 0..3 {
        let Some(bed) = bed().await.into() else { return };
        let url = bed.url().to_owned();
        let name = test.to_owned();
        let outputs = tokio::task::spawn_blocking(move || run(&name, &url)).await.unwrap();
        let said = |words: &str| {
            outputs.iter().filter(|output| String::from_utf8_lossy(&output.stdout).contains(words)).count()
        };
        for output in &outputs {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!((said(MADE), said(TAKEN)), (1, PROCESSES - 1));
        let database = backends::open(bed.url()).await;
        assert!(database.user_by_email(&email("ada@example.com")).await.unwrap().is_some());
    }
}
