//! Behind `SessionManagerLayer`, as most people use it.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use tower::ServiceExt;
use tower_sessions::{Expiry, Session, SessionManagerLayer};
use tower_sessions_mongodb_store::MongoDBStore;

use crate::support::two_clients;

fn app(store: MongoDBStore) -> Router {
    let visits = async |Extension(session): Extension<Session>| {
        let visits = session.get::<u32>("visits").await.unwrap().unwrap_or_default() + 1;
        session.insert("visits", visits).await.unwrap();
        visits.to_string()
    };
    let cycle = async |Extension(session): Extension<Session>| session.cycle_id().await.unwrap();
    let leave = async |Extension(session): Extension<Session>| session.flush().await.unwrap();
    // Ends the session by another way while the request that uses it is under way.
    let ended = async |Extension(session): Extension<Session>, Extension(store): Extension<MongoDBStore>| {
        session.insert("late", true).await.unwrap();
        store.rows().end_everyone().await.unwrap();
    };
    Router::new()
        .route("/", get(visits))
        .route("/cycle", get(cycle))
        .route("/leave", get(leave))
        .route("/ended", get(ended))
        .layer(Extension(store.clone()))
        .layer(
            SessionManagerLayer::new(store)
                .with_secure(false)
                .with_expiry(Expiry::OnInactivity(time::Duration::HOUR)),
        )
}

/// A request with this cookie: its answer, and the cookie the browser has afterwards.
async fn visit(app: &Router, path: &str, cookie: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response: Response = app.clone().oneshot(request).await.unwrap();
    let set = response.headers().get(header::SET_COOKIE).map(|set| set.to_str().unwrap());
    let cookie = set.map_or(cookie, |set| set.split(';').next().unwrap()).to_owned();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap(), cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_as_long_as_its_visitor_wants() {
    let Some((client, _)) = two_clients().await else { return };
    let app = app(MongoDBStore::new(client.database.client().clone(), client.database.name().to_owned()));
    let (_, body, first) = visit(&app, "/", "").await;
    assert_eq!(body, "1");
    assert_eq!(visit(&app, "/", &first).await.1, "2");
    let (_, _, second) = visit(&app, "/cycle", &first).await;
    assert_ne!(second, first);
    assert_eq!(visit(&app, "/", &first).await.1, "1", "the old id leads to nothing");
    assert_eq!(visit(&app, "/", &second).await.1, "3");
    visit(&app, "/leave", &second).await;
    assert_eq!(visit(&app, "/", &second).await.1, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_flight_does_not_bring_an_ended_session_back() {
    let Some((client, _)) = two_clients().await else { return };
    let app = app(MongoDBStore::new(client.database.client().clone(), client.database.name().to_owned()));
    let (_, _, cookie) = visit(&app, "/", "").await;
    let (status, _, _) = visit(&app, "/ended", &cookie).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "the layer's answer to a save that failed");
    assert_eq!(visit(&app, "/", &cookie).await.1, "1");
}
