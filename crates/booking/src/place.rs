//! Where one is received, as the directory of establishments tells it.

use kernel::{EstablishmentId, SiteId, Zone};
use storage::{Conn, StorageError};

use crate::domain::HolidayCalendar;

/// A site, with what booking and its messages need of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub site: SiteId,
    pub establishment: EstablishmentId,
    pub name: String,
    /// Street lines, then postcode and town.
    pub address: Vec<String>,
    pub telephone: Option<String>,
    /// How to get in, in plain words; may be empty.
    pub access_notes: String,
    pub zone: Zone,
    pub calendar: HolidayCalendar,
}

/// How the directory is asked.
pub(crate) type Places = fn(&mut Conn, SiteId) -> Result<Option<Place>, StorageError>;

pub(crate) fn from_directory(conn: &mut Conn, id: SiteId) -> Result<Option<Place>, StorageError> {
    Ok(identity::read::site(conn, id)?.map(Place::from))
}

impl From<identity::read::Site> for Place {
    fn from(site: identity::read::Site) -> Self {
        let mut address = site.address_lines;
        address.push(format!("{} {}", site.postcode, site.city));
        Self {
            site: site.id,
            establishment: site.establishment,
            name: site.name,
            address,
            telephone: Some(site.help_phone).filter(|phone| !phone.is_empty()),
            access_notes: site.access_notes,
            calendar: HolidayCalendar::of_postcode(&site.postcode),
            zone: site.zone,
        }
    }
}
