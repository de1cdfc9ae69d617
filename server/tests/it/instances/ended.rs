//! What was ended on one instance is rejected by the other at the very next request.

use crate::instances::cluster::Cluster;
use crate::support::events::Events;
use crate::support::helpers::{Browser, PASSWORD};
use crate::support::stack::Stack;

const NEW_PASSWORD: &str = "another walk at dawn";

/// Ann on two devices, both known to the first instance from earlier requests.
async fn two_devices(cluster: &Cluster) -> (Browser, Browser) {
    let laptop = cluster.a.registered("ann@example.com").await;
    let phone = cluster.a.logged_in("ann@example.com").await;
    for device in [&laptop, &phone] {
        assert_eq!(device.get("/account").await.status, 200);
        assert_eq!(cluster.on_b(device).get("/account").await.status, 200, "known to the second instance");
    }
    (laptop, phone)
}

/// Asserts that the very next request on the first instance is rejected, and that the reason is given.
async fn assert_ended(device: &Browser) {
    assert_eq!(device.json().get("/sessions").await.status, 401);
    device.get("/account").await.assert_redirect("/login?return_to=/account&ended=true");
}

pub(crate) async fn a_session_ended_from_the_list(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let (laptop, phone) = two_devices(&cluster).await;
    let handle = phone.info().await["session"]["handle"].as_str().unwrap().to_owned();
    let ended = cluster.on_b(&laptop).post("/api/sessions/end", &[("handle", &handle)]).await;
    ended.assert_redirect("/session?done=ended");
    assert_ended(&phone).await;
    assert_eq!(laptop.get("/account").await.status, 200);
}

pub(crate) async fn all_other_sessions(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let (laptop, phone) = two_devices(&cluster).await;
    let ended = cluster.on_b(&laptop).post("/api/sessions/end-others", &[]).await;
    ended.assert_redirect("/session?done=others_ended");
    assert_ended(&phone).await;
    assert_eq!(laptop.get("/account").await.status, 200);
}

pub(crate) async fn log_out_everywhere(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let (laptop, phone) = two_devices(&cluster).await;
    let copy = laptop.copy();
    cluster.on_b(&laptop).post("/api/auth/logout-everywhere", &[]).await.assert_redirect("/login");
    assert_ended(&phone).await;
    assert_ended(&copy).await;
}

pub(crate) async fn a_password_change(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let (laptop, phone) = two_devices(&cluster).await;
    let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
    let changed = cluster.on_b(&laptop).post("/api/account/password", &fields).await;
    changed.assert_redirect("/account?done=password");
    assert_ended(&phone).await;
    assert_eq!(laptop.get("/account").await.status, 200, "the device it was changed on stays logged in");
    assert_eq!(cluster.a.browser().log_in("ann@example.com", PASSWORD).await.status, 422);
    cluster.a.browser().log_in("ann@example.com", NEW_PASSWORD).await.assert_redirect("/");
}

pub(crate) async fn a_log_out(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let (laptop, phone) = two_devices(&cluster).await;
    let stolen = laptop.copy();
    cluster.on_b(&laptop).post("/api/auth/logout", &[]).await.assert_redirect("/login");
    assert_ended(&stolen).await;
    assert_eq!(phone.get("/account").await.status, 200);
}

/// On each of the instances, of what is ended on the other.
pub(crate) async fn an_open_page_is_told(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let (laptop, phone) = two_devices(&cluster).await;
    let (on_a, on_b) = (Events::open(&phone).await, Events::open(&cluster.on_b(&laptop)).await);
    cluster
        .on_b(&laptop)
        .post("/api/sessions/end-others", &[])
        .await
        .assert_redirect("/session?done=others_ended");
    assert_eq!(on_a.end().await.as_deref(), Some("ended"));
    laptop.post("/api/auth/logout", &[]).await.assert_redirect("/login");
    assert_eq!(on_b.end().await.as_deref(), Some("ended"));
}

pub(crate) async fn a_deleted_account(stack: Stack) {
    let Some(cluster) = Cluster::start(stack).await else { return };
    let (laptop, phone) = two_devices(&cluster).await;
    let deleted = cluster.on_b(&laptop).post("/api/account/delete", &[("confirm", "ann@example.com")]).await;
    deleted.assert_redirect("/");
    assert_ended(&phone).await;
    assert_eq!(cluster.a.browser().log_in("ann@example.com", PASSWORD).await.status, 422);
}
