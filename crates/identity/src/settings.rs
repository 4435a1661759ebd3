//! The `[identity]` section.

use std::collections::BTreeMap;

use kernel::Zone;
use serde::Deserialize;

use crate::oidc::ProviderSettings;

/// Who may log in, by whom they are vouched for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// By name: 1 to 32 of `a-z`, digits and `-`. The name stands in the callback address declared at the provider.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// The zone in which a patient reads the log of accesses.
    #[serde(default = "paris")]
    pub time_zone: String,
    /// Days in which it is still known who acted for whom, after it ended: 30 to 1461. A payer may contest a debit for 13
    /// months (CMF art. L133-24).
    #[serde(default = "thirteen_months")]
    pub proxy_days: i64,
}

const fn thirteen_months() -> i64 {
    397
}

fn paris() -> String {
    "Europe/Paris".to_owned()
}

impl Settings {
    /// What is wrong with these settings, in words, all at once.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, provider) in &self.providers {
            if !is_name(name) {
                faults.push(format!("identity.providers.{name}: a name is 1 to 32 of a-z, digits and -"));
            }
            faults.extend(provider.faults().iter().map(|fault| format!("identity.providers.{name}: {fault}")));
        }
        if self.time_zone.parse::<Zone>().is_err() {
            faults.push(format!("identity.time_zone: {} is no time zone", self.time_zone));
        }
        if !(30..=1461).contains(&self.proxy_days) {
            faults.push("identity.proxy_days: must be from 30 to 1461".to_owned());
        }
        faults
    }

    /// Origins to which login and logout forms lead, for the `form-action` of every page.
    pub fn form_targets(&self) -> Vec<String> {
        let mut origins: Vec<String> = self.providers.values().filter_map(ProviderSettings::origin).collect();
        origins.sort();
        origins.dedup();
        origins
    }
}

fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_all_at_once() {
        let settings: Settings = serde_json::from_value(serde_json::json!({
            "time_zone": "Europe/Lutece", "proxy_days": 29,
            "providers": {
                "Bad/Name": {
                    "preset": "franceconnect", "issuer": "http://idp.example/", "client_id": "", "client_secret_file": "/x",
                },
                "fc": {
                    "preset": "franceconnect", "issuer": "https://idp.example/api/v2", "client_id": "c", "client_secret_file": "/x",
                },
            },
        }))
        .unwrap();
        assert_eq!(settings.faults().len(), 6, "{:?}", settings.faults());
        assert_eq!(settings.form_targets(), ["http://idp.example", "https://idp.example"]);
    }
}
