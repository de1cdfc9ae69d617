//! What one instance wrote, the other reads.

use futures::future::join_all;
use time::Duration;

use crate::instances::cluster::Cluster;
use crate::support::helpers::{PASSWORD, preferences};
use crate::support::stack::Stack;

pub(crate) async fn preferences_written_on_one_are_seen_on_the_other(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let ann = cluster.a.registered("ann@example.com").await;
    let on_b = cluster.on_b(&ann);
    assert_eq!(on_b.info().await["preferences"]["theme"], "system");
    ann.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    assert_eq!(on_b.info().await["preferences"]["theme"], "dark");
    assert!(on_b.get("/").await.body.contains("data-theme=\"dark\""));
    on_b.save_preferences(&[("theme", "light")]).await.assert_redirect("/preferences?saved=true");
    assert_eq!(ann.info().await["preferences"]["theme"], "light");
    // And through the account, for a device neither has seen.
    let phone = cluster.b.logged_in("ann@example.com").await;
    assert_eq!(phone.info().await["preferences"]["theme"], "light");
}

pub(crate) async fn a_form_opened_on_one_can_be_sent_to_the_other(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let ann = cluster.a.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let answer = cluster.on_b(&ann).post_bare("/api/auth/logout", &[("csrf_token", &token)]).await;
    answer.assert_redirect("/login");
    assert_eq!(ann.session_cookie(), None);
}

pub(crate) async fn failed_logins_are_counted_together(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    cluster.a.registered("ann@example.com").await;
    for attempt in 0..10 {
        let instance = if attempt % 2 == 0 { &cluster.a } else { &cluster.b };
        let answer = instance.browser().log_in("ann@example.com", "a wrong password").await;
        assert_eq!(answer.status, 422, "attempt {attempt}");
    }
    for instance in [&cluster.a, &cluster.b] {
        assert_eq!(instance.browser().log_in("ann@example.com", PASSWORD).await.status, 429);
    }
}

/// Two queues, one session: a change that the other instance has overtaken is tried again.
pub(crate) async fn changes_of_one_session_on_both_are_all_kept(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let ann = cluster.a.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    let before = ann.preferences_saved_at().await;
    let on_b = cluster.on_b(&ann);
    let token = ann.csrf_token().await.unwrap();
    join_all((0..24).map(|client| {
        let (browser, token) = (if client % 2 == 0 { ann.copy() } else { on_b.copy() }, token.clone());
        async move {
            for save in 0..5 {
                let theme = ["dark", "light"][(client + save) % 2];
                let mut fields = preferences(&[("theme", theme)]);
                fields.push(("csrf_token", &token));
                let answer = browser.post_bare("/api/preferences", &fields).await;
                answer.assert_redirect("/preferences?saved=true");
            }
        }
    }))
    .await;
    // One clock for both, and it stands still: a lost save would be a missing millisecond.
    assert_eq!(ann.preferences_saved_at().await - before, Duration::milliseconds(24 * 5));
    let phone = cluster.b.logged_in("ann@example.com").await;
    assert_eq!(phone.info().await["preferences"], ann.info().await["preferences"]);
}
