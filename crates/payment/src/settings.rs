//! `[payment]` of the settings file.

use std::collections::BTreeMap;

use kernel::{Finess, Money};
use serde::Deserialize;

use crate::{
    Providers,
    domain::{
        creditor::{Creditor, Mode, Terms},
        lookups::{Patience, Rhythm},
        report::Profile,
        retention::Retention,
    },
    drops::settings::DropSettings,
    providers::ProviderName,
    systems::SystemSettings,
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// When a provider is asked how an attempt ended.
    pub rhythm: Rhythm,
    pub patience: Patience,
    /// How long what is here is kept.
    #[serde(default)]
    pub retention: Retention,
    /// Who takes money. Without a section a provider takes none.
    #[serde(default)]
    pub providers: Providers,
    /// By the FINESS of the legal entity, then by the key that its invoices name.
    #[serde(default)]
    pub creditors: BTreeMap<Finess, BTreeMap<String, CreditorSettings>>,
    /// MiB of the PDF of an invoice.
    #[serde(default = "five")]
    pub document_mib: u32,
    /// Folders in which lists of invoices are left, by the source that their lines are of.
    #[serde(default)]
    pub drops: BTreeMap<String, DropSettings>,
    /// The hospital's programs that call this room, by the name they prove.
    #[serde(default)]
    pub systems: BTreeMap<String, SystemSettings>,
    /// How reports of money are written, by key.
    #[serde(default)]
    pub reports: BTreeMap<String, Profile>,
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
    /// Cents, within what the provider takes: PayFiP nothing below one euro.
    #[serde(default = "one_euro")]
    pub least_cents: i64,
    #[serde(default = "hundred_thousand_euros")]
    pub most_cents: i64,
}

const fn five() -> u32 {
    5
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
            provider: self.provider.kind().name,
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

    fn faults(&self, key: &str, room: &Settings) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |what: &str| faults.push(format!("payment.creditors.{key}: {what}"));
        let kind = self.provider.kind();
        match room.providers.section(kind.name).map(|section| section.creditor_fault(&self.number)) {
            None => fault(&format!("{name} needs payment.providers.{name}", name = kind.name)),
            Some(Some(why)) => fault(&why),
            Some(None) => {}
        }
        if kind.pays_titles && (self.partial_payment || self.several_invoices) {
            fault("a title is paid whole and alone");
        }
        if self.name.trim().is_empty() {
            fault("name must be set");
        }
        let (least, most) = (kind.least.cents(), kind.most.cents());
        if !(least..=self.most_cents).contains(&self.least_cents) || self.most_cents > most {
            fault(&format!("{least} <= least_cents <= most_cents <= {most}"));
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
        let kept = self.retention.ranges().into_iter();
        let outside = kept.filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        faults.extend(
            outside.map(|(name, _, least, most)| format!("payment.retention.{name} must be {least} to {most}")),
        );
        if !(1..=20).contains(&self.document_mib) {
            faults.push("payment.document_mib must be 1 to 20".to_owned());
        }
        if !self.rhythm.is_sound() {
            faults.push("payment.rhythm: each stretch ends later than the one before and has a beat".to_owned());
        }
        for (name, section) in self.providers.used() {
            faults.extend(section.faults().into_iter().map(|fault| format!("payment.providers.{name}.{fault}")));
        }
        faults.extend(self.drops.iter().flat_map(|(name, drop)| drop.faults(name)));
        faults.extend(self.systems.iter().flat_map(|(name, system)| system.faults(name)));
        for (key, profile) in &self.reports {
            faults.extend(profile.faults().into_iter().map(|fault| format!("payment.reports.{key}: {fault}")));
        }
        for (finess, creditors) in &self.creditors {
            for (key, creditor) in creditors {
                faults.extend(creditor.faults(&format!("{finess}.{key}"), self));
            }
        }
        faults
    }

    /// The origins to which the forms of payers lead.
    pub fn form_targets(&self) -> Vec<String> {
        self.providers.used().map(|(_, section)| section.page().origin().ascii_serialization()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(creditor: serde_json::Value) -> Settings {
        serde_json::from_value(serde_json::json!({
            "rhythm": [{ "until": 10, "every": 1 }],
            "patience": { "expires_minutes": 120, "second_thoughts_minutes": 2, "reopens_minutes": 20, "known_after_minutes": 20 },
            "providers": {
                "payfip": { "service": "https://payfip.example/service", "page": "https://payfip.example/page" },
                "vads": { "page": "https://bank.example/vads-payment/", "shops": {} },
            },
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
        let titres = serde_json::json!({ "name": "T", "provider": "titres", "number": "006382", "mode": "test" });
        assert!(matches!(&*settings(titres.clone()).faults(), [fault] if fault.contains("payment.providers.titres")));
        let mut together = titres;
        together["several_invoices"] = serde_json::json!(true);
        let mut with_page = settings(together);
        with_page.providers =
            serde_json::from_value(serde_json::json!({ "titres": { "page": "https://titres.example/page" } })).unwrap();
        assert!(matches!(&*with_page.faults(), [fault] if fault.contains("whole and alone")));
        assert!(with_page.form_targets().contains(&"https://titres.example".to_owned()));
        let targets = ["https://payfip.example", "https://bank.example"];
        assert_eq!(settings(right).form_targets(), targets);
    }
}
