//! The published session stores of `tower-sessions`, run by their own program: `server/baseline`, which cannot be
//! linked with the server.

use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Builds it (a few minutes the first time), runs so many interleavings on each store and hands back what it
/// printed: rows of the table and, below an empty line, what each store breaks.
pub(crate) fn run(rounds: u32) -> String {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline");
    let mut command = test_servers::cargo();
    command
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target_directory().join("baseline"))
        .env("STORE_INTERLEAVINGS", rounds.to_string())
        .stderr(Stdio::inherit());
    for (name, server) in [
        ("POSTGRES", test_servers::postgres()),
        ("REDIS", test_servers::redis()),
        ("MONGODB", test_servers::mongodb()),
    ] {
        if let Some(server) = test_servers::required(server) {
            command.env(format!("BASELINE_{name}_URL"), server.fresh_url());
            command.env(format!("BASELINE_{name}_PRODUCT"), server.product());
        }
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "the baseline ended with {}:\n{printed}", output.status);
    printed
}

/// The workspace's, so that `cargo clean` finds it, but a room of its own: the two builds share nothing.
fn target_directory() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(usual, PathBuf::from)
}

/// Every published store has its line, whatever it says; and the contract can tell them from ours: the fault all
/// of this began with is found.
#[test]
fn every_published_store_is_examined_and_found_wanting() {
    const STORES: [&str; 8] = [
        "tower-sessions-memory-store 0.15",
        "tower-sessions-moka-store 0.15",
        "tower-sessions-sqlx-store 0.15, SQLite",
        "tower-sessions-core 0.14, CachingSessionStore (moka, SQLite)",
        "tower-sessions-sqlx-store 0.15, PostgreSQL",
        "tower-sessions-sqlx-store 0.15, MySQL",
        "tower-sessions-redis-store 0.16",
        "tower-sessions-mongodb-store 0.11",
    ];
    let printed = run(100);
    for store in STORES {
        let row = printed.lines().find(|line| line.starts_with(&format!("| {store} |")));
        let row = row.unwrap_or_else(|| panic!("no row for {store}:\n{printed}"));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 12, "{row}");
        if cells[2] == "no server here" {
            continue;
        }
        // Broken, not offered, interleavings, resurrections.
        let complete = cells[4..8].iter().all(|cell| cell.parse::<u32>().is_ok());
        assert!(complete, "not examined to the end: {row}");
        assert_eq!(cells[6], "100", "interleavings: {row}");
    }
    let resurrecting = printed.lines().filter(|line| {
        line.starts_with("- **") && line.contains("`save_does_not_resurrect_a_deleted_session`")
    });
    assert!(resurrecting.count() > 0, "{printed}");
}
