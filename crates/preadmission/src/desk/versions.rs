//! The tables of rules of an establishment, each with who made it and when.

use jiff::Timestamp;
use kernel::{EstablishmentId, Zone};

use crate::{Preadmission, domain::rules::Rules, failure::Failure, store::rules};

/// One version; of the shipped one, 0, nobody is known.
pub(crate) struct Published {
    pub(crate) version: i32,
    pub(crate) table: Rules,
    pub(crate) by: Option<(String, Timestamp)>,
}

/// In their order, the shipped one first.
pub(crate) struct Versions {
    pub(crate) all: Vec<Published>,
    pub(crate) zone: Zone,
}

impl Versions {
    /// The one that new files keep.
    pub(crate) fn current(&self) -> i32 {
        self.all.last().map(|one| one.version).unwrap_or_default()
    }

    pub(crate) fn table(&self, version: i32) -> Option<&Rules> {
        self.all.iter().find(|one| one.version == version).map(|one| &one.table)
    }
}

impl Preadmission {
    /// Whose establishment it is, the caller knows.
    pub(crate) async fn rules_of(&self, establishment: EstablishmentId) -> Result<Versions, Failure> {
        self.db
            .read(move |conn| {
                let shipped = Published { version: 0, table: rules::of_version(conn, establishment, 0)?, by: None };
                let mut all = vec![shipped];
                for (version, table, by, at) in rules::published(conn, establishment)? {
                    let name = identity::read::staff_name(conn, by)?.unwrap_or_default();
                    all.push(Published { version, table, by: Some((name, at)) });
                }
                let sites = identity::read::sites(conn, Some(establishment))?;
                let zone = sites.into_iter().next().map(|site| site.zone).ok_or(Failure::Unknown)?;
                Ok(Versions { all, zone })
            })
            .await
    }
}
