//! Bringing hospitals and sites in, from a scenario file or a register: found again by their FINESS number.

use kernel::{EstablishmentId, Finess, SiteId, Zone};
use storage::{StorageError, Tx};

use crate::store;

/// A hospital as a legal entity (FINESS EJ).
#[derive(Debug, Clone)]
pub struct NewEstablishment {
    pub finess: Finess,
    pub name: String,
    pub short_name: String,
}

/// A place where patients go (FINESS ET).
#[derive(Debug, Clone)]
pub struct NewSite {
    pub establishment: EstablishmentId,
    pub finess: Finess,
    pub name: String,
    pub address_lines: Vec<String>,
    pub postcode: String,
    pub city: String,
    pub zone: Zone,
    /// E.164, or empty.
    pub help_phone: String,
    pub access_notes: String,
}

pub fn upsert_establishment(tx: &mut Tx<'_>, new: &NewEstablishment) -> Result<EstablishmentId, StorageError> {
    store::directory::upsert_establishment(tx, new)
}

pub fn upsert_site(tx: &mut Tx<'_>, new: &NewSite) -> Result<SiteId, StorageError> {
    store::directory::upsert_site(tx, new)
}
