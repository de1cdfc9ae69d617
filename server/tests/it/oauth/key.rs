//! Keys generated at run time, and the ID tokens they sign.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};

/// An Ed25519 key.
pub(crate) struct Key {
    id: String,
    key: CoreEdDsaPrivateSigningKey,
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
        Self {
            id: id.to_owned(),
            key: CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(key_id)).unwrap(),
        }
    }

    pub(crate) fn public(&self) -> Value {
        serde_json::to_value(self.key.as_verification_key()).unwrap()
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({"alg": "EdDSA", "kid": self.id}), claims)
    }

    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = self.key.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(self.public()["x"].as_str().unwrap()).unwrap()
    }
}

pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
