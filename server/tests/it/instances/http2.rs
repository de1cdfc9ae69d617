//! HTTP/2, as browsers speak it to a reverse proxy, which speaks HTTP/1.1 to the servers behind it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::try_unfold;
use h2::client::SendRequest;
use h2::server::SendResponse;
use h2::{RecvStream, server};
use http::header::{COOKIE, HOST};
use http::{HeaderValue, Request, Response};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower::ServiceExt as _;

/// Far longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Its name in the TLS handshake.
pub(crate) const ALPN: &[u8] = b"h2";

/// The proxy's half: answers the requests of one connection, many at a time.
pub(crate) async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, router: Router) {
    // Errors here and below are clients that are gone.
    let Ok(mut connection) = server::handshake(stream).await else { return };
    while let Some(Ok((request, respond))) = connection.accept().await {
        tokio::spawn(answer(router.clone(), request, respond));
    }
}

async fn answer(router: Router, request: Request<RecvStream>, mut respond: SendResponse<Bytes>) {
    let response = router.oneshot(in_http1(request)).await.unwrap();
    let (parts, body) = response.into_parts();
    let Ok(mut stream) = respond.send_response(Response::from_parts(parts, ()), false) else { return };
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        if stream.send_data(chunk.unwrap(), false).is_err() {
            return;
        }
    }
    let _ = stream.send_data(Bytes::new(), true);
}

/// The host has a header of its own there, and there is one for all cookies (RFC 9113 §8.3.1, §8.2.3).
fn in_http1(request: Request<RecvStream>) -> axum::extract::Request {
    let (mut parts, body) = request.into_parts();
    let authority = parts.uri.authority().unwrap().to_string();
    parts.headers.insert(HOST, HeaderValue::from_str(&authority).unwrap());
    let cookies: Vec<_> = parts.headers.get_all(COOKIE).iter().map(|one| one.to_str().unwrap()).collect();
    if !cookies.is_empty() {
        let cookies = HeaderValue::from_str(&cookies.join("; ")).unwrap();
        parts.headers.insert(COOKIE, cookies);
    }
    parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
    let chunks = try_unfold(body, async |mut body: RecvStream| {
        let Some(chunk) = body.data().await.transpose()? else { return Ok::<_, h2::Error>(None) };
        body.flow_control().release_capacity(chunk.len())?;
        Ok(Some((chunk, body)))
    });
    axum::extract::Request::from_parts(parts, Body::from_stream(Box::pin(chunks)))
}

/// A client with one connection for everything.
pub(crate) struct Client {
    requests: SendRequest<Bytes>,
    url: String,
}

impl Client {
    /// Connects to `https://localhost:…`, whose certificate this authority has signed.
    pub(crate) async fn connect(url: &str, authority: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![ALPN.to_vec()];
        let port = url.rsplit_once(':').unwrap().1;
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let (requests, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Self { requests, url: url.to_owned() }
    }

    /// A request with these headers, a form if there are fields. The answer has begun, and is read by the test.
    pub(crate) async fn begin(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Response<RecvStream> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == "POST" {
            request = request.header("origin", &self.url);
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut requests = self.requests.clone().ready().await.unwrap();
        let (answer, mut body) = requests.send_request(request.body(()).unwrap(), false).unwrap();
        body.send_data(form.into(), true).unwrap();
        tokio::time::timeout(PATIENCE, answer).await.unwrap().unwrap()
    }

    /// [`Self::begin`], and the text of the answer.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Response<String> {
        let (parts, body) = self.begin(method, path, headers, fields).await.into_parts();
        Response::from_parts(parts, rest(body).await)
    }
}

/// All that is still to come.
pub(crate) async fn rest(mut body: RecvStream) -> String {
    let mut text = Vec::new();
    while let Some(chunk) = tokio::time::timeout(PATIENCE, body.data()).await.unwrap() {
        let chunk = chunk.unwrap();
        body.flow_control().release_capacity(chunk.len()).unwrap();
        text.extend(chunk);
    }
    String::from_utf8(text).unwrap()
}
