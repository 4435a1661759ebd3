//! The settings of one provider. A preset gives what differs between FranceConnect and a hospital's own provider.

use std::{collections::BTreeSet, net::IpAddr, path::PathBuf};

use kernel::Finess;
use openidconnect::{
    core::CoreJwsSigningAlgorithm,
    url::{Host, Url},
};
use serde::Deserialize;

/// Roles of the desk, as route tables name them.
pub const ROLES: &[&str] = &["interfaces", "admissions", "cashier", "agendas", "dpo", "care"];

/// What kind of provider this is, and so whom it lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Patients. Only FranceConnect's whitelisted parameters, no PKCE, userinfo as a signed JWT.
    FranceConnect,
    /// Staff, with roles. PKCE S256, userinfo as JSON.
    Hospital,
}

/// The one signature algorithm accepted from a provider, whatever it advertises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Algorithm {
    #[default]
    ES256,
    RS256,
}

impl Algorithm {
    pub(super) const fn jws(self) -> CoreJwsSigningAlgorithm {
        match self {
            Self::ES256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Self::RS256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        }
    }
}

/// Where the secret travels at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuth {
    /// In the body (`client_secret_post`).
    #[default]
    Post,
    /// In the `Authorization` header (`client_secret_basic`).
    Basic,
}

/// How the claims about a person are fetched after the ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Userinfo {
    /// `application/jwt`, signed; it must carry `iss`, `aud`, `iat` and `exp`.
    Jwt,
    /// `application/json`, over TLS.
    Json,
    /// The ID token holds everything (AD FS).
    None,
}

/// One value found at [`Roles::claim`], compared exactly, and what it gives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub value: String,
    /// Roles of the desk: `interfaces`, `admissions`, `cashier`, `agendas`, `dpo`.
    #[serde(default)]
    pub roles: BTreeSet<String>,
    /// FINESS numbers of the legal entities (EJ) the person works for.
    #[serde(default)]
    pub establishments: BTreeSet<Finess>,
}

/// Where roles stand in the claims, and what each value means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// A dotted path, such as `roles` or `realm_access.roles`, to a string or a list of strings.
    pub claim: String,
    pub grants: Vec<Grant>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    pub preset: Preset,
    /// Exactly as in the provider's discovery document, without a final slash.
    pub issuer: String,
    pub client_id: String,
    pub client_secret_file: PathBuf,
    #[serde(default)]
    pub scopes: Vec<String>,
    #[serde(default)]
    pub algorithm: Algorithm,
    /// The level of assurance asked for and required (`eidas1`); a higher one is accepted.
    #[serde(default)]
    pub required_acr: Option<String>,
    #[serde(default)]
    pub pkce: Option<bool>,
    #[serde(default)]
    pub client_auth: ClientAuth,
    #[serde(default)]
    pub userinfo: Option<Userinfo>,
    #[serde(default)]
    pub roles: Option<Roles>,
    /// A private certification authority (PEM) for this provider alone; read by the server, which builds the client.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// A demonstration provider says so on the login page.
    #[serde(default)]
    pub demonstration: bool,
}

/// A setting that must not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    #[error("{0} is not an absolute https address (http only for this machine)")]
    Address(&'static str),
    #[error("issuer must not end with a slash")]
    Slash,
    #[error("{0} is empty")]
    Empty(&'static str),
    #[error("a hospital provider needs roles: nobody could enter")]
    NoRoles,
    #[error("roles are for hospital providers only")]
    RolesOfPatients,
    #[error("unknown role {0}")]
    UnknownRole(String),
    #[error("the client secret's file cannot be read, or is empty")]
    Secret,
}

impl ProviderSettings {
    pub fn pkce(&self) -> bool {
        self.pkce.unwrap_or(self.preset == Preset::Hospital)
    }

    pub fn userinfo(&self) -> Userinfo {
        self.userinfo.unwrap_or(match self.preset {
            Preset::FranceConnect => Userinfo::Jwt,
            Preset::Hospital => Userinfo::Json,
        })
    }

    /// FranceConnect refuses a request without a level.
    pub fn acr(&self) -> Option<&str> {
        match (&self.required_acr, self.preset) {
            (Some(level), _) => Some(level),
            (None, Preset::FranceConnect) => Some("eidas1"),
            (None, Preset::Hospital) => None,
        }
    }

    /// Scopes besides `openid`: what this product needs and declares, no more (franceconnect §1.4).
    pub fn scopes(&self) -> Vec<&str> {
        let preset: &[&str] = match self.preset {
            Preset::FranceConnect => &["identite_pivot", "preferred_username", "email", "idp_birthdate"],
            Preset::Hospital => &["profile", "email"],
        };
        let chosen = self.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid");
        if self.scopes.is_empty() { preset.to_vec() } else { chosen.collect() }
    }

    /// Every fault at once, for the start of the program.
    pub fn faults(&self) -> Vec<SettingsFault> {
        let mut faults = Vec::new();
        if !Url::parse(&self.issuer).is_ok_and(|url| is_safe(&url)) {
            faults.push(SettingsFault::Address("issuer"));
        }
        if self.issuer.ends_with('/') {
            faults.push(SettingsFault::Slash);
        }
        if self.client_id.is_empty() {
            faults.push(SettingsFault::Empty("client_id"));
        }
        match (&self.roles, self.preset) {
            (None, Preset::Hospital) => faults.push(SettingsFault::NoRoles),
            (Some(_), Preset::FranceConnect) => faults.push(SettingsFault::RolesOfPatients),
            _ => {}
        }
        let roles = self.roles.iter().flat_map(|roles| &roles.grants).flat_map(|grant| &grant.roles);
        faults.extend(roles.filter(|role| !ROLES.contains(&role.as_str())).cloned().map(SettingsFault::UnknownRole));
        faults
    }

    /// `https://host:port` of the provider: browsers must be allowed to follow our forms there.
    pub fn origin(&self) -> Option<String> {
        Url::parse(&self.issuer).ok().map(|url| url.origin().ascii_serialization())
    }

    /// The side of the house this provider lets people in on.
    pub fn is_for_staff(&self) -> bool {
        self.preset == Preset::Hospital
    }
}

/// https anywhere; http on this machine only; never with a name and password in it.
pub(super) fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => return false,
    };
    let anonymous = url.username().is_empty() && url.password().is_none();
    anonymous && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}

#[cfg(test)]
mod unit {
    use super::*;

    fn parsed(extra: serde_json::Value) -> Result<ProviderSettings, serde_json::Error> {
        let mut all = serde_json::json!({
            "preset": "franceconnect", "issuer": "https://idp.example/api/v2", "client_id": "c",
            "client_secret_file": "/run/secret",
        });
        all.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        serde_json::from_value(all)
    }

    #[test]
    fn a_preset_fills_in_what_was_not_said() {
        let patients = parsed(serde_json::json!({})).unwrap();
        assert_eq!((patients.pkce(), patients.userinfo(), patients.acr()), (false, Userinfo::Jwt, Some("eidas1")));
        assert!(patients.faults().is_empty());
        let staff = parsed(serde_json::json!({"preset": "hospital", "userinfo": "none"})).unwrap();
        assert_eq!((staff.pkce(), staff.userinfo(), staff.acr()), (true, Userinfo::None, None));
        assert_eq!(staff.faults(), [SettingsFault::NoRoles]);
    }

    #[test]
    fn unknown_keys_and_unsafe_addresses_are_refused() {
        assert!(parsed(serde_json::json!({"pcke": true})).is_err());
        for issuer in ["http://idp.example", "ftp://127.0.0.1/x", "https://u:p@idp.example", "idp.example", ""] {
            let settings = parsed(serde_json::json!({ "issuer": issuer })).unwrap();
            assert_eq!(settings.faults(), [SettingsFault::Address("issuer")], "{issuer}");
        }
        for issuer in ["http://127.0.0.1:8", "http://localhost:8/api/v2", "http://[::1]:8/x"] {
            assert!(parsed(serde_json::json!({ "issuer": issuer })).unwrap().faults().is_empty(), "{issuer}");
        }
        let roles = serde_json::json!({"claim": "r", "grants": [{"value": "x", "roles": ["admissions", "king"]}]});
        let staff = parsed(serde_json::json!({"preset": "hospital", "roles": roles})).unwrap();
        assert_eq!(staff.faults(), [SettingsFault::UnknownRole("king".into())]);
        let slash = parsed(serde_json::json!({"issuer": "https://idp.example/"})).unwrap();
        assert_eq!(slash.faults(), [SettingsFault::Slash]);
    }
}
