//! The room's settings; the README tells units and ranges.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub mail: MailSettings,
    /// Without it no SMS is sent.
    #[serde(default)]
    pub sms: Option<SmsSettings>,
    /// Notices to one person by one channel in one day.
    pub daily_limit: u32,
    /// Whether patients are written to when a hospital asks for money: one e-mail for each invoice.
    #[serde(default)]
    pub new_invoices: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// Certificates (PEM) of the authority that signed the relay's, when it is the hospital's own.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// The hospital's address: sender of the e-mails and organizer of the calendar events.
    pub from: String,
    pub timeout_seconds: u64,
    pub connections: u32,
}

/// How the way to the relay is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Only to this very machine.
    None,
    /// Begins in clear and must turn to TLS before anything is said.
    Starttls,
    /// TLS from the first byte.
    Implicit,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    pub url: String,
    pub method: SmsMethod,
    /// Name of the header that carries the token, such as `Authorization`.
    #[serde(default)]
    pub header: Option<String>,
    /// File that holds the header's whole value, such as `Bearer 3f…`.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// The request's body: JSON whose texts may hold `{to}`, `{text}` and `{id}`.
    pub body: String,
    /// Statuses that mean "taken".
    pub success: Vec<u16>,
    pub timeout_seconds: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SmsMethod {
    Post,
    Put,
}

/// What is wrong with the settings, in one sentence an operator can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {fault}")]
pub struct SettingFault {
    pub key: &'static str,
    pub fault: String,
}

impl SettingFault {
    pub(crate) fn new(key: &'static str, fault: impl Into<String>) -> Self {
        Self { key, fault: fault.into() }
    }
}

/// Time limits stay below that of one try of a delivery (40 s).
pub(crate) fn time_limit(key: &'static str, seconds: u64) -> Result<Duration, SettingFault> {
    match seconds {
        1..=30 => Ok(Duration::from_secs(seconds)),
        _ => Err(SettingFault::new(key, "must be 1 to 30 seconds")),
    }
}

/// A secret kept in a file of its own.
pub(crate) fn secret(key: &'static str, path: &std::path::Path) -> Result<secrecy::SecretString, SettingFault> {
    let fault = |error| SettingFault::new(key, format!("cannot read {}: {error}", path.display()));
    storage::secret::read(path).map(Into::into).map_err(fault)
}

/// Whether a host name means this very machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
