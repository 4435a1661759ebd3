//! The time zone of a site. Opening rules are wall time there; everything stored is an instant.

use std::{fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// An IANA zone known to this program, such as `Europe/Paris` or `Indian/Reunion`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a time zone of the IANA database")]
pub struct UnknownZone(String);

impl Zone {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant of a wall time. `None` when that time is skipped by the spring change; the first of
    /// the two when the autumn change repeats it.
    pub fn instant(&self, wall: DateTime) -> Option<Timestamp> {
        let ambiguous = self.zone.to_ambiguous_timestamp(wall);
        match ambiguous.offset() {
            AmbiguousOffset::Gap { .. } => None,
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
        }
    }

    pub fn wall(&self, instant: Timestamp) -> DateTime {
        self.zone.to_datetime(instant)
    }

    pub fn date(&self, instant: Timestamp) -> Date {
        self.wall(instant).date()
    }

    /// Offset from UTC at that instant, as `+01:00`.
    pub fn zoned(&self, instant: Timestamp) -> jiff::Zoned {
        instant.to_zoned(self.zone.clone())
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;
    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))?;
        Ok(Self { name: name.to_owned(), zone })
    }
}
impl TryFrom<String> for Zone {
    type Error = UnknownZone;
    fn try_from(name: String) -> Result<Self, UnknownZone> {
        name.parse()
    }
}
impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    fn at(zone: &str, wall: DateTime) -> Option<String> {
        zone.parse::<Zone>().unwrap().instant(wall).map(|instant| instant.to_string())
    }

    #[test]
    fn both_clock_changes_are_settled() {
        let spring = datetime(2027, 3, 28, 2, 30, 0, 0);
        let autumn = datetime(2027, 10, 31, 2, 30, 0, 0);
        assert_eq!(at("Europe/Paris", spring), None);
        assert_eq!(at("Europe/Paris", autumn).unwrap(), "2027-10-31T00:30:00Z");
        assert_eq!(at("Indian/Reunion", spring).unwrap(), "2027-03-27T22:30:00Z");
        assert_eq!(at("America/Martinique", autumn).unwrap(), "2027-10-31T06:30:00Z");
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!("Europe/Lutece".parse::<Zone>().is_err());
    }
}
