//! Reads the `OAUTH_<NAME>_…` variables. A pure function that collects all mistakes so they can be reported
//! together, and never repeats a value that could be a secret.
//!
//! A provider is a name with at least one setting (`OAUTH_<NAME>_CLIENT_ID`, `…_LABEL` …) that is not empty. If one that
//! it needs is missing, that is an error. Variables that end in none of the settings belong to somebody else.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use oauth::config::presets::{Preset, preset};
use oauth::config::{ClientAuth, Endpoints, ProviderConfig, ProviderKind, UserinfoFields, acceptable};
use url::Url;

use super::errors::BadVariable;
use super::provider_rows as rows;
use super::row::Row;

const URLS: [Row; 3] = [rows::AUTH_URL, rows::TOKEN_URL, rows::USERINFO_URL];
const FIELDS: [Row; 4] =
    [rows::SUBJECT_FIELD, rows::EMAIL_FIELD, rows::EMAIL_VERIFIED_FIELD, rows::NAME_FIELD];

/// Names that are already in use. `/session-info` calls a login with a password `PASSWORD`. Identities of `DEMO` may be in a
/// database that has served the template: they must not become somebody else's.
const RESERVED: [&str; 2] = ["DEMO", "PASSWORD"];

/// All providers configured by variables, sorted by name. An empty variable counts as unset.
pub(super) fn providers_from_env(
    vars: &BTreeMap<String, String>,
    errors: &mut Vec<BadVariable>,
) -> Vec<ProviderConfig> {
    let mut groups: BTreeMap<&str, BTreeMap<&'static str, &str>> = BTreeMap::new();
    for (variable, value) in vars {
        let Some((name, setting)) = variable.strip_prefix("OAUTH_").and_then(split) else { continue };
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

/// Whether the variable is a setting of a provider.
pub(super) fn is_setting(variable: &str) -> bool {
    variable.strip_prefix("OAUTH_").and_then(split).is_some()
}

/// Whether the variable was made of one of another container: Docker repeats those of a linked one as
/// `<ALIAS>_ENV_<VARIABLE>`, beside `<ALIAS>_NAME`, and Kubernetes names ports of a service `<SERVICE>_SERVICE_PORT_<PORT>`,
/// beside `<SERVICE>_SERVICE_HOST`.
pub(super) fn is_of_another_container(vars: &BTreeMap<String, String>, variable: &str) -> bool {
    [("_ENV_", "_NAME"), ("_SERVICE_PORT_", "_SERVICE_HOST")].into_iter().any(|(middle, beside)| {
        variable
            .match_indices(middle)
            .any(|(at, _)| vars.contains_key(&format!("{}{beside}", &variable[..at])))
    })
}

/// `MY_COMPANY_CLIENT_ID` → (`MY_COMPANY`, `CLIENT_ID`); the longest matching setting wins.
fn split(rest: &str) -> Option<(&str, &'static str)> {
    let (name, setting) = rows::ROWS
        .into_iter()
        .map(|row| row.name)
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
        let client_id = self.required(&rows::CLIENT_ID);
        let client_secret = self.required(&rows::CLIENT_SECRET);
        let client_auth = self.client_auth();
        let scopes = self.scopes(matches!(kind, Some(ProviderKind::OpenId { .. })));
        if self.errors.len() > before {
            return None;
        }
        let name = self.name.to_ascii_lowercase().replace('_', "-");
        let label =
            self.get(&rows::LABEL).or(self.preset.map(|preset| preset.label)).unwrap_or(&name).to_owned();
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

    fn get(&self, row: &Row) -> Option<&str> {
        self.settings.get(row.name).copied()
    }

    /// Records that the row does not accept the value.
    fn refuse(&mut self, row: &Row) {
        self.refuse_because(row, row.accepted);
    }

    fn refuse_because(&mut self, row: &Row, accepted: &str) {
        let value = match self.get(row) {
            None => "(not set)",
            // A URL may contain a secret before an `@`.
            Some(value) if row.secret || value.contains('@') => "(redacted)",
            Some(value) => value,
        };
        self.errors.push(bad(&self.variable(row.name), value, accepted));
    }

    fn required(&mut self, row: &Row) -> Option<String> {
        let value = self.get(row).map(str::to_owned);
        if value.is_none() {
            let others: Vec<_> = self.settings.keys().map(|other| self.variable(other)).collect();
            self.refuse_because(row, &format!("a value, because {} is set", others.join(", ")));
        }
        value
    }

    fn kind(&mut self) -> Option<ProviderKind> {
        let urls: Vec<_> = URLS.into_iter().filter(|url| self.get(url).is_some()).collect();
        if self.get(&rows::ISSUER).is_some() {
            let issuer = self.variable(rows::ISSUER.name);
            for url in &urls {
                let accepted = format!("nothing while {issuer} is set, whose addresses are discovered");
                self.refuse_because(url, &accepted);
            }
            return self.issuer();
        }
        let preset_issuer = self.preset.and_then(|preset| preset.issuer);
        if let (Some(issuer), true) = (preset_issuer, urls.is_empty()) {
            self.refuse_fields();
            return Some(ProviderKind::OpenId { issuer: issuer.to_owned() });
        }
        if self.preset.is_none() && urls.is_empty() {
            let [auth, token, userinfo] = URLS.map(|url| self.variable(url.name));
            let accepted =
                format!("an OpenID Connect issuer, or instead of it {auth}, {token} and {userinfo}");
            self.refuse_because(&rows::ISSUER, &accepted);
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
        let issuer = self.get(&rows::ISSUER)?.to_owned();
        // OpenID Connect Discovery §2 allows no query either. The text is kept verbatim, because a trailing
        // slash makes it a different issuer.
        if Url::parse(&issuer).is_ok_and(|url| acceptable(&url) && url.query().is_none()) {
            return Some(ProviderKind::OpenId { issuer });
        }
        self.refuse(&rows::ISSUER);
        None
    }

    fn refuse_fields(&mut self) {
        for field in FIELDS {
            if self.get(&field).is_some() {
                self.refuse_because(&field, "nothing: only plain OAuth 2.0 providers have it");
            }
        }
    }

    fn endpoints(&mut self) -> Option<Endpoints> {
        let preset = self.preset.and_then(Preset::endpoints);
        let auth_url = self.url(&rows::AUTH_URL, preset.as_ref().map(|known| &known.auth_url));
        let token_url = self.url(&rows::TOKEN_URL, preset.as_ref().map(|known| &known.token_url));
        let userinfo_url = self.url(&rows::USERINFO_URL, preset.as_ref().map(|known| &known.userinfo_url));
        Some(Endpoints { auth_url: auth_url?, token_url: token_url?, userinfo_url: userinfo_url? })
    }

    fn url(&mut self, row: &Row, preset: Option<&Url>) -> Option<Url> {
        if let (None, Some(preset)) = (self.get(row), preset) {
            return Some(preset.clone());
        }
        let url = self.required(row)?;
        let url = Url::parse(&url).ok().filter(acceptable);
        if url.is_none() {
            self.refuse(row);
        }
        url
    }

    fn fields(&self) -> UserinfoFields {
        let known = UserinfoFields::default();
        let field = |row: &Row, known| self.get(row).map_or(known, str::to_owned);
        UserinfoFields {
            subject: field(&rows::SUBJECT_FIELD, known.subject),
            email: field(&rows::EMAIL_FIELD, known.email),
            email_verified: field(&rows::EMAIL_VERIFIED_FIELD, known.email_verified),
            name: field(&rows::NAME_FIELD, known.name),
        }
    }

    fn client_auth(&mut self) -> ClientAuth {
        match self.get(&rows::CLIENT_AUTH) {
            None | Some("basic") => ClientAuth::Basic,
            Some("post") => ClientAuth::Post,
            Some(_) => {
                self.refuse(&rows::CLIENT_AUTH);
                ClientAuth::Basic
            }
        }
    }

    fn scopes(&mut self, openid: bool) -> Vec<String> {
        let known = self.preset.map_or("openid email profile", |preset| preset.scopes);
        let mut scopes: Vec<String> =
            self.get(&rows::SCOPES).unwrap_or(known).split_ascii_whitespace().map(str::to_owned).collect();
        // RFC 6749 §3.3
        let allowed = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if !scopes.iter().all(|scope| scope.bytes().all(allowed)) {
            self.refuse(&rows::SCOPES);
        }
        // Without it the response would not contain an ID token (OpenID Connect Core §3.1.2.1).
        if openid && !scopes.iter().any(|scope| scope == "openid") {
            scopes.insert(0, "openid".to_owned());
        }
        scopes
    }
}
