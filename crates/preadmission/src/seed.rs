//! What an offline seed may say of planned stays, and what they become: the same decision as for a hospital's message.

use jiff::{ToSpan, civil::Time};
use kernel::Finess;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use storage::{StorageError, Tx, TxError};

use crate::{
    announce::announce,
    announcement::{Announcement, HospitalPerson, Notice, Outcome, StayClass, Unit},
    read::Origin,
};

/// The part of a scenario that pre-admission reads.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    pub stays: Vec<PlannedStay>,
}

/// A planned stay, so many days from the day of loading.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedStay {
    /// FINESS of the legal entity.
    #[schemars(with = "String")]
    pub establishment: Finess,
    /// FINESS of the site.
    #[schemars(with = "String")]
    pub site: Finess,
    /// Unique in the establishment, 1 to 40 characters.
    pub visit_number: String,
    pub person: Person,
    pub class: Class,
    pub unit_code: String,
    pub unit_label: String,
    /// Days from the day of loading, 1 to 365.
    pub in_days: i32,
    /// Wall time of the site.
    pub at: Time,
    /// Nights, 0 to 60.
    #[serde(default)]
    pub nights: i32,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub practitioner: Option<String>,
    #[serde(default)]
    pub surgery: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Inpatient,
    Day,
    External,
}

/// The person as the hospital knows them.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub ipp: String,
    pub birth_family: String,
    #[serde(default)]
    pub used_family: Option<String>,
    pub given: String,
    /// `1962`, `1962-11` or `1962-11-05`.
    pub birth_date: String,
    /// `F`, `M` or `U`.
    pub sex: String,
    #[serde(default)]
    pub birth_place: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
}

/// Prints nothing personal.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person")
    }
}

/// Why a scenario cannot be loaded: where, and what is wrong there.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("stay {visit}: {what}")]
    Wrong { visit: String, what: String },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl TxError for SeedError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::Wrong { .. } => None,
        }
    }
}

/// Announces the stays. A known visit number is the same stay, moved to its days from today.
pub fn load(tx: &mut Tx<'_>, scenario: &Scenario, same_stay_days: i64) -> Result<(), SeedError> {
    let sites = identity::read::sites(tx.conn(), None)?;
    for stay in &scenario.stays {
        let wrong = |what: String| SeedError::Wrong { visit: stay.visit_number.clone(), what };
        let site = sites.iter().find(|site| site.finess == stay.site);
        let zone = &site.ok_or_else(|| wrong(format!("no site {}", stay.site)))?.zone;
        let today = zone.date(tx.now());
        let moment = |days: i32| {
            let day = today.checked_add(days.days()).ok()?;
            zone.instant(day.to_datetime(stay.at))
        };
        let entry = moment(stay.in_days).ok_or_else(|| wrong("its hour does not exist".to_owned()))?;
        let exit = Some(stay.nights).filter(|nights| *nights > 0).and_then(|nights| moment(stay.in_days + nights));
        let notice = Notice::Planned(Box::new(stay.announcement(entry, exit)));
        if announce(tx, &notice, (Origin::Seed, same_stay_days))? == Outcome::Ignored {
            return Err(wrong("no such establishment, or the stay is over".to_owned()));
        }
    }
    Ok(())
}

impl PlannedStay {
    fn announcement(&self, entry_at: jiff::Timestamp, exit_at: Option<jiff::Timestamp>) -> Announcement {
        let person = self.person.clone();
        Announcement {
            establishment: self.establishment.clone(),
            site: Some(self.site.clone()),
            visit_number: self.visit_number.clone(),
            folder_number: None,
            movement: None,
            person: HospitalPerson {
                ipp: person.ipp,
                birth_family: person.birth_family,
                used_family: person.used_family,
                given: person.given,
                birth_date: person.birth_date,
                sex: person.sex,
                birth_place: person.birth_place,
                phone: person.phone,
                email: person.email,
                identity_status: None,
            },
            class: match self.class {
                Class::Inpatient => StayClass::Inpatient,
                Class::Day => StayClass::Day,
                Class::External => StayClass::External,
            },
            unit: Some(Unit { code: self.unit_code.clone(), label: self.unit_label.clone() }),
            entry_at,
            exit_at,
            label: self.label.clone(),
            practitioner: self.practitioner.clone(),
            surgery: self.surgery,
        }
    }
}
