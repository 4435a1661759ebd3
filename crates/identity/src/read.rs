//! What other rooms may ask: who a patient is, where the hospitals are.

use std::fmt;

use kernel::{EstablishmentId, Finess, PatientId, SiteId, StaffId, Zone};
use storage::{Conn, StorageError};

use crate::{same_person::Traits, store};

/// A patient, as their identity provider and they themselves told us.
#[derive(Clone, PartialEq, Eq)]
pub struct PatientFacts {
    pub id: PatientId,
    /// Birth name.
    pub family_name: String,
    /// All first names in one text.
    pub given_names: String,
    /// The first names one by one; empty when they were not told apart.
    pub given_name_array: Vec<String>,
    /// Name in use (nom d'usage).
    pub preferred_username: Option<String>,
    /// `female`, `male`, `unspecified`.
    pub gender: Option<String>,
    /// Text as given: 1 January may stand for an unknown day.
    pub birthdate: Option<String>,
    /// Text such as `1962-11-00`.
    pub idp_birthdate: Option<String>,
    /// INSEE code of the commune; empty when born abroad.
    pub birthplace: Option<String>,
    /// INSEE code of the country; 99100 is France.
    pub birthcountry: Option<String>,
    /// Where to write: the address chosen here, else the provider's.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// `fr` or `en`.
    pub language: String,
}

/// Prints the id and nothing personal.
impl fmt::Debug for PatientFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PatientFacts({})", self.id)
    }
}

impl PatientFacts {
    /// What tells one person from another; of the birth date, what the provider knows best.
    pub fn traits(&self) -> Traits<'_> {
        let sex = match self.gender.as_deref() {
            Some("female") => "F",
            Some("male") => "M",
            _ => "U",
        };
        let birth_date = self.idp_birthdate.as_deref().or(self.birthdate.as_deref()).unwrap_or_default();
        Traits { birth_family: &self.family_name, given: self.first_name(), birth_date, sex }
    }

    /// The first of the first names.
    pub fn first_name(&self) -> &str {
        self.given_name_array.first().map_or(&self.given_names, String::as_str)
    }

    /// The name to greet with: name in use, else birth name.
    pub fn used_name(&self) -> &str {
        self.preferred_username.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&self.family_name)
    }

    /// "Camille EXEMPLE".
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name(), self.used_name()).trim().to_owned()
    }
}

/// A hospital as a legal entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Establishment {
    pub id: EstablishmentId,
    pub finess: Finess,
    pub name: String,
    pub short_name: String,
}

/// A place where patients go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub id: SiteId,
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

pub fn patient(conn: &mut Conn, id: PatientId) -> Result<Option<PatientFacts>, StorageError> {
    Ok(store::patients::find(conn, id)?.map(PatientFacts::from))
}

/// Those whom their provider says to be born on this day, as text.
pub fn patients_born(conn: &mut Conn, birthdate: &str) -> Result<Vec<PatientFacts>, StorageError> {
    Ok(store::patients::born(conn, birthdate)?.into_iter().map(PatientFacts::from).collect())
}

pub fn establishment(conn: &mut Conn, id: EstablishmentId) -> Result<Option<Establishment>, StorageError> {
    store::directory::establishment(conn, id)
}

/// All of them, by name.
pub fn establishments(conn: &mut Conn) -> Result<Vec<Establishment>, StorageError> {
    store::directory::establishments(conn)
}

pub fn site(conn: &mut Conn, id: SiteId) -> Result<Option<Site>, StorageError> {
    store::directory::site(conn, id)
}

/// Those of one establishment, or all, by name.
pub fn sites(conn: &mut Conn, of: Option<EstablishmentId>) -> Result<Vec<Site>, StorageError> {
    store::directory::sites(conn, of)
}

/// The name of a member of staff, for showing who did something.
pub fn staff_name(conn: &mut Conn, id: StaffId) -> Result<Option<String>, StorageError> {
    store::staff::name(conn, id)
}

impl From<store::patients::Patient> for PatientFacts {
    fn from(patient: store::patients::Patient) -> Self {
        let (traits, contact) = (patient.traits, patient.contact);
        Self {
            id: patient.id,
            family_name: traits.family_name,
            given_names: traits.given_name,
            given_name_array: traits.given_name_array,
            preferred_username: traits.preferred_username,
            gender: traits.gender,
            birthdate: traits.birthdate,
            idp_birthdate: traits.idp_birthdate,
            birthplace: traits.birthplace,
            birthcountry: traits.birthcountry,
            email: contact.email.or(traits.email),
            phone: contact.phone,
            language: patient.language,
        }
    }
}
