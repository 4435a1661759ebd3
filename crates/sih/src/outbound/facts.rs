//! What the builders need to know, and nothing more. Those who load facts translate into these once.

use kernel::{AppointmentId, Finess, PatientId, Rpps, Timestamp, Zone};
use storage::{Conn, StorageError};

/// A code of ours with its words.
#[derive(Debug, Clone)]
pub struct Coded {
    pub code: String,
    pub label: String,
}

/// Where the patient goes.
#[derive(Debug, Clone)]
pub struct Place {
    /// The unit's code in the hospital (UF), or ours.
    pub unit: Coded,
    pub room: Option<String>,
    pub finess: Finess,
}

#[derive(Debug, Clone)]
pub struct Professional {
    pub rpps: Rpps,
    pub family: String,
    pub given: String,
}

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Patient,
    Hospital,
}

/// An appointment as it stands.
#[derive(Debug, Clone)]
pub struct Visit {
    pub id: AppointmentId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub zone: Zone,
    pub reason: Coded,
    pub place: Place,
    pub professional: Professional,
    pub cause: Cause,
    /// What the patient wrote for the consultation.
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
    Unknown,
}

/// A patient as declared: never an INS, which only the hospital may give (IHE PAM France §6.6.1).
#[derive(Clone)]
pub struct Person {
    pub id: PatientId,
    pub birth_family: String,
    pub used_family: Option<String>,
    /// The first given name.
    pub given: String,
    pub sex: Sex,
    /// As known, see [`crate::hl7::birth_date`].
    pub birth_date: String,
    /// INSEE code of the commune, empty for those born abroad.
    pub birth_place: Option<String>,
    /// INSEE code of the country; 99100 is France.
    pub birth_country: Option<String>,
    pub phone: Option<String>,
    pub mail: Option<String>,
}

/// Everything a message about an appointment tells, read in one go.
#[derive(Debug, Clone)]
pub struct Told {
    /// The establishment whose interface hears of it.
    pub finess: Finess,
    pub cancelled: bool,
    pub visit: Visit,
    pub person: Person,
}

/// How facts are asked for; `None` when the appointment or the patient is no more.
pub type Facts = fn(&mut Conn, AppointmentId) -> Result<Option<Told>, StorageError>;

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.id)
    }
}
