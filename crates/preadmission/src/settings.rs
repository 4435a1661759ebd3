//! `[preadmission]` of the settings file.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Days before the entry from which a file can be opened: 1 to 365.
    pub opens_days_before: i64,
    /// Price of a night in a private room, in cents.
    pub private_room_cents: i64,
}
