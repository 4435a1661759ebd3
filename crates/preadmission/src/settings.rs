//! `[preadmission]` of the settings file.

use serde::Deserialize;

use crate::domain::retention::Retention;

/// Days: no reminder comes earlier.
pub(crate) const LONGEST_LEAD: i64 = 60;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Days before the entry from which a file can be opened: 1 to 365.
    pub opens_days_before: i64,
    /// Days before the entry when a file not sent yet is reminded of: 1 to 60.
    pub reminder_days_before: i64,
    /// Price of a night in a private room, in cents.
    pub private_room_cents: i64,
    pub retention: Retention,
}

impl Settings {
    /// Everything that is out of range.
    pub fn faults(&self) -> Vec<String> {
        let ranges = [
            ("opens_days_before", self.opens_days_before, 1, 365),
            ("reminder_days_before", self.reminder_days_before, 1, LONGEST_LEAD),
            ("private_room_cents", self.private_room_cents, 0, 100_000),
        ];
        let outside = ranges
            .into_iter()
            .chain(self.retention.ranges())
            .filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        outside.map(|(name, _, least, most)| format!("preadmission.{name} must be {least} to {most}")).collect()
    }
}
