//! The names a person (and an assistive technology) finds.

use domain::name::NAME;
use scraper::{ElementRef, Html};

use super::{page, select, text};

/// Counts what a search by label finds, done as in browser tests: by part of the label, ignoring case.
fn labelled(page: &Html, wanted: &str) -> usize {
    let wanted = wanted.to_lowercase();
    let named = |name: &str| name.to_lowercase().contains(&wanted);
    let labels = select(page, "label, legend").into_iter().filter(|label| named(&text(*label))).count();
    let said =
        select(page, "[aria-label]").into_iter().filter(|e| e.attr("aria-label").is_some_and(named)).count();
    let by_heading = select(page, "[aria-labelledby]")
        .into_iter()
        .filter_map(|e| e.attr("aria-labelledby"))
        .filter(|id| named(&text(select(page, &format!("#{id}"))[0])))
        .count();
    labels + said + by_heading
}

fn count(elements: Vec<ElementRef<'_>>, wanted: &str) -> usize {
    elements.into_iter().filter(|element| text(*element) == wanted).count()
}

/// Asserts that each field, button and link is on the page exactly once.
fn assert_names(name: &str, fields: &[&str], buttons: &[&str], links: &[&str]) {
    let page = page(name);
    for field in fields {
        assert_eq!(labelled(&page, field), 1, "{name}: field {field}");
    }
    for button in buttons {
        assert_eq!(count(select(&page, "button"), button), 1, "{name}: button {button}");
    }
    for link in links {
        // By part of the name as well, so that nothing is ambiguous.
        let found = select(&page, "a").into_iter().filter(|a| text(*a).contains(link)).count();
        assert_eq!(found, 1, "{name}: link {link}");
    }
}

#[test]
fn every_page_offers_login_when_signed_out() {
    for name in ["home", "login", "register", "session-none", "not-found", "store-unavailable"] {
        assert_names(name, &[], &[], &[NAME, "Log in", "Create account"]);
    }
}

#[test]
fn every_page_offers_logout_when_signed_in() {
    for name in ["home-mine", "preferences", "session", "account", "confirm"] {
        assert_names(name, &[], &["Log out"], &[NAME, "Robin <b>", "Session"]);
    }
}

/// Password managers fill in and save by these words (ASVS 5.0 §6.2.7).
#[test]
fn password_managers_know_each_field() {
    for (name, fields) in [
        ("login", &[("email", "username"), ("password", "current-password")][..]),
        ("register", &[("email", "username"), ("password", "new-password")]),
        ("account", &[("current_password", "current-password"), ("new_password", "new-password")]),
        ("confirm", &[("current_password", "current-password")]),
    ] {
        let page = page(name);
        for (field, word) in fields {
            let input = select(&page, &format!("input[name={field}]"))[0];
            assert_eq!(input.attr("autocomplete"), Some(*word), "{name}: {field}");
            assert!(input.attr("readonly").is_none() && input.attr("onpaste").is_none(), "{name}: {field}");
        }
        let passwords = fields.iter().filter(|(_, word)| word.ends_with("password")).count();
        assert_eq!(select(&page, "input[type=password]").len(), passwords, "{name}");
    }
}

#[test]
fn login_and_register() {
    assert_names(
        "login",
        &["Email", "Password"],
        &["Log in"],
        &["Continue with Google", "Continue with Acme"],
    );
    assert_names(
        "login-demo",
        &["Email", "Password"],
        &["Log in", "Use a demo account"],
        &["Continue with Acme"],
    );
    assert_names("register", &["Name", "Email", "Password"], &["Create account"], &["Continue with Acme"]);
    assert_names("confirm", &["Current password"], &[], &["Continue with Acme"]);
    assert_names("link", &[], &[], &["Continue with Acme"]);
    assert_names("consent", &["Name", "Email"], &["Allow", "Deny"], &[]); // slim: demo-provider
}

#[test]
fn preferences() {
    let fields = [
        // slim: trainer
        "Units",
        "Goal",
        "Level",
        "Days per week",
        "Minutes per session",
        "Equipment",
        "Rest between sets",
        // slim: end
        "Theme",
    ];
    assert_names("preferences", &fields, &["Save preferences"], &[]);
}

// slim: trainer
#[test]
fn workout_and_history() {
    assert_names("workout", &[], &[], &[NAME, "Log in", "Create account"]);
    assert_names("history", &[], &["Log out"], &[NAME, "Robin <b>", "Session"]);
    assert_names("home", &[], &[], &["Start training"]);
    assert_names("home-mine", &[], &[], &["Continue"]);
    assert_names("workout", &[], &["Start training", "Start rest", "Finish workout"], &[]);
    assert_names("workout-open", &[], &["Start rest", "Finish workout", "Discard workout"], &[]);
    assert_names("review", &[], &["Finish without them", "Discard workout"], &["Back to the workout"]);
    assert_names("sheet", &["Day", "Start", "End"], &["Save workout"], &[]);
    assert_names("history", &[], &[], &["Export as CSV", "Older workouts"]);
    assert_names("history-workout", &[], &["Delete workout"], &["Edit workout"]);
    assert_names("history-edit", &["Day", "Start", "End"], &["Save changes"], &["Cancel"]);
    assert_names("history-delete", &[], &["Delete for good"], &["Cancel"]);
    let player = page("workout");
    assert_eq!(text(select(&player, "h1")[0]), "Full body A");
    assert_eq!(text(select(&player, "[role=timer]")[0]), "1:30");
    assert_eq!(count(select(&page("history"), "h1"), "History"), 1);
}
// slim: end

#[test]
fn session_and_account() {
    assert_names("session", &["Active sessions"], &["Log out other sessions", "Log out everywhere"], &[]);
    assert_eq!(count(select(&page("session"), "h1, h2, h3"), "Your session"), 1);
    assert_names(
        "account",
        &["Current password", "New password", "Type your e-mail address to delete"],
        &[
            "Change password",
            "Export my data",
            "Delete account",
            "Link Acme",
            "Unlink Google",
            "Mark as seen",
        ],
        &["1 new sign-in"],
    );
    assert_names(
        "account-demo",
        &["Current password", "New password"],
        &["Change password", "Delete account", "Link Acme"],
        &["Continue"],
    );
    let demo = page("account-demo");
    let shown: Vec<_> = select(&demo, "#demo-login ~ dl code").into_iter().map(text).collect();
    assert_eq!(shown, ["guest-k3m7p9q2@example.com", "abcd-efgh-jkmn-2345"]);
    let account = page("account");
    let headings =
        select(&account, "h1, h2, h3").into_iter().filter(|h| text(*h).contains("Account")).count();
    assert_eq!(headings, 1);
}
