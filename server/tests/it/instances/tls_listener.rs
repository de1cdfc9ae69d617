//! The half of a reverse proxy that its clients see.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::instances::http2;

pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    /// Answers requests over HTTP/2; without it there is HTTP/1.1 alone.
    http2: Option<Router>,
}

impl TlsListener {
    pub(crate) async fn bind(certificates: &test_servers::Certificates, http2: Option<Router>) -> Self {
        let certificate = CertificateDer::pem_file_iter(&certificates.certificate).unwrap();
        let key = PrivateKeyDer::from_pem_file(&certificates.key).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificate.map(Result::unwrap).collect(), key)
            .unwrap();
        if http2.is_some() {
            config.alpn_protocols = vec![http2::ALPN.to_vec(), b"http/1.1".to_vec()];
        }
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { tcp, acceptor: TlsAcceptor::from(Arc::new(config)), http2 }
    }

    pub(crate) fn port(&self) -> u16 {
        self.tcp.local_addr().unwrap().port()
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    /// One handshake after another: clients of tests do not dawdle. Those who speak no TLS are not connected.
    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.tcp.accept().await else { continue };
            let Ok(stream) = self.acceptor.accept(stream).await else { continue };
            let router =
                self.http2.clone().filter(|_| stream.get_ref().1.alpn_protocol() == Some(http2::ALPN));
            match router {
                Some(router) => drop(tokio::spawn(http2::serve(stream, router))),
                None => return (stream, address),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
