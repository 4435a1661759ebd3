//! `[payment]` of the settings file.

use std::{collections::BTreeMap, path::PathBuf};

use kernel::{Finess, Money};
use serde::Deserialize;
use url::Url;

use crate::{
    domain::{
        creditor::{Creditor, Mode, Terms},
        lookups::{Patience, Rhythm},
        report::Profile,
        terms::Numcli,
    },
    payfip, vads,
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// When a provider is asked how an attempt ended.
    pub rhythm: Rhythm,
    pub patience: Patience,
    pub payfip: payfip::Endpoints,
    /// Without it no shop of the Lyra platform takes payments.
    pub vads: Option<Vads>,
    /// By the FINESS of the legal entity, then by the key that its invoices name.
    #[serde(default)]
    pub creditors: BTreeMap<Finess, BTreeMap<String, CreditorSettings>>,
    /// How reports of money are written, by key.
    #[serde(default)]
    pub reports: BTreeMap<String, Profile>,
}

/// The `[payment.vads]` section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vads {
    /// The bank's payment page.
    pub page: Url,
    /// By the shop's number (`vads_site_id`).
    #[serde(default)]
    pub shops: BTreeMap<String, Shop>,
}

/// Where the keys of one shop's forms lie.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    pub test_key_file: PathBuf,
    pub production_key_file: PathBuf,
}

/// Who takes the money of a creditor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderName {
    Payfip,
    Vads,
}

impl ProviderName {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payfip => payfip::NAME,
            Self::Vads => vads::NAME,
        }
    }
}

/// One *régie* or budget of an establishment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditorSettings {
    /// As patients read it.
    pub name: String,
    pub provider: ProviderName,
    /// As the provider numbers it: the 6 digits of the DGFiP (`numcli`), the 8 of a shop.
    pub number: String,
    pub mode: Mode,
    #[serde(default)]
    pub partial_payment: bool,
    #[serde(default)]
    pub several_invoices: bool,
    /// Cents; never below one euro, which PayFiP does not take.
    #[serde(default = "one_euro")]
    pub least_cents: i64,
    #[serde(default = "hundred_thousand_euros")]
    pub most_cents: i64,
}

const fn one_euro() -> i64 {
    100
}

const fn hundred_thousand_euros() -> i64 {
    10_000_000
}

impl CreditorSettings {
    pub fn creditor(&self) -> Creditor {
        Creditor {
            provider: self.provider.name(),
            number: self.number.clone(),
            mode: self.mode,
            terms: Terms {
                is_open: true,
                least: Money::from_cents(self.least_cents),
                most: Money::from_cents(self.most_cents),
                partial_payment: self.partial_payment,
                several_invoices: self.several_invoices,
            },
        }
    }

    fn faults(&self, key: &str, vads: Option<&Vads>) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |what: &str| faults.push(format!("payment.creditors.{key}: {what}"));
        match self.provider {
            ProviderName::Payfip if self.number.parse::<Numcli>().is_err() => fault("number must be 6 digits"),
            ProviderName::Vads if !vads.is_some_and(|vads| vads.shops.contains_key(&self.number)) => {
                fault("number must be a shop of payment.vads.shops");
            }
            _ => {}
        }
        if self.name.trim().is_empty() {
            fault("name must be set");
        }
        if !(one_euro()..=self.most_cents).contains(&self.least_cents) || self.most_cents > hundred_thousand_euros() {
            fault("100 <= least_cents <= most_cents <= 10000000");
        }
        if self.mode == Mode::Activation {
            fault("mode must be test or production; activation is a switch at the desk");
        }
        faults
    }
}

impl Settings {
    /// Everything that is out of range.
    pub fn faults(&self) -> Vec<String> {
        let patience = &self.patience;
        let ranges = [
            ("expires_minutes", patience.expires_minutes, 20, 1440),
            ("second_thoughts_minutes", patience.second_thoughts_minutes, 0, 60),
            ("reopens_minutes", patience.reopens_minutes, 15, 120),
            ("known_after_minutes", patience.known_after_minutes, 1, 120),
        ];
        let outside = ranges.into_iter().filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        let mut faults: Vec<String> = outside
            .map(|(name, _, least, most)| format!("payment.patience.{name} must be {least} to {most}"))
            .collect();
        if !self.rhythm.is_sound() {
            faults.push("payment.rhythm: each stretch ends later than the one before and has a beat".to_owned());
        }
        for shop in self.vads.iter().flat_map(|vads| vads.shops.keys()).filter(|shop| !vads::is_shop(shop)) {
            faults.push(format!("payment.vads.shops.{shop}: a shop (vads_site_id) is 8 digits"));
        }
        for (key, profile) in &self.reports {
            faults.extend(profile.faults().into_iter().map(|fault| format!("payment.reports.{key}: {fault}")));
        }
        for (finess, creditors) in &self.creditors {
            for (key, creditor) in creditors {
                faults.extend(creditor.faults(&format!("{finess}.{key}"), self.vads.as_ref()));
            }
        }
        faults
    }

    /// The origins to which the forms of payers lead.
    pub fn form_targets(&self) -> Vec<String> {
        let pages = std::iter::once(&self.payfip.page).chain(self.vads.as_ref().map(|vads| &vads.page));
        pages.map(|page| page.origin().ascii_serialization()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(creditor: serde_json::Value) -> Settings {
        serde_json::from_value(serde_json::json!({
            "rhythm": [{ "until": 10, "every": 1 }],
            "patience": { "expires_minutes": 120, "second_thoughts_minutes": 2, "reopens_minutes": 20, "known_after_minutes": 20 },
            "payfip": { "service": "https://payfip.example/service", "page": "https://payfip.example/page" },
            "vads": { "page": "https://bank.example/vads-payment/", "shops": {} },
            "creditors": { "990001000": { "consultations": creditor } },
        }))
        .unwrap()
    }

    #[test]
    fn a_creditor_is_checked_before_any_payer_comes() {
        let right =
            serde_json::json!({ "name": "Régie", "provider": "payfip", "number": "006382", "mode": "production" });
        assert_eq!(settings(right.clone()).faults(), [""; 0]);
        for (field, value, word) in [
            ("number", serde_json::json!("6382"), "6 digits"),
            ("provider", serde_json::json!("vads"), "shops"),
            ("name", serde_json::json!(" "), "name"),
            ("least_cents", serde_json::json!(99), "least_cents"),
            ("most_cents", serde_json::json!(10_000_001), "most_cents"),
            ("mode", serde_json::json!("activation"), "switch"),
        ] {
            let mut wrong = right.clone();
            wrong[field] = value;
            let faults = settings(wrong).faults();
            assert!(matches!(faults.as_slice(), [fault] if fault.contains(word)), "{field}: {faults:?}");
        }
        let targets = ["https://payfip.example", "https://bank.example"];
        assert_eq!(settings(right).form_targets(), targets);
    }
}
