//! Starting while the store is unavailable.

use std::time::{Duration, Instant};

use web::demo_account::{DEMO_EMAIL, DEMO_PASSWORD};

use domain::account::EmailAddress;

use crate::outage::fixture::{Case, RECOVERY, Site, limit_of, measured, timed, wait_until};
use crate::support::fault_proxy::Mode;

async fn started_in(case: Case, mode: Mode) {
    let Some(site) = Site::new(case).await else { return };
    site.proxy.set(mode).await;
    let begun = Instant::now();
    let app = site.start(|setup| setup).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "started after {:?}", begun.elapsed());
    let visitor = app.browser();
    assert_eq!(visitor.get("/healthz").await.status, 200);
    assert_eq!(visitor.get("/readyz").await.status, 503);
    for path in
        ["/", "/login", "/register", "/preferences", /* slim: trainer */ "/workout" /* slim: end */]
    {
        let (answer, took) = timed(&visitor, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(took < Duration::from_secs(1), "{path} took {took:?}");
    }
    // Whichever store is unavailable, its first operation is the last.
    let (answer, took) = measured("/api/auth/login", visitor.log_in(DEMO_EMAIL, DEMO_PASSWORD)).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.header("retry-after").is_empty() && !answer.role("alert").is_empty());
    assert!(took < limit_of(1), "/api/auth/login took {took:?}");
    site.proxy.set(Mode::Pass).await;
    // Missing tables and the demo account are created in the background. (Queried without the login form,
    // which counts failures.)
    let email = EmailAddress::parse(DEMO_EMAIL).unwrap();
    wait_until("the demo account is there", RECOVERY, async || {
        matches!(app.app.db.user_by_email(&email).await, Ok(Some(_)))
    })
    .await;
    wait_until("people can log in", RECOVERY, async || {
        visitor.log_in(DEMO_EMAIL, DEMO_PASSWORD).await.status == 303
    })
    .await;
    assert_eq!(visitor.get("/account").await.status, 200);
    assert_eq!(visitor.get("/readyz").await.status, 200);
}

pub(crate) async fn without_the_store(case: Case) {
    started_in(case, Mode::Refuse).await;
}

pub(crate) async fn with_a_silent_store(case: Case) {
    started_in(case, Mode::BlackHole).await;
}
