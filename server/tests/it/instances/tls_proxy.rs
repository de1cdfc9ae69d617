//! In production behind a reverse proxy that speaks TLS: what a browser gets over https, and what the servers believe of
//! what the proxy tells them.

use http::StatusCode;

use crate::instances::balancer::{Balancer, CLIENTS};
use crate::instances::http2;
use crate::instances::processes::Process;
use crate::instances::rolling::Load;
use crate::support::browser::{Browser, client_that_trusts};
use crate::support::events::Events;
use crate::support::helpers::{Answer, PASSWORD};
use crate::support::stack::{Stack, Store, Urls};

/// A provider that nobody is sent to by these tests.
const PRODUCTION: [(&str, &str); 7] = [
    ("APP_ENV", "production"),
    ("TRUST_PROXY", "1"),
    ("OAUTH_ACME_CLIENT_ID", "client"),
    ("OAUTH_ACME_CLIENT_SECRET", "secret"),
    ("OAUTH_ACME_AUTH_URL", "https://acme.example/authorize"),
    ("OAUTH_ACME_TOKEN_URL", "https://acme.example/token"),
    ("OAUTH_ACME_USERINFO_URL", "https://acme.example/userinfo"),
];

/// A proxy, and the stores of the servers behind it.
struct Site {
    balancer: Balancer,
    certificates: test_servers::Certificates,
    client: reqwest::Client,
    urls: Urls,
    directory: tempfile::TempDir,
}

impl Site {
    /// `None`, after printing the reason, if `openssl` is missing and may be.
    async fn new() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let certificates = test_servers::required(test_servers::Certificates::make(directory.path()))?;
        let urls = Stack::all_in(Store::Sqlite).fresh(directory.path())?;
        let balancer = Balancer::start_tls(&certificates).await;
        let client = client_that_trusts(&certificates.authority);
        Some(Self { balancer, certificates, client, urls, directory })
    }

    async fn server(&self) -> Process {
        Process::start_with(self.directory.path(), &self.urls, &self.balancer.url, &PRODUCTION).await
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.client, &self.balancer.url, &self.balancer.url)
    }

    async fn registered(&self, email: &str) -> Browser {
        let person = self.browser();
        assert_eq!(person.register("Ann", email, PASSWORD).await.status, StatusCode::SEE_OTHER);
        person
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_cookies_headers_and_redirects_are_those_of_https() {
    let Some(site) = Site::new().await else { return };
    let server = site.server().await;
    site.balancer.send_to(&[&server.url]);
    let ann = site.browser();
    let home = ann.get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert_eq!(home.header("strict-transport-security"), "max-age=31536000; includeSubDomains");

    let registered = ann.register("Ann", "ann@example.com", PASSWORD).await;
    for cookie in registered.set_cookies() {
        assert!(cookie.name().starts_with("__Host-"), "{cookie}");
        assert_eq!((cookie.secure(), cookie.http_only()), (Some(true), Some(true)), "{cookie}");
        assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None), "{cookie}");
    }
    assert!(registered.session_cookie().is_some());
    assert!(ann.is_signed_in().await);

    let to_provider = site.browser().get("/auth/acme").await;
    let callback = format!("{}/auth/acme/callback", site.balancer.url);
    let callback: String = form_urlencoded::byte_serialize(callback.as_bytes()).collect();
    assert!(to_provider.location().starts_with("https://acme.example/authorize?"));
    assert!(
        to_provider.location().contains(&format!("redirect_uri={callback}")),
        "{}",
        to_provider.location()
    );
    let attempt = to_provider.attempt_cookie().unwrap();
    assert!(
        attempt.name().starts_with("__Host-oauthAttempt-") && attempt.secure() == Some(true),
        "{attempt}"
    );

    // A page of the same host that came without TLS is another origin, and a client without TLS gets nowhere.
    let http = site.balancer.url.replace("https://", "http://");
    let stranger = Browser::new(&site.client, &site.balancer.url, &http);
    assert_eq!(stranger.log_in("ann@example.com", PASSWORD).await.status, StatusCode::FORBIDDEN);
    assert!(site.client.get(&http).send().await.is_err());
}

/// As browsers do: everything on one connection, the stream of events besides other requests, and a header for each cookie.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_http2_a_session_goes_from_its_login_to_its_end() {
    let Some(site) = Site::new().await else { return };
    let (a, b) = (site.server().await, site.server().await);
    site.balancer.send_to(&[&a.url, &b.url]);
    site.registered("ann@example.com").await;
    let ann = http2::Client::connect(&site.balancer.url, &site.certificates.authority).await;
    let html = ("accept", "text/html");

    let to_provider = ann.ask("GET", "/auth/acme", &[html], &[]).await;
    let location = to_provider.headers()["location"].to_str().unwrap();
    assert!(location.contains("redirect_uri=https%3A%2F%2Flocalhost%3A"), "{location}");
    assert!(to_provider.headers()["set-cookie"].to_str().unwrap().starts_with("__Host-oauthAttempt-"));

    let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
    let logged_in = ann.ask("POST", "/api/auth/login", &[html], &fields).await;
    assert_eq!(
        (logged_in.status(), &logged_in.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/".parse().unwrap())
    );
    let cookie = logged_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    assert!(cookie.starts_with("__Host-sessionId="), "{cookie}");
    let cookies = [("cookie", "other=1"), ("cookie", cookie)];

    let events = ann.begin("GET", "/session/events", &cookies, &[]).await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let as_another = [&cookies[..], &[html, ("x-forwarded-for", "6.6.6.6")]].concat();
    let page = ann.ask("GET", "/account", &as_another, &[]).await;
    assert_eq!((page.status(), page.body().contains("ann@example.com")), (StatusCode::OK, true));
    assert!(page.body().contains(CLIENTS) && !page.body().contains("6.6.6.6"));
    let page = Answer { status: page.status(), headers: page.headers().clone(), body: page.into_body() };
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    let token = page.input("csrf_token").unwrap();

    let with_cookies = [&cookies[..], &[html]].concat();
    let left = ann.ask("POST", "/api/auth/logout", &with_cookies, &[("csrf_token", &token)]).await;
    assert_eq!(left.status(), StatusCode::SEE_OTHER);
    let told = http2::rest(events.into_body()).await;
    assert!(told.ends_with("event: ended\ndata: ended\n\n"), "{told}");

    // A server that goes takes neither the connection nor a request along.
    site.balancer.send_only_to(&[&b.url]).await;
    a.terminate().await;
    assert_eq!(ann.ask("GET", "/login", &[html], &[]).await.status(), StatusCode::OK);
}

/// The proxy appends to what the client has written, and only its own entry counts: a client that invents addresses still
/// has the limits of one, and the address that is shown is the one the proxy saw.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_is_believed_of_the_proxy_alone() {
    let Some(site) = Site::new().await else { return };
    let server = site.server().await;
    site.balancer.send_to(&[&server.url]);
    let ann = site.registered("ann@example.com").await;
    let account = ann.at("6.6.6.6").get("/account").await;
    assert!(account.body.contains(CLIENTS) && !account.body.contains("6.6.6.6"), "{}", account.body);

    let mut statuses = Vec::new();
    for invented in 1..=11 {
        let guesser = site.browser().at(&format!("6.6.6.{invented}"));
        statuses.push(guesser.log_in("ann@example.com", "not her password").await.status.as_u16());
    }
    assert_eq!(statuses, [&[422; 10][..], &[429]].concat());
}

/// The page listens at one server, and the session is ended at the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_it_an_open_page_is_told_that_its_session_ended() {
    let Some(site) = Site::new().await else { return };
    let (a, b) = (site.server().await, site.server().await);
    site.balancer.send_to(&[&a.url]);
    let laptop = site.registered("ann@example.com").await;
    let phone = site.browser();
    phone.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    let page = Events::open(&phone).await;
    site.balancer.send_to(&[&b.url]);
    laptop.post("/api/sessions/end-others", &[]).await.assert_redirect("/session?done=others_ended");
    assert_eq!(page.end().await.as_deref(), Some("ended"));
}

/// Each server is taken out of the proxy's list before it is stopped, as by a readiness check with a pause: nothing at all
/// fails then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_behind_it_fails_no_request() {
    let Some(site) = Site::new().await else { return };
    let (a, b) = (site.server().await, site.server().await);
    site.balancer.send_to(&[&a.url, &b.url]);
    let mut people = Vec::new();
    for number in 0..3 {
        people.push(site.registered(&format!("person{number}@example.com")).await);
    }
    let load = Load::of(people);
    load.goes_on_for(6).await;
    site.balancer.send_only_to(&[&b.url]).await;
    a.terminate().await;
    let a = site.server().await;
    site.balancer.send_to(&[&a.url, &b.url]);
    load.goes_on_for(6).await;
    site.balancer.send_only_to(&[&a.url]).await;
    b.terminate().await;
    let b = site.server().await;
    site.balancer.send_to(&[&a.url, &b.url]);
    load.goes_on_for(6).await;
    let counts = load.end().await;
    assert_eq!((counts.broken, counts.saved), (0, counts.looked / 2), "{counts:?}");
}
