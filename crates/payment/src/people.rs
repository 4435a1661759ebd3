//! What this room asks of whoever knows stays: which are kept from parents, which number of a patient stands for another.
//! The room of pre-admission knows; the server joins the two. Who acts for whom, the register of identity knows.

use kernel::EstablishmentId;
use storage::{Conn, StorageError};

/// A stay that nobody but its patient may know of (CSP art. L1111-5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretStay {
    pub establishment: EstablishmentId,
    pub visit_number: String,
    /// The hospital's number of the patient.
    pub ipp: String,
}

/// Answers within the transaction of whoever asks.
pub trait People: Send + Sync {
    fn secret_stays(&self, conn: &mut Conn) -> Result<Vec<SecretStay>, StorageError>;

    /// The number that stands for this one since the hospital merged identities; itself, when none does.
    fn living_number(&self, conn: &mut Conn, of: EstablishmentId, ipp: &str) -> Result<String, StorageError>;
}

/// A house in which nothing is kept from anybody.
pub(crate) struct Nobody;

impl People for Nobody {
    fn secret_stays(&self, _: &mut Conn) -> Result<Vec<SecretStay>, StorageError> {
        Ok(Vec::new())
    }

    fn living_number(&self, _: &mut Conn, _: EstablishmentId, ipp: &str) -> Result<String, StorageError> {
        Ok(ipp.to_owned())
    }
}
