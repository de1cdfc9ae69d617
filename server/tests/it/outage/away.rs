//! One kind of outage after the other.

use std::time::Duration;

use crate::outage::fixture::{Case, Outage, Site, TIMEOUT, assert_cookie_kept};
use crate::support::fault_proxy::Mode;
use crate::support::helpers::PASSWORD;

async fn away_and_back(case: Case, mode: Mode) {
    let Some(outage) = Outage::on(case).await else { return };
    let token = outage.ann.csrf_token().await.unwrap();
    outage.forget();
    outage.set(mode).await;
    outage.assert_away().await;
    // If sessions are elsewhere, logging out works.
    if case.sessions {
        outage.assert_log_out_not_done(&token).await;
    }
    // A login that is unavailable says so, and signs nobody in.
    let stranger = outage.app.browser();
    let answer = stranger.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.role("alert").is_empty());
    assert_eq!(stranger.session_cookie(), None);
    outage.set(Mode::Pass).await;
    outage.assert_back().await;
    stranger.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    // Ann is still signed in, as she was told, and can now log out.
    let copy = outage.ann.copy();
    assert_eq!(copy.get("/account").await.status, 200);
    outage.ann.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await.assert_redirect("/login");
    assert_eq!(outage.ann.session_cookie(), None);
    copy.get("/account").await.assert_redirect("/login?return_to=/account&ended=true");
}

/// Connections are refused and reset.
pub(crate) async fn killed(case: Case) {
    away_and_back(case, Mode::Refuse).await;
}

/// Nothing is answered for a while; then all of it is.
pub(crate) async fn silent(case: Case) {
    away_and_back(case, Mode::Freeze).await;
}

/// Earlier connections stay silent for ever, even when new ones work.
pub(crate) async fn silent_and_never_heard_of_again(case: Case) {
    away_and_back(case, Mode::BlackHole).await;
}

/// Every response comes after the time limit.
pub(crate) async fn too_slow(case: Case) {
    away_and_back(case, Mode::Delay(TIMEOUT * 3)).await;
}

/// A tenth of a second is not an outage.
pub(crate) async fn slow_but_in_time(case: Case) {
    let Some(site) = Site::new(case).await else { return };
    // The default time limit.
    let outage = Outage::at(site, |setup| setup.var("STORE_TIMEOUT", "2s")).await;
    outage.set(Mode::Delay(Duration::from_millis(100))).await;
    for path in ["/account", "/session", "/", /* slim: trainer */ "/history" /* slim: end */] {
        assert_eq!(outage.ann.get(path).await.status, 200, "{path}");
    }
    assert_eq!(outage.app.browser().get("/readyz").await.status, 200);
}

/// Responses break off after their first byte. What was read is not half a response, what was written not
/// half written.
pub(crate) async fn breaking_off(case: Case) {
    let Some(outage) = Outage::on(case).await else { return };
    let token = outage.ann.csrf_token().await.unwrap();
    let before = outage.ann.info().await["preferences"]["theme"].clone();
    outage.set(Mode::ResetMidReply).await;
    outage.forget();
    outage.assert_away().await;
    if case.sessions {
        outage.assert_log_out_not_done(&token).await;
    }
    let mut fields = crate::support::helpers::preferences(&[("theme", "dark")]);
    fields.push(("csrf_token", &token));
    let answer = outage.ann.post_bare("/api/preferences", &fields).await;
    assert_eq!(answer.status, 503);
    assert_cookie_kept("/api/preferences", &answer);
    outage.set(Mode::Pass).await;
    outage.assert_back().await;
    // The response was lost, not the request: it may have happened, but only completely.
    let after = outage.ann.info().await["preferences"]["theme"].clone();
    assert!(after == before || after == "dark", "{after}");
}
