//! A bug that panics costs one answer.

use crate::support::helpers::{PASSWORD, Setup, preferences};
use crate::support::watched::Watch;

#[tokio::test]
async fn a_panic_costs_one_answer_and_nobody_else_anything() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let cookie = ann.session_cookie();
    let token = ann.csrf_token().await.unwrap();
    let mut fields = preferences(&[("theme", "dark")]);
    fields.push(("csrf_token", &token));
    // Before anything is known of the request, and while it changes its session.
    for operation in ["load", "save"] {
        for browser in [ann.copy(), ann.json()] {
            watch.panic_at(operation);
            let answer = browser.post_bare("/api/preferences", &fields).await;
            assert_eq!(answer.status, 503, "{operation}: {}", answer.body);
            // By which it is found in the log: eight digits.
            let reference = match serde_json::from_str::<serde_json::Value>(&answer.body) {
                Ok(json) => json["reference"].to_string(),
                Err(_) => {
                    answer.body.split("the reference ").nth(1).unwrap_or_default().chars().take(8).collect()
                }
            };
            assert!(reference.len() == 8 && reference.parse::<u32>().is_ok(), "{operation}: {}", answer.body);
            assert!(answer.set_cookies().is_empty());
            assert!(!answer.body.contains("says the test"), "{}", answer.body);
            assert!(
                !answer.header("x-request-id").is_empty()
                    && !answer.header("content-security-policy").is_empty()
            );
        }
    }
    // Neither the session nor what is locked for its changes is left in disorder.
    ann.post_bare("/api/preferences", &fields).await.assert_redirect("/preferences?saved=true");
    assert_eq!(ann.session_cookie(), cookie);
    app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}
