//! An OAuth callback whose answer was lost may be repeated at another instance.

use crate::instances::cluster::{PUBLIC_URL, Site};
use crate::support::helpers::Browser;
use crate::support::provider::allow;
use crate::support::stack::Stack;
use crate::support::watched::Watch;

/// Through the provider, up to the path of the callback.
async fn until_callback(browser: &Browser, email: &str) -> String {
    let local = |location: &str| location.strip_prefix(PUBLIC_URL).unwrap_or(location).to_owned();
    let start = browser.get("/auth/elsewhere?return_to=/history").await;
    let back = allow(browser, &local(start.location()), "Olga", email);
    local(back.location())
}

pub(crate) async fn a_repeated_callback_signs_in_on_either(stack: Stack) {
    let Some(site) = Site::fresh(stack) else { return };
    let (watch_a, watch_b) = (Watch::new(), Watch::new());
    let a = site.instance(|setup| setup.watched(&watch_a)).await;
    let b = site.instance(|setup| setup.watched(&watch_b)).await;
    // The attempt of the one is in a cookie, that of the other in its session.
    let with_session = a.browser();
    with_session.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    for (olga, logins) in [a.browser(), with_session].into_iter().zip(1_u64..) {
        // At the provider each browser is another person.
        let callback = until_callback(&olga, &format!("olga{logins}@example.com")).await;

        // While the first instance is about to sign in.
        let gate = watch_a.pause_at("replace");
        let on_b = olga.copy().by_way_of(&b.url);
        let lost = olga.copy();
        let (first, again) = tokio::join!(lost.get(&callback), async {
            gate.reached().await;
            watch_b.take();
            let (again, ()) = tokio::join!(on_b.get(&callback), async {
                // The session layer looks once at most, so the other is by the request that waits.
                let mut loads = 0;
                let begun = std::time::Instant::now();
                while loads < 2 {
                    assert!(begun.elapsed().as_secs() < 20, "the second request does not look for the first");
                    loads += watch_b.take().get("load").copied().unwrap_or_default();
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                gate.open();
            });
            again
        });
        first.assert_redirect("/history");
        again.assert_redirect("/history");
        assert!(on_b.is_signed_in().await);

        // And after it.
        let later = olga.by_way_of(&b.url);
        later.get(&callback).await.assert_redirect("/history");
        assert!(later.is_signed_in().await && olga.is_signed_in().await);
        assert_eq!(a.stats().await.signed_in, logins);
    }
}
