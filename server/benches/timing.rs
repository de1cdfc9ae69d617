//! Whether the time that a refused login takes tells who has an account: `cargo bench -p server --bench timing`.
//!
//! A thousand tries each for an address without an account, one with another password, and one whose account has no
//! password, in random order, over HTTP and with the parameters of production. Each kind has several addresses, because an
//! account with many failures is slowed down on purpose. It fails if the medians are more than 5 % apart.
//!
//! Run it on a machine with nothing else to do. `cargo bench --profile dev --bench timing` compiles less and measures as
//! well: hashing, which takes most of the time, is optimised in both.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on can only stop")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use accounts::ports::{NewUser, UserCreated};
use configuration::Config;
use domain::account::{DisplayName, EmailAddress, UserId};
use http::header::{ACCEPT, CONTENT_TYPE, ORIGIN};
use model::Assets;
use rand::seq::SliceRandom as _;
use time::OffsetDateTime;
use web::startup::{Overrides, Server};
use web::state::App;

const TRIES: usize = 1000;
/// Until connections, threads and caches are warm.
const WARM_UP: usize = 30;
/// So that none has as many failures as slow an account down.
const ADDRESSES: usize = 16;
const MOST_APART: f64 = 0.05;

const KINDS: [&str; 3] = ["unknown", "wrong-password", "provider-only"];

fn main() -> ExitCode {
    if !std::env::args().any(|argument| argument == "--bench") {
        eprintln!("nothing is measured; cargo bench -p server --bench timing measures");
        return ExitCode::SUCCESS;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        // An error means that the server has done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (url, app) = serve().await;
        let client = reqwest::Client::new();
        make_accounts(&app, &client, &url).await;
        let mut times: [Vec<Duration>; 3] = std::array::from_fn(|_| Vec::with_capacity(TRIES));
        let mut order = [0, 1, 2];
        for round in 0..WARM_UP + TRIES {
            // Background work of one login, such as telling the owner, falls into the next one, whichever that is.
            order.shuffle(&mut rand::rng());
            for kind in order {
                let time = refused(&client, &url, &address(KINDS[kind], round % ADDRESSES)).await;
                if round >= WARM_UP {
                    times[kind].push(time);
                }
            }
        }
        report(times)
    })
}

/// A server of this process, with everything in memory and limits that nobody meets.
async fn serve() -> (String, App) {
    let vars = BTreeMap::from(
        [
            ("SITE_ADDR", "127.0.0.1:0"),
            ("DATABASE_URL", "sqlite::memory:"),
            ("SESSION_SECRETS", "benchmark secret of more than thirty-two bytes"),
            ("LOGIN_LIMIT", "1000000/1m"),
            ("LOGIN_LIMIT_ADDRESS", "1000000/1m"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let no_bundle = Assets { css: "/main.css".into(), script: "/page.js".into(), islands: BTreeMap::new() };
    let overrides = Overrides { assets: Some(no_bundle), ..Overrides::default() };
    let server =
        Server::build(Config::from_vars(&vars).unwrap(), app::document::document, overrides).await.unwrap();
    let (url, app) = (format!("http://{}", server.addr()), App::clone(&server.app));
    tokio::spawn(server.serve(std::future::pending()));
    (url, app)
}

fn address(kind: &str, number: usize) -> String {
    format!("{kind}-{number}@example.com")
}

async fn post(client: &reqwest::Client, url: &str, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = client.post(format!("{url}{path}")).header(ORIGIN, url).header(ACCEPT, "application/json");
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body).send().await.unwrap()
}

async fn make_accounts(app: &App, client: &reqwest::Client, url: &str) {
    for number in 0..ADDRESSES {
        let email = address("wrong-password", number);
        let fields =
            [("display_name", "Ann"), ("email", email.as_str()), ("password", "a long walk at dusk")];
        let answer = post(client, url, "/api/auth/register", &fields).await;
        assert!(answer.status().is_success(), "{}", answer.status());
        let without_password = NewUser {
            id: UserId::from_random(rand::random()),
            email: EmailAddress::parse(&address("provider-only", number)).unwrap(),
            email_verified: false,
            display_name: DisplayName::parse("Olga").unwrap(),
            password_hash: None,
            preferences: None,
            identity: None,
            created_at: OffsetDateTime::now_utc(),
            expires_at: None,
        };
        let made = app.db.create_user(without_password).await.unwrap();
        assert!(matches!(made, UserCreated::Done(_)));
    }
}

async fn refused(client: &reqwest::Client, url: &str, email: &str) -> Duration {
    let start = Instant::now();
    let answer = post(client, url, "/api/auth/login", &[("email", email), ("password", "not the one")]).await;
    let status = answer.status();
    answer.bytes().await.unwrap();
    let time = start.elapsed();
    assert_eq!(status, http::StatusCode::UNPROCESSABLE_ENTITY, "{email}");
    time
}

#[expect(clippy::cast_precision_loss, reason = "a time in milliseconds")]
fn report(mut times: [Vec<Duration>; 3]) -> ExitCode {
    println!("| refused login | median, ms | lower quartile | upper quartile |\n|---|---:|---:|---:|");
    let mut medians = Vec::new();
    for (kind, times) in KINDS.iter().zip(&mut times) {
        times.sort_unstable();
        let at = |part: usize| times[times.len() * part / 4].as_micros() as f64 / 1000.0;
        println!("| {kind} | {:.2} | {:.2} | {:.2} |", at(2), at(1), at(3));
        medians.push(at(2));
    }
    let (least, most) = medians.iter().fold((f64::MAX, 0.0_f64), |(a, b), x| (a.min(*x), b.max(*x)));
    let apart = most / least - 1.0;
    println!("\nThe medians of {TRIES} tries each are {:.1} % apart.", apart * 100.0);
    if apart <= MOST_APART { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
