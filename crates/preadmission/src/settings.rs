//! `[preadmission]` of the settings file.

use serde::Deserialize;

use crate::{
    antivirus,
    domain::{arrival::Limits, retention::Retention},
    press,
};

const MEBI: i64 = 1 << 20;

/// Days: no reminder comes earlier.
pub(crate) const LONGEST_LEAD: i64 = 60;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Days before the entry from which a file can be opened: 1 to 365.
    pub opens_days_before: i64,
    /// Days before the entry when a file not sent yet is reminded of: 1 to 60.
    pub reminder_days_before: i64,
    /// Days in which somebody who got a link of their own is to answer, at most until the entry: 1 to 30.
    pub answer_days: i64,
    /// Days in which nobody is reminded of a file again: 1 to 30.
    pub reminder_again_days: i64,
    /// Days between the entry that a patient told and the one that the hospital announces, within which it is one stay: 0
    /// to 30.
    pub same_stay_days: i64,
    /// Price of a night in a private room, in cents.
    pub private_room_cents: i64,
    pub retention: Retention,
    #[serde(default)]
    pub documents: Documents,
    #[serde(default)]
    pub press: press::Settings,
    #[serde(default)]
    pub antivirus: antivirus::Settings,
}

/// The `[preadmission.documents]` section. The size of one document is `press.limits.received_mb`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Documents {
    /// Documents of one kind in a file: 1 to 50.
    pub per_kind: i64,
    /// MiB of all documents of a file as sent: 10 to 1,000.
    pub file_set_mb: i64,
    /// Uploads of one patient at once, on one node: 1 to 20.
    pub at_once: i64,
    /// Hours after which a document sent in parts is given up: 1 to 24.
    pub upload_hours: i64,
}

impl Default for Documents {
    fn default() -> Self {
        Self { per_kind: 10, file_set_mb: 100, at_once: 3, upload_hours: 24 }
    }
}

impl Settings {
    /// Everything that is out of range.
    pub fn faults(&self) -> Vec<String> {
        let documents = &self.documents;
        let ranges = [
            ("opens_days_before", self.opens_days_before, 1, 365),
            ("reminder_days_before", self.reminder_days_before, 1, LONGEST_LEAD),
            ("answer_days", self.answer_days, 1, 30),
            ("reminder_again_days", self.reminder_again_days, 1, 30),
            ("same_stay_days", self.same_stay_days, 0, 30),
            ("private_room_cents", self.private_room_cents, 0, 100_000),
            ("documents.per_kind", documents.per_kind, 1, 50),
            ("documents.file_set_mb", documents.file_set_mb, 10, 1_000),
            ("documents.at_once", documents.at_once, 1, 20),
            ("documents.upload_hours", documents.upload_hours, 1, 24),
        ];
        let all = ranges.into_iter().chain(self.retention.ranges());
        let outside = all.filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        let faults = outside.map(|(name, _, least, most)| format!("preadmission.{name} must be {least} to {most}"));
        faults.chain(self.press.faults()).chain(self.antivirus.faults()).collect()
    }

    pub(crate) fn limits(&self) -> Limits {
        let documents = &self.documents;
        Limits {
            per_kind: usize::try_from(documents.per_kind).unwrap_or_default(),
            file_set_bytes: documents.file_set_mb.saturating_mul(MEBI),
        }
    }

    /// Bytes of one document as sent.
    pub(crate) fn largest(&self) -> u64 {
        self.press.limits.received_bytes() as u64
    }
}
