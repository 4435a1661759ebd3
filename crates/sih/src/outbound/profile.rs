//! What differs from one destination to the next, and the MSH that follows from it.

use kernel::{Timestamp, Zone};
use serde::Deserialize;

use crate::hl7::{Charset, Component, Field, Segment, components, timestamp};

/// MSH-11 (table 0103).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Processing {
    #[default]
    #[serde(rename = "P")]
    Production,
    #[serde(rename = "T")]
    Test,
    #[serde(rename = "D")]
    Debug,
}

/// How a destination wants its messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// MSH-3, and the name of our identifier domain.
    #[serde(default = "parvis")]
    pub sending_application: String,
    /// MSH-4.
    pub sending_facility: String,
    /// MSH-5.
    pub receiving_application: String,
    /// MSH-6.
    pub receiving_facility: String,
    /// OID of the domain of the identifiers Parvis gives.
    pub domain_oid: String,
    #[serde(default)]
    pub charset: Charset,
    #[serde(default)]
    pub processing: Processing,
    /// MSH-12, such as `2.5` or `2.5^FRA^2.11`.
    #[serde(default = "version")]
    pub version: String,
    #[serde(default)]
    pub stays: StayProfile,
}

/// How it wants pre-admissions.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StayProfile {
    /// What ZBE-2 of an A05 means there.
    pub movement_date: MovementDate,
    /// Whether accepted documents go, as MDM^T02.
    pub documents: bool,
    /// The largest document that goes, in bytes before Base64.
    pub document_bytes: usize,
    /// What an accepted file of a stay is that the hospital announced itself, with its movement.
    pub announced: Announced,
}

impl Default for StayProfile {
    fn default() -> Self {
        Self {
            movement_date: MovementDate::default(),
            documents: false,
            document_bytes: 15 << 20,
            announced: Announced::default(),
        }
    }
}

/// PAM says the creation of the movement; senders of planned stays often write the planned entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovementDate {
    Created,
    #[default]
    Planned,
}

/// How a file answers a stay that the hospital announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Announced {
    /// A pre-admission of the portal with a movement of its own, under the hospital's visit number.
    #[default]
    #[serde(rename = "A05")]
    Admission,
    /// The hospital's own movement, changed: nothing but Z99 may change one (PAM §5.3.2 note 2).
    #[serde(rename = "Z99")]
    Correction,
}

/// What is the message's own: the same at every attempt.
#[derive(Debug, Clone)]
pub struct Envelope {
    pub control_id: String,
    pub at: Timestamp,
}

impl Profile {
    /// What is wrong, each behind its key.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (key, text) in [
            ("sending_application", &self.sending_application),
            ("sending_facility", &self.sending_facility),
            ("receiving_application", &self.receiving_application),
            ("receiving_facility", &self.receiving_facility),
        ] {
            // Their first part also names an authority, in fields of 75 and 80 characters.
            let first = text.split('^').next().unwrap_or_default();
            if first.is_empty()
                || first.len() > 20
                || text.len() > 227
                || !text.bytes().all(|b| (b' '..=b'~').contains(&b))
            {
                faults
                    .push(format!("profile.{key} must be of 1 to 20 plain characters, then ^-separated parts if any"));
            }
        }
        let arcs: Vec<&str> = self.domain_oid.split('.').collect();
        let number = |arc: &&str| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit());
        if arcs.len() < 3 || self.domain_oid.len() > 100 || !arcs.iter().all(number) {
            faults.push("profile.domain_oid must be an OID, such as 1.2.250.1.999.7".to_owned());
        }
        if !self.version.starts_with("2.5") || self.version.len() > 20 {
            faults.push("profile.version must be 2.5, possibly with its national parts".to_owned());
        }
        if !(1_024..=32 << 20).contains(&self.stays.document_bytes) {
            faults.push("profile.stays.document_bytes must be from 1024 to 33554432".to_owned());
        }
        faults
    }

    /// The national part of the version: `2.11` of `2.5^FRA^2.11`.
    pub(super) fn national_version(&self) -> Option<&str> {
        self.version.split('^').nth(2).filter(|version| !version.is_empty())
    }

    pub(super) fn header(&self, envelope: &Envelope, zone: &Zone, kind: [&str; 3]) -> Segment {
        let processing = match self.processing {
            Processing::Production => "P",
            Processing::Test => "T",
            Processing::Debug => "D",
        };
        // MSH-15 and MSH-16 stay empty: the original acknowledgement mode.
        Segment::new("MSH")
            .with(3, Field::from_setting(&self.sending_application))
            .with(4, Field::from_setting(&self.sending_facility))
            .with(5, Field::from_setting(&self.receiving_application))
            .with(6, Field::from_setting(&self.receiving_facility))
            .with(7, timestamp(envelope.at, zone))
            .with(9, components(kind))
            .with(10, envelope.control_id.as_str())
            .with(11, processing)
            .with(12, Field::from_setting(&self.version))
            .with(17, "FRA")
            .with(19, "FR")
    }

    /// The authority of the identifiers we give, as HD (appendix N §1).
    pub(super) fn domain(&self) -> Component {
        Component::subcomponents([self.domain_name(), &self.domain_oid, "ISO"])
    }

    pub(super) fn domain_name(&self) -> &str {
        self.sending_application.split('^').next().unwrap_or_default()
    }

    pub(super) fn receiving_facility_name(&self) -> &str {
        self.receiving_facility.split('^').next().unwrap_or_default()
    }

    pub(super) fn facility_name(&self) -> &str {
        self.sending_facility.split('^').next().unwrap_or_default()
    }
}

fn parvis() -> String {
    "PARVIS".to_owned()
}

fn version() -> String {
    "2.5".to_owned()
}
