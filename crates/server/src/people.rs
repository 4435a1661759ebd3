//! What pre-admission knows of stays and numbers, for the room of payment.

use kernel::EstablishmentId;
use payment::people::{People, SecretStay};
use preadmission::read;
use storage::{Conn, StorageError};

pub(crate) struct Files;

impl People for Files {
    fn secret_stays(&self, conn: &mut Conn) -> Result<Vec<SecretStay>, StorageError> {
        let told = |stay| {
            let read::SecretStay { establishment, visit_number, ipp } = stay;
            SecretStay { establishment, visit_number, ipp }
        };
        Ok(read::secret_stays(conn)?.into_iter().map(told).collect())
    }

    fn living_number(&self, conn: &mut Conn, of: EstablishmentId, ipp: &str) -> Result<String, StorageError> {
        read::living_number(conn, of, ipp)
    }
}
