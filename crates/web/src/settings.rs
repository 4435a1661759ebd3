//! The `[web]` section.

use std::net::IpAddr;

use serde::Deserialize;

/// How the house presents itself on the Internet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `https://rendez-vous.ght-exemple.fr`: the only address in links and in checks of `Origin`. No slash at the end.
    pub base_url: String,
    /// Shown at the top of every page.
    pub name: String,
    /// The telephone of help, shown on every page, as it is written: `03 00 00 00 00`.
    pub help_telephone: String,
    /// When somebody answers there, in French and in English.
    pub help_hours_fr: String,
    pub help_hours_en: String,
    /// A visible mark that nothing here is real.
    pub demonstration: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Who publishes this site, for the legal notice.
    pub publisher: String,
    /// Whom to write to about personal data.
    pub dpo_email: String,
    /// State of the accessibility audit, word for word in the accessibility statement: `non`, `partiel`, `total`.
    pub accessibility_state: AccessibilityState,
    /// Requests a minute from one address (IPv6: from one /64), by class.
    pub limits: Limits,
    pub session: SessionSettings,
    pub body: BodySettings,
}

#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum AccessibilityState {
    Non,
    Partiel,
    Total,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub reading: u32,
    pub searching: u32,
    pub writing: u32,
    pub login: u32,
    /// Files, each part of one counted.
    pub uploading: u32,
    /// From the hospital's own systems.
    #[serde(default = "a_whole_list")]
    pub partner: u32,
}

const fn a_whole_list() -> u32 {
    3000
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    /// Minutes without a request after which a session ends.
    pub idle_minutes: i64,
    /// Hours after which it ends whatever happens: patients, staff.
    pub patient_hours: i64,
    pub staff_hours: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodySettings {
    /// Bytes of a form or a JSON document.
    pub limit: usize,
    /// Seconds within which a body must have arrived.
    pub deadline_seconds: u64,
    /// The same for a file: 15 MiB over a bad line take five minutes.
    pub upload_deadline_seconds: u64,
    /// Bytes a second that it must bring on average after the first five seconds.
    pub minimum_rate: u64,
}

impl Settings {
    /// `https://host:port` of [`Settings::base_url`].
    pub fn origin(&self) -> &str {
        let after_scheme = self.base_url.find("://").map_or(0, |at| at + 3);
        let end = self.base_url.get(after_scheme..).and_then(|rest| rest.find('/')).map(|at| after_scheme + at);
        self.base_url.get(..end.unwrap_or(self.base_url.len())).unwrap_or_default()
    }

    /// What is wrong with these settings, in words.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let local = ["http://localhost", "http://127.0.0.1"].iter().any(|start| self.base_url.starts_with(start));
        if !(self.base_url.starts_with("https://") || local) {
            faults.push("web.base_url must start with https:// (http:// only for localhost)".to_owned());
        }
        if self.base_url.ends_with('/') || self.base_url.contains(['?', '#']) {
            faults.push("web.base_url must be an address without a slash, ? or # at its end".to_owned());
        }
        if self.help_telephone.trim().is_empty() {
            faults.push("web.help_telephone must not be empty: the help line is on every page".to_owned());
        }
        faults
    }
}

#[cfg(test)]
pub(crate) fn sample() -> Settings {
    serde_json::from_value(serde_json::json!({
        "base_url": "http://localhost:8080",
        "name": "GHT d'essai",
        "help_telephone": "03 00 00 00 00",
        "help_hours_fr": "du lundi au vendredi de 8 h à 18 h",
        "help_hours_en": "Monday to Friday, 8 am to 6 pm",
        "demonstration": true,
        "trusted_proxies": [],
        "publisher": "GHT d'essai",
        "dpo_email": "dpo@example.org",
        "accessibility_state": "non",
        "limits": { "reading": 600, "searching": 600, "writing": 600, "login": 600, "uploading": 600 },
        "session": { "idle_minutes": 30, "patient_hours": 8, "staff_hours": 10 },
        "body": { "limit": 65536, "deadline_seconds": 30, "upload_deadline_seconds": 900, "minimum_rate": 500 }
    }))
    .unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_the_address_without_its_path() {
        let mut settings = sample();
        assert_eq!(settings.origin(), "http://localhost:8080");
        settings.base_url = "https://rdv.example.org/portail".into();
        assert_eq!(settings.origin(), "https://rdv.example.org");
        assert!(settings.faults().is_empty());
    }

    #[test]
    fn a_plain_address_on_the_internet_is_refused() {
        let settings = Settings { base_url: "http://rdv.example.org/".into(), ..sample() };
        assert_eq!(settings.faults().len(), 2);
    }
}
