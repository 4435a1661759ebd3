//! What this room asks of whoever knows people: who acts for whom, which stays are kept from parents, which number of a
//! patient stands for another. The room of pre-admission knows; the server joins the two.

use kernel::{EstablishmentId, PatientId};
use storage::{Conn, StorageError};

pub use crate::domain::proxy::Quality;

/// Somebody who acts for the patient of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActsFor {
    pub by: PatientId,
    pub establishment: EstablishmentId,
    pub visit_number: String,
    /// The hospital's number of the patient.
    pub ipp: String,
    pub quality: Quality,
}

/// Answers within the transaction of whoever asks.
pub trait People: Send + Sync {
    /// The visits for whose patients this one acts, without those that are kept from them.
    fn acts_of(&self, conn: &mut Conn, by: PatientId) -> Result<Vec<ActsFor>, StorageError>;

    /// Who acts for the patient of a visit.
    fn acts_on(
        &self,
        conn: &mut Conn,
        establishment: EstablishmentId,
        visit_number: &str,
    ) -> Result<Vec<ActsFor>, StorageError>;

    /// Visits that nobody but the patient may know of (CSP art. L1111-5).
    fn secret_visits(&self, conn: &mut Conn) -> Result<Vec<(EstablishmentId, String)>, StorageError>;

    /// The number that stands for this one since the hospital merged identities; itself, when none does.
    fn living_number(&self, conn: &mut Conn, of: EstablishmentId, ipp: &str) -> Result<String, StorageError>;
}

/// A house in which nobody acts for anybody.
pub(crate) struct Nobody;

impl People for Nobody {
    fn acts_of(&self, _: &mut Conn, _: PatientId) -> Result<Vec<ActsFor>, StorageError> {
        Ok(Vec::new())
    }

    fn acts_on(&self, _: &mut Conn, _: EstablishmentId, _: &str) -> Result<Vec<ActsFor>, StorageError> {
        Ok(Vec::new())
    }

    fn secret_visits(&self, _: &mut Conn) -> Result<Vec<(EstablishmentId, String)>, StorageError> {
        Ok(Vec::new())
    }

    fn living_number(&self, _: &mut Conn, _: EstablishmentId, ipp: &str) -> Result<String, StorageError> {
        Ok(ipp.to_owned())
    }
}
