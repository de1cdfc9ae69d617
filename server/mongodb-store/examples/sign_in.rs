//! Sessions in MongoDB behind axum: sign in under any name, see where else you are, sign out everywhere.
//!
//! ```sh
//! MONGODB_URL=mongodb://127.0.0.1:27017 cargo run -p tower-sessions-mongodb-store --example sign_in
//! curl -c jar -b jar http://127.0.0.1:3000/sign-in/ada
//! curl -c jar -b jar http://127.0.0.1:3000/
//! curl -c jar -b jar http://127.0.0.1:3000/sign-out-everywhere
//! ```
//!
//! `ADDR` is another address to listen on.

use std::error::Error;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Router};
use tower_sessions::{Expiry, Session, SessionManagerLayer};
use tower_sessions_mongodb_store::MongoDBStore;
use tower_sessions_mongodb_store::mongodb::Client;

/// Where the session says who has signed in.
const USER: &str = "user";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::var("MONGODB_URL").unwrap_or_else(|_| "mongodb://127.0.0.1:27017".into());
    let store = MongoDBStore::builder(Client::with_uri_str(url).await?, "example")
        .owner(|record| record.data.get(USER)?.as_str().map(str::to_owned))
        .build();
    let sessions = SessionManagerLayer::new(store.clone())
        .with_secure(false) // only because this example speaks plain HTTP
        .with_expiry(Expiry::OnInactivity(time::Duration::days(1)));
    let app = Router::new()
        .route("/", get(home))
        .route("/sign-in/{name}", get(sign_in))
        .route("/sign-out-everywhere", get(sign_out_everywhere))
        .layer(sessions)
        .layer(Extension(store));
    let addr = std::env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(addr).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

async fn home(
    Extension(session): Extension<Session>,
    Extension(store): Extension<MongoDBStore>,
) -> Result<String, StatusCode> {
    let Some(user) = session.get::<String>(USER).await.map_err(failed)? else {
        return Ok("Nobody has signed in.\n".into());
    };
    let now = time::OffsetDateTime::now_utc();
    let (_, total) = store.rows().list(&user, now, 10).await.map_err(failed)?;
    Ok(format!("{user}, signed in at {total} place(s).\n"))
}

async fn sign_in(
    Path(name): Path<String>,
    Extension(session): Extension<Session>,
) -> Result<String, StatusCode> {
    // A new id, so that nobody who knew the old one is signed in as well.
    session.cycle_id().await.map_err(failed)?;
    session.insert(USER, &name).await.map_err(failed)?;
    Ok(format!("Welcome, {name}.\n"))
}

async fn sign_out_everywhere(
    Extension(session): Extension<Session>,
    Extension(store): Extension<MongoDBStore>,
) -> Result<String, StatusCode> {
    let Some(user) = session.get::<String>(USER).await.map_err(failed)? else {
        return Ok("Nobody has signed in.\n".into());
    };
    session.flush().await.map_err(failed)?;
    let others = store.rows().end_all(&user, None).await.map_err(failed)?;
    Ok(format!("Signed out here and at {others} other place(s).\n"))
}

fn failed(error: impl Error) -> StatusCode {
    eprintln!("{error}");
    StatusCode::SERVICE_UNAVAILABLE
}
