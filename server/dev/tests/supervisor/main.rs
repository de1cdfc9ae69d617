//! The program itself, with shell scripts in place of Cargo and the server.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod workspace;

use std::net::TcpListener;

use workspace::{Dev, Workspace};

#[test]
fn a_changed_style_sheet_neither_runs_cargo_nor_restarts_the_server() {
    let dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.workspace.write("style/main.css", "body { color: red }");
    dev.logs("message \"style\"", 1);
    assert_eq!((dev.count("build"), dev.count("bundle"), dev.count("serve with 1 socket")), (1, 2, 1));
}

#[test]
fn a_changed_source_makes_another_server() {
    let dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.workspace.write("server/src/main.rs", "// other");
    dev.logs("serve with 1 socket", 2);
    assert_eq!((dev.count("build"), dev.count("bundle"), dev.count("stopped")), (2, 1, 1));
    dev.workspace.write("app/src/lib.rs", "// other");
    dev.logs("serve with 1 socket", 3);
    assert_eq!((dev.count("build"), dev.count("bundle"), dev.count("stopped")), (3, 2, 2));
}

#[test]
fn a_build_that_fails_leaves_the_server_and_tells_it_why() {
    let dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.workspace.write("broken", "");
    dev.workspace.write("server/src/main.rs", "nonsense");
    dev.logs("message {\"error\":\"error: no such thing\\n\"}", 1);
    dev.says("error: no such thing");
    // Back to what is running: Cargo finds nothing to do, and nothing is restarted.
    dev.workspace.remove("broken");
    dev.workspace.write("fresh", "");
    dev.workspace.write("server/src/main.rs", "");
    dev.logs("message \"fixed\"", 1);
    assert_eq!((dev.count("serve with 1 socket"), dev.count("stopped")), (1, 0));
}

#[test]
fn what_failed_is_done_again_with_the_next_change() {
    let dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.workspace.write("broken", "");
    dev.workspace.write("app/src/lib.rs", "nonsense");
    dev.logs("message {\"error\"", 1);
    dev.workspace.remove("broken");
    dev.workspace.write("style/main.css", "body { color: red }");
    dev.logs("serve with 1 socket", 2);
    assert_eq!(dev.count("build"), 3);
}

#[test]
fn changes_during_a_build_make_one_more() {
    let dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.workspace.write("hold", "");
    dev.workspace.write("server/src/a.rs", "1");
    dev.logs("build", 2);
    for file in ["server/src/b.rs", "server/src/c.rs"] {
        dev.workspace.write(file, "1");
        dev.says(file);
    }
    dev.workspace.remove("hold");
    dev.logs("serve with 1 socket", 3);
    // Later than any build that came of the changes above.
    dev.workspace.write("style/main.css", "body { color: red }");
    dev.logs("message \"style\"", 1);
    assert_eq!(dev.count("build"), 3);
}

#[test]
fn a_signal_ends_the_server_and_the_build_under_way() {
    let mut dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.workspace.write("hold", "");
    dev.workspace.write("server/src/a.rs", "1");
    dev.logs("build", 2);
    dev.signal("TERM");
    assert!(dev.ended().success());
    dev.logs("stopped", 1);
    dev.logs("terminated", 1);
}

#[test]
fn not_even_killing_it_leaves_a_server_behind() {
    let mut dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.signal("KILL");
    dev.ended();
    dev.logs("stopped", 1);
}

#[test]
fn a_server_that_ends_by_itself_is_started_again_with_the_next_change() {
    let dev = Workspace::new().start();
    dev.logs("serve with 1 socket", 1);
    dev.workspace.write("crash", "");
    dev.workspace.write(".env", "NONSENSE=1");
    dev.says("the server has ended");
    dev.workspace.remove("crash");
    dev.workspace.write(".env", "");
    dev.logs("serve with 1 socket", 3);
    assert_eq!(dev.count("build"), 1);
}

#[test]
fn an_address_in_use_is_said_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Dev::command(&Workspace::new()).env("SITE_ADDR", &address).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), errors.lines().count()), (Some(1), 1), "{errors}");
    assert!(errors.contains(&address) && errors.contains("cargo dev"), "{errors}");
}
