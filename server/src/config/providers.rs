//! Reads the `OAUTH_*` variables. A pure function of the variables: it collects every mistake, so that all of
//! them can be reported together, and never repeats a value that could be a secret.

use std::collections::BTreeMap;

use oauth::config::presets::{Preset, preset};
use oauth::config::{ClientAuth, Endpoints, ProviderConfig, ProviderKind, UserinfoFields, acceptable};
use url::Url;

use super::errors::BadVariable;

/// What `<SETTING>` in `OAUTH_<NAME>_<SETTING>` may be.
const SETTINGS: [&str; 13] = [
    "AUTH_URL",
    "CLIENT_AUTH",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "EMAIL_FIELD",
    "EMAIL_VERIFIED_FIELD",
    "ISSUER",
    "LABEL",
    "NAME_FIELD",
    "SCOPES",
    "SUBJECT_FIELD",
    "TOKEN_URL",
    "USERINFO_URL",
];

const URLS: [&str; 3] = ["AUTH_URL", "TOKEN_URL", "USERINFO_URL"];
const FIELDS: [&str; 4] = ["SUBJECT_FIELD", "EMAIL_FIELD", "EMAIL_VERIFIED_FIELD", "NAME_FIELD"];

/// Names that mean something else already: the built-in provider, and how `/session-info` calls a login by
/// password.
const RESERVED: [&str; 2] = ["DEMO", "PASSWORD"];

/// All providers configured by variables, by name. `OAUTH_DEMO` is not ours to read and is passed over; a
/// variable with an empty value counts as unset.
pub(super) fn providers_from_env(
    vars: &BTreeMap<String, String>,
    errors: &mut Vec<BadVariable>,
) -> Vec<ProviderConfig> {
    let mut groups: BTreeMap<&str, BTreeMap<&'static str, &str>> = BTreeMap::new();
    for (variable, value) in vars {
        let Some(rest) = variable.strip_prefix("OAUTH_").filter(|rest| *rest != "DEMO") else { continue };
        let Some((name, setting)) = split(rest) else {
            errors.push(bad(variable, "(redacted)", &accepted_names()));
            continue;
        };
        if RESERVED.contains(&name) {
            let accepted = format!("another name than {name}, which is reserved");
            errors.push(bad(variable, "(redacted)", &accepted));
            continue;
        }
        let group = groups.entry(name).or_default();
        if !value.trim().is_empty() {
            group.insert(setting, value.trim());
        }
    }
    groups
        .into_iter()
        .filter(|(_, settings)| !settings.is_empty())
        .filter_map(|(name, settings)| Group { name, settings, preset: preset(name), errors }.provider())
        .collect()
}

fn accepted_names() -> String {
    format!("OAUTH_DEMO, or OAUTH_<NAME>_ and one of {}", SETTINGS.join(", "))
}

/// `MY_COMPANY_CLIENT_ID` → (`MY_COMPANY`, `CLIENT_ID`); the longest setting wins.
fn split(rest: &str) -> Option<(&str, &'static str)> {
    let (name, setting) = SETTINGS
        .into_iter()
        .filter_map(|setting| Some((rest.strip_suffix(setting)?.strip_suffix('_')?, setting)))
        .min_by_key(|(name, _)| name.len())?;
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    name.split('_').all(part).then_some((name, setting))
}

fn bad(name: &str, value: &str, accepted: &str) -> BadVariable {
    BadVariable { name: name.to_owned(), value: value.to_owned(), accepted: accepted.to_owned() }
}

/// The variables of one provider.
struct Group<'a> {
    name: &'a str,
    settings: BTreeMap<&'static str, &'a str>,
    preset: Option<&'static Preset>,
    errors: &'a mut Vec<BadVariable>,
}

impl Group<'_> {
    fn provider(mut self) -> Option<ProviderConfig> {
        let before = self.errors.len();
        let kind = self.kind();
        let client_id = self.required("CLIENT_ID");
        let client_secret = self.required("CLIENT_SECRET");
        let client_auth = self.client_auth();
        let scopes = self.scopes(matches!(kind, Some(ProviderKind::OpenId { .. })));
        if self.errors.len() > before {
            return None;
        }
        let name = self.name.to_ascii_lowercase().replace('_', "-");
        let label = self.get("LABEL").or(self.preset.map(|preset| preset.label)).unwrap_or(&name).to_owned();
        Some(ProviderConfig {
            name,
            label,
            client_id: client_id?.to_owned(),
            client_secret: client_secret?.to_owned(),
            scopes,
            client_auth,
            kind: kind?,
        })
    }

    fn variable(&self, setting: &str) -> String {
        format!("OAUTH_{}_{setting}", self.name)
    }

    fn get(&self, setting: &str) -> Option<&str> {
        self.settings.get(setting).copied()
    }

    fn refuse(&mut self, setting: &str, accepted: &str) {
        // Secrets are never wrong in themselves; a URL may hold one before an `@`.
        let value = match self.get(setting) {
            None => "(not set)",
            Some(value) if setting == "CLIENT_SECRET" || value.contains('@') => "(redacted)",
            Some(value) => value,
        };
        self.errors.push(bad(&self.variable(setting), value, accepted));
    }

    fn required(&mut self, setting: &str) -> Option<String> {
        let value = self.get(setting).map(str::to_owned);
        if value.is_none() {
            let others: Vec<_> = self.settings.keys().map(|other| self.variable(other)).collect();
            self.refuse(setting, &format!("a value, because {} is set", others.join(", ")));
        }
        value
    }

    fn kind(&mut self) -> Option<ProviderKind> {
        let urls: Vec<_> = URLS.into_iter().filter(|url| self.settings.contains_key(url)).collect();
        if self.get("ISSUER").is_some() {
            for url in &urls {
                let accepted =
                    format!("nothing beside {}: its addresses are discovered", self.variable("ISSUER"));
                self.refuse(url, &accepted);
            }
            return self.issuer();
        }
        let preset_issuer = self.preset.and_then(|preset| preset.issuer);
        if let (Some(issuer), true) = (preset_issuer, urls.is_empty()) {
            self.refuse_fields();
            return Some(ProviderKind::OpenId { issuer: issuer.to_owned() });
        }
        if self.preset.is_none() && urls.is_empty() {
            let accepted = format!(
                "an OpenID Connect issuer, or instead of it {}, {} and {}",
                self.variable("AUTH_URL"),
                self.variable("TOKEN_URL"),
                self.variable("USERINFO_URL")
            );
            self.refuse("ISSUER", &accepted);
            return None;
        }
        let endpoints = self.endpoints();
        if self.name == "GITHUB" {
            self.refuse_fields();
            return Some(ProviderKind::GitHub { endpoints: endpoints? });
        }
        let fields = self.fields();
        Some(ProviderKind::Plain { endpoints: endpoints?, fields, issuer: None })
    }

    fn issuer(&mut self) -> Option<ProviderKind> {
        self.refuse_fields();
        let issuer = self.get("ISSUER")?.to_owned();
        // OpenID Connect Discovery §2: no query either. It stays the text it is: a slash more is another issuer.
        if Url::parse(&issuer).is_ok_and(|url| acceptable(&url) && url.query().is_none()) {
            return Some(ProviderKind::OpenId { issuer });
        }
        self.refuse("ISSUER", "an https:// URL without query and fragment (http:// on loopback only)");
        None
    }

    fn refuse_fields(&mut self) {
        for field in FIELDS {
            if self.settings.contains_key(field) {
                self.refuse(field, "nothing: only plain OAuth 2.0 providers have it");
            }
        }
    }

    fn endpoints(&mut self) -> Option<Endpoints> {
        let preset = self.preset.and_then(Preset::endpoints);
        let auth_url = self.url("AUTH_URL", preset.as_ref().map(|known| &known.auth_url));
        let token_url = self.url("TOKEN_URL", preset.as_ref().map(|known| &known.token_url));
        let userinfo_url = self.url("USERINFO_URL", preset.as_ref().map(|known| &known.userinfo_url));
        Some(Endpoints { auth_url: auth_url?, token_url: token_url?, userinfo_url: userinfo_url? })
    }

    fn url(&mut self, setting: &str, preset: Option<&Url>) -> Option<Url> {
        if let (None, Some(preset)) = (self.get(setting), preset) {
            return Some(preset.clone());
        }
        let url = self.required(setting)?;
        let url = Url::parse(&url).ok().filter(acceptable);
        if url.is_none() {
            self.refuse(setting, "an https:// URL without fragment (http:// on loopback only)");
        }
        url
    }

    fn fields(&self) -> UserinfoFields {
        let known = UserinfoFields::default();
        let field = |setting, known| self.get(setting).map_or(known, str::to_owned);
        UserinfoFields {
            subject: field("SUBJECT_FIELD", known.subject),
            email: field("EMAIL_FIELD", known.email),
            email_verified: field("EMAIL_VERIFIED_FIELD", known.email_verified),
            name: field("NAME_FIELD", known.name),
        }
    }

    fn client_auth(&mut self) -> ClientAuth {
        match self.get("CLIENT_AUTH") {
            None | Some("basic") => ClientAuth::Basic,
            Some("post") => ClientAuth::Post,
            Some(_) => {
                self.refuse("CLIENT_AUTH", "basic or post");
                ClientAuth::Basic
            }
        }
    }

    fn scopes(&mut self, openid: bool) -> Vec<String> {
        let known = self.preset.map_or("openid email profile", |preset| preset.scopes);
        let mut scopes: Vec<String> =
            self.get("SCOPES").unwrap_or(known).split_ascii_whitespace().map(str::to_owned).collect();
        // RFC 6749 §3.3
        let allowed = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if !scopes.iter().all(|scope| scope.bytes().all(allowed)) {
            self.refuse("SCOPES", "scopes of printable ASCII, separated by blanks");
        }
        // Without it the answer would hold no ID token (OpenID Connect Core §3.1.2.1).
        if openid && !scopes.iter().any(|scope| scope == "openid") {
            scopes.insert(0, "openid".to_owned());
        }
        scopes
    }
}
