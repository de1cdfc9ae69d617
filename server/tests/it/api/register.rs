use http::StatusCode;

use crate::support::helpers::{PASSWORD, TestApp};

#[tokio::test]
async fn registering_signs_in() {
    let app = TestApp::spawn().await;
    let ann = app.browser();
    ann.register("Ann", "ann@example.com", PASSWORD).await.assert_redirect("/");
    let info = ann.info().await;
    assert_eq!(info["authenticated"], true);
    assert_eq!(info["user"]["display_name"], "Ann");
    assert_eq!(info["user"]["provider"], "password");
}

#[tokio::test]
async fn a_taken_address_is_a_field_error_whatever_its_case_or_unicode_form() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    for same in ["ann@example.com", "ANN@Example.COM", " ann@example.com ", "\u{ff41}nn@example.com"] {
        let answer = app.browser().register("Other", same, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{same}");
        assert!(answer.body.contains("already has an account"), "{same}");
        assert_eq!(answer.input("display_name").as_deref(), Some("Other"));
        assert_eq!(answer.input("password"), None, "a password never comes back");
    }
}

/// Firefox sends the first form of such a domain, Chromium the second.
#[tokio::test]
async fn an_address_is_one_account_in_both_forms_of_its_domain() {
    let forms = ["kim@bücher.example", "kim@xn--bcher-kva.example", "kim@BÜCHER.example"];
    for first in forms {
        let app = TestApp::spawn().await;
        app.browser().register("Kim", first, PASSWORD).await.assert_redirect("/");
        for second in forms {
            let answer = app.browser().register("Other", second, PASSWORD).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{first} {second}");
            assert!(answer.body.contains("already has an account"), "{first} {second}");
            let kim = app.browser();
            kim.log_in(second, PASSWORD).await.assert_redirect("/");
            assert_eq!(kim.info().await["user"]["display_name"], "Kim", "{first} {second}");
        }
    }
}

#[tokio::test]
async fn passwords_are_refused_by_the_policy_and_by_nothing_else() {
    let app = TestApp::spawn().await;
    let long = "x y".repeat(42) + "zz";
    for (i, good) in ["kwzq blue 9", "        ü", "пароль-длинный", long.as_str()].iter().enumerate()
    {
        let answer = app.browser().register("Ann", &format!("good{i}@example.com"), good).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{good}: {}", answer.body);
    }
    let too_long = "x".repeat(129);
    for bad in ["", "short", "1234567", "password", "PASSWORD1", "iloveyou", too_long.as_str()] {
        let answer = app.browser().json().register("Ann", "bad@example.com", bad).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(answer.json()["fields"]["password"].is_string(), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_password_is_never_trimmed() {
    let app = TestApp::spawn().await;
    app.browser().register("Ann", "ann@example.com", " spaces matter ").await.assert_redirect("/");
    assert_eq!(app.browser().log_in("ann@example.com", "spaces matter").await.status, 422);
    app.browser().log_in("ann@example.com", " spaces matter ").await.assert_redirect("/");
}

#[tokio::test]
async fn thirty_registrations_of_one_address_at_once_make_one_account() {
    let app = TestApp::spawn().await;
    let tries =
        (0..30).map(|_| async { app.browser().register("Ann", "ann@example.com", PASSWORD).await.status });
    let statuses = futures::future::join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1);
    assert_eq!(statuses.iter().filter(|status| status.as_u16() == 422).count(), 29);
}

#[tokio::test]
async fn somebody_signed_in_is_sent_on_from_register_and_login() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.get("/register").await.assert_redirect("/");
    ann.get("/login?return_to=/session").await.assert_redirect("/session");
}
