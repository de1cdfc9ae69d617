//! Keys generated at run time, and the ID tokens they sign.

use std::process::Command;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use rustls::SignatureScheme;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};

/// A key with an id.
pub(crate) struct Key {
    id: String,
    kind: Kind,
}

enum Kind {
    /// EdDSA: quickly made.
    Ed25519(Box<CoreEdDsaPrivateSigningKey>),
    /// RS256: what nearly every provider signs with.
    Rsa(&'static Rsa),
}

/// Made by `openssl`: nothing else here makes keys of this kind.
struct Rsa {
    pem: Vec<u8>,
    modulus: Vec<u8>,
}

/// Making one takes a moment, so there are two.
static RSA: LazyLock<[Rsa; 2]> = LazyLock::new(|| [Rsa::generate(), Rsa::generate()]);

impl Rsa {
    fn generate() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let openssl = |arguments: &str| {
            let mut openssl = Command::new("openssl");
            let output = openssl.args(arguments.split(' ')).current_dir(directory.path()).output();
            // server/tests/README.md asks for it.
            let output = output.unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        openssl("genrsa -out key.pem 2048");
        let modulus = openssl("rsa -in key.pem -noout -modulus");
        let modulus = hex::decode(modulus.trim().strip_prefix("Modulus=").unwrap()).unwrap();
        Self { pem: std::fs::read(directory.path().join("key.pem")).unwrap(), modulus }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let key = PrivateKeyDer::from_pem_slice(&self.pem).unwrap();
        let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
        key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).unwrap().sign(message).unwrap()
    }
}

impl Key {
    pub(crate) fn new(id: &str) -> Self {
        // RFC 8410 §7: the structure around the 32 bytes is always the same.
        let mut der =
            vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22];
        der.extend([0x04, 0x20]);
        let mut seed = [0_u8; 32];
        rand::fill(&mut seed);
        der.extend(seed);
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
        let key_id = JsonWebKeyId::new(id.to_owned());
        let key = CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(key_id)).unwrap();
        Self { id: id.to_owned(), kind: Kind::Ed25519(Box::new(key)) }
    }

    /// One for RS256. All with one id are the same key.
    pub(crate) fn rsa(id: &str) -> Self {
        Self { id: id.to_owned(), kind: Kind::Rsa(&RSA[0]) }
    }

    /// Another key of the same kind, under the same id.
    pub(crate) fn other(&self) -> Self {
        match self.kind {
            Kind::Ed25519(_) => Self::new(&self.id),
            Kind::Rsa(_) => Self { id: self.id.clone(), kind: Kind::Rsa(&RSA[1]) },
        }
    }

    /// As in a key set.
    pub(crate) fn public(&self) -> Value {
        match &self.kind {
            Kind::Ed25519(key) => serde_json::to_value(key.as_verification_key()).unwrap(),
            Kind::Rsa(key) => json!({
                "kty": "RSA",
                "use": "sig",
                "kid": self.id,
                "n": URL_SAFE_NO_PAD.encode(&key.modulus),
                "e": "AQAB",
            }),
        }
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self.kind {
            Kind::Ed25519(_) => "EdDSA",
            Kind::Rsa(_) => "RS256",
        }
    }

    /// That of a token, with more members.
    pub(crate) fn header(&self, more: &Value) -> Value {
        let mut header = json!({ "alg": self.algorithm(), "kid": self.id });
        for (name, value) in more.as_object().unwrap() {
            header[name] = value.clone();
        }
        header
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(&json!({})), claims)
    }

    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = match &self.kind {
            Kind::Ed25519(key) => key.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes()).unwrap(),
            Kind::Rsa(key) => key.sign(message.as_bytes()),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What a careless program might take for a shared secret.
    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match &self.kind {
            Kind::Ed25519(_) => URL_SAFE_NO_PAD.decode(self.public()["x"].as_str().unwrap()).unwrap(),
            Kind::Rsa(key) => key.modulus.clone(),
        }
    }
}

pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
