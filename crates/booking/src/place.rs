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
    pub address: Vec<String>,
    pub telephone: Option<String>,
    pub zone: Zone,
    pub calendar: HolidayCalendar,
}

/// How the directory is asked.
pub type Places = fn(&mut Conn, SiteId) -> Result<Option<Place>, StorageError>;
