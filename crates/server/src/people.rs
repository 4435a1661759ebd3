//! Who acts for whom, as pre-admission knows it, for the room of payment.

use kernel::{EstablishmentId, PatientId};
use payment::people::{ActsFor, People, Quality};
use preadmission::read::{self, OpenedAs};
use storage::{Conn, StorageError};

/// The files of stays that somebody opened for a child or a ward.
pub(crate) struct Files;

impl People for Files {
    fn acts_of(&self, conn: &mut Conn, by: PatientId) -> Result<Vec<ActsFor>, StorageError> {
        Ok(read::acts_of(conn, by)?.into_iter().filter_map(told).collect())
    }

    fn acts_on(&self, conn: &mut Conn, of: EstablishmentId, visit: &str) -> Result<Vec<ActsFor>, StorageError> {
        Ok(read::acts_on(conn, of, visit)?.and_then(told).into_iter().collect())
    }

    fn secret_visits(&self, conn: &mut Conn) -> Result<Vec<(EstablishmentId, String)>, StorageError> {
        read::secret_visits(conn)
    }

    fn living_number(&self, conn: &mut Conn, of: EstablishmentId, ipp: &str) -> Result<String, StorageError> {
        read::living_number(conn, of, ipp)
    }
}

fn told(one: read::ActsFor) -> Option<ActsFor> {
    let quality = match one.as_what {
        OpenedAs::Holder => Quality::Holder,
        OpenedAs::Representative => Quality::Representative,
        OpenedAs::Myself | OpenedAs::Relative => return None,
    };
    let read::ActsFor { by, establishment, visit_number, ipp, .. } = one;
    Some(ActsFor { by, establishment, visit_number, ipp, quality })
}
