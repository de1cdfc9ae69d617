//! Presets for well-known providers.

use super::Endpoints;

/// A well-known provider. Every URL can be overridden by its variable.
pub struct Preset {
    pub label: &'static str,
    /// Set if it supports OpenID Connect; ignored if one of the URLs is overridden.
    pub issuer: Option<&'static str>,
    pub auth_url: &'static str,
    pub token_url: &'static str,
    pub userinfo_url: &'static str,
    pub scopes: &'static str,
}

/// <https://accounts.google.com/.well-known/openid-configuration>
const GOOGLE: Preset = Preset {
    label: "Google",
    issuer: Some("https://accounts.google.com"),
    auth_url: "https://accounts.google.com/o/oauth2/v2/auth",
    token_url: "https://oauth2.googleapis.com/token",
    userinfo_url: "https://openidconnect.googleapis.com/v1/userinfo",
    scopes: "openid email profile",
};

/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>
const GITHUB: Preset = Preset {
    label: "GitHub",
    issuer: None,
    auth_url: "https://github.com/login/oauth/authorize",
    token_url: "https://github.com/login/oauth/access_token",
    userinfo_url: "https://api.github.com/user",
    scopes: "read:user user:email",
};

/// The preset for a `<NAME>`, if there is one.
pub fn preset(name: &str) -> Option<&'static Preset> {
    match name {
        "GOOGLE" => Some(&GOOGLE),
        "GITHUB" => Some(&GITHUB),
        _ => None,
    }
}

impl Preset {
    /// Its endpoints, parsed. `None` would be a mistake in this file, which a test detects.
    pub fn endpoints(&self) -> Option<Endpoints> {
        Some(Endpoints {
            auth_url: self.auth_url.parse().ok()?,
            token_url: self.token_url.parse().ok()?,
            userinfo_url: self.userinfo_url.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_are_complete() {
        for name in ["GOOGLE", "GITHUB"] {
            let endpoints = preset(name).unwrap().endpoints().unwrap();
            assert_eq!(endpoints.auth_url.scheme(), "https");
        }
    }
}
