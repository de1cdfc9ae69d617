//! Known devices: a browser in which somebody has logged in before proves it with a signed token, and is not
//! delayed while its account is slowed down (OWASP, "Device Cookies"; `log_in`).
//!
//! A token is no login and says nothing else: it names the device by a random id, and the accounts by keyed
//! hashes, as failed logins do. A stolen one lets its thief guess as if at an address where the owner has
//! been, so failures with it are counted under its id (`throttle`). It ends with its age, or with the secret
//! it was signed with.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::millis::{from_millis, to_millis};
use sessions::mac;
use time::{Duration, OffsetDateTime};

/// How long a device is known after its token was issued.
pub const DEVICE_LIFETIME: Duration = Duration::days(180);

/// A login with an older token renews it.
const RENEWED_AFTER: Duration = Duration::days(30);

/// A household on one computer; of more accounts the newest are known.
const MOST_ACCOUNTS: usize = 5;

/// Longer than any token, in bytes.
const LONGEST: usize = 512;

/// The device of a request: the tokens it presents, and the one that it is to keep. Clones share the latter.
#[derive(Clone, Default)]
pub struct Device {
    presented: Arc<[Vec<u8>]>,
    issued: Arc<Mutex<Option<String>>>,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Device(…)")
    }
}

impl Device {
    /// With these tokens, unread: the first that was signed here and has not expired counts.
    #[must_use]
    pub fn presenting(tokens: Vec<Vec<u8>>) -> Self {
        Self { presented: tokens.into(), issued: Arc::default() }
    }

    /// The token to keep in place of all others, if a login of this request has changed it: letters, digits
    /// and a few signs that a cookie may contain.
    #[must_use]
    pub fn issued(&self) -> Option<String> {
        // Nothing panics while holding the lock.
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn issue(&self, token: String) {
        *self.issued.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }
}

/// `v1.<id>.<issued>.<account>~<account>….<signature>`, opened.
struct Token {
    id: String,
    issued_at: OffsetDateTime,
    /// Keyed hashes, the one that logged in last first.
    accounts: Vec<String>,
    /// Signed with a secret that is no longer the newest.
    old_key: bool,
}

/// Opens and signs tokens.
pub(crate) struct Devices {
    /// Newest first.
    keys: Vec<[u8; 32]>,
}

impl Devices {
    pub(crate) fn new(keys: Vec<[u8; 32]>) -> Self {
        Self { keys }
    }

    /// The name under which failures of this device are counted, if the account with this address
    /// (`EmailAddress::key`) was logged in to on it.
    pub(crate) fn name_if_known(&self, device: &Device, email: &str, now: OffsetDateTime) -> Option<String> {
        let token = self.open(device, now)?;
        let known = self.account(email).any(|account| token.accounts.contains(&account));
        known.then(|| format!("device {}", token.id))
    }

    /// Somebody has logged in to this account: issues a token that says so, unless the device has one.
    pub(crate) fn remember(&self, device: &Device, email: &str, now: OffsetDateTime) {
        let names: Vec<String> = self.account(email).collect();
        // There is always a key: the configuration rejects an empty list of secrets.
        let (Some(key), Some(own)) = (self.keys.first(), names.first()) else { return };
        let known = self.open(device, now);
        let is_current = |token: &Token| {
            !token.old_key && now - token.issued_at < RENEWED_AFTER && token.accounts.contains(own)
        };
        if known.as_ref().is_some_and(is_current) {
            return;
        }
        let (id, accounts) = known.map_or_else(|| (random_id(), vec![]), |token| (token.id, token.accounts));
        let others = accounts.into_iter().filter(|account| !names.contains(account));
        let accounts: Vec<String> = std::iter::once(own.clone()).chain(others).take(MOST_ACCOUNTS).collect();
        device.issue(sign(key, &id, now, &accounts));
    }

    /// The keyed hash of an account with each of the keys: a token from before a change of secrets has an
    /// older one.
    fn account(&self, email: &str) -> impl Iterator<Item = String> {
        // What is signed begins with a version instead, so that neither stands for the other.
        let message = format!("account {email}");
        self.keys.iter().map(move |key| URL_SAFE_NO_PAD.encode(&mac::tag(key, message.as_bytes())[..16]))
    }

    fn open(&self, device: &Device, now: OffsetDateTime) -> Option<Token> {
        let mut signed = device.presented.iter().filter_map(|token| self.verify(token));
        signed.find(|token| now - token.issued_at < DEVICE_LIFETIME)
    }

    fn verify(&self, token: &[u8]) -> Option<Token> {
        if token.len() > LONGEST {
            return None;
        }
        let (body, signature) = std::str::from_utf8(token).ok()?.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = self.keys.iter().position(|key| mac::verify(key, body.as_bytes(), &signature))?;
        let [version, id, issued, accounts]: [&str; 4] =
            body.split('.').collect::<Vec<_>>().try_into().ok()?;
        if version != "v1" {
            return None;
        }
        Some(Token {
            id: id.to_owned(),
            issued_at: from_millis(issued.parse().ok()?),
            accounts: accounts.split('~').map(str::to_owned).collect(),
            old_key: key > 0,
        })
    }
}

fn sign(key: &[u8; 32], id: &str, now: OffsetDateTime, accounts: &[String]) -> String {
    let body = format!("v1.{id}.{}.{}", to_millis(now), accounts.join("~"));
    let signature = URL_SAFE_NO_PAD.encode(mac::tag(key, body.as_bytes()));
    format!("{body}.{signature}")
}

fn random_id() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);
    const OLD: [u8; 32] = [1; 32];
    const NEW: [u8; 32] = [2; 32];

    fn devices(keys: &[[u8; 32]]) -> Devices {
        Devices::new(keys.to_vec())
    }

    fn presenting(token: &str) -> Device {
        Device::presenting(vec![token.as_bytes().to_vec()])
    }

    /// What a device with this token has after a login.
    fn after_log_in(devices: &Devices, token: &str, email: &str, now: OffsetDateTime) -> Option<String> {
        let device = presenting(token);
        devices.remember(&device, email, now);
        device.issued()
    }

    fn knows(devices: &Devices, token: &str, email: &str, now: OffsetDateTime) -> bool {
        devices.name_if_known(&presenting(token), email, now).is_some()
    }

    #[test]
    fn a_token_is_good_for_its_accounts_and_its_time() {
        let devices = devices(&[OLD]);
        let token = after_log_in(&devices, "", "ann@example.com", NOW).unwrap();
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-~".contains(&b)), "{token}");
        let end = NOW + DEVICE_LIFETIME;
        assert!(knows(&devices, &token, "ann@example.com", end - Duration::MILLISECOND));
        assert!(!knows(&devices, &token, "ann@example.com", end));
        assert!(!knows(&devices, &token, "bob@example.com", NOW));
        assert!(!token.contains("ann"));
    }

    #[test]
    fn it_is_issued_again_only_when_it_changes_and_keeps_its_id() {
        let devices = devices(&[OLD]);
        let token = after_log_in(&devices, "", "ann@example.com", NOW).unwrap();
        let just_before = NOW + RENEWED_AFTER - Duration::MILLISECOND;
        assert_eq!(after_log_in(&devices, &token, "ann@example.com", just_before), None);
        let id = |token: &str| token.split('.').nth(1).unwrap().to_owned();
        for (email, at) in [("ann@example.com", NOW + RENEWED_AFTER), ("bob@example.com", NOW)] {
            let next = after_log_in(&devices, &token, email, at).unwrap();
            assert_eq!(id(&next), id(&token));
            assert!(knows(&devices, &next, "ann@example.com", at) && knows(&devices, &next, email, at));
        }
        let another = after_log_in(&devices, "", "ann@example.com", NOW).unwrap();
        assert_ne!(id(&another), id(&token));
    }

    #[test]
    fn the_newest_accounts_are_known() {
        let devices = devices(&[OLD]);
        let mut token = String::new();
        for n in 0..=MOST_ACCOUNTS {
            token = after_log_in(&devices, &token, &format!("p{n}@example.com"), NOW).unwrap();
        }
        assert!(token.len() < LONGEST);
        let known = |n: usize| knows(&devices, &token, &format!("p{n}@example.com"), NOW);
        assert!(!known(0) && (1..=MOST_ACCOUNTS).all(known));
    }

    #[test]
    fn a_token_of_the_first_version_is_known() {
        // Signed with another implementation of RFC 2104.
        let token = "v1.dGhlIGZpcnN0IGRldmljZQ.1772355600000.1kJy__rHoKCImgbeAU5TzQ.\
                     qQFCsP3qXyWnb37fPiDtoUfGOPg6R2DorsS0mPkxARE";
        assert!(knows(&devices(&[OLD]), token, "ann@example.com", NOW));
        assert_eq!(after_log_in(&devices(&[OLD]), token, "ann@example.com", NOW), None, "it is kept");
    }

    #[test]
    fn forged_and_foreign_ones_are_passed_over() {
        let devices = devices(&[OLD]);
        let token = after_log_in(&devices, "", "ann@example.com", NOW).unwrap();
        let elsewhere = after_log_in(&self::devices(&[NEW]), "", "ann@example.com", NOW).unwrap();
        let (longer, huge) = (format!("{token}x"), "x".repeat(9_000));
        let forged = ["", ".", "v1....", "x", &elsewhere, &token[1..], &longer, &huge];
        for bad in forged {
            assert!(!knows(&devices, bad, "ann@example.com", NOW), "{bad}");
        }
        let mut all: Vec<Vec<u8>> = forged.iter().map(|bad| bad.as_bytes().to_vec()).collect();
        all.extend([b"\xff\xfe".to_vec(), token.into_bytes()]);
        let device = Device::presenting(all);
        assert!(devices.name_if_known(&device, "ann@example.com", NOW).is_some(), "the one that is good");
    }

    #[test]
    fn a_rotation_of_secrets_forgets_nobody() {
        let before = devices(&[OLD]);
        let ann = after_log_in(&before, "", "ann@example.com", NOW).unwrap();
        let both = after_log_in(&before, &ann, "bob@example.com", NOW).unwrap();
        let during = devices(&[NEW, OLD]);
        assert!(knows(&during, &both, "bob@example.com", NOW));
        let renewed = after_log_in(&during, &both, "ann@example.com", NOW).expect("signed with the newest");
        assert!(knows(&during, &renewed, "ann@example.com", NOW));
        assert!(knows(&during, &renewed, "bob@example.com", NOW));
        assert!(knows(&devices(&[NEW]), &renewed, "ann@example.com", NOW), "the old secret is not needed");
        assert!(!knows(&devices(&[NEW]), &both, "ann@example.com", NOW));
    }

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", presenting("v1.secret")), "Device(…)");
    }
}
