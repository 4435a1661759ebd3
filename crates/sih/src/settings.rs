//! The `[sih]` section; the README tells units and ranges.

use std::{collections::BTreeMap, path::PathBuf};

use kernel::Finess;
use serde::Deserialize;

use crate::{
    acknowledgement::Policy,
    inbound::{Sender, sender_faults},
    mllp::{ClientSettings, ServerSettings},
    outbound::{Profile, payment::Codes},
};

/// A try of the outbox is ended after 40 s; a partner must have had its chance before.
const LONGEST_EXCHANGE: u64 = 35;

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `address:port` on which messages of the SIH are received. Without it, none are.
    pub listen: Option<String>,
    /// Days that bytes of messages are kept.
    pub message_days: i64,
    pub server: ServerSettings,
    /// Whose messages have an effect; those of others are kept.
    pub senders: Vec<Sender>,
    /// By the FINESS of the establishment. One that is not here has no interface.
    pub destinations: BTreeMap<Finess, Destination>,
    /// By the FINESS of the establishment. One that is not here is not told of payments.
    pub payments: BTreeMap<Finess, PaymentsTo>,
}

/// How an establishment hears of money that came in.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "as", deny_unknown_fields)]
pub enum PaymentsTo {
    /// By DFT^P03, to its destination or to a billing system of its own.
    #[serde(rename = "DFT")]
    Message {
        #[serde(default)]
        codes: Codes,
        #[serde(default)]
        system: Option<Box<Destination>>,
    },
    /// By a file for each payment, in this folder.
    #[serde(rename = "csv")]
    Files { folder: PathBuf },
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: None,
            message_days: 30,
            server: ServerSettings::default(),
            senders: Vec::new(),
            destinations: BTreeMap::new(),
            payments: BTreeMap::new(),
        }
    }
}

/// Where one establishment's messages go, and how it wants them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// `host:port` of its MLLP listener.
    pub address: String,
    pub profile: Profile,
    #[serde(default)]
    pub connection: ClientSettings,
    /// Lines that come before the usual table of (MSA-1, ERR-3).
    #[serde(default)]
    pub retry: Policy,
    /// The system that takes documents (MDM) when it is another one: an integration engine, an archive.
    #[serde(default)]
    pub documents: Option<Box<Destination>>,
}

impl Settings {
    /// What is wrong with these settings, in words.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.listen.as_deref().is_some_and(|listen| listen.parse::<std::net::SocketAddr>().is_err()) {
            faults.push("sih.listen must be an IP address and a port, such as 127.0.0.1:2575".to_owned());
        }
        if !(1..=365).contains(&self.message_days) {
            faults.push("sih.message_days must be from 1 to 365".to_owned());
        }
        let server = &self.server;
        for (key, value, range) in [
            ("max_frame", server.max_frame, 1_024..=64 << 20),
            ("max_connections", server.max_connections, 1..=1_000),
            ("idle_seconds", usize::try_from(server.idle_seconds).unwrap_or(usize::MAX), 1..=86_400),
            ("frame_seconds", usize::try_from(server.frame_seconds).unwrap_or(usize::MAX), 1..=600),
        ] {
            if !range.contains(&value) {
                faults.push(format!("sih.server.{key} must be from {} to {}", range.start(), range.end()));
            }
        }
        faults.extend(sender_faults(&self.senders));
        for (finess, destination) in &self.destinations {
            let told = destination.faults().into_iter();
            faults.extend(told.map(|fault| format!("sih.destinations.{finess}.{fault}")));
        }
        for (finess, payments) in &self.payments {
            let told = payments.faults(self.destinations.contains_key(finess)).into_iter();
            faults.extend(told.map(|fault| format!("sih.payments.{finess}: {fault}")));
        }
        faults
    }
}

impl PaymentsTo {
    fn faults(&self, has_destination: bool) -> Vec<String> {
        match self {
            Self::Message { system: None, .. } if !has_destination => {
                vec!["DFT needs a destination of this establishment, or a system".to_owned()]
            }
            Self::Message { system: Some(system), .. } if system.documents.is_some() => {
                vec!["system.documents: a billing system takes none".to_owned()]
            }
            Self::Message { codes, system } => {
                let mut faults: Vec<String> = system.iter().flat_map(|system| system.faults()).collect();
                // CE.1 of a field that holds 250 characters with its words.
                if [&codes.card, &codes.direct_debit].iter().any(|code| !(1..=20).contains(&code.len())) {
                    faults.push("codes: of 1 to 20 characters".to_owned());
                }
                faults
            }
            Self::Files { folder } if !folder.is_absolute() => vec!["folder must be an absolute path".to_owned()],
            Self::Files { .. } => Vec::new(),
        }
    }
}

impl Destination {
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let port = self.address.rsplit_once(':').map(|(host, port)| (host.is_empty(), port.parse::<u16>()));
        if !matches!(port, Some((false, Ok(1..)))) {
            faults.push("address must be a host and a port, such as gap.example:2575".to_owned());
        }
        let times = &self.connection;
        let all = [times.connect_seconds, times.send_seconds, times.acknowledge_seconds];
        if all.contains(&0) || all.iter().fold(0, |sum: u64, one| sum.saturating_add(*one)) > LONGEST_EXCHANGE {
            faults.push(format!("connection: its times must be at least 1 s each and {LONGEST_EXCHANGE} s together"));
        }
        if times.rest_seconds > 60 {
            faults.push("connection.rest_seconds must be from 0 to 60".to_owned());
        }
        if !(1_024..=1 << 20).contains(&times.max_frame) {
            faults.push("connection.max_frame must be from 1024 to 1048576".to_owned());
        }
        faults.extend(self.profile.faults());
        if let Some(documents) = &self.documents {
            faults.extend(documents.faults().into_iter().map(|fault| format!("documents.{fault}")));
            if documents.documents.is_some() {
                faults.push("documents.documents: documents go to one system".to_owned());
            }
        }
        faults
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const FINESS: &str = "750712184";

    pub(crate) fn sample(address: &str) -> Settings {
        let text = serde_json::json!({
            "destinations": { FINESS: {
                "address": address,
                "profile": {
                    "sending_facility": "CH-VALMONT",
                    "receiving_application": "AGENDA",
                    "receiving_facility": "CH-VALMONT",
                    "domain_oid": "1.2.250.1.999.7.1",
                    "processing": "T",
                    "charset": "8859/15"
                },
                "connection": { "connect_seconds": 1, "send_seconds": 1, "acknowledge_seconds": 1 },
                "retry": [{ "code": "AE", "from": 207, "to": 207, "then": "later" }]
            }}
        });
        serde_json::from_value(text).unwrap()
    }

    /// A hospital whose GAM may announce stays.
    pub(crate) fn with_sender(finess: &str) -> Settings {
        let sender = serde_json::json!({ "application": "GAM", "facility": "CH-VALMONT", "establishments": [finess] });
        serde_json::from_value(serde_json::json!({ "listen": "127.0.0.1:0", "senders": [sender] })).unwrap()
    }

    #[test]
    fn senders_are_named_whole_and_once() {
        let mut settings = with_sender(FINESS);
        assert_eq!(settings.faults(), Vec::<String>::new());
        settings.senders.push(settings.senders[0].clone());
        settings.senders[0].establishments.clear();
        assert_eq!(settings.faults().len(), 2, "{:?}", settings.faults());
    }

    #[test]
    fn good_settings_have_no_fault() {
        assert_eq!(sample("gap.example:2575").faults(), Vec::<String>::new());
        assert_eq!(Settings::default().faults(), Vec::<String>::new());
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let mut settings = sample("gap.example");
        settings.listen = Some("localhost".to_owned());
        settings.server.max_connections = 0;
        let destination = settings.destinations.values_mut().next().unwrap();
        destination.connection.acknowledge_seconds = 60;
        destination.profile.domain_oid = "PARVIS".to_owned();
        destination.profile.sending_facility = String::new();
        let faults = settings.faults();
        assert_eq!(faults.len(), 6, "{faults:#?}");
        assert!(faults.iter().skip(2).all(|fault| fault.starts_with("sih.destinations.750712184.")));
    }

    #[test]
    fn the_system_of_documents_is_judged_too_and_has_none_of_its_own() {
        let mut settings = sample("gap.example:2575");
        let mut documents = settings.destinations.values().next().unwrap().clone();
        documents.address = "ged.example".to_owned();
        documents.documents = Some(Box::new(documents.clone()));
        settings.destinations.values_mut().for_each(|one| one.documents = Some(Box::new(documents.clone())));
        let faults = settings.faults();
        let starts = ["documents.address", "documents.documents.address", "documents.documents:"];
        assert_eq!(faults.len(), starts.len(), "{faults:#?}");
        for (fault, start) in faults.iter().zip(starts) {
            assert!(fault.starts_with(&format!("sih.destinations.{FINESS}.{start}")), "{fault}");
        }
    }

    #[test]
    fn payments_need_somewhere_to_go() {
        for (payments, fault) in [
            (r#"{ "as": "DFT" }"#, None),
            (r#"{ "as": "DFT", "codes": { "card": "01", "direct_debit": "" } }"#, Some("codes")),
            (r#"{ "as": "csv", "folder": "/srv/payments" }"#, None),
            (r#"{ "as": "csv", "folder": "payments" }"#, Some("absolute")),
        ] {
            let mut settings = sample("gap.example:2575");
            let finess = settings.destinations.keys().next().unwrap().clone();
            settings.payments.insert(finess.clone(), serde_json::from_str(payments).unwrap());
            let faults = settings.faults();
            match fault {
                None => assert_eq!(faults, [""; 0], "{payments}"),
                Some(word) => assert!(matches!(&*faults, [one] if one.contains(word)), "{payments}: {faults:?}"),
            }
            settings.destinations.clear();
            assert_eq!(settings.faults().len(), usize::from(fault.is_some() || payments.contains("DFT")), "{payments}");
        }
        for wrong in [r#"{ "as": "DFT", "folder": "/srv" }"#, r#"{ "as": "csv" }"#, r#"{ "as": "fax" }"#] {
            assert!(serde_json::from_str::<PaymentsTo>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn unknown_keys_and_numbers_are_refused() {
        for text in [
            r#"{"listne": "x"}"#,
            r#"{"destinations": {"123456789": {}}}"#,
            r#"{"destinations": {"750712184": {"address": "a:1", "profile": {"sending_facility": "A"}}}}"#,
        ] {
            assert!(serde_json::from_str::<Settings>(text).is_err(), "{text}");
        }
    }
}
