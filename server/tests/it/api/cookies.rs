use serde_json::Value;

use crate::support::helpers::{Answer, PASSWORD, Setup, TestApp, shared_by_instances};

const OLD: &str = "an old secret of more than thirty-two bytes";
const NEW: &str = "a new secret of more than thirty-two bytes!";

#[tokio::test]
async fn the_cookie_has_the_attributes_the_session_page_tells() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let cookie = visitor.save_preferences(&[]).await.session_cookie().unwrap();
    assert_eq!(cookie.name(), "sessionId");
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax));
    assert_eq!(cookie.path(), Some("/"));
    assert_eq!(cookie.max_age(), Some(time::Duration::hours(24)));
    assert_ne!(cookie.secure(), Some(true), "http in development");
    let page = visitor.get("/session").await;
    for word in ["sessionId", "HttpOnly", "SameSite", "Lax", "24 hours"] {
        assert!(page.body.contains(word), "{word}");
    }
}

#[tokio::test]
async fn name_samesite_and_lifetime_can_be_chosen() {
    let app = Setup::default()
        .var("SESSION_COOKIE_NAME", "app_sessionId")
        .var("SESSION_COOKIE_SAMESITE", "strict")
        .var("SESSION_TTL", "2h")
        .spawn()
        .await;
    let cookie = app.browser().save_preferences(&[]).await.session_cookie().unwrap();
    assert_eq!(cookie.name(), "app_sessionId");
    assert_eq!(cookie.same_site(), Some(cookie::SameSite::Strict));
    assert_eq!(cookie.max_age(), Some(time::Duration::hours(2)));
}

/// Two servers on the same stores: before and after a change of secrets. `None` if the stores cannot be
/// shared.
async fn pair(second: &str) -> Option<(TestApp, TestApp)> {
    let before = shared_by_instances()?.var("SESSION_SECRETS", OLD).spawn().await;
    let after = Setup::default().on(&before.urls).var("SESSION_SECRETS", second).spawn().await;
    Some((before, after))
}

#[tokio::test]
async fn rotating_secrets_logs_nobody_out() {
    let Some((before, after)) = pair(&format!("{NEW},{OLD}")).await else { return };
    let ann = before.registered("ann@example.com").await;
    let moved = after.browser();
    moved.set_cookie("sessionId", &ann.session_cookie().unwrap());
    let first = moved.get("/account").await;
    assert_eq!(first.status, 200);
    assert!(first.session_cookie().is_some(), "signed again, with the newest secret");
    assert!(moved.get("/account").await.session_cookie().is_none(), "once is enough");
    moved.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
}

#[tokio::test]
async fn one_visit_is_enough_to_need_the_old_secret_no_more() {
    let Some(setup) = shared_by_instances() else { return };
    let old = setup.var("SESSION_SECRETS", OLD).spawn().await;
    let with = |secrets: &str| Setup::default().on(&old.urls).var("SESSION_SECRETS", secrets).spawn();
    let ann = old.registered("ann@example.com").await;
    let both = with(&format!("{NEW},{OLD}")).await;
    let during = both.browser();
    during.set_cookie("sessionId", &ann.session_cookie().unwrap());
    assert_eq!(during.get("/account").await.status, 200);
    let new = with(NEW).await;
    let after = new.browser();
    after.set_cookie("sessionId", &during.session_cookie().unwrap());
    assert_eq!(after.get("/account").await.status, 200, "cookie and row are those of the new secret");
}

#[tokio::test]
async fn a_form_opened_before_the_rotation_can_still_be_sent() {
    let Some((before, after)) = pair(&format!("{NEW},{OLD}")).await else { return };
    let ann = before.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let moved = after.browser();
    moved.set_cookie("sessionId", &ann.session_cookie().unwrap());
    moved.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await.assert_redirect("/login");
}

#[tokio::test]
async fn without_the_old_secret_its_cookies_are_forged_ones() {
    let Some((before, after)) = pair(NEW).await else { return };
    let ann = before.registered("ann@example.com").await;
    let moved = after.browser();
    moved.set_cookie("sessionId", &ann.session_cookie().unwrap());
    let answer = moved.get("/account").await;
    answer.assert_redirect("/login?return_to=/account");
    assert!(answer.set_cookies().is_empty(), "the other instance may have the right secrets");
    assert!(ann.is_signed_in().await, "and nothing was destroyed");
}

#[tokio::test]
async fn two_cookies_of_the_name_are_sorted_out() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let cookie = ann.session_cookie().unwrap();
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", "application/json".parse().unwrap());
    let thief = app.browser();
    // Our jar would send only one; a parent domain's cookie comes first in the header.
    thief.set_cookie("sessionId", &format!("v1.forged.0.s.AAAA; sessionId={cookie}"));
    let info = thief.send(http::Method::GET, "/session-info", headers, None).await.json();
    assert_eq!(info["authenticated"], true);
}

/// A request for `/account` with these bytes as its `Cookie` headers.
async fn account_with(app: &TestApp, cookies: &[&[u8]]) -> Answer {
    let mut headers = http::HeaderMap::new();
    for cookie in cookies {
        headers.append("cookie", http::HeaderValue::from_bytes(cookie).unwrap());
    }
    app.browser().send(http::Method::GET, "/account", headers, None).await
}

#[tokio::test]
async fn other_cookies_sign_nobody_out_whatever_their_bytes() {
    let app = TestApp::spawn().await;
    let own = format!("sessionId={}", app.registered("ann@example.com").await.session_cookie().unwrap());
    let long = "x".repeat(8_000);
    for other in
        [&b"promo=Zo\xc3\xab"[..], b"promo=\xff", b"\xff\xfe=1", b"promo", b"=", b"a=\"b", long.as_bytes()]
    {
        let before = [other, b"; ", own.as_bytes()].concat();
        let after = [own.as_bytes(), b"; ", other].concat();
        for cookies in [vec![&before[..]], vec![&after[..]], vec![other, own.as_bytes()]] {
            let answer = account_with(&app, &cookies).await;
            assert_eq!(answer.status, 200, "{:?}", String::from_utf8_lossy(other));
        }
    }
}

#[tokio::test]
async fn of_several_cookies_the_first_that_leads_to_a_session_counts() {
    let app = TestApp::spawn().await;
    let gone = app.registered("ann@example.com").await;
    let ended = gone.session_cookie().unwrap();
    gone.post("/api/auth/logout", &[]).await.assert_redirect("/login");
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    let replaced = visitor.session_cookie().unwrap();
    visitor.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    let good = visitor.session_cookie().unwrap();
    for others in [
        vec![ended.as_str()],
        vec![replaced.as_str()],
        vec!["v1.forged.0.s.AAAA", ended.as_str(), replaced.as_str()],
    ] {
        let before = others.iter().map(|other| format!("sessionId={other}; ")).collect::<String>();
        let after = others.iter().map(|other| format!("; sessionId={other}")).collect::<String>();
        for cookies in [format!("{before}sessionId={good}"), format!("sessionId={good}{after}")] {
            let answer = account_with(&app, &[cookies.as_bytes()]).await;
            assert_eq!(answer.status, 200, "{cookies}");
            assert!(answer.set_cookies().is_empty(), "{cookies}");
        }
    }
    // Two that live. Over https, `__Host-` keeps other sites of the domain from adding one.
    let bob = app.registered("bob@example.com").await.session_cookie().unwrap();
    for (first, second, email) in [(&good, &bob, "ann@example.com"), (&bob, &good, "bob@example.com")] {
        let cookies = format!("sessionId={first}; sessionId={second}");
        let answer = account_with(&app, &[cookies.as_bytes()]).await;
        assert!(answer.body.contains(email), "{email}");
    }
    let both = format!("sessionId={ended}; sessionId=v1.forged.0.s.AAAA");
    let answer = account_with(&app, &[both.as_bytes()]).await;
    answer.assert_redirect("/login?return_to=/account&ended=true");
    assert!(answer.session_cookie().is_some_and(|cookie| cookie.max_age() == Some(time::Duration::ZERO)));
    let both = format!("sessionId={ended}; sessionId={replaced}");
    let answer = account_with(&app, &[both.as_bytes()]).await;
    answer.assert_redirect("/login?return_to=/account");
    assert!(answer.set_cookies().is_empty(), "a replaced id stays silent");
}

#[tokio::test]
async fn of_a_timed_out_and_a_live_session_the_live_one_counts() {
    let app = TestApp::spawn().await;
    let idle = app.registered("ann@example.com").await.session_cookie().unwrap();
    app.wait(1801);
    let live = app.logged_in("ann@example.com").await.session_cookie().unwrap();
    let cookies = format!("sessionId={idle}; sessionId={live}");
    assert_eq!(account_with(&app, &[cookies.as_bytes()]).await.status, 200);
    let answer = account_with(&app, &[format!("sessionId={idle}").as_bytes()]).await;
    answer.assert_redirect("/login?return_to=/account&expired=true");
}

#[tokio::test]
async fn a_cookie_for_several_subdomains_can_only_be_set_over_https() {
    let app = Setup::default()
        .var("APP_ENV", "production")
        .var("PUBLIC_URL", "https://app.site.example")
        .var("SESSION_COOKIE_DOMAIN", "site.example")
        .spawn()
        .await;
    let cookie = app.browser().save_preferences(&[]).await.session_cookie().unwrap();
    assert_eq!((cookie.name(), cookie.domain()), ("__Secure-sessionId", Some("site.example")));
    assert_eq!((cookie.secure(), cookie.path()), (Some(true), Some("/")));
}

#[tokio::test]
async fn ids_are_all_different() {
    let app = TestApp::spawn().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let visitor = app.browser();
        visitor.save_preferences(&[]).await;
        assert!(seen.insert(visitor.session_cookie().unwrap().split('.').nth(1).unwrap().to_owned()));
        assert_eq!(visitor.info().await["user"], Value::Null);
    }
}

/// Session fixation by a cookie that somebody has planted: it looks like one of ours, but we did not make it.
#[tokio::test]
async fn a_planted_id_is_never_taken_over() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let cookie = format!("v1.{planted}.1772355600000.a.{}", "A".repeat(43));
    let live = app.stats().await.live;
    for number in 1..=2 {
        let victim = app.browser();
        victim.set_cookie("sessionId", &cookie);
        let answer = match number {
            1 => victim.save_preferences(&[("theme", "dark")]).await,
            _ => victim.log_in("ann@example.com", PASSWORD).await,
        };
        let id = answer.session_cookie().unwrap().value().split('.').nth(1).unwrap().to_owned();
        assert_ne!(id, planted);
        assert_eq!(app.stats().await.live, live + number);
    }
    let attacker = app.browser();
    attacker.set_cookie("sessionId", &cookie);
    let info = attacker.info().await;
    assert_eq!((&info["session"], &info["authenticated"]), (&Value::Null, &Value::Bool(false)));
}
