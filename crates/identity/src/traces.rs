//! The access log: what every room writes when it shows or changes something of a patient.

use kernel::{PatientId, StaffId};
use storage::{StorageError, Tx};

use crate::store;

storage::text_enum! {
    pub enum ActorKind {
        Patient = "patient",
        Staff = "staff",
        System = "system",
    }
}

storage::text_enum! {
    pub enum Action {
        Login = "login",
        Read = "read",
        Changed = "changed",
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Patient(PatientId),
    Staff(StaffId),
    System,
}

/// One line to write.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    pub patient: PatientId,
    pub actor: Actor,
    pub action: Action,
    /// Names of the things concerned, never their values: `contact`, `appointment`, `family_name, email`.
    pub what: &'a str,
}

/// Writes the line in the transaction of what it tells.
pub fn record(tx: &mut Tx<'_>, trace: Trace<'_>) -> Result<(), StorageError> {
    store::traces::write(tx, trace)
}
